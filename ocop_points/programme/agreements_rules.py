"""Supply agreements: how one stands on a day, its years, and what a month comes to. Pure."""

import csv
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path

REMIND_DAYS = 60
"""From here on an agreement is shown as ending soon."""

OTHER_CHAIN = "other"


@dataclass(frozen=True)
class Chain:
    """A retail chain. Confirmed ones are named as buyers of OCOP goods in Quân đội nhân dân, 5-6 December 2023."""

    code: str
    name: str
    confirmed: bool


@cache
def chains() -> dict[str, Chain]:
    """The chains of chains.csv by their codes, in its order."""
    with Path(__file__).with_name("chains.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        found = [Chain(row["code"], row["name"], row["confirmed"] == "yes") for row in rows]
    return {one.code: one for one in found}


class Terms(StrEnum):
    """How goods change hands."""

    PURCHASE = "purchase"
    CONSIGNMENT = "consignment"


class Standing(StrEnum):
    """How an agreement stands on a day."""

    AHEAD = "ahead"
    RUNNING = "running"
    SOON = "soon"
    OVER = "over"
    ENDED = "ended"


def standing_on(
    day: date, *, valid_from: date, valid_to: date, ended_on: date | None = None
) -> Standing:
    """`ended_on` is the first day without force after an early end; `valid_to` the last day with it."""
    if ended_on is not None and ended_on <= day:
        return Standing.ENDED
    if day > valid_to:
        return Standing.OVER
    if day < valid_from:
        return Standing.AHEAD
    return Standing.SOON if (valid_to - day).days <= REMIND_DAYS else Standing.RUNNING


def last_day(valid_to: date, ended_on: date | None) -> date:
    """The last day with force."""
    return valid_to if ended_on is None else min(valid_to, ended_on - timedelta(days=1))


def year_of(day: date, valid_from: date, last: date) -> tuple[date, date]:
    """First and last day of the agreement's year that `day` lies in, counted from its first day; before it the
    first year, after its end the last one.
    """
    day = min(max(day, valid_from), last)
    first = valid_from
    while (following := _years_later(valid_from, first.year - valid_from.year + 1)) <= day:
        first = following
    return first, min(following - timedelta(days=1), last)


def _years_later(day: date, years: int) -> date:
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True)
class Moved:
    """What one product moved in a month: quantities in base units, amounts in whole ₫ as the vouchers say.

    `came` and `returned` are net of reversals; `other` is what no sale, receipt or return explains (opening balance,
    transfers, losses, counts). `unpriced`: lines of receipts and returns without an amount, which count as 0.
    """

    product_id: int
    opening: int = 0
    came: int = 0
    came_amount: int = 0
    returned: int = 0
    returned_amount: int = 0
    sold: int = 0
    other: int = 0
    unpriced: int = 0

    @property
    def closing(self) -> int:
        return self.opening + self.came - self.returned - self.sold + self.other


@dataclass(frozen=True)
class Settled:
    """A line of a settlement: what is paid for, at which price, and what that comes to in whole ₫."""

    moved: Moved
    price: int | None
    gross: int
    discount: int

    @property
    def due(self) -> int:
        return self.gross - self.discount


def settle(moved: Moved, terms: Terms, *, price: int | None, discount_hundredths: int) -> Settled:
    """What a month comes to for one product.

    Purchased goods are paid as their vouchers say, receipts less returns: the discount is in those prices. Goods on
    consignment are paid when sold, at the price of the list less the discount (hundredths of a percent, rounded half
    up once); without a price nothing can be said, and it counts as 0.
    """
    if terms is Terms.PURCHASE:
        return Settled(moved, price, moved.came_amount - moved.returned_amount, 0)
    gross = moved.sold * (price or 0)
    taken = Decimal(gross) * discount_hundredths / 10_000
    return Settled(moved, price, gross, int(taken.quantize(Decimal(1), ROUND_HALF_UP)))


def total_due(lines: Sequence[Settled]) -> int:
    """The sum of a settlement; below zero where more went back than came."""
    return sum(line.due for line in lines)
