"""A stocktake as papers and files: the sheet to count by, the minutes (05-VT), the list as xlsx."""

from collections.abc import Iterator, Sequence
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime, vi_number
from ocop_points.core.printing import amount_in_words
from ocop_points.core.tables_out import Column, Table
from ocop_points.points.models import SalesPoint
from ocop_points.stock import queries
from ocop_points.stock import stocktake_labels as labels
from ocop_points.stock import stocktake_lists as lists
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock.stocktake_models import Stocktake, StocktakeLine
from ocop_points.stock.stocktake_queries import LineNow
from ocop_points.stock.stocktake_rules import LineState


def figures(lines: Sequence[LineNow]) -> dict[str, int]:
    """How many lines were counted, agree, hold more or less, are left out or wait for a decision."""
    counted = [one for one in lines if one.line.quantity is not None]
    differences = [one.difference or 0 for one in counted]
    return {
        "lines": len(lines),
        "counted": len(counted),
        "equal": sum(1 for one in counted if one.state is LineState.EQUAL),
        "more": sum(1 for delta in differences if delta > 0),
        "less": sum(1 for delta in differences if delta < 0),
        "out": sum(1 for one in lines if one.line.left_out),
        "uncounted": sum(1 for one in lines if one.state is LineState.UNCOUNTED),
        "todo": sum(1 for one in lines if one.barring),
    }


def _goods(line: StocktakeLine) -> dict[str, Any]:
    return {
        "name": line.product.name,
        "code": line.product.code,
        "lot": line.lot_code or None,
        "expiry": line.expiry,
        "unit": line.product.base_unit,
    }


def count_sheet(stocktake: Stocktake, lines: Sequence[LineNow], *, books: bool) -> dict[str, Any]:
    """What templates/print/count_sheet.typ shows; `books`: with what the books said at the snapshot."""
    point = stocktake.point
    return {
        "date": stocktake.day,
        "point": point.name,
        "code": point.code,
        "address": point.full_address,
        "taken_at": vi_datetime(stocktake.started_at),
        "made": str(_("In lúc %(at)s", at=vi_datetime(clock.now()))),
        "books": books,
        "lines": [
            {**_goods(one.line), "number": one.line.position, "book": vi_number(one.line.book)}
            for one in lines
            if not one.line.left_out
        ],
    }


def minutes(stocktake: Stocktake, lines: Sequence[LineNow]) -> dict[str, Any]:
    """What templates/print/stocktake.typ shows, a draft until it is posted; the voucher is loaded."""
    voucher, point = stocktake.voucher, stocktake.point
    included = [one for one in lines if not one.line.left_out]
    lots = {one.lot_id for one in included if one.lot_id}
    rows = _priced_rows(stocktake, included, lots)
    form, legal = labels.minutes_form(point.accounting_regime, stocktake.day)
    back = voucher.reversed_by if voucher else None
    return {
        "form": form,
        "legal": legal,
        "date": voucher.on_date if voucher else stocktake.day,
        "taken_at": stocktake.started_at,
        "number": voucher.number if voucher else None,
        "draft": voucher is None,
        "void": _void(stocktake),
        "reversed_by": f"{back.number} ngày {vi_date(back.on_date)}" if back else None,
        "unit": {"name": point.operator_name, "address": point.full_address, "section": point.name},
        "counters": list(stocktakes.counters_of(stocktake.id).values()),
        "posted_by": stocktake.ended_by.full_name if voucher and stocktake.ended_by else None,
        "lines": [row for row, _more, _less in rows],
        "left_out": [
            {**_goods(one.line), "reason": one.line.reason} for one in lines if one.line.left_out
        ],
        **_sums(rows),
    }


def _void(stocktake: Stocktake) -> str | None:
    if not stocktake.reason:
        return None
    day = vi_date(clock.local(stocktake.ended_at).date()) if stocktake.ended_at else ""
    return str(_("Đã hủy ngày %(day)s: %(why)s", day=day, why=stocktake.reason))


Priced = tuple[dict[str, Any], int | None, int | None]
"""A row as printed, and what is too much and missing of it in ₫; None without a price."""


def _priced_rows(stocktake: Stocktake, lines: Sequence[LineNow], lots: set[int]) -> list[Priced]:
    """As posted where it is posted: prices of today would be others."""
    if stocktake.voucher_id is not None:
        posted = {line.lot_id: line.unit_price for line in queries.lines_of(stocktake.voucher_id)}
        prices = {lot_id: price for lot_id, price in posted.items() if price is not None and lot_id}
    else:
        known = queries.last_prices(stocktake.point_id, lots)
        prices = {
            lot: (2 * price + factor) // (2 * factor) for lot, (price, factor) in known.items()
        }
    return [_row(one, prices.get(one.lot_id or 0)) for one in lines]


def _row(one: LineNow, price: int | None) -> Priced:
    line, base, delta = one.line, one.against, one.difference
    more, less = max(delta or 0, 0), max(-(delta or 0), 0)

    def value(quantity: int | None) -> str:
        return "" if price is None or not quantity else vi_number(quantity * price)

    def many(quantity: int | None, *, known: bool) -> str:
        return vi_number(quantity) if known and quantity is not None else ""

    counted = line.quantity is not None
    row = {
        **_goods(line),
        "price": "" if price is None else vi_number(price),
        "book": many(base, known=True),
        "book_value": value(base),
        "counted": many(line.quantity, known=counted),
        "counted_value": value(line.quantity),
        "more": many(more, known=bool(more)),
        "more_value": value(more),
        "less": many(less, known=bool(less)),
        "less_value": value(less),
        "note": line.reason or None,
    }
    if price is None:
        return row, None if more else 0, None if less else 0
    return row, more * price, less * price


def _sums(rows: Sequence[Priced]) -> dict[str, Any]:
    more = [one for _row, one, _less in rows]
    less = [one for _row, _more, one in rows]
    too_much, missing = sum(one or 0 for one in more), sum(one or 0 for one in less)
    return {
        "more_total": vi_number(too_much) if too_much else "",
        "less_total": vi_number(missing) if missing else "",
        "more_words": amount_in_words(too_much),
        "less_words": amount_in_words(missing),
        "unpriced": sum(1 for one in (*more, *less) if one is None),
    }


def stocktakes_table(user: User, point: SalesPoint) -> Table:
    """A point's stocktakes, the latest first."""
    columns = [
        Column(_("Bắt đầu"), 18), Column(_("Tình trạng"), 16), Column(_("Người mở"), 22), Column(_("Số dòng"), 10),
        Column(_("Đã đếm"), 10), Column(_("Kết thúc"), 18), Column(_("Phiếu"), 26), Column(_("Đã đảo bằng"), 26),
        Column(_("Ghi chú"), 40),
    ]  # fmt: skip
    notes = [
        f"{point.name} · {point.code}",
        str(_("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)),
    ]
    rows = (
        (
            row.started_at,
            str(labels.STATE[row.state][1]),
            row.by_name,
            row.lines,
            row.counted,
            row.ended_at,
            row.number,
            row.reversal_number,
            row.reason or row.note,
        )
        for row in lists.stocktakes_for_export(point.id)
    )
    return Table(columns, rows, sheet=_("Kiểm kê"), notes=notes)


def stocktake_table(user: User, stocktake: Stocktake, lines: Sequence[LineNow]) -> Table:
    """The lines of the filter: books, count, difference, how it stands and why."""
    columns = [
        Column(_("STT"), 6), Column(_("Mã"), 11), Column(_("Sản phẩm"), 38), Column(_("Lô"), 14),
        Column(_("Hạn dùng"), 12), Column(_("ĐVT"), 8), Column(_("Theo sổ"), 10), Column(_("Đếm được"), 10),
        Column(_("Chênh lệch"), 10), Column(_("Tình trạng"), 20), Column(_("Lý do"), 30),
        Column(_("Người đếm"), 22), Column(_("Lúc đếm"), 18),
    ]  # fmt: skip
    point = stocktake.point
    notes = [
        f"{point.name} · {point.code}",
        str(_("Chốt số lúc %(at)s", at=vi_datetime(stocktake.started_at))),
        str(_("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)),
    ]
    return Table(columns, _table_rows(lines), sheet=_("Kiểm kê"), notes=notes)


def _table_rows(lines: Sequence[LineNow]) -> Iterator[tuple[Any, ...]]:
    for one in lines:
        line = one.line
        yield (
            line.position,
            line.product.code,
            line.product.name,
            line.lot_code,
            line.expiry,
            line.product.base_unit,
            line.book if one.against is None else one.against,
            line.quantity,
            one.difference,
            str(labels.LINE[one.state][1]),
            line.reason,
            line.counted_by.full_name if line.counted_by else None,
            line.counted_at,
        )
