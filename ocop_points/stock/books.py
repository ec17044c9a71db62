"""The ledger of a point: what moved, in the order of the days, with the balance after each line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, literal_column, select, union_all
from sqlalchemy.orm import aliased, join

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.core.paging import PAGE_SIZE, Page
from ocop_points.stock.models import (
    HELD,
    Balance,
    Lot,
    MonthClosing,
    Movement,
    Voucher,
    VoucherLine,
)
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.transfers import waiting_count


@dataclass(frozen=True)
class LedgerFilter:
    """What a ledger shows; without a product the balance of each line is that of its own product."""

    product_id: int | None = None
    kind: VoucherKind | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Totals:
    """What came in and went out in the period, in base units of one product."""

    opening: int
    came: int
    left: int


_Reversal = aliased(Voucher)
# Inside a day what came in stands first, then the order of posting: no line shows less than zero when no day ends below
# it. The nought is text, not a bound number: only so the databases know the expression of their index.
_LEAVES = Movement.delta < literal_column("0")
_ORDER = (Movement.on_date, _LEAVES, Movement.id)


@dataclass(frozen=True)
class _Stretch:
    """The days of one page and its products; does it lie nearer to today than to the point's first day?"""

    first: date
    last: date
    products: frozenset[int]
    late: bool


def _opening(point_id: int, stretch: _Stretch) -> Any:
    """What each product stood at before the stretch, added up from whichever end is nearer."""
    moves = select(Movement.lot_id, Movement.delta.label("n")).where(Movement.point_id == point_id)
    if stretch.late:
        held = select(Balance.lot_id, Balance.on_hand.label("n"))
        since = moves.with_only_columns(Movement.lot_id, -Movement.delta)
        of_lots = union_all(
            held.where(Balance.point_id == point_id, HELD),
            since.where(Movement.on_date >= stretch.first),
        ).subquery()
    else:
        of_lots = moves.where(Movement.on_date < stretch.first).subquery()
    return (
        select(Lot.product_id, func.sum(of_lots.c.n).label("n"))
        .join_from(of_lots, Lot, Lot.id == of_lots.c.lot_id)
        .where(Lot.product_id.in_(stretch.products))
        .group_by(Lot.product_id)
        .subquery()
    )


def _moved(point_id: int, wanted: LedgerFilter, stretch: _Stretch | None) -> Any:
    """Movements, each with the balance of its product after it: those of a stretch, or all up to the last day wanted.

    Read from an index that holds all of it: a point's movements lie scattered over the table.
    """
    balance: Any = func.sum(Movement.delta).over(partition_by=Lot.product_id, order_by=_ORDER)
    moved: Any = (
        select(
            Movement.id,
            Movement.on_date,
            Movement.delta,
            Movement.lot_id,
            Movement.line_id,
            _LEAVES.label("leaves"),
        )
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Movement.point_id == point_id)
    )
    if stretch:
        opening = _opening(point_id, stretch)
        balance = balance + func.coalesce(opening.c.n, 0)
        moved = moved.outerjoin(opening, opening.c.product_id == Lot.product_id).where(
            Movement.on_date.between(stretch.first, stretch.last),
            Lot.product_id.in_(stretch.products),
        )
    if wanted.product_id:
        moved = moved.where(Lot.product_id == wanted.product_id)
    if wanted.until:
        moved = moved.where(Movement.on_date <= wanted.until)
    return moved.add_columns(balance.label("balance")).subquery()


def _shown(moved: Any) -> Select[Any]:
    """What the ledger says of each movement, in its order."""
    tables: Any = join(moved, VoucherLine, VoucherLine.id == moved.c.line_id)
    tables = tables.join(Voucher, Voucher.id == VoucherLine.voucher_id)
    tables = tables.join(Lot, Lot.id == moved.c.lot_id)
    tables = tables.join(Product, Product.id == Lot.product_id)
    tables = tables.join(User, User.id == Voucher.posted_by_id)
    tables = tables.outerjoin(_Reversal, _Reversal.reverses_id == Voucher.id)
    rows: Select[Any] = select(
        moved.c.on_date,
        moved.c.delta,
        moved.c.balance,
        Voucher.id.label("voucher_id"),
        Voucher.number,
        Voucher.kind,
        Voucher.reason,
        Voucher.document_number,
        Voucher.person,
        Lot.code.label("lot_code"),
        Lot.expiry,
        Product.id.label("product_id"),
        Product.name,
        Product.code,
        Product.base_unit,
        User.full_name.label("by_name"),
        _Reversal.id.label("reversal_id"),
        _Reversal.number.label("reversal_number"),
    ).select_from(tables)
    return rows.order_by(moved.c.on_date, moved.c.leaves, moved.c.id)


def ledger_page(point_id: int, wanted: LedgerFilter, number: int) -> Page[Any]:
    """One page of the ledger: three statements.

    The page is chosen in an index; then only the days it spans are read, and what came before them from the nearer
    end: the books of many years do not make the present month slower.
    """
    total = db.session.scalar(_chosen(point_id, wanted, func.count())) or 0
    number = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    ends = [
        select(Movement.on_date).where(Movement.point_id == point_id).order_by(order).limit(1)
        for order in (Movement.on_date, Movement.on_date.desc())
    ]
    lines = _chosen(
        point_id,
        wanted,
        Movement.id,
        Movement.on_date,
        Lot.product_id,
        *(one.scalar_subquery() for one in ends),
        lots=True,
    )
    skip = (number - 1) * PAGE_SIZE
    found = db.session.execute(lines.order_by(*_ORDER).limit(PAGE_SIZE).offset(skip)).all()
    if not found:
        return Page([], total, number)
    ids, days, products, (began, *_more), (ended, *_same) = zip(*found, strict=True)
    late = ended - days[0] < days[0] - began
    moved = _moved(point_id, wanted, _Stretch(days[0], days[-1], frozenset(products), late))
    rows = _shown(moved).where(moved.c.id.in_(ids))
    return Page(list(db.session.execute(rows)), total, number)


def _chosen(point_id: int, wanted: LedgerFilter, *columns: Any, lots: bool = False) -> Select[Any]:
    """The lines of the ledger, without their balances; `lots`: a column of the lot is among them."""
    rows = select(*columns).select_from(Movement).where(Movement.point_id == point_id)
    if wanted.product_id or lots:
        rows = rows.join(Lot, Lot.id == Movement.lot_id)
    if wanted.product_id:
        rows = rows.where(Lot.product_id == wanted.product_id)
    if wanted.kind:
        rows = rows.join(VoucherLine, VoucherLine.id == Movement.line_id)
        rows = rows.join(Voucher, Voucher.id == VoucherLine.voucher_id)
        rows = rows.where(Voucher.kind == wanted.kind)
    if wanted.since:
        rows = rows.where(Movement.on_date >= wanted.since)
    if wanted.until:
        rows = rows.where(Movement.on_date <= wanted.until)
    return rows


def ledger_for_export(point_id: int, wanted: LedgerFilter) -> Any:
    """The whole ledger of the filter, read as it is written: one statement."""
    moved = _moved(point_id, wanted, None)
    rows = _shown(moved).execution_options(yield_per=500)
    if wanted.kind:
        rows = rows.where(Voucher.kind == wanted.kind)
    if wanted.since:
        rows = rows.where(moved.c.on_date >= wanted.since)
    return db.session.execute(rows)


def totals(point_id: int, wanted: LedgerFilter) -> Totals | None:
    """Opening, in and out of one product in the period: one statement; None without a product."""
    if not wanted.product_id:
        return None
    inside: Any = Movement.on_date >= wanted.since if wanted.since else Movement.id.is_not(None)
    shown = inside & (Voucher.kind == wanted.kind) if wanted.kind else inside
    before = case((inside, 0), else_=Movement.delta)
    came = case((shown & (Movement.delta > 0), Movement.delta), else_=0)
    left = case((shown & (Movement.delta < 0), -Movement.delta), else_=0)
    rows = (
        select(func.sum(before), func.sum(came), func.sum(left))
        .select_from(Movement)
        .join(VoucherLine, VoucherLine.id == Movement.line_id)
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .where(Movement.point_id == point_id, VoucherLine.product_id == wanted.product_id)
    )
    if wanted.until:
        rows = rows.where(Movement.on_date <= wanted.until)
    opening, came_in, gone = db.session.execute(rows).one()
    return Totals(int(opening or 0), int(came_in or 0), int(gone or 0))


def products_at(point_id: int) -> list[Any]:
    """The products that ever moved at a point, for the filter: one statement."""
    moved = (
        select(Lot.product_id)
        .join(Balance, Balance.lot_id == Lot.id)
        .where(Balance.point_id == point_id)
    )
    rows = select(Product.id, Product.name, Product.code).where(Product.id.in_(moved))
    return list(db.session.execute(rows.order_by(Product.sort_key, Product.id)))


def notices(point_id: int) -> Any:
    """(through, waiting): to which day the books are closed, how many transfers are coming. One statement."""
    through = select(func.max(MonthClosing.through)).where(MonthClosing.point_id == point_id)
    waiting = waiting_count(point_id)
    row = select(
        through.scalar_subquery().label("through"), waiting.scalar_subquery().label("waiting")
    )
    return db.session.execute(row).one()
