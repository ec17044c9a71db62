"""What approving and voiding a visit does to findings (docs/decisions): opened, carried over, proposed to be closed.

Visits are mostly approved in the order of their days. Where they are not, and after a void, every later approved visit
of the point is settled once more: whatever the order, the findings stand as if it had been that of the days.
"""

from ocop_points.accounts.models import User
from ocop_points.assessments import findings_queries as queries
from ocop_points.assessments.findings_models import Finding
from ocop_points.assessments.findings_rules import LIVE, FindingState, FindingVerb, severity_of
from ocop_points.assessments.findings_service import add_event, move
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules import LineState
from ocop_points.assessments.sheet import Sheet, SheetLine, sheet_of
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core.db import db


def open_findings(visit: Visit, sheet: Sheet, *, by: User) -> None:
    """One finding for each line that the visit, approved just now, found not met; earlier ones are carried on."""
    actions = queries.actions_of(visit.id)
    for line in sheet.findings:
        action = actions.get(line.line.id)
        found = _opened(visit, line)
        due_on = action.due_on if action else None
        add_event(found, FindingVerb.OPEN, FindingState.OPEN, by, due_on=due_on)
        known = {"criterion": found.code, "severity": found.severity, "date": found.opened_on}
        known |= {"note": found.note, "due_on": due_on, "remedy": action.text if action else ""}
        record(Action.FINDING_OPENED, found.subject(), by=by, changes=created(known))
    _settle(visit, sheet, by)
    _settle_later(visit, by)


def void_findings(visit: Visit, *, by: User) -> None:
    """The findings of a visit declared void count no more; what it had carried on or seen met is as before."""
    own = queries.findings_to_settle(visit.point_id)
    for found in own:
        if visit.id in (found.carried_visit_id, found.met_visit_id):
            _restore(found, by)
    for found in own:
        if found.visit_id == visit.id:
            found.carried_visit_id = found.closed_on = None
            changes = move(found, FindingState.VOID)
            add_event(found, FindingVerb.VOID, FindingState.VOID, by)
            record(Action.FINDING_VOIDED, found.subject(), by=by, changes=changes)
    _settle_later(visit, by)


def _opened(visit: Visit, line: SheetLine) -> Finding:
    found = Finding(
        visit_id=visit.id,
        line_id=line.line.id,
        point_id=visit.point_id,
        locality_id=visit.locality_id,
        code=line.line.code,
        line_text=line.text,
        note=line.answer.note,
        severity=severity_of(mandatory=line.line.mandatory),
        opened_on=visit.on,
        state=FindingState.OPEN,
        version=1,
    )
    found.point = visit.point
    db.session.add(found)
    db.session.flush()
    return found


def _settle_later(visit: Visit, by: User) -> None:
    for later in queries.visits_after(visit):
        _settle(later, sheet_of(later), by)


def _settle(visit: Visit, sheet: Sheet, by: User) -> None:
    """What a visit says of the findings that were there before it: the same again, or met."""
    before: dict[tuple[str, str], list[Finding]] = {}
    own: set[int] = set()
    for found in queries.findings_to_settle(visit.point_id):
        if found.visit_id == visit.id:
            own.add(found.line_id)
        elif found.state in LIVE and (found.opened_on, found.visit_id) < (visit.on, visit.id):
            before.setdefault((found.code, found.line_text), []).append(found)
    for line in sheet.lines:
        for found in before.get((line.line.code, line.text), ()):
            if line.state is LineState.NOT_MET and line.line.id in own:
                _carry(found, visit, by)
            elif line.state is LineState.MET and found.met_visit_id is None:
                _propose(found, visit, by)


def _carry(found: Finding, visit: Visit, by: User) -> None:
    found.carried_visit_id, found.met_visit_id = visit.id, None
    changes = move(found, FindingState.CARRIED)
    add_event(found, FindingVerb.CARRY, FindingState.CARRIED, by)
    record(Action.FINDING_CARRIED, found.subject(), by=by, changes=changes)


def _propose(found: Finding, visit: Visit, by: User) -> None:
    found.met_visit_id = visit.id
    found.version += 1
    add_event(found, FindingVerb.SEEN_MET, found.state, by)
    changes = created({"seen_met": visit.on})
    record(Action.FINDING_SEEN_MET, found.subject(), by=by, changes=changes)


def _restore(found: Finding, by: User) -> None:
    """As it stood before it was carried on; a proposal of the void visit is gone, what was closed stays closed."""
    found.met_visit_id = None
    after = found.state
    if found.state is FindingState.CARRIED:
        after = queries.state_before_carried(found.id)
        found.carried_visit_id = None
    changes = move(found, after)
    add_event(found, FindingVerb.RESTORE, after, by)
    record(Action.FINDING_RESTORED, found.subject(), by=by, changes=changes)
