"""The ministry's summary of one period: the reports of all localities side by side, and their sums."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ocop_points.accounts.models import User
from ocop_points.core.lists import Listing
from ocop_points.core.text import sort_key
from ocop_points.reports import period_queries, queries
from ocop_points.reports import period_table as table
from ocop_points.reports.period_rules import SENT, Contents, ReportState, Tally, due, tally
from ocop_points.reports.rules import Figures, Map, Period, Place, Unit, read_period, total, units


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    period: Period
    drawn: Map

    @classmethod
    def read(cls, listing: Listing, today: date) -> "Asked":
        """Read forgivingly; no period lies in the future."""
        period = read_period(listing.text("period"))
        if period is None or period.first > today:
            period = due(today)[0]
        return cls(period, listing.member("map", Map) or Map.OLD)


@dataclass(frozen=True)
class Line:
    """A locality, or a province of today: where its reports stand, and the sum of those that are in."""

    unit: Unit
    # The state of each of its localities that are waited for or sent something.
    states: tuple[ReportState, ...]

    @property
    def received(self) -> int:
        return sum(1 for state in self.states if state in SENT)

    @property
    def state(self) -> ReportState | None:
        """The state that all its localities share; None where they differ."""
        return self.states[0] if len(set(self.states)) == 1 else None


@dataclass(frozen=True)
class Summary:
    """The reports of one period as the ministry has them."""

    asked: Asked
    day: date
    places: tuple[Place, ...]
    expected: frozenset[int]
    states: Mapping[int, ReportState]
    # What localities sent and was not returned.
    contents: Mapping[int, Contents]

    @property
    def tally(self) -> Tally:
        return tally(self.states, self.expected)

    @cached_property
    def lines(self) -> list[Line]:
        """The localities waited for and those that sent something, or their provinces of today, by name."""
        told = [one for one in self.places if one.id in self.expected | self.contents.keys()]
        figures = {id_: one.figures for id_, one in self.contents.items()}
        found = units(told, figures, self.asked.drawn)
        return [
            Line(
                unit,
                tuple(self.states.get(one.id, ReportState.DRAFT) for one in unit.places),
            )
            for unit in sorted(found, key=lambda unit: sort_key(unit.name))
        ]

    def _sum(self, state: ReportState) -> Figures:
        return total(one.figures for id_, one in self.contents.items() if self.states[id_] is state)

    @cached_property
    def accepted(self) -> Figures:
        return self._sum(ReportState.ACCEPTED)

    @cached_property
    def submitted(self) -> Figures:
        return self._sum(ReportState.SUBMITTED)

    @cached_property
    def sum(self) -> Figures:
        return total([self.accepted, self.submitted])

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Names of the kinds of location that any of the reports counts."""
        return {code: name for one in self.contents.values() for code, name in one.kinds.items()}

    @cached_property
    def matched(self) -> list[Contents]:
        """The reports that stand beside one of the period before: only these are compared, like with like."""
        return [one for one in self.contents.values() if one.before_reported]

    @cached_property
    def parts(self) -> list[tuple[table.Part, list["SumRow"]]]:
        """Every figure: accepted, waiting, both, and the comparison of those that reported twice."""
        now = total(one.figures for one in self.matched)
        before = total(one.before for one in self.matched)
        compared = table.compared(self.kinds, now, before, reported=bool(self.matched))
        return [
            (
                part,
                [
                    SumRow(
                        row,
                        row.item.value(self.accepted),
                        row.item.value(self.submitted),
                        row.item.value(self.sum),
                    )
                    for row in rows
                ],
            )
            for part, rows in compared
        ]

    def remarks(self, name: str) -> list[tuple[str, str]]:
        """What the localities say under this head: name and text, those that say nothing left out."""
        return [
            (place.name, said)
            for place in self.places
            if place.id in self.contents and (said := self.contents[place.id].remarks.get(name, ""))
        ]


@dataclass(frozen=True)
class SumRow:
    """A figure of the country. `compared` holds the sums of the localities that reported in both periods."""

    compared: table.Row
    accepted: int | None
    submitted: int | None
    sum: int | None


def summary_of(user: User, listing: Listing, today: date) -> Summary:
    """The summary of the period that the address asks for: four statements."""
    asked = Asked.read(listing, today)
    states, contents = period_queries.sent_of(asked.period)
    return Summary(
        asked,
        today,
        tuple(queries.places(user)),
        frozenset(period_queries.expected_ids()),
        states,
        contents,
    )


def shared_items(parts: Iterable[tuple[table.Part, object]]) -> list[tuple[str, table.Item]]:
    """Every figure with the part it belongs to, for a table with a column each."""
    return [(part.title, item) for part, _rows in parts for item in part.items]
