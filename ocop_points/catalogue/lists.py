"""The lists of suppliers and products with their filters: national, readable by all signed in (RULES.md §5)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased, join

from ocop_points.accounts.models import User
from ocop_points.catalogue.merges_queries import merged_away
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.queries import (
    CHOICES,
    SOON_DAYS,
    by_name,
    product_matches,
    sees_contacts,
    standings_on,
)
from ocop_points.catalogue.rules import ProductGroup, Standing, Stars, SupplierKind
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Locality
from ocop_points.localities.queries import reached_ids


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
        select(*columns)
        .select_from(Supplier)
        .join(Locality, Locality.id == Supplier.locality_id)
        .where(~merged_away())
    )
    if wanted.query:
        rows = rows.where(supplier_matches(user, wanted.query))
    if wanted.kind:
        rows = rows.where(Supplier.kind == wanted.kind)
    if wanted.locality_id:
        rows = rows.where(Supplier.locality_id == wanted.locality_id)
    if wanted.active is not None:
        rows = rows.where(Supplier.active.is_(wanted.active))
    order = list(_SUPPLIER_SORTS.get(wanted.sort, ())) or by_name(Supplier, wanted.query)
    return rows.order_by(*order, Supplier.id)


def supplier_matches(user: User, query: str) -> Any:
    """The condition of a search: name, address and, for those who may see it, a whole tax code."""
    named = Supplier.search_text.like(like_pattern(query), escape="\\")
    digits = query.replace(" ", "")
    if sees_contacts(user) and len(digits) >= 10:
        return or_(named, Supplier.tax_code == digits)
    return named


def suppliers_page(user: User, wanted: SupplierFilter, number: int) -> Page[Any]:
    """One page of suppliers: two statements. Tax code and telephone only for those who may see them."""
    return paginate(_suppliers(user, wanted), number)


def suppliers_for_export(user: User, wanted: SupplierFilter) -> Any:
    """Every supplier of the list, read as they are written: one statement."""
    return db.session.execute(_suppliers(user, wanted).execution_options(yield_per=500))


def editable_suppliers(user: User, query: str, *, but: int) -> list[Any]:
    """At most 20 suppliers by name, kept by the user's localities, but this one: one statement."""
    rows = _suppliers(user, SupplierFilter(query=query))
    rows = rows.where(Supplier.locality_id.in_(reached_ids(user)), Supplier.id != but)
    return list(db.session.execute(rows.limit(CHOICES)))


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
    Product.picture_file_id,
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
        rows = rows.where(product_matches(wanted.query))
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
    order = list(_SORTS.get(wanted.sort, ())) or by_name(Product, wanted.query)
    return rows.order_by(*order, Product.id)


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
        Product.shelf_life_months,
        Product.reference_price,
    )
    return db.session.execute(_products(wanted, *more).execution_options(yield_per=500))
