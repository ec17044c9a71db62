"""The whole catalogue as plain rows: what an import compares its own rows with. A few statements for all of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import select

from ocop_points.catalogue.certificate_service import NewCertificate
from ocop_points.catalogue.merges_models import SupplierMerge
from ocop_points.catalogue.models import Certificate, Product, ProductUnit, Supplier
from ocop_points.catalogue.service import ProductFacts, SupplierFacts
from ocop_points.core.bulk import read_rows

_SUPPLIER_FACTS = tuple(field.name for field in fields(SupplierFacts))
_PRODUCT_FACTS = tuple(field.name for field in fields(ProductFacts) if field.name != "units")


@dataclass(frozen=True)
class SupplierRow:
    """A supplier as it stands; `old_names` are those of what was merged into it."""

    id: int
    locality_id: int
    facts: SupplierFacts
    makes_products: bool = False
    old_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class CertificateRow:
    """A certificate as it stands."""

    id: int
    product_id: int
    new: NewCertificate
    withdrawn_on: date | None
    relied_on: date | None

    def __getattr__(self, name: str) -> Any:
        """Its facts by their own names, as the row has them."""
        return getattr(self.new, name)


@dataclass(frozen=True)
class ProductRow:
    """A product as it stands, with its pack units and certificates."""

    id: int
    code: str
    producer_id: int
    locality_id: int
    facts: ProductFacts
    certificates: tuple[CertificateRow, ...] = ()


def supplier_rows() -> list[SupplierRow]:
    """Every supplier that was not merged away, with the names of those that were merged into it: three statements."""
    merged = dict(read_rows(select(SupplierMerge.merged_id, SupplierMerge.kept_id)).all())
    makers = {id_ for (id_,) in read_rows(select(Product.producer_id).distinct())}
    rows = select(Supplier.id, Supplier.locality_id, *_columns(Supplier, _SUPPLIER_FACTS))
    found = [
        (id_, locality_id, SupplierFacts(*facts))
        for id_, locality_id, *facts in read_rows(rows.order_by(Supplier.id))
    ]
    old_names: dict[int, list[str]] = {}
    for id_, _locality_id, facts in found:
        if id_ in merged:
            old_names.setdefault(merged[id_], []).append(facts.name)
    return [
        SupplierRow(id_, locality_id, facts, id_ in makers, _of(old_names, id_))
        for id_, locality_id, facts in found
        if id_ not in merged
    ]


def by_tax_code(suppliers: Iterable[SupplierRow]) -> dict[str, int]:
    """Whom of these a tax code means; that of one merged away means the one that stayed: one statement."""
    rows = select(Supplier.tax_code, SupplierMerge.kept_id).join(
        SupplierMerge, SupplierMerge.merged_id == Supplier.id
    )
    found = {code: kept for code, kept in read_rows(rows) if code}
    return found | {one.facts.tax_code: one.id for one in suppliers if one.facts.tax_code}


def product_rows() -> list[ProductRow]:
    """Every product with units and certificates: three statements."""
    units: dict[int, list[tuple[str, int]]] = {}
    rows = select(ProductUnit.product_id, ProductUnit.name, ProductUnit.factor)
    for product_id, name, factor in read_rows(rows.order_by(ProductUnit.factor, ProductUnit.id)):
        units.setdefault(product_id, []).append((name, factor))
    papers = _certificates()
    rows = select(
        Product.id,
        Product.code,
        Product.producer_id,
        Product.locality_id,
        *_columns(Product, _PRODUCT_FACTS),
    )
    return [
        ProductRow(
            id_,
            code,
            producer_id,
            locality_id,
            ProductFacts(**dict(zip(_PRODUCT_FACTS, facts, strict=True)), units=_of(units, id_)),
            _of(papers, id_),
        )
        for id_, code, producer_id, locality_id, *facts in read_rows(rows.order_by(Product.id))
    ]


def _certificates() -> dict[int, list[CertificateRow]]:
    names = ("stars", "number", "issuer", "issued_on", "last_valid_day", "decision")
    rows = select(
        Certificate.id,
        Certificate.product_id,
        Certificate.withdrawn_on,
        Certificate.relied_on,
        Certificate.score_thousandths,
        *_columns(Certificate, names),
    )
    found: dict[int, list[CertificateRow]] = {}
    for id_, product_id, withdrawn_on, relied_on, score, *facts in read_rows(
        rows.order_by(Certificate.id)
    ):
        known = NewCertificate(*facts).with_thousandths(score)
        row = CertificateRow(id_, product_id, known, withdrawn_on, relied_on)
        found.setdefault(product_id, []).append(row)
    return found


def _columns(model: Any, names: Sequence[str]) -> list[Any]:
    return [model.__table__.c[name] for name in names]


def _of(held: Mapping[int, list[Any]], id_: int) -> tuple[Any, ...]:
    return tuple(held.get(id_, ()))
