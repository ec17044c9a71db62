"""What is registered elsewhere changes nothing that people of this place get: list, count, pick-list, export, file."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from ocop_points.core.db import write
from ocop_points.localities.service import set_reach
from tests import factories, factories_goods, people
from tests import factories_papers as papers
from tests import factories_stock as goods
from tests import factories_visits as visits
from tests.architecture.expected import QUERIES
from tests.architecture.world import World
from tests.browser import Browser
from tests.hostile import surface

Open = Callable[[str | None], Browser]
# Tokens, one-time keys, the name of a request.
_ONE_TIME = re.compile(r"[\w-]+(\.[\w-]{6})?\.[\w-]{27}|<code>[0-9a-f]{12}</code>")
NEEDLES = [
    "?q=elsewhere",
    "?q=CMA",
    "?q=",
    "?page=2",
    "?format=xlsx&q=",
    "?status=open",
    "?state=approved",
    "?locality={there}",
]


# Read by all: makers and goods, the search for them, and since when an edition of the ministry's is used.
NATIONAL = re.compile(
    r"^/(suppliers|products|criteria|search|stock/recall\?)|/products\?add_query|/stocktakes/\d+/found"
)

# Shops that trade are for everybody, with what decision 26 says of them and no more.
PUBLIC = re.compile(r"^/(diem-ban|du-lieu-mo)")


def everything_seen(app: Flask, somebody: Browser, world: World) -> dict[str, bytes]:
    """Every answer this person can get by GET, with every search, without what differs each time."""
    found: dict[str, bytes] = {}
    there = people.locality(people.ELSEWHERE).id
    for rule in surface.rules_of(app, "GET"):
        path = surface.path_of(rule, world.params)
        queries = [""]
        if rule.endpoint in QUERIES:
            queries += [*QUERIES[rule.endpoint], *(one.format(there=there) for one in NEEDLES)]
        if PUBLIC.match(path):
            continue
        for query in dict.fromkeys(queries):
            Browser._begin()
            answer = somebody.http.get(path + query)  # judged elsewhere, here only compared
            text = answer.data
            if answer.mimetype in {"text/html", "application/json"}:
                text = _ONE_TIME.sub("", answer.get_data(as_text=True)).encode()
            found[path + query] = str(answer.status_code).encode() + text
    return found


def elsewhere() -> None:
    """A shop in another locality with all that hangs on one."""
    there = people.ELSEWHERE
    shop = factories.point(there, name="elsewhere Năm Căn", address="1 elsewhere")
    factories.point(there, name="elsewhere đề xuất", address="2 elsewhere", opened_on=None)
    factories.surveyed_point(there, name="elsewhere khảo sát", address="3 elsewhere")
    maker = factories_goods.supplier(there, name="HTX elsewhere")
    product = factories_goods.product(there, producer=maker, name="Chả mực elsewhere")
    given: dict[str, Any] = {"by": "other_officer", "supplier_id": maker.id}
    goods.posted(shop, goods.line(product, expiry=date(2026, 11, 25)), **given)
    goods.draft(shop, goods.line(product), **given)
    for number, day in enumerate((date(2026, 11, 18), date(2026, 11, 20)), start=1):
        made = visits.submitted(point=shop, on=day, by="other_officer")
        if number == 1:
            visits.approve(made, number=7, by="other_manager", on=day)
    visits.visit(shop, planned=True, on=visits.TOMORROW, by="other_officer")
    begun = visits.visit(shop, by="other_officer")
    papers.photograph(begun, "I.1", papers.shot(31), by="other_officer")


@pytest.mark.parametrize("who", ["manager", "officer", "operator"])
def test_records_elsewhere_change_nothing_here(
    app: Flask, world: World, browser: Open, who: str
) -> None:
    somebody = browser(who)
    before = everything_seen(app, somebody, world)
    assert sum(one.startswith(b"200") for one in before.values()) > 60
    elsewhere()
    after = everything_seen(app, somebody, world)
    changed = [path for path in before if before[path] != after[path] and not NATIONAL.search(path)]
    assert not changed
    for path in before:  # the goods are national, the shops are not
        assert "elsewhere Năm Căn".encode() not in after[path], path


def test_a_wider_reach_shows_them(app: Flask, world: World, browser: Open) -> None:
    """The test above can fail: with both localities in reach the same lists do change."""
    write(
        lambda: set_reach(
            people.user("officer"), [people.locality().id, people.locality(people.ELSEWHERE).id]
        )
    )
    somebody = browser("officer")
    before = everything_seen(app, somebody, world)
    elsewhere()
    after = everything_seen(app, somebody, world)
    changed = {path.split("?")[0] for path in before if before[path] != after[path]}
    assert {"/", "/points", "/assessments", "/stock", "/audit"} <= changed, changed
