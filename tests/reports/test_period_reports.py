"""Period reports: from draft to acceptance, what was sent stays, and the list."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.core.db import db, write
from ocop_points.points.models import SalesPoint
from ocop_points.reports.period_rules import Contents, ReportState
from ocop_points.reports.rules import Period
from ocop_points.verify import faults
from tests import factories
from tests import factories_findings as findings
from tests import factories_reports as reports
from tests.browser import Browser, Page
from tests.papers import text_of
from tests.reports.pages import at, figure
from tests.statements import statements

Open = Callable[[str | None], Browser]
HALF = Period(2026, 1)


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
    # Nothing is compared with a report that is being mended.
    assert "(6 tháng đầu năm 2026) không có báo cáo đã gửi" in officer.get(at("2026-H2"))
    findings.approved({}, day=date(2026, 6, 8), number=3, point=_shop())
    assert figure(officer.get(at()), "Đã duyệt")[0] == "3"
    assert figure(admin.get(at()), "Đã duyệt")[0] == "2"  # what was returned
    manager.send(manager.get(at(rest="/submit")).form())
    assert figure(admin.get(at()), "Đã duyệt")[0] == "3"
    assert "Mở lại báo cáo" in admin.send(stale, status=422)
    assert reports.stored().state is ReportState.SUBMITTED
    assert "Báo cáo chờ Bộ tiếp nhận" in admin.get("/")
    admin.send(admin.get(at(rest="/accept")).form())
    # Accepted: the records move on, the report does not, and says so.
    paper = text_of(manager.get(at(rest="/report.pdf")).answer.data)
    findings.approved({}, day=date(2026, 6, 9), number=4, point=_shop())
    factories.point(name="Trạm OCOP Đầm Hà", address="1 phố chợ")
    for who in (officer, admin):
        page = who.get(at())
        assert figure(page, "Đã duyệt")[0] == "3"
        assert "Đã duyệt: 3 → 4 lần" in page.words
        assert "Đang hoạt động:" not in page.words  # of the present, it differs by nature
    assert text_of(manager.get(at(rest="/report.pdf")).answer.data) == paper
    for verb in ("return", "accept"):
        admin.get(at(rest=f"/{verb}"), status=302)
    told = browser("viewer").get(at()).words.partition("Diễn biến")[2]
    steps = ("Bộ tiếp nhận", "Gửi Bộ", "Bộ trả lại: Nêu rõ kinh phí", "Gửi Bộ", "Ghi nhận xét")
    assert re.search(".*".join(steps), told), told
    # The next period is compared with this report, also in what was of the present then.
    after = officer.get(at("2026-H2"))
    assert figure(after, "Đang hoạt động (điểm)") == ["2", "1", "+1"]
    assert "Kỳ trước: theo báo cáo đã gửi (6 tháng đầu năm 2026)." in after
    assert list(faults()) == []


def _shop() -> SalesPoint:
    return db.session.scalars(select(SalesPoint)).one()


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
