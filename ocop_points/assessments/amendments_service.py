"""Verbs on amendments: make one, keep its paper."""

from datetime import date

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import amendments_queries as queries
from ocop_points.assessments.amendments_models import Amendment, AmendmentFile
from ocop_points.assessments.kinds import AmendmentKind, paper_symbol
from ocop_points.assessments.models import Visit
from ocop_points.assessments.paper_numbers import check_number, numbering_department
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.steps import decider_only
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.service import keep_file


def amend(
    visit: Visit,
    *,
    kind: AmendmentKind,
    number: int,
    numbered_on: date,
    text: str,
    reason: str,
    by: User,
) -> Amendment:
    """Add a numbered amendment to approved minutes; answers, result and the original stay as they are.

    Raises Refused when the minutes are not in force, the person may not decide, or the number is taken.
    """
    if visit.state is not VisitState.APPROVED:
        raise Refused(_("Chỉ bổ sung, đính chính biên bản đã duyệt và còn giá trị."))
    decider_only(visit, by, reason)
    for said, field in ((text, "text"), (reason, "reason")):
        if not said.strip():
            raise Refused(_("Chưa nhập nội dung này"), field)
    department = numbering_department(visit)
    symbol = paper_symbol(department.symbol)
    check_number(department.id, symbol, number, numbered_on, not_before=visit.numbered_on)
    made = Amendment(
        visit_id=visit.id,
        department_id=department.id,
        kind=kind,
        number=number,
        number_year=numbered_on.year,
        symbol=symbol,
        numbered_on=numbered_on,
        text=text,
        reason=reason,
        made_by_id=by.id,
        made_at=clock.now(),
    )
    made.visit, made.made_by, made.department = visit, by, department
    db.session.add(made)
    db.session.flush()
    known = {"amendment_kind": kind, "number": made.paper_number, "numbered_on": numbered_on}
    changes = created({**known, "content": text})
    record(Action.MINUTES_AMENDED, made.subject(), by=by, changes=changes, note=reason)
    return made


def keep_paper(amendment: Amendment, prepared: Prepared) -> None:
    """Keep the paper of an amendment. Where two made it at once, the first one stays. Needs the visit loaded."""
    if amendment.id in queries.files_of(amendment.visit_id):
        return
    file = keep_file(prepared)
    kept = AmendmentFile(amendment_id=amendment.id, stored_file_id=file.id, made_at=clock.now())
    db.session.add(kept)
    db.session.flush()
    changes = {"number": [None, amendment.paper_number], "sha256": [None, prepared.sha256]}
    record(Action.AMENDMENT_MADE, amendment.subject(), by=None, changes=changes)
