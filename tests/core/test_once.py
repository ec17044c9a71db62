"""One-time keys: one sending, one record."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.core import clock, once
from ocop_points.core.db import db
from ocop_points.core.once import FormKey
from ocop_points.points.models import SalesPoint
from tests import factories, people
from tests.browser import Browser
from tests.conftest import NOW
from tests.points.test_register import filled

Open = Callable[[str | None], Browser]


def points() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SalesPoint)) or 0


def test_a_key_says_for_whom_the_form_was_made(app: Flask) -> None:
    key = once.new_key(7)
    assert once.owner_of(key) == 7
    assert once.new_key(7) != key


@pytest.mark.parametrize("key", ["", "7", "WzcsInh4Il0.forged", "ự" * 50, "[7,1]", "\ud800"])
def test_a_key_that_is_not_ours(app: Flask, key: str) -> None:
    assert once.owner_of(key) is None


@pytest.mark.parametrize("forge", ["nobody", "another user", "changed"])
def test_a_form_with_such_a_key_is_shown_again_as_typed(browser: Open, forge: str) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    mine = form.value("form_key") or ""
    key = {
        "nobody": "",
        "another user": once.new_key(people.user("manager").id),
        "changed": mine[:-2] + "xx",
    }[forge]
    page = officer.send(form, filled(form_key=key), status=422)
    assert "Biểu mẫu này đã cũ" in page.words
    assert page.form().value("name") == "Trung tâm OCOP Bãi Cháy"
    assert points() == 0
    officer.send(page.form())
    assert points() == 1


def test_a_refused_form_keeps_its_key(browser: Open) -> None:
    factories.point()
    officer = browser("officer")
    form = officer.get("/points/new").form()
    page = officer.send(form, filled(), status=422)
    assert page.form().value("form_key") == form.value("form_key")
    officer.send(page.form(), {"anyway": "y"})
    assert points() == 2


def test_two_sendings_at_once_make_one_record(app: Flask, browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/points/new").form()
    data = form.filled(filled())
    cookie = officer.http.get_cookie("ocop_points")
    assert cookie is not None
    answers: list[tuple[int, str | None]] = []
    barrier = threading.Barrier(4, timeout=10)

    def send() -> None:
        client = app.test_client()
        client.set_cookie("ocop_points", cookie.value)
        barrier.wait()
        answer = client.post("/points/new", data=data)
        answers.append((answer.status_code, answer.headers.get("Location")))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 4
    assert {status for status, _where in answers} == {303}
    assert len({where for _status, where in answers}) == 1
    assert points() == 1


def test_a_key_is_of_one_form(browser: Open) -> None:
    """The same key on another form is not taken for that form's second sending."""
    first = factories.point(opened_on=None)
    second = factories.point(name="Điểm khác", address="2 đường khác", opened_on=None)
    officer = browser("officer")
    form = officer.get(f"/points/{first.id}/steps/survey").form()
    officer.send(form, {"on": "23/11/2026"})
    data = form.filled({"on": "23/11/2026"})
    page = officer.post(f"/points/{second.id}/steps/survey", data, status=303)
    assert page.location == f"/points/{second.id}"


def test_keys_are_forgotten_after_a_quarter(browser: Open) -> None:
    officer = browser("officer")
    officer.submit("/points/new", filled())
    with clock.freeze(NOW + once.KEEP + timedelta(days=1)):
        later = browser("officer")
        later.submit("/points/new", filled(name="Điểm hai", address="2 đường khác"))
    assert db.session.scalar(select(func.count()).select_from(FormKey)) == 1
