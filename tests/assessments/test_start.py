"""Starting and planning a visit: works, is refused, and who may."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from ocop_points.assessments.models import Visit, VisitEvent
from ocop_points.assessments.queries import team_candidates
from ocop_points.assessments.rules import VisitKind
from ocop_points.assessments.rules_states import Verb, VisitState
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.criteria import service as criteria
from ocop_points.criteria.models import Edition
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointVerb
from ocop_points.points.service import take_step
from tests import factories, people
from tests import factories_visits as visits
from tests.browser import Browser

Open = Callable[[str | None], Browser]
NOW = {"kind": "first", "on": "23/11/2026", "at": "09:30"}


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def only_visit() -> Visit:
    db.session.rollback()
    return db.session.scalars(select(Visit)).one()


def last_action() -> AuditRow:
    return db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()  # type: ignore[return-value]


def test_an_officer_begins_a_visit(browser: Open) -> None:
    visits.edition("950")
    point = factories.point(representative="Đặng Thị Nga")
    officer = browser("officer")
    page = officer.get(f"/points/{point.id}/visits/new")
    assert "chưa có văn bản thay thế trong hệ thống" in page.words
    form = page.form()
    assert form.value("representative") == "Đặng Thị Nga"
    assert form.value("kind") == "first"
    assert (form.value("on"), form.value("at")) == ("23/11/2026", "10:00")
    mate = people.user("second_officer").id
    answer = officer.send(
        form, {**NOW, "team": [str(mate)], "guests": "Bà Bùi Thị Tư, UBND phường"}
    )
    made = only_visit()
    assert answer.location == f"/assessments/{made.id}/checklist"
    assert (made.state, made.kind) == (VisitState.IN_PROGRESS, VisitKind.FIRST)
    assert made.visited_on == date(2026, 11, 23)
    assert made.began_at == datetime(2026, 11, 23, 2, 30, tzinfo=UTC)
    assert visits.team(made.id) == [people.user("officer").id, mate]
    assert db.session.get_one(Edition, made.edition_id).frozen_at == clock.now()
    assert [event.verb for event in db.session.scalars(select(VisitEvent))] == [Verb.START]
    row = last_action()
    assert (row.action, row.point_id, row.locality_id) == (
        "visit.started",
        point.id,
        point.locality_id,
    )
    page = officer.follow(answer)
    assert "Nguyễn Thị Thu Hà, Lê Đức Mạnh" in page.words
    page = officer.get(f"/criteria/{made.edition_id}")
    assert f"/assessments?edition={made.edition_id}" in page.links()


def test_a_later_day_plans_it_and_it_begins_with_the_edition_of_that_day(browser: Open) -> None:
    visits.edition("950")
    point = factories.point()
    officer = browser("officer")
    form = {"kind": "periodic", "on": "01/12/2026", "at": ""}
    page = officer.follow(officer.submit(f"/points/{point.id}/visits/new", form))
    made = only_visit()
    assert (made.state, made.planned_on, made.visited_on) == (
        VisitState.PLANNED,
        date(2026, 12, 1),
        None,
    )
    assert "Đã lên lịch" in page.words
    own = visits.own_edition(valid_from=date(2026, 11, 20)).id
    checklist = officer.get(f"/assessments/{made.id}/checklist", status=302)
    assert checklist.location == f"/assessments/{made.id}"
    page = officer.submit(f"/assessments/{made.id}/begin", {"on": "24/11/2026"}, status=422)
    assert "Chọn ngày từ hôm nay trở về trước" in page.errors()
    page = officer.submit(
        f"/assessments/{made.id}/begin", {"on": "23/11/2026", "at": "11:00"}, status=422
    )
    assert page.errors() == ["Giờ bắt đầu chưa tới"]
    officer.submit(f"/assessments/{made.id}/begin", {"on": "23/11/2026", "at": "9h05"})
    begun = only_visit()
    assert (begun.state, begun.visited_on) == (VisitState.IN_PROGRESS, date(2026, 11, 23))
    assert begun.edition_id == own


def test_an_illustration_only_when_it_is_chosen(browser: Open) -> None:
    visits.edition("950")
    chosen = visits.edition("minh-hoa").id
    point = factories.point()
    officer = browser("officer")
    officer.submit(f"/points/{point.id}/visits/new", {**NOW, "edition_id": str(chosen)})
    assert only_visit().edition_id == chosen


def test_a_visit_at_half_past_eleven_at_night_keeps_its_day(browser: Open) -> None:
    visits.edition("950")
    point = factories.point()
    with clock.freeze(datetime(2026, 11, 23, 16, 30, tzinfo=UTC)):  # 23:30 in Việt Nam
        officer = browser("officer")
        form = officer.get(f"/points/{point.id}/visits/new").form()
        assert (form.value("on"), form.value("at")) == ("23/11/2026", "23:30")
        officer.send(form)
        made = only_visit()
        assert made.visited_on == date(2026, 11, 23)
    with clock.freeze(datetime(2026, 11, 23, 18, 0, tzinfo=UTC)):  # 01:00 of the next day
        assert "23:30 23/11/2026" in browser("officer").get(f"/assessments/{made.id}").words


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"kind": ""}, "Chọn loại đánh giá"),
        ({"kind": "surprise"}, "Chọn một mục trong danh sách"),
        ({"on": ""}, "Nhập ngày, ví dụ 23/11/2026"),
        ({"on": "31/11/2026"}, "Ngày 31/11/2026 không có thật"),
        ({"on": "24/11/2027", "at": ""}, ""),
        ({"on": "25/11/2027", "at": ""}, "Lên lịch cho một ngày trong 12 tháng tới"),
        ({"at": ""}, "Nhập giờ bắt đầu, ví dụ 14:05"),
        ({"at": "25:00"}, "Nhập giờ từ 00:00 đến 23:59"),
        ({"at": "chiều"}, "Nhập giờ và phút, ví dụ 14:05"),
        ({"at": "10:01"}, "Giờ bắt đầu chưa tới"),
        ({"on": "17/04/2023"}, "Chưa có bộ tiêu chí nào cho ngày 17/04/2023"),
        ({"team": ["999"]}, "Chọn trong danh sách"),
        ({"guests": "x" * 501}, "Viết ngắn lại, tối đa 500 ký tự"),
        ({"representative": "x" * 121}, "Viết ngắn lại, tối đa 120 ký tự"),
        ({"edition_id": "999"}, "Chọn một mục trong danh sách"),
    ],
)
def test_wrong_input_comes_back_as_typed(
    browser: Open, changed: dict[str, str], message: str
) -> None:
    visits.edition("950")
    visits.edition("minh-hoa")
    point = factories.point()
    officer = browser("officer")
    sent = {**NOW, "guests": "Bà Tư", **changed}
    page = officer.submit(f"/points/{point.id}/visits/new", sent, status=422 if message else 303)
    if not message:
        return
    assert any(message in error for error in page.errors()), page.errors()
    assert "Chưa bắt đầu được." in page.words
    form = page.form()
    for name, value in sent.items():
        if name not in {"kind", "team", "edition_id"}:
            assert form.value(name) == value
    assert count(Visit) == 0


def test_without_any_edition_nothing_starts(browser: Open) -> None:
    point = factories.point()
    officer = browser("officer")
    assert (
        "Chưa có bộ tiêu chí nào được ban hành"
        in officer.get(f"/points/{point.id}/visits/new").words
    )
    officer.submit(f"/points/{point.id}/visits/new", NOW, status=422)
    assert count(Visit) == 0


def test_a_retired_edition_takes_no_new_visit_and_still_shows_the_old_one(browser: Open) -> None:
    visit_id = visits.approved({"III.3": visits.NO})
    edition_id = visits.record(visit_id).edition_id
    retired = lambda: criteria.retire_edition(  # noqa: E731
        db.session.get_one(Edition, edition_id), by=None, reason="x"
    )
    write(retired)
    officer = browser("officer")
    page = officer.get(f"/assessments/{visit_id}")
    assert "Niêm yết giá bán rõ ràng" in page.words
    assert "Thấy tại chỗ" in page.words
    point_id = visits.record(visit_id).point_id
    officer.submit(f"/points/{point_id}/visits/new", NOW, status=422)


def test_a_closed_point_is_not_visited(browser: Open) -> None:
    visits.edition("950")
    point_id = factories.point().id
    write(
        lambda: take_step(
            db.session.get_one(SalesPoint, point_id),
            PointVerb.CLOSE,
            on=clock.today(),
            reason="Hết hợp đồng thuê",
            by=people.user("manager"),
        )
    )
    officer = browser("officer")
    assert "không đánh giá" in officer.get(f"/points/{point_id}/visits/new").words
    assert f"/points/{point_id}/visits/new" not in officer.get(f"/points/{point_id}").links()
    officer.submit(f"/points/{point_id}/visits/new", NOW, status=422)
    assert count(Visit) == 0


def test_a_resent_start_makes_one_visit(browser: Open) -> None:
    visits.edition("950")
    point = factories.point()
    officer = browser("officer")
    form = officer.get(f"/points/{point.id}/visits/new").form()
    first = officer.send(form, NOW)
    assert officer.send(form, NOW).location == first.location
    page = officer.send(form, {**NOW, "kind": "unannounced"}, status=422)
    assert "đã được gửi với nội dung khác" in page.words
    assert count(Visit) == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 403),
        ("viewer", 403),
        ("operator", 403),
        ("other_officer", 404),
        ("other_manager", 404),
        ("manager", 200),
        (None, 302),
    ],
)
def test_who_starts(browser: Open, who: str | None, status: int) -> None:
    visits.edition("950")
    point = factories.point()
    browser(who).get(f"/points/{point.id}/visits/new", status=status)


def test_the_team_are_people_who_reach_the_place(app: object) -> None:
    names = {user.full_name for user in team_candidates(people.locality().id)}
    assert names == {"Phạm Quốc Hưng", "Vũ Lan Anh", "Nguyễn Thị Thu Hà", "Lê Đức Mạnh"}


def test_team_and_day_can_be_changed_while_it_is_open(browser: Open) -> None:
    visit_id = visits.visit(planned=True, on=visits.TOMORROW)
    officer = browser("officer")
    mate = str(people.user("manager").id)
    stale = officer.get(f"/assessments/{visit_id}/edit").form()
    changed = {"team": [mate], "planned_on": "30/11/2026", "guests": "Ông Ba"}
    page = officer.follow(officer.submit(f"/assessments/{visit_id}/edit", changed))
    assert "Phạm Quốc Hưng" in page.words
    assert "lịch 30/11/2026" in page.words
    page = officer.send(stale, {"guests": "Bà Tư"}, status=422)
    assert "Người khác vừa sửa bản ghi này" in page.words
    assert "Ông Ba" in page.words
    assert "Bà Tư" in page.words
    page = officer.submit(f"/assessments/{visit_id}/edit", {"planned_on": "23/11/2026"}, status=422)
    assert visits.record(visit_id).planned_on == date(2026, 11, 30)
    second = browser("second_officer")
    second.get(f"/assessments/{visit_id}/edit", status=403)
    browser("other_officer").get(f"/assessments/{visit_id}/edit", status=404)
