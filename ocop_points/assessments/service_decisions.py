"""Verbs of those who decide about a visit: approve, return, void."""

import secrets
from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import queries
from ocop_points.assessments.findings_settling import open_findings, void_findings
from ocop_points.assessments.kinds import paper_symbol
from ocop_points.assessments.models import Visit
from ocop_points.assessments.paper_numbers import check_number, numbering_department
from ocop_points.assessments.remarks_models import LineRemark
from ocop_points.assessments.rules_states import Verb
from ocop_points.assessments.steps import (
    add_event,
    complete_sheet,
    decider_only,
    move,
    next_or_refuse,
)
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria.queries import whole_edition
from ocop_points.points.rules import LastResult
from ocop_points.points.service import correct_result, set_result


def approve_visit(
    visit: Visit, *, number: int, numbered_on: date, reason: str = "", by: User
) -> None:
    """Make the visit final: number and date of the paper, result, the point's last result, the check token.

    Raises Refused when the person may not decide, the state is another, or the number is taken.
    """
    after = next_or_refuse(visit, Verb.APPROVE)
    decider_only(visit, by, reason)
    department = numbering_department(visit)
    symbol = paper_symbol(department.symbol)
    check_number(department.id, symbol, number, numbered_on, not_before=visit.visited_on)
    sheet = complete_sheet(visit)
    visit.department_id, visit.symbol = department.id, symbol
    visit.number, visit.number_year, visit.numbered_on = number, numbered_on.year, numbered_on
    visit.decided_by_id, visit.decided_at = by.id, clock.now()
    visit.token = secrets.token_hex(16)
    changes = move(visit, after)
    db.session.flush()
    add_event(visit, Verb.APPROVE, by, reason)
    paper = {"number": visit.paper_number, "numbered_on": numbered_on}
    changes.update(created({**paper, "result": visit.result, "score": visit.score}))
    record(Action.VISIT_APPROVED, visit.subject(), by=by, changes=changes, note=reason)
    open_findings(visit, sheet, by=by)
    set_result(
        visit.point,
        visited_on=visit.visited_on or numbered_on,
        result=LastResult(sheet.outcome.running.value),
        score=visit.score,
        by=by,
    )


def return_visit(
    visit: Visit, *, reason: str, remarks: Mapping[int, str] = MappingProxyType({}), by: User
) -> None:
    """Give a submitted visit back to its team, with what must be mended: in general, and at lines by their id.

    Raises Refused when nothing is said, or about a line of another edition.
    """
    after = next_or_refuse(visit, Verb.RETURN_)
    decider_only(visit, by, reason)
    said = {line_id: text.strip() for line_id, text in remarks.items() if text.strip()}
    codes = {line.id: line.code for line in whole_edition(visit.edition_id).lines}
    if not (reason.strip() or said) or said.keys() - codes.keys():
        raise Refused(_("Ghi tiêu chí và việc cần sửa"), "reason")
    named = ", ".join(code for line_id, code in codes.items() if line_id in said)
    reason = reason.strip() or _("Xem nhận xét ở tiêu chí %(codes)s", codes=named)
    visit.return_reason = reason
    visit.decided_by_id, visit.decided_at = by.id, clock.now()
    visit.result = visit.score_tenths = None
    changes = move(visit, after)
    event = add_event(visit, Verb.RETURN_, by, reason)
    db.session.add_all(
        LineRemark(event_id=event.id, line_id=line_id, text=text) for line_id, text in said.items()
    )
    changes |= created({"remarks": [f"{codes[one]}: {text}" for one, text in said.items()]})
    record(Action.VISIT_RETURNED, visit.subject(), by=by, changes=changes, note=reason)


def void_visit(visit: Visit, *, reason: str, by: User) -> None:
    """Declare a visit void; the number of an approved one stays taken. Raises Refused.

    Before approval a team member or a manager may; after it only who may decide. The point keeps the last result of
    the visits that remain.
    """
    after = next_or_refuse(visit, Verb.VOID)
    if visit.was_approved:
        decider_only(visit, by, reason)
    elif by.id not in visit.team and by.role is not Role.MANAGER:
        raise Refused(_("Chỉ người trong đoàn đánh giá hoặc quản lý hủy được."))
    if not reason.strip():
        raise Refused(_("Ghi lý do hủy"), "reason")
    visit.void_reason, visit.voided_at = reason, clock.now()
    changes = move(visit, after)
    db.session.flush()
    add_event(visit, Verb.VOID, by, reason)
    record(Action.VISIT_VOIDED, visit.subject(), by=by, changes=changes, note=reason)
    if visit.was_approved:
        void_findings(visit, by=by)
        _correct_point(visit, by)


def _correct_point(visit: Visit, by: User) -> None:
    """After a paper was declared void: the point's last result is that of the visits that remain."""
    last = queries.last_approved(visit.point_id)
    if last is None or last.result is None:
        correct_result(visit.point, visited_on=None, result=None, score=None, by=by)
    else:
        result = LastResult(last.result.value)
        correct_result(
            visit.point, visited_on=last.visited_on, result=result, score=last.score, by=by
        )
