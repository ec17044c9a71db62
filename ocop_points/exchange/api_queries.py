"""The keys to the API within a user's reach, and what a key may read: one locality's records."""

from collections.abc import Mapping
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules_states import VisitState
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.rules import PRODUCER_KINDS
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.exchange.api_models import ApiToken
from ocop_points.localities.models import Locality, Province, Ward
from ocop_points.localities.queries import reached_ids
from ocop_points.points.models import LocationKind, SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.stock.models import HELD, Balance, Lot

Key = tuple[int, ...]
_REGISTERED = frozenset(PointStatus) - {PointStatus.REFUSED}


def _tokens(user: User) -> Select[Any]:
    return select(ApiToken).where(ApiToken.locality_id.in_(reached_ids(user)))


def tokens_page(user: User, number: int) -> Page[Any]:
    """One page of the keys within reach, those in force first, the newest first: two statements."""
    rows = _tokens(user).options(joinedload(ApiToken.locality), joinedload(ApiToken.made_by))
    order = (ApiToken.revoked_at.is_not(None), ApiToken.made_at.desc(), ApiToken.id.desc())
    return paginate(rows.order_by(*order), number)


def get_token_or_404(user: User, token_id: int, *, lock: bool = False) -> ApiToken:
    """The key, when its locality lies within reach; `lock` when it will be changed."""
    rows = _tokens(user).where(ApiToken.id == token_id)
    return db.session.scalar(rows.with_for_update() if lock else rows) or abort(404)


def token_in_force(token_hash: str) -> Any:
    """Id, locality and day of last use of a key that was not revoked, or None."""
    rows = select(ApiToken.id, ApiToken.locality_id, ApiToken.last_used_on)
    rows = rows.where(ApiToken.token_hash == token_hash, ApiToken.revoked_at.is_(None))
    return db.session.execute(rows).first()


# --- what a key reads -----------------------------------------------------------------------------


def _rows(*columns: Any) -> Select[Any]:
    return select(*columns)


def _points(locality_id: int) -> Select[Any]:
    rows = _rows(
        SalesPoint.id,
        SalesPoint.code,
        SalesPoint.name,
        SalesPoint.status,
        LocationKind.code.label("kind"),
        LocationKind.name.label("kind_name"),
        SalesPoint.address,
        Ward.code.label("ward_code"),
        (Ward.kind + " " + Ward.name).label("ward"),
        Province.name.label("province"),
        Locality.short_code.label("locality"),
        SalesPoint.area_dm2,
        SalesPoint.latitude,
        SalesPoint.longitude,
        SalesPoint.operator_name,
        SalesPoint.operator_kind,
        SalesPoint.opening_hours,
        SalesPoint.opened_on,
        SalesPoint.moit_supported,
        SalesPoint.last_visit_on,
        SalesPoint.last_result,
        SalesPoint.last_score_tenths,
    )
    return (
        rows.join(Ward, Ward.code == SalesPoint.ward_code)
        .join(Province, Province.code == Ward.province_code)
        .join(LocationKind, LocationKind.code == SalesPoint.kind_code)
        .join(Locality, Locality.id == SalesPoint.locality_id)
        .where(SalesPoint.locality_id == locality_id, SalesPoint.status.in_(_REGISTERED))
    )


def _producers(locality_id: int) -> Select[Any]:
    rows = _rows(
        Supplier.id,
        Supplier.kind,
        Supplier.name,
        Supplier.tax_code,
        Supplier.address,
        Supplier.active,
    )
    return rows.where(Supplier.locality_id == locality_id, Supplier.kind.in_(PRODUCER_KINDS))


def _products(locality_id: int) -> Select[Any]:
    rows = _rows(
        Product.id,
        Product.code,
        Product.name,
        Product.producer_id,
        Product.group148,
        Product.old_group,
        Product.base_unit,
        Product.barcode,
        Product.shelf_life_days,
        Product.reference_price,
        Product.active,
    )
    return rows.where(Product.locality_id == locality_id)


def _certificates(locality_id: int) -> Select[Any]:
    rows = _rows(
        Certificate.id,
        Product.code.label("product_code"),
        Certificate.stars,
        Certificate.score_thousandths,
        Certificate.number,
        Certificate.decision,
        Certificate.issuer,
        Certificate.issued_on,
        Certificate.last_valid_day,
        Certificate.withdrawn_on,
    )
    joined = rows.join(Product, Product.id == Certificate.product_id)
    return joined.where(Product.locality_id == locality_id)


def _visits(locality_id: int) -> Select[Any]:
    rows = _rows(
        Visit.id,
        SalesPoint.code.label("point_code"),
        Visit.kind,
        Visit.visited_on,
        Visit.result,
        Visit.score_tenths,
        Visit.number,
        Visit.symbol,
        Visit.numbered_on,
    )
    joined = rows.join(SalesPoint, SalesPoint.id == Visit.point_id)
    return joined.where(Visit.locality_id == locality_id, Visit.state == VisitState.APPROVED)


def _stock(locality_id: int) -> Select[Any]:
    rows = _rows(
        Balance.point_id,
        Balance.lot_id,
        SalesPoint.code.label("point_code"),
        Product.code.label("product_code"),
        Lot.code.label("lot_code"),
        Lot.expiry,
        Balance.on_hand,
        Product.base_unit.label("unit"),
    )
    joined = (
        rows.join(Lot, Lot.id == Balance.lot_id)
        .join(Product, Product.id == Lot.product_id)
        .join(SalesPoint, SalesPoint.id == Balance.point_id)
    )
    return joined.where(SalesPoint.locality_id == locality_id, HELD)


# Each kind of record with the columns of its order, which no two rows share.
READABLE: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "points": (_points, (SalesPoint.id,)),
    "producers": (_producers, (Supplier.id,)),
    "products": (_products, (Product.id,)),
    "certificates": (_certificates, (Certificate.id,)),
    "visits": (_visits, (Visit.id,)),
    "stock": (_stock, (Balance.point_id, Balance.lot_id)),
}


def records(name: str, locality_id: int, after: Key | None, limit: int) -> list[Any]:
    """The next rows of a locality's records behind a key, in the order of their keys: one statement."""
    select_rows, columns = READABLE[name]
    rows = select_rows(locality_id)
    if after is not None:
        rows = rows.where(_behind(columns, after))
    return list(db.session.execute(rows.order_by(*columns).limit(limit)))


def _behind(columns: tuple[Any, ...], after: Key) -> Any:
    """(a, b) > (x, y), in words that every database's index understands."""
    first, *others = columns
    if not others:
        return first > after[0]
    return or_(first > after[0], and_(first == after[0], _behind(tuple(others), after[1:])))
