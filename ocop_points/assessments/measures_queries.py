"""Reading what measured figures are counted from: the shelf of a point as it was at the end of a day."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from ocop_points.assessments.measures_rules import (
    Figure,
    RunningAgreement,
    Shelf,
    ShelfLot,
    ShelfProduct,
    figure_of,
)
from ocop_points.assessments.models import Visit
from ocop_points.catalogue import queries as catalogue
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.catalogue.rules import NOTED_BASES, ProductBasis, Standing
from ocop_points.core.db import db
from ocop_points.criteria.measures_rules import Ask, Measure, MeasureBy
from ocop_points.criteria.queries import KnownLine
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.programme.agreements_queries import running_with
from ocop_points.programme.agreements_rules import last_day
from ocop_points.stock import queries as stock
from ocop_points.stock.models import Voucher
from ocop_points.stock.rules import VoucherState, on_hand_value


def figures_of(visit: Visit, lines: Iterable[KnownLine]) -> dict[int, Figure]:
    """The figure of each of these lines that asks for one, by its id, for the day of the visit; none before it began.

    At most six statements, whatever the number of lines and goods.
    """
    asks = {line.id: line.ask for line in lines if line.ask is not None}
    if visit.visited_on is None or not asks:
        return {}
    shelf = shelf_of(visit.point_id, visit.visited_on, asks.values())
    return {line_id: figure_of(ask, shelf) for line_id, ask in asks.items()}


def shelf_of(point_id: int, day: date, asks: Collection[Ask]) -> Shelf:
    """What these measures need of a point on a day."""
    measures = {ask.measure for ask in asks}
    only_days = measures <= {Measure.DAYS_SINCE_LAST_MOVEMENT}
    valued = any(ask.by is MeasureBy.VALUE for ask in asks)
    agreed: dict[int, RunningAgreement] = {}
    if Measure.SUPPLIERS_UNDER_AGREEMENT in measures:
        for row in running_with(point_id, day):
            ends = last_day(row.valid_to, row.ended_on)
            agreed[row.producer_id] = RunningAgreement(row.id, row.number, ends)
    moved = None
    if Measure.DAYS_SINCE_LAST_MOVEMENT in measures:
        moved = stock.moved_until(point_id, day)
    lots = () if only_days else _lots(point_id, day, valued)
    return Shelf(day, lots, moved, agreed)


def _lots(point_id: int, day: date, valued: bool) -> tuple[ShelfLot, ...]:
    held = stock.held_on(point_id, day)
    products = _products(point_id, day, {row.product_id for row in held})
    prices = stock.last_prices(point_id, [row.lot_id for row in held]) if valued and held else {}
    return tuple(
        ShelfLot(
            id=row.lot_id,
            product=products[row.product_id],
            on_hand=int(row.on_hand),
            expiry=row.expiry,
            value=on_hand_value(int(row.on_hand), *prices[row.lot_id])
            if row.lot_id in prices
            else None,
            code=row.code,
        )
        for row in held
    )


def _products(point_id: int, day: date, ids: Collection[int]) -> dict[int, ShelfProduct]:
    """These products as they stood on the day, and whether they come from the point's province: two statements."""
    if not ids:
        return {}
    here = (
        select(_Seller.province_code)
        .join(SalesPoint, SalesPoint.locality_id == _Seller.id)
        .where(SalesPoint.id == point_id)
        .scalar_subquery()
    )
    own = (Locality.province_code == here).label("own")
    rows = (
        select(*_FACTS, Supplier.name.label("maker"), own)
        .join(Supplier, Supplier.id == Product.producer_id)
        .join(Locality, Locality.id == Product.locality_id)
        .where(Product.id.in_(ids))
    )
    standings = catalogue.standings_on(ids, day)
    return {row.id: _product(row, standings[row.id], day) for row in db.session.execute(rows)}


# Made once: with an alias made anew each time SQLAlchemy would compile the statement anew each time.
_Seller = aliased(Locality)
_FACTS: tuple[Any, ...] = (
    Product.id,
    Product.producer_id,
    Product.name,
    Product.code,
    Product.base_unit,
    *(getattr(Product, f"basis_{one}") for one in NOTED_BASES),
    *(getattr(Product, f"basis_{one}_on") for one in NOTED_BASES),
)


def _product(row: Any, standing: Standing, day: date) -> ShelfProduct:
    return ShelfProduct(
        id=row.id,
        producer_id=row.producer_id,
        own_province=bool(row.own),
        bases=frozenset(_bases(row, standing, day)),
        stars=standing.stars,
        ended_on=standing.last_ended_on,
        name=row.name,
        code=row.code,
        base_unit=row.base_unit,
        producer_name=row.maker,
    )


def _bases(product: Any, standing: Standing, day: date) -> Iterable[ProductBasis]:
    """Which of the four held on the day; b, c and d from the day of their paper on, where it has one."""
    if standing.stars is not None:
        yield ProductBasis.RATED
    for one in NOTED_BASES:
        since = getattr(product, f"basis_{one}_on")
        if getattr(product, f"basis_{one}") and (since is None or since <= day):
            yield one


def vouchers_of(point_id: int, day: date) -> list[Any]:
    """(id, number, kind, reason) of what was entered in the books of a point for a day."""
    rows = select(Voucher.id, Voucher.number, Voucher.kind, Voucher.reason).where(
        Voucher.point_id == point_id, Voucher.state == VoucherState.POSTED, Voucher.on_date == day
    )
    return list(db.session.execute(rows.order_by(Voucher.id)))
