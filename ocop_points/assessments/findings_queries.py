"""Finding findings within a user's reach, with what was done about them; what a visit finds already open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_models import (
    CorrectiveAction,
    Finding,
    FindingEvent,
    FindingFile,
)
from ocop_points.assessments.findings_rules import LIVE, FindingState, days_over
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import team_candidates
from ocop_points.assessments.rules_states import VisitState
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.criteria.models import Line
from ocop_points.points.models import SalesPoint, user_point
from ocop_points.points.queries import in_reach


def _readable(user: User, finding_id: int) -> Select[Any]:
    """A finding comes from an approved visit, so whoever reaches the point may read it (RULES.md §1)."""
    joined = select(Finding).join(SalesPoint, SalesPoint.id == Finding.point_id)
    return joined.where(Finding.id == finding_id, in_reach(user))


def get_finding_or_404(user: User, finding_id: int) -> Finding:
    """The finding with point, visit, action and reporter, when it lies within reach: one statement."""
    rows = _readable(user, finding_id).options(
        joinedload(Finding.point).joinedload(SalesPoint.locality),
        joinedload(Finding.visit),
        joinedload(Finding.met_visit),
        joinedload(Finding.reported_by),
        joinedload(Finding.action).joinedload(CorrectiveAction.owner_user),
    )
    return db.session.scalar(rows) or abort(404)


def get_finding_to_edit(user: User, finding_id: int) -> Finding:
    """The finding, locked for a change, with its point, when it lies within reach."""
    rows = _readable(user, finding_id).options(joinedload(Finding.point))
    locked = rows.with_for_update(of=Finding).execution_options(populate_existing=True)
    return db.session.scalar(locked) or abort(404)


def get_file_or_404(user: User, file_id: int) -> FindingFile:
    """A piece of evidence, when its finding lies within reach."""
    rows = (
        select(FindingFile)
        .join(Finding, Finding.id == FindingFile.finding_id)
        .join(SalesPoint, SalesPoint.id == Finding.point_id)
        .options(joinedload(FindingFile.file))
        .where(FindingFile.id == file_id, in_reach(user))
    )
    return db.session.scalar(rows) or abort(404)


def events_of(finding_id: int) -> list[FindingEvent]:
    """What was done and by whom, the last first."""
    rows = select(FindingEvent).options(joinedload(FindingEvent.by))
    rows = rows.where(FindingEvent.finding_id == finding_id).order_by(FindingEvent.id.desc())
    return list(db.session.scalars(rows))


def files_of(finding_id: int) -> Mapping[int, list[FindingFile]]:
    """The evidence of a finding, by the event it came with."""
    rows = select(FindingFile).options(joinedload(FindingFile.file))
    found: dict[int, list[FindingFile]] = {}
    for one in db.session.scalars(
        rows.where(FindingFile.finding_id == finding_id).order_by(FindingFile.id)
    ):
        found.setdefault(one.event_id, []).append(one)
    return found


def findings_of(visit_id: int) -> dict[int, Finding]:
    """The findings of a visit by the line's id."""
    rows = select(Finding).where(Finding.visit_id == visit_id)
    return {found.line_id: found for found in db.session.scalars(rows)}


# --- corrective actions ---------------------------------------------------------------------------


def actions_of(visit_id: int) -> dict[int, CorrectiveAction]:
    """What shall be done about the lines of a visit, by the line's id."""
    rows = select(CorrectiveAction).options(joinedload(CorrectiveAction.owner_user))
    found = db.session.scalars(rows.where(CorrectiveAction.visit_id == visit_id))
    return {action.line_id: action for action in found}


def action_of(finding: Finding) -> CorrectiveAction | None:
    """What shall be done about a finding."""
    rows = select(CorrectiveAction).where(
        CorrectiveAction.visit_id == finding.visit_id, CorrectiveAction.line_id == finding.line_id
    )
    return db.session.scalar(rows)


def owner_candidates(locality_id: int, point_id: int) -> list[User]:
    """Who may answer for putting something right: who runs the point, then the department's people."""
    run = (
        select(User)
        .join(user_point, user_point.c.user_id == User.id)
        .where(user_point.c.point_id == point_id, User.active, User.role == Role.OPERATOR)
        .order_by(User.sort_key, User.id)
    )
    return [*db.session.scalars(run), *team_candidates(locality_id)]


def name_of(user_id: int | None) -> str | None:
    """A user's name, for the audit row."""
    return db.session.scalar(select(User.full_name).where(User.id == user_id))


def code_of(line_id: int) -> str | None:
    """A line's code, for the audit row."""
    return db.session.scalar(select(Line.code).where(Line.id == line_id))


# --- one line through the visits of a point -------------------------------------------------------


def findings_to_settle(point_id: int) -> list[Finding]:
    """Every finding of a point that counts, locked for a change, in the order of the visits."""
    rows = (
        select(Finding)
        .options(joinedload(Finding.point))
        .where(Finding.point_id == point_id, Finding.state != FindingState.VOID)
        .order_by(Finding.opened_on, Finding.visit_id, Finding.id)
    )
    return list(db.session.scalars(rows.with_for_update(of=Finding)))


def visits_after(visit: Visit) -> list[Visit]:
    """The approved visits of the point after this one, in the order of their days."""
    rows = select(Visit).where(
        Visit.point_id == visit.point_id,
        Visit.state == VisitState.APPROVED,
        or_(
            Visit.visited_on > visit.visited_on,
            and_(Visit.visited_on == visit.visited_on, Visit.id > visit.id),
        ),
    )
    return list(db.session.scalars(rows.order_by(Visit.visited_on, Visit.id)))


def found_again(finding: Finding) -> bool:
    """Did a later visit find the same line not met?"""
    rows = select(func.count()).where(
        Finding.point_id == finding.point_id,
        Finding.code == finding.code,
        Finding.line_text == finding.line_text,
        Finding.state != FindingState.VOID,
        or_(
            Finding.opened_on > finding.opened_on,
            and_(Finding.opened_on == finding.opened_on, Finding.visit_id > finding.visit_id),
        ),
    )
    return bool(db.session.scalar(rows))


def carried_to(finding: Finding) -> int | None:
    """The finding by which a later visit carried this one on."""
    rows = select(Finding.id).where(
        Finding.visit_id == finding.carried_visit_id,
        Finding.code == finding.code,
        Finding.line_text == finding.line_text,
    )
    return db.session.scalar(rows)


def state_before_carried(finding_id: int) -> FindingState:
    """How a finding stood before a later visit carried it on."""
    rows = select(FindingEvent.state).where(
        FindingEvent.finding_id == finding_id, FindingEvent.state.in_(LIVE)
    )
    last = db.session.scalar(rows.order_by(FindingEvent.id.desc()).limit(1))
    return last or FindingState.OPEN


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier visits found on one line: how often, the last one, and what shall be done about it.

    Plain data: it outlives the transaction that read it. `late`: days over the term on the day of the visit.
    """

    times: int
    finding_id: int
    found_on: date
    state: FindingState
    text: str | None
    due_on: date | None
    owner_user_id: int | None
    owner_name: str
    owner: str
    late: int
    # A visit since then found the line met, and nobody has closed it yet.
    seen_met: bool

    @property
    def is_open(self) -> bool:
        """Is it carried to this visit: still to be done when the visit looks?"""
        return self.state in LIVE


def found_before(visit: Visit) -> Mapping[tuple[str, str], Earlier]:
    """What was found at the point before this visit, by the line's code and text: one statement.

    The same line is the one that says the same, in whatever edition (docs/decisions).
    """
    day = visit.on or clock.today()
    rows = (
        select(Finding, CorrectiveAction, User.full_name)
        .outerjoin(Finding.action)
        .outerjoin(User, User.id == CorrectiveAction.owner_user_id)
        .where(
            Finding.point_id == visit.point_id,
            Finding.state != FindingState.VOID,
            Finding.visit_id != visit.id,
            or_(
                Finding.opened_on < day,
                and_(Finding.opened_on == day, Finding.visit_id < visit.id),
            ),
        )
        .order_by(Finding.opened_on, Finding.visit_id)
    )
    found: dict[tuple[str, str], Earlier] = {}
    for one, action, name in db.session.execute(rows):
        key = one.code, one.line_text
        times = found[key].times + 1 if key in found else 1
        found[key] = _earlier(one, action, name, times, day)
    return found


def _earlier(
    one: Finding, action: CorrectiveAction | None, name: str | None, times: int, day: date
) -> Earlier:
    return Earlier(
        times=times,
        finding_id=one.id,
        found_on=one.opened_on,
        state=one.state,
        text=action.text if action else None,
        due_on=action.due_on if action else None,
        owner_user_id=action.owner_user_id if action else None,
        owner_name=action.owner_name if action else "",
        owner=name or (action.owner_name if action else ""),
        late=days_over(one.state, action.due_on if action else None, day),
        seen_met=one.met_visit_id is not None,
    )
