"""Verbs of the catalogue: suppliers, products with their pack units, certificates."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, insert

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import assign, created, record
from ocop_points.catalogue import merges_queries, queries
from ocop_points.catalogue.models import Product, ProductUnit, Supplier
from ocop_points.catalogue.rules import (
    OldProductGroup,
    ProductGroup,
    SupplierKind,
)
from ocop_points.core import clock
from ocop_points.core.db import db, next_number
from ocop_points.core.errors import Refused
from ocop_points.core.text import fold, sort_key
from ocop_points.localities.models import Locality, Ward


@dataclass(frozen=True)
class SupplierFacts:
    """What is known of a supplier."""

    kind: SupplierKind
    name: str
    tax_code: str = ""
    representative: str = ""
    phone: str = ""
    address: str = ""
    ward_code: str | None = None
    active: bool = True


@dataclass(frozen=True)
class ProductFacts:
    """What is known of a product; `units` are (name, whole number of base units)."""

    name: str
    base_unit: str
    group148: ProductGroup | None = None
    old_group: OldProductGroup | None = None
    specification: str = ""
    barcode: str = ""
    basis_b: bool = False
    basis_b_paper: str = ""
    basis_b_on: date | None = None
    basis_b_issuer: str = ""
    basis_c: bool = False
    basis_c_paper: str = ""
    basis_c_on: date | None = None
    basis_c_issuer: str = ""
    basis_d: bool = False
    basis_d_paper: str = ""
    basis_d_on: date | None = None
    basis_d_issuer: str = ""
    shelf_life_days: int | None = None
    shelf_life_months: int | None = None
    reference_price: int | None = None
    active: bool = True
    units: Sequence[tuple[str, int]] = field(default=())

    def columns(self) -> dict[str, Any]:
        """What stands in the product's own row."""
        return {name: value for name, value in vars(self).items() if name != "units"}


def register_supplier(locality: Locality, facts: SupplierFacts, *, by: User | None) -> Supplier:
    """Add a supplier, kept by the staff of `locality`. Raises Refused when the tax code is known."""
    _refuse_known_tax_code(facts.tax_code)
    supplier = Supplier(**asdict(facts), locality_id=locality.id, created_at=clock.now(), version=1)
    index_supplier(supplier)
    db.session.add(supplier)
    db.session.flush()
    changes = created({**asdict(facts), "locality": locality.name})
    record(Action.SUPPLIER_REGISTERED, supplier.subject(), by=by, changes=changes)
    return supplier


def edit_supplier(supplier: Supplier, facts: SupplierFacts, *, by: User) -> None:
    """Change what is known. Raises Refused for a known tax code, a maker turned into a trader, or one merged away."""
    if merges_queries.kept_id(supplier.id) is not None:
        raise Refused(_("Bản ghi này đã được gộp vào bản khác nên không sửa được nữa"))
    if facts.tax_code != supplier.tax_code:
        _refuse_known_tax_code(facts.tax_code, but=supplier.id)
    if not facts.kind.may_produce and queries.makes_products(supplier.id):
        raise Refused(
            _(
                "Đơn vị này là chủ thể của sản phẩm trong danh mục nên không đổi thành đơn vị thương mại được"
            ),
            "kind",
        )
    changes = assign(supplier, asdict(facts))
    if changes:
        index_supplier(supplier)
        supplier.version += 1
        record(Action.SUPPLIER_EDITED, supplier.subject(), by=by, changes=changes)


def register_product(
    locality: Locality, producer: Supplier, facts: ProductFacts, *, by: User | None
) -> Product:
    """Add a product. Raises Refused for a trader, which makes nothing (RULES.md §5), or a known barcode."""
    _refuse_trader(producer)
    _refuse_known_barcode(facts.barcode)
    product = Product(
        **facts.columns(),
        code=f"SP-{next_number('product'):05d}",
        producer_id=producer.id,
        locality_id=locality.id,
        created_at=clock.now(),
        version=1,
    )
    index_product(product, producer)
    db.session.add(product)
    db.session.flush()
    _put_units(product, facts.units)
    known = {**facts.columns(), "code": product.code, "producer": producer.name}
    changes = created({**known, "locality": locality.name, "units": units_in_words(facts.units)})
    record(Action.PRODUCT_REGISTERED, product.subject(), by=by, changes=changes)
    return product


def edit_product(product: Product, producer: Supplier, facts: ProductFacts, *, by: User) -> None:
    """Change what is known of a product whose units are loaded. Raises Refused for a trader or a known barcode."""
    _refuse_trader(producer)
    if facts.barcode != product.barcode:
        _refuse_known_barcode(facts.barcode)
    changes = assign(product, facts.columns())
    if product.producer_id != producer.id:
        before = queries.supplier_by_id(product.producer_id)
        changes["producer"] = [before.name if before else "", producer.name]
        product.producer_id = producer.id
    held = [(unit.name, unit.factor) for unit in product.units]
    if sorted(held) != sorted(facts.units):
        changes["units"] = [units_in_words(held), units_in_words(facts.units)]
        _put_units(product, facts.units)
    if changes:
        index_product(product, producer)
        product.version += 1
        record(Action.PRODUCT_EDITED, product.subject(), by=by, changes=changes)


def _refuse_known_tax_code(tax_code: str, *, but: int = 0) -> None:
    known = queries.supplier_with_tax_code(tax_code)
    if known is not None and known.id != but:
        raise Refused(_("Mã số thuế này đã có: %(name)s", name=known.name), "tax_code")


def _refuse_known_barcode(barcode: str) -> None:
    known = queries.product_with_barcode(barcode)
    if known is not None:
        text = _("Mã vạch này là của %(name)s, mã %(code)s", name=known.name, code=known.code)
        raise Refused(text, "barcode")


def _refuse_trader(producer: Supplier) -> None:
    if not producer.kind.may_produce:
        raise Refused(
            _("Đơn vị thương mại không phải là chủ thể OCOP; chọn nơi làm ra sản phẩm"),
            "producer_id",
        )


def _put_units(product: Product, units: Sequence[tuple[str, int]]) -> None:
    db.session.execute(delete(ProductUnit).where(ProductUnit.product_id == product.id))
    if units:
        rows = [{"product_id": product.id, "name": n, "factor": factor} for n, factor in units]
        db.session.execute(insert(ProductUnit), rows)
    db.session.expire(product, ["units"])


def units_in_words(units: Sequence[tuple[str, int]]) -> list[str]:
    """Pack units as the audit row and the form tell them."""
    return [f"{name} = {factor}" for name, factor in sorted(units, key=lambda unit: unit[1])]


def index_supplier(supplier: Supplier) -> None:
    """Fill the columns that lists search and sort by; never with what operators may not see."""
    ward = db.session.get(Ward, supplier.ward_code) if supplier.ward_code else None
    old_names = merges_queries.old_names(supplier.id) if supplier.id else []
    place = f"{ward.kind} {ward.name}" if ward else ""
    for name, value in supplier_index(supplier, place, old_names).items():
        setattr(supplier, name, value)


def supplier_index(
    facts: Supplier | SupplierFacts, place: str, old_names: Sequence[str] = ()
) -> dict[str, str]:
    """The columns that lists search and sort by; `place` is the ward in words."""
    return _index([facts.name, facts.representative, facts.address, *old_names, place])


def index_product(product: Product, producer: Supplier) -> None:
    """Fill the columns that lists search and sort by."""
    for name, value in product_index(product.name, product.code, producer.name).items():
        setattr(product, name, value)


def product_index(name: str, code: str, producer: str) -> dict[str, str]:
    """The columns that lists search and sort by."""
    return _index([name, code, producer])


def _index(parts: Sequence[str]) -> dict[str, str]:
    """The first part is the name."""
    text = " · ".join(parts)
    return {"search_text": fold(text), "exact_text": text.lower(), "sort_key": sort_key(parts[0])}
