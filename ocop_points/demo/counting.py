"""Stocktakes of the demonstration: one that was posted, with a little missing, and one that is under way."""

from decimal import Decimal
from functools import partial

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.demo.stage import Stage
from ocop_points.points.models import SalesPoint
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock import stocktake_service as service
from ocop_points.stock import stocktake_service_posting as posting
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.service import DraftFacts, DraftLine, post_voucher, save_draft
from ocop_points.stock.stocktake_models import Stocktake, StocktakeLine
from ocop_points.stock.stocktake_service import Decision, Entry

_WHY = "Vỡ khi bày hàng (minh họa)"


def plan(stage: Stage, points: list[SalesPoint], officer: User, manager: User) -> None:
    """At the first point of a locality counted and posted, at the second under way this morning."""
    for point in points[:1]:
        stage.at(stage.ago(12), 16, 30, partial(_whole, point, officer, manager))
    for point in points[1:2]:
        stage.at(stage.today, 7, 30, partial(_begin, stage, point, officer))


def _start(point: SalesPoint, by: User, note: str) -> Stocktake:
    made = service.start_stocktake(point, note=note, by=by)
    return stocktakes.get_stocktake_to_edit(by, made.id)


def _whole(point: SalesPoint, by: User, manager: User) -> None:
    """Everything is counted, two are missing of the first line that holds as many, the manager posts."""
    made = _start(point, by, "Kiểm kê giữa tháng (minh họa)")
    lines = [one.line for one in stocktakes.lines_now(made)]
    short = next((line for line in lines if line.book > 2), None)
    if short is None:
        return
    entries = [
        Entry(line.id, line.version, line.book - (2 if line is short else 0)) for line in lines
    ]
    service.enter_counts(made, entries, by=by)
    service.settle(made, [Decision(short.id, short.version, "", _WHY, short.moves)], by=by)
    posting.post_stocktake(made, point, on_date=clock.today(), by=manager)


def _begin(stage: Stage, point: SalesPoint, by: User) -> None:
    """Some lines are counted, one of them differs, and something was sold meanwhile."""
    made = _start(point, by, "Kiểm kê cuối tháng (minh họa)")
    every = [one.line for one in stocktakes.lines_now(made)]
    good = [line for line in every if line.book > 1 and not _expired(line)]
    lines = [*every[:3], *(line for line in good[:2] if line not in every[:3])]
    entries = [
        Entry(line.id, line.version, line.book + (1 if place == 1 else 0))
        for place, line in enumerate(lines)
    ]
    service.enter_counts(made, entries, by=by)
    sold = good[0] if good else None
    if sold is not None:
        take = DraftLine(
            product_id=sold.product_id,
            unit_name=sold.product.base_unit,
            lot_id=sold.lot_id,
            quantity=Decimal(1),
            unit_price=sold.product.reference_price,
        )
        stage.at(stage.today, 8, 10, partial(_sell, point, take, by))


def _expired(line: StocktakeLine) -> bool:
    return line.expiry is not None and line.expiry < clock.today()


def _sell(point: SalesPoint, line: DraftLine, by: User) -> None:
    facts = DraftFacts(
        on_date=clock.today(), person="Khách lẻ", reason="Bán lẻ trong ngày", lines=[line]
    )
    post_voucher(save_draft(point, VoucherKind.ISSUE, facts, by=by), by=by)
