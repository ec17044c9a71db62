"""Points that trade and what stands on their shelves, as everybody may know it (docs/decisions/0026).

Whatever is not public is not in the query: a telephone nobody released, the name of a household's owner.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import clean, like_pattern
from ocop_points.localities.models import Locality, Province, Ward
from ocop_points.points.models import LocationKind, SalesPoint
from ocop_points.points.rules import OperatorKind, PointStatus
from ocop_points.stock.models import HELD, Balance, Lot


@dataclass(frozen=True)
class PublicFilter:
    """What the public list is narrowed to; "" and None mean no matter."""

    query: str = ""
    locality_id: int | None = None


_OPEN = SalesPoint.status == PointStatus.OPEN
_PHONE = case((SalesPoint.phone_public, SalesPoint.phone), else_="")
_OPERATOR = case(
    (SalesPoint.operator_kind != OperatorKind.HOUSEHOLD, SalesPoint.operator_name), else_=""
)
_POINT = (
    SalesPoint.id,
    SalesPoint.code,
    SalesPoint.name,
    LocationKind.name.label("kind"),
    SalesPoint.address,
    (Ward.kind + " " + Ward.name).label("ward"),
    Province.name.label("province"),
    Locality.name.label("locality"),
    SalesPoint.latitude,
    SalesPoint.longitude,
    SalesPoint.opening_hours,
    _PHONE.label("phone"),
    _OPERATOR.label("operator"),
    SalesPoint.opened_on,
)


def _points(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .join(Ward, Ward.code == SalesPoint.ward_code)
        .join(Province, Province.code == Ward.province_code)
        .join(LocationKind, LocationKind.code == SalesPoint.kind_code)
        .join(Locality, Locality.id == SalesPoint.locality_id)
        .where(_OPEN)
    )


def _on_shelf(day: date) -> ColumnElement[bool]:
    """What is left of a lot that is not past its date."""
    return and_(HELD, or_(Lot.expiry.is_(None), Lot.expiry >= day))


def _narrowed(rows: Select[Any], wanted: PublicFilter, day: date) -> Select[Any]:
    if wanted.locality_id:
        rows = rows.where(SalesPoint.locality_id == wanted.locality_id)
    if wanted.query:
        pattern = like_pattern(wanted.query)
        sells = (
            select(Balance.point_id)
            .join(Lot, Lot.id == Balance.lot_id)
            .join(Product, Product.id == Lot.product_id)
            .where(Product.search_text.like(pattern, escape="\\"), _on_shelf(day))
        )
        # Not `search_text`: it holds the operator's name, and a hit would tell what the page does not.
        found = (SalesPoint.folded_name, SalesPoint.folded_address, Ward.search_text)
        named = [column.like(pattern, escape="\\") for column in found]
        coded = SalesPoint.code == clean(wanted.query).upper()
        rows = rows.where(or_(*named, coded, SalesPoint.id.in_(sells)))
    return rows


def _ordered(rows: Select[Any], wanted: PublicFilter) -> Select[Any]:
    order: list[Any] = [SalesPoint.sort_key, SalesPoint.id]
    if wanted.query:  # names that hold the words come before places, streets and goods
        pattern = like_pattern(wanted.query)
        order.insert(0, case((SalesPoint.folded_name.like(pattern, escape="\\"), 0), else_=1))
    return rows.order_by(*order)


def points_page(wanted: PublicFilter, number: int, day: date) -> Page[Any]:
    """One page of the points that trade: two statements."""
    return paginate(_ordered(_narrowed(_points(*_POINT), wanted, day), wanted), number)


def points_for_file(wanted: PublicFilter, day: date) -> Any:
    """All of them, read as they are written: one statement."""
    rows = _ordered(_narrowed(_points(*_POINT), wanted, day), wanted)
    return db.session.execute(rows.execution_options(yield_per=500))


def point_by_code(code: str) -> Any:
    """The point when it trades, or None."""
    return db.session.execute(_points(*_POINT).where(SalesPoint.code == code)).first()


def goods_counts(day: date, point_ids: Collection[int] | None = None) -> dict[int, int]:
    """How many products stand on the shelves of these points (None: of all): one statement."""
    rows = (
        select(Balance.point_id, func.count(Lot.product_id.distinct()))
        .join(Lot, Lot.id == Balance.lot_id)
        .where(_on_shelf(day))
        .group_by(Balance.point_id)
    )
    if point_ids is not None:
        rows = rows.where(Balance.point_id.in_(point_ids))
    return dict(db.session.execute(rows).all())


_GOODS: tuple[Any, ...] = (
    SalesPoint.code.label("point_code"),
    Product.id,
    Product.code.label("product_code"),
    Product.name.label("product"),
    Supplier.name.label("producer"),
    Product.group148,
    Product.old_group,
    Product.sort_key,
    SalesPoint.id.label("point_id"),
)


def _goods(day: date) -> Select[Any]:
    rows: Select[Any] = select(*_GOODS)
    return (
        rows.select_from(Balance)
        .join(Lot, Lot.id == Balance.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(Supplier, Supplier.id == Product.producer_id)
        .join(SalesPoint, SalesPoint.id == Balance.point_id)
        .where(_OPEN, _on_shelf(day))
        .distinct()
    )


def goods_page(point_id: int, number: int, day: date) -> Page[Any]:
    """One page of the products on a point's shelf: two statements."""
    rows = _goods(day).where(SalesPoint.id == point_id).order_by(Product.sort_key, Product.id)
    counted = select(_goods(day).where(SalesPoint.id == point_id).subquery().c.id)
    return paginate(rows, number, counted=counted)


def goods_for_file(locality_id: int | None, day: date) -> list[Any]:
    """The products on all shelves, of one locality when it is given: one statement."""
    rows = _goods(day).order_by(SalesPoint.code, Product.sort_key, Product.id)
    if locality_id:
        rows = rows.where(SalesPoint.locality_id == locality_id)
    return list(db.session.execute(rows))


def localities_with_points() -> list[tuple[int, str]]:
    """Id and name of the localities with a point that trades; the name of today where that is another."""
    rows = (
        select(Locality.id, Locality.name, Province.name.label("now"))
        .join(Province, Province.code == Locality.province_code)
        .where(Locality.id.in_(select(SalesPoint.locality_id).where(_OPEN)))
        .order_by(Locality.sort_key)
    )
    return [
        (row.id, row.name if row.name == row.now else f"{row.name} (nay: {row.now})")
        for row in db.session.execute(rows)
    ]
