"""The private address of a calendar: shown once, kept as a hash, and no longer than its owner may see the visits."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from flask import Flask

from ocop_points.accounts.service import change_password, deactivate, reactivate
from ocop_points.assessments import feed_views
from ocop_points.assessments.planning_models import CalendarFeed
from ocop_points.assessments.planning_service import make_feed
from ocop_points.assessments.service import void_visit
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.extensions import limiter
from ocop_points.localities.service import set_reach
from tests import factories, factories_visits, people
from tests.browser import Browser, Page
from tests.conftest import NOW
from tests.statements import statements

Open = Callable[[str | None], Browser]


@pytest.fixture(autouse=True)
def fresh_limits(app: Flask) -> Iterator[None]:
    limiter.reset()
    yield
    limiter.reset()


def lines(who: Browser, url: str) -> list[str]:
    """The calendar's lines, unfolded."""
    answer = who.get(url).answer
    assert answer.mimetype == "text/calendar"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.get_data(as_text=True).replace("\r\n ", "").split("\r\n")


def address(page: Page) -> str:
    found = re.search(r"https://ocop\.example(/lich/\w+\.ics)", page.words)
    assert found
    return found[1]


def planned(name: str, number: int, by: str = "officer") -> int:
    point = factories.point(name=name, address=f"{number} đường Hạ Long, tổ 3")
    return factories_visits.visit(point, planned=True, on=date(2026, 12, number), by=by)


def test_the_life_of_an_address(browser: Open, app: Flask) -> None:
    factories_visits.edition("950")
    own, other = planned("Cửa hàng; Hòn Gai", 1), planned("Của người khác", 2, "second_officer")
    officer, anybody = browser("officer"), browser(None)
    assert "/profile/calendar" in officer.get("/profile").links()
    form = officer.get("/profile/calendar").form()
    url = address(officer.send(form, status=200))
    assert len(url) == len("/lich/.ics") + 40, "160 bits"
    assert officer.send(form).location == "/profile/calendar", "the address is shown once"
    kept = db.session.query(CalendarFeed).one()
    assert kept.token_hash not in url
    said = lines(anybody, url)
    assert said.count("BEGIN:VEVENT") == 1, "an officer's own visits"
    assert "DTSTART;VALUE=DATE:20261201" in said
    assert "SUMMARY:Định kỳ: Cửa hàng\\; Hòn Gai" in said
    assert any(one.startswith("LOCATION:1 đường Hạ Long\\, tổ 3") for one in said)
    assert f"URL:https://ocop.example/assessments/{own}" in said
    uid = next(one for one in said if one.startswith("UID:"))
    # Another address kills the first; the same visit keeps its name in the calendar.
    renewed = address(officer.submit("/profile/calendar", status=200))
    anybody.get(url, status=404)
    assert uid in lines(anybody, renewed)
    # A visit that is cancelled is gone.
    factories_visits.act(own, void_visit, by="officer", reason="Cửa hàng sửa chữa")
    assert "BEGIN:VEVENT" not in lines(anybody, renewed)
    # Revoked, it is dead.
    officer.submit("/profile/calendar/revoke")
    anybody.get(renewed, status=404)
    officer.submit("/profile/calendar/revoke", status=422)
    assert other


def test_what_the_owner_may_see_now(browser: Open, app: Flask) -> None:
    factories_visits.edition("950")
    planned("Cửa hàng Hòn Gai", 1)
    anybody = browser(None)
    url = f"/lich/{write(lambda: make_feed(people.user('manager')))}.ics"
    assert "BEGIN:VEVENT" in lines(anybody, url), "a manager sees the whole reach"
    here, elsewhere = people.locality().id, people.locality(people.ELSEWHERE).id
    write(lambda: set_reach(people.user("manager"), [elsewhere]))
    assert "BEGIN:VEVENT" not in lines(anybody, url)
    write(lambda: set_reach(people.user("manager"), [here]))
    assert "BEGIN:VEVENT" in lines(anybody, url)
    write(lambda: deactivate(people.user("manager"), by=people.user("admin")))
    anybody.get(url, status=404)
    write(lambda: reactivate(people.user("manager"), by=people.user("admin")))
    anybody.get(url, status=404)
    for dead in ("/lich/x.ics", f"/lich/{'0' * 40}.ics", "/lich/%00.ics"):
        anybody.get(dead, status=404)


def test_signing_out_everywhere_ends_the_address_too(browser: Open, app: Flask) -> None:
    """Whoever lost a telephone presses one button; a new address works, and a new password leaves it alone."""
    officer, anybody = browser("officer"), browser(None)
    url = address(officer.submit("/profile/calendar", status=200))
    page = officer.get("/profile")
    officer.send(page.form("/profile/sign-out-everywhere"))
    anybody.get(url, status=404)
    later = NOW + timedelta(minutes=5)
    with clock.freeze(later):
        officer.sign_in(people.USERNAMES["officer"])
        assert "đã hết dùng được" in officer.get("/profile/calendar").words
        fresh = address(officer.submit("/profile/calendar", status=200))
        assert "đã hết dùng được" not in officer.get("/profile/calendar").words
        write(lambda: change_password(people.user("officer"), "khác"))
        anybody.get(fresh)
    anybody.get(url, status=404)


def test_asking_too_often_is_refused_and_the_log_keeps_the_secret(
    browser: Open, app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    token = write(lambda: make_feed(people.user("officer")))
    anybody = browser(None)
    most = int(feed_views.READS.split()[0])
    for _turn in range(most):
        anybody.get(f"/lich/{token}.ics")
    anybody.get(f"/lich/{token}.ics", status=429)
    assert "refused 429" in caplog.text
    assert token not in caplog.text


def test_a_feed_costs_the_same_for_one_visit_and_for_many(browser: Open, app: Flask) -> None:
    factories_visits.edition("950")
    planned("Cửa hàng 1", 1)
    anybody = browser(None)
    url = f"/lich/{write(lambda: make_feed(people.user('officer')))}.ics"
    few = statements(lines, anybody, url)
    for number in range(2, 9):
        planned(f"Cửa hàng {number}", number)
    assert lines(anybody, url).count("BEGIN:VEVENT") == 8
    assert statements(lines, anybody, url) == few
