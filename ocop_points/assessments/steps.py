"""What the verbs of a visit share: the state they may lead to, who may, the event they leave."""

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import labels, queries
from ocop_points.assessments.models import Visit, VisitEvent
from ocop_points.assessments.rules import shown_score
from ocop_points.assessments.rules_states import (
    DecisionRefusal,
    Verb,
    VerbRefused,
    VisitState,
    next_state,
)
from ocop_points.assessments.sheet import Sheet, sheet_of
from ocop_points.audit.rules import Change
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused


class Incomplete(Refused):
    """Something is still missing before the visit can be submitted."""

    def __init__(self) -> None:
        super().__init__(_("Còn tiêu chí chưa xong. Bổ sung từng mục dưới đây rồi gửi lại."))


def next_or_refuse(visit: Visit, verb: Verb) -> VisitState:
    """Where the verb leads; raises Refused when the visit's state does not allow it."""
    try:
        return next_state(visit.state, verb)
    except VerbRefused:
        state = labels.STATE[visit.state][1]
        raise Refused(
            _(
                "Lần đánh giá đang ở trạng thái “%(state)s” nên không làm được việc này.",
                state=state,
            )
        ) from None


def team_only(visit: Visit, by: User) -> None:
    """Raises Refused for somebody outside the team; needs the members loaded."""
    if by.id not in visit.team:
        raise Refused(_("Chỉ người trong đoàn đánh giá làm được việc này."))


def decider_only(visit: Visit, by: User, reason: str) -> None:
    """Raises Refused for somebody who may not decide about this visit (RULES.md §1); needs the members loaded."""
    refusal = queries.decision_refusal_of(visit, by, reason)
    if refusal is not None:
        field = "reason" if refusal is DecisionRefusal.NO_REASON else None
        raise Refused(str(labels.REFUSAL[refusal]), field)


def complete_sheet(visit: Visit) -> Sheet:
    """The sheet, its outcome kept on the visit; raises Incomplete while a line lacks something."""
    done = sheet_of(visit)
    if done.missing or done.outcome.result is None:
        raise Incomplete
    visit.result = done.outcome.result
    score = done.outcome.score
    visit.score_tenths = None if score is None else int(shown_score(score) * 10)
    return done


def move(visit: Visit, after: VisitState) -> dict[str, Change]:
    """Put the visit in another state, and say so for the audit row."""
    before, visit.state = visit.state, after
    visit.version += 1
    return {"visit_state": [before.value, after.value]}


def add_event(visit: Visit, verb: Verb | None, by: User, note: str = "") -> VisitEvent:
    """Write down in the visit's history what was done."""
    event = VisitEvent(visit_id=visit.id, verb=verb, by_user_id=by.id, at=clock.now(), note=note)
    db.session.add(event)
    db.session.flush()
    return event
