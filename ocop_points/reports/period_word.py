"""A report as a Word file: the same blocks as templates/print/period_report.typ, in the same order."""

from collections.abc import Mapping
from typing import Any

from docx.document import Document as Paper
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.shared import Cm

from ocop_points.core import word as w
from ocop_points.core.formats import vi_date

DRAFT_NOTE = "DỰ THẢO – bản Word để chỉnh sửa trước khi ký"
COPY_NOTE = "Bản Word để chỉnh sửa. Số liệu đã gửi nằm trong hệ thống."

Data = Mapping[str, Any]


def report_docx(data: Data) -> bytes:
    """The file, from what `period_documents.report_paper` or `summary_documents.summary_paper` gives."""
    paper = w.new_paper(
        f"Báo cáo {data['about'][-1]}, {vi_date(data['date'])}",
        author=data["head"]["issuer_name"],
        note=DRAFT_NOTE if data["draft"] else COPY_NOTE,
    )
    stamp = "DỰ THẢO" if data["draft"] else ""
    w.letterhead(paper, data["head"], number=data["number"], day=data["date"], stamp=stamp)
    w.subject(paper, data["kind"], data["about"])
    if data["to"]:
        to = w.aligned(paper.add_paragraph(), w.CENTER)
        w.put(w.put(to, "Kính gửi: "), data["to"], bold=True)
    for block in data["blocks"]:
        _block(paper, block)
    paper.paragraphs[-1].paragraph_format.keep_with_next = True  # nobody signs an empty page
    _foot(paper, data)
    for annex in data["annexes"]:
        _annex(paper, annex)
    return w.word_bytes(paper)


def _block(paper: Paper, block: Data) -> None:
    if block["is"] == "part":
        w.part_title(paper, block["text"])
    elif block["is"] == "text":
        for line in block["lines"]:
            small = block["small"]
            w.put(paper.add_paragraph(), line, italic=small, size=10.5 if small else None)
    else:
        _table(paper, block)


def _table(paper: Paper, block: Data) -> None:
    made = w.add_table(paper, [float(width) for width in block["widths"]], heads=block["heads"])
    for row in block["rows"]:
        cells = w.add_row(made)
        if "title" in row:
            title = w.put(w.next_line(w.joined(cells)), row["title"], bold=True)
            title.paragraph_format.keep_with_next = True
            continue
        for place, (cell, said) in enumerate(zip(cells, row["cells"], strict=True)):
            how = w.RIGHT if place >= block["right"] else w.LEFT
            w.put(w.aligned(w.next_line(cell), how), said, bold=row.get("strong", False))
    _gap(paper)


def _foot(paper: Paper, data: Data) -> None:
    """Recipients on the left, the place to sign on the right; never parted by the end of a page."""
    grid = w.add_table(paper, (7.5, w.BODY_CM - 7.5), lines=False)
    left, right = w.add_row(grid)
    w.put(w.next_line(left), "Nơi nhận:", bold=True, italic=True, size=12)
    names = data["recipients"]
    for place, name in enumerate(names, start=1):
        w.put(w.next_line(left), f"- {name}{'.' if place == len(names) else ';'}", size=11)
    w.put(w.aligned(w.next_line(right), w.CENTER), data["signer"]["office"], bold=True, size=13)
    w.put(w.aligned(w.next_line(right), w.CENTER), data["signer"]["hint"], italic=True, size=12)
    for _room in range(4):
        right.add_paragraph(style=w.IN_TABLE)


def _annex(paper: Paper, annex: Data) -> None:
    """On pages of its own, across, numbered anew."""
    section = paper.add_section(WD_SECTION.NEW_PAGE)
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Cm(29.7), Cm(21)
    section.left_margin = section.right_margin = Cm(2)
    w.count_pages_anew(section)
    w.put(w.aligned(paper.add_paragraph(), w.CENTER), annex["title"].upper(), bold=True, size=14)
    w.put(w.aligned(paper.add_paragraph(), w.CENTER), annex["about"], bold=True)
    for block in annex["blocks"]:
        _block(paper, block)


def _gap(paper: Paper) -> None:
    """Two tables that touch would become one."""
    w.aligned(paper.add_paragraph(style=w.IN_TABLE), w.LEFT)
