"""What agreements expect of their routes."""

from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from tests import factories_agreements, factories_papers
from tests.architecture.world import Post, World

ROUTES = {
    "agreements.agreement_list": "agreements.read",
    "agreements.agreement_show": "agreements.read",
    "agreements.agreement_new": "agreements.edit",
    "agreements.ending_letters": "agreements.edit",
    "agreements.agreement_new_producers": "agreements.edit",
    "agreements.agreement_edit": "agreements.edit",
    "agreements.agreement_prices": "agreements.edit",
    "agreements.agreement_end": "agreements.edit",
    "agreements.agreement_scan_add": "agreements.edit",
    "agreements.agreement_scan": "agreements.read",
    "agreements.agreement_scan_small": "agreements.read",
    "agreements.agreement_scan_delete": "agreements.edit",
    "agreements.settlement": "agreements.read",
    "agreements.settlement_pdf": "agreements.read",
}
QUERIES = {
    "agreements.agreement_list": [
        "?q=mien+dong&standing=running&terms=purchase&buyer=points&locality=1",
        "?point=1&producer=1&buyer=winmart",
        "?format=xlsx",
        "?format=csv",
    ],
    "agreements.agreement_new": ["?point=1&producer=1"],
    "agreements.settlement": ["?month=2026-11", "?month=2026-11&format=xlsx"],
    "agreements.settlement_pdf": ["?month=2026-10"],
}


def furnish(world: World) -> None:
    maker = db.session.get_one(Supplier, world.ids["maker"])
    product = db.session.get_one(Product, world.ids["goods"])
    point = db.session.get_one(SalesPoint, world.params["point_id"])
    with_chain = factories_agreements.agreement(maker)
    made = factories_agreements.agreement(maker, point, prices={product: 90_000})
    world.params |= {
        "agreement_id": made.id,
        "signed_id": factories_agreements.signed(made),
    }
    world.ids["with_chain"] = with_chain.id


def terms(_world: World) -> dict[str, object]:
    return {
        "terms": "consignment",
        "signed_on": "05/01/2026",
        "valid_from": "10/01/2026",
        "valid_to": "31/12/2027",
        "discount": "12,5",
        "version": "2",
    }


def new(world: World) -> dict[str, object]:
    return {
        **terms(world),
        "producer_id": world.ids["maker"],
        "point_id": world.params["point_id"],
    }


def prices(world: World) -> dict[str, object]:
    return {
        "lines-0-product_id": world.ids["goods"],
        "lines-0-price": "95.000",
        "version": "2",
    }


def scan_of(_world: World) -> dict[str, object]:
    return {"scan": factories_papers.upload(factories_papers.shot(42))}


# Out of reach nothing is there; a point out of reach is no choice of the form.
POSTS = [
    Post("agreements.agreement_new", "officer", new, elsewhere=422),
    Post(
        "agreements.agreement_new_producers",
        "officer",
        new,
        elsewhere=200,
        silent="a lookup",
        done=200,
    ),
    Post("agreements.agreement_edit", "officer", terms),
    Post("agreements.agreement_prices", "officer", prices),
    Post(
        "agreements.agreement_end",
        "officer",
        lambda _w: {"on": "01/12/2026", "reason": "Chủ thể ngừng sản xuất"},
    ),
    Post("agreements.agreement_scan_add", "officer", scan_of),
    Post("agreements.agreement_scan_delete", "officer"),
]
