"""What the assessments expect of their routes."""

from collections.abc import Callable

from ocop_points.assessments.sheet import sheet_of
from tests import factories
from tests import factories_visits as visits
from tests.architecture.world import Post, World

ROUTES = {
    "assessments.visit_list": "visits.read",
    "assessments.point_visits": "visits.read",
    "assessments.visit_new": "visits.work",
    "assessments.visit_show": "visits.read",
    "assessments.visit_edit": "visits.work",
    "assessments.visit_begin": "visits.work",
    "assessments.checklist": "visits.work",
    "assessments.answers_save": "visits.work",
    "assessments.answer_save": "visits.work",
    "assessments.visit_submit": "visits.work",
    "assessments.visit_withdraw": "visits.work",
    "assessments.visit_approve": "visits.decide",
    "assessments.visit_return": "visits.decide",
    "assessments.visit_cancel": "visits.work",
    "assessments.visit_void": "visits.decide",
    "assessments.visit_delete": "visits.work",
    "measures.behind": "visits.read",
}
SERVICES = {
    "add_event": "a step of a finding for the record; the verb that takes it leaves the row",
    "hand_over": "written down by the verb that joins two departments, in their row",
    "move": "a step of a finding; the verb that takes it leaves the row",
    "take_up": "a step of a visit; the verb that changes the photos leaves the row",
    "refuse_too_many": "asks, changes nothing",
    "may_attach": "asks, changes nothing",
    "added_sentence": "words",
    "token_hash": "arithmetic",
}
QUERIES = {
    "assessments.visit_list": [
        "?q=bai+chay&state=approved&kind=first&result=pass&from=1/1/2026&to=31/12/2026&sort=point",
        "?format=xlsx",
    ],
    "measures.behind": ["?format=xlsx"],
}


def furnish(world: World) -> None:
    visits.own_edition()  # asks for no photos
    point = factories.point(name="Cửa hàng OCOP Tuần Châu", address="1 đảo Tuần Châu")
    begun = visits.visit(point)
    world.params |= {"visit_id": begun, "line_id": line(begun)}
    world.ids |= {
        "begun": begun,
        "sent": visits.submitted(point=point),
        "approved": visits.approved(point=point, number=7),
        "planned": visits.visit(point, planned=True, on=visits.TOMORROW),
    }
    world.ids["full"] = visits.visit(point)
    visits.answer_all(world.ids["full"])


def line(visit_id: int) -> int:
    """A line with a measured figure."""
    return next(one.line.id for one in sheet_of(visits.record(visit_id)).lines if one.line.ask)


def at(name: str) -> Callable[[World], dict[str, int]]:
    return lambda world: {"visit_id": world.ids[name]}


def form(name: str, **more: str) -> Callable[[World], dict[str, str]]:
    """A form on this visit as it stands."""
    return lambda world: {"version": str(visits.record(world.ids[name]).version), **more}


def answer(world: World) -> dict[str, str]:
    """One line of the checklist as its page sends it."""
    key = world.params["line_id"]
    return {f"v{key}": "0", f"s{key}": "", f"a{key}": "yes", f"t{key}": ""}


DAY = {"on": "23/11/2026", "at": "09:30"}
REASON = {"reason": "III.1 thiếu ảnh biển hiệu"}
NOT_IN_TEAM = {"manager": 403}
# The administrator holds the right, but this department has managers who may decide.
OTHERS_MAY = {"admin": 403}
POSTS = [
    Post("assessments.visit_new", "officer", lambda w: {"kind": "periodic", **DAY}),
    Post("assessments.answers_save", "officer", answer, also=NOT_IN_TEAM),
    Post("assessments.answer_save", "officer", answer, also=NOT_IN_TEAM),
    Post(
        "assessments.visit_edit",
        "officer",
        form("begun", kind="unannounced"),
        also=NOT_IN_TEAM,
    ),
    Post(
        "assessments.visit_begin",
        "officer",
        form("planned", **DAY),
        at("planned"),
        also=NOT_IN_TEAM,
    ),
    Post("assessments.visit_submit", "officer", form("full"), at("full"), also=NOT_IN_TEAM),
    Post("assessments.visit_withdraw", "officer", form("sent"), at("sent"), also=NOT_IN_TEAM),
    Post(
        "assessments.visit_approve",
        "manager",
        form("sent", number="8", numbered_on="23/11/2026"),
        at("sent"),
        also=OTHERS_MAY,
    ),
    Post(
        "assessments.visit_return", "manager", form("sent", **REASON), at("sent"), also=OTHERS_MAY
    ),
    Post(
        "assessments.visit_void",
        "manager",
        form("approved", **REASON),
        at("approved"),
        also=OTHERS_MAY,
    ),
    Post("assessments.visit_cancel", "officer", form("begun", **REASON)),
    Post("assessments.visit_delete", "officer", lambda w: {"version": "1"}, also=NOT_IN_TEAM),
]
_EVERY = {"insert", "update", "delete"}
TRIGGERS = {
    "visit": {"update", "delete"},
    "visit_answer": _EVERY,
    "visit_member": _EVERY,
    "visit_event": {"update", "delete"},
}
