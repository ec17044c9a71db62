"""The ledger of a point: what moved, in the order of the days, with the balance after each line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased, join

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.core.paging import PAGE_SIZE, Page
from ocop_points.stock.models import Lot, MonthClosing, Movement, Voucher, VoucherLine
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
# Inside a day what came in stands first, then the order of posting: no line shows less
# than zero when no day ends below it.
_LEAVES = case((Movement.delta < 0, 1), else_=0)


def _moved(point_id: int, wanted: LedgerFilter) -> Any:
    """Every movement up to the last day, each with the balance of its product after it.

    Read from an index that holds all of it: a point's history is small, but lies scattered over the table.
    """
    balance = func.sum(Movement.delta).over(
        partition_by=Lot.product_id, order_by=(Movement.on_date, _LEAVES, Movement.id)
    )
    moved = (
        select(
            Movement.id,
            Movement.on_date,
            Movement.delta,
            Movement.lot_id,
            Movement.line_id,
            _LEAVES.label("leaves"),
            balance.label("balance"),
        )
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Movement.point_id == point_id)
    )
    if wanted.product_id:
        moved = moved.where(Lot.product_id == wanted.product_id)
    if wanted.until:
        moved = moved.where(Movement.on_date <= wanted.until)
    return moved.subquery()


def _rows(
    point_id: int, wanted: LedgerFilter, *, size: int | None = None, skip: int = 0
) -> Select[Any]:
    """The lines in their order; `size` of them are chosen before anything is joined to them."""
    moved = _moved(point_id, wanted)
    chosen = select(moved)
    if wanted.kind:
        chosen = chosen.join(VoucherLine, VoucherLine.id == moved.c.line_id)
        chosen = chosen.join(Voucher, Voucher.id == VoucherLine.voucher_id)
        chosen = chosen.where(Voucher.kind == wanted.kind)
    if wanted.since:
        chosen = chosen.where(moved.c.on_date >= wanted.since)
    if size is not None:
        chosen = chosen.order_by(moved.c.on_date, moved.c.leaves, moved.c.id)
        chosen = chosen.limit(size).offset(skip)
    line = chosen.subquery()
    tables: Any = join(line, VoucherLine, VoucherLine.id == line.c.line_id)
    tables = tables.join(Voucher, Voucher.id == VoucherLine.voucher_id)
    tables = tables.join(Lot, Lot.id == line.c.lot_id)
    tables = tables.join(Product, Product.id == Lot.product_id)
    tables = tables.join(User, User.id == Voucher.posted_by_id)
    tables = tables.outerjoin(_Reversal, _Reversal.reverses_id == Voucher.id)
    rows: Select[Any] = select(
        line.c.on_date,
        line.c.delta,
        line.c.balance,
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
    return rows.order_by(line.c.on_date, line.c.leaves, line.c.id)


def ledger_page(point_id: int, wanted: LedgerFilter, number: int) -> Page[Any]:
    """One page of the ledger: two statements."""
    total = db.session.scalar(_count(point_id, wanted)) or 0
    number = min(max(number, 1), max(1, -(-total // PAGE_SIZE)))
    rows = _rows(point_id, wanted, size=PAGE_SIZE, skip=(number - 1) * PAGE_SIZE)
    return Page(list(db.session.execute(rows)), total, number)


def _count(point_id: int, wanted: LedgerFilter) -> Select[Any]:
    """How many lines the ledger has, without their balances."""
    rows = select(func.count()).select_from(Movement).where(Movement.point_id == point_id)
    if wanted.product_id:
        rows = rows.join(Lot, Lot.id == Movement.lot_id)
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
    return db.session.execute(_rows(point_id, wanted).execution_options(yield_per=500))


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
        .join(Movement, Movement.lot_id == Lot.id)
        .where(Movement.point_id == point_id)
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
