"""Papers as Word files, for departments that edit them before signing: the layout of Decree 30/2020/NĐ-CP, appendix I.

The plain data of a paper feed this as they feed the Typst templates (`core.printing`). What a user typed only ever
travels as the text of a run, so none of it can become markup; what XML cannot carry is left out.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import segno
from docx import Document
from docx.document import Document as Paper
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from PIL import Image

from ocop_points.core import clock
from ocop_points.core.formats import long_day

FONT = "Times New Roman"
BODY_CM = 16.5  # A4 less 30 mm on the left and 15 mm on the right
IN_TABLE = "Trong bảng"
CENTER, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
_UNFIT = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FONT_SLOTS = ("ascii", "hAnsi", "cs", "eastAsia")


def new_paper(title: str, *, author: str, note: str = "") -> Paper:
    """An empty A4 paper: margins, letters, page numbers top centre from page 2.

    `note` stands at the foot of every page.
    """
    paper = Document()
    known = paper.core_properties
    known.title, known.author, known.language = plain(title), plain(author), "vi-VN"
    known.comments, known.created = plain(note), clock.now()
    _styles(paper)
    page = paper.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin = page.bottom_margin = Cm(2)
    page.left_margin, page.right_margin = Cm(3), Cm(1.5)
    page.header_distance = page.footer_distance = Cm(1)
    page.different_first_page_header_footer = True
    number = page.header.paragraphs[0]
    number.alignment = CENTER
    add_field(number, "PAGE")
    for foot in (page.footer, page.first_page_footer):
        put(aligned(foot.paragraphs[0], CENTER), note, size=9, italic=True)
    return paper


def word_bytes(paper: Paper) -> bytes:
    """The file; the same content gives the same bytes, whenever it is asked for."""
    written, target = io.BytesIO(), io.BytesIO()
    paper.save(written)
    with (
        zipfile.ZipFile(written) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file,
    ):
        for part in source.infolist():
            file.writestr(zipfile.ZipInfo(part.filename), source.read(part), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def plain(text: str) -> str:
    """The text as XML can carry it: composed letters, no control characters, no invisible marks of direction."""
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return "".join(c for c in _UNFIT.sub("", composed) if unicodedata.category(c) != "Cf")


def put(
    paragraph: Paragraph,
    text: object,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
) -> Paragraph:
    """Write at the end of a paragraph; nothing for None. Returns the paragraph."""
    if text not in (None, ""):
        run = paragraph.add_run(plain(str(text)))
        run.bold, run.italic = bold or None, italic or None
        run.font.size = None if size is None else Pt(size)
    return paragraph


def aligned(paragraph: Paragraph, how: WD_ALIGN_PARAGRAPH) -> Paragraph:
    """The paragraph set to one side or the middle, without the indent of the first line."""
    paragraph.alignment = how
    paragraph.paragraph_format.first_line_indent = Cm(0)
    return paragraph


def part_title(paper: Paper, text: str) -> None:
    """The title of a part: a heading that Word's own outline knows."""
    put(paper.add_paragraph(style="Heading 2"), text)


def count_pages_anew(section: Section) -> None:
    """An annex counts its own pages, as the decree wants."""
    start = OxmlElement("w:pgNumType")
    start.set(qn("w:start"), "1")
    section._sectPr.append(start)


def blank_lines(paper: Paper, count: int) -> None:
    """Dotted lines to write on by hand."""
    for _line in range(count):
        line = aligned(paper.add_paragraph(), LEFT)
        stops = line.paragraph_format.tab_stops
        stops.add_tab_stop(Cm(BODY_CM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)
        line.add_run("\t")


def add_field(paragraph: Paragraph, instruction: str, shown: str = "") -> None:
    """A field that Word computes, such as the page's number; `shown` until it does."""
    for kind in ("begin", "separate", "end"):
        run = paragraph.add_run()
        mark = OxmlElement("w:fldChar")
        mark.set(qn("w:fldCharType"), kind)
        run._r.append(mark)
        if kind == "begin":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = f" {instruction} "
            paragraph.add_run()._r.append(code)
        elif kind == "separate":
            paragraph.add_run(shown)


# --- tables ---------------------------------------------------------------------------------------


def add_table(
    where: Paper | _Cell,
    widths: Sequence[float],
    *,
    heads: Sequence[str] = (),
    lines: bool = True,
) -> Table:
    """A table with columns of these widths in cm; its heads are repeated on every page."""
    made = where.add_table(0, len(widths))
    if lines:
        made.style = "Table Grid"
    made.autofit = False
    made.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Cm(width)
    if heads:
        cells = add_row(made)
        repeated(made)
        for cell, head in zip(cells, heads, strict=True):
            put(aligned(cell.paragraphs[0], CENTER), head, bold=True)
    return made


def add_row(table: Table, *, whole: bool = True) -> list[_Cell]:
    """The cells of a new row; a `whole` one is not parted by the end of a page."""
    row = table.add_row()  # type: ignore[no-untyped-call]
    if whole:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    cells = list(row.cells)
    for cell in cells:
        cell.paragraphs[0].style = IN_TABLE
    return cells


def repeated(table: Table) -> None:
    """The last row is a head: it comes again on every page."""
    table.rows[-1]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def joined(cells: Sequence[_Cell]) -> _Cell:
    """Neighbours of one row made one cell. (`_Cell.merge` looks through the whole table each time.)"""
    first = cells[0]
    first._tc.width = Emu(sum(int(cell.width or 0) for cell in cells))
    first._tc.grid_span = len(cells)
    for cell in cells[1:]:
        cell._tc.getparent().remove(cell._tc)
    return first


def hung_from(cell: _Cell, above: bool) -> None:
    """The cell goes on from the one above it, or begins what goes on below."""
    cell._tc.vMerge = "continue" if above else "restart"


def next_line(cell: _Cell) -> Paragraph:
    """The first paragraph of a cell while it is empty, then another one."""
    first = cell.paragraphs[0]
    if len(cell.paragraphs) == 1 and not first.runs:
        return first
    return cell.add_paragraph(style=IN_TABLE)


def put_picture(
    paragraph: Paragraph, content: bytes, *, alt: str, width_cm: float, height_cm: float
) -> None:
    """A picture as large as fits into these measures, with its words for who cannot see it."""
    with Image.open(io.BytesIO(content)) as image:
        wide, high = image.size
    scale = min(width_cm / wide, height_cm / high)
    shape = paragraph.add_run().add_picture(
        io.BytesIO(content), width=Cm(wide * scale), height=Cm(high * scale)
    )
    shape._inline.docPr.set("descr", plain(alt))


# --- the parts that every paper has ----------------------------------------------------------------


def letterhead(
    paper: Paper, head: Mapping[str, Any], *, number: str, day: date, stamp: str = ""
) -> None:
    """Who issues it, national title and motto, number, place and date. `stamp`: DỰ THẢO, framed under the number."""
    grid = add_table(paper, (6.6, 9.9), lines=False)
    left, right = add_row(grid)
    if head.get("superior"):
        put(aligned(next_line(left), CENTER), head["superior"], size=12)
    _ruled(put(aligned(next_line(left), CENTER), head["issuer"], bold=True, size=12), 2.1)
    title = aligned(next_line(right), CENTER)
    put(title, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", bold=True, size=12)
    motto = aligned(next_line(right), CENTER)
    _ruled(put(motto, "Độc lập - Tự do - Hạnh phúc", bold=True, size=13), 1.9)
    left, right = add_row(grid)
    put(aligned(next_line(left), CENTER), f"Số: {number}", size=13)
    if stamp:
        framed = aligned(next_line(left), CENTER)
        framed.paragraph_format.left_indent = framed.paragraph_format.right_indent = Cm(1.7)
        _border(put(framed, stamp, bold=True, size=12), "top", "left", "bottom", "right")
    put(
        aligned(next_line(right), CENTER), f"{head['place']}, {long_day(day)}", italic=True, size=13
    )


def subject(paper: Paper, kind: str, about: Sequence[str]) -> None:
    """The kind of paper in capitals, and what it is about, a line each."""
    heading = paper.add_paragraph(style="Heading 1")
    put(heading, kind.upper())
    for line in about:
        put(aligned(paper.add_paragraph(), CENTER), line, bold=True)
    _ruled(paper.paragraphs[-1], 6.5)


def signers(paper: Paper, people: Sequence[Mapping[str, Any]]) -> None:
    """Offices, room for signature and stamp, names: side by side, never parted by the end of a page."""
    grid = add_table(paper, [BODY_CM / len(people)] * len(people), lines=False)
    for cell, one in zip(add_row(grid), people, strict=True):
        put(aligned(next_line(cell), CENTER), one["office"], bold=True, size=13)
        put(aligned(next_line(cell), CENTER), "(Ký, ghi rõ họ tên)", italic=True, size=12)
        for _room in range(4):
            aligned(cell.add_paragraph(style=IN_TABLE), CENTER)
        put(
            aligned(cell.add_paragraph(style=IN_TABLE), CENTER), one.get("name"), bold=True, size=13
        )


def foot(
    paper: Paper, recipients: Sequence[str], *, check_url: str | None = None, what: str = ""
) -> None:
    """Recipients on the left; on the right the address where the paper can be checked, with its QR code."""
    grid = add_table(paper, (7.5, 3, 6), lines=False)
    left, middle, right = add_row(grid)
    put(aligned(next_line(left), LEFT), "Nơi nhận:", bold=True, italic=True, size=12)
    for index, name in enumerate(recipients, start=1):
        end = "." if index == len(recipients) else ";"
        put(aligned(next_line(left), LEFT), f"- {name}{end}", size=11)
    if check_url:
        code = io.BytesIO()
        segno.make(check_url, error="m", micro=False).save(code, kind="png", scale=6, border=4)
        alt = f"Mã QR của địa chỉ {check_url}"
        put_picture(
            aligned(next_line(middle), CENTER),
            code.getvalue(),
            alt=alt,
            width_cm=2.5,
            height_cm=2.5,
        )
        words = f"Quét mã hoặc mở địa chỉ dưới đây để kiểm tra {what} này:\n{check_url}"
        put(aligned(next_line(right), LEFT), words, size=10)


# --- letters and lines -----------------------------------------------------------------------------


def _styles(paper: Paper) -> None:
    styles = paper.styles
    normal: Any = styles["Normal"]
    _letters(normal, 13)
    shape = normal.paragraph_format
    shape.alignment, shape.first_line_indent = WD_ALIGN_PARAGRAPH.JUSTIFY, Cm(1)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(0), Pt(5), 1.1
    cell: Any = styles.add_style(IN_TABLE, WD_STYLE_TYPE.PARAGRAPH)
    cell.base_style = normal
    _letters(cell, 11.5)
    shape = cell.paragraph_format
    shape.alignment, shape.first_line_indent = LEFT, Cm(0)
    shape.space_before, shape.space_after, shape.line_spacing = Pt(1), Pt(2), 1
    for name, size, before, how in (("Heading 1", 14, 16, CENTER), ("Heading 2", 13, 10, LEFT)):
        heading: Any = styles[name]
        _letters(heading, size)
        heading.font.bold, heading.font.italic = True, False
        heading.font.color.rgb = RGBColor(0, 0, 0)
        shape = heading.paragraph_format
        shape.alignment, shape.keep_with_next = how, True
        shape.first_line_indent = Cm(0 if how is CENTER else 1)
        shape.space_before, shape.space_after = Pt(before), Pt(5)


def _letters(style: Any, size: float) -> None:
    """Times New Roman for Vietnamese too; the fonts of the theme would win over it."""
    style.font.name, style.font.size = FONT, Pt(size)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for slot in _FONT_SLOTS:
        fonts.attrib.pop(qn(f"w:{slot}Theme"), None)
        fonts.set(qn(f"w:{slot}"), FONT)
    fonts.attrib.pop(qn("w:cstheme"), None)
    language = style.element.rPr.find(qn("w:lang"))
    if language is None:
        language = OxmlElement("w:lang")
        style.element.rPr.append(language)
    language.set(qn("w:val"), "vi-VN")


def _ruled(paragraph: Paragraph, side_cm: float) -> None:
    """A thin line under the text, so far from both sides."""
    around: Any = paragraph._parent
    line: Paragraph = around.add_paragraph(style=IN_TABLE)
    shape = line.paragraph_format
    shape.left_indent = shape.right_indent = Cm(side_cm)
    shape.first_line_indent, shape.space_before, shape.space_after = Cm(0), Pt(0), Pt(4)
    shape.line_spacing = Pt(4)
    _border(line, "top")


def _border(paragraph: Paragraph, *sides: str) -> None:
    frame = OxmlElement("w:pBdr")
    for side in sides:
        line = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "6"), ("space", "2"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        frame.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(
        frame, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
