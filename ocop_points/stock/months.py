"""The months of a point's stock: what each brought and took, and which are closed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, case, extract, func, select
from sqlalchemy.orm import join

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Lot, MonthClosing, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind, VoucherState
from ocop_points.stock.rules_months import month_end


@dataclass
class Month:
    """A month with vouchers; `posted` and `drafts` count them."""

    first: date
    posted: int = 0
    drafts: int = 0
    closing: Any = None
    closed: bool = False

    @property
    def key(self) -> str:
        """As it stands in the address: 2026-11."""
        return f"{self.first:%Y-%m}"


def closed_through(point_id: int, *, hold: bool = False) -> date | None:
    """The last day of the books that is closed, if any.

    `hold`: nobody closes or opens a month until the commit (on PostgreSQL; SQLite has one writer anyway).
    """
    if hold:
        point = select(SalesPoint.id).where(SalesPoint.id == point_id)
        db.session.execute(point.with_for_update(read=True))
    last = select(func.max(MonthClosing.through)).where(MonthClosing.point_id == point_id)
    return db.session.scalar(last)


def closings_of(point_id: int) -> list[Any]:
    """(through, closed at, by whom) of a point's closings, the latest first: one statement."""
    rows = (
        select(MonthClosing.through, MonthClosing.closed_at, User.full_name.label("by_name"))
        .join(User, User.id == MonthClosing.closed_by_id)
        .where(MonthClosing.point_id == point_id)
        .order_by(MonthClosing.through.desc())
    )
    return list(db.session.execute(rows))


def get_closing(point_id: int, through: date) -> MonthClosing | None:
    """The row that closes the books to this day, for the verb that opens them again."""
    return db.session.get(MonthClosing, (point_id, through))


def months_of(point_id: int) -> list[Month]:
    """Every month with vouchers, the latest first: two statements."""
    parts = extract("year", Voucher.on_date), extract("month", Voucher.on_date)
    rows = (
        select(*parts, Voucher.state, func.count())
        .where(Voucher.point_id == point_id)
        .group_by(*parts, Voucher.state)
    )
    found: dict[date, Month] = {}
    for year, number, state, count in db.session.execute(rows):
        first = date(int(year), int(number), 1)
        month = found.setdefault(first, Month(first))
        if state is VoucherState.DRAFT:
            month.drafts = count
        else:
            month.posted = count
    closings = closings_of(point_id)
    own = {row.through: row for row in closings}
    last = closings[0].through if closings else None
    for month in found.values():
        month.closing = own.get(month_end(month.first))
        month.closed = last is not None and month.first <= last
    return sorted(found.values(), key=lambda month: month.first, reverse=True)


def drafts_until(point_id: int, day: date) -> int:
    """How many drafts are dated up to that day."""
    rows = select(func.count()).where(
        Voucher.point_id == point_id,
        Voucher.state == VoucherState.DRAFT,
        Voucher.on_date <= day,
    )
    return db.session.scalar(rows) or 0


def _rows(point_id: int, month: date) -> Select[Any]:
    """Opening, in, out and closing of each product that was there or moved, in base units."""
    inside = Movement.on_date >= month
    moved = (
        select(
            Lot.product_id,
            func.sum(case((inside, 0), else_=Movement.delta)).label("opening"),
            func.sum(case((inside & (Movement.delta > 0), Movement.delta), else_=0)).label("came"),
            func.sum(case((inside & (Movement.delta < 0), -Movement.delta), else_=0)).label("gone"),
            func.sum(Movement.delta).label("closing"),
        )
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Movement.point_id == point_id, Movement.on_date <= month_end(month))
        .group_by(Lot.product_id)
        .subquery()
    )
    there: Any = (moved.c.opening != 0) | (moved.c.came != 0) | (moved.c.gone != 0)
    return (
        select(
            Product.id,
            Product.code,
            Product.name,
            Product.base_unit,
            moved.c.opening,
            moved.c.came,
            moved.c.gone,
            moved.c.closing,
        )
        .select_from(join(moved, Product, Product.id == moved.c.product_id))
        .where(there)
        .order_by(Product.sort_key, Product.id)
    )


def month_page(point_id: int, month: date, number: int) -> Page[Any]:
    """One page of a month's products: two statements."""
    return paginate(_rows(point_id, month), number)


def month_for_export(point_id: int, month: date) -> Any:
    """Every product of a month: one statement."""
    return db.session.execute(_rows(point_id, month))


def vouchers_by_kind(point_id: int, month: date) -> list[tuple[VoucherKind, int, int]]:
    """(kind, how many, ₫ in all) of a month's posted vouchers, in the order of the kinds: one statement."""
    rows = (
        select(
            Voucher.kind,
            func.count(Voucher.id.distinct()),
            func.coalesce(func.sum(VoucherLine.amount), 0),
        )
        .join(VoucherLine, VoucherLine.voucher_id == Voucher.id)
        .where(
            Voucher.point_id == point_id,
            Voucher.state == VoucherState.POSTED,
            Voucher.on_date.between(month, month_end(month)),
        )
        .group_by(Voucher.kind)
    )
    order = list(VoucherKind)
    found = [(kind, int(count), int(total or 0)) for kind, count, total in db.session.execute(rows)]
    return sorted(found, key=lambda row: order.index(row[0]))
