"""What the points of the two localities with accounts send goods, close a month, set minimums, sell."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.demo import counting
from ocop_points.demo.stage import Stage
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.stock import (
    alerts,
    queries,
    service,
    service_minimums,
    service_months,
    service_till,
    service_transfers,
    transfers,
)
from ocop_points.stock.rules import VoucherKind, has_expired
from ocop_points.stock.rules_months import month_of
from ocop_points.stock.rules_transfers import Count
from ocop_points.stock.service import DraftFacts, DraftLine
from ocop_points.stock.service_minimums import Typed
from ocop_points.stock.service_transfers import Arrival

PLACES = ("QNI", "CMA")


def plan(stage: Stage) -> None:
    """Called when the points stand."""
    for place in PLACES:
        locality = next((one for one in stage.localities if one.short_code == place), None)
        if locality is None:
            continue
        trading = [
            one
            for one in stage.points
            if one.locality_id == locality.id and one.status is PointStatus.OPEN
        ]
        officer, manager = stage.officer(locality.id), stage.manager(locality.id)
        if len(trading) > 1:
            first, second = trading[:2]
            stage.at(stage.ago(9), 8, 30, partial(_send, stage, second, first, officer, "short"))
            stage.at(stage.ago(1), 15, 10, partial(_send, stage, second, first, officer, ""))
        counting.plan(stage, trading, officer, manager)
        for point in trading[:1]:
            stage.at(stage.ago(25), 9, 0, partial(_close, point, manager))
            stage.at(stage.today, 8, 5, partial(_sell, stage, point, officer))
            stage.at(stage.ago(3), 14, 0, partial(_want, stage, point, officer))


def _send(stage: Stage, point: SalesPoint, to: SalesPoint, by: User, then: str) -> None:
    """Some of what the shelf holds goes over; the first time two are missing on arrival."""
    lines = [
        DraftLine(
            product_id=lot.product_id,
            unit_name=_unit(stage, lot.product_id),
            lot_id=lot.id,
            document_quantity=Decimal(4),
            quantity=Decimal(4),
        )
        for lot in queries.held_lots(point.id, [one.id for one in stage.products])
        if lot.on_hand >= 6 and not has_expired(lot.expiry, clock.today())
    ][:2]
    if not lines:
        return
    facts = DraftFacts(
        on_date=clock.today(), to_point_id=to.id, person="Lái xe (minh họa)", lines=lines
    )
    sent = service.save_draft(point, VoucherKind.TRANSFER, facts, by=by)
    service.post_voucher(sent, by=by)
    if then:
        arrival = clock.today() + timedelta(days=1)
        stage.at(arrival, 10, 20, partial(_receive, sent.id, len(lines), by))


def _unit(stage: Stage, product_id: int) -> str:
    return next(one.base_unit for one in stage.products if one.id == product_id)


def _receive(sent_id: int, lines: int, by: User) -> None:
    sent = transfers.get_sent_to_receive(by, sent_id)
    whole = [Count(line.quantity) for line in queries.lines_of(sent_id)]
    counts = [
        Count((whole[0].quantity or Decimal(0)) - 2, "Vỡ hai khi vận chuyển (minh họa)"),
        *whole[1:],
    ]
    arrival = Arrival(on_date=clock.today(), counts=counts[:lines], person="Lái xe (minh họa)")
    service_transfers.receive_transfer(sent, arrival, by=by)


def _close(point: SalesPoint, by: User) -> None:
    """The month before, once it is over."""
    month: date = month_of(month_of(clock.today()) - timedelta(days=1))
    service_months.close_month(point, month, by=by)


def _want(stage: Stage, point: SalesPoint, by: User) -> None:
    """The shop says how little it wants of some goods: of the first it has less."""
    products = {one.id: one for one in stage.products}
    good = alerts.good_stock(point.id, clock.today())
    wanted = [one for one in sorted(good) if good[one]][:3]
    least = {
        id_: good[id_] + 6 if place == 0 else max(1, good[id_] // 4)
        for place, id_ in enumerate(wanted)
    }
    typed = {products[id_]: Typed(None, number) for id_, number in least.items()}
    service_minimums.set_minimums(point, typed, by=by)


def _sell(stage: Stage, point: SalesPoint, by: User) -> None:
    """The morning's first customers, still in the till's draft."""
    products = {one.id: one for one in stage.products}
    held = queries.held_lots(point.id, products)
    good = [lot for lot in held if lot.on_hand >= 2 and not has_expired(lot.expiry, clock.today())]
    for lot in good[:3]:
        service_till.ring_up(point, products[lot.product_id], 1, by=by)
