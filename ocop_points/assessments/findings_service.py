"""Verbs on findings: assign, report, verify, reopen. What approving and voiding do to them: `findings_settling`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import findings_labels as labels
from ocop_points.assessments import findings_queries as queries
from ocop_points.assessments.findings_models import (
    CorrectiveAction,
    Finding,
    FindingEvent,
    FindingFile,
)
from ocop_points.assessments.findings_rules import (
    MOST_FILES,
    FindingState,
    FindingVerb,
    due_fault,
    next_finding_state,
    verify_refusal,
)
from ocop_points.assessments.models import OPEN_STATES, Visit
from ocop_points.assessments.rules_states import Verb
from ocop_points.assessments.steps import next_or_refuse, team_only
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.service import keep_file


@dataclass(frozen=True)
class Remedy:
    """What shall be done until when, and who answers for it: a user, or somebody named."""

    text: str
    due_on: date
    owner_user_id: int | None = None
    owner_name: str = ""


def set_remedies(visit: Visit, wanted: Mapping[int, Remedy | None], *, by: User) -> int:
    """What the team asks for each line not met, by the line's id; None takes it away. How many changed.

    Raises Refused outside the team, once the visit is sent, and for a day or an owner that cannot be; its field
    bears the line's id.
    """
    team_only(visit, by)
    if visit.state not in OPEN_STATES:
        next_or_refuse(visit, Verb.ANSWER)
    stored = queries.actions_of(visit.id)
    changed = 0
    for line_id, remedy in wanted.items():
        held = stored.get(line_id)
        if remedy is not None:
            _check_remedy(visit.locality_id, visit.point_id, remedy, visit.on, f"_{line_id}")
            changes = _put(visit.id, line_id, held, remedy)
        elif held is not None:
            db.session.delete(held)
            changes = {"remedy": [held.text, None]}
        else:
            continue
        if changes:
            code = queries.code_of(line_id)
            changed += 1
            changes = {"criterion": [code, code], **changes}
            record(Action.VISIT_REMEDY_SET, visit.subject(), by=by, changes=changes)
    if changed:
        visit.version += 1
    return changed


def set_action(finding: Finding, remedy: Remedy, *, reason: str = "", by: User) -> None:
    """Give a finding its corrective action, or another one with the reason. Raises Refused."""
    after = _next(finding, FindingVerb.ASSIGN)
    held = queries.action_of(finding)
    if held is not None and not reason.strip():
        raise Refused(_("Ghi lý do thay đổi: biên bản đã ghi việc và hạn trước đó"), "reason")
    _check_remedy(finding.locality_id, finding.point_id, remedy, finding.opened_on)
    changes = _put(finding.visit_id, finding.line_id, held, remedy)
    if not changes:
        raise Refused(_("Việc và hạn vẫn như cũ, chưa có gì để lưu."))
    finding.version += 1
    add_event(finding, FindingVerb.ASSIGN, after, by, note=reason, due_on=remedy.due_on)
    record(Action.FINDING_ASSIGNED, finding.subject(), by=by, changes=changes, note=reason)


def report_done(finding: Finding, *, note: str, evidence: Sequence[Prepared], by: User) -> None:
    """Say that it was put right, with pictures or papers. Raises Refused."""
    after = _next(finding, FindingVerb.REPORT)
    if not note.strip():
        raise Refused(_("Ghi việc đã làm"), "note")
    fresh = {one.sha256: one for one in evidence}
    if len(fresh) > MOST_FILES:
        raise Refused(_("Mỗi lần báo tối đa %(most)d tệp", most=MOST_FILES), "evidence")
    finding.reported_by_id = by.id
    changes = move(finding, after)
    event = add_event(finding, FindingVerb.REPORT, after, by, note=note)
    for one in fresh.values():
        kept = FindingFile(
            finding_id=finding.id,
            event_id=event.id,
            stored_file_id=keep_file(one).id,
            name=one.name,
            taken_at=one.taken_at,
        )
        db.session.add(kept)
    files: dict[str, Change] = {"evidence": [None, [one.name for one in fresh.values()]]}
    files["sha256"] = [None, list(fresh)]
    changes |= files if fresh else {}
    record(Action.FINDING_REPORTED, finding.subject(), by=by, changes=changes, note=note)


def verify(finding: Finding, *, note: str = "", by: User) -> None:
    """Close a finding that was put right. Nobody verifies their own report. Raises Refused."""
    seen_met = finding.met_visit_id is not None
    refusal = verify_refusal(
        by.id, finding.state, reporter_id=finding.reported_by_id, seen_met=seen_met
    )
    after = _next(finding, FindingVerb.VERIFY, seen_met=seen_met)
    if refusal is not None:
        raise Refused(str(labels.VERIFY_REFUSAL[refusal]))
    finding.closed_on = clock.today()
    changes = move(finding, after)
    add_event(finding, FindingVerb.VERIFY, after, by, note=note)
    record(Action.FINDING_VERIFIED, finding.subject(), by=by, changes=changes, note=note)


def reopen(finding: Finding, *, reason: str, due_on: date | None, by: User) -> None:
    """What was reported or closed is not right: with the reason, and until when now. Raises Refused."""
    after = _next(finding, FindingVerb.REOPEN)
    if not reason.strip():
        raise Refused(_("Ghi lý do mở lại"), "reason")
    if queries.found_again(finding):
        raise Refused(_("Lần đánh giá sau đã ghi lại tồn tại này; theo dõi ở tồn tại mới."))
    finding.closed_on = None
    changes = move(finding, after)
    db.session.flush()  # the action may change from now on
    held = queries.action_of(finding)
    if held is not None and due_on is not None:
        _check_due(due_on, finding.opened_on, "due_on")
        changes |= assign(held, {"due_on": due_on})
    add_event(finding, FindingVerb.REOPEN, after, by, note=reason, due_on=due_on)
    record(Action.FINDING_REOPENED, finding.subject(), by=by, changes=changes, note=reason)


# --- what the verbs share -------------------------------------------------------------------------


def _next(finding: Finding, verb: FindingVerb, *, seen_met: bool = False) -> FindingState:
    after = next_finding_state(finding.state, verb, seen_met=seen_met)
    if after is None:
        state = labels.STATE[finding.state][1]
        raise Refused(
            _("Tồn tại đang ở trạng thái “%(state)s” nên không làm được việc này.", state=state)
        )
    return after


def move(finding: Finding, after: FindingState) -> dict[str, Change]:
    """Put the finding in another state, and say so for the audit row."""
    before, finding.state = finding.state, after
    finding.version += 1
    return {"finding_state": [before.value, after.value]}


def add_event(
    finding: Finding,
    verb: FindingVerb,
    after: FindingState,
    by: User,
    *,
    note: str = "",
    due_on: date | None = None,
) -> FindingEvent:
    """Write down in the finding's history what was done."""
    event = FindingEvent(
        finding_id=finding.id,
        verb=verb,
        state=after,
        due_on=due_on,
        note=note,
        by_user_id=by.id,
        at=clock.now(),
    )
    db.session.add(event)
    db.session.flush()
    return event


def _put(
    visit_id: int, line_id: int, held: CorrectiveAction | None, remedy: Remedy
) -> dict[str, Change]:
    """Store the action; what changed, in the words of the audit row."""
    values = {
        "text": remedy.text,
        "due_on": remedy.due_on,
        "owner_user_id": remedy.owner_user_id,
        "owner_name": "" if remedy.owner_user_id else remedy.owner_name,
    }
    if held is None:
        made = CorrectiveAction(visit_id=visit_id, line_id=line_id, **values)
        db.session.add(made)
        changes = created(values)
    else:
        changes = assign(held, values)
    db.session.flush()
    if "text" in changes:
        changes["remedy"] = changes.pop("text")
    if "owner_user_id" in changes:
        before, after = changes.pop("owner_user_id")
        changes["owner"] = [queries.name_of(before), queries.name_of(after)]
    return changes


def _check_remedy(
    locality_id: int, point_id: int, remedy: Remedy, found_on: date | None, suffix: str = ""
) -> None:
    if not remedy.text.strip():
        raise Refused(_("Ghi việc phải làm"), f"text{suffix}")
    _check_due(remedy.due_on, found_on or clock.today(), f"due_on{suffix}")
    known = {user.id for user in queries.owner_candidates(locality_id, point_id)}
    if remedy.owner_user_id is not None and remedy.owner_user_id not in known:
        raise Refused(_("Chọn một mục trong danh sách"), f"owner_user_id{suffix}")


def _check_due(due_on: date, found_on: date, field: str) -> None:
    if fault := due_fault(due_on, found_on=found_on):
        raise Refused(str(labels.DUE_FAULT[fault]), field)
