"""Which points should be visited, what is late, and the months of a calendar: tables of cases."""

from datetime import UTC, date, datetime

import pytest

from ocop_points.assessments.ics import Event, calendar_file, escaped, folded
from ocop_points.assessments.kinds import VisitKind
from ocop_points.assessments.planning_rules import (
    Due,
    Month,
    Reason,
    Trading,
    due,
    kind_of_next,
    overdue_days,
    read_month,
    urgency,
)
from ocop_points.assessments.rules_states import VisitState

TODAY, UNTIL = date(2026, 11, 23), date(2026, 12, 31)
OLD, NEW = date(2022, 9, 2), date(2026, 11, 1)
FAILED, NEVER, LONG_AGO, DUTY, DORMANT = Reason
# 182 days before the last of December, and 60 before today.
HALF_A_YEAR, QUIET = date(2026, 7, 2), date(2026, 9, 24)
CASES: dict[str, tuple[Trading, dict[Reason, date]]] = {
    "new, trading": (Trading(NEW, last_moved_on=TODAY), {NEVER: NEW}),
    "new, nothing moved yet": (Trading(NEW), {NEVER: NEW}),
    "old, never visited, nothing ever moved": (Trading(OLD), {NEVER: OLD, DORMANT: OLD}),
    "visited lately, trading": (Trading(OLD, NEW, last_moved_on=TODAY), {}),
    "half a year ago at the end of the month": (
        Trading(OLD, HALF_A_YEAR, last_moved_on=TODAY),
        {LONG_AGO: HALF_A_YEAR},
    ),
    "a day short of half a year": (Trading(OLD, date(2026, 7, 3), last_moved_on=TODAY), {}),
    "failed lately": (Trading(OLD, NEW, failed=True, last_moved_on=TODAY), {FAILED: NEW}),
    "failed long ago": (
        Trading(OLD, HALF_A_YEAR, failed=True, last_moved_on=TODAY),
        {FAILED: HALF_A_YEAR, LONG_AGO: HALF_A_YEAR},
    ),
    "quiet for 60 days": (Trading(OLD, NEW, last_moved_on=QUIET), {DORMANT: QUIET}),
    "quiet for 59 days": (Trading(OLD, NEW, last_moved_on=date(2026, 9, 25)), {}),
    "goods moved before it was opened anew": (Trading(NEW, NEW, last_moved_on=OLD), {}),
    "its duty ends in the 90 days after the month": (
        Trading(OLD, NEW, last_moved_on=TODAY, keep_open_until=date(2027, 3, 31)),
        {DUTY: date(2027, 3, 31)},
    ),
    "a day later": (
        Trading(OLD, NEW, last_moved_on=TODAY, keep_open_until=date(2027, 4, 1)),
        {},
    ),
    "visited in the last 90 days of its duty": (
        Trading(OLD, NEW, last_moved_on=TODAY, keep_open_until=date(2027, 1, 30)),
        {},
    ),
    "a day before them": (
        Trading(OLD, NEW, last_moved_on=TODAY, keep_open_until=date(2027, 1, 31)),
        {DUTY: date(2027, 1, 31)},
    ),
    "its duty is over": (
        Trading(OLD, NEW, last_moved_on=TODAY, keep_open_until=date(2026, 11, 22)),
        {},
    ),
    "everything at once": (
        Trading(OLD, HALF_A_YEAR, failed=True),
        {FAILED: HALF_A_YEAR, LONG_AGO: HALF_A_YEAR, DORMANT: OLD},
    ),
}


def test_every_reason_at_its_edges() -> None:
    told = {name: due(point, today=TODAY, until=UNTIL) for name, (point, _due) in CASES.items()}
    assert told == {
        name: [Due(reason, since) for reason, since in wanted.items()]
        for name, (_point, wanted) in CASES.items()
    }


def test_the_most_pressing_first_then_who_waits_longest() -> None:
    points = [[Due(DORMANT, OLD)], [Due(NEVER, NEW)], [Due(FAILED, NEW)], [Due(NEVER, OLD)]]
    assert [one[0] for one in sorted(points, key=urgency)] == [
        Due(FAILED, NEW),
        Due(NEVER, OLD),
        Due(NEVER, NEW),
        Due(DORMANT, OLD),
    ]


def test_the_kind_of_the_next_visit() -> None:
    assert kind_of_next(Trading(OLD)) is VisitKind.FIRST
    assert kind_of_next(Trading(OLD, NEW)) is VisitKind.PERIODIC
    assert kind_of_next(Trading(OLD, NEW, failed=True)) is VisitKind.FOLLOW_UP


def test_only_a_planned_visit_is_late() -> None:
    cases = {
        (VisitState.PLANNED, date(2026, 11, 22)): 1,
        (VisitState.PLANNED, TODAY): 0,
        (VisitState.PLANNED, date(2026, 11, 24)): 0,
        (VisitState.PLANNED, date(2026, 10, 23)): 31,
        (VisitState.IN_PROGRESS, date(2026, 11, 1)): 0,
        (VisitState.VOID, date(2026, 11, 1)): 0,
        (VisitState.PLANNED, None): 0,
    }
    assert {case: overdue_days(*case, TODAY) for case in cases} == cases


def test_months() -> None:
    now = Month(2026, 11)
    given = {
        "2026-12": Month(2026, 12),
        **dict.fromkeys(
            ["", "2026-13", "2026-00", "26-12", "1999-12", "2026-1", "x", "٢٠٢٦-١٢"], now
        ),
    }
    assert {text: read_month(text, TODAY) for text in given} == given
    assert (now.text, now.first, now.last) == ("2026-11", date(2026, 11, 1), date(2026, 11, 30))
    assert (Month(2026, 12).after, Month(2027, 1).before) == (Month(2027, 1), Month(2026, 12))
    assert (Month(2000, 1).before, Month(2099, 12).after) == (Month(2000, 1), Month(2099, 12))
    assert (now.weeks[0][0], now.weeks[-1][-1]) == (date(2026, 10, 26), date(2026, 12, 6))


# --- RFC 5545 -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["ngắn", "Điểm bán " * 30, "đ" * 200, "x" * 75, "x" * 76, "😀" * 40]
)
def test_lines_are_folded_at_75_octets_and_read_back(text: str) -> None:
    lines = folded(text)
    assert lines.endswith(b"\r\n")
    parts = lines[:-2].split(b"\r\n")
    assert all(len(part) <= 75 for part in parts)
    assert all(part.decode() for part in parts), "no letter is torn apart"
    assert lines.replace(b"\r\n ", b"").decode() == text + "\r\n"


def test_texts_are_escaped() -> None:
    cases = {
        "a;b,c\\d": "a\\;b\\,c\\\\d",
        "một\nhai\r\nba\rbốn": "một\\nhai\\nba\\nbốn",
        "tên\x00\x07\u2028": "tên",
        "X\r\nBEGIN:VALARM": "X\\nBEGIN:VALARM",
    }
    assert {given: escaped(given) for given in cases} == cases


def test_a_day_is_a_day() -> None:
    event = Event("visit-7@x", 3, date(2026, 12, 31), "Định kỳ: A, B", "88 Hạ Long", "1\n2")
    content = calendar_file("Lịch", [event], made_at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
    lines = content.decode().split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    for line in (
        "VERSION:2.0",
        "UID:visit-7@x",
        "DTSTAMP:20261123T030000Z",
        "SEQUENCE:3",
        "DTSTART;VALUE=DATE:20261231",
        "DTEND;VALUE=DATE:20270101",
        "SUMMARY:Định kỳ: A\\, B",
        "DESCRIPTION:1\\n2",
    ):
        assert line in lines, line
