"""The verbs of a stocktake: take the books down, count, explain, post what differs, or cancel (decision 29)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import insert

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.catalogue.models import Product
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date, vi_datetime, vi_number
from ocop_points.points.models import SalesPoint
from ocop_points.stock import posting, queries
from ocop_points.stock import stocktake_labels as labels
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock.rules import EMPTIED, lot_conflict
from ocop_points.stock.stocktake_models import Stocktake, StocktakeCount, StocktakeLine
from ocop_points.stock.stocktake_queries import LineNow
from ocop_points.stock.stocktake_rules import Settled, StocktakeState

MOST_LINES = 2_000


class BadRows(Refused):
    """Rows that cannot be taken: (line id, field, sentence) of each, with the lines as they stand now."""

    def __init__(self, faults: Sequence[tuple[int, str, str]], lines: dict[int, Any]) -> None:
        self.faults, self.lines = list(faults), lines
        super().__init__("; ".join(text for _id, _field, text in faults))


@dataclass(frozen=True)
class Entry:
    """A count as entered against a version of its line; without quantity it is taken back."""

    line_id: int
    version: int
    quantity: int | None


@dataclass(frozen=True)
class Found:
    """Goods on the shelf that are not in the list."""

    lot_code: str
    expiry: date | None
    quantity: int
    expiry_confirmed: bool = False


@dataclass(frozen=True)
class Decision:
    """What is said of a line: "again", "leave", "back", a Settled of the movements seen, and the reason."""

    line_id: int
    version: int
    act: str
    reason: str
    moves_seen: int


def start_stocktake(point: SalesPoint, *, note: str, by: User) -> Stocktake:
    """Take down what the books say a point has; the point is locked for a change.

    Raises Refused while another one is under way, or while sales of the till are not posted: they have left the
    shelf, but not the books.
    """
    if point.status not in EMPTIED:
        raise Refused(_("Điểm bán này không ở trạng thái nhập, xuất hàng được"))
    if stocktakes.open_of(point.id):
        raise Refused(_("Điểm này đang có một lần kiểm kê chưa xong"))
    if stocktakes.drafts_open(point.id)[0]:
        raise Refused(_("Bán hàng ở quầy chưa ghi sổ: ghi sổ trước rồi mới kiểm kê"))
    held = stocktakes.held_now(point.id)
    if len(held) > MOST_LINES:
        raise Refused(_("Một lần kiểm kê có nhiều nhất %(n)s dòng", n=vi_number(MOST_LINES)))
    now = clock.now()
    made = Stocktake(
        point_id=point.id,
        state=StocktakeState.COUNTING,
        note=note,
        started_by_id=by.id,
        started_at=now,
        reason="",
    )
    made.point = point
    db.session.add(made)
    db.session.flush()
    rows = [
        {
            "stocktake_id": made.id,
            "position": place,
            "product_id": row.product_id,
            "lot_id": row.id,
            "lot_code": row.code,
            "expiry": row.expiry,
            "found": False,
            "book": int(row.book),
            "moves": row.moves,
            "taken_at": now,
            "left_out": False,
            "reason": "",
            "version": 1,
        }
        for place, row in enumerate(held, start=1)
    ]
    if rows:
        db.session.execute(insert(StocktakeLine), rows)
    changes = created({"voucher_lines": len(rows)})
    record(Action.STOCKTAKE_STARTED, made.subject(), by=by, changes=changes, note=note)
    return made


def enter_counts(stocktake: Stocktake, entries: Sequence[Entry], *, by: User) -> int:
    """Write counts down, each beside all earlier ones; how many. The stocktake is locked, its point loaded.

    Raises BadRows where somebody else wrote another count since the form was opened: nothing is written then.
    """
    _refuse_ended(stocktake)
    lines = stocktakes.lines_by_id(stocktake.id, [one.line_id for one in entries])
    faults, wanted = [], []
    for entry in entries:
        line = lines.get(entry.line_id)
        if line is None:
            raise Refused(_("Biểu mẫu này đã cũ. Tải lại trang rồi làm lần nữa."))
        if line.quantity == entry.quantity and not line.left_out:
            continue
        if line.version != entry.version:
            faults.append((line.id, "quantity", _clash(line, entry)))
        wanted.append((line, entry.quantity))
    if faults:
        raise BadRows(faults, {line.id: line for line in lines.values()})
    for line, quantity in wanted:
        _count(line, quantity, by)
    if wanted:
        told = "; ".join(f"{_name(line)}: {_shown(quantity)}" for line, quantity in wanted)
        changes = created({"counts": len(wanted)})
        record(Action.STOCKTAKE_COUNTED, stocktake.subject(), by=by, changes=changes, note=told)
    return len(wanted)


def _clash(line: StocktakeLine, entry: Entry) -> str:
    if line.counted_by is None or line.counted_at is None:
        return str(_("Dòng này vừa được đưa về chưa đếm. Xem lại rồi lưu lần nữa"))
    return str(
        _(
            "%(who)s vừa ghi %(theirs)s lúc %(at)s, bạn ghi %(mine)s. Đếm lại, để số đúng rồi lưu lần nữa",
            who=line.counted_by.full_name,
            theirs=_shown(line.quantity),
            at=vi_datetime(line.counted_at),
            mine=_shown(entry.quantity),
        )
    )


def _shown(quantity: int | None) -> str:
    return str(_("chưa đếm")) if quantity is None else vi_number(quantity)


def _name(line: StocktakeLine) -> str:
    return " ".join(part for part in (line.product.name, line.lot_code) if part)


def _count(line: StocktakeLine, quantity: int | None, by: User) -> None:
    """A count replaces the one before, whose row stays; what was said of movements was said of that one."""
    now = clock.now()
    line.quantity = quantity
    line.counted_by_id = None if quantity is None else by.id
    line.counted_at = None if quantity is None else now
    line.settled = line.settled_moves = None
    if line.left_out:
        line.left_out, line.reason = False, ""
    line.version += 1
    db.session.add(StocktakeCount(line_id=line.id, quantity=quantity, by_id=by.id, at=now))


def add_found(stocktake: Stocktake, product: Product, found: Found, *, by: User) -> StocktakeLine:
    """Goods on the shelf that are not in the list, counted at once; the stocktake is locked, its point loaded.

    Raises Refused where the list holds them already, and for a known lot code with another date that nobody
    confirmed.
    """
    _refuse_ended(stocktake)
    code, expiry = found.lot_code, found.expiry
    if stocktakes.line_of(stocktake.id, product.id, code, expiry):
        raise Refused(_("Lô này đã có trong danh sách: ghi số đếm ở dòng của nó"), "lot_code")
    place = stocktakes.last_position(stocktake.id) + 1
    if place > MOST_LINES:
        raise Refused(_("Một lần kiểm kê có nhiều nhất %(n)s dòng", n=vi_number(MOST_LINES)))
    known = queries.known_lots({product.id}, {code})
    others = lot_conflict({day for _product, _code, day in known}, expiry) if known else ()
    if code and others and not found.expiry_confirmed:
        raise Refused(posting.other_dates_sentence(code, others), "expiry_confirmed")
    lot_id = known.get((product.id, code, expiry))
    book, moves = stocktakes.books_of(stocktake.point_id, [lot_id or 0]).get(lot_id or 0, (0, 0))
    line = StocktakeLine(
        stocktake_id=stocktake.id,
        position=place,
        product_id=product.id,
        lot_id=lot_id,
        lot_code=code,
        expiry=expiry,
        found=True,
        book=book,
        moves=moves,
        taken_at=clock.now(),
        left_out=False,
        reason="",
        version=0,
    )
    line.product = product
    db.session.add(line)
    db.session.flush()
    _count(line, found.quantity, by)
    told = f"{_name(line)}: {vi_number(found.quantity)}"
    changes = created({"counts": 1})
    record(Action.STOCKTAKE_FOUND, stocktake.subject(), by=by, changes=changes, note=told)
    return line


def settle(stocktake: Stocktake, decisions: Sequence[Decision], *, by: User) -> int:
    """Reasons, lines left out or counted again, and what is said of movements since; how many lines changed.

    The stocktake is locked, its point loaded. Raises BadRows where a line moved on since the form was opened, or
    where the decision does not fit it.
    """
    _refuse_ended(stocktake)
    lines = {
        one.line.id: one
        for one in stocktakes.lines_now(stocktake, [each.line_id for each in decisions])
    }
    faults, wanted = [], []
    for each in decisions:
        now = lines.get(each.line_id)
        if now is None:
            raise Refused(_("Biểu mẫu này đã cũ. Tải lại trang rồi làm lần nữa."))
        if not each.act and each.reason == now.line.reason:
            continue
        if fault := _unfit(now, each):
            faults.append((now.line.id, *fault))
        wanted.append((now, each))
    if faults:
        raise BadRows(faults, {one.line.id: one.line for one in lines.values()})
    told = [_decide(now, each, by) for now, each in wanted]
    if told:
        changes = created({"voucher_lines": len(told)})
        note = "; ".join(told)
        record(Action.STOCKTAKE_SETTLED, stocktake.subject(), by=by, changes=changes, note=note)
    return len(told)


def _unfit(now: LineNow, each: Decision) -> tuple[str, str] | None:
    line = now.line
    if line.version != each.version:
        return "act", str(_("Dòng này vừa được người khác sửa. Xem lại rồi lưu lần nữa"))
    if each.act == "leave" and not each.reason:
        return "reason", str(_("Ghi lý do không kiểm kê dòng này"))
    counted = line.quantity is not None
    fits = {
        "": counted or not each.reason,
        "leave": not counted and not line.left_out,
        "back": line.left_out,
        "again": counted,
        Settled.BEFORE: counted and now.counted.moved,
        Settled.AFTER: counted and now.counted.moved,
    }
    if not fits.get(each.act, False):
        return "act", str(_("Dòng này không còn như lúc bạn mở trang. Xem lại rồi lưu lần nữa"))
    return None


def _decide(now: LineNow, each: Decision, by: User) -> str:
    """Do it; in words for the audit."""
    line = now.line
    line.version += 1
    said = {"leave": _("không kiểm kê"), "back": _("đưa lại vào"), "again": _("đếm lại")}
    word = said.get(each.act, "")
    line.reason = each.reason
    if each.act == "leave":
        line.left_out = True
    elif each.act == "back":
        line.left_out, line.reason = False, ""
    elif each.act == "again":
        _count(line, None, by)
        line.book, line.moves, line.taken_at = now.book_now, now.moves_now, clock.now()
        line.lot_id, line.reason = now.lot_id, ""
    elif each.act:
        line.settled, line.settled_moves = Settled(each.act), each.moves_seen
        word = labels.SETTLED[line.settled]
    return f"{_name(line)}: " + ", ".join(str(part) for part in (word, line.reason) if part)


def cancel_stocktake(stocktake: Stocktake, *, reason: str, by: User) -> None:
    """Give a stocktake up; the books stay as they are. It is locked, its point loaded."""
    _refuse_ended(stocktake)
    stocktake.state, stocktake.reason = StocktakeState.CANCELLED, reason
    stocktake.ended_by_id, stocktake.ended_at = by.id, clock.now()
    record(Action.STOCKTAKE_CANCELLED, stocktake.subject(), by=by, note=reason)


def _refuse_ended(stocktake: Stocktake) -> None:
    if not stocktake.is_open:
        raise Refused(
            _("Lần kiểm kê ngày %(day)s đã kết thúc, không sửa được", day=vi_date(stocktake.day))
        )
