"""Finding suppliers, products and certificates: national, readable by all signed in (RULES.md §5)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, join, joinedload, selectinload

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Certificate, Product, ProductUnit, Supplier
from ocop_points.catalogue.rules import (
    PRODUCER_KINDS,
    CertificateFacts,
    ProductGroup,
    Standing,
    Stars,
    SupplierKind,
    standing_on,
)
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import clean, fold, like_pattern
from ocop_points.localities.models import Locality, Ward
from ocop_points.localities.queries import reached_ids

CHOICES = 20
SOON_DAYS = 90
"""From here on a certificate is shown as ending soon."""


class CertificateFilter(StrEnum):
    """How a product's certificates stand on the day."""

    VALID = "valid"
    SOON = "soon"
    ENDED = "ended"
    NONE = "none"


@dataclass(frozen=True)
class SupplierFilter:
    """What a list of suppliers is narrowed to and ordered by; "" and None mean no matter."""

    query: str = ""
    kind: SupplierKind | None = None
    locality_id: int | None = None
    active: bool | None = None
    sort: str = ""


@dataclass(frozen=True)
class ProductFilter:
    """As SupplierFilter; stars and certificate are those on `day`."""

    day: date
    query: str = ""
    group: ProductGroup | None = None
    stars: Stars | None = None
    certificate: CertificateFilter | None = None
    locality_id: int | None = None
    producer_id: int | None = None
    sort: str = ""


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


_SUPPLIER_COLUMNS = (
    Supplier.id,
    Supplier.kind,
    Supplier.name,
    Supplier.representative,
    Supplier.address,
    Supplier.active,
    Locality.name.label("locality_name"),
)
_CONTACTS = (Supplier.tax_code, Supplier.phone)
_SUPPLIER_SORTS: dict[str, Any] = {
    "name": (Supplier.sort_key,),
    "-name": (Supplier.sort_key.desc(),),
    "locality": (Locality.sort_key, Supplier.sort_key),
    "-locality": (Locality.sort_key.desc(), Supplier.sort_key),
}
SUPPLIER_SORTS = frozenset(_SUPPLIER_SORTS)


def _suppliers(user: User, wanted: SupplierFilter) -> Select[Any]:
    contacts = _CONTACTS if sees_contacts(user) else ()
    columns: tuple[Any, ...] = (*_SUPPLIER_COLUMNS, *contacts)
    rows: Select[Any] = (
        select(*columns).select_from(Supplier).join(Locality, Locality.id == Supplier.locality_id)
    )
    if wanted.query:
        rows = rows.where(_supplier_matches(user, wanted.query))
    if wanted.kind:
        rows = rows.where(Supplier.kind == wanted.kind)
    if wanted.locality_id:
        rows = rows.where(Supplier.locality_id == wanted.locality_id)
    if wanted.active is not None:
        rows = rows.where(Supplier.active.is_(wanted.active))
    order = list(_SUPPLIER_SORTS.get(wanted.sort, ())) or _by_name(Supplier, wanted.query)
    return rows.order_by(*order, Supplier.id)


def _supplier_matches(user: User, query: str) -> Any:
    named = Supplier.search_text.like(like_pattern(query), escape="\\")
    digits = query.replace(" ", "")
    if sees_contacts(user) and len(digits) >= 10:
        return or_(named, Supplier.tax_code == digits)
    return named


def _by_name(model: Any, query: str) -> list[Any]:
    """Vietnamese order; a hit with the exact accents ranks first (DOMAIN.md §7)."""
    if not query:
        return [model.sort_key]
    plain = clean(query).lower()
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, "\\" + special)
    return [case((model.exact_text.like(f"%{plain}%", escape="\\"), 0), else_=1), model.sort_key]


def suppliers_page(user: User, wanted: SupplierFilter, number: int) -> Page[Any]:
    """One page of suppliers: two statements. Tax code and telephone only for those who may see them."""
    return paginate(_suppliers(user, wanted), number)


def suppliers_for_export(user: User, wanted: SupplierFilter) -> Any:
    """Every supplier of the list, read as they are written: one statement."""
    return db.session.execute(_suppliers(user, wanted).execution_options(yield_per=500))


def find_suppliers(query: str, *, producers: bool = False) -> list[Supplier]:
    """At most 20 active suppliers by name, accents ignored; only makers where a maker is looked for."""
    pattern = like_pattern(query)
    rows = select(Supplier).where(Supplier.active, Supplier.search_text.like(pattern, escape="\\"))
    if producers:
        rows = rows.where(Supplier.kind.in_(PRODUCER_KINDS))
    order = _by_name(Supplier, query)
    return list(db.session.scalars(rows.order_by(*order, Supplier.id).limit(CHOICES)))


def supplier_by_id(supplier_id: int | None) -> Supplier | None:
    """The supplier, or None."""
    return None if supplier_id is None else db.session.get(Supplier, supplier_id)


def supplier_with_tax_code(tax_code: str) -> Supplier | None:
    """Who has this tax code, or None; nobody has an empty one."""
    if not tax_code:
        return None
    return db.session.scalar(select(Supplier).where(Supplier.tax_code == tax_code))


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


_RANK = case({stars: stars.rank for stars in Stars}, value=Certificate.stars)
_InForce = aliased(Certificate)
_RANK_IN_FORCE = case({stars: stars.rank for stars in Stars}, value=_InForce.stars)
_COLUMNS = (
    Product.id,
    Product.code,
    Product.name,
    Product.group148,
    Product.old_group,
    Product.base_unit,
    Product.active,
    Product.producer_id,
    Supplier.name.label("producer_name"),
    Locality.name.label("locality_name"),
)
_SORTS: dict[str, Any] = {
    "name": (Product.sort_key,),
    "-name": (Product.sort_key.desc(),),
    "producer": (Supplier.sort_key, Product.sort_key),
    "-producer": (Supplier.sort_key.desc(), Product.sort_key),
    "stars": (func.coalesce(_RANK_IN_FORCE, 0), Product.sort_key),
    "-stars": (func.coalesce(_RANK_IN_FORCE, 0).desc(), Product.sort_key),
}
SORTS = frozenset(_SORTS)


def _in_force_id(day: date) -> Any:
    """The certificate that counts on a day, as `rules.standing_on` chooses it."""
    return (
        select(Certificate.id)
        .where(
            Certificate.product_id == Product.id,
            Certificate.issued_on <= day,
            Certificate.void_from > day,
        )
        .order_by(
            Certificate.issued_on.desc(),
            Certificate.void_from.desc(),
            _RANK.desc(),
            Certificate.id.desc(),
        )
        .limit(1)
        .correlate(Product)
        .scalar_subquery()
    )


def _products(wanted: ProductFilter, *columns: Any) -> Select[Any]:
    tables: Any = join(Product, Supplier, Supplier.id == Product.producer_id)
    tables = tables.join(Locality, Locality.id == Product.locality_id)
    if wanted.stars or wanted.certificate or wanted.sort.endswith("stars"):
        tables = tables.outerjoin(_InForce, _InForce.id == _in_force_id(wanted.day))
    shown: tuple[Any, ...] = (*_COLUMNS, *columns)
    rows: Select[Any] = select(*shown).select_from(tables)
    if wanted.query:
        rows = rows.where(_product_matches(wanted.query))
    if wanted.group:
        rows = rows.where(Product.group148 == wanted.group)
    if wanted.stars:
        rows = rows.where(_InForce.stars == wanted.stars)
    if wanted.certificate:
        rows = rows.where(_certificate_stands(wanted.certificate, wanted.day))
    if wanted.locality_id:
        rows = rows.where(Product.locality_id == wanted.locality_id)
    if wanted.producer_id:
        rows = rows.where(Product.producer_id == wanted.producer_id)
    order = list(_SORTS.get(wanted.sort, ())) or _by_name(Product, wanted.query)
    return rows.order_by(*order, Product.id)


def _product_matches(query: str) -> Any:
    named = Product.search_text.like(like_pattern(query), escape="\\")
    digits = fold(query)
    return or_(named, Product.barcode == digits) if digits.isdigit() else named


def _certificate_stands(state: CertificateFilter, day: date) -> Any:
    if state is CertificateFilter.VALID:
        return _InForce.id.is_not(None)
    if state is CertificateFilter.SOON:  # the last day is the one before `void_from`
        return _InForce.void_from <= day + timedelta(days=SOON_DAYS + 1)
    ended = exists().where(
        Certificate.product_id == Product.id,
        Certificate.issued_on < Certificate.void_from,
        Certificate.void_from <= day,
    )
    return and_(_InForce.id.is_(None), ended if state is CertificateFilter.ENDED else ~ended)


def products_page(wanted: ProductFilter, number: int) -> tuple[Page[Any], dict[int, Standing]]:
    """One page of products and their standing on the day: three statements."""
    # Without a filter the joins take no product away, and counting through them reads three tables.
    bare = wanted == ProductFilter(day=wanted.day, sort=wanted.sort)
    page = paginate(_products(wanted), number, counted=select(Product.id) if bare else None)
    return page, standings_on([row.id for row in page.items], wanted.day)


def products_for_export(wanted: ProductFilter) -> Any:
    """Every product of the list with its facts, read as they are written: one statement."""
    more = (
        Product.specification,
        Product.barcode,
        Product.basis_b,
        Product.basis_c,
        Product.basis_d,
        Product.shelf_life_days,
        Product.reference_price,
    )
    return db.session.execute(_products(wanted, *more).execution_options(yield_per=500))


def find_products(query: str) -> list[Product]:
    """At most 20 products in use by name, code, barcode or producer, accents ignored."""
    rows = (
        select(Product)
        .options(joinedload(Product.producer))
        .where(Product.active, _product_matches(query))
    )
    order = _by_name(Product, query)
    return list(db.session.scalars(rows.order_by(*order, Product.id).limit(CHOICES)))


def products_with_units(ids: Collection[int]) -> dict[int, Product]:
    """Products with producer and pack units, for the lines of a voucher: two statements."""
    rows = (
        select(Product)
        .options(joinedload(Product.producer), selectinload(Product.units))
        .where(Product.id.in_(ids))
    )
    return {product.id: product for product in db.session.scalars(rows)} if ids else {}


def units_of(product_id: int) -> list[ProductUnit]:
    """The pack units of a product, the smallest first."""
    rows = select(ProductUnit).where(ProductUnit.product_id == product_id)
    return list(db.session.scalars(rows.order_by(ProductUnit.factor, ProductUnit.id)))


# --- certificates ---------------------------------------------------------------------------------


def certificates_of(product_id: int) -> list[Certificate]:
    """The certificates of a product, the latest first."""
    rows = select(Certificate).where(Certificate.product_id == product_id)
    return list(
        db.session.scalars(rows.order_by(Certificate.issued_on.desc(), Certificate.id.desc()))
    )


def get_certificate_or_404(certificate_id: int) -> Certificate:
    """The certificate with its product."""
    rows = select(Certificate).options(joinedload(Certificate.product))
    return db.session.scalar(rows.where(Certificate.id == certificate_id)) or abort(404)


def get_certificate_to_edit(user: User, certificate_id: int) -> Certificate:
    """The certificate with its product, locked for a change; 403 for those who may only read it."""
    rows = (
        select(Certificate)
        .options(joinedload(Certificate.product))
        .where(Certificate.id == certificate_id)
        .with_for_update(of=Certificate)
    )
    found = db.session.scalar(rows) or abort(404)
    return found if may_edit(user, found.product.locality_id) else abort(403)


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
