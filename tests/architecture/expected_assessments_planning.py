"""What planning expects of its routes."""

from functools import partial
from typing import Any

from ocop_points.assessments.planning_service import make_feed
from ocop_points.core.db import write
from tests import factories, people
from tests import factories_visits as visits
from tests.architecture.world import PUBLIC, Post, World

ROUTES = {
    "planning.month": "visits.read",
    "planning.month_paper": "visits.read",
    "planning.plan": "visits.work",
    "planning.replan": "visits.work",
    "feed.own": "visits.work",
    "feed.revoke": "visits.work",
    "feed.calendar": PUBLIC,
}
QUERIES = {
    "planning.month": ["?month=2026-12&person=3&locality=14", "?format=xlsx", "?month=2031-01"],
    "planning.month_paper": ["?month=2026-12"],
    "planning.plan": ["?month=2027-01&reason=never", "?reason=dormant&page=9"],
}


def furnish(world: World) -> None:
    never_visited = factories.point(name="Cửa hàng Hòn Gai", address="2 phố Cây Tháp")
    world.ids["to_visit"] = never_visited.id
    # Renewed for everybody who may, so that whoever asks has one to revoke.
    for who in ("manager", "other_manager", "other_officer", "officer"):
        world.params["feed_token"] = write(partial(_feed_of, who))


def _feed_of(who: str) -> str:
    return make_feed(people.user(who))


def trip(world: World) -> dict[str, Any]:
    return {
        "on": "01/12/2026",
        "leader_id": str(people.user("officer").id),
        "points": [str(world.ids["to_visit"])],
    }


def moved(world: World) -> dict[str, Any]:
    known = {name: value for name, value in trip(world).items() if name != "points"}
    return {**known, "version": str(visits.record(world.ids["planned"]).version)}


def planned(world: World) -> dict[str, Any]:
    return {"visit_id": world.ids["planned"]}


POSTS = [
    # Points and people of elsewhere are not in the lists of the form.
    Post("planning.plan", "officer", trip, elsewhere=422),
    Post("planning.replan", "officer", moved, planned),
    Post("feed.own", "officer", elsewhere=None, done=200),
    Post("feed.revoke", "officer", elsewhere=None),
]
