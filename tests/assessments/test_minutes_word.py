"""The minutes as a Word file: read back, it says what the PDF says."""

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import Any

from docx import Document
from docx.shared import Pt
from flask import Flask

from ocop_points.assessments import minutes_views
from ocop_points.assessments.kinds import VisitKind
from ocop_points.assessments.minutes_word import COPY_NOTE, DRAFT_NOTE
from ocop_points.assessments.rules import Answer
from ocop_points.assessments.service import VisitFacts, edit_visit, void_visit
from ocop_points.core import word
from tests import factories, factories_papers, factories_visits, people
from tests.browser import Browser
from tests.factories_papers import raw, shot

Open = Callable[[str | None], Browser]
HOSTILE = "Ruốc <w:b/> &amp; {{ 7*7 }} #strong[hàu] \u202eVân Đồn"
LONG = "Không có tem truy xuất, đã nhắc tại chỗ. " * 8
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What only one of the two can say: Word counts its pages itself and tells on each that it is a copy.
_WATERMARK = {"D", "Ự", "TH", "Ả", "O"}  # across the page of the PDF, taken apart
_COUNTED = {"……", "01", "02", "03", "04", "05", "06", "1", "2", "3", "4", "5", "6"}


def visit_with_everything(*, scored: bool) -> int:
    visit_id = factories_visits.visit(factories.point(name=HOSTILE), scored=scored)
    guest = "Bùi Khắc Duẩn, Phòng Kinh tế phường Bãi Cháy\nĐỗ Thị Ơn"
    team = [people.user("second_officer").id]
    facts = VisitFacts(VisitKind.PERIODIC, team, guests=guest, representative="Đặng Thị Nga")
    factories_visits.act(visit_id, edit_visit, by="officer", facts=facts, planned_on=None)
    code = "B.2" if scored else "III.4"
    factories_papers.answer(visit_id, {code: Answer(value=False, note=LONG)})
    shots = [shot(number) for number in range(20, 26)]
    factories_papers.photograph(visit_id, code, *shots, caption="Kệ số 3")
    return visit_id


def opened(who: Browser, visit_id: int) -> Any:
    answer = raw(who, f"/assessments/{visit_id}/minutes.docx")
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == minutes_views.DOCX
    assert "attachment" in answer.headers["Content-Disposition"]
    return Document(BytesIO(answer.data))


def read(paper: Any) -> str:
    """The body as a reader reads it, paragraph by paragraph."""
    lines = []
    for paragraph in paper.element.body.iter(f"{W}p"):
        pieces = {f"{W}t": lambda one: one.text or "", f"{W}br": lambda _one: "\n"}
        lines.append("".join(pieces[one.tag](one) for one in paragraph.iter() if one.tag in pieces))
    return "\n".join(lines)


def rows_under(paper: Any, head: str) -> list[list[str]]:
    """The rows of the table whose first column has this head."""
    tables = [one for one in paper.tables if one.rows[0].cells[0].text == head]
    return [[cell.text for cell in row.cells] for row in tables[0].rows[1:]]


def pdf_words(who: Browser, visit_id: int) -> Counter[str]:
    content = raw(who, f"/assessments/{visit_id}/minutes.pdf").data
    done = subprocess.run(["pdftotext", "-", "-"], input=content, capture_output=True, check=True)
    return words(done.stdout.decode())


def words(text: str) -> Counter[str]:
    """Dots to write on and page numbers are no content, and the check address is broken over lines."""
    address = re.compile(r"https://.*|[0-9a-f]{8,}")
    found = [one for one in text.split() if one.strip(".…") and not address.fullmatch(one)]
    return Counter(one for one in found if one not in _COUNTED | _WATERMARK)


def test_draft_and_copy_say_what_the_pdf_says(browser: Open, app: Flask) -> None:
    visit_id = visit_with_everything(scored=False)
    officer = browser("officer")
    assert (
        f"/assessments/{visit_id}/minutes.docx" in officer.get(f"/assessments/{visit_id}").links()
    )
    draft, pdf = opened(officer, visit_id), pdf_words(officer, visit_id)
    text = read(draft)
    assert set(words(text)) == set(pdf)
    assert "DỰ THẢO" in text
    assert "Số: ……/BB-SCT" in text
    assert {part.footer.paragraphs[0].text for part in draft.sections} == {DRAFT_NOTE}
    # Text is text: neither markup of Word nor of our templates, no mark that turns the line round.
    assert "Ruốc <w:b/> &amp; {{ 7*7 }} #strong[hàu] Vân Đồn" in text
    assert "\u202e" not in text
    assert len(draft.inline_shapes) + text.count("Ảnh") > 6
    factories_papers.submit(visit_id, opinion="Cửa hàng nhất trí", conclusion="Đề nghị công nhận")
    factories_papers.approve(visit_id)
    final, pdf = opened(officer, visit_id), pdf_words(officer, visit_id)
    text = read(final)
    assert set(words(text)) == set(pdf)
    assert "Số: 12/BB-SCT" in text
    assert f"https://ocop.example/kt/{factories_papers.visit_of(visit_id).token}" in text
    assert "DỰ THẢO" not in text
    assert final.sections[0].first_page_footer.paragraphs[0].text == COPY_NOTE
    factories_visits.act(visit_id, void_visit, by="manager", reason="Nhầm điểm")
    assert "ĐÃ HỦY" in read(opened(officer, visit_id))


def test_scored_minutes_in_the_layout_of_the_decree(browser: Open, app: Flask) -> None:
    visit_id = visit_with_everything(scored=True)
    officer = browser("officer")
    paper = opened(officer, visit_id)
    assert set(words(read(paper))) == set(pdf_words(officer, visit_id))
    assert rows_under(paper, "Tiêu chí") == [["B.2 *", LONG, ""]]
    assert rows_under(paper, "Phần")[-1] == ["Cộng", "90,0", "100,0", "90,0 %"]
    page = paper.sections[0]
    size = page.page_width, page.page_height, page.top_margin, page.bottom_margin
    sides = page.left_margin, page.right_margin
    assert [round(one.mm) for one in (*size, *sides)] == [210, 297, 20, 20, 30, 15]
    normal = paper.styles["Normal"].font
    assert (normal.name, normal.size) == ("Times New Roman", Pt(13))
    # Page numbers: in the middle of the top, none on the first page; the annex counts its own.
    assert page.different_first_page_header_footer
    assert "PAGE" in page.header._element.xml
    assert not page.first_page_header.paragraphs[0].runs
    assert len(paper.sections) == 2
    pictures = [one.get("descr") for one in paper.element.iter() if one.tag.endswith("}docPr")]
    assert all(pictures)
    assert any("Kệ số 3" in one for one in pictures)


def test_who_gets_it(browser: Open, app: Flask) -> None:
    visit_id = factories_visits.visit()
    expected = {"manager": 200, "second_officer": 200, "other_officer": 404, "viewer": 403}
    for who, status in {**expected, "admin": 403, "operator": 403}.items():
        answer = raw(browser(who), f"/assessments/{visit_id}/minutes.docx")
        assert answer.status_code == status, who
    planned = factories_visits.visit(
        factories.point(name="Cửa hàng khác", address="9 đường Hạ Long"),
        planned=True,
        on=factories_visits.TOMORROW,
    )
    assert raw(browser("officer"), f"/assessments/{planned}/minutes.docx").status_code == 404


def test_what_xml_cannot_carry_is_left_out() -> None:
    cases = {
        "a\x00b\x0bc\x0cd\x1fe\x85f": "abcdef",
        "dòng 1\r\ndòng 2\tcột": "dòng 1\ndòng 2\tcột",
        "\ud800\ufffe\uffff\u200b\u202e": "",
        "đa\u0323c sa\u0309n": "đạc sản",
        "😀 <b>&": "😀 <b>&",
    }
    for given, kept in cases.items():
        assert word.plain(given) == kept
    paper = word.new_paper("\x01Tiêu\ufffe đề", author="Sở\x0b", note="\x1fchú")
    word.put(paper.add_paragraph(), "".join(cases))
    assert read(Document(BytesIO(word.word_bytes(paper)))).startswith("abcdef")
