"""What must always hold of the books, asked of the database: for `flask verify` (CONTRACT.md)."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from ocop_points.core.db import Counter, db
from ocop_points.core.formats import vi_date
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Balance, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.service import INCOMING


def ledger_faults() -> Iterator[str]:
    """A sentence for every fault: balances, days below zero, lines, reversals, numbers."""
    codes: dict[int, str] = dict(db.session.execute(select(SalesPoint.id, SalesPoint.code)).all())
    yield from _balances(codes)
    yield from _days(codes)
    yield from _lines()
    yield from _reversals()
    yield from _numbers(codes)


def _balances(codes: dict[int, str]) -> Iterator[str]:
    """A balance is the sum of its movements."""
    moved = (
        select(Movement.point_id, Movement.lot_id, func.sum(Movement.delta).label("sum"))
        .group_by(Movement.point_id, Movement.lot_id)
        .subquery()
    )
    same = and_(moved.c.point_id == Balance.point_id, moved.c.lot_id == Balance.lot_id)
    held = select(Balance.point_id, Balance.lot_id).outerjoin(moved, same)
    for row in db.session.execute(held.where(func.coalesce(moved.c.sum, 0) != Balance.on_hand)):
        yield f"Kho {codes[row.point_id]}: tồn của lô số {row.lot_id} khác tổng nhập, xuất."
    bare = select(moved.c.point_id, moved.c.lot_id).outerjoin(Balance, same)
    for row in db.session.execute(bare.where(Balance.lot_id.is_(None))):
        yield f"Kho {codes[row.point_id]}: lô số {row.lot_id} có nhập, xuất mà không có tồn."


def _days(codes: dict[int, str]) -> Iterator[str]:
    """No day ends below zero."""
    days = (
        select(
            Movement.point_id,
            Movement.lot_id,
            Movement.on_date,
            func.sum(func.sum(Movement.delta))
            .over(partition_by=(Movement.point_id, Movement.lot_id), order_by=Movement.on_date)
            .label("end"),
        )
        .group_by(Movement.point_id, Movement.lot_id, Movement.on_date)
        .subquery()
    )
    for row in db.session.execute(select(days).where(days.c.end < 0)):
        day = vi_date(row.on_date)
        yield f"Kho {codes[row.point_id]}: lô số {row.lot_id} âm vào ngày {day}."


def _lines() -> Iterator[str]:
    """A posted line moved what it says, on its voucher's day and point; a draft's moved nothing."""
    base = VoucherLine.quantity_thousandths * VoucherLine.unit_factor / 1000
    sign = case((Voucher.kind.in_(INCOMING), 1), else_=-1)
    right = and_(
        Movement.lot_id == VoucherLine.lot_id,
        Movement.point_id == Voucher.point_id,
        Movement.on_date == Voucher.on_date,
        case(
            (Voucher.kind == VoucherKind.REVERSAL, func.abs(Movement.delta) == base),
            else_=Movement.delta == sign * base,
        ),
    )
    posted = Voucher.number.is_not(None)
    agrees = and_(
        VoucherLine.posted == posted,
        case((posted, and_(Movement.id.is_not(None), right)), else_=Movement.id.is_(None)),
    )
    rows = (
        select(Voucher.id, Voucher.number, VoucherLine.position)
        .join(VoucherLine, VoucherLine.voucher_id == Voucher.id)
        .outerjoin(Movement, Movement.line_id == VoucherLine.id)
        .where(func.coalesce(case((agrees, 1), else_=0), 0) == 0)
    )
    for row in db.session.execute(rows):
        name = row.number or f"nháp {row.id}"
        yield f"Phiếu {name}: dòng {row.position} không khớp với nhập, xuất đã ghi."


def _reversals() -> Iterator[str]:
    """A reversal moved the opposite of what it reverses, lot by lot."""
    reversed_ = aliased(Voucher)
    line = aliased(VoucherLine)
    both = (
        select(reversed_.number, Movement.lot_id, func.sum(Movement.delta))
        .select_from(reversed_)
        .join(Voucher, Voucher.reverses_id == reversed_.id)
        .join(line, line.voucher_id.in_([reversed_.id, Voucher.id]))
        .join(Movement, Movement.line_id == line.id)
        .group_by(reversed_.id, reversed_.number, Movement.lot_id)
        .having(func.sum(Movement.delta) != 0)
    )
    for row in db.session.execute(both):
        yield f"Phiếu {row.number}: phiếu đảo không trả lại đúng số lượng của lô số {row.lot_id}."


def _numbers(codes: dict[int, str]) -> Iterator[str]:
    """Serials run from 1 without gaps, up to their counter."""
    series = (
        select(
            Voucher.point_id,
            Voucher.kind,
            Voucher.year,
            func.count().label("given"),
            func.max(Voucher.serial).label("last"),
        )
        .where(Voucher.serial.is_not(None))
        .group_by(Voucher.point_id, Voucher.kind, Voucher.year)
    )
    names = select(Counter.name, Counter.value).where(Counter.name.startswith("voucher:"))
    counters: dict[Any, int] = dict(db.session.execute(names).all())
    for row in db.session.execute(series):
        counter = counters.get(f"voucher:{row.point_id}:{row.kind.value}:{row.year}")
        if not row.given == row.last == counter:
            name = f"{row.kind.prefix}-{codes[row.point_id]}-{row.year}"
            yield f"Số phiếu {name}: có {row.given} phiếu, số cuối {row.last}, bộ đếm {counter}."
