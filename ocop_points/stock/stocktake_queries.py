"""Finding stocktakes within a user's reach, and how each line stands against the books of this moment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.paging import PAGE_SIZE, Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Ward
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock import queries
from ocop_points.stock.models import Balance, Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import VoucherState
from ocop_points.stock.stocktake_models import Stocktake, StocktakeCount, StocktakeLine
from ocop_points.stock.stocktake_rules import (
    BARRING,
    Counted,
    LineState,
    PostBar,
    StocktakeState,
    against,
    difference,
    line_state,
    post_bar,
)


@dataclass(frozen=True)
class LineNow:
    """A line beside what the books say now; `lot_id` also where the lot came to be after the line."""

    line: StocktakeLine
    lot_id: int | None
    book_now: int
    moves_now: int

    @property
    def counted(self) -> Counted:
        line = self.line
        return Counted(
            book=line.book,
            moves=line.moves,
            book_now=self.book_now,
            moves_now=self.moves_now,
            quantity=line.quantity,
            settled=line.settled,
            settled_moves=line.settled_moves,
            reason=line.reason,
            left_out=line.left_out,
        )

    @property
    def state(self) -> LineState:
        return line_state(self.counted)

    @property
    def barring(self) -> bool:
        return self.state in BARRING

    @property
    def difference(self) -> int | None:
        return difference(self.counted)

    @property
    def against(self) -> int | None:
        return against(self.counted)


def _stocktake(user: User, stocktake_id: int) -> Select[Any]:
    return (
        select(Stocktake)
        .join(SalesPoint, SalesPoint.id == Stocktake.point_id)
        .where(Stocktake.id == stocktake_id, in_reach(user))
    )


def get_stocktake_or_404(user: User, stocktake_id: int) -> Stocktake:
    """The stocktake with its point, people and voucher, when the point lies within reach."""
    rows = _stocktake(user, stocktake_id).options(
        joinedload(Stocktake.point).joinedload(SalesPoint.ward).joinedload(Ward.province),
        joinedload(Stocktake.started_by),
        joinedload(Stocktake.ended_by),
        joinedload(Stocktake.voucher).joinedload(Voucher.reversed_by),
    )
    return db.session.scalar(rows) or abort(404)


def get_stocktake_to_edit(user: User, stocktake_id: int) -> Stocktake:
    """The same with its point, locked for a change: of two who count or post at once one waits."""
    rows = _stocktake(user, stocktake_id).options(joinedload(Stocktake.point))
    return db.session.scalar(rows.with_for_update(of=Stocktake)) or abort(404)


def open_of(point_id: int) -> Stocktake | None:
    """The point's stocktake that is under way, if any."""
    rows = select(Stocktake).where(
        Stocktake.point_id == point_id, Stocktake.state == StocktakeState.COUNTING
    )
    return db.session.scalar(rows)


def of_voucher(voucher_id: int | None) -> int | None:
    """The id of the stocktake that a voucher entered."""
    return db.session.scalar(select(Stocktake.id).where(Stocktake.voucher_id == voucher_id))


# --- lines ----------------------------------------------------------------------------------------


def count_page(stocktake_id: int, query: str, *, waiting: bool, number: int) -> Page[StocktakeLine]:
    """One page of lines to be counted, in the order of the sheet: two statements."""
    rows = (
        select(StocktakeLine)
        .join(Product, Product.id == StocktakeLine.product_id)
        .options(joinedload(StocktakeLine.product), joinedload(StocktakeLine.counted_by))
        .where(StocktakeLine.stocktake_id == stocktake_id)
        .order_by(StocktakeLine.position)
    )
    if query:
        rows = rows.where(Product.search_text.like(like_pattern(query), escape="\\"))
    if waiting:
        rows = rows.where(StocktakeLine.quantity.is_(None), ~StocktakeLine.left_out)
    return paginate(rows, number)


def lines_by_id(stocktake_id: int, ids: Collection[int]) -> dict[int, StocktakeLine]:
    """Lines of one stocktake, with product and who counted: one statement."""
    rows = (
        select(StocktakeLine)
        .options(joinedload(StocktakeLine.product), joinedload(StocktakeLine.counted_by))
        .where(StocktakeLine.stocktake_id == stocktake_id, StocktakeLine.id.in_(ids))
    )
    return {line.id: line for line in db.session.scalars(rows)}


def books_of(point_id: int, lot_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(on hand, how many movements) of lots at a point by the same look: one statement."""
    rows = (
        select(Movement.lot_id, func.sum(Movement.delta), func.count())
        .where(Movement.point_id == point_id, Movement.lot_id.in_(lot_ids))
        .group_by(Movement.lot_id)
    )
    return {lot_id: (int(total), count) for lot_id, total, count in db.session.execute(rows).all()}


def lines_now(stocktake: Stocktake, ids: Collection[int] | None = None) -> list[LineNow]:
    """The lines in their order, each beside the books of this moment: two or three statements.

    A stocktake that ended is shown as it was: beside what its lines were held against.
    """
    rows = (
        select(StocktakeLine)
        .options(joinedload(StocktakeLine.product), joinedload(StocktakeLine.counted_by))
        .where(StocktakeLine.stocktake_id == stocktake.id)
        .order_by(StocktakeLine.position)
    )
    if ids is not None:
        rows = rows.where(StocktakeLine.id.in_(ids))
    lines = list(db.session.scalars(rows))
    if not stocktake.is_open:
        posted = _posted_against(stocktake.voucher_id)
        return [LineNow(one, one.lot_id, *_as_posted(one, posted)) for one in lines]
    lots = lots_by_line(lines)
    books = books_of(stocktake.point_id, set(lots.values()))
    return [
        LineNow(one, lots.get(one.id), *books.get(lots.get(one.id, 0), (0, 0))) for one in lines
    ]


def lots_by_line(lines: Sequence[StocktakeLine]) -> dict[int, int]:
    """The lot of each line that has one by now."""
    bare = [one for one in lines if one.lot_id is None]
    found = {one.id: one.lot_id for one in lines if one.lot_id is not None}
    if bare:
        known = queries.known_lots({one.product_id for one in bare}, {one.lot_code for one in bare})
        for one in bare:
            if lot_id := known.get((one.product_id, one.lot_code, one.expiry)):
                found[one.id] = lot_id
    return found


def _posted_against(voucher_id: int | None) -> dict[int, int]:
    """What the posted lines were held against, in base units by lot."""
    columns: tuple[Any, ...] = (VoucherLine.lot_id, VoucherLine.document_thousandths)
    rows = select(*columns).where(VoucherLine.voucher_id == voucher_id)
    return {lot_id: (told or 0) // 1000 for lot_id, told in db.session.execute(rows)}


def _as_posted(line: StocktakeLine, posted: dict[int, int]) -> tuple[int, int]:
    base = posted.get(line.lot_id or 0, line.book)
    return base, line.settled_moves if line.settled_moves is not None else line.moves


def lock_balances(point_id: int, lot_ids: Collection[int]) -> None:
    """Hold what the point has of these lots until the commit, in the order of the lots."""
    rows = select(Balance.lot_id).where(Balance.point_id == point_id, Balance.lot_id.in_(lot_ids))
    db.session.execute(rows.order_by(Balance.lot_id).with_for_update()).all()


def held_now(point_id: int) -> list[Any]:
    """What the books say is on the shelf, in the order of a sheet, with the number of movements: one statement."""
    moved = (
        select(Movement.lot_id, func.sum(Movement.delta).label("book"), func.count().label("moves"))
        .where(Movement.point_id == point_id)
        .group_by(Movement.lot_id)
        .having(func.sum(Movement.delta) > 0)
        .subquery()
    )
    rows = (
        select(Lot.id, Lot.product_id, Lot.code, Lot.expiry, moved.c.book, moved.c.moves)
        .join(moved, moved.c.lot_id == Lot.id)
        .join(Product, Product.id == Lot.product_id)
        .order_by(Product.sort_key, Product.id, Lot.expiry.is_(None), Lot.expiry, Lot.id)
    )
    return list(db.session.execute(rows))


def moved_since(stocktake: Stocktake, lines: Sequence[LineNow]) -> dict[int, list[Any]]:
    """The movements of lines that moved, by line: (number, day, posted at, delta) of each, the latest first."""
    wanted = {
        one.lot_id: one
        for one in lines
        if one.counted.moved and one.lot_id is not None and stocktake.is_open
    }
    if not wanted:
        return {}
    rows = (
        select(Movement.lot_id, Voucher.number, Voucher.on_date, Voucher.posted_at, Movement.delta)
        .join(VoucherLine, VoucherLine.id == Movement.line_id)
        .join(Voucher, Voucher.id == VoucherLine.voucher_id)
        .where(
            Movement.point_id == stocktake.point_id,
            Movement.lot_id.in_(wanted),
            Voucher.posted_at >= min(one.line.taken_at for one in wanted.values()),
        )
        .order_by(Movement.id.desc())
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(rows):
        one = wanted[row.lot_id]
        told = found.setdefault(one.line.id, [])
        if len(told) < one.moves_now - one.line.moves:
            told.append(row)
    return found


def counts_of(line_ids: Collection[int]) -> dict[int, list[Any]]:
    """Every count of these lines by line, the first first: (quantity, at, by whom). One statement."""
    rows = (
        select(
            StocktakeCount.line_id,
            StocktakeCount.quantity,
            StocktakeCount.at,
            User.full_name.label("by_name"),
        )
        .join(User, User.id == StocktakeCount.by_id)
        .where(StocktakeCount.line_id.in_(line_ids))
        .order_by(StocktakeCount.id)
    )
    found: dict[int, list[Any]] = {}
    for row in db.session.execute(rows):
        found.setdefault(row.line_id, []).append(row)
    return found


@dataclass(frozen=True)
class Progress:
    """How far the counting is."""

    lines: int
    counted: int
    left_out: int

    @property
    def waiting(self) -> int:
        return self.lines - self.counted - self.left_out


def progress_of(stocktake_id: int) -> Progress:
    """Lines, counted ones, ones left out: one statement."""
    row = db.session.execute(
        select(
            func.count(),
            func.count(StocktakeLine.quantity),
            func.count().filter(StocktakeLine.left_out),
        ).where(StocktakeLine.stocktake_id == stocktake_id)
    ).one()
    return Progress(*row)


def last_position(stocktake_id: int) -> int:
    """The place of the last line."""
    last = select(func.max(StocktakeLine.position))
    return db.session.scalar(last.where(StocktakeLine.stocktake_id == stocktake_id)) or 0


def line_of(stocktake_id: int, product_id: int, code: str, expiry: Any) -> StocktakeLine | None:
    """The line of these goods, if there is one."""
    rows = select(StocktakeLine).where(
        StocktakeLine.stocktake_id == stocktake_id,
        StocktakeLine.product_id == product_id,
        StocktakeLine.lot_code == code,
        StocktakeLine.expiry.is_(None) if expiry is None else StocktakeLine.expiry == expiry,
    )
    return db.session.scalar(rows)


def counters_of(stocktake_id: int) -> dict[int, str]:
    """Who entered any count: name by id, in the order of their first."""
    rows = (
        select(User.id, User.full_name)
        .join(StocktakeCount, StocktakeCount.by_id == User.id)
        .join(StocktakeLine, StocktakeLine.id == StocktakeCount.line_id)
        .where(StocktakeLine.stocktake_id == stocktake_id)
        .group_by(User.id, User.full_name)
        .order_by(func.min(StocktakeCount.id))
    )
    return {user_id: name for user_id, name in db.session.execute(rows)}


def bar_of(stocktake: Stocktake, lines: Sequence[LineNow], *, by: User) -> PostBar | None:
    """Why this person may not post the stocktake as it stands; None when they may."""
    return post_bar(
        stocktake.state,
        [one.state for one in lines],
        counted_by_asker=by.id in counters_of(stocktake.id),
        till_open=drafts_open(stocktake.point_id)[0],
    )


def first_day(stocktake: Stocktake, lines: Sequence[LineNow]) -> date:
    """The day that the voucher is proposed to bear: that of the last look into the books."""
    return max((clock.local(one.line.taken_at).date() for one in lines), default=stocktake.day)


# --- what lies beside -----------------------------------------------------------------------------


def drafts_open(point_id: int) -> tuple[bool, int]:
    """(are there sales in the till that nobody posted, how many other drafts): one statement."""
    lines = exists().where(VoucherLine.voucher_id == Voucher.id)
    till = func.count().filter(Voucher.till_day.is_not(None), lines)
    others = func.count().filter(Voucher.till_day.is_(None))
    of_point = select(till, others).where(
        Voucher.point_id == point_id, Voucher.state == VoucherState.DRAFT
    )
    sold, drafts = db.session.execute(of_point).one()
    return bool(sold), int(drafts)


def page_of(lines: Sequence[LineNow], number: int) -> Page[LineNow]:
    """A page of lines that were read whole, since what they are found by is no column."""
    number = min(max(number, 1), max(1, -(-len(lines) // PAGE_SIZE)))
    first = (number - 1) * PAGE_SIZE
    return Page(list(lines[first : first + PAGE_SIZE]), len(lines), number)
