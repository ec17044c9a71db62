"""Support and duty: the rules by tables and against SQL, the journey, money that adds up, reach, growth."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, text

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points import service as points
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus, PointVerb
from ocop_points.programme import queries, service
from ocop_points.programme.queries import SupportFilter
from ocop_points.programme.rules import DutyBreach, MoneyFault, breach, payment_fault
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests import factories_support as supports
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)
END = date(2027, 3, 9)
S, B = PointStatus, DutyBreach

# State, end of the duty, closed on, last movement or opening: what is broken.
DUTIES = [
    (S.OPEN, None, None, date(2020, 1, 1), None),
    (S.SUSPENDED, None, None, None, None),
    (S.OPEN, END, None, TODAY, None),
    (S.OPEN, END, None, TODAY - timedelta(days=59), None),
    (S.OPEN, END, None, TODAY - timedelta(days=60), B.DORMANT),
    (S.OPEN, TODAY, None, TODAY - timedelta(days=60), B.DORMANT),  # the last day counts
    (S.OPEN, TODAY - timedelta(days=1), None, date(2020, 1, 1), None),
    (S.SUSPENDED, END, None, TODAY, B.SUSPENDED),
    (S.SUSPENDED, TODAY, None, TODAY, B.SUSPENDED),
    (S.SUSPENDED, TODAY - timedelta(days=1), None, TODAY, None),
    (S.CLOSED, END, END - timedelta(days=1), None, B.CLOSED),
    (S.CLOSED, END, END, None, None),
    (S.CLOSED, date(2024, 1, 1), date(2023, 12, 31), None, B.CLOSED),  # for ever
    (S.PROPOSED, END, None, None, None),
    (S.CHOSEN, END, None, None, None),
]


@pytest.mark.parametrize(("status", "until", "closed", "moved", "expected"), DUTIES)
def test_how_a_duty_is_broken(
    status: PointStatus,
    until: date | None,
    closed: date | None,
    moved: date | None,
    expected: DutyBreach | None,
) -> None:
    found = breach(
        status, keep_open_until=until, closed_on=closed, last_moved_on=moved, today=TODAY
    )
    assert found is expected


def test_a_payment_is_never_more_than_what_is_left_nor_before_the_decision() -> None:
    def fault(amount: int, on: date = TODAY, paid: tuple[int, ...] = (60,)) -> MoneyFault | None:
        return payment_fault(amount, on, agreed=100, paid=paid, decided_on=date(2026, 1, 5))

    assert fault(40) is None
    assert fault(41) is MoneyFault.MORE_THAN_AGREED
    assert fault(1, date(2026, 1, 4)) is MoneyFault.BEFORE_DECISION
    assert fault(1, date(2026, 1, 5)) is None
    assert fault(1, paid=(99, 1)) is MoneyFault.MORE_THAN_AGREED


def step(point: SalesPoint, verb: PointVerb, on: date) -> None:
    write(
        lambda: points.take_step(
            db.session.get_one(SalesPoint, point.id),
            verb,
            on=on,
            reason="Hết hợp đồng thuê",
            by=people.user("manager"),
        )
    )


def test_sql_and_the_rule_agree_on_every_point(app: Flask) -> None:
    """Each kind of point once; the rule is asked with facts read by other statements."""
    moved = factories.point(name="Có bán", address="1", opened_on=date(2022, 9, 2))
    ware = factories_goods.product()
    goods.posted(moved, goods.line(ware), on=TODAY - timedelta(days=59))
    stale = factories.point(name="Ngừng bán", address="2", opened_on=date(2022, 9, 2))
    goods.posted(stale, goods.line(ware), on=TODAY - timedelta(days=60))
    fresh = factories.point(name="Mới mở", address="3", opened_on=TODAY - timedelta(days=20))
    suspended = factories.point(name="Tạm ngừng", address="4")
    closed = factories.point(name="Đóng sớm", address="5")
    kept = factories.point(name="Đóng đúng hạn", address="6")
    without = factories.point(name="Không cam kết", address="7")
    given = (moved, stale, fresh, suspended, closed)
    for point in given:
        supports.support(point.id)
    supports.support(kept.id, keep_open_until=date(2026, 10, 31))
    supports.support(without.id, keep_open_until=None)
    step(suspended, PointVerb.SUSPEND, date(2026, 11, 1))
    step(closed, PointVerb.CLOSE, date(2026, 11, 2))
    step(kept, PointVerb.CLOSE, date(2026, 11, 2))
    user = people.user("officer")
    found = {row.id: row.breach for row in queries.breaches(user, TODAY, limit=50)}
    assert found == {stale.id: "dormant", suspended.id: "suspended", closed.id: "closed"}
    facts = text(
        "SELECT p.id, p.status, p.keep_open_until, p.opened_on,"
        " (SELECT max(on_date) FROM point_step s WHERE s.point_id = p.id AND s.to_status = 'closed'),"
        " (SELECT max(on_date) FROM movement m WHERE m.point_id = p.id) FROM sales_point p"
    ).columns(*SalesPoint.__table__.c["id", "status", "keep_open_until", "opened_on"])
    for point_id, status, until, opened, shut, last in db.session.execute(facts):
        last_day, shut_day = _day(last) or opened, _day(shut)
        judged = breach(
            status,
            keep_open_until=until,
            closed_on=shut_day,
            last_moved_on=last_day,
            today=TODAY,
        )
        assert found.get(point_id) == (judged and judged.value)
    assert queries.breaches(people.user("other_officer"), TODAY, limit=50) == []


def _day(value: str | date | None) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def test_the_duty_of_a_point_is_the_longest_of_its_decisions(app: Flask) -> None:
    point = factories.point()
    first = supports.support(point.id, keep_open_until=date(2026, 12, 31))
    second = supports.support(point.id, keep_open_until=END)
    supports.support(point.id, keep_open_until=None)
    assert db.session.get_one(SalesPoint, point.id).keep_open_until == END

    def take_out(support_id: int) -> None:
        user = people.user("officer")
        held = queries.get_support_or_404(user, support_id, lock=True)
        service.remove_support(held, by=user)

    write(lambda: take_out(second))
    assert db.session.get_one(SalesPoint, point.id).keep_open_until == date(2026, 12, 31)
    supports.payment(first)
    with pytest.raises(Refused, match="Đã có lần chi"):
        write(lambda: take_out(first))


DECISION = {
    "source": "ministry",
    "programme_year": "2026",
    "purpose": "Biển hiệu, quầy kệ",
    "amount": "80.000.000",
    "decision_number": "1234/QĐ-BCT",
    "decided_on": "02/03/2026",
    "acceptance_number": "05/BBNT",
    "accepted_on": "01/06/2026",
    "keep_open_until": "31/05/2028",
}


def test_the_journey_of_a_support(browser: Open) -> None:
    """Decision, two payments, a third that is too much, mended, closing early is told to everybody."""
    point = factories.point()
    officer = browser("officer")
    home = f"/points/{point.id}/funding"
    assert "chưa được ghi khoản hỗ trợ nào" in officer.get(home).text
    refused = officer.submit(f"{home}/new", {**DECISION, "accepted_on": ""}, status=422)
    assert "Nhập ngày của biên bản nghiệm thu" in refused.text
    assert refused.form().value("purpose") == "Biển hiệu, quầy kệ"
    for wrong, said in (
        ({"accepted_on": "01/03/2026"}, "Nghiệm thu không thể trước ngày quyết định"),
        ({"keep_open_until": "01/03/2026"}, "Cam kết không thể hết trước ngày quyết định"),
        ({"programme_year": "2028"}, "Nhập năm không sau 2027"),
        ({"amount": "0"}, "Nhập số từ 1"),
    ):
        assert said in officer.submit(f"{home}/new", {**DECISION, **wrong}, status=422).text
    officer.submit(f"{home}/new", DECISION)
    page = officer.get(home)
    assert "80.000.000 ₫" in page.text
    assert "31/05/2028" in page.text
    support_id = queries.support_of(point.id)[0].id
    pay = f"/funding/{support_id}/payments/new"
    officer.submit(
        pay, {"paid_on": "10/06/2026", "amount": "50.000.000", "document_number": "UNC 1"}
    )
    too_much = {"paid_on": "11/06/2026", "amount": "30.000.001", "document_number": "UNC 2"}
    assert "Chỉ còn được chi 30.000.000 ₫" in officer.submit(pay, too_much, status=422).text
    early = {**too_much, "amount": "1", "paid_on": "01/03/2026"}
    assert "Quyết định ngày 02/03/2026" in officer.submit(pay, early, status=422).text
    less = {**DECISION, "amount": "49.999.999"}
    edit = f"/funding/{support_id}/edit"
    assert "Đã chi 50.000.000 ₫" in officer.submit(edit, less, status=422).text
    later = {**DECISION, "decided_on": "15/06/2026", "accepted_on": "", "acceptance_number": ""}
    assert "Đã chi ngày 10/06/2026" in officer.submit(edit, later, status=422).text
    officer.submit(edit, {**DECISION, "amount": "60.000.000"})
    assert "còn 10.000.000 ₫" in officer.get(home).text
    manager = browser("manager")
    assert (
        "cam kết mở cửa đến hết 31/05/2028" in manager.get(f"/points/{point.id}/steps/close").text
    )
    manager.submit(
        f"/points/{point.id}/steps/close", {"on": "20/11/2026", "reason": "Hết hợp đồng thuê"}
    )
    assert "Đóng sớm" in officer.get(home).text
    for who in ("manager", "officer", "admin", "viewer"):
        assert "Điểm được hỗ trợ chưa giữ cam kết" in browser(who).get("/").text, who
        assert "Đóng sớm" in browser(who).get("/funding/duty").text
    assert "chưa giữ cam kết" not in browser("other_officer").get("/").text
    rows = select(AuditRow.action).where(AuditRow.action.like("support.%")).order_by(AuditRow.id)
    assert list(db.session.scalars(rows)) == ["support.added", "support.paid", "support.edited"]


def test_the_figures_are_those_of_the_database(browser: Open) -> None:
    here = factories.point()
    there = factories.point(people.ELSEWHERE, name="Chợ nổi", address="9")
    for amount, year in ((80_000_000, 2025), (20_000_001, 2026), (5_000_000, 2026)):
        supports.payment(supports.support(here.id, amount=amount, programme_year=year), 5_000_000)
    supports.support(there.id, by="other_officer", amount=33_000_000, programme_year=2026)
    agreed, paid = db.session.execute(
        text("SELECT (SELECT sum(amount) FROM support), (SELECT sum(amount) FROM support_payment)")
    ).one()
    admin = people.user("admin")
    found = queries.support_sum(admin, SupportFilter())
    assert (found.agreed, found.paid) == (agreed, paid) == (138_000_001, 15_000_000)
    rows = queries.totals(admin, SupportFilter())
    assert [(r.programme_year, r.points, int(r.agreed), int(r.paid)) for r in rows] == [
        (2026, 1, 33_000_000, 0),
        (2026, 1, 25_000_001, 10_000_000),
        (2025, 1, 80_000_000, 5_000_000),
    ]
    manager = browser("manager")
    page = manager.get("/funding?year=2026&stage=unpaid")
    assert "20.000.001" in page.text
    assert "33.000.000" not in page.text
    assert "Cả danh sách: được hỗ trợ 20.000.001 ₫, đã chi 5.000.000 ₫" in page.text
    viewer = browser("viewer")
    assert "33.000.000" in viewer.get("/funding/totals").text
    taken = viewer.http.get("/funding/totals?format=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(taken.data)).get_sheet_by_index(0)
    assert [row[4] for row in sheet.to_python()[1:]] == [33_000_000, 25_000_001, 80_000_000]


def test_a_visit_of_the_ministry_is_written_down_mended_and_taken_out(browser: Open) -> None:
    point = factories.point()
    admin, url = browser("admin"), f"/points/{point.id}/guidance/new"
    facts = {"on_date": "10/11/2026", "people": "Vụ TTTN", "content": "Sắp xếp quầy"}
    admin.submit(url, facts)
    visit = queries.guidance_of(point.id)[0]
    admin.submit(f"/guidance/{visit.id}/edit", {**facts, "people": "Vụ Thị trường trong nước"})
    assert "Vụ Thị trường trong nước" in browser("officer").get(f"/points/{point.id}/funding").text
    admin.submit(f"/guidance/{visit.id}/delete", {})
    assert list(queries.guidance_of(point.id)) == []


def test_lists_ask_no_more_when_they_grow(browser: Open) -> None:
    point = factories.point()
    manager = browser("manager")
    urls = ("/funding", "/funding/totals", "/funding/duty", f"/points/{point.id}/funding")
    step(point, PointVerb.SUSPEND, date(2026, 11, 1))
    supports.payment(supports.support(point.id))
    before = [statements(manager.get, url) for url in urls]
    for number in range(12):
        one = factories.point(name=f"Điểm {number}", address=f"{number}")
        supports.support(one.id, programme_year=2020 + number % 6)
        step(one, PointVerb.SUSPEND, date(2026, 11, 1))
        supports.payment(supports.support(point.id, decision_number=f"{number}/QĐ"))
    assert [statements(manager.get, url) for url in urls] == before
