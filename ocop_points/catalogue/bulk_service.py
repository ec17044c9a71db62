"""Verbs of the catalogue for many records at once: what the single verbs write, by a few statements for all.

The caller has asked everything that the single verbs ask (keys, traders, contradictions) against the rows of
`bulk_queries`, and asked again under the lock that these are still the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.rules_fields import check_keys
from ocop_points.audit.service import Subject, append, as_row, created, plain
from ocop_points.catalogue.bulk_queries import CertificateRow, ProductRow, SupplierRow
from ocop_points.catalogue.certificate_service import NewCertificate
from ocop_points.catalogue.models import Certificate, Product, ProductUnit, Supplier
from ocop_points.catalogue.service import (
    ProductFacts,
    SupplierFacts,
    product_index,
    supplier_index,
    units_in_words,
)
from ocop_points.core import clock
from ocop_points.core.bulk import insert_rows, new_ids, next_numbers, update_rows
from ocop_points.core.db import db


@dataclass(frozen=True)
class SupplierGiven:
    """A supplier to register, or to change where `row` is what it was; `place` is its ward in words."""

    facts: SupplierFacts
    locality_id: int
    locality: str
    place: str
    row: SupplierRow | None = None


@dataclass(frozen=True)
class ProductGiven:
    """A product to register, or to change where `row` is what it was, and perhaps a certificate of it."""

    facts: ProductFacts
    locality_id: int
    locality: str
    producer_id: int
    producer: str
    row: ProductRow | None = None
    producer_before: str = ""
    certificate: NewCertificate | None = None
    mended: CertificateRow | None = None


class _Audit:
    """Rows on their way to the end of the chain, in the order of the records."""

    def __init__(self, by: User) -> None:
        self._by, self._at = by, clock.now()
        self._rows: list[dict[str, Any]] = []

    def note(self, action: Action, subject: Subject, changes: Mapping[str, Change]) -> None:
        check_keys(action, changes)
        self._rows.append(as_row(action, subject, by=self._by, at=self._at, changes=changes))

    def write(self) -> None:
        if self._rows:
            append(self._rows)


def differences(before: Any, after: Any) -> dict[str, Change]:
    """The changes from one set of facts to another, pack units apart."""
    old, new = vars(before), vars(after)
    return {
        name: [plain(old[name]), plain(value)]
        for name, value in new.items()
        if name != "units" and old[name] != value
    }


def take_in_suppliers(given: Sequence[SupplierGiven], *, by: User) -> None:
    """Register the new ones and change the others. Raises IntegrityError for a tax code given twice."""
    db.session.flush()
    audit = _Audit(by)
    fresh = [one for one in given if one.row is None]
    rows = []
    for id_, one in zip(new_ids(Supplier, len(fresh)), fresh, strict=True):
        facts = vars(one.facts)
        rows.append(
            {
                **facts,
                **supplier_index(one.facts, one.place),
                "id": id_,
                "locality_id": one.locality_id,
                "created_at": clock.now(),
                "version": 1,
            }
        )
        subject = Subject("supplier", id_, one.facts.name, locality_id=one.locality_id)
        changes = created({**facts, "locality": one.locality})
        audit.note(Action.SUPPLIER_REGISTERED, subject, changes)
    insert_rows(Supplier, rows)
    changed = []
    for one in given:
        if one.row is None:
            continue
        index = supplier_index(one.facts, one.place, one.row.old_names)
        changed.append({**vars(one.facts), **index, "id": one.row.id})
        subject = Subject("supplier", one.row.id, one.facts.name, locality_id=one.locality_id)
        audit.note(Action.SUPPLIER_EDITED, subject, differences(one.row.facts, one.facts))
    update_rows(Supplier, changed)
    audit.write()


def take_in_products(given: Sequence[ProductGiven], *, by: User) -> None:
    """Register the new ones and change the others, each with its pack units and certificate.

    Raises IntegrityError for a barcode or a certificate given twice.
    """
    db.session.flush()
    audit = _Audit(by)
    fresh = [one for one in given if one.row is None]
    ids = new_ids(Product, len(fresh))
    named = [
        (id_, f"SP-{number:05d}", one)
        for id_, number, one in zip(ids, next_numbers("product", len(fresh)), fresh, strict=True)
    ]
    insert_rows(Product, [_new_product(*one) for one in named])
    papers: list[tuple[Subject, int, ProductGiven]] = []
    units = []
    for id_, code, one in named:
        subject = _subject(id_, code, one)
        known = {**vars(one.facts), "code": code, "producer": one.producer}
        words = units_in_words(one.facts.units)
        changes = created({**known, "locality": one.locality, "units": words})
        audit.note(Action.PRODUCT_REGISTERED, subject, changes)
        units += _unit_rows(id_, one.facts.units)
        papers.append((subject, id_, one))
    papers += _change_products([one for one in given if one.row is not None], units, audit)
    insert_rows(ProductUnit, units)
    _certificates(papers, audit)
    audit.write()


def _subject(id_: int, code: str, one: ProductGiven) -> Subject:
    return Subject("product", id_, f"{one.facts.name} ({code})", locality_id=one.locality_id)


def _new_product(id_: int, code: str, one: ProductGiven) -> dict[str, Any]:
    return {
        **one.facts.columns(),
        **product_index(one.facts.name, code, one.producer),
        "id": id_,
        "code": code,
        "producer_id": one.producer_id,
        "locality_id": one.locality_id,
        "created_at": clock.now(),
        "version": 1,
    }


def _unit_rows(product_id: int, units: Sequence[tuple[str, int]]) -> list[dict[str, Any]]:
    return [{"product_id": product_id, "name": name, "factor": factor} for name, factor in units]


def _change_products(
    given: Sequence[ProductGiven], units: list[dict[str, Any]], audit: _Audit
) -> list[tuple[Subject, int, ProductGiven]]:
    """Products that were there: their rows, and the subjects under which their certificates are noted."""
    rows, papers, regrouped = [], [], []
    for one in given:
        row = one.row
        if row is None:
            continue
        subject = _subject(row.id, row.code, one)
        papers.append((subject, row.id, one))
        changes = product_changes(one)
        if not changes:
            continue
        if "units" in changes:
            regrouped.append(row.id)
            units += _unit_rows(row.id, one.facts.units)
        rows.append(
            {
                **one.facts.columns(),
                **product_index(one.facts.name, row.code, one.producer),
                "id": row.id,
                "producer_id": one.producer_id,
            }
        )
        audit.note(Action.PRODUCT_EDITED, subject, changes)
    update_rows(Product, rows)
    if regrouped:
        table: Any = ProductUnit.__table__
        for start in range(0, len(regrouped), 500):
            of_these = table.c.product_id.in_(regrouped[start : start + 500])
            db.session.connection().execute(table.delete().where(of_these))
    return papers


def product_changes(one: ProductGiven) -> dict[str, Change]:
    """What the audit row of a changed product says; empty for a new one and where nothing changes."""
    if one.row is None:
        return {}
    changes = differences(one.row.facts, one.facts)
    if one.row.producer_id != one.producer_id:
        changes["producer"] = [one.producer_before, one.producer]
    if sorted(one.row.facts.units) != sorted(one.facts.units):
        changes["units"] = [units_in_words(one.row.facts.units), units_in_words(one.facts.units)]
    return changes


def _certificates(papers: Sequence[tuple[Subject, int, ProductGiven]], audit: _Audit) -> None:
    fresh, mended = [], []
    for subject, product_id, one in papers:
        new = one.certificate
        if new is None:
            continue
        if one.mended is None:
            fresh.append(
                {
                    **new.columns(),
                    "product_id": product_id,
                    "withdrawn_reason": "",
                    "created_at": clock.now(),
                    "version": 1,
                }
            )
            audit.note(Action.CERTIFICATE_ADDED, subject, created(vars(new)))
        elif changes := certificate_changes(one.mended, new):
            mended.append({**new.columns(), "id": one.mended.id})
            changes.setdefault("number", [new.number, new.number])
            audit.note(Action.CERTIFICATE_CORRECTED, subject, changes)
    insert_rows(Certificate, fresh)
    update_rows(Certificate, mended)


def certificate_changes(known: CertificateRow, new: NewCertificate) -> dict[str, Change]:
    """What the audit row of a mended certificate says."""
    return differences(known.new, new)
