"""The warnings of the shelves within reach: one statement makes them, for the list, its file and the home pages."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock.alerts_rules import STILL_DAYS, WITHIN_DAYS, AlertKind
from ocop_points.stock.minimums_models import StockMinimum
from ocop_points.stock.models import HELD, Balance, Lot, Movement
from ocop_points.stock.rules import STOCKED

NAMED = 3
"""Of each kind so many are named on the home page."""


@dataclass(frozen=True)
class AlertFilter:
    """What the list of warnings is narrowed to; `day` is today, the two numbers are days."""

    day: date
    kind: AlertKind | None = None
    locality_id: int | None = None
    point_id: int | None = None
    query: str = ""
    within: int = WITHIN_DAYS
    still: int = STILL_DAYS


@dataclass(frozen=True)
class Digest:
    """How many warnings of a kind there are, and the first of them."""

    kind: AlertKind
    count: int
    first: tuple[Any, ...]


_NO_LOT, _NO_DAY, _NO_NUMBER = (
    literal(None, Integer),
    literal(None, Date),
    literal(None, Integer),
)


class _Shelves:
    """The goods of the points asked for: lots held, products held, products that moved of late."""

    def __init__(self, user: User, wanted: AlertFilter) -> None:
        self.wanted = wanted
        points = select(SalesPoint.id).where(in_reach(user))
        if wanted.locality_id:
            points = points.where(SalesPoint.locality_id == wanted.locality_id)
        if wanted.point_id:
            points = points.where(SalesPoint.id == wanted.point_id)
        self.points = points
        self.held: Any = (
            select(
                Balance.point_id,
                Balance.lot_id,
                Balance.on_hand,
                Lot.product_id,
                Lot.code,
                Lot.expiry,
            )
            .join(Lot, Lot.id == Balance.lot_id)
            .where(HELD, Balance.point_id.in_(points))
            .cte("held")
        )
        held = self.held.c
        good = case((or_(held.expiry.is_(None), held.expiry >= wanted.day), held.on_hand), else_=0)
        self.shelf: Any = (
            select(
                held.point_id,
                held.product_id,
                func.sum(held.on_hand).label("on_hand"),
                func.sum(good).label("good"),
            )
            .group_by(held.point_id, held.product_id)
            .cte("shelf")
        )
        self.moved: Any = (
            select(Movement.point_id, Lot.product_id)
            .join(Lot, Lot.id == Movement.lot_id)
            .where(
                Movement.point_id.in_(points),
                Movement.on_date >= wanted.day - timedelta(days=wanted.still),
            )
            .distinct()
            .cte("moved")
        )

    def expired(self) -> Select[Any]:
        rows = self._of_lots(AlertKind.EXPIRED)
        return rows.where(self.held.c.expiry < self.wanted.day)

    def expiring(self) -> Select[Any]:
        last = self.wanted.day + timedelta(days=self.wanted.within)
        return self._of_lots(AlertKind.EXPIRING).where(
            self.held.c.expiry >= self.wanted.day, self.held.c.expiry <= last
        )

    def sold_out(self) -> Select[Any]:
        return self._of_products(AlertKind.SOLD_OUT).where(self.shelf.c.good == 0)

    def certificate(self) -> Select[Any]:
        """Goods whose last certificate ended or was withdrawn: the stars on the pack hold no more."""
        ended = (
            select(func.max(Certificate.void_from))
            .where(
                Certificate.product_id == self.shelf.c.product_id,
                Certificate.issued_on < Certificate.void_from,
                Certificate.void_from <= self.wanted.day,
            )
            .correlate(self.shelf)
            .scalar_subquery()
        )
        valid = exists().where(
            Certificate.product_id == self.shelf.c.product_id,
            Certificate.issued_on <= self.wanted.day,
            Certificate.void_from > self.wanted.day,
        )
        return self._of_products(AlertKind.CERTIFICATE, day=ended).where(ended.is_not(None), ~valid)

    def still(self) -> Select[Any]:
        both = and_(
            self.moved.c.point_id == self.shelf.c.point_id,
            self.moved.c.product_id == self.shelf.c.product_id,
        )
        rows = self._of_products(AlertKind.STILL).outerjoin(self.moved, both)
        return rows.where(self.moved.c.point_id.is_(None))

    def low(self) -> Select[Any]:
        """Also where the shelf is empty; a point that trades no more orders nothing."""
        good = func.coalesce(self.shelf.c.good, 0)
        both = and_(
            self.shelf.c.point_id == StockMinimum.point_id,
            self.shelf.c.product_id == StockMinimum.product_id,
        )
        return (
            select(
                *_marks(AlertKind.LOW),
                StockMinimum.point_id,
                StockMinimum.product_id,
                _NO_LOT.label("lot_id"),
                literal("").label("lot_code"),
                _NO_DAY.label("day"),
                good.label("on_hand"),
                StockMinimum.minimum,
            )
            .join(SalesPoint, SalesPoint.id == StockMinimum.point_id)
            .outerjoin(self.shelf, both)
            .where(
                StockMinimum.point_id.in_(self.points),
                SalesPoint.status.in_(STOCKED),
                good < StockMinimum.minimum,
            )
        )

    def _of_lots(self, kind: AlertKind) -> Select[Any]:
        held = self.held.c
        return select(
            *_marks(kind),
            held.point_id,
            held.product_id,
            held.lot_id,
            held.code.label("lot_code"),
            held.expiry.label("day"),
            held.on_hand,
            _NO_NUMBER.label("minimum"),
        )

    def _of_products(self, kind: AlertKind, *, day: Any = _NO_DAY) -> Select[Any]:
        shelf = self.shelf.c
        return select(
            *_marks(kind),
            shelf.point_id,
            shelf.product_id,
            _NO_LOT.label("lot_id"),
            literal("").label("lot_code"),
            day.label("day"),
            shelf.on_hand,
            _NO_NUMBER.label("minimum"),
        )


def _marks(kind: AlertKind) -> tuple[Any, Any]:
    return literal(kind.rank).label("rank"), literal(kind.value, String).label("kind")


def _alerts(user: User, wanted: AlertFilter) -> Any:
    """Every warning of the filter but for its words: one row each."""
    shelves = _Shelves(user, wanted)
    makers = {
        AlertKind.EXPIRED: shelves.expired,
        AlertKind.SOLD_OUT: shelves.sold_out,
        AlertKind.CERTIFICATE: shelves.certificate,
        AlertKind.LOW: shelves.low,
        AlertKind.EXPIRING: shelves.expiring,
        AlertKind.STILL: shelves.still,
    }
    if wanted.kind is not None:
        return makers[wanted.kind]().subquery("alert")
    return union_all(*(make() for make in makers.values())).subquery("alert")


_NAMES: tuple[Any, ...] = (
    SalesPoint.name.label("point_name"),
    SalesPoint.code.label("point_code"),
    Product.name,
    Product.code,
    Product.base_unit,
)


def _rows(user: User, wanted: AlertFilter) -> Select[Any]:
    alert = _alerts(user, wanted)
    rows = (
        select(
            *alert.c,
            *_NAMES,
            Locality.name.label("locality_name"),
            Supplier.name.label("producer_name"),
        )
        .select_from(alert)
        .join(SalesPoint, SalesPoint.id == alert.c.point_id)
        .join(Product, Product.id == alert.c.product_id)
        .join(Locality, Locality.id == SalesPoint.locality_id)
        .join(Supplier, Supplier.id == Product.producer_id)
    )
    if wanted.query:
        pattern = like_pattern(wanted.query)
        rows = rows.where(
            or_(
                SalesPoint.search_text.like(pattern, escape="\\"),
                Product.search_text.like(pattern, escape="\\"),
            )
        )
    order = (alert.c.rank, alert.c.day.is_(None), alert.c.day, SalesPoint.sort_key, SalesPoint.id)
    return rows.order_by(*order, Product.sort_key, Product.id, alert.c.lot_id)


def alerts_page(user: User, wanted: AlertFilter, number: int) -> Page[Any]:
    """One page of the warnings within reach, the most urgent first: two statements."""
    counted = None if wanted.query else select(_alerts(user, wanted).c.point_id)
    return paginate(_rows(user, wanted), number, counted=counted)


def alerts_for_export(user: User, wanted: AlertFilter) -> Any:
    """Every warning of the list, read as it is written: one statement."""
    return db.session.execute(_rows(user, wanted).execution_options(yield_per=500))


def counts(user: User, wanted: AlertFilter) -> dict[AlertKind, int]:
    """How many of each kind, whatever kind is asked for: one statement."""
    alert = _alerts(user, replace(wanted, kind=None, query=""))
    rows = select(alert.c.kind, func.count()).group_by(alert.c.kind)
    return {AlertKind(kind): number for kind, number in db.session.execute(rows)}


def digest(user: User, day: date) -> list[Digest]:
    """For the home page, as the list stands when it is opened: count and first few of each kind, one statement."""
    alert = _alerts(user, AlertFilter(day))
    order = (
        alert.c.day.is_(None),
        alert.c.day,
        alert.c.point_id,
        alert.c.product_id,
        alert.c.lot_id,
    )
    place = func.row_number().over(partition_by=alert.c.rank, order_by=order).label("place")
    many = func.count().over(partition_by=alert.c.rank).label("many")
    numbered = select(*alert.c, place, many).subquery()
    rows = (
        select(*numbered.c, *_NAMES)
        .select_from(numbered)
        .join(SalesPoint, SalesPoint.id == numbered.c.point_id)
        .join(Product, Product.id == numbered.c.product_id)
        .where(numbered.c.place <= NAMED)
        .order_by(numbered.c.rank, numbered.c.place)
    )
    found: dict[AlertKind, list[Any]] = {}
    for row in db.session.execute(rows):
        found.setdefault(AlertKind(row.kind), []).append(row)
    return [Digest(kind, first[0].many, tuple(first)) for kind, first in found.items()]


def last_moves(
    point_ids: Collection[int] | Select[Any], product_ids: Collection[int] | None = None
) -> dict[tuple[int, int], date]:
    """When goods last came or left, by (point, product): one statement."""
    last = (
        select(func.max(Movement.on_date))
        .where(Movement.point_id == Balance.point_id, Movement.lot_id == Balance.lot_id)
        .correlate(Balance)
        .scalar_subquery()
    )
    rows = (
        select(Balance.point_id, Lot.product_id, func.max(last))
        .select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(Balance.point_id.in_(point_ids))
        .group_by(Balance.point_id, Lot.product_id)
    )
    if product_ids is not None:
        rows = rows.where(Lot.product_id.in_(product_ids))
    return {(point_id, product_id): day for point_id, product_id, day in db.session.execute(rows)}


def moves_within(user: User, wanted: AlertFilter) -> dict[tuple[int, int], date]:
    """As `last_moves`, of every point of the filter."""
    return last_moves(_Shelves(user, wanted).points)


def minimums_of(point_id: int, *, lock: bool = False) -> dict[int, StockMinimum]:
    """The minimums of a point by product."""
    rows = select(StockMinimum).where(StockMinimum.point_id == point_id)
    found = db.session.scalars(rows.with_for_update() if lock else rows)
    return {one.product_id: one for one in found}


def good_stock(point_id: int, day: date) -> dict[int, int]:
    """What a point can still sell of each product, in base units."""
    rows = (
        select(Lot.product_id, func.sum(Balance.on_hand))
        .select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .where(Balance.point_id == point_id, or_(Lot.expiry.is_(None), Lot.expiry >= day))
        .group_by(Lot.product_id)
    )
    return {product_id: int(held) for product_id, held in db.session.execute(rows)}
