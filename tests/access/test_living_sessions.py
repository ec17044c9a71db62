"""A change of role, reach or standing, made on the users' page, holds from the next request of a living session."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ocop_points.core.db import db, write
from ocop_points.points import service as points
from tests import factories, people
from tests.architecture.world import fingerprint
from tests.browser import PART, Browser

Open = Callable[[str | None], Browser]
NEW = "một câu đủ dài để nhớ"


def edit(browser: Open, by: str, of: str, values: dict[str, Any]) -> None:
    browser(by).submit(f"/admin/users/{people.user(of).id}", values)


def switch_off(browser: Open, by: str, of: str) -> None:
    browser(by).submit(f"/admin/users/{people.user(of).id}/activity")


def reset(browser: Open, by: str, of: str) -> None:
    page = browser(by).submit(f"/admin/users/{people.user(of).id}/reset-password", status=200)
    assert page.tree is not None


def elsewhere() -> dict[str, Any]:
    return {"localities": [str(people.locality(people.ELSEWHERE).id)]}


# who changes whom, how; what the changed one gets after signing in again: sign-in, the shop's page, its form
CHANGES: dict[str, tuple[str, Callable[[Open], None], int, int, int]] = {
    "reach, by the administrator": (
        "officer", lambda b: edit(b, "admin", "officer", elsewhere()), 303, 404, 404
    ),
    "reach of a manager": (
        "manager", lambda b: edit(b, "admin", "manager", elsewhere()), 303, 404, 404
    ),
    "role: officer to viewer": (
        "officer", lambda b: edit(b, "admin", "officer", {"role": "ministry_viewer"}), 303, 200, 403
    ),
    "role: manager to officer": (
        "manager", lambda b: edit(b, "admin", "manager", {"role": "officer"}), 303, 200, 200
    ),
    "role: officer to operator of another point": (
        "officer", lambda b: edit(b, "admin", "officer", {"role": "operator", **elsewhere_points()}), 303, 404, 403
    ),
    "switched off, by the manager": (
        "officer", lambda b: switch_off(b, "manager", "officer"), 422, 0, 0
    ),
    "switched off, by the administrator": (
        "manager", lambda b: switch_off(b, "admin", "manager"), 422, 0, 0
    ),
    "password reset": ("officer", lambda b: reset(b, "manager", "officer"), 422, 0, 0),
    "points of an operator": (
        "operator", lambda b: edit(b, "manager", "operator", elsewhere_points()), 303, 404, 403
    ),
}  # fmt: skip


def elsewhere_points() -> dict[str, Any]:
    found = factories.point(name="Cửa hàng OCOP Tuần Châu", address="1 đảo Tuần Châu")
    return {"points": [str(found.id)]}


@pytest.mark.parametrize("change", CHANGES)
def test_it_holds_from_the_next_request(app: Flask, browser: Open, change: str) -> None:
    who, carry_out, signs_in, page_after, form_after = CHANGES[change]
    shop = factories.point()
    factories.give_point(shop)
    path = f"/points/{shop.id}"
    form_path = f"{path}/contact" if who == "operator" else f"{path}/edit"
    working, second = browser(who), browser(who)
    form = working.get(form_path).form()
    second.get(path)
    carry_out(browser)
    before = fingerprint()
    # What is sent and asked with the old session: nothing is carried out, nothing is shown.
    refused = working.send(form, {"phone": "0911 111 111"}, status=401)
    assert "Trung tâm OCOP" not in refused.words
    page = second.get(path, status=302)
    assert page.location.startswith("/login")
    assert second.get(path, status=401, headers=PART).words
    assert fingerprint() == before
    again = browser(None)
    again.sign_in(people.USERNAMES[who], status=signs_in)
    if signs_in == 303:
        again.get(path, status=page_after)
        again.get(f"{path}/edit", status=form_after)


def test_an_own_new_password_ends_the_other_sessions_only(browser: Open) -> None:
    here, other = browser("officer"), browser("officer")
    values = {"current": people.PASSWORD, "new": NEW, "repeat": NEW}
    here.submit("/profile/password", values)
    here.get("/profile")
    other.get("/profile", status=302)


def test_the_role_is_asked_of_the_database_not_of_the_cookie(browser: Open) -> None:
    """Even where the session lives on: a point given to an operator is there with the next request."""
    shop = factories.point()
    operator = browser("operator")
    operator.get(f"/points/{shop.id}", status=404)
    user_id = people.user("operator").id
    write(lambda: points.set_user_points(people.user("operator"), [shop.id]))
    operator.get(f"/points/{shop.id}")
    write(lambda: points.set_user_points(people.user("operator"), []))
    operator.get(f"/points/{shop.id}", status=404)
    db.session.rollback()
    assert people.user("operator").id == user_id
