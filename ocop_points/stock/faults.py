"""What must always hold of the books, asked of the database: for `flask verify` (CONTRACT.md)."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import and_, case, exists, func, select, true
from sqlalchemy.orm import aliased

from ocop_points.audit.queries import unlike_written
from ocop_points.audit.rules import Action
from ocop_points.core.db import Counter, db
from ocop_points.core.formats import vi_date
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Balance, Lot, MonthClosing, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import INCOMING, VoucherKind, voucher_number
from ocop_points.stock.stocktake_faults import stocktake_faults
from ocop_points.stock.transfer_faults import transfer_faults

_NEVER = date(9999, 12, 31)
# What a lot may come from, and what says of it again what stands on the pack.
_NAMES_LOTS = INCOMING | {VoucherKind.STOCKTAKE}


def ledger_faults() -> Iterator[str]:
    """A sentence for every fault: balances, days below zero, lines, reversals, numbers."""
    codes: dict[int, str] = dict(db.session.execute(select(SalesPoint.id, SalesPoint.code)).all())
    yield from _balances(codes)
    yield from _days(codes)
    yield from _lines()
    yield from _reversals()
    yield from _lots()
    yield from _numbers(codes)
    yield from _written(codes)
    yield from _closed(codes)
    yield from transfer_faults()
    yield from stocktake_faults()


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
        yield f"Kho {codes.get(row.point_id)}: tồn của lô số {row.lot_id} khác tổng nhập, xuất."
    bare = select(moved.c.point_id, moved.c.lot_id).outerjoin(Balance, same)
    for row in db.session.execute(bare.where(Balance.lot_id.is_(None))):
        yield f"Kho {codes.get(row.point_id)}: lô số {row.lot_id} có nhập, xuất mà không có tồn."


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
        yield f"Kho {codes.get(row.point_id)}: lô số {row.lot_id} âm vào ngày {day}."


def _lines() -> Iterator[str]:
    """A posted line moved what it says, on its voucher's day and point; a draft's moved nothing."""
    reversed_ = aliased(Voucher)
    counted = func.coalesce(reversed_.kind, Voucher.kind) == VoucherKind.STOCKTAKE
    # A count moves what it differs from the books by.
    written = VoucherLine.quantity_thousandths - case(
        (counted, VoucherLine.document_thousandths), else_=0
    )
    base = written * VoucherLine.unit_factor / 1000
    incoming = Voucher.kind.in_(INCOMING) | Voucher.receives_id.is_not(None)
    sign = case((incoming, 1), else_=-1)
    right = and_(
        Movement.lot_id == VoucherLine.lot_id,
        Movement.point_id == Voucher.point_id,
        Movement.on_date == Voucher.on_date,
        case(
            (Voucher.kind == VoucherKind.REVERSAL, func.abs(Movement.delta) == func.abs(base)),
            (Voucher.kind == VoucherKind.STOCKTAKE, Movement.delta == base),
            else_=Movement.delta == sign * base,
        ),
    )
    posted = Voucher.number.is_not(None)
    agrees = and_(
        VoucherLine.posted == posted,
        # A line of which nothing arrived moved nothing.
        case(
            (and_(posted, base != 0), and_(Movement.id.is_not(None), right)),
            else_=Movement.id.is_(None),
        ),
    )
    rows = (
        select(Voucher.id, Voucher.number, VoucherLine.position)
        .join(VoucherLine, VoucherLine.voucher_id == Voucher.id)
        .outerjoin(reversed_, reversed_.id == Voucher.reverses_id)
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


def _lots() -> Iterator[str]:
    """A lot is what the receipt that brought it says; a line's goods are its lot's."""
    said = case(
        (
            Voucher.kind.in_(_NAMES_LOTS),
            and_(
                VoucherLine.lot_code == Lot.code,
                func.coalesce(VoucherLine.expiry, _NEVER) == func.coalesce(Lot.expiry, _NEVER),
            ),
        ),
        else_=true(),
    )
    rows = (
        select(Lot.id, Lot.code, Voucher.number)
        .join(VoucherLine, VoucherLine.lot_id == Lot.id)
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .where(VoucherLine.posted, ~and_(VoucherLine.product_id == Lot.product_id, said))
    )
    for row in db.session.execute(rows):
        yield f"Lô số {row.id} ({row.code}): khác với phiếu {row.number} đã ghi."
    brought = (
        exists()
        .where(VoucherLine.lot_id == Lot.id, VoucherLine.posted)
        .where(Voucher.id == VoucherLine.voucher_id, Voucher.kind.in_(_NAMES_LOTS))
    )
    for bare in db.session.execute(select(Lot.id, Lot.code).where(~brought)):
        yield f"Lô số {bare.id} ({bare.code}): không phiếu nào nhập lô này."


def _numbers(codes: dict[int, str]) -> Iterator[str]:
    """Serials run from 1 without gaps, up to their counter."""
    series = (
        select(
            Voucher.point_id,
            Voucher.kind,
            Voucher.year,
            func.count().label("given"),
            func.count(Voucher.serial.distinct()).label("different"),
            func.max(Voucher.serial).label("last"),
        )
        .where(Voucher.serial.is_not(None))
        .group_by(Voucher.point_id, Voucher.kind, Voucher.year)
    )
    names = select(Counter.name, Counter.value).where(Counter.name.startswith("voucher:"))
    counters: dict[Any, int] = dict(db.session.execute(names).all())
    for row in db.session.execute(series):
        counter = counters.pop(f"voucher:{row.point_id}:{row.kind.value}:{row.year}", None)
        if not row.given == row.different == row.last == counter:
            name = f"{row.kind.prefix}-{codes.get(row.point_id)}-{row.year}"
            yield f"Số phiếu {name}: có {row.given} phiếu, số cuối {row.last}, bộ đếm {counter}."
    for name, value in counters.items():
        if value:
            yield f"Số phiếu {name}: bộ đếm {value} mà không có phiếu nào."


def _written(codes: dict[int, str]) -> Iterator[str]:
    """Numbers are made of point, kind, year and serial, and are those of the audit rows, with the totals."""
    total = func.coalesce(func.sum(VoucherLine.amount), 0).label("total")
    rows = (
        select(
            Voucher.id,
            Voucher.point_id,
            Voucher.kind,
            Voucher.year,
            Voucher.serial,
            Voucher.number,
            Voucher.on_date,
            Voucher.reverses_id,
            total,
        )
        .outerjoin(VoucherLine, VoucherLine.voucher_id == Voucher.id)
        .where(Voucher.number.is_not(None))
        .group_by(Voucher.id)
    )
    posted, reversals = {}, {}
    for row in db.session.execute(rows):
        code = codes.get(row.point_id, "?")
        right = voucher_number(row.kind, code, row.on_date.year, row.serial)
        if (row.number, row.year) != (right, row.on_date.year):
            yield f"Phiếu {row.number}: số phải là {right}."
        if row.reverses_id is None:
            posted[row.id] = (f"Phiếu {row.number}", [row.number, int(row.total)])
        else:
            reversals[row.reverses_id] = (f"Phiếu {row.number}", [row.number])
    yield from unlike_written(Action.VOUCHER_POSTED, ["number", "total"], posted)
    yield from unlike_written(Action.VOUCHER_REVERSED, ["number"], reversals)


def _closed(codes: dict[int, str]) -> Iterator[str]:
    """Nothing was posted into a month after it was closed."""
    rows = (
        select(Voucher.point_id, Voucher.number, Voucher.on_date)
        .join(MonthClosing, MonthClosing.point_id == Voucher.point_id)
        .where(Voucher.on_date <= MonthClosing.through, Voucher.posted_at > MonthClosing.closed_at)
        .distinct()
    )
    for row in db.session.execute(rows):
        code, day = codes.get(row.point_id), vi_date(row.on_date)
        yield f"Kho {code}: phiếu {row.number} ngày {day} ghi sau khi tháng đã khóa."
