"""Verbs of planning: visits put on a day, moved or given to others; the private address of a calendar."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import planning_queries as queries
from ocop_points.assessments import service
from ocop_points.assessments.models import Visit
from ocop_points.assessments.planning_models import CalendarFeed
from ocop_points.assessments.planning_queries import Proposal
from ocop_points.assessments.planning_rules import kind_of_next
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.service import VisitFacts
from ocop_points.audit.rules import Action
from ocop_points.audit.service import record
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint

TOKEN_BYTES = 20  # 160 random bits


def plan_visits(
    chosen: Sequence[tuple[SalesPoint, Proposal]],
    *,
    on: date,
    leader: User,
    team: Collection[int] = (),
    by: User,
) -> list[Visit]:
    """Put visits of several points on one day, led by `leader`: each of the kind that comes next at the point.

    A manager may send others; an officer goes along. Raises Refused for a day out of bounds, somebody without reach,
    or a point for which another visit was planned meanwhile.
    """
    made = []
    for point, proposal in chosen:
        if queries.is_visited_soon(point.id):
            raise Refused(
                _("Người khác vừa lên lịch cho %(name)s. Bỏ chọn điểm này.", name=point.name)
            )
        facts = VisitFacts(
            kind=kind_of_next(proposal.trading),
            team=_team(by, team),
            representative=point.representative,
        )
        made.append(service.start_visit(point, facts, on=on, began_at=None, by=by, leader=leader))
    return made


def replan_visit(visit: Visit, *, on: date, leader: User, team: Collection[int], by: User) -> None:
    """Move a planned visit to another day, or give it to others. Its team and managers in reach may.

    Raises Refused for others, for a visit that has begun, and as `plan_visits`.
    """
    if by.id not in visit.team and by.role is not Role.MANAGER:
        raise Refused(_("Chỉ người trong đoàn hoặc quản lý đổi được lịch này."))
    if visit.state is not VisitState.PLANNED:
        raise Refused(_("Lần đánh giá đã bắt đầu hoặc đã hủy nên không đổi lịch được."))
    service.change_plan(visit, on=on, leader=leader, team=_team(by, team), by=by)


def _team(by: User, team: Collection[int]) -> tuple[int, ...]:
    """An officer starts visits as a member of the team (RULES.md §1)."""
    return tuple(team) if by.role is Role.MANAGER else (by.id, *team)


# --- the private address --------------------------------------------------------------------------


def token_hash(token: str) -> str:
    """What is kept of a token. It is random and long, so that no salt and no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_feed(user: User) -> str:
    """A new private address: its token, which is told this once. The address before it is dead."""
    token = secrets.token_hex(TOKEN_BYTES)
    feed = queries.feed_of(user.id)
    if feed is None:
        feed = CalendarFeed(user_id=user.id)
        db.session.add(feed)
    feed.token_hash, feed.made_at = token_hash(token), clock.now()
    db.session.flush()
    record(Action.CALENDAR_MADE, user.subject(), by=user)
    return token


def revoke_feed(user: User) -> None:
    """Let the address be dead. Raises Refused where there is none."""
    feed = queries.feed_of(user.id)
    if feed is None:
        raise Refused(_("Chưa có địa chỉ lịch nào để thu hồi."))
    db.session.delete(feed)
    db.session.flush()
    record(Action.CALENDAR_REVOKED, user.subject(), by=user)
