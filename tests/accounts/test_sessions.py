"""Signing in and out, sessions that end, and what was typed when one did."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import quote

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.accounts import service
from ocop_points.accounts.models import SignInFailure, User
from ocop_points.accounts.passwords import hash_password
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db, write
from ocop_points.localities.service import set_reach
from ocop_points.points.models import SalesPoint
from tests import factories, people
from tests.browser import PART, Browser, Page
from tests.conftest import NOW
from tests.points.test_register import filled

Open = Callable[[str | None], Browser]
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."


@contextmanager
def later(minutes: float) -> Iterator[None]:
    with clock.freeze(NOW + timedelta(minutes=minutes)):
        yield


def signed_in(someone: Browser) -> bool:
    return someone.get("/profile", status=None).status == 200


def count(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_signing_in_and_out(browser: Open) -> None:
    officer = browser(None)
    officer.sign_in(people.USERNAMES["officer"])
    page = officer.get("/")
    assert "Nguyễn Thị Thu Hà" in page.words
    assert people.user("officer").last_sign_in_at == NOW
    form = next(form for form in page.forms() if form.action == "/logout")
    assert officer.send(form).location == "/login"
    assert not signed_in(officer)
    assert officer.get("/login").status == 200


def test_the_name_in_any_case_and_a_second_time(browser: Open) -> None:
    someone = browser(None)
    assert someone.sign_in("  QNI.Canbo ").location == "/"
    assert someone.get("/login?next=/points", status=302).location == "/points"


@pytest.mark.parametrize("who", ["nobody", "wrong password", "switched off"])
def test_one_wording_whatever_was_wrong(browser: Open, who: str) -> None:
    if who == "switched off":
        write(lambda: service.deactivate(people.user("officer"), by=people.user("admin")))
    name = "khong.co" if who == "nobody" else people.USERNAMES["officer"]
    password = people.PASSWORD if who == "switched off" else "sai mật khẩu rồi"
    page = browser(None).sign_in(name, password, status=422)
    assert WRONG in page.words
    assert page.form().value("password") == ""
    assert page.form().value("username") == name
    assert count(SignInFailure) == 1


@pytest.mark.parametrize(
    ("name", "password"), [("", "x"), ("x", ""), ("x" * 41, "y"), ("\x00", "y")]
)
def test_nothing_to_sign_in_with(browser: Open, name: str, password: str) -> None:
    browser(None).sign_in(name, password, status=422)


def test_ten_failures_close_an_account_for_an_address_for_a_quarter_of_an_hour(
    browser: Open,
) -> None:
    attacker, name = browser(None), people.USERNAMES["officer"]
    for _ in range(10):
        attacker.sign_in(name, "sai mật khẩu rồi", status=422)
    page = attacker.sign_in(name, status=429)
    assert "Sai quá nhiều lần. Đợi 15 phút rồi thử lại." in page.words
    attacker.sign_in(people.USERNAMES["manager"])  # another account from there
    form = browser(None).get("/login").form()
    data = form.filled({"username": name, "password": people.PASSWORD})
    elsewhere = browser(None)
    data["csrf_token"] = [elsewhere.get("/login").form().value("csrf_token") or ""]
    elsewhere.post("/login", data, status=303, environ_base={"REMOTE_ADDR": "10.0.0.9"})
    with later(15.1):
        browser("officer")


def test_success_clears_the_failures_of_the_account_at_the_address(browser: Open) -> None:
    someone, name = browser(None), people.USERNAMES["officer"]
    for _ in range(9):
        someone.sign_in(name, "sai mật khẩu rồi", status=422)
    someone.sign_in(name)
    assert count(SignInFailure) == 0


def test_a_hundred_failures_close_an_address(app: Flask, browser: Open) -> None:
    def verb() -> None:
        for n in range(100):
            service.note_failed_sign_in(f"user{n}", "127.0.0.1")

    write(verb)
    browser(None).sign_in(people.USERNAMES["officer"], status=429)
    with later(16):
        browser("officer")


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("/points", "/points"), ("/points?q=a b", "/points?q=a%20b"), ("", "/"), ("//evil.example", "/"),
        ("https://evil.example/", "/"), ("/\\evil.example", "/"), ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"), ("points", "/"), ("http:evil.example", "/"), ("/" + "x" * 2000, "/"),
        ("///evil.example", "/"), ("/%09/evil.example", "/%09/evil.example"), ("\t//evil.example", "/"),
        ("http://localhost/points", "/"), (" //evil.example", "/"), ("/\t/evil.example", "/"),
    ],
)  # fmt: skip
def test_only_a_path_of_ours_is_gone_to(browser: Open, target: str, leads: str) -> None:
    someone = browser(None)
    form = someone.get(f"/login?next={quote(target)}").form()
    credentials = {"username": people.USERNAMES["officer"], "password": people.PASSWORD}
    location = someone.send(form, credentials).location
    assert location.replace(" ", "%20") == leads


def test_a_page_asked_for_without_session_is_gone_to_after_it(browser: Open) -> None:
    someone = browser(None)
    page = someone.get("/points?q=ha", status=302)
    form = someone.get(page.location).form()
    credentials = {"username": people.USERNAMES["officer"], "password": people.PASSWORD}
    assert someone.send(form, credentials).location == "/points?q=ha"


@pytest.mark.parametrize(
    ("in_field", "minutes", "lives"),
    [(False, 59, True), (False, 61, False), (True, 719, True), (True, 721, False)],
)
def test_idle_sessions_end(browser: Open, in_field: bool, minutes: int, lives: bool) -> None:
    officer = browser("officer")
    if in_field:
        with officer.http.session_transaction() as kept:
            kept["in_field"] = True
    with later(minutes):
        assert signed_in(officer) is lives


def test_work_keeps_a_session_alive(browser: Open) -> None:
    officer = browser("officer")
    for minutes in (50, 100, 150):
        with later(minutes):
            assert signed_in(officer)


def test_a_session_ends_after_a_week_of_work(browser: Open) -> None:
    officer = browser("officer")
    for half_hours in range(1, 7 * 48 + 1, 2):
        with later(30 * half_hours):
            assert officer.http.get("/profile").status_code == 200
    with later(30 * 7 * 48 + 1):
        assert not signed_in(officer)


def test_signing_out_everywhere_ends_other_sessions(browser: Open) -> None:
    one, two = browser("officer"), browser("officer")
    form = next(f for f in one.get("/profile").forms() if f.action.endswith("everywhere"))
    one.send(form)
    assert not signed_in(one)
    assert not signed_in(two)


@pytest.mark.parametrize(
    "change", ["role", "reach", "password", "reset", "deactivated", "everywhere"]
)
def test_what_ends_every_session(browser: Open, change: str) -> None:
    officer = browser("officer")
    hashed = hash_password("một câu khác để nhớ")

    def verb() -> None:
        user, admin = people.user("officer"), people.user("admin")
        if change == "role":
            service.edit_user(user, by=admin, values={"role": Role.MANAGER})
        elif change == "reach":
            moved = set_reach(user, [people.locality(people.ELSEWHERE).id])
            service.edit_user(user, by=admin, values={}, reach=moved)
        elif change == "password":
            service.change_password(user, hashed)
        elif change == "reset":
            service.reset_password(user, hashed, by=admin)
        elif change == "deactivated":
            service.deactivate(user, by=admin)
        else:
            service.sign_out_everywhere(user, by=admin)

    write(verb)
    assert not signed_in(officer)


def test_a_change_of_telephone_ends_none(browser: Open) -> None:
    officer = browser("officer")
    write(
        lambda: service.edit_user(
            people.user("officer"), by=people.user("admin"), values={"phone": "0912 345 678"}
        )
    )
    assert signed_in(officer)


def lost_form(browser: Open) -> tuple[Browser, Page]:
    """An officer whose session ended while a registration was typed, sent without script."""
    officer = browser("officer")
    form = officer.get("/points/new").form()
    with later(61):
        page = officer.send(form, filled(), status=401)
    assert count(SalesPoint) == 0
    return officer, page


def test_what_was_typed_comes_back_to_the_same_user_filled_in_and_not_saved(browser: Open) -> None:
    officer, page = lost_form(browser)
    assert "những gì bạn vừa gõ vẫn được giữ" in page.words
    assert "0912 345 678" not in page.text  # nothing readable on a page of nobody
    who = {"username": people.USERNAMES["officer"], "password": people.PASSWORD}
    with later(62):
        page = officer.send(page.form(), who, status=200)
        assert "chưa lưu" in page.words
        page = officer.send(page.form(), status=200)
        assert count(SalesPoint) == 0
        form = page.form()
        for name, value in filled().items():
            if name not in {"ward_code", "operator_tax_code"}:
                assert form.value(name) == value
        done = officer.send(form)
    assert done.location.startswith("/points/")
    assert count(SalesPoint) == 1


def test_another_user_gets_nothing_of_it(browser: Open) -> None:
    officer, page = lost_form(browser)
    who = {"username": people.USERNAMES["manager"], "password": people.PASSWORD}
    with later(62):
        answer = officer.send(page.form(), who)
        page = officer.follow(answer)
    assert "thuộc về người khác" in page.words
    assert count(SalesPoint) == 0


@pytest.mark.parametrize("how", ["changed", "foreign", "old"])
def test_a_carried_form_that_is_not_ours_is_dropped(browser: Open, how: str) -> None:
    officer, page = lost_form(browser)
    form = page.form()
    carried = form.value("carried") or ""
    given = {"changed": carried[:-3] + "abc", "foreign": "xyz", "old": carried}[how]
    who = {"username": people.USERNAMES["officer"], "password": people.PASSWORD}
    with later(62):
        # The signer's clock cannot be frozen: an old one is played by a limit of no time at all.
        if how == "old":
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("ocop_points.accounts.session.IDLE_IN_FIELD", timedelta(seconds=-1))
                answer = officer.send(form, {**who, "carried": given})
        else:
            answer = officer.send(form, {**who, "carried": given})
    assert answer.location == "/"


def test_a_form_whose_key_is_forged_is_not_carried(browser: Open) -> None:
    someone = browser(None)
    page = someone.post("/points/new", filled(form_key="forged"), status=401)
    assert page.form().value("carried") == ""


def test_passwords_are_never_carried(browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/profile/password").form()
    with later(61):
        page = officer.send(
            form, {"current": people.PASSWORD, "new": "một bí mật", "repeat": "x"}, status=401
        )
    from ocop_points.accounts.session import carried_for

    carried = carried_for(people.user("officer"), page.form().value("carried") or "")
    assert carried is not None
    assert not {"current", "new", "repeat"} & {name for name, _value in carried[1]}


def test_a_form_too_large_to_carry_is_to_be_done_again(browser: Open) -> None:
    officer = browser("officer")
    key = officer.get("/points/new").form().value("form_key") or ""
    with later(61):
        big = {"form_key": key, "content": "x" * 1_000_001}
        page = officer.post("/points/import", big, status=401)
    assert page.form().value("carried") == ""
    assert "Đăng nhập lại rồi làm tiếp." in page.words


def test_htmx_without_session_signs_in_in_place_and_leaves_the_page_alone(browser: Open) -> None:
    officer = browser("officer")
    with later(61):
        page = officer.get("/points?q=a", status=401, headers=PART)
        heads = page.answer.headers
        assert (heads["HX-Retarget"], heads["HX-Reswap"]) == ("#in-place", "innerHTML")
        assert heads["HX-Push-Url"] == "false"
        assert "<html" not in page.text
        form = page.forms()[0]
        wrong = {"username": people.USERNAMES["officer"], "password": "sai"}
        again = officer.post("/login", form.filled(wrong), status=422, headers=PART)
        assert WRONG in again.words
        assert again.answer.headers["HX-Retarget"] == "#in-place"
        right = {"username": people.USERNAMES["officer"], "password": people.PASSWORD}
        done = officer.post("/login", again.forms()[0].filled(right), status=200, headers=PART)
        assert 'data-signed-in="' in done.text
        assert "hãy bấm lại" in done.words
        assert signed_in(officer)


@pytest.mark.parametrize(
    "cookie", ["", "x", "1", "1.", ".1", "99.1", "1.x", "1.99999999999999999999"]
)
def test_a_cookie_that_names_nobody(app: Flask, cookie: str) -> None:
    from ocop_points.accounts.session import load_user

    assert load_user(cookie) is None


def test_a_first_password_must_be_changed_before_anything_else(browser: Open) -> None:
    hashed = hash_password("mật khẩu được cấp")
    write(lambda: service.reset_password(people.user("officer"), hashed, by=people.user("admin")))
    officer = browser(None)
    officer.sign_in(people.USERNAMES["officer"], "mật khẩu được cấp")
    for path in ("/", "/points", "/profile", "/points/new"):
        assert officer.get(path, status=303).location == "/profile/password"
    assert officer.get("/points", status=204, headers=PART).answer.headers["HX-Redirect"]
    values = {
        "current": "mật khẩu được cấp",
        "new": "câu của riêng tôi",
        "repeat": "câu của riêng tôi",
    }
    assert officer.submit("/profile/password", values).location == "/"
    assert officer.get("/").status == 200


def test_signing_in_leaves_a_row(browser: Open) -> None:
    browser(None).sign_in(people.USERNAMES["officer"])
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert (row.action, row.user_name) == ("user.signed_in", "Nguyễn Thị Thu Hà")


def test_no_password_is_stored_readable(app: Flask) -> None:
    stored = set(db.session.scalars(select(User.password_hash)))
    assert all(one.startswith("$argon2id$") for one in stored)


def test_a_point_form_is_not_lost_by_a_second_tab(browser: Open) -> None:
    """Signing in again in another tab: the form still open goes on working."""
    officer = browser("officer")
    form = officer.get("/points/new").form()
    with later(61):
        officer.sign_in(people.USERNAMES["officer"])
        assert officer.send(form, filled()).status == 303
    assert factories.ward_of() is not None
