"""One's own profile and password, the rules of passwords, and the commands."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask_migrate import downgrade
from sqlalchemy import select

from ocop_points.accounts import service
from ocop_points.accounts.passwords import make_password, verify_password
from ocop_points.accounts.rules import USERNAME, WeakPassword, weakness
from ocop_points.audit.models import AuditRow
from ocop_points.audit.queries import broken_row
from ocop_points.core.access import Role
from ocop_points.core.db import db, write
from tests import people
from tests.browser import Browser

Open = Callable[[str | None], Browser]
NEW = "một câu đủ dài để nhớ"


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("a1b2c3d4e5f", WeakPassword.TOO_SHORT),
        ("", WeakPassword.TOO_SHORT),
        ("x1y2" * 51, WeakPassword.TOO_LONG),
        ("aaaaaaaaaaaa", WeakPassword.COMMON),
        ("ha long OCOP 2026", WeakPassword.OF_THE_PROGRAMME),
        ("Sở Công Thương ta", WeakPassword.OF_THE_PROGRAMME),
        ("abcabcabcabc", WeakPassword.COMMON),
        ("123456789012", WeakPassword.COMMON),
        ("QNI.CanBo của tôi", WeakPassword.HAS_USERNAME),
        ("một câu đủ dài", None),
        ("correct horse battery", None),
        ("x1y2" * 50, None),
    ],
)
def test_what_a_password_must_be(password: str, found: WeakPassword | None) -> None:
    assert weakness(password, "qni.canbo") is found


def test_a_made_password_is_good_and_readable() -> None:
    made = {make_password() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", one) for one in made)
    assert not any(weakness(one, "qni.canbo") for one in made)


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("abc", True),
        ("qni.canbo2", True),
        ("ab", False),
        (".ab", False),
        ("a b c", False),
        ("ABC", False),
        ("đào", False),
        ("a" * 41, False),
    ],
)
def test_a_username(name: str, good: bool) -> None:
    assert bool(USERNAME.fullmatch(name)) is good


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"current": "sai mật khẩu"}, "current", "Mật khẩu hiện nay không đúng"),
        ({"repeat": "câu khác hẳn thế"}, "repeat", "chưa giống nhau"),
        ({"new": "ngắn", "repeat": "ngắn"}, "new", "ít nhất 12 ký tự"),
        ({"new": "123456789012", "repeat": "123456789012"}, "new", "quá dễ đoán"),
        (
            {"new": "qni.canbo nhé", "repeat": "qni.canbo nhé"},
            "new",
            "không được chứa tên đăng nhập",
        ),
        ({"new": people.PASSWORD, "repeat": people.PASSWORD}, "new", "phải khác"),
        ({"new": ""}, "new", "Nhập mật khẩu"),
    ],
)
def test_a_password_that_is_refused(
    browser: Open, changed: dict[str, str], field: str, message: str
) -> None:
    officer = browser("officer")
    values = {"current": people.PASSWORD, "new": NEW, "repeat": NEW, **changed}
    page = officer.submit("/profile/password", values, status=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.form().value(field) == ""
    assert verify_password(people.user("officer").password_hash, people.PASSWORD)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(browser: Open) -> None:
    here, there = browser("officer"), browser("officer")
    here.submit("/profile/password", {"current": people.PASSWORD, "new": NEW, "repeat": NEW})
    assert here.get("/profile").status == 200
    assert there.get("/profile", status=302).location.startswith("/login")
    browser(None).sign_in(people.USERNAMES["officer"], NEW)


def test_a_profile_is_edited_and_unchanged_writes_nothing(browser: Open) -> None:
    officer = browser("officer")
    page = officer.follow(officer.submit("/profile", {"phone": "0912 345 678"}))
    assert "Đã lưu." in page.words
    rows = db.session.query(AuditRow).count()
    officer.submit("/profile")
    assert db.session.query(AuditRow).count() == rows
    page = officer.submit("/profile", {"phone": "gọi sau"}, status=422)
    assert page.errors() == ["Nhập số điện thoại, ví dụ 0912 345 678"]


@pytest.mark.parametrize(("choice", "kept"), [("theirs", "Trưởng phòng"), ("mine", "Phó phòng")])
def test_the_second_writer_of_a_profile_chooses(browser: Open, choice: str, kept: str) -> None:
    officer = browser("officer")
    form = officer.get("/profile").form()
    values = {"position": "Trưởng phòng"}
    write(lambda: service.edit_user(people.user("officer"), by=people.user("admin"), values=values))
    page = officer.send(form, {"position": "Phó phòng"}, status=422)
    assert "Trưởng phòng" in page.words
    assert people.user("officer").position == "Trưởng phòng"
    officer.send(page.form(), {"choose-position": choice})
    assert people.user("officer").position == kept


def test_reset_password_from_the_terminal(app: Flask, browser: Open) -> None:
    runner = app.test_cli_runner()
    done = runner.invoke(args=["reset-password", "qni.canbo"])
    assert done.exit_code == 0, done.output
    made = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", done.output)
    assert made is not None
    db.session.rollback()
    officer = browser(None)
    officer.sign_in("qni.canbo", made[0])
    assert officer.get("/", status=303).location == "/profile/password"
    missing = runner.invoke(args=["reset-password", "khong.co"])
    assert missing.exit_code == 1
    assert "Không có người dùng" in missing.output


def test_an_administrator_who_left_is_switched_off_at_the_terminal(
    app: Flask, browser: Open
) -> None:
    run = app.test_cli_runner().invoke
    assert "quản trị viên cuối cùng" in run(args=["deactivate", "quantri"]).output
    role = {"role": Role.MINISTRY_ADMIN}
    write(lambda: service.edit_user(people.user("viewer"), by=people.user("admin"), values=role))
    left = browser(None)
    left.sign_in("bo.xem")
    done = run(args=["deactivate", "bo.xem"])
    assert done.exit_code == 0, done.output
    db.session.rollback()
    left.get("/", status=302)
    left.sign_in("bo.xem", status=422)
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert (row.action, row.user_id) == ("user.deactivated", None)
    assert run(args=["deactivate", "bo.xem"]).exit_code == 1
    assert run(args=["deactivate", "bo.xem", "--undo"]).exit_code == 0
    db.session.rollback()
    left.sign_in("bo.xem")
    assert run(args=["deactivate", "khong.co"]).exit_code == 1


def test_init_refuses_a_database_in_use(app: Flask) -> None:
    done = app.test_cli_runner().invoke(
        args=["init", "--username", "quantri2", "--full-name", "Hai"]
    )
    assert done.exit_code == 1
    assert "đã có người dùng" in done.output


def test_init_makes_the_first_administrator(app: Flask, browser: Open) -> None:
    db.session.remove()
    downgrade(revision="base")
    args = ["init", "--username", " Chu.Quan ", "--full-name", "Trần  Thị Chủ"]
    done = app.test_cli_runner().invoke(args=args)
    assert done.exit_code == 0, done.output
    made = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", done.output)
    assert made is not None
    someone = browser(None)
    someone.sign_in("chu.quan", made[0])
    values = {"current": made[0], "new": NEW, "repeat": NEW}
    someone.submit("/profile/password", values)
    assert "Trần Thị Chủ" in someone.get("/").words
    from ocop_points.accounts.queries import user_by_username

    found = user_by_username("chu.quan")
    assert found is not None
    assert found.role is Role.MINISTRY_ADMIN
    assert broken_row() is None


@pytest.mark.parametrize(
    ("username", "name"), [("A B", "Tên"), ("ab", "Tên"), ("quantri", " \u200b ")]
)
def test_init_refuses_odd_names(app: Flask, username: str, name: str) -> None:
    done = app.test_cli_runner().invoke(args=["init", "--username", username, "--full-name", name])
    assert done.exit_code == 1
