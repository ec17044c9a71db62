"""Period reports: states and roles by a table, from draft to acceptance, the same figures wherever they are read."""

import io
import json
import re
import subprocess
from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from docx import Document
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ocop_points.core.access import Role
from ocop_points.core.db import db, write
from ocop_points.reports import period_service
from ocop_points.reports.period_rules import (
    Contents,
    ReportState,
    ReportVerb,
    allowed,
    due,
    reads_what_was_sent,
    reportable,
    tally,
)
from ocop_points.reports.rules import Period
from ocop_points.verify import faults
from tests import factories, factories_goods, people
from tests import factories_findings as findings
from tests import factories_reports as reports
from tests import factories_stock as goods
from tests import factories_support as support
from tests.browser import Browser, Page
from tests.statements import statements

Open = Callable[[str | None], Browser]
S, V, R = ReportState, ReportVerb, Role
HALF = Period(2026, 1)


# State, role: what may be done. Whatever stands in no row may not.
MAY = {
    (S.DRAFT, R.OFFICER): {V.WRITE},
    (S.DRAFT, R.MANAGER): {V.WRITE, V.SUBMIT},
    (S.RETURNED, R.OFFICER): {V.WRITE},
    (S.RETURNED, R.MANAGER): {V.WRITE, V.SUBMIT},
    (S.SUBMITTED, R.MINISTRY_ADMIN): {V.RETURN, V.ACCEPT},
}


def test_states_and_roles() -> None:
    for state, role in product(S, R):
        assert allowed(state, role) == MAY.get((state, role), set()), (state, role)
    # The ministry never reads what is worked on, the department reads what it sent.
    for state, role in product(S, (R.OFFICER, R.MINISTRY_VIEWER)):
        expected = role is R.MINISTRY_VIEWER or state in {S.SUBMITTED, S.ACCEPTED}
        assert reads_what_was_sent(role, state) is expected


def test_periods_and_who_is_in() -> None:
    for today, waited in {
        date(2026, 11, 23): ["2026-H1"],
        date(2026, 7, 1): ["2026-H1"],
        date(2027, 1, 1): ["2026-H2", "2026"],
        date(2027, 6, 30): ["2026-H2", "2026"],
    }.items():
        assert [one.key for one in due(today)] == waited
    today = date(2026, 11, 23)
    for period, may in {
        Period(2026, 2): True,
        Period(2026): True,
        Period(2027, 1): False,
        Period(2023): True,
        Period(2022, 2): False,
    }.items():
        assert reportable(period, today) is may
    states = {1: S.ACCEPTED, 2: S.SUBMITTED, 3: S.RETURNED, 4: S.DRAFT, 9: S.ACCEPTED, 8: S.DRAFT}
    found = tally(states, [1, 2, 3, 4, 5])
    assert (found.accepted, found.submitted, found.returned, found.unsent, found.others) == (
        1,
        1,
        1,
        2,
        1,
    )
    assert (found.received, found.expected) == (2, 5)


@pytest.fixture
def records(app: Flask) -> None:
    """Visits of two half-years, a finding, support, goods with and without stars."""
    shop = factories.point()
    findings.approved({}, point=shop, day=date(2025, 10, 6), number=1)
    findings.approved({"II.1": findings.DUST}, point=shop, day=date(2026, 5, 4), number=1)
    findings.approved({}, point=shop, day=date(2026, 6, 1), number=2)
    support.payment(support.support(shop.id))
    rated = factories_goods.product()
    factories_goods.certificate(rated, issued_on=date(2025, 1, 6))
    goods.posted(shop, goods.line(rated, 5), on=date(2026, 11, 2))
    plain = factories_goods.product(name="Miến dong Bình Liêu")
    goods.posted(shop, goods.line(plain, 5), on=date(2026, 11, 3))


def at(key: str = "2026-H1", rest: str = "") -> str:
    return f"/reports/{people.locality().id}/{key}{rest}"


def figure(page: Page, title: str) -> list[str]:
    """This period, the one before, the difference, as the page shows them."""
    assert page.tree is not None
    for row in page.tree.iter("tr"):
        words = [" ".join("".join(cell.itertext()).split()) for cell in row]
        if words[0].startswith(title):
            return words[1:]
    raise AssertionError(title)


def test_from_the_draft_to_what_stays_for_ever(records: None, browser: Open) -> None:
    officer, manager, admin = browser("officer"), browser("manager"), browser("admin")
    # Nobody began it: the department reads its records, the ministry finds nothing.
    page = officer.get(at())
    assert figure(page, "Đã duyệt") == ["2", "1", "+1"]
    assert figure(page, "Tỷ lệ đạt") == ["50,0", "100,0", "−50,0"]
    # What was of the present at the end of the period before is not known without its report.
    assert figure(page, "Đang hoạt động (điểm)") == ["1", "–", "–"]
    assert "Kỳ trước (6 tháng cuối năm 2025) không có báo cáo đã gửi" in page
    assert reports.stored().version == 0
    admin.get(at(), status=404)
    browser("other_manager").get(at(), status=404)
    # Remarks; two people at once.
    form = officer.get(at(rest="/edit")).form()
    behind = manager.get(at(rest="/edit")).form()
    officer.send(form, reports.REMARKS)
    clash = manager.send(behind, {"results": "Đã kiểm tra 9 điểm."}, status=422)
    assert "Bản ghi đã được sửa trong lúc bạn gõ" in clash
    assert "Đã kiểm tra 9 điểm." in clash
    assert "Hai điểm chuyển địa điểm." in clash
    officer.post(at(rest="/submit"), status=403)
    admin.get(at(), status=404)
    # Sent: what the records say now is kept.
    manager.send(manager.get(at(rest="/submit")).form(), {"number": "125/BC-SCT"})
    sent = admin.get(at())
    for said in ("Chờ tiếp nhận", "125/BC-SCT", "&lt;b&gt;tuyên truyền&lt;/b&gt; &amp; biển hiệu"):
        assert said in sent, said
    officer.get(at(rest="/edit"), status=302)
    # Returned with a reason; the department mends and sends anew, the stale page of the ministry is refused.
    stale = admin.get(at(rest="/accept")).form()
    back = admin.get(at(rest="/return")).form()
    assert admin.send(back, {"reason": ""}, status=422).errors() == ["Ghi cần sửa gì"]
    admin.send(back, {"reason": "Nêu rõ kinh phí"})
    assert "Nêu rõ kinh phí" in officer.get("/")
    findings.approved({}, day=date(2026, 6, 8), number=3, point=_shop())
    assert figure(officer.get(at()), "Đã duyệt")[0] == "3"
    assert figure(admin.get(at()), "Đã duyệt")[0] == "2"  # what was returned
    manager.send(manager.get(at(rest="/submit")).form())
    assert figure(admin.get(at()), "Đã duyệt")[0] == "3"
    assert "Mở lại báo cáo" in admin.send(stale, status=422)
    assert reports.stored().state is S.SUBMITTED
    assert "Báo cáo chờ Bộ tiếp nhận" in admin.get("/")
    admin.send(admin.get(at(rest="/accept")).form())
    # Accepted: the records move on, the report does not, and says so.
    paper = _pdf_words(manager, at(rest="/report.pdf"))
    findings.approved({}, day=date(2026, 6, 9), number=4, point=_shop())
    for who in (officer, admin):
        page = who.get(at())
        assert figure(page, "Đã duyệt")[0] == "3"
        assert "Đã duyệt: 3 → 4 lần" in page.words
    assert _pdf_words(manager, at(rest="/report.pdf")) == paper
    for verb in ("return", "accept"):
        admin.get(at(rest=f"/{verb}"), status=302)
    told = browser("viewer").get(at()).words.partition("Diễn biến")[2]
    steps = ("Bộ tiếp nhận", "Gửi Bộ", "Bộ trả lại: Nêu rõ kinh phí", "Gửi Bộ", "Ghi nhận xét")
    assert re.search(".*".join(steps), told), told
    # The next period is compared with this report, also in what was of the present then.
    after = officer.get(at("2026-H2"))
    assert figure(after, "Đang hoạt động (điểm)") == ["1", "1", "0"]
    assert "Kỳ trước: theo báo cáo đã gửi (6 tháng đầu năm 2026)." in after
    assert list(faults()) == []


def _shop() -> Any:
    from ocop_points.points.models import SalesPoint

    return db.session.query(SalesPoint).first()


def _pdf_words(who: Browser, url: str) -> str:
    content = who.get(url).answer.data
    assert content.startswith(b"%PDF")
    done = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=content, capture_output=True, check=True
    )
    return done.stdout.decode()


def _table(rows: Any) -> dict[str, list[str]]:
    return {row[0]: [*row[-3:]] for row in rows}


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
    pdf = " ".join(_pdf_words(manager, at(rest="/report.pdf")).split())
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
    assert "DỰ THẢO" in " ".join(_pdf_words(manager, at("2026-H2", "/report.pdf")).split())


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


def test_what_was_sent_cannot_be_altered_and_verify_finds_who_did(records: None) -> None:
    reports.written()
    reports.submitted()
    told = (
        "UPDATE period_report SET content = replace(content, '2026', '2027')",
        "UPDATE period_report SET state = 'returned', return_reason = 'x'",
        "DELETE FROM period_report",
    )
    with pytest.raises(DBAPIError):
        write(lambda: db.session.execute(text(told[0])))
    reports.accepted()
    for statement in told:
        with pytest.raises(DBAPIError):
            write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
    kept = reports.stored().content
    assert kept is not None
    assert Contents.read(kept, HALF).kept() == kept
    if db.engine.dialect.name != "sqlite":
        return
    write(lambda: db.session.execute(text("DROP TRIGGER period_report_no_update")))
    changed = json.loads(kept)
    changed["figures"]["helped"] += 1
    more = {"content": json.dumps(changed, ensure_ascii=False, sort_keys=True)}
    write(lambda: db.session.execute(text("UPDATE period_report SET content = :content"), more))
    assert [one for one in faults() if "nội dung đã gửi bị sửa" in one]
    again = {"content": kept}
    write(
        lambda: db.session.execute(
            text("UPDATE period_report SET content = :content, state = 'submitted'"), again
        )
    )
    assert [one for one in faults() if "khác với nhật ký (accepted)" in one]


def test_the_list_names_what_was_not_sent_and_grows_without_statements(
    app: Flask, browser: Open
) -> None:
    reports.written()
    reports.submitted()
    reports.submitted("2026-H2", by="other_manager")
    admin = browser("admin")
    for query, expected in {
        "": ["Cà Mau", "Quảng Ninh, 6 tháng đầu năm 2026"],
        "?period=all&state=submitted": [
            "Cà Mau, 6 tháng cuối năm 2026",
            "Quảng Ninh, 6 tháng đầu năm 2026",
        ],
        "?period=2026-H2&state=draft": ["Quảng Ninh"],
        "?period=2026-H1&state=accepted": [],
    }.items():
        assert _heads(admin.get(f"/reports{query}")) == expected, query
    mine = _heads(browser("officer").get("/reports"))
    assert mine == [
        f"Quảng Ninh, {name}"
        for name in ("Năm 2026", "6 tháng cuối năm 2026", "6 tháng đầu năm 2026")
    ]
    browser("operator").get("/reports", status=403)
    admin.get("/")
    count = statements(admin.http.get, "/reports?period=all")
    for key in ("2024", "2025-H1", "2025-H2", "2025", "2024-H1"):
        reports.submitted(key)
    admin.get("/")
    assert statements(admin.http.get, "/reports?period=all") == count


def _heads(page: Page) -> list[str]:
    assert page.tree is not None
    return [
        " ".join("".join(cell.itertext()).split())
        for cell in page.tree.iter("th")
        if cell.get("scope") == "row"
    ]


def test_the_ministry_sums_what_is_in_and_compares_like_with_like(
    records: None, browser: Open
) -> None:
    factories.point(people.ELSEWHERE)
    reports.submitted("2025-H2")
    reports.written()
    reports.submitted()
    reports.accepted()
    admin = browser("admin")
    assert "Đã nhận 1 trên 2 địa phương được hỗ trợ" in admin.get("/reports/summary")
    count = statements(admin.http.get, "/reports/summary?period=2026-H1")
    reports.written(by="other_officer", difficulties="Bão làm hỏng hai kệ")
    reports.submitted(by="other_manager")
    page = admin.get("/reports/summary?period=2026-H1")
    assert "Bão làm hỏng hai kệ" in page
    assert statements(admin.http.get, "/reports/summary?period=2026-H1") == count
    assert "Đã nhận 2 trên 2 địa phương được hỗ trợ" in page
    # Accepted, waiting, both; of the one that reported twice: now, before, difference.
    assert figure(page, "Đang hoạt động") == ["1", "1", "2", "1", "1", "0"]
    assert figure(page, "Đã duyệt") == ["2", "0", "2", "2", "1", "+1"]
    assert figure(page, "Tỷ lệ đạt") == ["50,0", "–", "50,0", "50,0", "100,0", "−50,0"]
    assert "chỉ tính 1 địa phương có báo cáo cả hai kỳ" in page
    assert figure(page, "Quảng Ninh")[:3] == ["Đã tiếp nhận", "1", "1"]
    assert figure(page, "Cà Mau")[:3] == ["Chờ tiếp nhận", "1", "1"]
    assert "Đề nghị Bộ sớm ban hành bộ tiêu chí mới." in page
    # The file, the PDF and the Word file say the same.
    content = io.BytesIO(admin.get("/reports/summary?period=2026-H1&format=xlsx").answer.data)
    sheet: Any = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    column = next(place for place, head in enumerate(sheet[0]) if "Đang hoạt động (" in str(head))
    assert {row[0]: row[column] for row in sheet[1:]} == {
        "Cà Mau": 1, "Quảng Ninh": 1, "Cộng đã tiếp nhận": 1, "Cộng chờ tiếp nhận": 1, "Cộng": 2,
    }  # fmt: skip
    pdf = " ".join(_pdf_words(admin, "/reports/summary.pdf?period=2026-H1").split())
    answer = admin.get("/reports/summary.docx?period=2026-H1").answer
    paper: Any = Document(io.BytesIO(answer.data))
    lines = [
        " ".join(" ".join(cell.text for cell in row.cells).split())
        for one in paper.tables
        for row in one.rows
    ]
    for said in (
        "Đang hoạt động (điểm) 2 1 1 0",
        "Tỷ lệ đạt (%) 50,0 50,0 100,0 −50,0",
        "Quảng Ninh Đã tiếp nhận 1 1 2 50,0",
        "Cộng chờ tiếp nhận 1 1 0 –",
    ):
        assert said in pdf, said
        assert said in lines or any(one.startswith(said) for one in lines), said
    # One returned is not counted; a whole province of today says how many of its localities are in.
    reports.act(period_service.return_report, by="admin", reason="Xem lại", place=people.ELSEWHERE)
    page = admin.get("/reports/summary?period=2026-H1&map=34")
    assert figure(page, "Đang hoạt động")[:3] == ["1", "0", "1"]
    assert figure(page, "Cà Mau")[:2] == ["Trả lại", "–"]
    assert "Bão làm hỏng hai kệ" not in page
    browser("manager").get("/reports/summary", status=403)
