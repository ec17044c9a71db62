"""What the server's log says of refused requests, and what it never says."""

import logging
from collections.abc import Callable

import pytest
from flask import Flask

from tests import people
from tests.browser import Browser

Open = Callable[[str | None], Browser]


@pytest.fixture
def lines(app: Flask, caplog: pytest.LogCaptureFixture) -> Callable[[], list[str]]:
    caplog.set_level(logging.WARNING, logger=app.logger.name)
    return lambda: [record.getMessage() for record in caplog.records]


def test_failed_sign_ins(browser: Open, lines: Callable[[], list[str]]) -> None:
    number = people.user("officer").id
    browser(None).sign_in("qni.canbo", "sai mật khẩu rồi", status=422)
    browser(None).sign_in("mật khẩu gõ nhầm ô", "x", status=422)
    known, unknown = lines()
    assert known.startswith("refused 422 POST '/login' user=- from=127.0.0.1 request=")
    assert known.endswith(f"failed sign-in of user {number}")
    assert unknown.endswith("failed sign-in of user -")
    assert not any("mật khẩu" in line for line in lines())


def test_too_many_of_them(browser: Open, lines: Callable[[], list[str]]) -> None:
    for _ in range(10):
        browser(None).sign_in("qni.canbo", "sai mật khẩu rồi", status=422)
    browser(None).sign_in("qni.canbo", status=429)
    assert lines()[-1].startswith("refused 429 POST '/login'")


def test_what_one_may_not_do(browser: Open, lines: Callable[[], list[str]]) -> None:
    browser("officer").get("/admin/users", status=403)
    assert f"refused 403 GET '/admin/users' user={people.user('officer').get_id()}" in lines()[-1]


def test_a_forged_form(app: Flask, browser: Open, lines: Callable[[], list[str]]) -> None:
    browser("officer").post("/profile", {"position": "x"}, status=400)
    assert lines()[-1].endswith("without the token of its page")


def test_a_line_stays_one_line(browser: Open, lines: Callable[[], list[str]]) -> None:
    officer = browser("officer")
    officer.post("/profile%0Arefused 200 GET '/' user=1", {"position": "x"}, status=404)
    officer.http.post("/points/new", data={"x": "y" * 600_000})
    assert lines()
    assert not any("\n" in line for line in lines())
