"""Every route has a permission that was decided, refuses everybody else, and a GET changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import encode_multipart

from ocop_points.core import clock
from ocop_points.core.access import PERMISSIONS, Role, allowed
from ocop_points.core.db import db
from ocop_points.reports import kept as overview
from ocop_points.reports import queries as reports
from ocop_points.reports.rules import period_of
from tests import people
from tests.architecture.expected import POSTS, QUERIES, ROUTES
from tests.architecture.world import (
    ELSEWHERE,
    EVERYBODY,
    PUBLIC,
    Post,
    Rows,
    World,
    fingerprint,
    plumbing,
)
from tests.browser import Browser, Page

Open = Callable[[str | None], Browser]
A, V, M, O, P = Role  # noqa: E741  administrator, viewer, manager, officer, operator of a point

# RULES.md §1, written a second time on purpose: a change of the table in core.access must be meant.
RIGHTS = {
    "home": {A, V, M, O, P},
    "search": {A, V, M, O, P},
    "account.own": {A, V, M, O, P},
    "points.read": {A, V, M, O, P},
    "points.edit": {M, O},
    "points.own": {P},
    "points.decide": {M},
    "points.import": {M, O},
    "imports.own": {A, M, O, P},
    "visits.read": {A, V, M, O, P},
    "visits.work": {M, O},
    "visits.decide": {A, M},
    "findings.read": {A, V, M, O, P},
    "findings.report": {M, O, P},
    "findings.manage": {M, O},
    "catalogue.read": {A, V, M, O, P},
    "catalogue.edit": {A, M, O},
    "stock.read": {A, V, M, O, P},
    "stock.write": {M, O, P},
    "stock.reverse": {M, O},
    "stock.recall": {M, O},
    "programme.read": {A, V, M, O},
    "programme.edit": {M, O},
    "programme.guide": {A, M, O},
    "agreements.read": {A, V, M, O, P},
    "agreements.edit": {M, O},
    "gate.edit": {A, M},
    "stock.close": {M},
    "users.edit": {A, M},
    "api.manage": {A, M},
    "localities.read": {A, V, M, O},
    "localities.edit": {A},
    "criteria.read": {A, V, M, O},
    "criteria.edit": {A, M},
    "reports.read": {A, V, M, O},
    "reports.write": {M, O},
    "reports.submit": {M},
    "reports.decide": {A},
    "reports.consolidate": {A, V},
    "overview.read": {A, V, M, O},
    "audit.read": {A, M, O},
    "system.backup": {A},
    "system.mail": {A},
}


def test_rights_are_those_that_were_decided() -> None:
    assert {name: set(roles) for name, roles in PERMISSIONS.items()} == RIGHTS


def declared(app: Flask, endpoint: str) -> str | None:
    view = app.view_functions[endpoint]
    if endpoint == "static" or getattr(view, "public", False):
        return PUBLIC
    return getattr(view, "permission", None)


def test_every_route_has_the_permission_that_was_decided(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {endpoint: declared(app, endpoint) for endpoint in endpoints} == ROUTES


def test_every_post_route_is_tried(app: Flask) -> None:
    writing = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.methods and "POST" in rule.methods and ROUTES[rule.endpoint] != PUBLIC
    }
    assert writing == {post.endpoint for post in POSTS}


def address(app: Flask, endpoint: str, world: World, given: Any = ()) -> str:
    """The route's address with the arguments of the world."""
    values = {**world.params, **dict(given)}
    rule: Rule = next(app.url_map.iter_rules(endpoint))
    missing = rule.arguments - set(values)
    assert not missing, f"{endpoint} needs {missing}: give them in furnish()"
    with app.test_request_context():
        return url_for(endpoint, **{name: values[name] for name in rule.arguments})


def send(browser: Browser, url: str, body: dict[str, Any]) -> Page:
    parts = [(k, one) for k, v in body.items() for one in (v if isinstance(v, list) else [v])]
    boundary, data = encode_multipart(MultiDict(parts))
    return browser.post(url, data, content_type=f"multipart/form-data; boundary={boundary}")


def expected_answer(post: Post, who: str, role: Role) -> int | None:
    """What somebody gets who may not; None for somebody who may."""
    if who in post.also:
        return post.also[who]
    if not allowed(role, ROUTES[post.endpoint]):
        return 403
    return post.elsewhere if who in ELSEWHERE else None


@pytest.mark.parametrize("post", POSTS, ids=lambda post: f"{post.endpoint}-{post.by}")
def test_a_post_is_refused_to_everybody_else_and_done_for_the_right_one(
    app: Flask, world: World, browser: Open, post: Post
) -> None:
    url = address(app, post.endpoint, world, post.params(world))
    body = dict(post.body(world))
    with Rows() as rows:
        assert send(browser(None), url, dict(post.body(world))).status == 401
        assert rows.unchanged(), "anonymous"
        for who in EVERYBODY:
            status = expected_answer(post, who, people.user(who).role)
            if status is None or who == post.by:
                continue
            someone = browser(who)
            keys = plumbing(someone, who)
            page = send(someone, url, {**dict(post.body(world)), **keys})
            assert page.status == status, f"{who}: {page.status} {page.words[:300]}"
            assert rows.unchanged(), who
    right = browser(post.by)
    keys = plumbing(right, post.by)
    before = fingerprint()
    today = clock.today()
    period = period_of(today)
    overview.known_on(today, period)
    page = send(right, url, {**dict(post.body(world)), **keys})
    assert page.status == post.done, f"{page.status} {page.errors() if page.tree else ''}"
    db.session.rollback()
    kept = overview.known_on(today, period)
    assert kept.figures == reports.read(today, period).figures, "docs/decisions/0048"
    after = fingerprint()
    if post.silent:
        assert after == before, post.silent
    else:
        assert after["audit_row"][0] > before["audit_row"][0]
    assert body.keys() == dict(post.body(world)).keys()


@pytest.mark.parametrize("who", [None, *EVERYBODY])
def test_a_get_changes_no_row(app: Flask, world: World, browser: Open, who: str | None) -> None:
    someone = browser(who)
    role = None if who is None else people.user(who).role
    answered = 0
    with Rows() as rows:
        for endpoint, permission in ROUTES.items():
            rules = [
                r for r in app.url_map.iter_rules(endpoint) if r.methods and "GET" in r.methods
            ]
            if endpoint == "static" or not rules:
                continue
            url = address(app, endpoint, world)
            for query in ["", *QUERIES.get(endpoint, [])]:
                page = someone.get(url + query, status=None)
                assert page.status < 500, f"{url}{query}"
                if role is not None and permission != PUBLIC and not allowed(role, permission):
                    assert page.status == 403, f"{who} {url}"
                if role is None and permission != PUBLIC:
                    assert page.status == 302, url
                answered += page.status == 200
            assert rows.unchanged(), f"GET {url} as {who} wrote"
    assert answered >= (1 if who is None else 5)


def test_the_fingerprint_sees_a_changed_row(app: Flask) -> None:
    from ocop_points.core.db import write

    before = fingerprint()
    with Rows() as rows:
        assert rows.unchanged()
        write(lambda: setattr(people.user("officer"), "phone", "0900 000 000"))
        assert not rows.unchanged()
    after = fingerprint()
    assert [name for name in after if after[name] != before[name]] == ["user_account"]
