"""The report of a locality on a period: its states, who takes which step, what is kept when it is sent. Pure.

No form of this report was found in a legal text (DOMAIN.md §5), so the form is ours and every copy says so.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from ocop_points.assessments.rules import Result
from ocop_points.core.access import DEPARTMENT, MINISTRY, Role
from ocop_points.points.rules import PointStatus
from ocop_points.reports.rules import COUNTERS, COUNTS, Figures, Period, period_of

YEARS_BACK = 3


class ReportState(StrEnum):
    """Where a report stands. One that nobody began yet stands where a draft does."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class ReportVerb(StrEnum):
    """What is done to a report."""

    WRITE = "write"
    SUBMIT = "submit"
    RETURN = "return"
    ACCEPT = "accept"


AT_WORK = frozenset({ReportState.DRAFT, ReportState.RETURNED})
SENT = frozenset({ReportState.SUBMITTED, ReportState.ACCEPTED})
REMARKS = ("results", "difficulties", "plans", "proposals")
_STEPS = {
    ReportVerb.WRITE: (AT_WORK, DEPARTMENT),
    ReportVerb.SUBMIT: (AT_WORK, frozenset({Role.MANAGER})),
    ReportVerb.RETURN: (frozenset({ReportState.SUBMITTED}), frozenset({Role.MINISTRY_ADMIN})),
    ReportVerb.ACCEPT: (frozenset({ReportState.SUBMITTED}), frozenset({Role.MINISTRY_ADMIN})),
}


def open_in(verb: ReportVerb, state: ReportState) -> bool:
    """May this be done to a report in this state, by whoever may do it at all?"""
    return state in _STEPS[verb][0]


def allowed(state: ReportState, role: Role) -> frozenset[ReportVerb]:
    """What this role may do to a report in this state, within its reach."""
    return frozenset(
        verb for verb, (states, roles) in _STEPS.items() if state in states and role in roles
    )


def reads_what_was_sent(role: Role, state: ReportState) -> bool:
    """Does this role read the report as it was sent? The department reads its records until it is sent."""
    return role in MINISTRY or state in SENT


def reportable(period: Period, today: date) -> bool:
    """May a report of this period be written: it has begun, and not too long ago to be of use."""
    return period.first <= today and period.year >= today.year - YEARS_BACK


def is_over(period: Period, today: date) -> bool:
    return period.last < today


def due(today: date) -> list[Period]:
    """The periods that ended last and of which a report is waited for: a half-year, in January to June the year too.

    No text was found that names a day, so nothing is ever late.
    """
    half = period_of(today).before
    return [half, Period(half.year)] if half.half == 2 else [half]


def current(today: date) -> list[Period]:
    """The periods that today lies in."""
    return [period_of(today), Period(today.year)]


# --- figures as they are kept ----------------------------------------------------------------------


def plain_figures(one: Figures) -> dict[str, Any]:
    """Figures as JSON holds them: counts by name, counters as lists of key and count in a fixed order."""
    counters = {
        name: sorted(([_plain_key(key), n] for key, n in getattr(one, name).items() if n), key=repr)
        for name in COUNTERS
    }
    return {name: getattr(one, name) for name in COUNTS} | counters


def read_figures(kept: Mapping[str, Any]) -> Figures:
    """The figures that `plain_figures` wrote; one that was not counted then is nothing."""
    read = Figures()
    for name in COUNTS:
        setattr(read, name, kept.get(name, 0))
    for name in COUNTERS:
        counter = getattr(read, name)
        for key, n in kept.get(name, ()):
            counter[_read_key(name, key)] = n
    return read


def _plain_key(key: Any) -> Any:
    return list(key) if isinstance(key, tuple) else key


def _read_key(name: str, key: Any) -> Any:
    if name == "status":
        return PointStatus(key)
    if name == "results":
        month, result = key
        return month, Result(result) if result is not None else None
    return key


@dataclass(frozen=True)
class PointRow:
    """An open point in the list behind the report; `area` in m² as it is written."""

    code: str
    name: str
    kind: str
    address: str
    operator: str
    phone: str
    area: str


@dataclass(frozen=True)
class Contents:
    """All that a report says. Until it is sent it is made of the records, from then on it is what was kept."""

    period: Period
    # The day of the figures that are of the present, and of the paper.
    day: date
    locality: str
    # superior, issuer, issuer_name, place
    head: Mapping[str, str]
    symbol: str
    number: str
    # Who sent it, with the office; "" until then.
    sent_by: str
    remarks: Mapping[str, str]
    figures: Figures
    # Of the period before: what its report says; else, of the period only, what the records say.
    before: Figures
    before_reported: bool
    # Names of the kinds of location and of the lines of criteria that the figures count.
    kinds: Mapping[str, str]
    lines: Mapping[int, tuple[str, str]]
    points: tuple[PointRow, ...] = ()

    def kept(self) -> str:
        """As it is kept in the database: the same content gives the same text."""
        content = {
            **{name: getattr(self, name) for name in _AS_IS},
            "period": self.period.key,
            "day": self.day.isoformat(),
            "figures": plain_figures(self.figures),
            "before": plain_figures(self.before),
            "lines": {str(key): list(line) for key, line in self.lines.items()},
            "points": [[getattr(one, name) for name in _OF_POINT] for one in self.points],
        }
        return json.dumps(content, ensure_ascii=False, sort_keys=True)

    def sent(self, *, by: str) -> "Contents":
        """The same, sent by somebody."""
        return replace(self, sent_by=by)

    @classmethod
    def read(cls, text: str, period: Period) -> "Contents":
        """What `kept` wrote."""
        held = json.loads(text)
        return cls(
            **{name: held[name] for name in _AS_IS},
            period=period,
            day=date.fromisoformat(held["day"]),
            figures=read_figures(held["figures"]),
            before=read_figures(held["before"]),
            lines={int(key): (code, words) for key, (code, words) in held["lines"].items()},
            points=tuple(PointRow(*row) for row in held["points"]),
        )


_AS_IS = (
    "locality", "head", "symbol", "number", "sent_by", "remarks", "before_reported", "kinds",
)  # fmt: skip
_OF_POINT = ("code", "name", "kind", "address", "operator", "phone", "area")


def seal(content: str) -> str:
    """SHA-256 of a content as it is kept: the audit row has it, so that a change by hand is found."""
    return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True)
class Tally:
    """How many of the localities that are waited for stand where."""

    accepted: int
    submitted: int
    returned: int
    unsent: int
    # Sent by localities that are not waited for.
    others: int

    @property
    def expected(self) -> int:
        return self.accepted + self.submitted + self.returned + self.unsent

    @property
    def received(self) -> int:
        return self.accepted + self.submitted


def tally(states: Mapping[int, ReportState], expected: Iterable[int]) -> Tally:
    """Count the localities by the state of their report of one period."""
    waited = set(expected)
    found = [states.get(one, ReportState.DRAFT) for one in waited]
    others = sum(1 for one, state in states.items() if one not in waited and state in SENT)
    return Tally(
        found.count(ReportState.ACCEPTED),
        found.count(ReportState.SUBMITTED),
        found.count(ReportState.RETURNED),
        found.count(ReportState.DRAFT),
        others,
    )
