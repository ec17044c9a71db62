"""Every page as everybody who may see it, in a real browser: axe, narrow and zoomed screens, the dark theme.

What a page is made of are its kinds of element: tag, classes and roles, and what holds them. The fullest role looks at
each page first; another role looks again only where its page holds a kind of element that no fuller one held.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import ViewportSize

from tests.architecture.expected import POSTS, QUERIES
from tests.architecture.test_routes import address
from tests.architecture.world import EVERYBODY, World
from tests.browser import Browser
from tests.e2e.conftest import SIZES
from tests.e2e.desk import Desk

OpenDesk = Callable[..., Desk]
Open = Callable[[str | None], Browser]
# A screen of 1366 pixels at 200 %; the narrowest phone.
NARROW = ((683, 384), (320, 640))
SHOWN = ("class", "role", "type")


# Some that must be among them, whatever else is.
PAGES = {
    "points.point_list",
    "points.point_show",
    "assessments.checklist",
    "stock.voucher_show",
    "desk.home",
}


@dataclass(frozen=True)
class View:
    """A page as one role sees it, and what it is made of."""

    who: str | None
    endpoint: str
    url: str
    made_of: frozenset[str]


def kinds(element: Any, within: str = "") -> Iterator[str]:
    for one in element:
        if isinstance(one.tag, str):
            kind = one.tag + "".join(f" {name}={one.get(name)}" for name in SHOWN if one.get(name))
            yield f"{within} > {kind}"
            yield from kinds(one, kind)


def readable(app: Flask) -> list[str]:
    rules = app.url_map.iter_rules()
    return [
        r.endpoint for r in rules if r.methods and "GET" in r.methods and r.endpoint != "static"
    ]


def views(app: Flask, world: World, browser: Open) -> list[View]:
    """Every page that answers with HTML, as the fullest role and as those who see something else."""
    addresses = {
        (endpoint, address(app, endpoint, world) + query)
        for endpoint in readable(app)
        for query in ("", *QUERIES.get(endpoint, []))
    }
    addresses |= {  # the record in the state in which this can be done
        (post.endpoint, address(app, post.endpoint, world, post.params(world)))
        for post in POSTS
        if post.endpoint in readable(app)
    }
    found: list[View] = []
    for who in (None, *EVERYBODY):
        someone = browser(who)
        for endpoint, url in sorted(addresses):
            page = someone.get(url, status=None)
            main = None if page.tree is None else page.tree.find(".//main")
            if main is not None:  # else a file, a part, a way on
                name = endpoint if page.status < 400 else str(page.status)
                found.append(View(who, name, url, frozenset(kinds(main))))
    seen: dict[str, frozenset[str]] = {}
    chosen = []
    for view in sorted(found, key=lambda view: -len(view.made_of)):
        before = seen.get(view.endpoint, frozenset())
        if not view.made_of <= before:
            chosen.append(view)
            seen[view.endpoint] = before | view.made_of
    return chosen


_looked: list[View] = []


@pytest.fixture
def every_view(app: Flask, world: World, browser: Open) -> list[View]:
    """Looked through once a worker: the furnished database is the same in each test."""
    if not _looked:
        _looked.extend(views(app, world, browser))
    return _looked


class Told:
    """Gathers what is wrong on every page, so that one run tells all."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def __enter__(self) -> None: ...

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if isinstance(error, AssertionError):
            self.faults.append(str(error))
            return True
        return False


@pytest.fixture
def told() -> Iterator[Told]:
    gathered = Told()
    yield gathered
    assert not gathered.faults, "\n".join(gathered.faults)


def desks(open_desk: OpenDesk, **how: Any) -> Callable[[str | None], Desk]:
    """One desk a role, opened when it is first needed."""
    opened: dict[str | None, Desk] = {}

    def desk_of(who: str | None) -> Desk:
        if who not in opened:
            opened[who] = open_desk(who, **how)
        return opened[who]

    return desk_of


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_on_any_page(
    every_view: list[View], open_desk: OpenDesk, size: str, told: Told
) -> None:
    """Each page once a screen; on one of the two walks it is also looked at in the dark, narrowed and printed."""
    desk_of = desks(open_desk, size=size)
    for view in every_view:
        desk = desk_of(view.who)
        # Without motion: a colour on its way from light to dark has the contrast of neither.
        desk.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        desk.page.set_viewport_size(_viewport(size))
        desk.go(view.url)
        with told:
            desk.look()
        if size == "phone":
            narrow_dark_and_on_paper(desk, told)
    assert {view.endpoint for view in every_view} >= PAGES


def _viewport(size: str) -> ViewportSize:
    width, height = SIZES[size]
    return {"width": width, "height": height}


def narrow_dark_and_on_paper(desk: Desk, told: Told) -> None:
    """The contrast of the dark theme, narrow and zoomed without scrolling sideways, and printed."""
    desk.page.emulate_media(color_scheme="dark")
    desk.page.set_viewport_size(_viewport("desk"))
    with told:
        desk.look(only="color-contrast")
    for width, height in NARROW:
        desk.page.set_viewport_size({"width": width, "height": height})
        with told:
            desk.fits()
    with told:
        desk.prints_whole()
