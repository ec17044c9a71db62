"""Finding visits within a user's reach, their answers, and the number a paper gets next."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from ocop_points.accounts.models import User
from ocop_points.assessments.kinds import VisitKind, paper_number_in
from ocop_points.assessments.measures_rules import Figure
from ocop_points.assessments.models import OPEN_STATES, Visit, VisitAnswer, VisitEvent, VisitMember
from ocop_points.assessments.number_queries import next_paper_number as next_paper_number
from ocop_points.assessments.number_queries import visit_numbered as visit_numbered
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.rules import Answer, Result
from ocop_points.assessments.rules_states import (
    DecisionRefusal,
    VisitState,
    administrator_refusal,
    decision_refusal,
)
from ocop_points.core.access import DEPARTMENT, Role
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.criteria.models import Edition
from ocop_points.localities.models import Locality, Ward, user_locality
from ocop_points.localities.queries import Reader
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach

_SENT = (VisitState.SUBMITTED, VisitState.RETURNED, VisitState.APPROVED, VisitState.VOID)


def readable_by(user: User | Reader) -> Any:
    """The condition on visits, joined with their point, that this user may read (RULES.md §1)."""
    # An operator: approved ones, also those declared void since, for the paper is out.
    if user.role is Role.OPERATOR:
        return and_(in_reach(user), Visit.token.is_not(None))
    if user.role is Role.MINISTRY_VIEWER:
        return and_(Visit.state.in_(_SENT), Visit.submitted_at.is_not(None))
    return in_reach(user)


def _readable(user: User | Reader, visit_id: Any) -> Select[Any]:
    joined = select(Visit).join(SalesPoint, SalesPoint.id == Visit.point_id)
    return joined.where(Visit.id == visit_id, readable_by(user))


_WITH = (
    joinedload(Visit.point).joinedload(SalesPoint.locality).joinedload(Locality.department),
    joinedload(Visit.point).joinedload(SalesPoint.ward).joinedload(Ward.province),
    joinedload(Visit.point).joinedload(SalesPoint.kind),
    joinedload(Visit.department),
    joinedload(Visit.edition),
    joinedload(Visit.created_by),
    joinedload(Visit.submitted_by),
    joinedload(Visit.decided_by),
    selectinload(Visit.members).joinedload(VisitMember.user),
)


def get_visit_or_404(user: User, visit_id: int) -> Visit:
    """The visit with point, team and edition's head, when the user may read it: two statements."""
    return db.session.scalar(_readable(user, visit_id).options(*_WITH)) or abort(404)


def get_visit_at_work(user: User, visit_id: int) -> Visit:
    """The visit for its checklist: with its point's name, its edition's head and its team. Two statements."""
    given = {"visit": visit_id, "reader": user.id}
    return db.session.scalar(_at_work(user.role), given) or abort(404)


@cache
def _at_work(role: Role) -> Select[Any]:
    return _readable(Reader(role), bindparam("visit")).options(
        joinedload(Visit.point).load_only(SalesPoint.name, raiseload=True),
        joinedload(Visit.edition),
        selectinload(Visit.members).joinedload(VisitMember.user).load_only(User.full_name),
    )


def get_visit_to_edit(user: User, visit_id: int) -> Visit:
    """The visit, locked for a change, with point and team, when the user may read it."""
    given = {"visit": visit_id, "reader": user.id}
    return db.session.scalar(_to_edit(user.role), given) or abort(404)


@cache
def _to_edit(role: Role) -> Select[Any]:
    rows = _readable(Reader(role), bindparam("visit")).options(
        joinedload(Visit.point).joinedload(SalesPoint.locality).joinedload(Locality.department),
        joinedload(Visit.edition),
        selectinload(Visit.members),
    )
    return rows.with_for_update(of=Visit).execution_options(populate_existing=True)


def visit_of_token(token: str) -> Visit | None:
    """The visit whose paper carries this check address, for anyone (RULES.md §4)."""
    rows = select(Visit).options(joinedload(Visit.point)).where(Visit.token == token)
    return db.session.scalar(rows)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """An answer as pages and papers show it, with the text of its line as it was answered."""

    answer: Answer
    line_text: str
    version: int
    answered_at: datetime
    by_name: str
    # The measured figure as it was when the answer was saved, and when that was.
    figure: Figure | None = None
    figure_at: datetime | None = None


_ANSWERS: Select[Any] = (
    select(VisitAnswer.line_id)
    .add_columns(
        *(getattr(VisitAnswer, one.name) for one in fields(Answer) if one.name != "photo_count")
    )
    .add_columns(VisitAnswer.line_text, VisitAnswer.version, VisitAnswer.answered_at)
    .add_columns(User.full_name, VisitAnswer.figure_at, VisitAnswer.figure_on)
    .add_columns(VisitAnswer.figure_part, VisitAnswer.figure_whole, VisitAnswer.figure_left_out)
    .join(User, User.id == VisitAnswer.answered_by_id)
    .where(VisitAnswer.visit_id == bindparam("visit"))
)


_SAID = len(fields(Answer)) - 1


def answers_of(visit_id: int, photos: Mapping[int, int] = {}) -> dict[int, StoredAnswer]:
    """The answers of a visit with who gave them, by the line's id; `photos`: how many each line has."""
    found = {}
    for row in db.session.execute(_ANSWERS, {"visit": visit_id}):
        line_id, *said = row[: 1 + _SAID]
        text, version, at, by_name, figure_at, day, part, whole, left_out = row[1 + _SAID :]
        answer = Answer(*said, photo_count=photos.get(line_id, 0))  # type: ignore[misc]
        figure = None if day is None else Figure(day, part, whole, left_out or 0)
        found[line_id] = StoredAnswer(answer, text, version, at, by_name, figure, figure_at)
    return found


def answers_to_change(visit_id: int, line_ids: Collection[int]) -> dict[int, VisitAnswer]:
    """The stored answers to these lines, by the line's id."""
    rows = select(VisitAnswer).where(
        VisitAnswer.visit_id == visit_id, VisitAnswer.line_id.in_(line_ids)
    )
    return {answer.line_id: answer for answer in db.session.scalars(rows)}


def photo_counts(visit_id: int) -> dict[int, int]:
    """How many photos each line of a visit has, by the line's id."""
    return dict(db.session.execute(_PHOTO_COUNTS, {"visit": visit_id}).all())


_PHOTO_COUNTS = (
    select(AnswerPhoto.line_id, func.count())
    .where(AnswerPhoto.visit_id == bindparam("visit"))
    .group_by(AnswerPhoto.line_id)
)


def visit_before(visit: Visit) -> Any:
    """Id, edition and day of the last approved visit of the point before this one, or None."""
    given = {"point": visit.point_id, "visit": visit.id, "day": visit.on or date.max}
    return db.session.execute(_BEFORE, given).first()


_BEFORE = (
    select(Visit.id, Visit.edition_id, Visit.visited_on)
    .where(
        Visit.point_id == bindparam("point"),
        Visit.state == VisitState.APPROVED,
        Visit.id != bindparam("visit"),
        or_(
            Visit.visited_on < bindparam("day"),
            and_(Visit.visited_on == bindparam("day"), Visit.id < bindparam("visit")),
        ),
    )
    .order_by(Visit.visited_on.desc(), Visit.id.desc())
    .limit(1)
)


def last_approved(point_id: int) -> Visit | None:
    """The point's last visit that is approved and not void."""
    rows = select(Visit).where(Visit.point_id == point_id, Visit.state == VisitState.APPROVED)
    return db.session.scalar(rows.order_by(Visit.visited_on.desc(), Visit.id.desc()).limit(1))


def events_of(visit_id: int) -> list[VisitEvent]:
    """What was done to the visit and by whom, the last first."""
    rows = (
        select(VisitEvent).options(joinedload(VisitEvent.by)).where(VisitEvent.visit_id == visit_id)
    )
    return list(db.session.scalars(rows.order_by(VisitEvent.id.desc())))


# --- people ---------------------------------------------------------------------------------------


def _reaching(locality_id: int) -> Select[Any]:
    return (
        select(User)
        .join(user_locality, user_locality.c.user_id == User.id)
        .where(user_locality.c.locality_id == locality_id, User.active)
        .order_by(User.sort_key, User.id)
    )


def team_candidates(locality_id: int) -> list[User]:
    """The active managers and officers whose reach holds the locality, by given name."""
    return list(db.session.scalars(_reaching(locality_id).where(User.role.in_(DEPARTMENT))))


def manager_ids(locality_id: int) -> frozenset[int]:
    """The active managers whose reach holds the locality."""
    rows = _reaching(locality_id).where(User.role == Role.MANAGER)
    return frozenset(manager.id for manager in db.session.scalars(rows))


def members_of(visit_id: int) -> list[VisitMember]:
    """Who is in the team."""
    rows = select(VisitMember).where(VisitMember.visit_id == visit_id)
    return list(db.session.scalars(rows.order_by(VisitMember.id)))


def names_of(user_ids: Sequence[int]) -> list[str]:
    """The names of these users, in this order."""
    rows = select(User.id, User.full_name).where(User.id.in_(user_ids))
    names = dict(db.session.execute(rows).all())
    return [names[one] for one in user_ids]


def decision_refusal_of(visit: Visit, user: User, reason: str) -> DecisionRefusal | None:
    """Why this manager or administrator may not decide the visit, None if they may (RULES.md §1)."""
    team, submitter = visit.team, visit.submitted_by_id
    if user.role is Role.MINISTRY_ADMIN:
        return administrator_refusal(
            user.id,
            team_ids=team,
            submitter_id=submitter,
            manager_ids=manager_ids(visit.locality_id),
            reason=reason,
        )
    return decision_refusal(user.id, team_ids=team, submitter_id=submitter)


# --- lists ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VisitFilter:
    """What a list of visits is narrowed to and ordered by."""

    query: str = ""
    state: VisitState | None = None
    kind: VisitKind | None = None
    result: Result | None = None
    locality_id: int | None = None
    edition_id: int | None = None
    point_id: int | None = None
    since: date | None = None
    until: date | None = None
    sort: str = ""


_DAY = func.coalesce(Visit.visited_on, Visit.planned_on)
_LEADER = aliased(User)
_COLUMNS = (
    Visit.id,
    Visit.kind,
    Visit.state,
    Visit.planned_on,
    Visit.visited_on,
    Visit.result,
    Visit.score_tenths,
    Visit.number,
    Visit.symbol,
    Visit.point_id,
    SalesPoint.code.label("point_code"),
    SalesPoint.name.label("point_name"),
    Locality.name.label("locality_name"),
    Edition.legal_number,
    Edition.title.label("edition_title"),
    _LEADER.full_name.label("leader"),
)
_SORTS: dict[str, Any] = {
    "day": (_DAY,),
    "-day": (_DAY.desc(),),
    "point": (SalesPoint.sort_key,),
    "-point": (SalesPoint.sort_key.desc(),),
    "score": (Visit.score_tenths.is_(None), Visit.score_tenths),
    "-score": (Visit.score_tenths.is_(None), Visit.score_tenths.desc()),
}
SORTS = frozenset(_SORTS)


def _filtered(user: User, wanted: VisitFilter, *columns: Any) -> Select[Any]:
    rows = (
        select(*columns)
        .select_from(Visit)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .join(Locality, Locality.id == Visit.locality_id)
        .join(Edition, Edition.id == Visit.edition_id)
        .join(_LEADER, _LEADER.id == Visit.created_by_id)
        .where(readable_by(user))
    )
    if wanted.query:
        named = SalesPoint.search_text.like(like_pattern(wanted.query), escape="\\")
        number = paper_number_in(wanted.query)
        rows = rows.where(named if number is None else or_(named, Visit.number == number))
    equals = {
        Visit.state: wanted.state,
        Visit.kind: wanted.kind,
        Visit.result: wanted.result,
        Visit.locality_id: wanted.locality_id,
        Visit.edition_id: wanted.edition_id,
        Visit.point_id: wanted.point_id,
    }
    rows = rows.where(*(column == value for column, value in equals.items() if value is not None))
    if wanted.since:
        rows = rows.where(wanted.since <= _DAY)
    if wanted.until:
        rows = rows.where(wanted.until >= _DAY)
    order = _SORTS.get(wanted.sort, _SORTS["-day"])
    return rows.order_by(*order, Visit.id.desc())


def visits_page(user: User, wanted: VisitFilter, number: int) -> Page[Any]:
    """One page of the visits the user may read: two statements."""
    return paginate(_filtered(user, wanted, *_COLUMNS), number)


def visits_for_export(user: User, wanted: VisitFilter) -> Any:
    """Every visit of the list, read as they are written: one statement."""
    columns = (*_COLUMNS, Visit.numbered_on, Visit.representative, Visit.submitted_at)
    rows = _filtered(user, wanted, *columns)
    return db.session.execute(rows.execution_options(yield_per=500))


# --- what waits -----------------------------------------------------------------------------------


def _in_team(user: User) -> Any:
    return exists().where(VisitMember.visit_id == Visit.id, VisitMember.user_id == user.id)


def own_open_visits(user: User, states: frozenset[VisitState], *, limit: int) -> list[Visit]:
    """Visits of the user's teams that the team still works on, the earliest first."""
    rows = (
        select(Visit)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .options(joinedload(Visit.point))
        .where(in_reach(user), _in_team(user), Visit.state.in_(states & OPEN_STATES))
        .order_by(_DAY, Visit.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))


def visits_to_decide(user: User, *, limit: int) -> list[Visit]:
    """Submitted visits within reach that this manager may decide, the longest waiting first."""
    rows = (
        select(Visit)
        .join(SalesPoint, SalesPoint.id == Visit.point_id)
        .options(joinedload(Visit.point), joinedload(Visit.submitted_by))
        .where(
            in_reach(user),
            Visit.state == VisitState.SUBMITTED,
            ~_in_team(user),
            Visit.submitted_by_id != user.id,
        )
        .order_by(Visit.submitted_at, Visit.id)
        .limit(limit)
    )
    return list(db.session.scalars(rows))
