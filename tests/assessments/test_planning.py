"""Planning a month: what is proposed, put on a day, moved, late, printed, and who sees it."""

import json
import subprocess
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO

import python_calamine
from flask import Flask

from ocop_points.assessments.kinds import VisitKind
from ocop_points.assessments.models import Visit
from ocop_points.assessments.planning_queries import proposals
from ocop_points.assessments.queries import decision_refusal_of
from ocop_points.assessments.rules import Answer
from ocop_points.assessments.rules_states import VisitState
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import db
from tests import factories, factories_goods, factories_stock, factories_visits, people
from tests.browser import Browser
from tests.factories_papers import raw
from tests.statements import statements

Open = Callable[[str | None], Browser]
DAY = date(2026, 12, 1)


def shop(name: str, number: int = 1, **options: object) -> int:
    return factories.point(name=name, address=f"{number} đường Hạ Long", **options).id  # type: ignore[arg-type]


def visits_of(point_id: int) -> list[Visit]:
    db.session.rollback()
    return db.session.query(Visit).filter_by(point_id=point_id).order_by(Visit.id).all()


def test_a_manager_plans_for_others_moves_and_cancels(browser: Open, app: Flask) -> None:
    factories_visits.own_edition()
    never, failed = shop("Cửa hàng Hòn Gai", 1), shop("Cửa hàng Tuần Châu", 2)
    miss = {"I.1": Answer(value=False, note="Không dễ đi")}
    visit = factories_visits.approved(
        miss, point=factories_visits.fresh_point(failed), day=date(2026, 11, 2)
    )
    assert visit
    manager = browser("manager")
    page = manager.get("/assessments/plan?month=2026-12")
    first, second = page.words.index("Tuần Châu"), page.words.index("Hòn Gai")
    assert first < second, "what failed comes first"
    for said in ("Lần trước chưa đạt từ 02/11/2026", "Chưa đánh giá lần nào", "chờ xác nhận"):
        assert said in page.words, said
    officer, mate = people.user("officer").id, people.user("second_officer").id
    form = page.form()
    nothing = manager.send(form, {"on": "01/12/2026"}, status=422)
    assert "Chọn ít nhất một điểm bán trong bảng" in nothing.errors()
    trip = {"leader_id": str(officer), "team": [str(mate)], "points": [str(never), str(failed)]}
    late = manager.send(nothing.form(), {**trip, "on": "23/11/2026"}, status=422)
    assert "Lên lịch cho một ngày trong 12 tháng tới" in late.errors()
    assert late.form().filled({})["points"] == [str(failed), str(never)], "as it was ticked"
    done = manager.send(late.form(), {"on": "01/12/2026"})
    assert done.location == "/assessments/calendar?month=2026-12"
    (made,), (_old, again) = visits_of(never), visits_of(failed)
    assert (made.kind, again.kind) == (VisitKind.FIRST, VisitKind.FOLLOW_UP)
    assert {one.state for one in (made, again)} == {VisitState.PLANNED}
    assert factories_visits.team(made.id) == [officer, mate]
    # Who planned is known from the history; not in the team, the manager may approve what they find.
    assert "Phạm Quốc Hưng" in manager.get(f"/assessments/{made.id}").words
    record = db.session.get_one(Visit, made.id)
    assert decision_refusal_of(record, people.user("manager"), "") is None
    # On their way, they are proposed no more; a form left open in another window is told so.
    assert "Hòn Gai" not in manager.get("/assessments/plan?month=2026-12").words
    stale = manager.send(page.form(), {**trip, "on": "02/12/2026"}, status=422)
    assert stale.errors() or "khác" in stale.words
    # Moved to another day and given to somebody else.
    replan = manager.get(f"/assessments/{made.id}/plan").form()
    assert (replan.value("on"), replan.value("leader_id")) == ("01/12/2026", str(officer))
    manager.send(replan, {"on": "03/12/2026", "leader_id": str(mate), "team": None})
    assert factories_visits.record(made.id).planned_on == date(2026, 12, 3)
    assert factories_visits.team(made.id) == [mate]
    row = db.session.query(AuditRow).order_by(AuditRow.id.desc()).first()
    assert row is not None
    assert set(json.loads(row.changes)) == {"planned_on", "team"}
    browser("officer").get(f"/assessments/{made.id}/plan", status=403)
    manager.submit(f"/assessments/{again.id}/cancel", {"reason": "Cửa hàng sửa chữa"})
    month = manager.get("/assessments/calendar?month=2026-12")
    assert "Cửa hàng Hòn Gai" in month.words
    assert "Cửa hàng Tuần Châu" not in month.words, "cancelled"


def test_an_officer_goes_along(browser: Open, app: Flask) -> None:
    factories_visits.edition("950")
    point_id, officer = shop("Cửa hàng Hòn Gai"), browser("officer")
    mate = people.user("second_officer").id
    officer.submit(
        "/assessments/plan?month=2026-12",
        {"on": "1/12/2026", "leader_id": str(mate), "points": [str(point_id)]},
    )
    (made,) = visits_of(point_id)
    assert factories_visits.team(made.id) == [mate, people.user("officer").id]


def test_goods_that_stand_still_are_a_reason(app: Flask) -> None:
    factories_visits.own_edition()
    product = factories_goods.product()
    for name, day in (("Bán chạy", date(2026, 11, 20)), ("Ế hàng", date(2026, 8, 1))):
        point_id = shop(name, day.day)
        point = factories_visits.fresh_point(point_id)
        factories_visits.approved(
            {}, point=point, day=date(2026, 11, 2 + day.day % 2), number=day.day
        )
        point = factories_visits.fresh_point(point_id)
        factories_stock.posted(point, factories_stock.line(product), on=day)
    found = proposals(people.user("officer"), people.locality().id, until=date(2026, 12, 31))
    assert {one.point.name: [due.reason for due in one.reasons] for one in found} == {
        "Ế hàng": ["dormant"]
    }


def test_the_month_on_screen_on_paper_and_as_a_workbook(browser: Open, app: Flask) -> None:
    factories_visits.edition("950")
    point = factories.point(name="Cửa hàng Hòn Gai", representative="Bà Nga", phone="0912345678")
    visit = factories_visits.visit(point, planned=True, on=DAY, team=("second_officer",))
    officer = browser("officer")
    address = "/assessments/calendar?month=2026-12"
    part = officer.part(address)
    assert "Tháng 12/2026" in part.words
    assert f"/assessments/{visit}" in part.links()
    mine = f"&person={people.user('second_officer').id}&locality={people.locality().id}"
    assert f"/assessments/{visit}" in officer.get(address + mine).links()
    others = officer.get(f"{address}&person={people.user('manager').id}")
    assert "Tháng này chưa có lần đánh giá nào" in others.words
    assert "Tháng này chưa" in officer.get("/assessments/calendar?month=2027-01").words
    paper = raw(officer, f"/assessments/calendar.pdf?month=2026-12{mine}").data
    done = subprocess.run(["pdftotext", "-", "-"], input=paper, capture_output=True, check=True)
    words = " ".join(done.stdout.decode().split())
    for said in ("tháng 12/2026", "01/12/2026", "88 đường Hạ Long", "0912 345 678", "Bà Nga"):
        assert said in words, said
    sheet = raw(officer, f"{address}&format=xlsx").data
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(sheet))
    (_head, row) = book.get_sheet_by_index(0).to_python()
    assert str(row[0]).startswith("2026-12-01")
    assert row[2] == "Cửa hàng Hòn Gai"
    assert "Lê Đức Mạnh" in str(row[-1])
    # Three days after its day it is late, here, and at home.
    with clock.freeze(datetime(2026, 12, 4, 3, tzinfo=clock.VIETNAM)):
        late = browser("officer")
        assert "Quá hạn 3 ngày" in late.get("/assessments/calendar").words
        assert "Quá hạn 3 ngày" in late.get("/").words
    # A visit that is only planned is no news to the shop, nor to a viewer, nor to another province.
    for who in ("viewer", "other_officer", "operator"):
        assert "Hòn Gai" not in browser(who).get(address).words, who


def test_a_month_costs_the_same_for_one_visit_and_for_many(browser: Open, app: Flask) -> None:
    factories_visits.edition("950")
    officer = browser("officer")
    pages = ("/assessments/calendar?month=2026-12", "/assessments/plan?month=2026-12")

    def cost() -> list[int]:
        found = []
        for url in pages:
            db.session.remove()  # or who is signed in may still be known from before
            found.append(statements(officer.get, url))
        return found

    for number in range(2):
        shop(f"Cửa hàng {number}", number + 1)
    visits = [shop(f"Đã hẹn {n}", n + 50) for n in range(7)]
    factories_visits.visit(factories_visits.fresh_point(visits[0]), planned=True, on=DAY)
    few = cost()
    for point_id in visits[1:]:
        factories_visits.visit(factories_visits.fresh_point(point_id), planned=True, on=DAY)
    for number in range(4):
        shop(f"Quầy {number}", number + 20)
    assert cost() == few
