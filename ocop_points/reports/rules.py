"""The figures of the overview: what each counts, of how many, and how those of several localities add up. Pure.

Every count is additive: that of a province is the sum of its localities, that of the country the sum of all, on the
old map and on the new. Shares are of the sums, never means of shares. No legal text defines these figures
(DOMAIN.md §5: the form of the report was not found), so the definitions are ours and the page says so.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from statistics import median
from typing import Any

from ocop_points.assessments.rules import Result
from ocop_points.points.rules import PointStatus, TourismKind

_PERIOD = re.compile(r"(?a)(20\d\d)(?:-H([12]))?")


@dataclass(frozen=True)
class Period:
    """A half-year, or a year where `half` is None."""

    year: int
    half: int | None = None

    @property
    def key(self) -> str:
        """2026-H2 or 2026, as it stands in addresses."""
        return str(self.year) if self.half is None else f"{self.year}-H{self.half}"

    @property
    def first(self) -> date:
        return date(self.year, 7 if self.half == 2 else 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    @property
    def months(self) -> range:
        return range(self.first.month, self.last.month + 1)

    @property
    def before(self) -> "Period":
        """The period of the same length before it."""
        if self.half is None:
            return Period(self.year - 1)
        return Period(self.year, 1) if self.half == 2 else Period(self.year - 1, 2)


def period_of(day: date) -> Period:
    """The half-year in which a day lies."""
    return Period(day.year, 1 if day.month <= 6 else 2)


def read_period(text: str) -> Period | None:
    """The period of a key, None for anything else."""
    match = _PERIOD.fullmatch(text)
    return Period(int(match[1]), int(match[2]) if match[2] else None) if match else None


class Map(StrEnum):
    """The 63 provinces before 1 July 2025, which the programme's localities are, or the 34 since."""

    OLD = "63"
    NEW = "34"


@dataclass(frozen=True)
class Share:
    """A part of a whole; there is no share of nothing."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """None where there is nothing to take a share of."""
        return 100 * self.part / self.whole if self.whole else None


@dataclass
class Figures:
    """Counts over a set of localities; those marked (period) count the period, the others the present."""

    # Registered points by status; open points by kind of location.
    status: Counter[PointStatus] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    # Open points without goods in or out for 60 days (programme.rules.DORMANT_AFTER).
    dormant: int = 0
    # Open points linked to tourism, and by kind of link; (period) of them those in season in one of its months. A point
    # with links of two kinds counts in both.
    linked: int = 0
    tourism: Counter[TourismKind] = field(default_factory=Counter)
    in_season: Counter[TourismKind] = field(default_factory=Counter)
    # Points given support, whatever became of them; what the decisions promise and what was paid, all years, in ₫.
    helped: int = 0
    agreed: int = 0
    paid: int = 0
    # (period) Visits planned on a day of it and not cancelled; those of them that began, whenever that was.
    planned: int = 0
    begun: int = 0
    # (period) Approved visits made in it, by month and result; their scores in tenths; by edition.
    results: Counter[tuple[int, Result | None]] = field(default_factory=Counter)
    scores: Counter[int] = field(default_factory=Counter)
    # (period) Findings opened in it, by line; void ones left out.
    unmet: Counter[int] = field(default_factory=Counter)
    # Findings that are open or wait for verification; of them, open ones past their day.
    live: int = 0
    overdue: int = 0
    # Products on the shelf of an open point: one product in one point counts once, however many lots.
    stars: Counter[str] = field(default_factory=Counter)
    groups: Counter[str] = field(default_factory=Counter)
    own_old: int = 0
    own_new: int = 0

    @property
    def registered(self) -> int:
        return self.status.total()

    @property
    def open(self) -> int:
        return self.status[PointStatus.OPEN]

    @property
    def visits(self) -> int:
        """(period) Approved visits."""
        return self.results.total()

    @property
    def passed(self) -> Share:
        """(period) Approved visits that passed, of those with a result."""
        return self._passed(self.results)

    def passed_in(self, month: int) -> Share:
        """As `passed`, of the visits made in one month."""
        return self._passed({key: n for key, n in self.results.items() if key[0] == month})

    @staticmethod
    def _passed(results: Any) -> Share:
        good = sum(n for (_, result), n in results.items() if result is Result.PASS)
        bad = sum(n for (_, result), n in results.items() if result is Result.FAIL)
        return Share(good, good + bad)

    @property
    def done(self) -> Share:
        """(period) Planned visits that began, of those planned."""
        return Share(self.begun, self.planned)

    @property
    def late(self) -> Share:
        """Findings past their day, of those that are not closed."""
        return Share(self.overdue, self.live)

    @property
    def quiet(self) -> Share:
        """Dormant points, of the open ones."""
        return Share(self.dormant, self.open)

    @property
    def touristic(self) -> Share:
        """Points linked to tourism, of the open ones."""
        return Share(self.linked, self.open)

    @property
    def spent(self) -> Share:
        """Money paid, of the money decided, in ₫."""
        return Share(self.paid, self.agreed)

    @property
    def goods(self) -> int:
        return self.stars.total()

    @property
    def rated(self) -> Share:
        """Products with a certificate in force (3 stars or more), of those on the shelf."""
        return Share(self.goods - self.stars[""], self.goods)

    def own(self, drawn: Map) -> Share:
        """Products of the point's own province on this map, of those on the shelf."""
        return Share(self.own_old if drawn is Map.OLD else self.own_new, self.goods)

    @property
    def score_spread(self) -> tuple[float, float, float] | None:
        """(period) Least, middle and greatest score of approved visits by scored editions; None without any."""
        values = sorted(self.scores.elements())
        if not values:
            return None
        return values[0] / 10, median(values) / 10, values[-1] / 10


COUNTS = (
    "dormant",
    "linked",
    "helped",
    "agreed",
    "paid",
    "planned",
    "begun",
    "live",
    "overdue",
    "own_old",
    "own_new",
)
COUNTERS = (
    "status",
    "kinds",
    "tourism",
    "in_season",
    "results",
    "scores",
    "unmet",
    "stars",
    "groups",
)


def total(several: Iterable[Figures]) -> Figures:
    """The sum: nothing is counted twice, because localities share no point."""
    summed = Figures()
    for one in several:
        for name in COUNTS:
            setattr(summed, name, getattr(summed, name) + getattr(one, name))
        for name in COUNTERS:
            getattr(summed, name).update(getattr(one, name))
    return summed


def most_unmet(
    figures: Figures, lines: Mapping[int, tuple[str, str]], shown: int
) -> list[tuple[str, str, int]]:
    """The lines most often not met: code, text, times; the same wording of two editions is two lines."""
    most = sorted(figures.unmet.items(), key=lambda pair: (-pair[1], lines[pair[0]]))
    return [(*lines[line_id], times) for line_id, times in most[:shown]]


@dataclass(frozen=True)
class Place:
    """A locality, with its province of today and its region; `reached`: the reader may see its figures."""

    id: int
    name: str
    region: str
    province_code: str
    province_name: str
    reached: bool
    code: str = ""
    short_code: str = ""


@dataclass(frozen=True)
class Unit:
    """A line of the overview: a locality, or a province of today with its localities."""

    key: str
    name: str
    places: tuple[Place, ...]
    figures: Figures


def units(
    places: Sequence[Place], figures: dict[int, Figures], drawn: Map, *, region: str = ""
) -> list[Unit]:
    """The lines of a map, in the order of the places (new map: of the province's first locality).

    A region is one of localities: a province of today may lie in two, and then shows the part that lies in it.
    """
    chosen = [place for place in places if not region or place.region == region]
    grouped: dict[tuple[str, str], list[Place]] = {}
    for place in chosen:
        key = (place.province_code, place.province_name)
        grouped.setdefault(key if drawn is Map.NEW else (place.code, place.name), []).append(place)
    return [
        Unit(key, name, tuple(own), total(figures[one.id] for one in own if one.id in figures))
        for (key, name), own in grouped.items()
    ]


def middle(of: Collection[Unit], value: Callable[[Figures], float | None]) -> float | None:
    """The country's median over the units that have the figure; None where fewer than three have.

    Of two the median would tell one what the other has.
    """
    known = [found for unit in of if (found := value(unit.figures)) is not None]
    return median(known) if len(known) >= LEAST_FOR_MEDIAN else None


LEAST_FOR_MEDIAN = 3
