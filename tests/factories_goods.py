"""Suppliers, products and certificates for the tests: natural defaults, only what matters named."""

from datetime import date
from typing import Any

from ocop_points.catalogue import (
    certificate_queries,
    certificate_service,
    contacts_service,
    merges_service,
    notices_queries,
    notices_service,
    papers_queries,
    papers_service,
    pictures_service,
    service,
)
from ocop_points.catalogue.certificate_service import NewCertificate
from ocop_points.catalogue.contacts_service import ContactFacts
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.rules import ProductGroup, SentHow, Stars, SupplierKind, last_valid_day
from ocop_points.catalogue.service import ProductFacts, SupplierFacts
from ocop_points.core.db import db, write
from ocop_points.evidence.intake import prepare_pictures, prepare_scans
from tests import factories_papers, people


def supplier(short_code: str = people.HERE, **changed: Any) -> Supplier:
    """A cooperative that makes and delivers."""
    known = {
        "kind": SupplierKind.COOPERATIVE,
        "name": "HTX Chả mực Thoan",
        "phone": "0912 345 678",
        "tax_code": "",
        **changed,
    }

    def verb() -> int:
        locality = people.locality(short_code)
        made = service.register_supplier(
            locality, SupplierFacts(**known), by=people.user("officer")
        )
        return made.id

    return db.session.get_one(Supplier, write(verb))


def contact(of: Supplier, **changed: Any) -> int:
    """Somebody to talk to at a supplier; the id."""
    supplier_id = of.id
    facts = ContactFacts(**{"name": "Ngô Văn Kho", "phone": "0987 654 321", **changed})

    def verb() -> int:
        found = db.session.get_one(Supplier, supplier_id)
        return contacts_service.add_contact(found, facts, by=people.user("officer")).id

    return write(verb)


def merged(kept: Supplier, other: Supplier) -> None:
    """`other` becomes `kept`."""
    ids = kept.id, other.id

    def verb() -> None:
        pair = [db.session.get_one(Supplier, id_) for id_ in ids]
        merges_service.merge_suppliers(*pair, by=people.user("officer"))

    write(verb)


def apart(one: Supplier, other: Supplier) -> None:
    """Somebody found these to be two."""
    ids = one.id, other.id

    def verb() -> None:
        pair = [db.session.get_one(Supplier, id_) for id_ in ids]
        merges_service.keep_apart(*pair, by=people.user("officer"))

    write(verb)


def product(
    short_code: str = people.HERE, *, producer: Supplier | None = None, **changed: Any
) -> Product:
    """A product without certificate, of a producer of its own unless one is given."""
    producer_id = (producer or supplier(short_code)).id
    known = {
        "name": "Chả mực Hạ Long 500 g",
        "base_unit": "hộp",
        "group148": ProductGroup.FOOD,
        **changed,
    }

    def verb() -> int:
        maker = db.session.get_one(Supplier, producer_id)
        locality = people.locality(short_code)
        made = service.register_product(
            locality, maker, ProductFacts(**known), by=people.user("officer")
        )
        return made.id

    return db.session.get_one(Product, write(verb))


def certificate(
    of: Product,
    *,
    issued_on: date = date(2025, 3, 10),
    last_day: date | None = None,
    stars: Stars = Stars.FOUR,
    withdrawn_on: date | None = None,
    **changed: Any,
) -> Certificate:
    """A certificate of a product; it runs 36 months unless `last_day` says otherwise."""
    product_id = of.id
    new = NewCertificate(
        stars=stars,
        issued_on=issued_on,
        last_valid_day=last_day or last_valid_day(issued_on),
        **{"number": "12/GCN-OCOP", "issuer": "UBND tỉnh Quảng Ninh", **changed},
    )

    def verb() -> int:
        found = db.session.get_one(Product, product_id)
        made = certificate_service.add_certificate(found, new, by=people.user("officer"))
        if withdrawn_on:
            made.product = found
            officer = people.user("officer")
            certificate_service.withdraw_certificate(
                made, on=withdrawn_on, reason="Sai phạm", by=officer
            )
        return made.id

    return db.session.get_one(Certificate, write(verb))


def scan(of: Certificate, content: bytes | None = None) -> int:
    """A scan of a certificate: a picture unless given; its id."""
    certificate_id = of.id
    upload = factories_papers.upload(content or factories_papers.shot(30), "giay.jpg")
    ready = prepare_scans([upload], field="scan")

    def verb() -> int:
        found = db.session.get_one(Certificate, certificate_id)
        product = db.session.get_one(Product, found.product_id)
        papers_service.attach_scans(product, found, ready, by=people.user("officer"))
        return papers_queries.scans_of(product.id, certificate_id=certificate_id)[-1].id

    return write(verb)


def picture(of: Product, content: bytes | None = None) -> None:
    """The picture of a product."""
    product_id = of.id
    upload = factories_papers.upload(content or factories_papers.shot(33), "hang.jpg")
    ready = prepare_pictures([upload], field="picture")[0]

    def verb() -> None:
        found = db.session.get_one(Product, product_id)
        pictures_service.set_picture(found, ready, by=people.user("officer"))

    write(verb)


def notice(of: Certificate, *, on: date = date(2026, 11, 20)) -> int:
    """The letter about a certificate was sent; the id of its row."""
    certificate_id = of.id

    def verb() -> int:
        officer = people.user("officer")
        found = certificate_queries.get_certificate_to_edit(officer, certificate_id)
        notices_service.note_sent([found], on=on, how=SentHow.POST, by=officer)
        db.session.flush()
        return notices_queries.notices_of_product(found.product_id)[certificate_id].id

    return write(verb)
