"""Findings through HTTP: from the line not met to the closed finding, and who may do what on the way."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.assessments import findings_documents as documents
from ocop_points.assessments import findings_lists as lists
from ocop_points.assessments import findings_queries as queries
from ocop_points.assessments import service
from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.findings_rules import FindingState, FindingVerb
from ocop_points.assessments.queries import get_visit_or_404
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.rules import PhotoRule
from tests import factories, people
from tests import factories_findings as findings
from tests import factories_papers as papers
from tests import factories_visits as visits
from tests.browser import Browser
from tests.evidence import files
from tests.papers import pages_of
from tests.statements import statements

Open = Callable[[str | None], Browser]


def verbs(finding_id: int) -> list[FindingVerb]:
    db.session.rollback()
    return [event.verb for event in reversed(queries.events_of(finding_id))]


def test_from_the_visit_to_the_closed_finding(browser: Open) -> None:
    """The team asks, approval makes it official, the shop reports, the department reopens, then closes."""
    visits.own_edition()
    shop = factories.point(representative="Đặng Thị Nga")
    factories.give_point(shop)
    visit_id = visits.visit(shop)
    visits.answer_all(visit_id, {"III.3": findings.DUST, "III.4": findings.DUST})
    officer, manager, operator = browser("officer"), browser("manager"), browser("operator")
    url, line = f"/assessments/{visit_id}", papers.line_of(visit_id, "III.3").id
    assert (
        "2 tiêu chí chưa đạt, 0 đã có việc và hạn khắc phục" in officer.get(f"{url}/submit").words
    )
    page = officer.get(f"{url}/remedies")
    assert page.form().value(f"owner_name_{line}") == "Đặng Thị Nga"
    half = {f"text_{line}": "Lau kệ số 3"}
    page = officer.send(page.form(), half, status=422)
    assert page.errors() == ["Nhập hạn, ví dụ 15/12/2026"]
    before = {f"due_on_{line}": "22/11/2026"}
    page = officer.send(page.form(), before, status=422)
    assert page.errors() == ["Hạn không được trước ngày đánh giá"]
    nga = str(people.user("operator").id)
    whole = {f"due_on_{line}": "07/12/2026", f"owner_user_id_{line}": nga}
    page = officer.follow(officer.send(page.form(), whole))
    assert "Phải làm: Lau kệ số 3 Đặng Thị Nga, hạn 07/12/2026" in page.words
    assert "Chưa giao việc khắc phục." in page.words
    assert queries.findings_of(visit_id) == {}
    assert operator.get("/findings").words.count("III.3") == 0
    visits.submit(visit_id)
    officer.get(f"{url}/remedies", status=302)
    visits.approve(visit_id)
    found = {one.code: one.id for one in queries.findings_of(visit_id).values()}
    assert set(found) == {"III.3", "III.4"}
    paper = minutes_data(get_visit_or_404(people.user("officer"), visit_id))["findings"]
    assert paper == [
        {
            "line": "III.3",
            "what": "Kệ số 3 phủ bụi, giá ghi tay",
            "mandatory": False,
            "remedy": "Lau kệ số 3. Người chịu trách nhiệm: Đặng Thị Nga.",
            "due": date(2026, 12, 7),
        },
        {
            "line": "III.4",
            "what": "Kệ số 3 phủ bụi, giá ghi tay",
            "mandatory": False,
            "remedy": None,
            "due": None,
        },
    ]
    # the shop reports, with what shows it
    here = f"/findings/{found['III.3']}"
    assert here in operator.get("/findings").links()
    page = operator.get(here)
    assert "Lau kệ số 3" in page.words
    assert f"{here}/verify" not in page.links()
    page = operator.submit(f"{here}/report", {"note": "Đã lau"}, status=422)
    assert page.errors() == ["Chọn ít nhất một ảnh hoặc tệp PDF làm bằng chứng"]
    form = operator.get(f"{here}/report").form()
    bad = {"note": "Đã lau", "evidence": papers.upload(b"MZ khong phai anh", "ke.exe")}
    page = papers.post_files(operator, form, bad, status=422)
    assert page.form().value("note") == "Đã lau"
    sent = [papers.upload(papers.shot(5), "ke.jpg"), papers.upload(files.PDF, "hoa-don.pdf")]
    said = {"note": "Đã lau kệ, in bảng giá", "evidence": sent}
    page = papers.post_files(operator, operator.get(f"{here}/report").form(), said)
    page = operator.follow(page)
    assert "Chờ kiểm tra" in page.words
    assert "Báo đã khắc phục: Đã lau kệ, in bảng giá" in page.words
    small = [one for one in page.links() if one.startswith("/finding-files/")]
    assert len(small) == 2
    kinds = [papers.raw(operator, one).mimetype for one in small]
    assert kinds == ["image/jpeg", "application/pdf"]
    assert browser("other_officer").get(small[0], status=404)
    # the department is not content, then it is
    page = officer.submit(f"{here}/reopen", {"reason": " "}, status=422)
    assert page.errors() == ["Ghi lý do mở lại"]
    again = {"reason": "Bảng giá còn ghi tay", "due_on": "20/12/2026"}
    page = officer.follow(officer.submit(f"{here}/reopen", again))
    assert "Mở lại: Bảng giá còn ghi tay; hạn 20/12/2026" in page.words
    officer.get(f"{here}/verify", status=302)
    form = officer.get(f"{here}/report").form()
    own = {"note": "Tôi đến xem: đã in bảng giá", "evidence": papers.upload(papers.shot(6))}
    page = officer.follow(papers.post_files(officer, form, own))
    assert "Bạn là người báo đã khắc phục nên người khác kiểm tra." in page.words
    token = officer.get("/profile").form()
    keys = {key: token.value(key) for key in ("csrf_token", "form_key")}
    page = officer.post(f"{here}/verify", keys, status=422)
    assert "Bạn là người báo đã khắc phục" in page.words
    page = manager.follow(manager.submit(f"{here}/verify", {"note": "Đã xem ảnh"}))
    assert "Đã đóng" in page.words
    assert verbs(found["III.3"]) == [
        FindingVerb.OPEN,
        FindingVerb.REPORT,
        FindingVerb.REOPEN,
        FindingVerb.REPORT,
        FindingVerb.VERIFY,
    ]
    rows = select(AuditRow.action).where(AuditRow.object_type == "finding").order_by(AuditRow.id)
    said_of_it = list(db.session.scalars(rows.where(AuditRow.object_id == found["III.3"])))
    assert [one.removeprefix("finding.") for one in said_of_it] == [
        "opened",
        "reported",
        "reopened",
        "reported",
        "verified",
    ]
    done = findings.record(found["III.3"])
    assert (done.state, done.closed_on) == (FindingState.CLOSED, date(2026, 11, 23))


def test_an_action_is_given_later_and_changed_with_a_reason_only(browser: Open) -> None:
    (finding_id,) = findings.approved(asked=False)
    officer, manager = browser("officer"), browser("manager")
    url = f"/findings/{finding_id}/action"
    given = {"text": "Lau kệ", "due_on": "01/12/2026", "owner_name": "Đặng Thị Nga"}
    older = manager.get(url).form()
    page = officer.follow(officer.submit(url, given))
    assert "Giao việc khắc phục; hạn 01/12/2026" in page.words
    page = manager.send(older, {"text": "Thay kệ", "due_on": "05/12/2026"}, status=422)
    assert "Bản ghi đã được sửa trong lúc bạn gõ" in page.words
    assert "Lau kệ" in page.words
    page = officer.submit(url, {"due_on": "10/12/2026"}, status=422)
    assert page.errors() == ["Ghi lý do thay đổi: biên bản đã ghi việc và hạn trước đó"]
    longer = {"due_on": "10/12/2026", "reason": "Chờ thợ in"}
    page = officer.follow(officer.submit(url, longer))
    assert "Giao việc khắc phục: Chờ thợ in; hạn 10/12/2026" in page.words
    outside = str(people.user("other_officer").id)
    wrong = {"owner_user_id": outside, "reason": "x"}
    assert officer.submit(url, wrong, status=422).errors() == ["Chọn một mục trong danh sách"]


def test_the_list_narrows_sorts_and_leaves_as_a_workbook(browser: Open) -> None:
    shop = factories.point()
    late, soon = findings.approved(
        {"III.3": findings.DUST, "III.4": findings.DUST},
        point=shop,
        day=date(2026, 10, 1),
        due_on=date(2026, 11, 15),
    )
    findings.report(soon)
    other = factories.point(name="Siêu thị OCOP Hạ Long", address="5 đường Lê Thánh Tông")
    (free,) = findings.approved({"III.3": findings.DUST}, point=other, number=2, asked=False)
    factories.give_point(shop)
    officer, viewer, operator = browser("officer"), browser("viewer"), browser("operator")

    def listed(who: Browser, query: str) -> list[int]:
        links = who.get(f"/findings{query}").links()
        return [
            int(link.rpartition("/")[2])
            for link in links
            if link.startswith("/findings/") and link.rpartition("/")[2].isdecimal()
        ]

    for query, wanted in {
        "": [late, soon, free],
        "?state=overdue": [late],
        "?state=waiting": [soon],
        "?state=unassigned": [free],
        "?state=closed": [],
        "?q=sieu+thi": [free],
        "?sort=-opened": [free, late, soon],
        "?sort=-point&state=open": [late, free],
        "?from=1/11/2026&to=16/11/2026": [late, soon],
        "?repeated=yes": [],
        f"?point={shop.id}": [late, soon],
    }.items():
        for who in (officer, viewer):
            assert listed(who, query) == wanted, query
    assert listed(operator, "") == [late, soon]
    assert listed(browser("other_manager"), "") == []
    assert "quá 8 ngày" in officer.get("/findings").words
    content = papers.raw(officer, "/findings?format=xlsx&state=overdue").data
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 2
    assert rows[1][0] == "QNI-0001"
    assert rows[1][12] == 8


def test_what_was_found_and_done_never_changes(browser: Open) -> None:
    (finding_id,) = findings.approved()
    findings.report(finding_id)
    for statement in (
        "DELETE FROM finding",
        "UPDATE finding SET note = 'khác'",
        "UPDATE finding SET line_text = 'khác'",
        "UPDATE finding SET opened_on = '2026-01-01'",
        "UPDATE finding_event SET note = 'khác'",
        "DELETE FROM finding_event",
        "DELETE FROM finding_file",
        "UPDATE finding_file SET name = 'khác'",
        "UPDATE corrective_action SET due_on = '2027-01-01'",
        "DELETE FROM corrective_action",
    ):
        with pytest.raises(DBAPIError, match="is protected"):
            write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]


# --- the next visit -------------------------------------------------------------------------------


def state_of(finding_id: int) -> tuple[FindingState, bool]:
    """How it stands, and whether a later visit proposes to close it."""
    found = findings.record(finding_id)
    return found.state, found.met_visit_id is not None


def test_the_next_visit_carries_on_counts_and_proposes(browser: Open) -> None:
    shop = factories.point()
    officer, manager = browser("officer"), browser("manager")
    both = {"III.3": findings.DUST, "III.4": findings.DUST}
    first, other = findings.approved(
        both, point=shop, day=date(2026, 9, 1), due_on=date(2026, 9, 20)
    )
    visit_id = visits.visit(shop)
    page = officer.get(f"/assessments/{visit_id}/checklist")
    assert page.words.count("Chưa đạt từ 01/09/2026.") == 2
    assert page.words.count("Nếu lần này vẫn chưa đạt: lặp lại lần 2.") == 2
    assert "Quá hạn Chưa đạt từ" in page.words
    visits.answer_all(visit_id, {"III.3": findings.DUST})
    line = papers.line_of(visit_id, "III.3").id
    form = officer.get(f"/assessments/{visit_id}/remedies").form()
    assert form.value(f"text_{line}") == "Lau kệ, in lại bảng giá"
    assert form.value(f"due_on_{line}") == ""  # that day is over
    visits.submit(visit_id)
    assert "Lặp lại lần 2" in manager.get(f"/assessments/{visit_id}").words
    visits.approve(visit_id, number=2)
    (again,) = (one.id for one in queries.findings_of(visit_id).values())
    assert state_of(first) == (FindingState.CARRIED, False)
    assert state_of(other) == (FindingState.OPEN, True)
    paper: Any = minutes_data(get_visit_or_404(people.user("officer"), visit_id))["findings"]
    assert [one["what"] for one in paper] == ["Kệ số 3 phủ bụi, giá ghi tay (lặp lại lần 2)"]
    assert f"/findings/{again}" in officer.get(f"/findings/{first}").links()
    assert "Lặp lại lần 2" in officer.get(f"/findings/{again}").words
    assert "Lặp lại lần 2" in officer.get("/findings?repeated=yes").words
    page = manager.get(f"/findings/{other}")
    assert "Lần đánh giá ngày 23/11/2026 thấy tiêu chí này đã đạt: đề nghị đóng." in page.words
    looked = visits.visit(shop, on=date(2026, 11, 23))
    words = officer.get(f"/assessments/{looked}/checklist").words
    assert "Chưa đạt từ 01/09/2026. Lần đánh giá sau đã thấy đạt, Sở chưa đóng." in words
    page = manager.follow(manager.submit(f"/findings/{other}/verify"))
    assert "Đã đóng" in page.words
    manager.submit(f"/findings/{other}/reopen", {"reason": "Nhầm điểm"})
    # the paper is void: what it carried on and proposed is as before
    visits.act(visit_id, service.void_visit, by="manager", reason="Ghi nhầm điểm")
    assert state_of(first) == (FindingState.OPEN, False)
    assert state_of(other) == (FindingState.OPEN, False)
    assert state_of(again) == (FindingState.VOID, False)
    assert visits.fresh_point(shop.id).last_visit_on == date(2026, 9, 1)
    assert "Biên bản ghi tồn tại này đã bị hủy." in officer.get(f"/findings/{again}").words
    assert "Lặp lại" not in officer.get("/findings").words.split("Ghi nhận")[1]


def test_visits_approved_out_of_order_settle_as_if_in_order(app: object) -> None:
    shop = factories.point()
    (late,) = findings.approved(point=shop, day=date(2026, 11, 1), number=2)
    findings.approved({}, point=shop, day=date(2026, 11, 10), number=3)
    assert state_of(late) == (FindingState.OPEN, True)
    early, met = findings.approved(
        {"III.3": findings.DUST, "III.6": findings.DUST},
        point=shop,
        day=date(2026, 10, 1),
        number=1,
    )
    assert state_of(early) == (FindingState.CARRIED, False)
    assert state_of(met) == (FindingState.OPEN, True)
    visit_id = findings.record(late).visit_id
    visits.act(visit_id, service.void_visit, by="manager", reason="Ghi nhầm")
    # carried by the visit that is void, then seen met by the one after it
    assert state_of(early) == (FindingState.OPEN, True)
    assert verbs(early)[-2:] == [FindingVerb.RESTORE, FindingVerb.SEEN_MET]


def test_the_same_code_in_another_edition_is_a_repeat_only_with_the_same_text(app: object) -> None:
    shop = factories.point()
    old = findings.approved(
        {"III.3": findings.DUST, "III.4": findings.DUST}, point=shop, day=date(2026, 9, 1)
    )
    spec = read_edition((SHIPPED / "criteria-950.yaml").read_text(encoding="utf-8"))
    sections = tuple(
        replace(
            part,
            lines=tuple(
                replace(
                    line,
                    photo=PhotoRule.NEVER,
                    text="Một câu khác" if line.code == "III.4" else line.text,
                )
                for line in part.lines
            ),
        )
        for part in spec.sections
    )
    visits.own_edition(code="qni-2027", sections=sections, valid_from=date(2026, 10, 1))
    new = findings.approved({"III.3": findings.DUST, "III.4": findings.DUST}, point=shop, number=2)
    assert [state_of(one)[0] for one in old] == [FindingState.CARRIED, FindingState.OPEN]
    times = [lists.times_found(findings.record(one)) for one in new]
    assert times == [2, 1]


def test_home_says_what_waits_and_lists_do_not_grow(browser: Open) -> None:
    shop = factories.point()
    factories.give_point(shop)
    reported, late, soon = findings.approved(
        {code: findings.DUST for code in ("III.3", "III.4", "III.6")},
        point=shop,
        day=date(2026, 10, 1),
        due_on=date(2026, 11, 15),
    )
    findings.report(reported)
    officer, manager, operator = browser("officer"), browser("manager"), browser("operator")
    admin = browser("admin")
    assert "Khắc phục chờ kiểm tra" not in officer.get("/").words  # the own report
    assert "Khắc phục chờ kiểm tra 1" in manager.get("/").words
    assert "Khắc phục quá hạn 2" in officer.get("/").words
    assert "Khắc phục quá hạn 2" in admin.get("/").words
    assert "Tồn tại của điểm bạn cần khắc phục 2" in operator.get("/").words
    assert {f"/findings/{late}", f"/findings/{soon}"} <= set(operator.get("/").links())
    urls = ("/findings", "/findings?format=xlsx&state=all", "/", f"/findings/{late}")

    def asked() -> list[int]:
        found = []
        for url in urls:
            officer.get(url)
            db.session.rollback()
            found.append(statements(officer.http.get, url))
        return found

    few = asked()
    for number in range(2, 6):
        more = factories.point(name=f"Điểm số {number}", address=f"{number} đường khác")
        findings.approved(
            {code: findings.DUST for code in ("III.3", "III.4", "III.6", "III.7")},
            point=more,
            number=number,
            day=date(2026, 10, 1),
            due_on=date(2026, 11, 15),
        )
    assert asked() == few


def test_letters_to_points_about_what_is_overdue(browser: Open) -> None:
    shop, other = factories.point(), factories.point(name="Trạm OCOP Đầm Hà", address="1 phố chợ")
    for point, number in ((shop, 1), (other, 2)):
        findings.approved(
            {"II.1": findings.DUST, "III.4": findings.DUST},
            point=point, day=date(2026, 8, 3), number=number, due_on=date(2026, 9, 1),
        )  # fmt: skip
    officer = browser("officer")
    late = lists.late_to_write_about(people.user("officer"), clock.today(), None)
    paper = documents.letters(late, clock.today())
    assert sorted(one["point"].split(" (")[0] for one in paper["letters"]) == [
        "Trung tâm OCOP Bãi Cháy", "Trạm OCOP Đầm Hà",
    ]  # fmt: skip
    found = paper["letters"][0]["findings"]
    assert [(one["code"], one["days"]) for one in found] == [("II.1", 83), ("III.4", 83)]
    asked = "/findings/letters.pdf"
    assert asked in officer.get("/findings?state=overdue").links()
    assert asked not in officer.get("/findings").links()
    assert asked not in browser("viewer").get("/findings?state=overdue").links()
    both = pages_of(browser("officer").get(asked, status=None).answer.data)
    # Each is a first page, which bears no number.
    assert [page.split(maxsplit=1)[0] for page in both] == ["ỦY", "ỦY"]
    assert all("Chức danh người ký: chờ xác nhận" in page for page in both)
    one = officer.get(f"{asked}?point={shop.id}", status=None).answer
    assert one.data.startswith(b"%PDF-")
    browser("other_officer").get(f"{asked}?point={shop.id}", status=404)
    assert browser("other_officer").get(asked, status=302).location == "/findings?state=overdue"
    assert statements(lists.late_to_write_about, people.user("officer"), clock.today(), None) <= 2
