"""Finding sales points within a user's reach."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import clean, fold, like_pattern
from ocop_points.localities.models import Locality, Province, Ward
from ocop_points.localities.queries import Reader, reached_ids
from ocop_points.points.models import LocationKind, PointStep, SalesPoint, user_point
from ocop_points.points.rules import LastResult, PointStatus, TourismKind
from ocop_points.points.tourism_models import TourismLink

NEVER_VISITED = "none"
ANY_TOURISM = "any"


@dataclass(frozen=True)
class PointFilter:
    """What a list of points is narrowed to and ordered by; "" means no matter."""

    query: str = ""
    status: PointStatus | None = None
    kind: str = ""
    result: LastResult | str | None = None
    locality_id: int | None = None
    supported: bool | None = None
    # A kind, or ANY_TOURISM.
    tourism: TourismKind | str | None = None
    sort: str = ""


def in_reach(user: User | Reader) -> Any:
    """The condition that a point lies within the user's reach: a set of localities, or of points."""
    if user.role is Role.OPERATOR:
        own = select(user_point.c.point_id).where(user_point.c.user_id == user.id)
        return SalesPoint.id.in_(own)
    if user.role in {Role.MINISTRY_ADMIN, Role.MINISTRY_VIEWER}:
        return SalesPoint.id.is_not(None)
    return SalesPoint.locality_id.in_(reached_ids(user))


def get_point_or_404(user: User, point_id: int) -> SalesPoint:
    """The point with locality, ward and kind, when it lies within reach."""
    given = {"point": point_id, "reader": user.id}
    return db.session.scalar(_point_of(user.role), given) or abort(404)


@cache
def _point_of(role: Role) -> Select[Any]:
    return (
        select(SalesPoint)
        .options(
            joinedload(SalesPoint.locality).joinedload(Locality.department),
            joinedload(SalesPoint.ward).joinedload(Ward.province),
            joinedload(SalesPoint.kind),
        )
        .where(SalesPoint.id == bindparam("point"), in_reach(Reader(role)))
    )


def get_point_to_edit(user: User, point_id: int) -> SalesPoint:
    """The point, locked for a change, when it lies within reach."""
    rows = select(SalesPoint).where(SalesPoint.id == point_id, in_reach(user))
    return db.session.scalar(rows.with_for_update(of=SalesPoint)) or abort(404)


_COLUMNS = (
    SalesPoint.id,
    SalesPoint.code,
    SalesPoint.name,
    SalesPoint.status,
    SalesPoint.last_visit_on,
    SalesPoint.last_result,
    SalesPoint.last_score_tenths,
    SalesPoint.address,
    Ward.kind.label("ward_kind"),
    Ward.name.label("ward_name"),
    LocationKind.short_name.label("kind_name"),
    Locality.name.label("locality_name"),
)
_SORTS: dict[str, Any] = {
    "name": (SalesPoint.sort_key,),
    "code": (SalesPoint.code,),
    "ward": (Ward.sort_key,),
    "visit": (SalesPoint.last_visit_on.is_not(None), SalesPoint.last_visit_on),
    "-visit": (SalesPoint.last_visit_on.is_(None), SalesPoint.last_visit_on.desc()),
    "score": (SalesPoint.last_score_tenths.is_(None), SalesPoint.last_score_tenths),
    "-score": (SalesPoint.last_score_tenths.is_(None), SalesPoint.last_score_tenths.desc()),
    "-name": (SalesPoint.sort_key.desc(),),
    "-code": (SalesPoint.code.desc(),),
    "-ward": (Ward.sort_key.desc(),),
}
SORTS = frozenset(_SORTS)


def _filtered(user: User, wanted: PointFilter, *columns: Any) -> Select[Any]:
    rows = (
        select(*columns)
        .join(Ward, Ward.code == SalesPoint.ward_code)
        .join(LocationKind, LocationKind.code == SalesPoint.kind_code)
        .join(Locality, Locality.id == SalesPoint.locality_id)
        .where(in_reach(user))
    )
    if wanted.query:
        rows = rows.where(SalesPoint.search_text.like(like_pattern(wanted.query), escape="\\"))
    if wanted.status:
        rows = rows.where(SalesPoint.status == wanted.status)
    if wanted.kind:
        rows = rows.where(SalesPoint.kind_code == wanted.kind)
    if wanted.result == NEVER_VISITED:
        rows = rows.where(SalesPoint.last_result.is_(None))
    elif wanted.result:
        rows = rows.where(SalesPoint.last_result == wanted.result)
    if wanted.locality_id:
        rows = rows.where(SalesPoint.locality_id == wanted.locality_id)
    if wanted.supported is not None:
        rows = rows.where(SalesPoint.moit_supported.is_(wanted.supported))
    if wanted.tourism:
        linked = exists().where(TourismLink.point_id == SalesPoint.id)
        if wanted.tourism != ANY_TOURISM:
            linked = linked.where(TourismLink.kind == wanted.tourism)
        rows = rows.where(linked)
    return rows


def _ordered(rows: Select[Any], wanted: PointFilter) -> Select[Any]:
    order = list(_SORTS.get(wanted.sort, ()))
    if not order:
        order = [SalesPoint.sort_key]
        if wanted.query:  # a hit with the exact accents ranks first (DOMAIN.md §7)
            exact = _exact_pattern(wanted.query)
            order.insert(0, case((SalesPoint.exact_text.like(exact, escape="\\"), 0), else_=1))
    return rows.order_by(*order, SalesPoint.id)


def _exact_pattern(query: str) -> str:
    plain = clean(query).lower()
    for special in ("\\", "%", "_"):
        plain = plain.replace(special, "\\" + special)
    return f"%{plain}%"


def points_page(user: User, wanted: PointFilter, number: int) -> Page[Any]:
    """One page of the points within reach: two statements."""
    # Without a filter the joins take no point away, and counting through them reads four tables.
    bare = wanted == PointFilter(sort=wanted.sort)
    counted = select(SalesPoint.id).where(in_reach(user)) if bare else None
    return paginate(_ordered(_filtered(user, wanted, *_COLUMNS), wanted), number, counted=counted)


def points_for_export(user: User, wanted: PointFilter) -> Any:
    """Every point of the list, all facts, read as they are written: one statement."""
    columns = (
        *_COLUMNS,
        Province.name.label("province_name"),
        SalesPoint.area_dm2,
        SalesPoint.latitude,
        SalesPoint.longitude,
        SalesPoint.operator_name,
        SalesPoint.operator_kind,
        SalesPoint.operator_tax_code,
        SalesPoint.representative,
        SalesPoint.phone,
        SalesPoint.opening_hours,
        SalesPoint.opened_on,
        SalesPoint.moit_supported,
    )
    rows = _filtered(user, wanted, *columns).join(Province, Province.code == Ward.province_code)
    return db.session.execute(_ordered(rows, wanted).execution_options(yield_per=500))


def likely_duplicates(
    locality_id: int, *, name: str, address: str, ward_code: str, but: int | None = None
) -> list[SalesPoint]:
    """Points of the locality that may be the same: equal folded name, or equal folded address in the ward."""
    folded_name, folded_address = fold(name), fold(address)
    same = or_(
        SalesPoint.folded_name == folded_name,
        and_(SalesPoint.folded_address == folded_address, SalesPoint.ward_code == ward_code),
    )
    rows = select(SalesPoint).where(SalesPoint.locality_id == locality_id, same)
    if but is not None:
        rows = rows.where(SalesPoint.id != but)
    return list(db.session.scalars(rows.order_by(SalesPoint.id).limit(5)))


def steps_of(point_id: int) -> list[PointStep]:
    """The steps of a point's life with who took them, the last first."""
    return list(db.session.scalars(_STEPS, {"point": point_id}))


_STEPS = (
    select(PointStep)
    .options(joinedload(PointStep.by))
    .where(PointStep.point_id == bindparam("point"))
    .order_by(PointStep.id.desc())
)


def last_step_on(point_id: int) -> date | None:
    """The day of the last step."""
    rows = select(func.max(PointStep.on_date)).where(PointStep.point_id == point_id)
    return db.session.scalar(rows)


def kinds() -> list[LocationKind]:
    """The kinds of location in their order."""
    return list(db.session.scalars(select(LocationKind).order_by(LocationKind.code)))


_KIND_NAMES = select(LocationKind.code, LocationKind.short_name).order_by(LocationKind.code)


def kind_names() -> list[tuple[str, str]]:
    """Code and short name of the kinds of location, for a filter."""
    return [(row.code, row.short_name) for row in db.session.connection().execute(_KIND_NAMES)]


def counts_by_status(user: User) -> dict[PointStatus, int]:
    """How many points within reach stand in each state."""
    rows = select(SalesPoint.status, func.count()).where(in_reach(user)).group_by(SalesPoint.status)
    return dict(db.session.execute(rows).all())


def counts_by_result(user: User) -> dict[LastResult | None, int]:
    """Of the open points within reach, how many have each last result."""
    rows = (
        select(SalesPoint.last_result, func.count())
        .where(in_reach(user), SalesPoint.status == PointStatus.OPEN)
        .group_by(SalesPoint.last_result)
    )
    return dict(db.session.execute(rows).all())


def points_waiting(user: User, statuses: list[PointStatus], *, limit: int) -> list[SalesPoint]:
    """Points within reach that stand in one of these states, the longest first."""
    rows = (
        select(SalesPoint)
        .options(joinedload(SalesPoint.ward))
        .where(in_reach(user), SalesPoint.status.in_(statuses))
        .order_by(SalesPoint.created_at, SalesPoint.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def points_to_visit(user: User, before: date, *, limit: int) -> list[SalesPoint]:
    """Open points within reach never visited, or last before this day: those first that wait longest."""
    rows = (
        select(SalesPoint)
        .options(joinedload(SalesPoint.ward))
        .where(
            in_reach(user),
            SalesPoint.status == PointStatus.OPEN,
            or_(SalesPoint.last_visit_on.is_(None), SalesPoint.last_visit_on < before),
        )
        .order_by(SalesPoint.last_visit_on.is_not(None), SalesPoint.last_visit_on, SalesPoint.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def own_points(user: User) -> list[SalesPoint]:
    """The points an operator runs."""
    rows = select(SalesPoint).options(joinedload(SalesPoint.ward)).where(in_reach(user))
    return list(db.session.scalars(rows.order_by(SalesPoint.sort_key).limit(50)))


def points_of_users(user_ids: list[int]) -> dict[int, list[SalesPoint]]:
    """The points of several operators: one statement for a whole list."""
    rows = (
        select(user_point.c.user_id, SalesPoint)
        .join(SalesPoint, SalesPoint.id == user_point.c.point_id)
        .where(user_point.c.user_id.in_(user_ids))
        .order_by(SalesPoint.sort_key)
    )
    found: dict[int, list[SalesPoint]] = {}
    for user_id, point in db.session.execute(rows):
        found.setdefault(user_id, []).append(point)
    return found


def points_to_give(user: User) -> list[SalesPoint]:
    """The points within reach that an operator may be given."""
    rows = select(SalesPoint).where(
        in_reach(user), SalesPoint.status.not_in([PointStatus.CLOSED, PointStatus.REFUSED])
    )
    return list(db.session.scalars(rows.order_by(SalesPoint.sort_key)))
