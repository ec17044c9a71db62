"""How a stocktake enters the books: one voucher (PK) whose lines say what the books and the shelf held."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, insert, update

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.points.models import SalesPoint
from ocop_points.stock import posting, queries
from ocop_points.stock import stocktake_labels as labels
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock.models import Lot, Voucher, VoucherLine
from ocop_points.stock.posting import BadLines
from ocop_points.stock.rules import VoucherKind, VoucherState
from ocop_points.stock.service_months import refuse_closed
from ocop_points.stock.stocktake_models import Stocktake, StocktakeLine
from ocop_points.stock.stocktake_queries import LineNow
from ocop_points.stock.stocktake_rules import StocktakeState


def post_stocktake(stocktake: Stocktake, point: SalesPoint, *, on_date: date, by: User) -> Voucher:
    """Enter what differs in the books; stocktake and point are locked for a change, in this order.

    Raises Refused while a line is not settled, for somebody who counted, for a day before the snapshot or in a
    closed month, and where some day would end below zero.
    """
    first = stocktakes.lines_now(stocktake)
    # Whoever moves these lots waits from here on: what is read now holds until the commit.
    stocktakes.lock_balances(point.id, {one.lot_id for one in first if one.lot_id})
    lines = stocktakes.lines_now(stocktake)
    if bar := stocktakes.bar_of(stocktake, lines, by=by):
        raise Refused(str(labels.BAR[bar]))
    _refuse_day(stocktake, on_date)
    refuse_closed(point.id, on_date)
    included = [one for one in lines if not one.line.left_out]
    lots = _lots(included)
    voucher = _voucher(stocktake, point, on_date)
    posting.give_number(voucher, by)
    db.session.add(voucher)
    db.session.flush()
    db.session.execute(insert(VoucherLine), _rows(voucher, included, lots))
    _move(voucher, on_date)
    _end(stocktake, voucher, lots, by)
    _record(stocktake, voucher, included, by)
    return voucher


def _refuse_day(stocktake: Stocktake, on_date: date) -> None:
    if on_date > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "on_date")
    if on_date < stocktake.day:
        day = vi_date(stocktake.day)
        raise Refused(_("Chọn ngày từ ngày bắt đầu kiểm kê %(day)s trở đi", day=day), "on_date")


def _voucher(stocktake: Stocktake, point: SalesPoint, on_date: date) -> Voucher:
    made = Voucher(
        point_id=point.id,
        kind=VoucherKind.STOCKTAKE,
        state=VoucherState.DRAFT,
        on_date=on_date,
        person="",
        person_address="",
        document_number="",
        reason=_("Kiểm kê ngày %(day)s", day=vi_date(stocktake.day)),
        note=stocktake.note,
        created_by_id=stocktake.started_by_id,
        created_at=stocktake.started_at,
        version=1,
    )
    made.point = point
    return made


def _lots(lines: Sequence[LineNow]) -> dict[int, int]:
    """The lot of each line by its id, made where nobody brought it in yet."""
    keys = {
        (one.line.product_id, one.line.lot_code, one.line.expiry)
        for one in lines
        if one.lot_id is None
    }
    if keys:
        rows = [{"product_id": p, "code": code, "expiry": expiry} for p, code, expiry in keys]
        db.session.execute(insert(Lot), rows)
    return stocktakes.lots_by_line([one.line for one in lines])


def _rows(
    voucher: Voucher, lines: Sequence[LineNow], lots: Mapping[int, int]
) -> list[dict[str, Any]]:
    prices = queries.last_prices(voucher.point_id, set(lots.values()))
    rows = []
    for place, one in enumerate(lines, start=1):
        line, lot_id = one.line, lots[one.line.id]
        price = _unit_price(prices.get(lot_id))
        rows.append(
            {
                "voucher_id": voucher.id,
                "position": place,
                "product_id": line.product_id,
                "lot_id": lot_id,
                "lot_code": line.lot_code,
                "expiry": line.expiry,
                "document_thousandths": (one.against or 0) * 1000,
                "quantity_thousandths": (line.quantity or 0) * 1000,
                "unit_name": line.product.base_unit,
                "unit_factor": 1,
                "unit_price": price,
                "amount": None if price is None else abs(one.difference or 0) * price,
                "reason": line.reason,
                "expiry_confirmed": False,
                "posted": True,
            }
        )
    return rows


def _unit_price(priced: tuple[int, int] | None) -> int | None:
    """₫ of a base unit by the last receipt, rounded half-up: what the minutes value a difference by."""
    if priced is None:
        return None
    price, factor = priced
    return int((Decimal(price) / factor).quantize(Decimal(1), ROUND_HALF_UP))


def _move(voucher: Voucher, on_date: date) -> None:
    """What each line counted more or less than the books moves it."""
    lines = queries.lines_of(voucher.id)
    moved = [(line, int((line.quantity or 0) - (line.document_quantity or 0))) for line in lines]
    moved = [(line, delta) for line, delta in moved if delta]
    moves = [posting.Move(line.id, line.lot_id or 0, delta) for line, delta in moved]
    if not moves:
        return
    try:
        posting.move_balances(voucher.point_id, on_date, moves, [line for line, _delta in moved])
    except BadLines as bad:
        why = " ".join(text for _place, _field, text in bad.faults)
        raise Refused(
            _("%(why)s Chọn ngày ghi sổ gần hôm nay hơn, hoặc đếm lại.", why=why), "on_date"
        ) from bad
    posting.write_movements(voucher.point_id, on_date, moves)


def _end(stocktake: Stocktake, voucher: Voucher, lots: Mapping[int, int], by: User) -> None:
    """The lines first: once the stocktake has ended nothing of it can be changed."""
    table: Any = StocktakeLine.__table__
    change = update(table).where(table.c.id == bindparam("of_line"), table.c.lot_id.is_(None))
    rows = [{"of_line": line_id, "lot": lot_id} for line_id, lot_id in lots.items()]
    if rows:
        db.session.connection().execute(change.values(lot_id=bindparam("lot")), rows)
    stocktake.state, stocktake.voucher_id = StocktakeState.POSTED, voucher.id
    stocktake.ended_by_id, stocktake.ended_at = by.id, clock.now()
    db.session.flush()


def _record(stocktake: Stocktake, voucher: Voucher, lines: Sequence[LineNow], by: User) -> None:
    """Two rows: the voucher as any other, and the stocktake that ended in it."""
    rows = queries.lines_of(voucher.id)
    total = sum(line.amount or 0 for line in rows)
    reasons = "; ".join(
        f"{one.line.product.name}: {one.difference:+d}, {one.line.reason}"
        for one in lines
        if one.difference
    )
    changes = {"number": voucher.number, "voucher_lines": len(rows), "total": total}
    record(Action.VOUCHER_POSTED, voucher.subject(), by=by, changes=created(changes), note=reasons)
    number = created({"number": voucher.number})
    record(Action.STOCKTAKE_POSTED, stocktake.subject(), by=by, changes=number)
