"""A shelf and an edition that asks for figures of it."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal as D
from typing import Any

from ocop_points.catalogue.models import Product, Supplier
from ocop_points.catalogue.rules import Stars
from ocop_points.core.db import db
from ocop_points.criteria.measures_rules import Measure
from ocop_points.criteria.rules import LineKind
from ocop_points.points.models import SalesPoint
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, factories_stock, people
from tests import factories_agreements as agreements
from tests import factories_visits as visits

TODAY = factories_stock.TODAY


def edition() -> None:
    """An own edition in force: a share, a number and a count that must be met."""
    part = visits.shipped("950").sections[0]
    known: Any = {
        "source": "12/QĐ-UBND",
        "mandatory": False,
        "kind": LineKind.YES_NO,
        "choices": (),
    }
    stars = replace(
        part.lines[0], code="B.1", text="Hàng từ 3 sao", measure=Measure.SHARE_THREE_STARS, **known
    )
    lines = (
        replace(stars, mandatory=True, measure_least=D(60)),
        replace(stars, code="B.2", kind=LineKind.NUMBER, minimum=D(50), unit="%", text="Tỷ lệ"),
        replace(stars, code="B.3", measure=Measure.NO_EXPIRED_GOODS, text="Không hết hạn"),
    )
    visits.own_edition(code="do-dem", sections=(replace(part, lines=lines),), valid_from=TODAY)


@dataclass(frozen=True)
class Shop:
    """A point whose books measured lines are counted from, and its products."""

    point: SalesPoint
    three: Product
    four: Product
    plain: Product
    gone: Product


def shop() -> Shop:
    """Two of three kinds have stars; a lot is over its date; goods of an ended certificate left."""
    point, goods = factories.point(), factories_goods
    three, four, gone = (goods.product(name=f"Chả mực loại {n}") for n in "abc")
    goods.certificate(three, stars=Stars.THREE)
    goods.certificate(four, stars=Stars.FOUR)
    goods.certificate(gone, issued_on=date(2022, 3, 1))
    plain = goods.product(people.ELSEWHERE, name="Bánh phồng tôm", basis_d=True)
    agreements.agreement(owner(three), point)
    agreements.agreement(owner(four))  # with a chain, which is another's buyer
    agreements.agreement(owner(plain), point, valid_to=date(2026, 11, 8))
    line = factories_stock.line
    factories_stock.posted(
        point,
        line(three, 30, unit_price=20_000),
        line(four, 12, expiry=date(2026, 11, 22), unit_price=15_000),
        line(plain, 8, unit_price=1_500),
        line(gone, 5, unit_price=9_000),
        kind=VoucherKind.OPENING,
        on=date(2026, 11, 2),
    )
    away = factories_stock.take(gone, 5)
    factories_stock.posted(point, away, kind=VoucherKind.ISSUE, on=date(2026, 11, 9))
    return Shop(point, three, four, plain, gone)


def owner(product: Product) -> Supplier:
    return db.session.get_one(Supplier, product.producer_id)
