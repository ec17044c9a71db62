"""What can be sent where: every route with its arguments, every query parameter, every field of every form."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule

from ocop_points.core.forms import BaseForm
from tests.architecture.expected import POSTS, QUERIES
from tests.architecture.world import Post, World
from tests.browser import Browser, Page

PACKAGE = Path(__file__).parents[2] / "ocop_points"
_READERS = {"get", "text", "number", "member", "getlist"}
# Fields that a page shows in some states only.
_SOMETIMES = {
    "stock.stocktake_found_of": ["expiry_confirmed"],
    "assessments.visit_edit": ["planned_on"],
    "assessments.visit_new": ["edition_id"],
    "imports.import_confirm": ["anyway"],
    "points.point_new": ["anyway"],
}
# Who opens a page: the first of them whose answer is 200.
_OPENERS = ("officer", "manager", "admin", "operator")


@cache
def parameters() -> list[str]:
    """Every name that some view reads from the address, found in the source."""
    names = {"_", "choose-name"}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = ast.unparse(node.func.value)
            reads = node.func.attr in _READERS and owner.endswith(("args", "listing", "Listing"))
            if reads and node.args and isinstance(node.args[0], ast.Constant):
                names.add(str(node.args[0].value))
    fields = {name for form in forms() for name in form._names()}
    return sorted(names | {name for name in fields if name.endswith("_query")} | _sent_by_queries())


def _sent_by_queries() -> set[str]:
    texts = [query for queries in QUERIES.values() for query in queries]
    return {name for text in texts for name in re.findall(r"[?&]([a-z_]+)=", text)}


def forms() -> list[type[BaseForm]]:
    """Every form class of the application."""
    found: list[type[BaseForm]] = []
    left = list(BaseForm.__subclasses__())
    while left:
        one = left.pop()
        found.append(one)
        left += one.__subclasses__()
    return sorted(found, key=lambda form: (form.__module__, form.__name__))


@dataclass
class Target:
    """A POST that works, and everything else that its forms would take."""

    endpoint: str
    url: str
    by: str
    body: dict[str, Any]
    # name to the longest text the page allows
    fields: dict[str, int | None] = field(default_factory=dict)


def path_of(rule: Rule, values: Mapping[str, Any]) -> str:
    """The address of a route with these arguments, whatever they are: already quoted."""
    return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda match: str(values[match[1]]), rule.rule)


def rules_of(app: Flask, method: str) -> list[Rule]:
    """Every rule that takes this method, but for static files."""
    found = [r for r in app.url_map.iter_rules() if r.methods and method in r.methods]
    return sorted((r for r in found if r.endpoint != "static"), key=lambda rule: rule.rule)


def targets(app: Flask, world: World, browsers: Mapping[str, Browser]) -> list[Target]:
    """Every POST route, with the fields of all forms that any page sends to it."""
    found = [_target(app, world, post) for post in POSTS]
    found.append(
        Target("accounts.sign_in", "/login", "", {"username": "qni.canbo", "password": "sai rồi"})
    )
    found.append(Target("accounts.sign_out", "/logout", "officer", {}))
    known = _fields_of_pages(app, world, browsers)
    for target in found:
        target.fields |= known.get(target.endpoint, {})
        more = [*target.body, *_SOMETIMES.get(target.endpoint, [])]
        target.fields |= {name: target.fields.get(name) for name in more}
    return found


def _target(app: Flask, world: World, post: Post) -> Target:
    values = {**world.params, **dict(post.params(world))}
    rule = next(r for r in app.url_map.iter_rules(post.endpoint) if "POST" in (r.methods or ()))
    return Target(post.endpoint, path_of(rule, values), post.by, dict(post.body(world)))


def _fields_of_pages(
    app: Flask, world: World, browsers: Mapping[str, Browser]
) -> dict[str, dict[str, int | None]]:
    """Endpoint to the controls of all forms and buttons that lead there."""
    found: dict[str, dict[str, int | None]] = {}
    adapter = app.url_map.bind("localhost")
    for page in _pages(app, world, browsers):
        for action, controls in _sendings(page):
            try:
                endpoint, _arguments = adapter.match(urlsplit(action).path, method="POST")
            except (HTTPException, RequestRedirect):
                continue
            found.setdefault(endpoint, {}).update(controls)
    return found


def _pages(app: Flask, world: World, browsers: Mapping[str, Browser]) -> Iterator[Page]:
    addresses = [path_of(rule, world.params) for rule in rules_of(app, "GET")]
    # The pages of the other records: a form may stand on some of them only.
    for post in POSTS:
        values = {**world.params, **dict(post.params(world))}
        addresses += [
            path_of(rule, values)
            for rule in app.url_map.iter_rules(post.endpoint)
            if "GET" in (rule.methods or ())
        ]
    addresses += [f"/points/{world.params['point_id']}/stock/{kind}/new" for kind in _KINDS]
    for address in dict.fromkeys(addresses):
        for who in _OPENERS:
            page = browsers[who].get(address, status=None)
            if page.status == 200:
                if page.tree is not None:
                    yield page
                break


_KINDS = ("receipts", "issues", "opening", "returns", "write-offs", "transfers")


def _sendings(page: Page) -> Iterator[tuple[str, dict[str, int | None]]]:
    """(where to, names with their longest length) of each form and each button with an address of its own."""
    assert page.tree is not None
    for form in page.tree.iter("form"):
        inside = list(form.iter())
        if name := form.get("id"):
            inside += [one for one in page.tree.iter() if one.get("form") == name]
        controls = {str(c.get("name")): _longest(c) for c in inside if c.get("name")}
        found: list[str | None] = [form.get("action") or page.path]
        found += [c.get(name) for c in inside for name in ("formaction", "hx-post")]
        addresses = {str(address) for address in found if address}
        for address in addresses:
            yield address, controls


def _longest(control: Any) -> int | None:
    text = control.get("maxlength", "")
    return int(text) if text.isdecimal() else None


def names(found: Iterable[Target]) -> set[str]:
    """All field names that are sent, lines and rows without their number."""
    return {re.sub(r"^(lines|rows)-\d+-", "", name) for target in found for name in target.fields}
