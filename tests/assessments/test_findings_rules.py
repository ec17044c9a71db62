"""The life of a finding, by tables."""

from datetime import date, timedelta

from ocop_points.assessments.findings_rules import (
    LONGEST_TERM,
    DueFault,
    FindingState,
    FindingVerb,
    Severity,
    VerifyRefusal,
    days_over,
    due_fault,
    next_finding_state,
    severity_of,
    verify_refusal,
)

OPEN, WAITING, CLOSED, CARRIED, VOID = FindingState
ASSIGN, REPORT, VERIFY, REOPEN = list(FindingVerb)[:4]
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def test_every_step_that_is_allowed_and_no_other() -> None:
    allowed = {
        (OPEN, ASSIGN): OPEN,
        (OPEN, REPORT): WAITING,
        (WAITING, VERIFY): CLOSED,
        (WAITING, REOPEN): OPEN,
        (CLOSED, REOPEN): OPEN,
    }
    for seen_met in (False, True):
        more = {(OPEN, VERIFY): CLOSED} if seen_met else {}
        for state in FindingState:
            for verb in FindingVerb:
                after = next_finding_state(state, verb, seen_met=seen_met)
                assert after == {**allowed, **more}.get((state, verb)), (state, verb, seen_met)


def test_nobody_verifies_their_own_report() -> None:
    table = [
        # who, state, who reported, a visit saw it met
        (1, WAITING, 2, False, None),
        (1, WAITING, 1, False, VerifyRefusal.OWN_REPORT),
        (1, WAITING, 1, True, None),
        (1, OPEN, None, False, VerifyRefusal.NOT_REPORTED),
        (1, OPEN, 2, False, VerifyRefusal.NOT_REPORTED),
        (1, OPEN, 1, True, None),
        (1, CLOSED, 2, True, VerifyRefusal.NOT_REPORTED),
        (1, CARRIED, 2, False, VerifyRefusal.NOT_REPORTED),
        (1, VOID, 2, True, VerifyRefusal.NOT_REPORTED),
    ]
    for who, state, reporter, seen_met, wanted in table:
        found = verify_refusal(who, state, reporter_id=reporter, seen_met=seen_met)
        assert found == wanted, (who, state, reporter, seen_met)


def test_what_is_overdue_and_for_how_long() -> None:
    table = [
        (OPEN, TODAY - 8 * DAY, 8),
        (OPEN, TODAY - DAY, 1),
        (OPEN, TODAY, 0),
        (OPEN, TODAY + DAY, 0),
        (OPEN, None, 0),
        (WAITING, TODAY - DAY, 0),
        (CLOSED, TODAY - DAY, 0),
        (CARRIED, TODAY - DAY, 0),
        (VOID, TODAY - DAY, 0),
    ]
    for state, due_on, wanted in table:
        assert days_over(state, due_on, TODAY) == wanted, (state, due_on)


def test_a_term_lies_within_three_years_after_the_visit() -> None:
    table = {
        TODAY - DAY: DueFault.BEFORE_VISIT,
        TODAY: None,
        TODAY + LONGEST_TERM: None,
        TODAY + LONGEST_TERM + DAY: DueFault.TOO_LATE,
    }
    for due_on, wanted in table.items():
        assert due_fault(due_on, found_on=TODAY) == wanted, due_on


def test_a_mandatory_line_weighs_more() -> None:
    assert severity_of(mandatory=True) is Severity.MAJOR
    assert severity_of(mandatory=False) is Severity.MINOR
