"""Measured figures: what a line asks, counted from what stands on the shelf on a day, and the answer that follows.

Pure. Money in whole ₫, quantities in base units. "No data" is never a zero: such a figure meets and fails nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from ocop_points.assessments.rules import Answer
from ocop_points.catalogue.rules import ProductBasis, Stars
from ocop_points.criteria.measures_rules import PERCENT, Ask, Bound, Measure, MeasureBy
from ocop_points.criteria.rules import PLACES, LineKind, LineSpec
from ocop_points.stock.rules import has_expired

SHOWN_PLACES = 1
"""Decimals of a share on screen and paper; decisions use the exact one."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What was counted for a day: `part` of `whole`; a number of days has no whole. Without a part there is no data.

    `left_out`: lots without a price, which a share of the value does not know.
    """

    on: date
    part: int | None = None
    whole: int | None = None
    left_out: int = 0

    @property
    def last_day(self) -> date:
        """Of a number of days: the day from which they are counted."""
        return self.on - timedelta(days=self.part or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfProduct:
    """A product on the shelf on a day, with the facts of that day and what lists call it by."""

    id: int
    producer_id: int
    own_province: bool = False
    bases: frozenset[ProductBasis] = frozenset()
    stars: Stars | None = None
    # The first day without force of the last certificate, where none is in force.
    ended_on: date | None = None
    name: str = ""
    code: str = ""
    base_unit: str = ""
    producer_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfLot:
    """A lot on the shelf; `value` in ₫ by its last receipt, None where it has no price."""

    id: int
    product: ShelfProduct
    on_hand: int
    expiry: date | None = None
    value: int | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class RunningAgreement:
    """An agreement of a producer with the point that runs on the day; `last_day` is its last."""

    id: int
    number: str
    last_day: date


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a point held at the end of a day, and what else the measures ask of that day."""

    on: date
    lots: tuple[ShelfLot, ...] = ()
    last_moved_on: date | None = None
    # By the producer, the one that runs longest.
    agreed: Mapping[int, RunningAgreement] = field(default_factory=dict)

    @property
    def products(self) -> tuple[ShelfProduct, ...]:
        """Each product once, in the order of the lots."""
        return tuple({lot.product.id: lot.product for lot in self.lots}.values())


def counts(ask: Ask, product: ShelfProduct) -> bool:
    """Does this product belong to the part that the measure counts?"""
    if ask.measure is Measure.EVERY_PRODUCT_HAS_A_BASIS:
        return any(one.value in ask.bases for one in product.bases)
    if ask.measure is Measure.SHARE_THREE_STARS:
        return product.stars is not None and product.stars.rank >= ask.stars.rank
    if ask.measure is Measure.OWN_PROVINCE:
        return product.own_province
    return ask.measure is Measure.CERTIFICATE_ENDED and product.ended_on is not None


def figure_of(ask: Ask, shelf: Shelf) -> Figure:
    """Count what the line asks. An empty shelf, goods without any price and a point without movements give no data."""
    if ask.measure is Measure.DAYS_SINCE_LAST_MOVEMENT:
        last = shelf.last_moved_on
        return Figure(shelf.on, None if last is None else (shelf.on - last).days)
    if ask.measure is Measure.NO_EXPIRED_GOODS:
        return _part(shelf, [(1, has_expired(lot.expiry, shelf.on)) for lot in shelf.lots])
    if ask.measure is Measure.SUPPLIERS_UNDER_AGREEMENT:
        makers = {product.producer_id for product in shelf.products}
        return _part(shelf, [(1, maker in shelf.agreed) for maker in makers])
    if ask.by in (MeasureBy.PRODUCTS, MeasureBy.NUMBER):
        return _part(shelf, [(1, counts(ask, one)) for one in shelf.products])
    if ask.by is MeasureBy.UNITS:
        return _part(shelf, [(lot.on_hand, counts(ask, lot.product)) for lot in shelf.lots])
    priced = [(lot.value, counts(ask, lot.product)) for lot in shelf.lots if lot.value is not None]
    return _part(shelf, priced, len(shelf.lots) - len(priced))


def _part(shelf: Shelf, weighed: Iterable[tuple[int, bool]], left_out: int = 0) -> Figure:
    known = list(weighed)
    whole = sum(weight for weight, _counted in known)
    if not whole:
        return Figure(shelf.on, left_out=left_out)
    return Figure(shelf.on, sum(weight for weight, counted in known if counted), whole, left_out)


def value_of(ask: Ask, figure: Figure) -> Fraction | None:
    """The exact figure: percent of the base for a share, else the number; None without data."""
    if figure.part is None:
        return None
    return (
        Fraction(100 * figure.part, figure.whole or 1) if ask.by.is_share else Fraction(figure.part)
    )


def shown_value(ask: Ask, figure: Figure) -> Decimal | None:
    """The figure as it is read: a share rounded half up to 0,1, a number as it is; None without data."""
    value = value_of(ask, figure)
    half = Fraction(1, 2 * 10**SHOWN_PLACES)
    return (
        None
        if value is None
        else _cut(value + half, SHOWN_PLACES)
        if ask.by.is_share
        else _cut(value, 0)
    )


def _cut(value: Fraction, places: int) -> Decimal:
    """Exact until the end, whatever the size of the amounts."""
    return Decimal(floor(value * 10**places)).scaleb(-places)


def within(bound: Bound, value: Fraction | Decimal) -> bool:
    """Is the bound kept? Compared unrounded, the bound itself included."""
    exact = Fraction(value)
    enough = bound.least is None or exact >= Fraction(bound.least)
    return enough and (bound.most is None or exact <= Fraction(bound.most))


def proposed(line: LineSpec, figure: Figure | None) -> Answer | None:
    """The answer that follows from the figure; None without data, without a bound, or for another unit.

    A number is proposed as it is shown, unless rounding would turn the verdict: then cut off at the decimals that an
    answer keeps.
    """
    ask, bound = line.ask, line.bound
    value = None if ask is None or figure is None else value_of(ask, figure)
    if ask is None or bound is None or value is None or figure is None:
        return None
    if line.kind is LineKind.YES_NO:
        return Answer(value=within(bound, value))
    if ask.by.is_share is not (line.unit == PERCENT):
        return None
    number = shown_value(ask, figure)
    if number is None or within(bound, number) is not within(bound, value):
        number = _cut(value, PLACES)
    return Answer(number=number)


def differs(line: LineSpec, figure: Figure | None, answer: Answer) -> bool:
    """Does an answer say something else than its figure? A number may be written with fewer or more decimals."""
    wanted = proposed(line, figure)
    if wanted is None or not answer.given:
        return False
    if wanted.number is None or answer.number is None:
        return answer.value is not wanted.value or answer.not_applicable
    ask, bound = line.ask, line.bound
    exact = Fraction(0) if ask is None or figure is None else value_of(ask, figure) or Fraction(0)
    near = Fraction(1, 2 * 10**SHOWN_PLACES) if line.unit == PERCENT else 0
    if bound is None or abs(Fraction(answer.number) - exact) > near:
        return True
    return within(bound, answer.number) is not within(bound, exact)


def differing(
    lines: Iterable[LineSpec], answers: Mapping[str, Answer], figures: Mapping[str, Figure]
) -> frozenset[str]:
    """The codes of the lines answered otherwise than their figure says; figures and answers by the line's code."""
    return frozenset(
        line.code
        for line in lines
        if line.code in answers and differs(line, figures.get(line.code), answers[line.code])
    )
