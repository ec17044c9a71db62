"""Points to propose for a visit, the visits of a month, and whose calendar an address is."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.models import Visit, VisitMember
from ocop_points.assessments.planning_models import CalendarFeed
from ocop_points.assessments.planning_rules import Due, Trading, due, urgency
from ocop_points.assessments.queries import readable_by
from ocop_points.assessments.rules_states import VisitState
from ocop_points.core import clock
from ocop_points.core.access import DEPARTMENT, Role
from ocop_points.core.db import db
from ocop_points.localities.models import Locality, Province, Ward, user_locality
from ocop_points.localities.queries import reached_ids
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach
from ocop_points.points.rules import LastResult, PointStatus
from ocop_points.stock.queries import last_moved_on

MOST_SHOWN = 400
"""Visits that a page or a paper of one month shows; the workbook has them all."""
FEED_BACK, FEED_AHEAD = timedelta(days=90), timedelta(days=400)
_UNDER_WAY = (
    VisitState.PLANNED,
    VisitState.IN_PROGRESS,
    VisitState.SUBMITTED,
    VisitState.RETURNED,
)
_DAY = func.coalesce(Visit.visited_on, Visit.planned_on)


# --- what to visit --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proposal:
    """A point with what is known of it and why it should be visited."""

    point: Any
    trading: Trading
    reasons: list[Due]


def _on_the_way() -> Any:
    """The condition that a visit of the point is planned or not yet decided."""
    return exists().where(Visit.point_id == SalesPoint.id, Visit.state.in_(_UNDER_WAY))


def proposals(user: User, locality_id: int, *, until: date) -> list[Proposal]:
    """Open points of the locality, within reach, that should be visited by this day: one statement.

    Points with a visit on the way are left out. The most pressing first.
    """
    rows = (
        select(
            SalesPoint.id,
            SalesPoint.code,
            SalesPoint.name,
            SalesPoint.address,
            Ward.kind.label("ward_kind"),
            Ward.name.label("ward_name"),
            SalesPoint.last_visit_on,
            SalesPoint.last_result,
            SalesPoint.opened_on,
            SalesPoint.keep_open_until,
            SalesPoint.created_at,
            last_moved_on(SalesPoint.id).label("last_moved_on"),
        )
        .join(Ward, Ward.code == SalesPoint.ward_code)
        .where(
            in_reach(user),
            SalesPoint.locality_id == locality_id,
            SalesPoint.status == PointStatus.OPEN,
            ~_on_the_way(),
        )
        .order_by(SalesPoint.sort_key)
    )
    found = []
    for row in db.session.execute(rows):
        known = _trading(row)
        if reasons := due(known, today=clock.today(), until=until):
            found.append(Proposal(row, known, reasons))
    return sorted(found, key=lambda one: urgency(one.reasons))


def _trading(row: Any) -> Trading:
    return Trading(
        open_since=row.opened_on or clock.local(row.created_at).date(),
        last_visit_on=row.last_visit_on,
        failed=row.last_result is LastResult.FAIL,
        last_moved_on=row.last_moved_on,
        keep_open_until=row.keep_open_until,
    )


def is_visited_soon(point_id: int) -> bool:
    """Is a visit of the point planned or not yet decided?"""
    rows = select(Visit.id).where(Visit.point_id == point_id, Visit.state.in_(_UNDER_WAY))
    return db.session.scalar(rows.limit(1)) is not None


def colleagues(user: User, locality_id: int | None = None) -> list[User]:
    """Active managers and officers who share a locality with the user, or reach this one; by given name."""
    shared = select(user_locality.c.user_id).where(
        user_locality.c.locality_id.in_(reached_ids(user))
    )
    if locality_id is not None:
        shared = shared.where(user_locality.c.locality_id == locality_id)
    rows = select(User).where(User.id.in_(shared), User.active, User.role.in_(DEPARTMENT))
    return list(db.session.scalars(rows.order_by(User.sort_key)))


# --- the calendar ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanFilter:
    """The visits of some days, of a locality or of the teams somebody is in."""

    since: date
    until: date
    locality_id: int | None = None
    person_id: int | None = None


_LEADER = aliased(User)
_COLUMNS = (
    Visit.id,
    Visit.kind,
    Visit.state,
    Visit.planned_on,
    Visit.visited_on,
    Visit.result,
    _DAY.label("day"),
    SalesPoint.code,
    SalesPoint.name,
    SalesPoint.address,
    SalesPoint.representative,
    SalesPoint.phone,
    Ward.kind.label("ward_kind"),
    Ward.name.label("ward_name"),
    Province.kind.label("province_kind"),
    Province.name.label("province_name"),
    Locality.name.label("locality_name"),
    _LEADER.full_name.label("leader"),
)


def _readable(user: User, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Visit)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .join(Ward, Ward.code == SalesPoint.ward_code)
        .join(Province, Province.code == Ward.province_code)
        .join(Locality, Locality.id == Visit.locality_id)
        .join(_LEADER, _LEADER.id == Visit.created_by_id)
        .where(readable_by(user), Visit.state != VisitState.VOID)
    )


def _narrowed(rows: Select[Any], wanted: PlanFilter) -> Select[Any]:
    if wanted.locality_id is not None:
        rows = rows.where(Visit.locality_id == wanted.locality_id)
    if wanted.person_id is not None:
        rows = rows.where(_goes(wanted.person_id))
    return rows.order_by(_DAY, SalesPoint.sort_key, Visit.id)


def _goes(user_id: int) -> Any:
    return exists().where(VisitMember.visit_id == Visit.id, VisitMember.user_id == user_id)


def planned_between(user: User, wanted: PlanFilter, *, most: int | None = MOST_SHOWN) -> list[Any]:
    """The visits planned for, or made on, these days that the user may read; void ones never. One statement."""
    rows = _readable(user, *_COLUMNS).where(_DAY.between(wanted.since, wanted.until))
    return list(db.session.execute(_narrowed(rows, wanted).limit(most)))


def overdue(user: User, wanted: PlanFilter, *, most: int = 20) -> list[Any]:
    """Planned visits whose day is over and that were not begun, whatever month: one statement."""
    rows = _readable(user, *_COLUMNS).where(
        Visit.state == VisitState.PLANNED, Visit.planned_on < clock.today()
    )
    return list(db.session.execute(_narrowed(rows, wanted).limit(most)))


def teams_of(visit_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of each visit's team, the leader first: one statement."""
    rows = (
        select(VisitMember.visit_id, User.full_name)
        .join(User, User.id == VisitMember.user_id)
        .where(VisitMember.visit_id.in_(visit_ids))
        .order_by(VisitMember.id)
    )
    found: dict[int, list[str]] = {}
    for visit_id, name in db.session.execute(rows):
        found.setdefault(visit_id, []).append(name)
    return found


# --- the feed -------------------------------------------------------------------------------------


def feed_of(user_id: int) -> CalendarFeed | None:
    """The user's private address, if there is one."""
    return db.session.get(CalendarFeed, user_id)


def user_of_feed(token_hash: str) -> User | None:
    """Whose address this is: an active user who still works on visits, else nobody."""
    rows = select(CalendarFeed).options(joinedload(CalendarFeed.user))
    feed = db.session.scalar(rows.where(CalendarFeed.token_hash == token_hash))
    if feed is None or is_dead(feed, feed.user):
        return None
    return feed.user if feed.user.active and feed.user.may("visits.work") else None


def is_dead(feed: CalendarFeed, user: User) -> bool:
    """Was the address made before its owner signed out everywhere or was switched off?"""
    return user.revoked_at is not None and feed.made_at <= user.revoked_at


def feed_visits(user: User) -> list[Any]:
    """What the user's calendar shows: an officer's own visits, a manager's whole reach, as it is now."""
    today = clock.today()
    rows = _readable(user, *_COLUMNS, Visit.created_at, Visit.version).where(
        _DAY.between(today - FEED_BACK, today + FEED_AHEAD)
    )
    if user.role is not Role.MANAGER:
        rows = rows.where(_goes(user.id))
    return list(db.session.execute(rows.order_by(_DAY.desc(), Visit.id).limit(1000)))
