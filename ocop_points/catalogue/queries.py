"""Finding suppliers, products and certificates: national, readable by all signed in (RULES.md §5)."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import case, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ocop_points.accounts.models import User
from ocop_points.catalogue.merges_models import SupplierMerge
from ocop_points.catalogue.models import Certificate, Product, ProductUnit, Supplier
from ocop_points.catalogue.rules import (
    PRODUCER_KINDS,
    CertificateFacts,
    Standing,
    scanned,
    standing_on,
)
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.text import clean, like_pattern
from ocop_points.evidence.models import StoredFile
from ocop_points.localities.models import Ward
from ocop_points.localities.queries import reached_ids

CHOICES = 20
SOON_DAYS = 90
"""From here on a certificate is shown as ending soon."""


def sees_contacts(user: User) -> bool:
    """Telephone and tax code are not for operators (RULES.md §1)."""
    return user.role is not Role.OPERATOR


def may_edit(user: User, locality_id: int) -> bool:
    """Staff of the owning locality and the ministry's administrator."""
    if not user.may("catalogue.edit"):
        return False
    rows = reached_ids(user).subquery()
    found = db.session.scalar(select(rows.c[0]).where(rows.c[0] == locality_id))
    return found is not None


# --- suppliers ------------------------------------------------------------------------------------


def get_supplier_or_404(supplier_id: int) -> Supplier:
    """The supplier with locality and ward; all signed in may read it."""
    rows = (
        select(Supplier)
        .options(joinedload(Supplier.locality), joinedload(Supplier.ward).joinedload(Ward.province))
        .where(Supplier.id == supplier_id)
    )
    return db.session.scalar(rows) or abort(404)


def get_supplier_to_edit(user: User, supplier_id: int) -> Supplier:
    """The supplier, locked for a change: 403 for those who may only read it."""
    rows = select(Supplier).where(Supplier.id == supplier_id).with_for_update(of=Supplier)
    found = db.session.scalar(rows) or abort(404)
    return found if may_edit(user, found.locality_id) else abort(403)


def by_name(model: Any, query: str) -> list[Any]:
    """Vietnamese order; a hit with the exact accents ranks first (DOMAIN.md §7)."""
    if not query:
        return [model.sort_key]
    plain = clean(query).lower()
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, "\\" + special)
    return [case((model.exact_text.like(f"%{plain}%", escape="\\"), 0), else_=1), model.sort_key]


def find_suppliers(query: str, *, producers: bool = False) -> list[Supplier]:
    """At most 20 active suppliers by name, accents ignored; only makers where a maker is looked for."""
    pattern = like_pattern(query)
    rows = select(Supplier).where(Supplier.active, Supplier.search_text.like(pattern, escape="\\"))
    if producers:
        rows = rows.where(Supplier.kind.in_(PRODUCER_KINDS))
    order = by_name(Supplier, query)
    return list(db.session.scalars(rows.order_by(*order, Supplier.id).limit(CHOICES)))


def supplier_by_id(supplier_id: int | None) -> Supplier | None:
    """The supplier, or None; for one that was merged, that which stayed."""
    if supplier_id is None:
        return None
    stayed = select(SupplierMerge.kept_id).where(SupplierMerge.merged_id == supplier_id)
    return db.session.get(Supplier, db.session.scalar(stayed) or supplier_id)


def supplier_with_tax_code(tax_code: str) -> Supplier | None:
    """Who has this tax code, or None; nobody has an empty one. That of one merged away is of the one that stayed."""
    if not tax_code:
        return None
    found = db.session.scalar(select(Supplier.id).where(Supplier.tax_code == tax_code))
    return supplier_by_id(found)


def product_with_barcode(barcode: str) -> Product | None:
    """Whose barcode this is, or None; nobody's is empty."""
    if not barcode:
        return None
    return db.session.scalar(select(Product).where(Product.barcode == barcode))


def makes_products(supplier_id: int) -> bool:
    """Is this supplier the producer of any product?"""
    return bool(db.session.scalar(select(exists().where(Product.producer_id == supplier_id))))


# --- products -------------------------------------------------------------------------------------


def get_product_or_404(product_id: int) -> Product:
    """The product with producer, locality and pack units."""
    rows = (
        select(Product)
        .options(
            joinedload(Product.producer), joinedload(Product.locality), selectinload(Product.units)
        )
        .where(Product.id == product_id)
    )
    return db.session.scalar(rows) or abort(404)


def get_product_to_edit(user: User, product_id: int) -> Product:
    """The product with its units, locked for a change: 403 for those who may only read it."""
    rows = (
        select(Product)
        .options(selectinload(Product.units))
        .where(Product.id == product_id)
        .with_for_update(of=Product)
    )
    found = db.session.scalar(rows) or abort(404)
    return found if may_edit(user, found.locality_id) else abort(403)


def product_matches(query: str) -> Any:
    named = Product.search_text.like(like_pattern(query), escape="\\")
    digits = scanned(query)
    return or_(named, Product.barcode == digits) if digits.isdigit() else named


def find_products(query: str) -> list[Product]:
    """At most 20 products in use by name, code, barcode or producer, accents ignored."""
    rows = (
        select(Product)
        .options(joinedload(Product.producer))
        .where(Product.active, product_matches(query))
    )
    order = by_name(Product, query)
    return list(db.session.scalars(rows.order_by(*order, Product.id).limit(CHOICES)))


def products_with_units(ids: Collection[int]) -> dict[int, Product]:
    """Products with producer and pack units, for the lines of a voucher: two statements."""
    rows = (
        select(Product)
        .options(joinedload(Product.producer), selectinload(Product.units))
        .where(Product.id.in_(ids))
    )
    return {product.id: product for product in db.session.scalars(rows)} if ids else {}


def picture_of(product_id: int) -> StoredFile | None:
    """The picture of a product, or None."""
    rows = select(StoredFile).join(Product, Product.picture_file_id == StoredFile.id)
    return db.session.scalar(rows.where(Product.id == product_id))


def units_of(product_id: int) -> list[ProductUnit]:
    """The pack units of a product, the smallest first."""
    rows = select(ProductUnit).where(ProductUnit.product_id == product_id)
    return list(db.session.scalars(rows.order_by(ProductUnit.factor, ProductUnit.id)))


# --- certificates ---------------------------------------------------------------------------------


def standings_on(product_ids: Collection[int] | None, day: date) -> dict[int, Standing]:
    """The standing of each of these products (None: of all) on a day: one statement."""
    if product_ids is not None and not product_ids:
        return {}
    rows = select(
        Certificate.product_id,
        Certificate.id,
        Certificate.issued_on,
        Certificate.last_valid_day,
        Certificate.stars,
        Certificate.withdrawn_on,
    )
    if product_ids is not None:
        rows = rows.where(Certificate.product_id.in_(product_ids))
    held: dict[int, list[CertificateFacts]] = {}
    for row in db.session.execute(rows):
        held.setdefault(row.product_id, []).append(_facts(row))
    known: Iterable[int] = held if product_ids is None else product_ids
    return {product_id: standing_on(held.get(product_id, ()), day) for product_id in known}


def _facts(row: Any) -> CertificateFacts:
    return CertificateFacts(
        id=row.id,
        issued_on=row.issued_on,
        last_valid_day=row.last_valid_day,
        stars=row.stars,
        withdrawn_on=row.withdrawn_on,
    )
