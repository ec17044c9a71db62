"""The users' pages by RULES.md §1: who changes whom, what is given, what is shown once."""

import re
from collections.abc import Callable
from itertools import product

import pytest
from flask import Flask

from ocop_points.accounts import service as accounts
from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password
from ocop_points.accounts.rules import Standing, may_edit, may_give, roles_given_by
from ocop_points.core.access import Role
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.localities.service import set_reach
from tests import factories, people
from tests.browser import Browser

Open = Callable[[str | None], Browser]
A, V, M, O, P = Role  # noqa: E741
HERE, THERE = frozenset({1}), frozenset({2})


@pytest.mark.parametrize(("actor", "target"), list(product(Role, Role)))
def test_who_may_change_whom(actor: Role, target: Role) -> None:
    """The administrator everybody below; a manager officers and operators of the own reach; others nobody."""
    by = Standing(1, actor, HERE)
    other = Standing(
        2, target, HERE if target is not P else frozenset(), HERE if target is P else frozenset()
    )
    expected = (actor is A and target is not A) or (actor is M and target in {O, P})
    assert may_edit(by, other) is expected


@pytest.mark.parametrize("role", [O, P])
@pytest.mark.parametrize(
    ("reach", "allowed"),
    [(HERE, True), (THERE, False), (HERE | THERE, False), (frozenset(), False)],
)
def test_a_manager_only_those_wholly_inside_the_own_reach(
    role: Role, reach: frozenset[int], allowed: bool
) -> None:
    by = Standing(1, M, HERE)
    places = (reach, frozenset()) if role is O else (frozenset[int](), reach)
    assert may_edit(by, Standing(2, role, *places)) is allowed
    assert may_give(by, role, reach) is allowed


def test_nobody_themselves() -> None:
    for role in Role:
        assert not may_edit(Standing(1, role, HERE), Standing(1, role, HERE))


def test_which_roles_are_given() -> None:
    assert {role: set(roles_given_by(role)) for role in Role} == {
        A: set(Role), V: set(), M: {O, P}, O: set(), P: set(),
    }  # fmt: skip


def facts(**changed: object) -> dict[str, object]:
    return {
        "username": "qni.moi",
        "full_name": "Vũ Thị Mới",
        "unit_name": "Sở Công Thương Quảng Ninh",
        "role": "officer",
        "localities": [str(people.locality().id)],
        **changed,
    }


def test_a_manager_makes_an_officer_whose_password_is_shown_once(browser: Open) -> None:
    manager = browser("manager")
    form = manager.get("/admin/users/new").form()
    page = manager.send(form, facts(), status=200)
    made = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", page.words)
    assert made is not None
    again = manager.send(form, facts())  # sent twice: leads to the user's page, shows no password
    assert again.location.startswith("/admin/users/")
    assert made[0] not in manager.follow(again).text
    fresh = browser(None)
    fresh.sign_in("qni.moi", made[0])
    assert fresh.get("/", status=303).location == "/profile/password"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"username": "qni.canbo"}, "Tên đăng nhập này đã có người dùng"),
        ({"username": "Có Dấu"}, "Dùng 3 đến 40 chữ thường"),
        ({"full_name": " "}, "Nhập họ và tên"),
        ({"phone": "x"}, "Nhập số điện thoại"),
        ({"localities": None}, "Chọn ít nhất một địa phương"),
        ({"role": "operator"}, "Chọn ít nhất một điểm bán"),
        ({"role": "manager"}, "Chọn một mục trong danh sách"),
        ({"role": "ministry_admin"}, "Chọn một mục trong danh sách"),
    ],
)
def test_what_is_refused(browser: Open, changed: dict[str, object], message: str) -> None:
    page = browser("manager").submit("/admin/users/new", facts(**changed), status=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert db.session.query(User).filter_by(username="qni.moi").count() == 0


def test_a_locality_or_point_out_of_reach_is_no_choice(browser: Open) -> None:
    other = factories.point(people.ELSEWHERE)
    manager = browser("manager")
    elsewhere = [str(people.locality(people.ELSEWHERE).id)]
    manager.submit("/admin/users/new", facts(localities=elsewhere), status=422)
    manager.submit("/admin/users/new", facts(role="operator", points=[str(other.id)]), status=422)


def shown(browser: Browser) -> set[str]:
    page = browser.get("/admin/users")
    assert page.tree is not None
    heads = [cell for cell in page.tree.iter("th") if cell.get("scope") == "row"]
    return {"".join(next(cell.iter("a")).itertext()) for cell in heads}


def test_the_list_holds_whom_one_manages(browser: Open) -> None:
    factories.give_point(factories.point())
    assert shown(browser("manager")) == {"Nguyễn Thị Thu Hà", "Lê Đức Mạnh", "Đặng Thị Nga"}
    assert shown(browser("other_manager")) == {"Trương Thị Út"}
    assert len(shown(browser("admin"))) == len(people.USERNAMES)
    both = [people.locality().id, people.locality(people.ELSEWHERE).id]
    write(lambda: set_reach(people.user("officer"), both))
    assert "Nguyễn Thị Thu Hà" not in shown(browser("manager"))


@pytest.mark.parametrize("path", ["", "/reset-password", "/activity", "/history"])
@pytest.mark.parametrize(
    ("who", "target", "status"),
    [
        ("manager", "officer", 200), ("manager", "second_manager", 404), ("manager", "other_officer", 404),
        ("manager", "admin", 404), ("manager", "operator", 404), ("officer", "second_officer", 403),
        ("viewer", "officer", 403), ("admin", "manager", 200), ("admin", "viewer", 200),
    ],
)  # fmt: skip
def test_whose_pages_one_opens(
    browser: Open, path: str, who: str, target: str, status: int
) -> None:
    browser(who).get(f"/admin/users/{people.user(target).id}{path}", status=status)


@pytest.mark.parametrize("path", ["/reset-password", "/activity"])
def test_an_administrator_not_themselves(browser: Open, path: str) -> None:
    admin = browser("admin")
    admin.get(f"/admin/users/{people.user('admin').id}{path}", status=403)


def test_the_last_administrator_stays(app: Flask) -> None:
    with pytest.raises(Refused, match="quản trị viên cuối cùng"):
        write(lambda: accounts.deactivate(people.user("admin"), by=people.user("viewer")))
    with pytest.raises(Refused, match="quản trị viên cuối cùng"):
        write(
            lambda: accounts.edit_user(
                people.user("admin"), by=people.user("viewer"), values={"role": Role.MANAGER}
            )
        )
    assert people.user("admin").role is Role.MINISTRY_ADMIN
    hashed = hash_password("x")

    def second() -> None:
        accounts.add_user(
            username="hai", full_name="Hai", role=Role.MINISTRY_ADMIN, password_hash=hashed, by=None
        )
        accounts.deactivate(people.user("admin"), by=people.user("viewer"))

    write(second)
    assert not people.user("admin").active


def test_a_user_is_switched_off_and_on(browser: Open) -> None:
    manager, user_id = browser("manager"), people.user("officer").id
    page = manager.follow(manager.submit(f"/admin/users/{user_id}/activity"))
    assert "đã khóa" in page.words
    browser(None).sign_in(people.USERNAMES["officer"], status=422)
    manager.submit(f"/admin/users/{user_id}/activity")
    browser("officer")


def test_a_password_is_reset_and_shown_once(browser: Open) -> None:
    officer = browser("officer")
    url = f"/admin/users/{people.user('officer').id}/reset-password"
    manager = browser("manager")
    form = manager.get(url).form()
    page = manager.send(form, status=200)
    made = re.search(r"[a-z2-9]{5}-[a-z2-9]{5}-[a-z2-9]{5}", page.words)
    assert made is not None
    assert officer.get("/", status=302).location.startswith("/login")
    assert made[0] not in manager.follow(manager.send(form)).text
    browser(None).sign_in(people.USERNAMES["officer"], made[0])


def test_a_role_taken_away_between_opening_and_sending(browser: Open) -> None:
    """The form is open; meanwhile the officer got a locality the manager does not reach: 404 and no change."""
    manager, user_id = browser("manager"), people.user("officer").id
    form = manager.get(f"/admin/users/{user_id}").form()
    both = [people.locality().id, people.locality(people.ELSEWHERE).id]
    write(lambda: set_reach(people.user("officer"), both))
    manager.send(form, {"full_name": "Tên khác"}, status=404)
    assert people.user("officer").full_name == "Nguyễn Thị Thu Hà"
