"""What must always hold of stocktakes: for `flask verify`. The voucher is the counts less the books, line by line."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from ocop_points.audit.queries import unlike_written
from ocop_points.audit.rules import Action
from ocop_points.core.db import db
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.stocktake_models import Stocktake, StocktakeCount, StocktakeLine
from ocop_points.stock.stocktake_rules import Settled


def stocktake_faults() -> Iterator[str]:
    """A sentence for every fault."""
    yield from _vouchers()
    yield from _lines()
    yield from _strangers()
    yield from _counts()
    posted = select(Stocktake.id, Voucher.number).join(Voucher, Voucher.id == Stocktake.voucher_id)
    told: dict[int, tuple[str, list[Any]]] = {
        id_: (f"Kiểm kê {number}", [number]) for id_, number in db.session.execute(posted)
    }
    yield from unlike_written(Action.STOCKTAKE_POSTED, ["number"], told)


def _vouchers() -> Iterator[str]:
    """A voucher of this kind is that of a stocktake of its point, and no other voucher is."""
    is_count = Voucher.kind == VoucherKind.STOCKTAKE
    right = and_(is_count, Stocktake.point_id == Voucher.point_id)
    rows = select(Voucher.id, Voucher.number).outerjoin(
        Stocktake, Stocktake.voucher_id == Voucher.id
    )
    rows = rows.where(or_(is_count, Stocktake.id.is_not(None)))
    rows = rows.where(func.coalesce(case((right, 1), else_=0), 0) == 0)
    for row in db.session.execute(rows):
        yield f"Phiếu {row.number or row.id}: không khớp với lần kiểm kê nào của điểm này."


def _lines() -> Iterator[str]:
    """What was counted stands in the voucher, beside what it was held against; what was left out does not."""
    same = and_(
        VoucherLine.voucher_id == Stocktake.voucher_id, VoucherLine.lot_id == StocktakeLine.lot_id
    )
    entered = and_(
        VoucherLine.quantity_thousandths == StocktakeLine.quantity * 1000,
        # Counted after goods moved, it is held against the books of the posting, which a line does not keep.
        case(
            (StocktakeLine.settled == Settled.AFTER, VoucherLine.document_thousandths >= 0),
            else_=VoucherLine.document_thousandths == StocktakeLine.book * 1000,
        ),
        VoucherLine.reason == StocktakeLine.reason,
    )
    right = case((StocktakeLine.left_out, VoucherLine.id.is_(None)), else_=entered)
    rows = (
        select(Voucher.number, StocktakeLine.position)
        .select_from(StocktakeLine)
        .join(Stocktake, Stocktake.id == StocktakeLine.stocktake_id)
        .join(Voucher, Voucher.id == Stocktake.voucher_id)
        .outerjoin(VoucherLine, same)
        .where(func.coalesce(case((right, 1), else_=0), 0) == 0)
    )
    for row in db.session.execute(rows):
        yield f"Kiểm kê {row.number}: dòng {row.position} không khớp với phiếu đã ghi."


def _strangers() -> Iterator[str]:
    """The voucher has no line that was not counted."""
    same = and_(
        StocktakeLine.stocktake_id == Stocktake.id, StocktakeLine.lot_id == VoucherLine.lot_id
    )
    rows = (
        select(Voucher.number, VoucherLine.position)
        .select_from(VoucherLine)
        .join(Stocktake, Stocktake.voucher_id == VoucherLine.voucher_id)
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .outerjoin(StocktakeLine, same)
        .where(StocktakeLine.id.is_(None))
    )
    for row in db.session.execute(rows):
        yield f"Phiếu {row.number}: dòng {row.position} không có trong lần kiểm kê."


def _counts() -> Iterator[str]:
    """What a line holds is the last count that somebody entered for it."""
    last = select(func.max(StocktakeCount.id)).where(StocktakeCount.line_id == StocktakeLine.id)
    rows = (
        select(StocktakeLine.stocktake_id, StocktakeLine.position)
        .outerjoin(
            StocktakeCount, StocktakeCount.id == last.correlate(StocktakeLine).scalar_subquery()
        )
        .where(
            func.coalesce(StocktakeCount.quantity, -1) != func.coalesce(StocktakeLine.quantity, -1)
        )
    )
    for row in db.session.execute(rows):
        yield f"Kiểm kê số {row.stocktake_id}: dòng {row.position} khác với số đếm cuối cùng."
