"""What an import of opening stock compares its rows with, as plain rows: points, lots, and what was opened already."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from ocop_points.accounts.models import User
from ocop_points.core.bulk import read_rows
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.points.rules import PointStatus
from ocop_points.stock.models import Lot, MonthClosing, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind, VoucherState

LotKey = tuple[int, int, str, date | None]
"""Point, product, code of the lot, expiry."""


@dataclass(frozen=True)
class PointRow:
    """A point that the user may keep books of; they are closed to the end of `closed_through`."""

    id: int
    code: str
    name: str
    status: PointStatus
    closed_through: date | None


def point_rows(user: User) -> list[PointRow]:
    """The points within the user's reach: two statements."""
    closed: dict[int, date] = dict(
        read_rows(
            select(MonthClosing.point_id, func.max(MonthClosing.through)).group_by(
                MonthClosing.point_id
            )
        ).all()
    )
    rows = select(SalesPoint.id, SalesPoint.code, SalesPoint.name, SalesPoint.status)
    found = read_rows(rows.where(in_reach(user)).order_by(SalesPoint.id))
    return [PointRow(id_, code, name, status, closed.get(id_)) for id_, code, name, status in found]


def lot_dates() -> dict[tuple[int, str], set[date | None]]:
    """Under which dates the code of each product's lot is known."""
    found: dict[tuple[int, str], set[date | None]] = {}
    for product_id, code, expiry in read_rows(select(Lot.product_id, Lot.code, Lot.expiry)):
        if code:
            found.setdefault((product_id, code), set()).add(expiry)
    return found


def opened(user: User) -> dict[LotKey, int]:
    """Base units of each lot that opening vouchers brought to the user's points, those taken back left out."""
    back = aliased(Voucher)
    rows = (
        select(
            Voucher.point_id,
            VoucherLine.product_id,
            VoucherLine.lot_code,
            VoucherLine.expiry,
            VoucherLine.quantity_thousandths,
            VoucherLine.unit_factor,
        )
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .join(SalesPoint, SalesPoint.id == Voucher.point_id)
        .outerjoin(back, back.reverses_id == Voucher.id)
        .where(
            Voucher.kind == VoucherKind.OPENING,
            Voucher.state == VoucherState.POSTED,
            back.id.is_(None),
            in_reach(user),
        )
    )
    sums: dict[LotKey, int] = {}
    for point_id, product_id, code, expiry, thousandths, factor in read_rows(rows):
        lot = (point_id, product_id, code, expiry)
        sums[lot] = sums.get(lot, 0) + (thousandths or 0) * factor // 1000
    return sums
