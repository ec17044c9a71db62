"""The ledger of a point: what moved, in the order of the days, with the balance after each line."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import aliased, join

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.stock.models import Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind


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


def _rows(point_id: int, wanted: LedgerFilter) -> Select[Any]:
    balance = func.sum(Movement.delta).over(
        partition_by=VoucherLine.product_id, order_by=(Movement.on_date, _LEAVES, Movement.id)
    )
    moved = (
        select(
            Movement.id,
            Movement.on_date,
            Movement.delta,
            Movement.lot_id,
            _LEAVES.label("leaves"),
            VoucherLine.voucher_id,
            VoucherLine.product_id,
            balance.label("balance"),
        )
        .join(VoucherLine, VoucherLine.id == Movement.line_id)
        .where(Movement.point_id == point_id)
    )
    if wanted.product_id:
        moved = moved.where(VoucherLine.product_id == wanted.product_id)
    if wanted.until:
        moved = moved.where(Movement.on_date <= wanted.until)
    line = moved.subquery()
    tables: Any = join(line, Voucher, Voucher.id == line.c.voucher_id)
    tables = tables.join(Lot, Lot.id == line.c.lot_id)
    tables = tables.join(Product, Product.id == line.c.product_id)
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
    if wanted.kind:
        rows = rows.where(Voucher.kind == wanted.kind)
    if wanted.since:
        rows = rows.where(line.c.on_date >= wanted.since)
    return rows.order_by(line.c.on_date, line.c.leaves, line.c.id)


def ledger_page(point_id: int, wanted: LedgerFilter, number: int) -> Page[Any]:
    """One page of the ledger: two statements."""
    return paginate(_rows(point_id, wanted), number, counted=_as_many(point_id, wanted))


def _as_many(point_id: int, wanted: LedgerFilter) -> Select[Any]:
    """A select of as many rows: to count them no balance need be added up."""
    rows = select(Movement.id).where(Movement.point_id == point_id)
    if wanted.product_id or wanted.kind:
        rows = rows.join(VoucherLine, VoucherLine.id == Movement.line_id)
    if wanted.product_id:
        rows = rows.where(VoucherLine.product_id == wanted.product_id)
    if wanted.kind:
        rows = rows.join(Voucher, Voucher.id == VoucherLine.voucher_id)
        rows = rows.where(Voucher.kind == wanted.kind)
    if wanted.since:
        rows = rows.where(Movement.on_date >= wanted.since)
    return rows.where(Movement.on_date <= wanted.until) if wanted.until else rows


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
        select(VoucherLine.product_id)
        .join(Movement, Movement.line_id == VoucherLine.id)
        .where(Movement.point_id == point_id)
    )
    rows = select(Product.id, Product.name, Product.code).where(Product.id.in_(moved))
    return list(db.session.execute(rows.order_by(Product.sort_key, Product.id)))
