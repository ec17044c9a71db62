"""Agreements for the tests, by the real verbs."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import db, write
from ocop_points.evidence.intake import prepare_scans
from ocop_points.points.models import SalesPoint
from ocop_points.programme import agreements_queries, agreements_service
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_rules import Terms
from ocop_points.programme.agreements_service import AgreementFacts
from tests import factories_papers, people


def agreement(
    producer: Supplier,
    point: SalesPoint | None = None,
    *,
    by: str = "officer",
    prices: Mapping[Product, int] | None = None,
    **changed: Any,
) -> Agreement:
    """Goods bought through 2026; without a point and a chain it is with WinMart."""
    ids = producer.id, point.id if point else None
    known = {
        "terms": Terms.PURCHASE,
        "number": "12/TT-2026",
        "signed_on": date(2026, 1, 5),
        "valid_from": date(2026, 1, 10),
        "valid_to": date(2027, 6, 30),
        "chain_code": "" if point else "winmart",
        **changed,
    }
    price_of = {product.id: price for product, price in (prices or {}).items()}

    def verb() -> int:
        user = people.user(by)
        maker = db.session.get_one(Supplier, ids[0])
        buyer = db.session.get_one(SalesPoint, ids[1]) if ids[1] else None
        made = agreements_service.write_agreement(maker, buyer, AgreementFacts(**known), by=user)
        if price_of:
            goods = {db.session.get_one(Product, id_): price for id_, price in price_of.items()}
            agreements_service.set_prices(made, goods, by=user)
        return made.id

    return db.session.get_one(Agreement, write(verb))


def signed(of: Agreement) -> int:
    """A scan of what was signed: a picture; its id."""
    agreement_id = of.id
    upload = factories_papers.upload(factories_papers.shot(41), "thoa-thuan.jpg")
    ready = prepare_scans([upload], field="scan")

    def verb() -> int:
        user = people.user("officer")
        found = agreements_queries.get_agreement_to_edit(user, agreement_id)
        agreements_service.attach_scan(found, ready, by=user)
        return agreements_queries.scans_of(agreement_id)[-1].id

    return write(verb)
