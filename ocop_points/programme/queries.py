"""Finding support, payments, guidance visits, and points that break their duty; within the user's reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ocop_points.accounts.models import User
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Locality
from ocop_points.points.models import PointStep, SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.points.rules import PointStatus
from ocop_points.programme.models import GuidanceVisit, Support, SupportPayment
from ocop_points.programme.rules import DORMANT_AFTER, DutyBreach, Money, SupportSource, breach
from ocop_points.stock.models import Movement

UNACCEPTED, UNPAID = "unaccepted", "unpaid"


@dataclass(frozen=True)
class SupportFilter:
    """What a list of support is narrowed to; `stage`: not accepted yet, or not paid in full."""

    query: str = ""
    source: SupportSource | None = None
    year: int | None = None
    locality_id: int | None = None
    stage: str = ""


_PAID = (
    select(func.coalesce(func.sum(SupportPayment.amount), 0))
    .where(SupportPayment.support_id == Support.id)
    .correlate(Support)
    .scalar_subquery()
)
_COLUMNS = (
    Support.id,
    Support.point_id,
    Support.source,
    Support.programme_year,
    Support.purpose,
    Support.amount,
    Support.decision_number,
    Support.decided_on,
    Support.accepted_on,
    Support.acceptance_number,
    Support.keep_open_until,
    _PAID.label("paid"),
    SalesPoint.name.label("point_name"),
    SalesPoint.code.label("point_code"),
    SalesPoint.status.label("point_status"),
    Locality.name.label("locality_name"),
)


def _filtered(user: User, wanted: SupportFilter, *columns: Any) -> Select[Any]:
    rows = (
        select(*columns)
        .select_from(Support)
        .join(SalesPoint, SalesPoint.id == Support.point_id)
        .join(Locality, Locality.id == SalesPoint.locality_id)
        .where(in_reach(user))
    )
    if wanted.query:
        found = SalesPoint.search_text.like(like_pattern(wanted.query), escape="\\")
        rows = rows.where(or_(found, Support.decision_number == wanted.query))
    if wanted.source:
        rows = rows.where(Support.source == wanted.source)
    if wanted.year:
        rows = rows.where(Support.programme_year == wanted.year)
    if wanted.locality_id:
        rows = rows.where(SalesPoint.locality_id == wanted.locality_id)
    if wanted.stage == UNACCEPTED:
        rows = rows.where(Support.accepted_on.is_(None))
    elif wanted.stage == UNPAID:
        rows = rows.where(Support.amount > _PAID)
    return rows


def _ordered(rows: Select[Any]) -> Select[Any]:
    return rows.order_by(Support.decided_on.desc(), Support.id.desc())


def support_page(user: User, wanted: SupportFilter, number: int) -> Page[Any]:
    """One page of support, the latest decision first: two statements."""
    return paginate(_ordered(_filtered(user, wanted, *_COLUMNS)), number)


def support_for_export(user: User, wanted: SupportFilter) -> Any:
    """Every support of the list, read as it is written: one statement."""
    rows = _ordered(_filtered(user, wanted, *_COLUMNS))
    return db.session.execute(rows.execution_options(yield_per=500))


def support_sum(user: User, wanted: SupportFilter) -> Money:
    """What the whole list comes to, in ₫: one statement."""
    paid = _filtered(user, wanted, Support.amount, _PAID.label("paid")).subquery()
    agreed, given = db.session.execute(
        select(func.coalesce(func.sum(paid.c.amount), 0), func.coalesce(func.sum(paid.c.paid), 0))
    ).one()
    return Money(int(agreed), int(given))


def totals(user: User, wanted: SupportFilter) -> list[Any]:
    """By locality and programme year: points, decisions, agreed and paid in ₫; one statement.

    Localities in Vietnamese order, the latest year first.
    """
    each = _filtered(
        user,
        wanted,
        Locality.name.label("locality_name"),
        Locality.sort_key,
        Support.programme_year,
        Support.point_id,
        Support.amount,
        _PAID.label("paid"),
    ).subquery()
    rows = (
        select(
            each.c.locality_name,
            each.c.programme_year,
            func.count(each.c.point_id.distinct()).label("points"),
            func.count().label("decisions"),
            func.sum(each.c.amount).label("agreed"),
            func.sum(each.c.paid).label("paid"),
        )
        .group_by(each.c.locality_name, each.c.sort_key, each.c.programme_year)
        .order_by(each.c.sort_key, each.c.programme_year.desc())
    )
    return list(db.session.execute(rows))


def years(user: User) -> list[int]:
    """The programme years within reach, the latest first."""
    rows = (
        select(Support.programme_year)
        .join(SalesPoint, SalesPoint.id == Support.point_id)
        .where(in_reach(user))
        .distinct()
    )
    return list(db.session.scalars(rows.order_by(Support.programme_year.desc())))


# --- one point ------------------------------------------------------------------------------------


def support_of(point_id: int) -> Sequence[Support]:
    """The support of a point with its payments, the latest decision first: two statements."""
    rows = (
        select(Support)
        .options(selectinload(Support.payments))
        .where(Support.point_id == point_id)
        .order_by(Support.decided_on.desc(), Support.id.desc())
    )
    return db.session.scalars(rows).all()


def get_support_or_404(user: User, support_id: int, *, lock: bool = False) -> Support:
    """The support with point and payments, when its point lies within reach."""
    rows = (
        select(Support)
        .join(SalesPoint, SalesPoint.id == Support.point_id)
        .options(joinedload(Support.point), selectinload(Support.payments))
        .where(Support.id == support_id, in_reach(user))
    )
    if lock:
        rows = rows.with_for_update(of=Support)
    return db.session.scalar(rows) or abort(404)


def get_payment_or_404(user: User, payment_id: int) -> SupportPayment:
    """The payment with its support and point, when that lies within reach."""
    rows = (
        select(SupportPayment)
        .join(Support, Support.id == SupportPayment.support_id)
        .join(SalesPoint, SalesPoint.id == Support.point_id)
        .options(joinedload(SupportPayment.support).joinedload(Support.point))
        .where(SupportPayment.id == payment_id, in_reach(user))
    )
    return db.session.scalar(rows) or abort(404)


def guidance_of(point_id: int) -> Sequence[GuidanceVisit]:
    """The ministry's visits to guide a point, the latest first."""
    rows = (
        select(GuidanceVisit)
        .options(joinedload(GuidanceVisit.created_by))
        .where(GuidanceVisit.point_id == point_id)
        .order_by(GuidanceVisit.on_date.desc(), GuidanceVisit.id.desc())
    )
    return db.session.scalars(rows).all()


def get_guidance_or_404(user: User, guidance_id: int, *, lock: bool = False) -> GuidanceVisit:
    """The guidance visit with its point, when that lies within reach."""
    rows = (
        select(GuidanceVisit)
        .join(SalesPoint, SalesPoint.id == GuidanceVisit.point_id)
        .options(joinedload(GuidanceVisit.point))
        .where(GuidanceVisit.id == guidance_id, in_reach(user))
    )
    if lock:
        rows = rows.with_for_update(of=GuidanceVisit)
    return db.session.scalar(rows) or abort(404)


# --- points that break their duty -----------------------------------------------------------------


@dataclass(frozen=True)
class Broken:
    """A broken duty of one point: how, when it closed, when goods last moved (else when it opened)."""

    breach: DutyBreach
    closed_on: date | None
    last_moved_on: date | None


_CLOSED_ON = (
    select(func.max(PointStep.on_date))
    .where(PointStep.point_id == SalesPoint.id, PointStep.to_status == PointStatus.CLOSED)
    .correlate(SalesPoint)
    .scalar_subquery()
)
_MOVED_ON = (
    select(func.max(Movement.on_date))
    .where(Movement.point_id == SalesPoint.id)
    .correlate(SalesPoint)
    .scalar_subquery()
)


def _breaches(user: User, today: date) -> Select[Any]:
    """The rule `rules.breach` in SQL; tests hold the two against each other."""
    runs = SalesPoint.keep_open_until >= today
    kind = case(
        (SalesPoint.status == PointStatus.CLOSED, DutyBreach.CLOSED.value),
        (SalesPoint.status == PointStatus.SUSPENDED, DutyBreach.SUSPENDED.value),
        else_=DutyBreach.DORMANT.value,
    )
    last = func.coalesce(_MOVED_ON, SalesPoint.opened_on)
    broken = or_(
        and_(
            SalesPoint.status == PointStatus.CLOSED,
            SalesPoint.keep_open_until > _CLOSED_ON,
        ),
        and_(SalesPoint.status == PointStatus.SUSPENDED, runs),
        and_(SalesPoint.status == PointStatus.OPEN, runs, last <= today - DORMANT_AFTER),
    )
    given = exists().where(Support.point_id == SalesPoint.id)
    return (
        select(
            SalesPoint.id,
            SalesPoint.code,
            SalesPoint.name,
            SalesPoint.keep_open_until,
            Locality.name.label("locality_name"),
            kind.label("breach"),
            _CLOSED_ON.label("closed_on"),
            last.label("last_moved_on"),
        )
        .join(Locality, Locality.id == SalesPoint.locality_id)
        .where(SalesPoint.keep_open_until.is_not(None), given, broken, in_reach(user))
        .order_by(SalesPoint.keep_open_until.desc(), SalesPoint.id)
    )


def breaches_page(user: User, today: date, number: int) -> Page[Any]:
    """One page of the points that break their duty to stay open, the longest duty first: two statements."""
    return paginate(_breaches(user, today), number)


def breaches_for_export(user: User, today: date) -> Any:
    """All of them, read as they are written: one statement."""
    return db.session.execute(_breaches(user, today).execution_options(yield_per=500))


def breaches(user: User, today: date, *, limit: int) -> list[Any]:
    """The first of them, for the home page: one statement."""
    return list(db.session.execute(_breaches(user, today).limit(limit)))


def breach_of(point: SalesPoint, today: date) -> Broken | None:
    """How this point breaks its duty, with the days that tell: one statement, none without a duty."""
    if point.keep_open_until is None:
        return None
    closed_on, moved_on = db.session.execute(
        select(_CLOSED_ON, _MOVED_ON).where(SalesPoint.id == point.id)
    ).one()
    last = moved_on or point.opened_on
    found = breach(
        point.status,
        keep_open_until=point.keep_open_until,
        closed_on=closed_on,
        last_moved_on=last,
        today=today,
    )
    return Broken(found, closed_on, last) if found else None
