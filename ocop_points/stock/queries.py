"""Finding vouchers, lots and what a point holds, within a user's reach."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased, join, joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import db
from ocop_points.core.paging import PAGE_SIZE, Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Ward
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock.models import HELD, Balance, Lot, Movement, Voucher, VoucherLine
from ocop_points.stock.rules import Entry, VoucherKind, VoucherState

# A transfer is priced where it is received: what it brought in has a line there, what it took out moved down.
INTO_STOCK = (VoucherKind.RECEIPT, VoucherKind.OPENING, VoucherKind.TRANSFER)


@dataclass(frozen=True)
class VoucherFilter:
    """What a point's list of vouchers is narrowed to."""

    kind: VoucherKind | None = None
    state: VoucherState | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class HeldLot:
    """A lot that a point holds, in base units."""

    id: int
    product_id: int
    code: str
    expiry: date | None
    on_hand: int
    first_received_on: date


# --- vouchers -------------------------------------------------------------------------------------


def _voucher(user: User, voucher_id: int) -> Select[Any]:
    return (
        select(Voucher)
        .join(SalesPoint, SalesPoint.id == Voucher.point_id)
        .where(Voucher.id == voucher_id, in_reach(user))
    )


def get_voucher_or_404(user: User, voucher_id: int) -> Voucher:
    """The voucher with its point, people and links, when the point lies within reach."""
    rows = _voucher(user, voucher_id).options(
        joinedload(Voucher.point).joinedload(SalesPoint.ward).joinedload(Ward.province),
        joinedload(Voucher.point).joinedload(SalesPoint.locality),
        joinedload(Voucher.supplier),
        joinedload(Voucher.created_by),
        joinedload(Voucher.posted_by),
        joinedload(Voucher.reverses),
        joinedload(Voucher.reversed_by),
        joinedload(Voucher.to_point),
        joinedload(Voucher.receives).joinedload(Voucher.point),
    )
    return db.session.scalar(rows) or abort(404)


def get_voucher_to_edit(user: User, voucher_id: int) -> Voucher:
    """The voucher with its point, locked for a change, when the point lies within reach."""
    rows = _voucher(user, voucher_id).options(
        joinedload(Voucher.point), joinedload(Voucher.reversed_by)
    )
    return db.session.scalar(rows.with_for_update(of=Voucher)) or abort(404)


def lines_of(voucher_id: int) -> list[VoucherLine]:
    """The lines in their order, with product and lot: one statement."""
    rows = (
        select(VoucherLine)
        .options(joinedload(VoucherLine.product), joinedload(VoucherLine.lot))
        .where(VoucherLine.voucher_id == voucher_id)
        .order_by(VoucherLine.position)
    )
    return list(db.session.scalars(rows))


_Reversal = aliased(Voucher)


def vouchers_page(point_id: int, wanted: VoucherFilter, number: int) -> Page[Any]:
    """One page of a point's vouchers, drafts first, then the latest: two statements."""
    chosen = _chosen(point_id, wanted)
    # The page is chosen first: sums and names of all the others would be looked up for nothing.
    total_rows = chosen.with_only_columns(func.count(), maintain_column_froms=True)
    count = db.session.scalar(total_rows) or 0
    number = min(max(number, 1), max(1, -(-count // PAGE_SIZE)))
    page = chosen.order_by(*_DRAFTS_FIRST).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page(list(db.session.execute(_shown(page))), count, number)


def vouchers_for_export(point_id: int, wanted: VoucherFilter) -> Any:
    """All of them, read as they are written: one statement."""
    rows = _shown(_chosen(point_id, wanted)).execution_options(yield_per=500)
    return db.session.execute(rows)


_DRAFTS_FIRST = (Voucher.state, Voucher.on_date.desc(), Voucher.id.desc())  # "draft" < "posted"


def _chosen(point_id: int, wanted: VoucherFilter) -> Select[Any]:
    chosen: Select[Any] = select(Voucher.id)
    if wanted.state:
        chosen = chosen.outerjoin(_Reversal, _Reversal.reverses_id == Voucher.id)
    return _narrowed(chosen, point_id, wanted)


def _shown(chosen: Select[Any]) -> Select[Any]:
    """What the list shows of the chosen vouchers, in its order."""
    lines = (
        select(func.count(VoucherLine.id)).where(VoucherLine.voucher_id == Voucher.id)
    ).scalar_subquery()
    total = (
        select(func.sum(VoucherLine.amount)).where(VoucherLine.voucher_id == Voucher.id)
    ).scalar_subquery()
    tables: Any = join(Voucher, User, User.id == Voucher.created_by_id)
    tables = tables.outerjoin(Supplier, Supplier.id == Voucher.supplier_id)
    tables = tables.outerjoin(_Reversal, _Reversal.reverses_id == Voucher.id)
    shown: tuple[Any, ...] = (
        Voucher.id,
        Voucher.kind,
        Voucher.state,
        Voucher.number,
        Voucher.on_date,
        Voucher.person,
        Voucher.reason,
        Voucher.receives_id,
        User.full_name.label("by_name"),
        Supplier.name.label("supplier_name"),
        _Reversal.id.label("reversal_id"),
        _Reversal.number.label("reversal_number"),
        lines.label("lines"),
        total.label("total"),
    )
    rows = select(*shown).select_from(tables)
    return rows.where(Voucher.id.in_(chosen)).order_by(*_DRAFTS_FIRST)


def _narrowed(rows: Select[Any], point_id: int, wanted: VoucherFilter) -> Select[Any]:
    rows = rows.where(Voucher.point_id == point_id)
    if wanted.kind:
        rows = rows.where(Voucher.kind == wanted.kind)
    if wanted.state is VoucherState.REVERSED:
        rows = rows.where(_Reversal.id.is_not(None))
    elif wanted.state:
        rows = rows.where(Voucher.state == wanted.state, _Reversal.id.is_(None))
    if wanted.since:
        rows = rows.where(Voucher.on_date >= wanted.since)
    if wanted.until:
        rows = rows.where(Voucher.on_date <= wanted.until)
    return rows


def drafts_waiting(user: User, *, limit: int) -> list[Voucher]:
    """Drafts at points within reach, the oldest first."""
    rows = (
        select(Voucher)
        .join(SalesPoint, SalesPoint.id == Voucher.point_id)
        .options(joinedload(Voucher.point), joinedload(Voucher.created_by))
        .where(in_reach(user), Voucher.state == VoucherState.DRAFT)
        .order_by(Voucher.created_at, Voucher.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


# --- lots -----------------------------------------------------------------------------------------


def known_lots(
    product_ids: Collection[int], codes: Collection[str]
) -> dict[tuple[int, str, date | None], int]:
    """Lots of these products under these codes: id by (product, code, expiry)."""
    named = (
        select(Lot.product_id, Lot.code, Lot.expiry, Lot.id)
        .join(Product, Product.id == Lot.product_id)
        .where(Product.id.in_(product_ids), Lot.code.in_(codes))
    )
    # Each half has an index of its own, taken product by product; asked as one, SQLite read every lot of the country.
    rows = union_all(named.where(Lot.expiry.is_not(None)), named.where(Lot.expiry.is_(None)))
    return {(row.product_id, row.code, row.expiry): row.id for row in db.session.execute(rows)}


def held_lots(
    point_id: int, product_ids: Collection[int], *, also: Collection[int] = ()
) -> list[HeldLot]:
    """What a point holds of these products, first expired first, then first received: one statement.

    `also` are lots to be given even when none of them is left there.
    """
    if not product_ids:
        return []
    received = (
        select(Movement.lot_id, func.min(Movement.on_date).label("first_on"))
        .join(Lot, Lot.id == Movement.lot_id)
        .where(Movement.point_id == point_id, Movement.delta > 0, Lot.product_id.in_(product_ids))
        .group_by(Movement.lot_id)
        .subquery()
    )
    rows = (
        select(Lot.id, Lot.product_id, Lot.code, Lot.expiry, Balance.on_hand, received.c.first_on)
        .select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(received, received.c.lot_id == Balance.lot_id)
        .where(
            Balance.point_id == point_id,
            or_(HELD, Lot.id.in_(also)),
            Lot.product_id.in_(product_ids),
        )
        .order_by(Lot.expiry.is_(None), Lot.expiry, received.c.first_on, Lot.id)
    )
    return [HeldLot(*row) for row in db.session.execute(rows)]


def entries_of(point_id: int, lot_ids: Iterable[int]) -> dict[int, list[Entry]]:
    """What moved of these lots at a point, day by day: one statement."""
    rows = (
        select(Movement.lot_id, Movement.on_date, func.sum(Movement.delta))
        .where(Movement.point_id == point_id, Movement.lot_id.in_(list(lot_ids)))
        .group_by(Movement.lot_id, Movement.on_date)
    )
    found: dict[int, list[Entry]] = {}
    for lot_id, day, delta in db.session.execute(rows):
        found.setdefault(lot_id, []).append(Entry(day, 0, int(delta)))
    return found


# --- on hand --------------------------------------------------------------------------------------

_Priced = aliased(VoucherLine)


def _last_receipt_line() -> Any:
    """The line of a lot's last receipt at a point that was not reversed: what its goods are valued by."""
    came = aliased(Movement)
    line = aliased(VoucherLine)
    voucher = aliased(Voucher)
    taken_back = aliased(Voucher)
    return (
        select(line.id)
        .select_from(
            join(came, line, line.id == came.line_id).join(voucher, voucher.id == line.voucher_id)
        )
        .where(
            came.point_id == Balance.point_id,
            came.lot_id == Balance.lot_id,
            came.delta > 0,
            voucher.kind.in_(INTO_STOCK),
            line.unit_price.is_not(None),
            ~exists(select(taken_back.id).where(taken_back.reverses_id == voucher.id)),
        )
        .order_by(came.on_date.desc(), came.id.desc())
        .limit(1)
        .correlate(Balance)
        .scalar_subquery()
    )


# Made once: with aliases made anew each time SQLAlchemy would compile the statement anew each time.
_LAST_RECEIPT_LINE = _last_receipt_line()


def _on_hand(point_id: int, query: str, *columns: Any) -> Select[Any]:
    tables: Any = join(Balance, Lot, Lot.id == Balance.lot_id)
    tables = tables.join(Product, Product.id == Lot.product_id)
    tables = tables.join(Supplier, Supplier.id == Product.producer_id)
    tables = tables.outerjoin(_Priced, _Priced.id == _LAST_RECEIPT_LINE)
    rows: Select[Any] = (
        select(*columns).select_from(tables).where(Balance.point_id == point_id, HELD)
    )
    if query:
        rows = rows.where(Product.search_text.like(like_pattern(query), escape="\\"))
    return rows


_HELD = (
    Balance.on_hand,
    Lot.id.label("lot_id"),
    Lot.code.label("lot_code"),
    Lot.expiry,
    Product.id.label("product_id"),
    Product.code,
    Product.name,
    Product.base_unit,
    Supplier.name.label("producer_name"),
    _Priced.unit_price,
    _Priced.unit_factor,
)
_BY_EXPIRY = (Lot.expiry.is_(None), Lot.expiry, Product.sort_key, Lot.id)


def on_hand_page(point_id: int, query: str, number: int) -> Page[Any]:
    """One page of the lots a point holds, first expired first: two statements."""
    return paginate(_on_hand(point_id, query, *_HELD).order_by(*_BY_EXPIRY), number)


def on_hand_for_export(point_id: int, query: str) -> Any:
    """Every lot a point holds: one statement."""
    return db.session.execute(_on_hand(point_id, query, *_HELD).order_by(*_BY_EXPIRY))


def last_prices(point_id: int, lot_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """(₫, for how many base units) of each lot's last receipt at a point, where it has one: one statement."""
    columns: tuple[Any, ...] = (Balance.lot_id, _Priced.unit_price, _Priced.unit_factor)
    rows = (
        select(*columns)
        .select_from(join(Balance, _Priced, _Priced.id == _LAST_RECEIPT_LINE))
        .where(Balance.point_id == point_id, Balance.lot_id.in_(lot_ids))
    )
    return {lot_id: (price, factor) for lot_id, price, factor in db.session.execute(rows)}


def on_hand_figures(point_id: int, query: str) -> list[Any]:
    """(on hand, price, factor, expiry, product) of every lot a point holds, for the totals: one statement."""
    columns = (
        Balance.on_hand,
        _Priced.unit_price,
        _Priced.unit_factor,
        Lot.expiry,
        Lot.product_id,
    )
    return list(db.session.execute(_on_hand(point_id, query, *columns)))


def held_on(point_id: int, day: date) -> list[Any]:
    """(lot_id, product_id, code, expiry, on_hand) of each lot that a point held at the end of a day: one statement.

    Summed from the movements, all of which one index holds; the balances know of today only.
    """
    on_hand = func.sum(Movement.delta)
    held = (
        select(Movement.lot_id, on_hand.label("on_hand"))
        .where(Movement.point_id == point_id, Movement.on_date <= day)
        .group_by(Movement.lot_id)
        .having(on_hand > 0)
        .subquery()
    )
    rows = select(held.c.lot_id, Lot.product_id, Lot.code, Lot.expiry, held.c.on_hand)
    return list(db.session.execute(rows.join(Lot, Lot.id == held.c.lot_id).order_by(Lot.id)))


def moved_until(point_id: int, day: date) -> date | None:
    """The last day up to this one on which goods came to or left a point: one look into an index."""
    rows = select(func.max(Movement.on_date))
    return db.session.scalar(rows.where(Movement.point_id == point_id, Movement.on_date <= day))


def last_moved_on(point_id: Any) -> Any:
    """The day goods last came to or left a point, as a column beside it: one look into the index of movements."""
    rows = select(func.max(Movement.on_date)).where(Movement.point_id == point_id)
    return rows.correlate_except(Movement).scalar_subquery()


def summaries(point_ids: Collection[int], today: date, soon: date) -> dict[int, dict[str, int]]:
    """Of each point: lots that can still be sold, lots whose date comes by `soon` or came, drafts. Three statements.

    A lot past its date is no stock any more, only something to be written off or sent back.
    """
    held = select(Balance.point_id, func.count()).where(Balance.point_id.in_(point_ids), HELD)
    of_lot = held.join(Lot, Lot.id == Balance.lot_id)
    good = of_lot.where(or_(Lot.expiry.is_(None), Lot.expiry >= today))
    ending = of_lot.where(Lot.expiry <= soon)
    drafts = select(Voucher.point_id, func.count()).where(
        Voucher.point_id.in_(point_ids), Voucher.state == VoucherState.DRAFT
    )
    found: dict[int, dict[str, int]] = {id_: dict.fromkeys(SUMMED, 0) for id_ in point_ids}
    for name, rows, group in (
        ("lots", good, Balance.point_id),
        ("ending", ending, Balance.point_id),
        ("drafts", drafts, Voucher.point_id),
    ):
        for point_id, number in db.session.execute(rows.group_by(group)):
            found[point_id][name] = number
    return found


SUMMED = ("lots", "ending", "drafts")
