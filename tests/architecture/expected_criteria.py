"""What the criteria expect of their routes."""

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import FileStorage

from ocop_points.criteria.edition_file import edition_yaml
from ocop_points.criteria.queries import whole_edition
from tests import people
from tests.architecture.world import Post, World
from tests.factories_visits import edition
from tests.factories_visits import shipped as whole_spec

ROUTES = {
    "criteria.edition_list": "criteria.read",
    "criteria.edition_show": "criteria.read",
    "criteria.edition_publish": "criteria.edit",
    "criteria.edition_retire": "criteria.edit",
    "criteria.edition_new": "criteria.edit",
    "criteria.edition_edit": "criteria.edit",
    "criteria.edition_head": "criteria.edit",
    "criteria.edition_delete": "criteria.edit",
    "criteria.section_new": "criteria.edit",
    "criteria.section_edit": "criteria.edit",
    "criteria.section_move": "criteria.edit",
    "criteria.section_delete": "criteria.edit",
    "criteria.line_new": "criteria.edit",
    "criteria.line_edit": "criteria.edit",
    "criteria.line_move": "criteria.edit",
    "criteria.line_copy": "criteria.edit",
    "criteria.line_delete": "criteria.edit",
    "criteria.edition_file": "criteria.read",
    "criteria.edition_compare": "criteria.read",
    "criteria.edition_import": "criteria.edit",
    "criteria.edition_replace": "criteria.edit",
}
QUERIES = {
    "criteria.edition_new": ["?from=1"],
    "criteria.edition_compare": ["?with=2", "?with=0", "?with=x"],
}


def furnish(world: World) -> None:
    world.params["edition_id"] = edition().id
    draft = edition("minh-hoa", publish=False).id
    parts = whole_edition(draft).sections
    world.ids["draft"] = draft
    world.ids["part"], world.ids["row"] = parts[0].id, parts[0].lines[1].id
    # Addresses of sections and lines are those of the draft: without one they are tried on a frozen edition.
    world.params["section_id"] = parts[0].id
    world.params.setdefault("line_id", parts[0].lines[0].id)


def draft(world: World) -> dict[str, object]:
    return {
        "edition_id": world.ids["draft"],
        "section_id": world.ids["part"],
        "line_id": world.ids["row"],
    }


def line(world: World) -> dict[str, object]:
    """A line of the draft as its form sends it."""
    return {
        "version": "1",
        "code": "A.9",
        "section_id": str(world.ids["part"]),
        "text": "Có chỗ để xe",
        "kind": "yes_no",
        "weight": "5",
        "confirmed": "y",
        "source": "Điều 2",
        "photo": "never",
    }


def new(world: World) -> dict[str, object]:
    here = str(people.locality().id)
    return {"title": "Bộ mới", "code": "moi", "valid_from": "1/1/2027", "locality_id": here}


def head(world: World) -> dict[str, object]:
    return {
        "version": "1",
        "title": "Bộ tiêu chí 2027",
        "code": "minh-hoa-2027",
        "legal_issuer": "Bộ Công Thương",
        "valid_from": "01/01/2027",
        "mandatory_lines": "y",
        "minimum_score": "60",
    }


def new_file(world: World) -> dict[str, object]:
    """An edition under a code of its own, for the locality."""
    sent = FileStorage(io.BytesIO(a_file("tu-tep").encode()), "tu-tep.yaml")
    return {"edition_file": sent, "locality_id": str(people.locality().id)}


def own_file(world: World) -> dict[str, object]:
    """What the draft is to be replaced by, as the page carries it."""
    return {"version": "1", "content": base64.b64encode(a_file("minh-hoa-100").encode()).decode()}


def a_file(code: str) -> str:
    return edition_yaml(replace(whole_spec("minh-hoa"), code=code, title="Từ tệp"))


ACT = {"legal_number": "12/QĐ-BCT", "legal_issued_on": "20/11/2026", "valid_from": "01/12/2026"}
PART = {"version": "1", "code": "D", "title": "Phần mới"}
NOT_THEIRS = {"manager": 404, "other_manager": 404}  # a draft of the ministry's


def on_draft(name: str, body: Callable[[World], Mapping[str, Any]] = lambda _world: {}) -> Post:
    return Post(f"criteria.{name}", "admin", body, draft, also=NOT_THEIRS)


POSTS = [
    Post(
        "criteria.edition_publish",
        "admin",
        lambda w: {"version": "1", **ACT},
        draft,
        also=NOT_THEIRS,
    ),
    Post(
        "criteria.edition_new",
        "admin",
        new,
        elsewhere=422,  # a locality out of reach is no choice
    ),
    on_draft("edition_head", head),
    on_draft("edition_delete"),
    on_draft("section_new", lambda w: PART),
    on_draft("section_edit", lambda w: PART),
    on_draft("section_move", lambda w: {"place": "2"}),
    on_draft("section_delete"),
    on_draft("line_new", line),
    on_draft("line_edit", line),
    on_draft("line_move", lambda w: {"place": f"{w.ids['part']}:1"}),
    on_draft("line_copy"),
    on_draft("line_delete"),
    Post("criteria.edition_import", "admin", new_file, elsewhere=422),
    on_draft("edition_replace", own_file),
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
