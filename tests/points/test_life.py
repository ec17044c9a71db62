"""A point shown, edited by two, and taken through its life: every step, every refusal."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.points import service
from ocop_points.points.models import PointStep, SalesPoint
from ocop_points.points.rules import (
    TRANSITIONS,
    PointStatus,
    PointVerb,
    StepFault,
    check_step,
    next_verbs,
)
from tests import factories, people
from tests.browser import Browser, Form

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)
PATH: dict[PointStatus, list[PointVerb]] = {
    PointStatus.PROPOSED: [],
    PointStatus.SURVEYED: [PointVerb.SURVEY],
    PointStatus.CHOSEN: [PointVerb.SURVEY, PointVerb.CHOOSE],
    PointStatus.OPEN: [PointVerb.SURVEY, PointVerb.CHOOSE, PointVerb.OPEN],
    PointStatus.SUSPENDED: [PointVerb.SURVEY, PointVerb.CHOOSE, PointVerb.OPEN, PointVerb.SUSPEND],
    PointStatus.CLOSED: [PointVerb.SURVEY, PointVerb.CHOOSE, PointVerb.OPEN, PointVerb.CLOSE],
    PointStatus.REFUSED: [PointVerb.REFUSE],
}
# RULES.md §3, written a second time on purpose.
ALLOWED = {
    (PointStatus.PROPOSED, PointVerb.SURVEY): PointStatus.SURVEYED,
    (PointStatus.PROPOSED, PointVerb.REFUSE): PointStatus.REFUSED,
    (PointStatus.SURVEYED, PointVerb.CHOOSE): PointStatus.CHOSEN,
    (PointStatus.SURVEYED, PointVerb.REFUSE): PointStatus.REFUSED,
    (PointStatus.CHOSEN, PointVerb.OPEN): PointStatus.OPEN,
    (PointStatus.OPEN, PointVerb.SUSPEND): PointStatus.SUSPENDED,
    (PointStatus.OPEN, PointVerb.CLOSE): PointStatus.CLOSED,
    (PointStatus.SUSPENDED, PointVerb.RESUME): PointStatus.OPEN,
    (PointStatus.SUSPENDED, PointVerb.CLOSE): PointStatus.CLOSED,
}
REASONED = {PointVerb.REFUSE, PointVerb.SUSPEND, PointVerb.CLOSE}
MANAGERS = set(PointVerb) - {PointVerb.SURVEY}


def in_state(status: PointStatus) -> SalesPoint:
    """A point that was brought there by its steps, all on the same day."""
    point = factories.point(opened_on=None)
    for verb in PATH[status]:
        write(
            lambda verb=verb: service.take_step(  # type: ignore[misc]
                db.session.get_one(SalesPoint, point.id),
                verb,
                on=TODAY,
                reason="lý do",
                by=people.user("manager"),
            )
        )
    return db.session.get_one(SalesPoint, point.id)


def state(point_id: int) -> PointStatus:
    db.session.rollback()
    return db.session.get_one(SalesPoint, point_id).status


@pytest.mark.parametrize("status", list(PointStatus))
@pytest.mark.parametrize("verb", list(PointVerb))
def test_every_step_from_every_state(browser: Open, status: PointStatus, verb: PointVerb) -> None:
    point_id = in_state(status).id
    manager = browser("manager")
    values = {"on": "23/11/2026", "reason": "lý do", "decision_number": "12/QĐ"}
    target = ALLOWED.get((status, verb))
    page = manager.submit(f"/points/{point_id}/steps/{verb}", values, status=303 if target else 422)
    assert state(point_id) is (target or status)
    if target:
        assert manager.follow(page).words.count("Đã ghi:") == 1
        row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
        assert row is not None
        assert (row.point_id, row.note) == (point_id, "lý do")
    else:
        assert "không còn hợp lệ" in page.words


@pytest.mark.parametrize("status", list(PointStatus))
def test_a_point_offers_the_steps_its_state_and_the_person_allow(
    browser: Open, status: PointStatus
) -> None:
    point_id = in_state(status).id
    for who in ("manager", "officer", "viewer", "operator"):
        if who == "operator":
            factories.give_point(db.session.get_one(SalesPoint, point_id))
        links = browser(who).get(f"/points/{point_id}").links()
        offered = {link.rsplit("/", 1)[1] for link in links if "/steps/" in link}
        verbs = {verb.value for (source, verb) in ALLOWED if source is status}
        mine = {"manager": set(PointVerb), "officer": {PointVerb.SURVEY}}.get(who, set())
        assert offered == verbs & {verb.value for verb in mine}, who


@pytest.mark.parametrize("verb", list(PointVerb))
def test_who_may_take_a_step(browser: Open, verb: PointVerb) -> None:
    source = next(status for (status, known) in ALLOWED if known is verb)
    point_id = in_state(source).id
    url = f"/points/{point_id}/steps/{verb}"
    browser("officer").get(url, status=403 if verb in MANAGERS else 200)
    browser("admin").get(url, status=403)
    browser("viewer").get(url, status=403)
    browser("other_manager").get(url, status=404)
    browser("manager").get(url)


def test_an_unknown_step_and_an_unknown_point(browser: Open) -> None:
    manager = browser("manager")
    manager.get(f"/points/{in_state(PointStatus.OPEN).id}/steps/fly", status=404)
    manager.get("/points/99999/steps/close", status=404)


@pytest.mark.parametrize(
    ("status", "verb", "values", "field", "message"),
    [
        (PointStatus.PROPOSED, "refuse", {"reason": " \u200b"}, "reason", "Ghi lý do"),
        (PointStatus.OPEN, "suspend", {"reason": ""}, "reason", "Ghi lý do"),
        (PointStatus.OPEN, "close", {"reason": ""}, "reason", "Ghi lý do"),
        (PointStatus.PROPOSED, "survey", {"on": ""}, "on", "Nhập ngày"),
        (PointStatus.PROPOSED, "survey", {"on": "31/11/2026"}, "on", "không có thật"),
        (PointStatus.PROPOSED, "survey", {"on": "24/11/2026"}, "on", "từ hôm nay trở về trước"),
        (
            PointStatus.CHOSEN,
            "open",
            {"on": "22/11/2026"},
            "on",
            "không được trước bước gần nhất (23/11/2026)",
        ),
        (PointStatus.OPEN, "close", {"reason": "x" * 1001}, "reason", "tối đa 1000 ký tự"),
        (
            PointStatus.CHOSEN,
            "open",
            {"decision_number": "x" * 61},
            "decision_number",
            "tối đa 60 ký tự",
        ),
    ],
)
def test_a_step_that_is_refused_comes_back_as_typed(
    browser: Open, status: PointStatus, verb: str, values: dict[str, str], field: str, message: str
) -> None:
    point_id = in_state(status).id
    given = {"on": "23/11/2026", "reason": "lý do", **values}
    page = browser("manager").submit(f"/points/{point_id}/steps/{verb}", given, status=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert f'href="#{field}"' in page.text
    assert state(point_id) is status


def test_opening_sets_the_opening_date(browser: Open) -> None:
    point_id = in_state(PointStatus.CHOSEN).id
    browser("manager").submit(f"/points/{point_id}/steps/open", {"on": "23/11/2026"})
    assert db.session.get_one(SalesPoint, point_id).opened_on == TODAY


def test_a_surveys_form_asks_for_no_decision(browser: Open) -> None:
    form = (
        browser("officer").get(f"/points/{in_state(PointStatus.PROPOSED).id}/steps/survey").form()
    )
    assert {"on", "reason"} <= {name for name, _value in form.fields}
    assert "decision_number" not in {name for name, _value in form.fields}


def test_two_managers_race_and_one_step_is_taken(app: Flask) -> None:
    point_id = in_state(PointStatus.OPEN).id
    barrier = threading.Barrier(2, timeout=10)
    said: list[str] = []

    def take(key: str) -> None:
        with app.app_context():
            barrier.wait()
            try:
                write(
                    lambda: service.take_step(
                        db.session.scalars(
                            select(SalesPoint).where(SalesPoint.id == point_id).with_for_update()
                        ).one(),
                        PointVerb.SUSPEND,
                        on=TODAY,
                        reason="x",
                        by=people.user(key),
                    )
                )
                said.append("done")
            except Refused as refused:
                said.append(refused.field or "form")

    threads = [threading.Thread(target=take, args=(key,)) for key in ("manager", "second_manager")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(said) == ["done", "form"]
    db.session.rollback()
    steps = select(func.count()).where(
        PointStep.point_id == point_id, PointStep.verb == PointVerb.SUSPEND
    )
    assert db.session.scalar(steps) == 1


@pytest.mark.parametrize("sql", ["UPDATE point_step SET reason = 'x'", "DELETE FROM point_step"])
def test_a_step_is_never_changed(app: Flask, sql: str) -> None:
    in_state(PointStatus.SURVEYED)
    with pytest.raises(DBAPIError, match="point_step is protected"):
        write(lambda: db.session.execute(db.text(sql)))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({}, None),
        ({"status": PointStatus.CLOSED}, StepFault.WRONG_STATE),
        ({"on": date(2026, 11, 24)}, StepFault.IN_THE_FUTURE),
        ({"on": date(2026, 11, 21)}, StepFault.BEFORE_LAST_STEP),
        ({"on": date(2026, 11, 22)}, None),
        ({"reason": "  "}, StepFault.NO_REASON),
        ({"last_step_on": None, "on": date(1999, 1, 1)}, None),
    ],
)
def test_the_rule_of_a_step(given: dict[str, object], fault: StepFault | None) -> None:
    known: dict[str, object] = {
        "status": PointStatus.OPEN,
        "on": TODAY,
        "last_step_on": date(2026, 11, 22),
        "today": TODAY,
        "reason": "x",
        **given,
    }
    assert check_step(PointVerb.CLOSE, **known) is fault  # type: ignore[arg-type]


def test_the_table_of_steps() -> None:
    table = {(source, verb): t.target for verb, t in TRANSITIONS.items() for source in t.sources}
    assert table == ALLOWED
    assert {verb for verb, t in TRANSITIONS.items() if t.needs_reason} == REASONED
    assert next_verbs(PointStatus.CLOSED) == next_verbs(PointStatus.REFUSED) == []


def shown(browser: Browser, point_id: int) -> Form:
    return browser.get(f"/points/{point_id}/edit").form()


def test_a_point_is_edited_and_unchanged_leaves_no_row(browser: Open) -> None:
    point_id = factories.point().id
    officer = browser("officer")
    page = officer.follow(
        officer.send(shown(officer, point_id), {"name": "Tên mới", "phone": "0912 345 678"})
    )
    assert "Tên mới" in page.words
    rows = db.session.scalar(select(func.count()).select_from(AuditRow))
    officer.send(shown(officer, point_id))
    assert db.session.scalar(select(func.count()).select_from(AuditRow)) == rows
    assert "Tên mới" in officer.get("/points?q=ten moi").words


@pytest.mark.parametrize(("choice", "kept"), [("theirs", "Của họ"), ("mine", "Của tôi")])
def test_the_second_writer_sees_both_and_chooses_field_by_field(
    browser: Open, choice: str, kept: str
) -> None:
    point_id = factories.point().id
    mine, theirs = browser("officer"), browser("second_officer")
    form = shown(mine, point_id)
    theirs.send(shown(theirs, point_id), {"name": "Của họ", "phone": "0911 111 111"})
    page = mine.send(form, {"name": "Của tôi", "address": "9 đường mới"}, status=422)
    assert "Của họ" in page.words
    assert "Của tôi" in page.words
    assert "Người khác vừa sửa bản ghi này" in page.words
    # What only they changed is theirs by itself; what only I changed is mine.
    again = page.form()
    assert again.value("choose-phone") == "theirs"
    assert again.value("choose-address") == "mine"
    mine.send(again, {"choose-name": choice})
    db.session.rollback()
    point = db.session.get_one(SalesPoint, point_id)
    assert (point.name, point.phone, point.address) == (kept, "0911 111 111", "9 đường mới")


def test_a_third_writer_between_asks_again(browser: Open) -> None:
    point_id = factories.point().id
    mine, theirs = browser("officer"), browser("second_officer")
    form = shown(mine, point_id)
    theirs.send(shown(theirs, point_id), {"name": "Một"})
    page = mine.send(form, {"name": "Của tôi"}, status=422)
    theirs.send(shown(theirs, point_id), {"name": "Hai"})
    page = mine.send(page.form(), {"choose-name": "mine"}, status=422)
    assert "Hai" in page.words
    mine.send(page.form(), {"choose-name": "mine"})
    assert "Của tôi" in mine.get(f"/points/{point_id}").words


@pytest.mark.parametrize(
    ("opened", "typed", "message"),
    [(True, "", "cần có ngày khai trương"), (False, "02/09/2022", "Điểm chưa khai trương")],
)
def test_the_opening_date_of_an_edit(browser: Open, opened: bool, typed: str, message: str) -> None:
    point = factories.point(opened_on=date(2022, 9, 2) if opened else None)
    officer = browser("officer")
    page = officer.send(shown(officer, point.id), {"opened_on": typed}, status=422)
    assert message in page.words


def test_a_ward_of_another_province_at_an_edit(browser: Open) -> None:
    point = factories.point()
    officer = browser("officer")
    elsewhere = factories.ward_of(people.ELSEWHERE).code
    page = officer.send(shown(officer, point.id), {"ward_code": elsewhere}, status=422)
    assert "không thuộc tỉnh" in page.words


def test_an_operator_edits_telephone_and_hours_of_the_own_point_only(browser: Open) -> None:
    own, other = factories.point(), factories.point(name="Khác", address="2")
    factories.give_point(own)
    operator = browser("operator")
    operator.get(f"/points/{other.id}/contact", status=404)
    operator.get(f"/points/{own.id}/edit", status=403)
    values = {"phone": "0203 3825 123", "opening_hours": "06:00 – 18:00", "name": "Chiếm"}
    page = operator.follow(operator.submit(f"/points/{own.id}/contact", values))
    assert "06:00 – 18:00" in page.words
    assert "Chiếm" not in page.words
    assert operator.submit(f"/points/{own.id}/contact", {"phone": "x"}, status=422).errors()


def test_a_point_is_shown_with_its_life_and_history(browser: Open) -> None:
    point_id = in_state(PointStatus.SUSPENDED).id
    manager = browser("manager")
    page = manager.get(f"/points/{point_id}")
    for words in (
        "Trung tâm OCOP Bãi Cháy",
        "QNI-0001",
        "Tạm ngừng",
        "Khai trương",
        "88 đường Hạ Long",
    ):
        assert words in page.words
    history = manager.get(f"/points/{point_id}/history").words
    for words in (
        "đăng ký điểm bán",
        "ghi kết quả khảo sát",
        "tạm ngừng điểm bán",
        "Phạm Quốc Hưng",
    ):
        assert words in history


def test_names_are_shown_as_text(browser: Open) -> None:
    point = factories.point(name="<script>alert(1)</script>&amp;", operator_name='"><img src=x>')
    for path in ("", "/edit", "/history"):
        page = browser("officer").get(f"/points/{point.id}{path}")
        assert "<script>alert" not in page.text
        assert "<img src=x>" not in page.text
