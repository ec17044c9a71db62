"""Finding agreements within a user's reach, their prices and scans."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import join, joinedload

from ocop_points.accounts.models import User
from ocop_points.catalogue.merges_models import SupplierMerge
from ocop_points.catalogue.merges_queries import kept_id
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.access import MINISTRY, Role
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import fold, like_pattern
from ocop_points.localities.models import Locality, Ward
from ocop_points.localities.queries import reached_ids
from ocop_points.points.models import SalesPoint, user_point
from ocop_points.programme.agreements_models import Agreement, AgreementPrice, AgreementScan
from ocop_points.programme.agreements_rules import REMIND_DAYS, Standing, Terms, chains

POINTS_ONLY, CHAINS_ONLY = "points", "chains"
# The producer as it is called now: one that was merged away is the one that stayed.
NOW_ID = func.coalesce(SupplierMerge.kept_id, Agreement.producer_id)


@dataclass(frozen=True)
class AgreementFilter:
    """What a list of agreements is narrowed to on `day`; "" and None mean no matter."""

    day: date
    query: str = ""
    standing: Standing | None = None
    terms: Terms | None = None
    buyer: str = ""
    locality_id: int | None = None
    point_id: int | None = None
    producer_id: int | None = None


def in_reach(user: User) -> Any:
    """The condition that an agreement lies within the user's reach: of localities, or of own points."""
    if user.role in MINISTRY:
        return Agreement.id.is_not(None)
    if user.role is Role.OPERATOR:
        own = select(user_point.c.point_id).where(user_point.c.user_id == user.id)
        return Agreement.point_id.in_(own)
    return Agreement.locality_id.in_(reached_ids(user))


_WHOLE = (
    joinedload(Agreement.producer),
    joinedload(Agreement.locality),
    joinedload(Agreement.point),
)


def get_agreement_or_404(user: User, agreement_id: int) -> Agreement:
    """The agreement with producer, point and locality, within reach."""
    rows = select(Agreement).options(*_WHOLE).where(Agreement.id == agreement_id, in_reach(user))
    return db.session.scalar(rows) or abort(404)


def get_agreement_to_edit(user: User, agreement_id: int) -> Agreement:
    """As above, locked for a change."""
    rows = select(Agreement).options(*_WHOLE).where(Agreement.id == agreement_id, in_reach(user))
    return db.session.scalar(rows.with_for_update(of=Agreement)) or abort(404)


_COLUMNS: tuple[Any, ...] = (
    Agreement.id,
    Agreement.number,
    Agreement.terms,
    Agreement.signed_on,
    Agreement.valid_from,
    Agreement.valid_to,
    Agreement.ended_on,
    Agreement.chain_code,
    Agreement.chain_name,
    Agreement.point_id,
    Agreement.least_value,
    Agreement.discount_hundredths,
    Agreement.return_days,
    Agreement.conference,
    NOW_ID.label("producer_id"),
    Supplier.name.label("producer_name"),
    SalesPoint.name.label("point_name"),
    SalesPoint.code.label("point_code"),
    Locality.name.label("locality_name"),
)


def _agreements(user: User, wanted: AgreementFilter) -> Select[Any]:
    tables: Any = join(Agreement, Locality, Locality.id == Agreement.locality_id)
    tables = tables.outerjoin(SupplierMerge, SupplierMerge.merged_id == Agreement.producer_id)
    tables = tables.join(Supplier, Supplier.id == NOW_ID)
    tables = tables.outerjoin(SalesPoint, SalesPoint.id == Agreement.point_id)
    rows: Select[Any] = select(*_COLUMNS).select_from(tables).where(in_reach(user))
    if wanted.query:
        rows = rows.where(_matches(wanted.query))
    if wanted.standing:
        rows = rows.where(_stands(wanted.standing, wanted.day))
    if wanted.terms:
        rows = rows.where(Agreement.terms == wanted.terms)
    if wanted.buyer == POINTS_ONLY:
        rows = rows.where(Agreement.point_id.is_not(None))
    elif wanted.buyer == CHAINS_ONLY:
        rows = rows.where(Agreement.point_id.is_(None))
    elif wanted.buyer:
        rows = rows.where(Agreement.chain_code == wanted.buyer)
    for column, value in (
        (Agreement.locality_id, wanted.locality_id),
        (Agreement.point_id, wanted.point_id),
        (NOW_ID, wanted.producer_id),
    ):
        if value:
            rows = rows.where(column == value)
    return rows.order_by(Agreement.valid_to.desc(), Agreement.id.desc())


def _matches(query: str) -> Any:
    """By producer, point or chain, or the number as it is written."""
    pattern, folded = like_pattern(query), fold(query)
    named = [code for code, one in chains().items() if folded in fold(one.name)]
    return or_(
        Supplier.search_text.like(pattern, escape="\\"),
        SalesPoint.search_text.like(pattern, escape="\\"),
        Agreement.chain_code.in_(named),
        Agreement.number == query,
    )


def _stands(standing: Standing, day: date) -> Any:
    soon = day + timedelta(days=REMIND_DAYS)
    whole = or_(Agreement.ended_on.is_(None), Agreement.ended_on > day)
    begun, unfinished = Agreement.valid_from <= day, Agreement.valid_to >= day
    return {
        Standing.ENDED: ~whole,
        Standing.OVER: and_(whole, ~unfinished),
        Standing.AHEAD: and_(whole, unfinished, ~begun),
        Standing.SOON: and_(whole, begun, unfinished, Agreement.valid_to <= soon),
        Standing.RUNNING: and_(whole, begun, Agreement.valid_to > soon),
    }[standing]


def agreements_page(user: User, wanted: AgreementFilter, number: int) -> Page[Any]:
    """One page of the agreements within reach, those that run longest first: two statements."""
    return paginate(_agreements(user, wanted), number)


def agreements_for_export(user: User, wanted: AgreementFilter) -> Any:
    """Every agreement of the list, read as they are written: one statement."""
    return db.session.execute(_agreements(user, wanted).execution_options(yield_per=500))


def agreements_ending(user: User, day: date, *, limit: int) -> list[Any]:
    """Those within reach that end in the next days, the first to end first."""
    rows = _agreements(user, AgreementFilter(day, standing=Standing.SOON))
    order = rows.order_by(None).order_by(Agreement.valid_to, Agreement.id)
    return list(db.session.execute(order.limit(limit)))


def agreements_to_write_about(
    user: User, day: date, agreement_id: int | None
) -> Sequence[tuple[Agreement, Supplier]]:
    """Those of `agreements_ending`, or one of them, with the producer as it is called now and what a letter names.

    One statement.
    """
    rows = (
        select(Agreement, Supplier)
        .outerjoin(SupplierMerge, SupplierMerge.merged_id == Agreement.producer_id)
        .join(Supplier, Supplier.id == NOW_ID)
        .options(
            joinedload(Agreement.point),
            joinedload(Agreement.locality).joinedload(Locality.department),
            joinedload(Supplier.ward).joinedload(Ward.province),
        )
        .where(in_reach(user), _stands(Standing.SOON, day))
        .order_by(Agreement.valid_to, Agreement.id)
    )
    if agreement_id is not None:
        rows = rows.where(Agreement.id == agreement_id)
    return [(one, maker) for one, maker in db.session.execute(rows)]


def running_with(point_id: int, day: date) -> list[Any]:
    """(producer_id, id, number, valid_to, ended_on) of the agreements with a point that run on a day: one statement.

    The producer as it is called now.
    """
    columns = (Agreement.id, Agreement.number, Agreement.valid_to, Agreement.ended_on)
    rows = (
        select(NOW_ID.label("producer_id"), *columns)
        .outerjoin(SupplierMerge, SupplierMerge.merged_id == Agreement.producer_id)
        .where(Agreement.point_id == point_id)
        .where(or_(_stands(Standing.SOON, day), _stands(Standing.RUNNING, day)))
        .order_by(Agreement.valid_to, Agreement.id)
    )
    return list(db.session.execute(rows))


def now_id(agreement: Agreement) -> int:
    """The producer whose goods count: what it was merged into, or itself."""
    return kept_id(agreement.producer_id) or agreement.producer_id


def prices_of(agreement_id: int) -> dict[int, int]:
    """The price list: whole ₫ a base unit by product."""
    rows = select(AgreementPrice.product_id, AgreementPrice.price)
    rows = rows.where(AgreementPrice.agreement_id == agreement_id)
    return dict(db.session.execute(rows).all())


def goods_of(producer_id: int, also: Collection[int] = ()) -> list[Product]:
    """The products in use of a producer, and `also` these, by name."""
    rows = select(Product).where(
        or_(and_(Product.producer_id == producer_id, Product.active), Product.id.in_(also))
    )
    return list(db.session.scalars(rows.order_by(Product.sort_key, Product.id).limit(200)))


def scans_of(agreement_id: int) -> list[AgreementScan]:
    """The scans of an agreement with their files, in the order they came."""
    rows = select(AgreementScan).options(
        joinedload(AgreementScan.file), joinedload(AgreementScan.added_by)
    )
    rows = rows.where(AgreementScan.agreement_id == agreement_id)
    return list(db.session.scalars(rows.order_by(AgreementScan.id)))


def get_scan_or_404(user: User, scan_id: int) -> AgreementScan:
    """The scan with its file, when the user may read the agreement."""
    rows = (
        select(AgreementScan)
        .join(Agreement, Agreement.id == AgreementScan.agreement_id)
        .options(joinedload(AgreementScan.file))
        .where(AgreementScan.id == scan_id, in_reach(user))
    )
    return db.session.scalar(rows) or abort(404)
