"""The life of a sales point (RULES.md §3) and the shapes of what is written about it. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PointStatus(StrEnum):
    """Where a point stands in its life."""

    PROPOSED = "proposed"
    SURVEYED = "surveyed"
    CHOSEN = "chosen"
    OPEN = "open"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    REFUSED = "refused"


class PointVerb(StrEnum):
    """What moves a point on."""

    SURVEY = "survey"
    CHOOSE = "choose"
    REFUSE = "refuse"
    OPEN = "open"
    SUSPEND = "suspend"
    RESUME = "resume"
    CLOSE = "close"


class LastResult(StrEnum):
    """The result a point keeps of its last approved visit."""

    PASS = "pass"
    FAIL = "fail"
    NO_DATA = "no_data"


class OperatorKind(StrEnum):
    """What kind of body runs the shop."""

    ENTERPRISE = "enterprise"
    COOPERATIVE = "cooperative"
    HOUSEHOLD = "household"
    PUBLIC_UNIT = "public_unit"
    OTHER = "other"


class AccountingRegime(StrEnum):
    """Which circular an operator keeps its books by; it names the form of its vouchers (DOMAIN.md §6)."""

    ENTERPRISE = "tt99_2025"
    SMALL_ENTERPRISE = "tt133_2016"
    PUBLIC_UNIT = "tt24_2024"
    COOPERATIVE = "tt71_2024"
    HOUSEHOLD = "tt88_2021"


class TourismKind(StrEnum):
    """What a point is linked to."""

    SITE = "site"
    FESTIVAL = "festival"
    ROUTE = "route"


@dataclass(frozen=True)
class Transition:
    """From which states a verb leads where, who may, and what it must be told."""

    sources: frozenset[PointStatus]
    target: PointStatus
    permission: str
    needs_reason: bool = False
    final: bool = False


_S = PointStatus
TRANSITIONS: dict[PointVerb, Transition] = {
    PointVerb.SURVEY: Transition(frozenset({_S.PROPOSED}), _S.SURVEYED, "points.edit"),
    PointVerb.CHOOSE: Transition(frozenset({_S.SURVEYED}), _S.CHOSEN, "points.decide"),
    PointVerb.REFUSE: Transition(
        frozenset({_S.PROPOSED, _S.SURVEYED}), _S.REFUSED, "points.decide", True, True
    ),
    PointVerb.OPEN: Transition(frozenset({_S.CHOSEN}), _S.OPEN, "points.decide"),
    PointVerb.SUSPEND: Transition(frozenset({_S.OPEN}), _S.SUSPENDED, "points.decide", True),
    PointVerb.RESUME: Transition(frozenset({_S.SUSPENDED}), _S.OPEN, "points.decide"),
    PointVerb.CLOSE: Transition(
        frozenset({_S.OPEN, _S.SUSPENDED}), _S.CLOSED, "points.decide", True, True
    ),
}

VISITABLE = frozenset(_S) - {_S.REFUSED, _S.CLOSED}
TRADING = frozenset({_S.OPEN, _S.SUSPENDED})


class StepFault(StrEnum):
    """Why a step is refused."""

    WRONG_STATE = "wrong_state"
    NO_REASON = "no_reason"
    BEFORE_LAST_STEP = "before_last_step"
    IN_THE_FUTURE = "in_the_future"


def next_verbs(status: PointStatus) -> list[PointVerb]:
    """The verbs that a state allows, in the order of life."""
    return [verb for verb, transition in TRANSITIONS.items() if status in transition.sources]


def check_step(
    verb: PointVerb,
    status: PointStatus,
    *,
    on: date,
    last_step_on: date | None,
    today: date,
    reason: str,
) -> StepFault | None:
    """Why this step may not be taken, or None. A date is never before the last step's (RULES.md §3)."""
    transition = TRANSITIONS[verb]
    if status not in transition.sources:
        return StepFault.WRONG_STATE
    if on > today:
        return StepFault.IN_THE_FUTURE
    if last_step_on is not None and on < last_step_on:
        return StepFault.BEFORE_LAST_STEP
    if transition.needs_reason and not reason.strip():
        return StepFault.NO_REASON
    return None


# A generous box around the country with its islands: it catches swapped and foreign coordinates.
LATITUDES = (6.0, 24.0)
LONGITUDES = (101.0, 118.0)


def in_viet_nam(latitude: float, longitude: float) -> bool:
    """Do these degrees lie in the box around Việt Nam?"""
    return LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]


def point_code(short_code: str, number: int) -> str:
    """QNI-0007: the locality's short code and a counter of its own."""
    return f"{short_code}-{number:04d}"


# How long each text about a point may be; forms and imports ask here, the columns are as wide.
LONGEST = {
    "name": 160,
    "address": 160,
    "operator_name": 160,
    "operator_tax_code": 14,
    "representative": 120,
    "phone": 20,
    "opening_hours": 80,
    "decision_number": 60,
}
AREA_M2 = (1, 100_000)
AREA_PLACES = 2
