"""Stocktakes of the tests, by the verbs."""

from datetime import date
from typing import Any

from sqlalchemy import select

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db, write
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.stock import stocktake_queries as queries
from ocop_points.stock import stocktake_service as service
from ocop_points.stock import stocktake_service_posting as posting
from ocop_points.stock.models import Voucher
from ocop_points.stock.stocktake_models import Stocktake, StocktakeLine
from ocop_points.stock.stocktake_service import Decision, Entry, Found
from tests import people
from tests.factories_stock import TODAY


def started(point: SalesPoint | Any, *, by: str = "officer", note: str = "") -> Stocktake:
    """The books of a point taken down."""
    point_id = point.id

    def verb() -> int:
        user = people.user(by)
        found = points.get_point_to_edit(user, point_id)
        return service.start_stocktake(found, note=note, by=user).id

    return db.session.get_one(Stocktake, write(verb))


def line_of(stocktake: Stocktake | Any, code: str = "CM-1") -> StocktakeLine:
    """The line of a lot."""
    rows = select(StocktakeLine).filter_by(stocktake_id=stocktake.id, lot_code=code)
    return db.session.scalars(rows).one()


def count(stocktake: Stocktake | Any, by: str = "officer", **counts: int | None) -> None:
    """Counts by lot code, "-" written as "_"; None takes one back."""
    wanted = {code.replace("_", "-"): quantity for code, quantity in counts.items()}
    entries = [
        Entry(line.id, line.version, quantity)
        for code, quantity in wanted.items()
        for line in [line_of(stocktake, code)]
    ]
    enter(stocktake, *entries, by=by)


def enter(stocktake: Stocktake | Any, *entries: Entry, by: str = "officer") -> None:
    """Counts against the versions that they name."""
    stocktake_id = stocktake.id

    def verb() -> None:
        user = people.user(by)
        record = queries.get_stocktake_to_edit(user, stocktake_id)
        service.enter_counts(record, entries, by=user)

    write(verb)


def decide(
    stocktake: Stocktake | Any,
    code: str,
    act: str = "",
    *,
    reason: str = "",
    by: str = "officer",
    seen: int | None = None,
) -> None:
    """What is decided of a line, of the movements that are there unless said otherwise."""
    stocktake_id = stocktake.id
    line = line_of(stocktake, code)
    line_id, version, told = line.id, line.version, reason or line.reason

    def verb() -> None:
        user = people.user(by)
        record = queries.get_stocktake_to_edit(user, stocktake_id)
        (now,) = queries.lines_now(record, [line_id])
        moves = now.moves_now if seen is None else seen
        service.settle(record, [Decision(line_id, version, act, told, moves)], by=user)

    write(verb)


def found(
    stocktake: Stocktake | Any,
    product: Product,
    quantity: int,
    code: str = "TM-9",
    *,
    expiry: date | None = None,
    by: str = "officer",
) -> None:
    """Goods on the shelf that were not in the list."""
    stocktake_id, product_id = stocktake.id, product.id

    def verb() -> None:
        user = people.user(by)
        record = queries.get_stocktake_to_edit(user, stocktake_id)
        of = db.session.get_one(Product, product_id)
        service.add_found(record, of, Found(code, expiry, quantity), by=user)

    write(verb)


def post(stocktake: Stocktake | Any, *, on: date = TODAY, by: str = "manager") -> Voucher:
    """The voucher that enters what differs."""
    stocktake_id = stocktake.id

    def verb() -> int:
        user = people.user(by)
        record = queries.get_stocktake_to_edit(user, stocktake_id)
        point = points.get_point_to_edit(user, record.point_id)
        return posting.post_stocktake(record, point, on_date=on, by=user).id

    return db.session.get_one(Voucher, write(verb))


def cancel(
    stocktake: Stocktake | Any, *, by: str = "officer", reason: str = "Đếm nhầm kho"
) -> None:
    """Give it up."""
    stocktake_id = stocktake.id

    def verb() -> None:
        user = people.user(by)
        record = queries.get_stocktake_to_edit(user, stocktake_id)
        service.cancel_stocktake(record, reason=reason, by=user)

    write(verb)
