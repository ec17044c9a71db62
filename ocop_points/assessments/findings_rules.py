"""The life of a finding: what is done to it when, by whom, and when it is overdue. Pure.

A line not met is a finding from the moment its visit is approved. Repeats and carrying over: docs/decisions.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum

MOST_FILES = 12
"""Pictures and papers that come with one report."""
LONGEST_TERM = timedelta(days=3 * 366)
"""No corrective action is given longer than that: a later day is a slip of the keys."""


class FindingState(StrEnum):
    """CARRIED: the next visit found the same again, and its finding goes on. VOID: so is the visit's paper."""

    OPEN = "open"
    WAITING = "waiting"
    CLOSED = "closed"
    CARRIED = "carried"
    VOID = "void"


LIVE = frozenset({FindingState.OPEN, FindingState.WAITING})
"""The states in which something still has to be done."""


class Severity(StrEnum):
    """A mandatory line not met weighs more than another."""

    MAJOR = "major"
    MINOR = "minor"


class FindingVerb(StrEnum):
    """What is done to a finding; the last four are done by approving and voiding visits."""

    ASSIGN = "assign"
    REPORT = "report"
    VERIFY = "verify"
    REOPEN = "reopen"
    OPEN = "open"
    CARRY = "carry"
    SEEN_MET = "seen_met"
    RESTORE = "restore"
    VOID = "void"


_STEPS: Mapping[tuple[FindingState, FindingVerb], FindingState] = {
    (FindingState.OPEN, FindingVerb.ASSIGN): FindingState.OPEN,
    (FindingState.OPEN, FindingVerb.REPORT): FindingState.WAITING,
    (FindingState.WAITING, FindingVerb.VERIFY): FindingState.CLOSED,
    (FindingState.WAITING, FindingVerb.REOPEN): FindingState.OPEN,
    (FindingState.CLOSED, FindingVerb.REOPEN): FindingState.OPEN,
}


def next_finding_state(
    state: FindingState, verb: FindingVerb, *, seen_met: bool = False
) -> FindingState | None:
    """Where a verb of people leads, None when the state does not allow it.

    `seen_met`: a later approved visit found the line met; then an open one may be closed without a report.
    """
    if verb is FindingVerb.VERIFY and seen_met and state is FindingState.OPEN:
        return FindingState.CLOSED
    return _STEPS.get((state, verb))


class VerifyRefusal(StrEnum):
    """Why somebody of the department may not close a finding."""

    NOT_REPORTED = "not_reported"
    OWN_REPORT = "own_report"


def verify_refusal(
    user_id: int, state: FindingState, *, reporter_id: int | None, seen_met: bool
) -> VerifyRefusal | None:
    """Why this person may not verify, None if they may: nobody verifies their own report.

    What an approved visit saw is no report of anybody's: its manager has looked at it.
    """
    if next_finding_state(state, FindingVerb.VERIFY, seen_met=seen_met) is None:
        return VerifyRefusal.NOT_REPORTED
    own = state is FindingState.WAITING and reporter_id == user_id and not seen_met
    return VerifyRefusal.OWN_REPORT if own else None


def severity_of(*, mandatory: bool) -> Severity:
    """How much a line not met weighs."""
    return Severity.MAJOR if mandatory else Severity.MINOR


def days_over(state: FindingState, due_on: date | None, today: date) -> int:
    """By how many days it is overdue, 0 when it is not: what was reported waits for the department, not the shop."""
    if state is not FindingState.OPEN or due_on is None:
        return 0
    return max(0, (today - due_on).days)


class DueFault(StrEnum):
    """Why a day cannot be the day by which something is put right."""

    BEFORE_VISIT = "before_visit"
    TOO_LATE = "too_late"


def due_fault(due_on: date, *, found_on: date) -> DueFault | None:
    """Whether the day lies within three years after the visit."""
    if due_on < found_on:
        return DueFault.BEFORE_VISIT
    return DueFault.TOO_LATE if due_on > found_on + LONGEST_TERM else None
