"""What must always hold of goods sent from point to point: for `flask verify`.

Sent = received + missing with a reason, or still under way, or taken back; never two of these.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from ocop_points.core.db import db
from ocop_points.stock.models import Voucher, VoucherLine

_Sent, _Back = aliased(Voucher), aliased(Voucher)


def transfer_faults() -> Iterator[str]:
    """A sentence for every fault."""
    yield from _pairs()
    yield from _once()
    yield from _lines()


def _pairs() -> Iterator[str]:
    """What was received was sent to that point, not later."""
    right = and_(
        _Sent.to_point_id == Voucher.point_id,
        _Sent.number.is_not(None),
        _Sent.on_date <= Voucher.on_date,
    )
    rows = select(Voucher.number).join(_Sent, _Sent.id == Voucher.receives_id).where(~right)
    for number in db.session.scalars(rows):
        yield f"Phiếu {number}: không khớp với phiếu chuyển mà nó nhận."


def _reversed(voucher: Any) -> Any:
    return exists(select(_Back.id).where(_Back.reverses_id == voucher.id))


def _once() -> Iterator[str]:
    """Goods are received once, and not both received and taken back."""
    rows = (
        select(_Sent.number, func.count(Voucher.id))
        .join(Voucher, Voucher.receives_id == _Sent.id)
        .where(~_reversed(Voucher))
        .group_by(_Sent.id, _Sent.number)
        .having(or_(func.count(Voucher.id) > 1, _reversed(_Sent)))
    )
    for row in db.session.execute(rows):
        yield f"Phiếu {row.number}: hàng chuyển đi được nhận nhiều lần, hoặc vừa nhận vừa thu về."


def _lines() -> Iterator[str]:
    """Line by line: what was sent stands beside what arrived, and a difference has its reason."""
    sent, came = aliased(VoucherLine), aliased(VoucherLine)
    same = and_(came.voucher_id == Voucher.id, came.position == sent.position)
    right = and_(
        came.lot_id == sent.lot_id,
        came.unit_factor == sent.unit_factor,
        came.document_thousandths == sent.quantity_thousandths,
        came.quantity_thousandths <= sent.quantity_thousandths,
        or_(came.quantity_thousandths == sent.quantity_thousandths, came.reason != ""),
    )
    rows = (
        select(Voucher.number, sent.position)
        .select_from(Voucher)
        .join(sent, sent.voucher_id == Voucher.receives_id)
        .outerjoin(came, same)
        .where(or_(came.id.is_(None), ~right))
    )
    for row in db.session.execute(rows):
        yield f"Phiếu {row.number}: dòng {row.position} không khớp với hàng đã gửi."
