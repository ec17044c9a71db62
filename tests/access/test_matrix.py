"""Every route, sent by every role, here and elsewhere, answers what its cell of the matrix says."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask

from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import hash_password
from ocop_points.accounts.service import add_user
from ocop_points.core.access import Role
from ocop_points.core.db import write
from ocop_points.points.service import set_user_points
from tests import people
from tests.access.matrix import CONDITIONS, MATRIX, NO, OWN, PUBLIC, A, M, O, P, Row, V
from tests.architecture.expected import POSTS
from tests.architecture.world import Post, World
from tests.hostile import surface
from tests.hostile.fuzz import Attacker, Case
from tests.store import Store

TESTS = Path(__file__).parents[1]
OK, FORBIDDEN, UNKNOWN = "done", "403", "404"
# Who stands at the place of the records, and who holds the same role elsewhere.
HERE = {A: "admin", V: "viewer", M: "manager", O: "officer", P: "operator"}
ELSEWHERE = {M: "other_manager", O: "other_officer", P: "other_operator"}

# Cell to what a route answers here and elsewhere; what the words demand beyond that: test_conditions.
MEANING: dict[str, tuple[str, str]] = {
    NO: (FORBIDDEN, FORBIDDEN),
    "all": (OK, OK),
    "read": (OK, OK),
    "edit": (OK, OK),
    "own": (OK, OK),
    "yes": (OK, UNKNOWN),
    "reach": (OK, UNKNOWN),
    "own points": (OK, UNKNOWN),
    # The file of the world is the officer's.
    "own files": (UNKNOWN, UNKNOWN),
    "own files, one here": (OK, UNKNOWN),
    "records in reach": (OK, UNKNOWN),
    "team member": (OK, UNKNOWN),
    "yes, never the own report": (OK, UNKNOWN),
    "own, same day": (OK, UNKNOWN),
    "all but phone and tax code": (OK, OK),
    "those of own localities": (OK, FORBIDDEN),
    "officers and operators whose whole reach lies inside the manager's": (OK, UNKNOWN),
    "if neither team member nor submitter": (OK, UNKNOWN),
    # The visit of the world is begun and not sent: unknown to those who read later ones.
    "submitted and after": (UNKNOWN, UNKNOWN),
    "approved, own points": (UNKNOWN, UNKNOWN),
    # The manager of the world is in no team, its department has managers, its editions are the ministry's.
    "yes, as team member": (FORBIDDEN, UNKNOWN),
    "only where the department has no other manager, with a reason": (FORBIDDEN, FORBIDDEN),
    "own edition: edit": (FORBIDDEN, FORBIDDEN),
    "own phone, opening hours": (FORBIDDEN, FORBIDDEN),
}
# Routes of a row that differ from the others of their cell: what they do needs no team, has no record, or is
# the very thing that the cell allows.
_EXCEPT: dict[tuple[str, str], tuple[str, str]] = {
    # Making the paper of what was approved decides nothing.
    ("only where the department has no other manager, with a reason", "minutes.minutes_keep"): (
        OK,
        OK,
    ),
    (
        "only where the department has no other manager, with a reason",
        "amendments.amendment_keep",
    ): (
        OK,
        OK,
    ),
    # An amendment has an approved visit.
    ("submitted and after", "amendments.amendment_paper"): (OK, OK),
    # The page with the visits of a point: which of them it shows is asked in CONDITIONS.
    ("submitted and after", "assessments.point_visits"): (OK, OK),
    ("approved, own points", "assessments.point_visits"): (OK, UNKNOWN),
    ("yes", "points.point_contact"): (FORBIDDEN, FORBIDDEN),
    ("own phone, opening hours", "points.point_contact"): (OK, UNKNOWN),
    ("yes, as team member", "assessments.visit_new"): (OK, UNKNOWN),
    ("yes, as team member", "assessments.visit_cancel"): (OK, UNKNOWN),
    ("yes, as team member", "minutes.scan_attach"): (OK, UNKNOWN),
    ("yes, as team member", "minutes.scan_delete"): (OK, UNKNOWN),
    ("own edition: edit", "criteria.edition_publish"): (
        UNKNOWN,
        UNKNOWN,
    ),  # a draft of the ministry's
    # Anybody with the right begins a draft: for whom it is, is asked in the form.
    ("own edition: edit", "criteria.edition_new"): (OK, OK),
    ("own edition: edit", "criteria.edition_import"): (OK, OK),
    **{
        ("own edition: edit", f"criteria.{name}"): (UNKNOWN, UNKNOWN)
        for name in [
            "edition_head",
            "edition_delete",
            "edition_replace",
            "section_new",
            "section_edit",
            "section_move",
            "section_delete",
            "line_new",
            "line_edit",
            "line_move",
            "line_copy",
            "line_delete",
        ]
    },
}


def another_operator(world: World) -> Mapping[str, str]:
    """An operator of another point of the same locality."""

    def verb() -> None:
        made: User = add_user(
            username="qni.diem2",
            full_name="Ngô Văn Bình",
            role=Role.OPERATOR,
            password_hash=hash_password(people.PASSWORD),
            by=None,
            must_change_password=False,
        )
        set_user_points(made, [world.ids["proposed"]])

    write(verb)
    return {"other_operator": "qni.diem2"}


def posts_of(route: str) -> list[Post]:
    """The working forms of a route; `#choose` picks that verb."""
    endpoint, _hash, verb = route.partition("#")
    found = [post for post in POSTS if post.endpoint == endpoint]
    if endpoint == "points.point_step":
        found = [post for post in found if (post.by == "manager") is bool(verb)]
    return found


def cases(attacker: Attacker, route: str, who: str) -> list[tuple[Case, Post | None]]:
    """The page of a route and its form, as this person sends them."""
    endpoint, world = route.partition("#")[0], attacker.world
    found: list[tuple[Case, Post | None]] = []
    posts = posts_of(route)
    if (
        endpoint == "minutes.scan_small"
    ):  # the second one: the first is a PDF, which has no small copy
        world = World({**world.params, "scan_id": world.params["scan_id"] + 1}, world.ids)
    for rule in attacker.app.url_map.iter_rules(endpoint):
        values = world.params | dict(posts[0].params(world)) if posts else world.params
        if "GET" in (rule.methods or ()):
            found.append((Case("GET", endpoint, surface.path_of(rule, values), who), None))
        if "POST" in (rule.methods or ()):
            for post in posts:
                body: dict[str, Any] = dict(post.body(world))
                body |= {"csrf_token": attacker.tokens[who], "form_key": attacker.key(who)}
                url = surface.path_of(rule, world.params | dict(post.params(world)))
                pairs = [
                    (k, one) for k, v in body.items() for one in (v if isinstance(v, list) else [v])
                ]
                found.append((Case("POST", endpoint, url, who, pairs, multipart=True), post))
    return found


def answer_wanted(
    row: Row, role: Role, route: str, case: Case, post: Post | None, *, here: bool
) -> set[int]:
    """The statuses that the cell allows."""
    cell = row.cell(role)
    meaning = _EXCEPT.get((cell, route), MEANING[cell])[0 if here else 1]
    # A list, or a form for something new, holds no record of elsewhere: test_reach looks into it.
    no_record = not any(part.isdigit() for part in case.url.split("/"))
    if meaning == FORBIDDEN and (cell != "those of own localities" or not no_record):
        # An officer's right to a step is known from the step; the record comes first then.
        return {403, 404} if route == "points.point_step#choose" and not here else {403}
    if meaning == UNKNOWN and not no_record:
        return {404}
    if post is None:
        return {200, 302}
    if here or not no_record:
        return {post.done}
    return {post.elsewhere or post.done}


def test_every_route_answers_by_its_cell(app: Flask, store: Store) -> None:
    attacker = Attacker(app, store, another_operator)
    wrong: list[str] = []
    tried = 0
    for row in MATRIX:
        for route in sorted(row.routes):
            for role in Role:
                places = {True: HERE.get(role), False: ELSEWHERE.get(role)}
                for here, who in places.items():
                    if who is None:
                        continue
                    for case, post in cases(attacker, route, who):
                        answer = attacker.open(case)
                        tried += 1
                        wanted = answer_wanted(row, role, route, case, post, here=here)
                        gone = answer.headers.get("Location", "").startswith("/login")
                        if answer.status_code not in wanted or gone:
                            said = f"{case.method} {case.url} by {who}: {answer.status_code}"
                            wrong.append(f"{row.cell(role)!r}: {said}, not {wanted}")
                        if attacker.mark() != attacker.seen:
                            attacker.restore()
    attacker.close()
    assert not wrong, "\n".join(wrong)
    assert tried > 700


def test_every_route_belongs_to_a_row(app: Flask) -> None:
    listed = [route.partition("#")[0] for row in MATRIX for route in row.routes]
    rules = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert set(listed) | PUBLIC | OWN == rules
    twice = {route for route in listed if listed.count(route) > 1}
    assert twice == {"points.point_step"}, "a route has one row"
    assert not set(listed) & (PUBLIC | OWN)


def test_every_condition_of_the_matrix_has_its_test() -> None:
    plain = {NO, "all", "read", "edit", "own", "yes", "reach"}
    cells = {cell for row in MATRIX for cell in row.cells}
    assert set(MEANING) == cells
    assert cells - plain == set(CONDITIONS)
    for tests in CONDITIONS.values():
        for test in tests.split():
            path, _colons, name = test.partition("::")
            assert f"def {name}(" in (TESTS / path).read_text(encoding="utf-8"), test


def test_a_reader_outside_is_sent_to_sign_in(app: Flask, store: Store) -> None:
    attacker = Attacker(app, store)
    for row in MATRIX:
        for route in row.routes:
            for case, _post in cases(attacker, route, "officer"):
                case.who, case.body = "", []
                answer = attacker.open(case)
                assert answer.status_code == (302 if case.method == "GET" else 401), case
    attacker.close()
