"""One overview as its page shows it: what was asked for, the lines of the map, their sum and the country's median."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from ocop_points.accounts.models import User
from ocop_points.core.lists import Listing
from ocop_points.reports import kept, queries
from ocop_points.reports.labels import MEASURES, Measure
from ocop_points.reports.queries import Known
from ocop_points.reports.rules import (
    Figures,
    Map,
    Period,
    Place,
    Share,
    Unit,
    middle,
    most_unmet,
    period_of,
    read_period,
    total,
    units,
)
from ocop_points.reports.tiles import SQUARES

LINES_SHOWN = 8
PERIODS_BACK = 6
_SHADES = ("f3", "f2", "f1")


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    drawn: Map
    period: Period
    region: str
    measure: str

    @classmethod
    def read(cls, listing: Listing, today: date) -> "Asked":
        """Read forgivingly: what makes no sense is as if it were not there, and no period lies in the future."""
        now = period_of(today)
        period = read_period(listing.text("period")) or now
        measure = listing.text("measure")
        return cls(
            listing.member("map", Map) or Map.NEW,
            period if period.first <= today else now,
            listing.text("region"),
            measure if measure in MEASURES else "passed",
        )


@dataclass(frozen=True)
class Tile:
    """A square of the map: `shade` is a class of the sheet, "f0" where there is no figure."""

    x: int
    y: int
    name: str
    short: str
    value: float | None
    shade: str


@dataclass(frozen=True)
class Overview:
    """The figures that one reader sees on one day."""

    asked: Asked
    day: date
    known: Known
    places: tuple[Place, ...]

    @property
    def measure(self) -> Measure:
        return MEASURES[self.asked.measure]

    @cached_property
    def units(self) -> list[Unit]:
        """The lines within reach that have a point."""
        reached = [place for place in self.places if place.reached]
        found = units(reached, self.known.figures, self.asked.drawn, region=self.asked.region)
        return [unit for unit in found if unit.figures.registered]

    @cached_property
    def country(self) -> list[Unit]:
        """The lines of the whole country, for its median only."""
        return units(self.places, self.known.figures, self.asked.drawn)

    @cached_property
    def sum(self) -> Figures:
        return total(unit.figures for unit in self.units)

    @property
    def many(self) -> bool:
        return len(self.units) > 1

    @property
    def regions(self) -> list[str]:
        """The regions within reach, in the order of the first locality of each."""
        return list(dict.fromkeys(place.region for place in self.places if place.reached))

    def value(self, key: str, figures: Figures) -> float | None:
        return MEASURES[key].value(figures, self.asked.drawn)

    @cached_property
    def medians(self) -> dict[str, float | None]:
        """The country's median of each measure over all lines of the map, whatever the reader's reach."""
        return {key: middle(self.country, lambda one: self.value(key, one)) for key in MEASURES}  # noqa: B023

    @cached_property
    def most(self) -> float:
        """What a full bar stands for: 100 % of a share, the greatest figure of a count."""
        if self.measure.percent:
            return 100
        return max(
            (self.value(self.asked.measure, unit.figures) or 0 for unit in self.units), default=0
        )

    def short_figure(self, value: float | None) -> str:
        """A figure as there is room for it in a square: 82 % or 12."""
        if value is None:
            return "–"
        return f"{int(value + 0.5)} %" if self.measure.percent else str(int(value + 0.5))

    def star_parts(self, shades: dict[str, str]) -> list[tuple[str, float]]:
        """The parts of the bar of stars: class and percent of the products on the shelf."""
        stars = self.sum.stars
        return [(shade, percent_of(stars[star], self.sum.goods)) for star, shade in shades.items()]

    @cached_property
    def unmet(self) -> list[tuple[str, str, int]]:
        """The lines most often not met: code, text, times."""
        return most_unmet(self.sum, self.known.lines, LINES_SHOWN)

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """Open points by kind of location, in the order of the decision."""
        return [(self.known.kinds[code], n) for code, n in sorted(self.sum.kinds.items())]

    @property
    def months(self) -> list[tuple[int, int, Share]]:
        """Each month of the period that has begun: approved visits, and those that passed."""
        period = self.asked.period
        begun = [m for m in period.months if date(period.year, m, 1) <= self.day]
        visits = self.sum.results
        counted = {m: sum(n for (month, _), n in visits.items() if month == m) for m in begun}
        return [(month, counted[month], self.sum.passed_in(month)) for month in begun]

    @property
    def busiest(self) -> int:
        """Visits of the month that has most."""
        return max((visits for _month, visits, _passed in self.months), default=0)

    @cached_property
    def steps(self) -> list[tuple[str, float, float]]:
        """The shades of the map with the values they stand for, lightest first; empty without figures."""
        values = [
            v
            for unit in self.units
            if (v := self.value(self.asked.measure, unit.figures)) is not None
        ]
        if not values:
            return []
        low, high = min(values), max(values)
        if low == high:
            return [(_SHADES[1], low, high)]
        width = (high - low) / len(_SHADES)
        return [(shade, low + n * width, low + (n + 1) * width) for n, shade in enumerate(_SHADES)]

    def shade(self, value: float | None) -> str:
        if value is None or not self.steps:
            return "f0"
        return next((shade for shade, _low, high in self.steps if value <= high), self.steps[-1][0])

    @cached_property
    def tiles(self) -> list[Tile]:
        """Every province of the map; without a figure where the reader sees none."""
        drawn = self.asked.drawn
        shown = {unit.key: self.value(self.asked.measure, unit.figures) for unit in self.units}
        names = self._names()
        return [
            Tile(square.column, square.row, square.islands or names[square.code][0],
                 square.islands or names[square.code][1], shown.get(square.code),
                 self.shade(shown.get(square.code)))
            for square in SQUARES[drawn]
        ]  # fmt: skip

    def _names(self) -> dict[str, tuple[str, str]]:
        """Name and short code by code. A province of today bears the name of one of its localities."""
        if self.asked.drawn is Map.OLD:
            return {place.code: (place.name, place.short_code) for place in self.places}
        return {
            place.province_code: (place.province_name, place.short_code)
            for place in self.places
            if place.name == place.province_name
        }


def overview_of(user: User, listing: Listing, today: date) -> Overview:
    """What this user sees; the figures outside their reach are in none of its lines."""
    asked = Asked.read(listing, today)
    known = kept.known_on(today, asked.period)
    return Overview(asked, today, known, tuple(queries.places(user)))


def periods(today: date) -> list[Period]:
    """The periods one may choose, the present half-year first, then its year, and so on back."""
    found: list[Period] = []
    now = period_of(today)
    for _turn in range(PERIODS_BACK):
        found.append(now)
        if now.half == 1 or not found[:-1]:
            found.append(Period(now.year))
        now = now.before
    return list(dict.fromkeys(found))


def percent_of(part: float, whole: float) -> float:
    """The width of a bar: nothing of nothing is an empty one."""
    return round(100 * part / whole, 1) if whole else 0


def shown(value: Any) -> float:
    """The width of a bar for a figure that may be missing."""
    return 0.0 if value is None else round(float(value), 1)
