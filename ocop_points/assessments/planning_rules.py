"""Which points should be visited and why, what is overdue, and the months of the calendar. Pure.

No text on how often a point is visited was found: the limits are our proposal and are said on screen to be one.
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from ocop_points.assessments.kinds import VisitKind
from ocop_points.assessments.rules_states import VisitState
from ocop_points.programme.rules import DORMANT_AFTER

VISIT_AFTER = timedelta(days=182)
DUTY_AHEAD = timedelta(days=90)
FIRST_YEAR, LAST_YEAR = 2000, 2099
_MONTH = re.compile(r"(?a)(20\d\d)-(\d\d)")


class Reason(StrEnum):
    """Why an open point should be visited, the most pressing first."""

    FAILED = "failed"
    NEVER = "never"
    LONG_AGO = "long_ago"
    DUTY = "duty"
    DORMANT = "dormant"


_PRESSING = tuple(Reason)


@dataclass(frozen=True)
class Trading:
    """What planning asks of an open point; `last_moved_on` is the day goods last came or went, `keep_open_until` the
    last day of its duty to stay open after support."""

    open_since: date
    last_visit_on: date | None = None
    failed: bool = False
    last_moved_on: date | None = None
    keep_open_until: date | None = None


@dataclass(frozen=True)
class Due:
    """A reason, and the day since which it holds or from which it is counted; of a duty the day on which it ends."""

    reason: Reason
    since: date


def due(point: Trading, *, today: date, until: date) -> list[Due]:
    """Why the point should be visited by the day `until`, the most pressing reason first; empty: not yet.

    Half a year since the last visit is asked of `until`, so that a month can be planned ahead; that no goods have
    moved for 60 days is only known of today. A duty to stay open wants one visit in its last 90 days.
    """
    found = []
    if point.last_visit_on is None:
        found.append(Due(Reason.NEVER, point.open_since))
    else:
        if point.failed:
            found.append(Due(Reason.FAILED, point.last_visit_on))
        if point.last_visit_on + VISIT_AFTER <= until:
            found.append(Due(Reason.LONG_AGO, point.last_visit_on))
    if (ends := point.keep_open_until) and today <= ends:
        begins = ends - DUTY_AHEAD
        if begins <= until and (point.last_visit_on is None or point.last_visit_on < begins):
            found.append(Due(Reason.DUTY, ends))
    quiet_since = max(point.last_moved_on or point.open_since, point.open_since)
    if quiet_since + DORMANT_AFTER <= today:
        found.append(Due(Reason.DORMANT, quiet_since))
    return sorted(found, key=lambda one: _PRESSING.index(one.reason))


def urgency(reasons: Sequence[Due]) -> tuple[int, date]:
    """Sorts points that have reasons: the most pressing reason, then who waits longest."""
    return _PRESSING.index(reasons[0].reason), reasons[0].since


def kind_of_next(point: Trading) -> VisitKind:
    """What the next visit of the point will be."""
    if point.last_visit_on is None:
        return VisitKind.FIRST
    return VisitKind.FOLLOW_UP if point.failed else VisitKind.PERIODIC


def overdue_days(state: VisitState, planned_on: date | None, today: date) -> int:
    """By how many days a planned visit that was not begun is late; 0 when it is not."""
    if state is not VisitState.PLANNED or planned_on is None:
        return 0
    return max(0, (today - planned_on).days)


@dataclass(frozen=True, order=True)
class Month:
    """A month of the calendar; `text` is how an address names it."""

    year: int
    number: int

    @property
    def text(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return date(self.year, self.number, calendar.monthrange(self.year, self.number)[1])

    @property
    def before(self) -> "Month":
        return _held(self.year, self.number - 1)

    @property
    def after(self) -> "Month":
        return _held(self.year, self.number + 1)

    @property
    def weeks(self) -> list[list[date]]:
        """Monday to Sunday, with the days of the neighbouring months that fill the first and last week."""
        return calendar.Calendar().monthdatescalendar(self.year, self.number)


def _held(year: int, number: int) -> Month:
    year, number = year + (number - 1) // 12, (number - 1) % 12 + 1
    if year < FIRST_YEAR:
        return Month(FIRST_YEAR, 1)
    return Month(LAST_YEAR, 12) if year > LAST_YEAR else Month(year, number)


def read_month(text: str, today: date) -> Month:
    """The month that "2026-12" names, else the one of today."""
    match = _MONTH.fullmatch(text)
    if match and 1 <= int(match[2]) <= 12:
        return Month(int(match[1]), int(match[2]))
    return Month(today.year, today.month)
