"""What the criteria expect of their routes."""

from tests.architecture.world import Post, World
from tests.factories_visits import edition

ROUTES = {
    "criteria.edition_list": "criteria.read",
    "criteria.edition_show": "criteria.read",
    "criteria.edition_publish": "criteria.edit",
    "criteria.edition_retire": "criteria.edit",
}


def furnish(world: World) -> None:
    world.params["edition_id"] = edition().id
    world.ids["draft"] = edition("minh-hoa", publish=False).id


POSTS = [
    Post(
        "criteria.edition_publish",
        "admin",
        lambda w: {"version": "1"},
        lambda w: {"edition_id": w.ids["draft"]},
        also={"manager": 404, "other_manager": 404},  # a draft of the ministry's
    ),
    Post(
        "criteria.edition_retire",
        "admin",
        lambda w: {"version": str(edition().version), "reason": "Đã có bộ mới"},
        also={"manager": 403, "other_manager": 403},  # not their own
    ),
]
_EVERY = {"insert", "update", "delete"}
TRIGGERS = {
    "criteria_edition": {"update", "delete"},
    "criteria_section": _EVERY,
    "criteria_line": _EVERY,
    "criteria_choice": _EVERY,
}
