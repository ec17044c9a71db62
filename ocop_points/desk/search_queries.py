"""One search over everything: a statement a kind of record, each with the condition of that record's own list."""

from typing import Any

from sqlalchemy import case, select

from ocop_points.accounts.models import User
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import readable_by
from ocop_points.catalogue.certificate_queries import numbered
from ocop_points.catalogue.lists import supplier_matches
from ocop_points.catalogue.merges_queries import merged_away
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.queries import by_name, product_matches
from ocop_points.core.db import db
from ocop_points.core.text import clean, like_pattern
from ocop_points.desk.search_rules import VoucherParts
from ocop_points.localities.models import Ward
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.stock.models import Voucher


def _read(rows: Any, limit: int) -> list[Any]:
    return list(db.session.execute(rows.limit(limit)))


def points(user: User, query: str, limit: int) -> list[Any]:
    """Points within reach by name, code, address, ward or operator; exact accents first."""
    rows = (
        select(
            SalesPoint.id,
            SalesPoint.code,
            SalesPoint.name,
            SalesPoint.status,
            SalesPoint.address,
            (Ward.kind + " " + Ward.name).label("ward"),
        )
        .join(Ward, Ward.code == SalesPoint.ward_code)
        .where(in_reach(user), SalesPoint.search_text.like(like_pattern(query), escape="\\"))
    )
    return _read(rows.order_by(*by_name(SalesPoint, query), SalesPoint.id), limit)


def suppliers(user: User, query: str, limit: int) -> list[Any]:
    """Who makes and delivers, by name, address or, for those who may see it, tax code."""
    rows = select(Supplier.id, Supplier.name, Supplier.kind, Supplier.address)
    rows = rows.where(supplier_matches(user, query), ~merged_away())
    return _read(rows.order_by(*by_name(Supplier, query), Supplier.id), limit)


def products(query: str, limit: int) -> list[Any]:
    """Products by name, code, barcode or maker."""
    rows = (
        select(Product.id, Product.name, Product.code, Supplier.name.label("producer"))
        .join(Supplier, Supplier.id == Product.producer_id)
        .where(product_matches(query))
    )
    return _read(rows.order_by(*by_name(Product, query), Product.id), limit)


def certificates(query: str, limit: int) -> list[Any]:
    """Certificates by the number on them or of their decision: the whole number first, then the latest."""
    rows = (
        select(
            Certificate.product_id,
            Certificate.number,
            Certificate.decision,
            Certificate.issued_on,
            Certificate.last_valid_day,
            Product.name.label("product"),
        )
        .join(Product, Product.id == Certificate.product_id)
        .where(numbered(query))
    )
    first = case((Certificate.number == clean(query), 0), else_=1)
    return _read(rows.order_by(first, Certificate.issued_on.desc(), Certificate.id), limit)


def vouchers(user: User, parts: VoucherParts, limit: int) -> list[Any]:
    """Vouchers of a point within reach whose number begins with these parts, the latest first."""
    known = (
        (SalesPoint.code, parts.point_code),
        (Voucher.kind, parts.kind),
        (Voucher.year, parts.year),
        (Voucher.serial, parts.serial),
    )
    rows = (
        select(
            Voucher.id,
            Voucher.number,
            Voucher.kind,
            Voucher.on_date,
            SalesPoint.name.label("point"),
            SalesPoint.id.label("point_id"),
        )
        .join(SalesPoint, SalesPoint.id == Voucher.point_id)
        .where(
            in_reach(user),
            Voucher.number.is_not(None),
            *(column == value for column, value in known if value is not None),
        )
    )
    return _read(rows.order_by(Voucher.on_date.desc(), Voucher.id.desc()), limit)


def minutes(user: User, number: int, limit: int) -> list[Any]:
    """Visits that the user may read, by the number that their minutes got with the approval; the latest first."""
    rows = (
        select(
            Visit.id,
            Visit.number,
            Visit.symbol,
            Visit.visited_on,
            Visit.result,
            Visit.state,
            SalesPoint.name.label("point"),
        )
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .where(readable_by(user), Visit.number == number)
    )
    return _read(rows.order_by(Visit.visited_on.desc(), Visit.id.desc()), limit)
