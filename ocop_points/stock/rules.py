"""The decisions of the stock: signs, exact quantities, amounts, never below zero, which lot first.

Quantities are whole base units and money whole ₫ (RULES §6). Balances are compared at the end of
each day: a shop types the entries of one day in any order, often the sales before the delivery
they came from. Since each posting leaves every day from its own to the last at or above zero, the
balance of today is never below zero either.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum

from ocop_points.points.rules import PointStatus

QUANTITY_PLACES = 3
MAX_QUANTITY = 10_000_000
"""Of one line, in the written unit and in base units alike."""
MAX_FACTOR = 1_000_000
MAX_UNIT_PRICE = 1_000_000_000
MAX_LINE_AMOUNT = 1_000_000_000_000
_FINEST = Decimal(1).scaleb(-QUANTITY_PLACES)
_PRECISION = 60


class VoucherKind(StrEnum):
    """Kinds of vouchers; an opening balance is what was on the shelf when the books began."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    SUPPLIER_RETURN = "supplier_return"
    WRITE_OFF = "write_off"
    TRANSFER = "transfer"
    STOCKTAKE = "stocktake"
    OPENING = "opening"
    REVERSAL = "reversal"

    @property
    def prefix(self) -> str:
        """The letters its numbers begin with."""
        return _PREFIXES[self]

    @property
    def sign(self) -> int:
        """1 brings goods in, -1 takes them out, 0: each line says which (a difference)."""
        return _SIGNS[self]


_PREFIXES = {
    VoucherKind.RECEIPT: "PN",
    VoucherKind.ISSUE: "PX",
    VoucherKind.SUPPLIER_RETURN: "PT",
    VoucherKind.WRITE_OFF: "PH",
    VoucherKind.TRANSFER: "PC",
    VoucherKind.STOCKTAKE: "PK",
    VoucherKind.OPENING: "PD",
    VoucherKind.REVERSAL: "ĐP",
}
_SIGNS = {
    VoucherKind.RECEIPT: 1,
    VoucherKind.OPENING: 1,
    VoucherKind.ISSUE: -1,
    VoucherKind.SUPPLIER_RETURN: -1,
    VoucherKind.WRITE_OFF: -1,
    VoucherKind.TRANSFER: 0,
    VoucherKind.STOCKTAKE: 0,
    VoucherKind.REVERSAL: 0,
}
INCOMING = frozenset({VoucherKind.RECEIPT, VoucherKind.OPENING})
"""What brings goods in from outside; what another point sent is the TRANSFER that receives it."""
# A closed shop may still empty its shelves; before it was chosen there is nothing to keep books of.
STOCKED = frozenset({PointStatus.CHOSEN, PointStatus.OPEN, PointStatus.SUSPENDED})
EMPTIED = STOCKED | {PointStatus.CLOSED}
# What may still be done with goods past their date: sold or sent to another shop they may not be.
_FOR_EXPIRED = frozenset(VoucherKind) - {VoucherKind.ISSUE, VoucherKind.TRANSFER}


def voucher_number(kind: VoucherKind, point_code: str, year: int, serial: int) -> str:
    """`PN-QNI-0007-2026-0413`; the serial counts per point, kind and year, from 1."""
    if serial < 1:
        raise ValueError("serials count from 1")
    return f"{kind.prefix}-{point_code}-{year:04d}-{serial:04d}"


class VoucherState(StrEnum):
    """A draft can also be deleted; a reversed voucher stays in the books beside its reversal."""

    DRAFT = "draft"
    POSTED = "posted"
    REVERSED = "reversed"


class Fault(StrEnum):
    """What is wrong with a quantity, factor, price or amount."""

    NOT_POSITIVE = "not_positive"
    TOO_FINE = "too_fine"
    NOT_WHOLE = "not_whole"
    TOO_LARGE = "too_large"


class BadLine(ValueError):
    """A line that cannot be counted; `fault` says why, the service finds the words."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def _bounded(number: Decimal | int, least: int, most: int) -> None:
    if number < least:
        raise BadLine(Fault.NOT_POSITIVE)
    if number > most:
        raise BadLine(Fault.TOO_LARGE)


def _check_written(quantity: Decimal) -> None:
    if not quantity.is_finite():
        raise BadLine(Fault.TOO_LARGE)
    _bounded(quantity, 0, MAX_QUANTITY)
    if not quantity:
        raise BadLine(Fault.NOT_POSITIVE)
    with localcontext(prec=_PRECISION):
        if quantity != quantity.quantize(_FINEST):
            raise BadLine(Fault.TOO_FINE)


def base_quantity(quantity: Decimal, factor: int = 1) -> int:
    """Base units of a written quantity, exact: 1,5 kg of factor 1000 is 1500 g.

    BadLine when not above zero, above MAX_QUANTITY, finer than QUANTITY_PLACES decimals or no
    whole number of base units.
    """
    _check_written(quantity)
    _bounded(factor, 1, MAX_FACTOR)
    with localcontext(prec=_PRECISION):
        base = quantity * factor
    if base != int(base):
        raise BadLine(Fault.NOT_WHOLE)
    _bounded(base, 1, MAX_QUANTITY)
    return int(base)


def line_amount(quantity: Decimal, unit_price: int) -> int:
    """₫ of a written quantity at a price in ₫ per written unit, rounded half-up once.

    BadLine for a bad quantity, a negative price, or one above its limit. A price of 0 is a gift.
    """
    _check_written(quantity)
    _bounded(unit_price, 0, MAX_UNIT_PRICE)
    with localcontext(prec=_PRECISION):
        amount = _half_up(quantity * unit_price)
    _bounded(amount, 0, MAX_LINE_AMOUNT)
    return amount


def on_hand_value(on_hand: int, unit_price: int, factor: int = 1) -> int:
    """₫ of base units at the price of the lot's last receipt there, per `factor` units."""
    with localcontext(prec=_PRECISION):
        return _half_up(Decimal(on_hand) * unit_price / factor)


def _half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def merge_rows(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    """(lot id, signed base units) of all rows, summed by lot and in the order of the lot ids.

    One lot may stand on several rows; it is checked once, and rows are locked in this order.
    """
    sums: defaultdict[int, int] = defaultdict(int)
    for lot_id, delta in rows:
        sums[lot_id] += delta
    return dict(sorted(sums.items()))


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of a lot at a point; `sequence` is the order of posting."""

    day: date
    sequence: int
    delta: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The first day that would end below zero, by how much, and what could leave instead.

    `available` is what could leave from the first day of the new movements on, without them.
    """

    day: date
    missing: int
    available: int


def day_balances(entries: Iterable[Entry]) -> list[tuple[date, int]]:
    """The balance at the end of each day that has movements, oldest first."""
    moved: defaultdict[date, int] = defaultdict(int)
    for entry in entries:
        moved[entry.day] += entry.delta
    balance, ends = 0, []
    for day, delta in sorted(moved.items()):
        balance += delta
        ends.append((day, balance))
    return ends


def available_on(existing: Iterable[Entry], day: date) -> int:
    """The most that may leave on that day: the lowest balance from its end to the last day."""
    ends = day_balances(existing)
    then = [balance for end_of, balance in ends if end_of <= day]
    later = [balance for end_of, balance in ends if end_of > day]
    return max(0, min([*then[-1:], *later] if then else [0]))


def check_timeline(existing: Iterable[Entry], new: Iterable[tuple[date, int]]) -> Shortfall | None:
    """The first day that would end below zero with the new (day, delta) among the old, or None.

    Backdated movements thus count against every later balance. The order inside a day is of no
    account (see the top of this file).
    """
    known, added = list(existing), [Entry(day, 0, delta) for day, delta in new]
    for day, balance in day_balances([*known, *added]):
        if balance < 0:
            first = min((entry.day for entry in added), default=day)
            return Shortfall(day, -balance, available_on(known, first))
    return None


@dataclass(frozen=True, slots=True)
class LotOnHand:
    """A lot that a point holds; without `expiry` it keeps."""

    lot_id: int
    expiry: date | None
    first_received_on: date
    on_hand: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to take from which lot, and how much of the wish no lot covers."""

    picks: tuple[tuple[int, int], ...]
    short: int


def has_expired(expiry: date | None, day: date) -> bool:
    """The date on the pack is the last good day."""
    return expiry is not None and expiry < day


def lot_may_leave(kind: VoucherKind, expiry: date | None, day: date) -> bool:
    """Whether such a voucher may take the lot out that day: expired goods are not sold or sent."""
    return kind in _FOR_EXPIRED or not has_expired(expiry, day)


def propose_lots(available: Iterable[LotOnHand], wanted: int, day: date) -> Proposal:
    """First expired, first out: which lots to sell `wanted` base units from on that day.

    Lots that keep come last, oldest receipt first. Expired lots and lots received later are never
    proposed, so that "only expired goods" is out of stock.
    """
    usable = [
        lot
        for lot in available
        if lot.on_hand > 0 and lot.first_received_on <= day and not has_expired(lot.expiry, day)
    ]
    usable.sort(key=lambda lot: (lot.expiry or date.max, lot.first_received_on, lot.lot_id))
    picks, short = [], max(0, wanted)
    for lot in usable:
        if taken := min(lot.on_hand, short):
            picks.append((lot.lot_id, taken))
            short -= taken
    return Proposal(tuple(picks), short)


def lot_conflict(known: Iterable[date | None], expiry: date | None) -> tuple[date | None, ...]:
    """The other dates under which a product's lot code is known, if not under this one too.

    Not empty: warn, it is likely a slip of the pen. None stands for a lot that keeps.
    """
    others = set(known)
    if expiry in others:
        return ()
    return tuple(sorted(others, key=lambda one: one or date.max))


class ReversalBar(StrEnum):
    """Why a voucher may not be reversed."""

    NOT_POSTED = "not_posted"
    ALREADY_REVERSED = "already_reversed"
    IS_REVERSAL = "is_reversal"
    RECEIVED = "received"
    NO_RIGHT = "no_right"
    NOT_OWN = "not_own"
    ANOTHER_DAY = "another_day"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalFacts:
    """Who asks, about which voucher; days are those of Việt Nam.

    `any_voucher` is the manager's right, `own_voucher` the officer's (RULES §1).
    """

    any_voucher: bool
    own_voucher: bool
    kind: VoucherKind
    state: VoucherState
    posted_by_asker: bool
    posted_on: date | None
    today: date
    # Goods sent to another point that has received them.
    received: bool = False


def reversal_bar(facts: ReversalFacts) -> ReversalBar | None:
    """Why not, first what nobody may, then what this person may not; None when it may be done."""
    bars = [
        (facts.state is VoucherState.DRAFT, ReversalBar.NOT_POSTED),
        (facts.state is VoucherState.REVERSED, ReversalBar.ALREADY_REVERSED),
        (facts.kind is VoucherKind.REVERSAL, ReversalBar.IS_REVERSAL),
        (facts.received, ReversalBar.RECEIVED),
    ]
    if not facts.any_voucher:
        bars += [
            (not facts.own_voucher, ReversalBar.NO_RIGHT),
            (not facts.posted_by_asker, ReversalBar.NOT_OWN),
            (facts.posted_on != facts.today, ReversalBar.ANOTHER_DAY),
        ]
    return next((bar for stands, bar in bars if stands), None)
