"""Lists of findings: the page with its filters, the workbook, what waits for whom."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_models import CorrectiveAction, Finding
from ocop_points.assessments.findings_rules import LIVE, FindingState, Severity
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate
from ocop_points.core.text import like_pattern
from ocop_points.localities.models import Locality, Ward
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import in_reach

LIVE_ONES, LATE, NO_TERM, PROPOSED, EVERY = "live", "overdue", "unassigned", "seen_met", "all"
"""What a list is narrowed to beside the states themselves."""


@dataclass(frozen=True)
class FindingFilter:
    """What the list of findings is narrowed to and ordered by. `state`: a state, or one of the words above."""

    query: str = ""
    state: FindingState | str = LIVE_ONES
    severity: Severity | None = None
    locality_id: int | None = None
    point_id: int | None = None
    repeated: bool = False
    since: date | None = None
    until: date | None = None
    sort: str = ""


_owner = aliased(User)
_again = aliased(Finding)
# How often the same line was not met at the point, up to this finding.
_TIMES = (
    select(func.count())
    .where(
        _again.point_id == Finding.point_id,
        _again.code == Finding.code,
        _again.line_text == Finding.line_text,
        _again.state != FindingState.VOID,
        or_(
            _again.opened_on < Finding.opened_on,
            and_(_again.opened_on == Finding.opened_on, _again.visit_id <= Finding.visit_id),
        ),
    )
    .correlate(Finding)
    .scalar_subquery()
)
_OWNER = func.coalesce(_owner.full_name, CorrectiveAction.owner_name)
_COLUMNS = (
    Finding.id,
    Finding.code,
    Finding.line_text,
    Finding.note,
    Finding.severity,
    Finding.opened_on,
    Finding.state,
    Finding.closed_on,
    Finding.met_visit_id,
    SalesPoint.code.label("point_code"),
    SalesPoint.name.label("point_name"),
    Locality.name.label("locality_name"),
    CorrectiveAction.text.label("remedy"),
    CorrectiveAction.due_on,
    _OWNER.label("owner"),
    _TIMES.label("times"),
)
_NO_DUE = CorrectiveAction.due_on.is_(None)
_SORTS: dict[str, Any] = {
    "due": (_NO_DUE, CorrectiveAction.due_on),
    "-due": (_NO_DUE, CorrectiveAction.due_on.desc()),
    "opened": (Finding.opened_on,),
    "-opened": (Finding.opened_on.desc(),),
    "point": (SalesPoint.sort_key,),
    "-point": (SalesPoint.sort_key.desc(),),
    "times": (_TIMES,),
    "-times": (_TIMES.desc(),),
}
SORTS = frozenset(_SORTS)


def _late(today: date) -> Any:
    return and_(Finding.state == FindingState.OPEN, CorrectiveAction.due_on < today)


def _in_state(wanted: FindingState | str, today: date) -> Any:
    if isinstance(wanted, FindingState):
        return Finding.state == wanted
    live = Finding.state.in_(LIVE)
    conditions: dict[str, Any] = {
        LATE: _late(today),
        NO_TERM: and_(Finding.state == FindingState.OPEN, _NO_DUE),
        PROPOSED: and_(live, Finding.met_visit_id.is_not(None)),
        EVERY: literal(1) == 1,
    }
    return conditions.get(wanted, live)


def _filtered(user: User, wanted: FindingFilter, today: date, *columns: Any) -> Select[Any]:
    rows = (
        select(*columns)
        .select_from(Finding)
        .join(SalesPoint, SalesPoint.id == Finding.point_id)
        .join(Locality, Locality.id == Finding.locality_id)
        .outerjoin(
            CorrectiveAction,
            and_(
                CorrectiveAction.visit_id == Finding.visit_id,
                CorrectiveAction.line_id == Finding.line_id,
            ),
        )
        .outerjoin(_owner, _owner.id == CorrectiveAction.owner_user_id)
        .where(in_reach(user), _in_state(wanted.state, today))
    )
    if wanted.query:
        rows = rows.where(SalesPoint.search_text.like(like_pattern(wanted.query), escape="\\"))
    equals = {
        Finding.severity: wanted.severity,
        Finding.locality_id: wanted.locality_id,
        Finding.point_id: wanted.point_id,
    }
    rows = rows.where(*(column == value for column, value in equals.items() if value is not None))
    if wanted.repeated:
        rows = rows.where(_TIMES > 1)
    if wanted.since:
        rows = rows.where(CorrectiveAction.due_on >= wanted.since)
    if wanted.until:
        rows = rows.where(CorrectiveAction.due_on <= wanted.until)
    return rows


def _ordered(rows: Select[Any], wanted: FindingFilter) -> Select[Any]:
    """The longest overdue first; without a term last."""
    return rows.order_by(*_SORTS.get(wanted.sort, _SORTS["due"]), Finding.id)


def findings_page(user: User, wanted: FindingFilter, today: date, number: int) -> Page[Any]:
    """One page of the findings within reach: two statements."""
    return paginate(_ordered(_filtered(user, wanted, today, *_COLUMNS), wanted), number)


def findings_for_export(user: User, wanted: FindingFilter, today: date) -> Any:
    """Every finding of the list, read as it is written: one statement."""
    rows = _ordered(_filtered(user, wanted, today, *_COLUMNS), wanted)
    return db.session.execute(rows.execution_options(yield_per=500))


def times_found(finding: Finding) -> int:
    """How often the same line was not met at the point, up to this finding."""
    return db.session.scalar(select(_TIMES).where(Finding.id == finding.id)) or 1


# --- what waits for whom --------------------------------------------------------------------------


def _waiting(user: User, limit: int) -> Select[Any]:
    return (
        select(Finding)
        .join(SalesPoint, SalesPoint.id == Finding.point_id)
        .outerjoin(Finding.action)
        .options(joinedload(Finding.point), contains_eager(Finding.action))
        .where(in_reach(user))
        .order_by(_NO_DUE, CorrectiveAction.due_on, Finding.id)
        .limit(limit)
    )


def overdue(user: User, today: date, *, limit: int) -> list[Finding]:
    """Overdue findings within reach, the longest first; not those that only wait for a yes."""
    return list(
        db.session.scalars(
            _waiting(user, limit).where(_late(today), Finding.met_visit_id.is_(None))
        )
    )


def late_to_write_about(user: User, today: date, point_id: int | None) -> list[Finding]:
    """As `overdue`, every one within reach or at one point, point by point with what a letter names: one statement."""
    point = contains_eager(Finding.point)
    rows = (
        select(Finding)
        .join(Finding.point)
        .join(Finding.action)
        .options(
            point.joinedload(SalesPoint.ward).joinedload(Ward.province),
            point.joinedload(SalesPoint.locality).joinedload(Locality.department),
            contains_eager(Finding.action).joinedload(CorrectiveAction.owner_user),
        )
        .where(in_reach(user), _late(today), Finding.met_visit_id.is_(None))
        .order_by(SalesPoint.sort_key, SalesPoint.id, CorrectiveAction.due_on, Finding.id)
    )
    if point_id is not None:
        rows = rows.where(Finding.point_id == point_id)
    return list(db.session.scalars(rows))


def to_verify(user: User, *, limit: int) -> list[Finding]:
    """What was reported as put right and may be verified by this person, and what a visit saw met."""
    rows = _waiting(user, limit).where(
        Finding.state.in_(LIVE),
        or_(
            Finding.met_visit_id.is_not(None),
            and_(Finding.state == FindingState.WAITING, Finding.reported_by_id != user.id),
        ),
    )
    return list(db.session.scalars(rows))


def to_put_right(user: User, *, own_points: bool, limit: int) -> list[Finding]:
    """Open findings that this person answers for; with `own_points` all within reach."""
    rows = _waiting(user, limit).where(Finding.state == FindingState.OPEN)
    if not own_points:
        rows = rows.where(CorrectiveAction.owner_user_id == user.id)
    return list(db.session.scalars(rows))
