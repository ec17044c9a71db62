"""Goods on their way from point to point: what was sent, what is still under way, what arrived.

Each point sees its own side. Goods that were sent and not yet received stand in no balance.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, join, joinedload

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock.models import Voucher, VoucherLine
from ocop_points.stock.rules import STOCKED, VoucherKind, VoucherState
from ocop_points.stock.rules_transfers import TransferState


@dataclass(frozen=True)
class Outcome:
    """What became of goods that were sent; `missing` is (product, quantity, unit, reason) of each difference."""

    state: TransferState
    receipt: Voucher | None = None
    missing: tuple[tuple[str, Decimal, str, str], ...] = ()


def points_to_send_to(user: User, point: SalesPoint) -> list[Any]:
    """(id, code, name) of the trading points that goods of this one may be sent to.

    Those within reach, and those of the same locality: an operator reaches the own point only, but sends to others.
    """
    rows = (
        select(SalesPoint.id, SalesPoint.code, SalesPoint.name)
        .where(or_(in_reach(user), SalesPoint.locality_id == point.locality_id))
        .where(SalesPoint.id != point.id, SalesPoint.status.in_(STOCKED))
        .order_by(SalesPoint.sort_key, SalesPoint.id)
    )
    return list(db.session.execute(rows))


_Reversal = aliased(Voucher)


def _unreversed(voucher: Any) -> Any:
    return ~exists(select(_Reversal.id).where(_Reversal.reverses_id == voucher.id))


def receipt_of(voucher: Voucher) -> Voucher | None:
    """The voucher by which these goods were received, if it was not reversed; None for what was not sent."""
    if voucher.to_point_id is None or voucher.is_draft:
        return None
    return db.session.scalar(
        select(Voucher).where(Voucher.receives_id == voucher.id, _unreversed(Voucher))
    )


def outcome_of(voucher: Voucher) -> Outcome | None:
    """What became of a posted transfer with its `reversed_by` loaded; None for any other voucher."""
    if voucher.to_point_id is None or voucher.is_draft:
        return None
    if voucher.reversed_by:
        return Outcome(TransferState.TAKEN_BACK)
    receipt = receipt_of(voucher)
    if receipt is None:
        return Outcome(TransferState.UNDER_WAY)
    rows = (
        select(VoucherLine)
        .options(joinedload(VoucherLine.product))
        .where(
            VoucherLine.voucher_id == receipt.id,
            VoucherLine.quantity_thousandths < VoucherLine.document_thousandths,
        )
        .order_by(VoucherLine.position)
    )
    missing = tuple(
        (line.product.name, _missing(line), line.unit_name, line.reason)
        for line in db.session.scalars(rows)
    )
    state = TransferState.SHORT if missing else TransferState.RECEIVED
    return Outcome(state, receipt, missing)


def _missing(line: VoucherLine) -> Decimal:
    return (line.document_quantity or Decimal(0)) - (line.quantity or Decimal(0))


def _sent_to(user: User, voucher_id: int) -> Select[Any]:
    return (
        select(Voucher)
        .join(SalesPoint, SalesPoint.id == Voucher.to_point_id)
        .where(Voucher.id == voucher_id, Voucher.state == VoucherState.POSTED, in_reach(user))
    )


def get_sent_or_404(user: User, voucher_id: int) -> Voucher:
    """What another point sent to one within reach, with both points."""
    rows = _sent_to(user, voucher_id).options(
        joinedload(Voucher.point), joinedload(Voucher.to_point), joinedload(Voucher.reversed_by)
    )
    return db.session.scalar(rows) or abort(404)


def get_sent_to_receive(user: User, voucher_id: int) -> Voucher:
    """The same, locked: of two who receive or take back at once the second sees what the first did."""
    rows = _sent_to(user, voucher_id).options(
        joinedload(Voucher.point), joinedload(Voucher.to_point), joinedload(Voucher.reversed_by)
    )
    return db.session.scalar(rows.with_for_update(of=Voucher)) or abort(404)


_Received, _Back, _Other = aliased(Voucher), aliased(Voucher), aliased(SalesPoint)


def transfers_page(point_id: int, number: int) -> Page[Any]:
    """One page of what a point sent and was sent, what is under way first, then the latest: two statements."""
    is_sender = Voucher.point_id == point_id
    other = case((is_sender, Voucher.to_point_id), else_=Voucher.point_id)
    tables: Any = join(Voucher, _Other, _Other.id == other)
    tables = tables.outerjoin(
        _Received, and_(_Received.receives_id == Voucher.id, _unreversed(_Received))
    )
    tables = tables.outerjoin(_Back, _Back.reverses_id == Voucher.id)
    short = exists().where(
        VoucherLine.voucher_id == _Received.id,
        VoucherLine.quantity_thousandths < VoucherLine.document_thousandths,
    )
    state = case(
        (_Back.id.is_not(None), TransferState.TAKEN_BACK.value),
        (_Received.id.is_(None), TransferState.UNDER_WAY.value),
        (short, TransferState.SHORT.value),
        else_=TransferState.RECEIVED.value,
    )
    lines = select(func.count(VoucherLine.id)).where(VoucherLine.voucher_id == Voucher.id)
    under_way = case((state == TransferState.UNDER_WAY.value, 0), else_=1)
    rows: Select[Any] = (
        select(
            Voucher.id,
            Voucher.number,
            Voucher.on_date,
            is_sender.label("sent"),
            _Other.name.label("other_name"),
            _Other.code.label("other_code"),
            _Received.id.label("received_id"),
            _Received.number.label("received_number"),
            _Received.on_date.label("received_on"),
            lines.scalar_subquery().label("lines"),
            state.label("state"),
        )
        .select_from(tables)
        .where(_of_point(point_id))
    )
    order = (under_way, Voucher.on_date.desc(), Voucher.id.desc())
    counted = select(Voucher.id).where(_of_point(point_id))
    return paginate(rows.order_by(*order), number, counted=counted)


def _of_point(point_id: int) -> Any:
    side = or_(Voucher.point_id == point_id, Voucher.to_point_id == point_id)
    return and_(side, Voucher.to_point_id.is_not(None), Voucher.state == VoucherState.POSTED)


def waiting_count(point_id: int) -> Select[Any]:
    """Counts the transfers that are on their way to a point."""
    return select(func.count()).where(
        Voucher.to_point_id == point_id,
        Voucher.kind == VoucherKind.TRANSFER,
        Voucher.state == VoucherState.POSTED,
        _unreversed(Voucher),
        ~exists(
            select(_Received.id).where(_Received.receives_id == Voucher.id, _unreversed(_Received))
        ),
    )


_Sender = aliased(SalesPoint)


def waiting_in_reach(user: User, *, limit: int) -> tuple[list[Any], int]:
    """What is on its way to points within reach, the longest first, and how much of it there is: one statement."""
    received = select(_Received.id).where(
        _Received.receives_id == Voucher.id, _unreversed(_Received)
    )
    rows = (
        select(
            Voucher.id,
            Voucher.number,
            Voucher.on_date,
            _Sender.name.label("from_name"),
            SalesPoint.name.label("to_name"),
            func.count().over().label("many"),
        )
        .join(SalesPoint, SalesPoint.id == Voucher.to_point_id)
        .join(_Sender, _Sender.id == Voucher.point_id)
        .where(
            in_reach(user),
            Voucher.kind == VoucherKind.TRANSFER,
            Voucher.state == VoucherState.POSTED,
            _unreversed(Voucher),
            ~exists(received),
        )
        .order_by(Voucher.on_date, Voucher.id)
        .limit(limit)
    )
    found = list(db.session.execute(rows))
    return found, found[0].many if found else 0
