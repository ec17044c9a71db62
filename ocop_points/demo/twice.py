"""The demonstration's suppliers that were written down twice: one pair was merged, others wait. And contacts."""

from dataclasses import asdict, fields, replace
from random import Random

from sqlalchemy import select

from ocop_points.catalogue import contacts_service, merges_service, service
from ocop_points.catalogue.contacts_service import ContactFacts
from ocop_points.catalogue.models import Supplier
from ocop_points.catalogue.service import SupplierFacts
from ocop_points.core.db import db
from ocop_points.demo import invented
from ocop_points.demo.stage import Stage

ACCOUNTS = ("QNI", "CMA")
_ROLES = ("Giám đốc", "Kế toán", "Phụ trách giao hàng")


def plan(stage: Stage) -> None:
    """Half a year ago somebody wrote suppliers down again; one pair was found and merged."""
    stage.at(stage.ago(180), 9, 15, lambda: _write_again(stage))


def _write_again(stage: Stage) -> None:
    chance = Random("twice")  # noqa: S311  # a demonstration is no secret
    for locality in stage.localities:
        if locality.short_code not in ACCOUNTS:
            continue
        by = stage.officer(locality.id)
        rows = select(Supplier).where(Supplier.locality_id == locality.id).order_by(Supplier.id)
        makers = [one for one in db.session.scalars(rows) if one.kind.may_produce]
        for maker in makers:
            for role in chance.sample(_ROLES, 2):
                person = invented.person(chance)
                phone = invented.phone(chance)
                contact = ContactFacts(name=person, role=role, phone=phone)
                contacts_service.add_contact(maker, contact, by=by)
        again = []
        for maker in makers[:2]:
            known = {one.name: getattr(maker, one.name) for one in fields(SupplierFacts)}
            facts = replace(SupplierFacts(**known), tax_code="", address="", ward_code=None)
            written = facts.name.replace("HTX", "Hợp tác xã").replace("Cơ sở", "Cơ sở sản xuất")
            named = {**asdict(facts), "name": written}
            again.append(service.register_supplier(locality, SupplierFacts(**named), by=by))
        merges_service.merge_suppliers(makers[0], again[0], by=by)
