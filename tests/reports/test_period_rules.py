"""States and roles of period reports by a table; which periods are waited for, and who is in."""

from datetime import date
from itertools import product

from ocop_points.core.access import Role
from ocop_points.reports.period_rules import (
    ReportState,
    ReportVerb,
    allowed,
    due,
    reads_what_was_sent,
    reportable,
    tally,
)
from ocop_points.reports.rules import Period

S, V, R = ReportState, ReportVerb, Role

# State, role: what may be done. Whatever stands in no row may not.
MAY = {
    (S.DRAFT, R.OFFICER): {V.WRITE},
    (S.DRAFT, R.MANAGER): {V.WRITE, V.SUBMIT},
    (S.RETURNED, R.OFFICER): {V.WRITE},
    (S.RETURNED, R.MANAGER): {V.WRITE, V.SUBMIT},
    (S.SUBMITTED, R.MINISTRY_ADMIN): {V.RETURN, V.ACCEPT},
}


def test_states_and_roles() -> None:
    for state, role in product(S, R):
        assert allowed(state, role) == MAY.get((state, role), set()), (state, role)
    # The ministry never reads what is worked on, the department reads what it sent.
    for state, role in product(S, (R.OFFICER, R.MINISTRY_VIEWER)):
        expected = role is R.MINISTRY_VIEWER or state in {S.SUBMITTED, S.ACCEPTED}
        assert reads_what_was_sent(role, state) is expected


def test_periods_and_who_is_in() -> None:
    for today, waited in {
        date(2026, 11, 23): ["2026-H1"],
        date(2026, 7, 1): ["2026-H1"],
        date(2027, 1, 1): ["2026-H2", "2026"],
        date(2027, 6, 30): ["2026-H2", "2026"],
    }.items():
        assert [one.key for one in due(today)] == waited
    today = date(2026, 11, 23)
    for period, may in {
        Period(2026, 2): True,
        Period(2026): True,
        Period(2027, 1): False,
        Period(2023): True,
        Period(2022, 2): False,
    }.items():
        assert reportable(period, today) is may
    states = {1: S.ACCEPTED, 2: S.SUBMITTED, 3: S.RETURNED, 4: S.DRAFT, 9: S.ACCEPTED, 8: S.DRAFT}
    found = tally(states, [1, 2, 3, 4, 5])
    assert (found.accepted, found.submitted, found.returned, found.unsent, found.others) == (
        1,
        1,
        1,
        2,
        1,
    )
    assert (found.received, found.expected) == (2, 5)
