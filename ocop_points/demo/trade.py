"""A year of goods at the demonstration's points: an opening balance, receipts, and what was sold."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.catalogue.queries import standings_on
from ocop_points.catalogue.rules import Standing
from ocop_points.core import clock
from ocop_points.demo import between
from ocop_points.demo.stage import Stage
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.stock import queries, service
from ocop_points.stock.gate_rules import receipt_warning
from ocop_points.stock.rules import LotOnHand, VoucherKind, propose_lots
from ocop_points.stock.service import DraftFacts, DraftLine

WARES_OF_A_POINT = 8
EVERY_RECEIPT, EVERY_SALE = 95, 40  # days
_TRADES = {PointStatus.OPEN, PointStatus.SUSPENDED}


def plan(stage: Stage) -> None:
    """Called when the points stand: from a year ago each keeps its books."""
    chance = Random("trade")  # noqa: S311  # a demonstration is no secret
    begun = stage.ago(360)
    stage.at(begun, 7, 0, lambda: _plan_points(stage, begun, chance))


def _plan_points(stage: Stage, begun: date, chance: Random) -> None:
    for point in list(stage.points):
        if point.status not in _TRADES:
            continue
        _plan_point(stage, point, begun, Random(f"trade {point.code}"))  # noqa: S311
    between.plan(stage)


def _plan_point(stage: Stage, point: SalesPoint, begun: date, chance: Random) -> None:
    wares = _wares(stage, point, chance)
    officer = stage.officer(point.locality_id)
    first = begun + timedelta(days=1 + chance.randrange(5))
    stage.at(first, 8, 0, partial(_open_books, point, wares, officer, chance))
    day = first + timedelta(days=3)
    while day < stage.today:
        stage.at(day, 9, chance.randrange(60), partial(_receive, point, wares, officer, chance))
        day += timedelta(days=EVERY_RECEIPT - 6 + chance.randrange(12))
    day = first + timedelta(days=8)
    while day < stage.today:
        stage.at(day, 17, chance.randrange(60), partial(_sell, point, wares, officer, chance))
        day += timedelta(days=EVERY_SALE - 3 + chance.randrange(6))


def _wares(stage: Stage, point: SalesPoint, chance: Random) -> list[Product]:
    """Mostly goods of the point's own locality, some of others."""
    own = [one for one in stage.products if one.locality_id == point.locality_id]
    others = chance.sample(stage.products, WARES_OF_A_POINT)
    return list({one.id: one for one in [*own[:5], *others]}.values())[:WARES_OF_A_POINT]


def _open_books(point: SalesPoint, wares: Sequence[Product], by: User, chance: Random) -> None:
    if point.status not in _TRADES:
        return
    lines = _lines(wares[:4], chance, 4, 15)
    _post(point, VoucherKind.OPENING, DraftFacts(on_date=clock.today(), lines=lines), by)


def _receive(point: SalesPoint, wares: Sequence[Product], by: User, chance: Random) -> None:
    """Goods of one producer and some it brings along."""
    if point.status is not PointStatus.OPEN:
        return
    first = chance.choice(wares)
    chosen = [first, *chance.sample([one for one in wares if one is not first], 3)]
    facts = DraftFacts(
        on_date=clock.today(),
        supplier_id=first.producer_id,
        person="Người giao hàng (minh họa)",
        document_number=f"HĐ {chance.randrange(1, 9999):07d}",
        document_date=clock.today(),
        lines=_lines(chosen, chance, 10, 40),
    )
    _post(point, VoucherKind.RECEIPT, facts, by)


def _lines(
    products: Sequence[Product], chance: Random, least: int, most: int
) -> Sequence[DraftLine]:
    standings = standings_on({one.id for one in products}, clock.today())
    return [_line(one, standings[one.id], chance, least, most) for one in products]


def _line(product: Product, standing: Standing, chance: Random, least: int, most: int) -> DraftLine:
    """A line with its lot; goods whose certificate ended come in with a reason."""
    today = clock.today()
    expiry = None
    if product.has_shelf_life:
        expiry = product.expiry_of(today - timedelta(days=chance.randrange(3, 12)))
    quantity = Decimal(chance.randint(least, most))
    ended = receipt_warning(standing, today).needs_reason
    return DraftLine(
        product_id=product.id,
        unit_name=product.base_unit,
        lot_code=f"{product.code[-3:]}-{today:%y%m%d}",
        expiry=expiry,
        document_quantity=quantity,
        quantity=quantity,
        unit_price=product.reference_price,
        reason="Đã nộp hồ sơ công nhận lại (minh họa)" if ended else "",
        expiry_confirmed=True,
    )


def _sell(point: SalesPoint, wares: Sequence[Product], by: User, chance: Random) -> None:
    """What was sold in six weeks, first expired first out."""
    if point.status is not PointStatus.OPEN:
        return
    held = queries.held_lots(point.id, [product.id for product in wares])
    lines: list[DraftLine] = []
    for product in wares:
        lots = [
            LotOnHand(lot.id, lot.expiry, lot.first_received_on, lot.on_hand)
            for lot in held
            if lot.product_id == product.id
        ]
        wanted = chance.randrange(4, 20)
        for lot_id, quantity in propose_lots(lots, wanted, clock.today()).picks:
            lines.append(_sold(product, lot_id, quantity))
    if lines:
        facts = DraftFacts(on_date=clock.today(), person="Khách lẻ", reason="Bán lẻ", lines=lines)
        _post(point, VoucherKind.ISSUE, facts, by)


def _sold(product: Product, lot_id: int, quantity: int) -> DraftLine:
    return DraftLine(
        product_id=product.id,
        unit_name=product.base_unit,
        lot_id=lot_id,
        quantity=Decimal(quantity),
        unit_price=product.reference_price,
    )


def _post(point: SalesPoint, kind: VoucherKind, facts: DraftFacts, by: User) -> None:
    voucher = service.save_draft(point, kind, facts, by=by)
    service.post_voucher(voucher, by=by)
