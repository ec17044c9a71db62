"""The same figures and words of a report wherever they are read."""

import io
import re
from collections.abc import Callable
from typing import Any

from docx import Document
from python_calamine import CalamineWorkbook

from tests import factories_reports as reports
from tests.browser import Browser
from tests.papers import text_of
from tests.reports.pages import at

Open = Callable[[str | None], Browser]

SAID = (
    "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    "Số: 125/BC-SCT",
    "Kính gửi: Bộ Công Thương",
    "ngày 23 tháng 11 năm 2026",
    "Hai điểm chuyển địa điểm.",
    "<b>tuyên truyền</b> & biển hiệu",
    "Nơi nhận:",
    "QNI-0001",
    "chờ xác nhận",
)


def _table(rows: Any) -> dict[str, list[str]]:
    return {row[0]: [*row[-3:]] for row in rows}


def test_page_pdf_word_and_excel_say_the_same(records: None, browser: Open) -> None:
    reports.written()
    reports.submitted(number="125/BC-SCT")
    manager = browser("manager")
    page = manager.get(at())
    assert page.tree is not None
    lines = [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for row in page.tree.iter("tr")
        if len(row) == 4 and row[0].tag == "th" and row[0].get("scope") == "row"
    ]
    shown = _table([[re.sub(r" \(\S+( \S+)?\)$", "", title), *rest] for title, *rest in lines])
    assert len(shown) == 30
    assert shown["Theo quyết định"][0] == "80.000.000"
    paper: Any = Document(io.BytesIO(manager.get(at(rest="/report.docx")).answer.data))
    in_word = {
        cells[0]: cells[-3:]
        for one in paper.tables
        for row in one.rows
        if len(cells := [cell.text for cell in row.cells]) == 5 and cells[0] in shown
    }
    assert in_word == shown
    content = io.BytesIO(manager.get(at(rest="?format=xlsx")).answer.data)
    lines_of: Any = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()[1:]
    in_excel = {}
    for _part, title, unit, *figures in lines_of:
        in_excel[title] = [
            _vietnamese(n, unit, change=place == 2) for place, n in enumerate(figures)
        ]
    assert in_excel == shown
    pdf = " ".join(text_of(manager.get(at(rest="/report.pdf")).answer.data).split())
    for title, figures in shown.items():
        assert re.search(re.escape(title) + r" \S+( \S+)? " + re.escape(" ".join(figures)), pdf), (
            title
        )
    words = "\n".join(one.text for one in paper.paragraphs)
    for said in SAID:
        assert said in pdf, said
        in_cells = "\n".join(
            cell.text for one in paper.tables for row in one.rows for cell in row.cells
        )
        assert said in words + in_cells, said
    assert "DỰ THẢO" not in pdf + words
    section = paper.sections[0]
    assert [
        round(side.mm) for side in (section.left_margin, section.right_margin, section.top_margin)
    ] == [30, 15, 20]
    assert {style.font.name for style in paper.styles if style.name in {"Normal", "Heading 1"}} == {
        "Times New Roman"
    }
    assert next(one.text for one in paper.paragraphs if one.style.name == "Heading 1") == "BÁO CÁO"
    # Before it is sent the paper is a draft.
    assert "DỰ THẢO" in " ".join(
        text_of(manager.get(at("2026-H2", "/report.pdf")).answer.data).split()
    )


def _vietnamese(value: Any, unit: str, *, change: bool) -> str:
    if value == "":
        return "–"
    written = (
        f"{abs(value):.1f}".replace(".", ",")
        if unit == "%"
        else f"{abs(int(value)):,}".replace(",", ".")
    )
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return (sign if change else "") + written
