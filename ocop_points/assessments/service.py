"""Verbs of a visit's team: start, answer, submit, withdraw, delete a draft. Decisions: `service_decisions`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import gettext as _
from sqlalchemy import delete, insert, select, update

from ocop_points.accounts.models import User
from ocop_points.assessments import labels, queries
from ocop_points.assessments.findings_models import CorrectiveAction
from ocop_points.assessments.kinds import VisitKind
from ocop_points.assessments.measures_labels import figure_words
from ocop_points.assessments.measures_queries import figures_of
from ocop_points.assessments.measures_rules import Figure
from ocop_points.assessments.measures_steps import keep_figure, measure_the_rest
from ocop_points.assessments.minutes_models import SignedScan
from ocop_points.assessments.models import (
    OPEN_STATES,
    UNDECIDED,
    Visit,
    VisitAnswer,
    VisitEvent,
    VisitMember,
)
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.rules import Answer, answer_fault
from ocop_points.assessments.rules_states import Verb, VisitState
from ocop_points.assessments.service_decisions import approve_visit as approve_visit
from ocop_points.assessments.service_decisions import return_visit as return_visit
from ocop_points.assessments.service_decisions import void_visit as void_visit
from ocop_points.assessments.steps import (
    add_event,
    complete_sheet,
    move,
    next_or_refuse,
    team_only,
)
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record, record_each
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.criteria import queries as criteria
from ocop_points.criteria.models import Edition
from ocop_points.criteria.queries import KnownLine
from ocop_points.criteria.service import mark_used
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import VISITABLE

PLANNED_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class VisitFacts:
    """What is known of a visit besides its day; `team` holds users' ids."""

    kind: VisitKind
    team: Collection[int] = ()
    guests: str = ""
    representative: str = ""
    representative_position: str = ""


@dataclass(frozen=True)
class Given:
    """An answer as somebody gave it to a line, and which version of the line's answer they saw."""

    line: KnownLine
    answer: Answer
    version: int


class AnswerConflict(Refused):
    """Somebody else answered these lines meanwhile."""

    def __init__(self, line_ids: frozenset[int]) -> None:
        super().__init__(
            _("Người khác vừa trả lời tiêu chí này. Chọn câu trả lời giữ lại rồi lưu lần nữa.")
        )
        self.line_ids = line_ids


def start_visit(
    point: SalesPoint,
    facts: VisitFacts,
    *,
    on: date,
    began_at: datetime | None,
    by: User,
    edition_id: int | None = None,
    leader: User | None = None,
) -> Visit:
    """Begin a visit (`began_at` given), or plan it for a later day. The starter is in the team and leads it.

    `leader`: a manager plans for others, is then not in the team, and may approve what they find.

    Without `edition_id` the edition is that of RULES.md §4. Raises Refused for a refused or closed point, a day
    out of bounds, a team member without reach, or when no edition is offered.
    """
    if point.status not in VISITABLE:
        raise Refused(_("Điểm này đã đóng hoặc không được chọn nên không đánh giá."))
    _check_day(on, began_at)
    edition = _edition(point, on, edition_id)
    # Held until the commit: a department that is just being joined to another takes no new visit.
    locality = db.session.get_one(Locality, point.locality_id, with_for_update={"read": True})
    visit = Visit(
        point_id=point.id,
        locality_id=point.locality_id,
        department_id=locality.department_id,
        edition_id=edition.id,
        kind=facts.kind,
        state=VisitState.PLANNED,
        planned_on=on if began_at is None else None,
        guests=facts.guests,
        representative=facts.representative,
        representative_position=facts.representative_position,
        conclusion="",
        opinion="",
        return_reason="",
        void_reason="",
        symbol="",
        created_by_id=(leader or by).id,
        created_at=clock.now(),
        version=1,
    )
    visit.point = point
    if began_at is not None:
        visit.state, visit.visited_on, visit.began_at = VisitState.IN_PROGRESS, on, began_at
    db.session.add(visit)
    db.session.flush()
    names = _set_team(visit, [visit.created_by_id, *facts.team])
    mark_used(edition, by=by)
    add_event(visit, None if began_at is None else Verb.START, by)
    known = {"visit_kind": facts.kind, "edition": edition.short_name, "date": on, "team": names}
    action = Action.VISIT_PLANNED if began_at is None else Action.VISIT_STARTED
    record(action, visit.subject(), by=by, changes=created({**known, "guests": facts.guests}))
    return visit


def begin_visit(visit: Visit, *, began_at: datetime, by: User) -> None:
    """Begin a planned visit now, or take a returned one up again. The edition is that of the day it begins.

    Raises Refused for a wrong state, a moment to come, or somebody outside the team.
    """
    team_only(visit, by)
    before = visit.state
    visit.state = next_or_refuse(visit, Verb.START)
    changes: dict[str, Change] = {"visit_state": [before.value, visit.state.value]}
    if before is VisitState.PLANNED:
        on = clock.local(began_at).date()
        _check_day(on, began_at)
        visit.visited_on, visit.began_at = on, began_at
        if visit.edition.legal_number:  # an illustration was chosen and stays
            _change_edition(visit, _edition(visit.point, on, None), by)
        changes.update(created({"date": on}))
    visit.version += 1
    add_event(visit, Verb.START, by)
    record(Action.VISIT_STARTED, visit.subject(), by=by, changes=changes)


def edit_visit(visit: Visit, facts: VisitFacts, *, planned_on: date | None, by: User) -> None:
    """Change kind, team, guests and the point's representative; of a planned visit also the day.

    Raises Refused when the visit is submitted or decided.
    """
    team_only(visit, by)
    if visit.state not in OPEN_STATES:
        next_or_refuse(visit, Verb.ANSWER)
    values: dict[str, object] = {
        "kind": facts.kind,
        "guests": facts.guests,
        "representative": facts.representative,
        "representative_position": facts.representative_position,
    }
    if visit.state is VisitState.PLANNED and planned_on is not None:
        _check_day(planned_on, None)
        values["planned_on"] = planned_on
    changes = assign(visit, values)
    if "kind" in changes:
        changes["visit_kind"] = changes.pop("kind")
    wanted = {visit.created_by_id, *facts.team}
    if set(visit.team) != wanted:
        changes["team"] = [queries.names_of(visit.team), _set_team(visit, wanted)]
    if changes:
        visit.version += 1
        record(Action.VISIT_EDITED, visit.subject(), by=by, changes=changes)


def change_plan(visit: Visit, *, on: date, leader: User, team: Collection[int], by: User) -> None:
    """Put a planned visit on another day, under another leader, with another team. Raises Refused for a day out of
    bounds or a person without reach; who may is asked by `planning_service.replan_visit`."""
    values: dict[str, object] = {"planned_on": on} if on != visit.planned_on else {}
    if values:
        _check_day(on, None)
    changes = assign(visit, values)
    before = [visit.created_by_id, *(one for one in visit.team if one != visit.created_by_id)]
    wanted = [leader.id, *sorted({*team} - {leader.id})]
    if before != wanted:
        visit.created_by_id = leader.id
        changes["team"] = [queries.names_of(before), _set_team(visit, wanted)]
    if changes:
        visit.version += 1
        record(Action.VISIT_EDITED, visit.subject(), by=by, changes=changes)


def answer_lines(visit: Visit, given: Iterable[Given], *, by: User) -> int:
    """Save the answers that differ from what is stored; the number of lines saved. A returned visit is taken up.

    Raises Refused outside the team, in a wrong state, or for an answer its line does not take, and AnswerConflict
    when another member answered a line since it was shown. One's own earlier answer is simply replaced.
    """
    team_only(visit, by)
    before, after = visit.state, next_or_refuse(visit, Verb.ANSWER)
    given = list(given)
    stored = queries.answers_to_change(visit.id, [one.line.id for one in given])
    wanted = [
        one
        for one in given
        if one.line.id not in stored or stored[one.line.id].as_answer() != one.answer
    ]
    wanted = [one for one in wanted if one.line.id in stored or one.answer != Answer()]
    conflicts = frozenset(
        one.line.id
        for one in wanted
        if one.line.id in stored
        and stored[one.line.id].version != one.version
        and stored[one.line.id].answered_by_id != by.id
    )
    if conflicts:
        raise AnswerConflict(conflicts)
    if wanted and before is not after:
        visit.state = after
        visit.version += 1
        add_event(visit, Verb.ANSWER, by)
        db.session.flush()
    figures = figures_of(visit, [one.line for one in wanted])
    changes = [
        _put_answer(visit, one, stored.get(one.line.id), figures.get(one.line.id), by)
        for one in wanted
    ]
    record_each(Action.VISIT_ANSWERED, visit.subject(), changes, by=by)
    return len(wanted)


def _put_answer(
    visit: Visit, given: Given, stored: VisitAnswer | None, figure: Figure | None, by: User
) -> dict[str, Change]:
    """Put one answer where it belongs; what its audit row says. Raises Refused for one its line does not take."""
    line, answer = given.line, given.answer
    if line.edition_id != visit.edition_id:
        raise Refused(_("Tiêu chí này không thuộc bộ tiêu chí của lần đánh giá. Tải lại trang."))
    if fault := answer_fault(line, answer):
        raise Refused(f"{line.code}: {labels.fault_sentence(fault, line)}")
    before = stored.as_answer() if stored else Answer()
    if stored is None:
        stored = VisitAnswer(visit_id=visit.id, line_id=line.id, version=0)
        db.session.add(stored)
    for name in ("value", "choice", "number", "score", "not_applicable", "note"):
        setattr(stored, name, getattr(answer, name))
    stored.line_text = line.text
    keep_figure(stored, figure)
    stored.answered_by_id, stored.answered_at = by.id, clock.now()
    stored.version += 1
    texts = labels.answer_words(line, before), labels.answer_words(line, answer)
    changes: dict[str, Change] = {"criterion": [line.code, line.code]}
    changes |= {"answer": list(texts)} if texts[0] != texts[1] else {}
    changes |= {"note": [before.note, answer.note]} if before.note != answer.note else {}
    if figure is not None and line.ask is not None:
        changes["figure"] = [None, figure_words(line.ask, figure)]
    return changes


def submit_visit(
    visit: Visit,
    *,
    conclusion: str,
    opinion: str = "",
    representative: str,
    representative_position: str = "",
    finished_at: datetime | None = None,
    by: User,
) -> None:
    """Send the visit to the manager. Raises Incomplete while lines lack something, and Refused."""
    team_only(visit, by)
    after = next_or_refuse(visit, Verb.SUBMIT)
    measure_the_rest(visit)
    complete_sheet(visit)
    if finished_at is not None and visit.began_at is not None and finished_at < visit.began_at:
        raise Refused(_("Giờ kết thúc không được trước giờ bắt đầu"), "finished")
    facts = {
        "conclusion": conclusion,
        "opinion": opinion,
        "representative": representative,
        "representative_position": representative_position,
    }
    changes = assign(visit, facts)
    visit.finished_at = finished_at
    visit.submitted_by_id, visit.submitted_at = by.id, clock.now()
    changes.update(move(visit, after))
    add_event(visit, Verb.SUBMIT, by)
    changes.update(created({"result": visit.result, "score": visit.score}))
    record(Action.VISIT_SUBMITTED, visit.subject(), by=by, changes=changes)


def withdraw_visit(visit: Visit, *, by: User) -> None:
    """Take a submitted visit back before it is decided; only who submitted it may. Raises Refused."""
    if visit.submitted_by_id != by.id:
        raise Refused(_("Chỉ người gửi duyệt rút lại được."))
    changes = move(visit, next_or_refuse(visit, Verb.WITHDRAW))
    visit.result = visit.score_tenths = None
    add_event(visit, Verb.WITHDRAW, by)
    record(Action.VISIT_WITHDRAWN, visit.subject(), by=by, changes=changes)


def delete_draft(visit: Visit, *, by: User) -> None:
    """Delete a draft that was never submitted; only who started it may. Raises Refused."""
    if visit.created_by_id != by.id:
        raise Refused(_("Chỉ người lập nháp xóa được; người khác thì hủy, có lý do."))
    if visit.was_submitted or visit.state not in {VisitState.PLANNED, VisitState.IN_PROGRESS}:
        raise Refused(_("Lần đánh giá đã gửi duyệt không xóa được, chỉ hủy được."))
    subject = visit.subject()
    for model in (CorrectiveAction, AnswerPhoto, SignedScan, VisitEvent, VisitAnswer, VisitMember):
        db.session.execute(delete(model).where(model.visit_id == visit.id))
    state = visit.state.value
    db.session.execute(delete(Visit).where(Visit.id == visit.id))
    record(Action.VISIT_DELETED, subject, by=by, changes={"visit_state": [state, None]})


# --- what every verb asks ------------------------------------------------------------------------


def _check_day(on: date, began_at: datetime | None) -> None:
    today = clock.today()
    if began_at is None:
        if not today < on <= today + PLANNED_AHEAD:
            raise Refused(_("Lên lịch cho một ngày trong 12 tháng tới"), "on")
    elif began_at > clock.now():
        raise Refused(_("Giờ bắt đầu chưa tới"), "at")


def _edition(point: SalesPoint, on: date, edition_id: int | None) -> Edition:
    """The edition chosen, an illustration, or the one that is offered on the day."""
    if edition_id is not None:
        found = [one for one in criteria.illustrations() if one.id == edition_id]
        if not found:
            raise Refused(_("Chọn một mục trong danh sách"), "edition_id")
        return found[0]
    offer = criteria.edition_for(point.locality_id, on)
    if offer is None:
        raise Refused(_("Chưa có bộ tiêu chí nào cho ngày %(day)s", day=vi_date(on)), "on")
    return offer.edition


def hand_over(from_department: int, to_department: int) -> list[int]:
    """Visits not decided yet go over to the department that theirs was joined to; their ids.

    Papers that bear a number stay with the department that gave it: they are history.
    """
    rows = select(Visit.id).where(
        Visit.department_id == from_department, Visit.state.in_(UNDECIDED)
    )
    ids = list(db.session.scalars(rows.order_by(Visit.id).with_for_update()))
    went = update(Visit).where(Visit.id.in_(ids)).values(department_id=to_department)
    db.session.execute(went)
    return ids


def _set_team(visit: Visit, user_ids: Collection[int]) -> list[str]:
    """Write the team down; everybody's reach must hold the point. The names, in their order."""
    wanted = set(user_ids)
    known = {user.id: user for user in queries.team_candidates(visit.locality_id)}
    # Somebody who was in the team before may have lost the reach since, and stays named.
    former = {member.user_id for member in queries.members_of(visit.id)}
    if wanted - known.keys() - former:
        raise Refused(_("Chọn người được giao địa phương của điểm bán"), "team")
    db.session.execute(delete(VisitMember).where(VisitMember.visit_id == visit.id))
    first = [visit.created_by_id] if visit.created_by_id in wanted else []
    ordered = [*first, *sorted(wanted - set(first))]
    db.session.execute(
        insert(VisitMember), [{"visit_id": visit.id, "user_id": one} for one in ordered]
    )
    db.session.flush()
    db.session.expire(visit, ["members"])
    return queries.names_of(ordered)


def _change_edition(visit: Visit, edition: Edition, by: User) -> None:
    if edition.id != visit.edition_id:
        mark_used(edition, by=by)
        visit.edition_id = edition.id
