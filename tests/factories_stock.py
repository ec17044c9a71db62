"""Goods on the shelves of the tests: vouchers as the service posts them."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from ocop_points.catalogue.models import Product
from ocop_points.core.db import db, write
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.stock import (
    queries,
    service,
    service_months,
    service_till,
    service_transfers,
    transfers,
)
from ocop_points.stock.models import Balance, Lot, Voucher
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.rules_transfers import Count
from ocop_points.stock.service import DraftFacts, DraftLine
from ocop_points.stock.service_transfers import Arrival
from tests import factories_goods, people

TODAY = date(2026, 11, 23)
ISSUE = VoucherKind.ISSUE


def line(product: Product, quantity: Decimal | int | None = 10, **changed: Any) -> DraftLine:
    """A line in base units: comes in as lot CM-1 that keeps, unless said otherwise."""
    known: dict[str, Any] = {"unit_name": product.base_unit, "lot_code": "CM-1", **changed}
    known["unit_price"] = changed.get("unit_price", 185_000)
    wanted = None if quantity is None else Decimal(quantity)
    return DraftLine(product_id=product.id, quantity=wanted, **known)


def draft(
    point: SalesPoint,
    *lines: DraftLine,
    kind: VoucherKind = VoucherKind.RECEIPT,
    on: date = TODAY,
    by: str = "officer",
    post: bool = False,
    **head: Any,
) -> Voucher:
    """A draft at a point, or a posted voucher; a receipt gets a supplier of its own unless named."""
    point_id = point.id
    named = {VoucherKind.RECEIPT, VoucherKind.SUPPLIER_RETURN}
    if kind in named and "supplier_id" not in head:
        head["supplier_id"] = factories_goods.supplier().id

    def verb() -> int:
        user = people.user(by)
        found = db.session.get_one(SalesPoint, point_id)
        facts = DraftFacts(on_date=on, lines=lines, **head)
        made = service.save_draft(found, kind, facts, by=user)
        if post:
            service.post_voucher(made, by=user)
        return made.id

    return db.session.get_one(Voucher, write(verb))


def posted(point: SalesPoint, *lines: DraftLine, **given: Any) -> Voucher:
    """As `draft`, entered in the books."""
    return draft(point, *lines, post=True, **given)


def sent(point: SalesPoint, to: SalesPoint, *lines: DraftLine, **given: Any) -> Voucher:
    """Goods under way from one point to another."""
    return posted(point, *lines, kind=VoucherKind.TRANSFER, to_point_id=to.id, **given)


def receive(
    voucher: Voucher, *counts: Count, on: date = TODAY, by: str = "officer", person: str = ""
) -> Voucher:
    """The voucher that receives what was sent, as counted."""
    voucher_id = voucher.id

    def verb() -> int:
        user = people.user(by)
        record = transfers.get_sent_to_receive(user, voucher_id)
        arrival = Arrival(on_date=on, counts=counts, person=person)
        return service_transfers.receive_transfer(record, arrival, by=user).id

    return db.session.get_one(Voucher, write(verb))


def give_back(voucher: Voucher, *, by: str = "officer", reason: str = "Không đặt hàng") -> Voucher:
    """The reversal at the point that sent the goods."""
    voucher_id = voucher.id

    def verb() -> int:
        user = people.user(by)
        record = transfers.get_sent_to_receive(user, voucher_id)
        return service_transfers.return_transfer(record, reason=reason, by=user).id

    return db.session.get_one(Voucher, write(verb))


def rung(point: SalesPoint, product: Product, quantity: int, *, by: str = "operator") -> str:
    """A scan at the till, as its undo names it."""
    point_id, product_id = point.id, product.id

    def verb() -> str:
        user = people.user("officer" if by == "operator" else by)
        found = points.get_point_to_edit(user, point_id)
        of = db.session.get_one(Product, product_id)
        made = service_till.ring_up(found, of, quantity, by=user)
        return ".".join(f"{line_id}x{taken}" for line_id, taken in made.parts)

    return write(verb)


def reverse(voucher: Voucher, *, by: str = "manager", reason: str = "Ghi nhầm") -> Voucher:
    """The linked reversal of a posted voucher."""
    voucher_id = voucher.id

    def verb() -> int:
        user = people.user(by)
        record = queries.get_voucher_to_edit(user, voucher_id)
        return service.reverse_voucher(record, reason=reason, by=user).id

    return db.session.get_one(Voucher, write(verb))


def close(point: SalesPoint, month: date, *, by: str = "manager") -> None:
    """Close the books to the end of a month."""
    point_id = point.id

    def verb() -> None:
        user = people.user(by)
        service_months.close_month(points.get_point_to_edit(user, point_id), month, by=user)

    write(verb)


def reopen(point: SalesPoint, month: date, *, by: str = "manager") -> None:
    """Open the month that was closed last again."""
    point_id = point.id

    def verb() -> None:
        user = people.user(by)
        found = points.get_point_to_edit(user, point_id)
        service_months.reopen_month(found, month, reason="Sót một phiếu", by=user)

    write(verb)


def lot(product: Product, code: str = "CM-1") -> Lot:
    """The lot of a product under a code."""
    return db.session.scalars(select(Lot).filter_by(product_id=product.id, code=code)).one()


def take(product: Product, quantity: int, code: str = "CM-1", **changed: Any) -> DraftLine:
    """A line that takes base units out of a lot."""
    given = {"lot_code": "", "lot_id": lot(product, code).id, **changed}
    return line(product, quantity, **given)


def on_hand(point: SalesPoint, product: Product) -> dict[str, int]:
    """What a point holds of a product, by lot code."""
    rows = select(Lot.code, Balance.on_hand).join(Lot, Lot.id == Balance.lot_id)
    rows = rows.where(Balance.point_id == point.id, Lot.product_id == product.id)
    return {code: held for code, held in db.session.execute(rows)}
