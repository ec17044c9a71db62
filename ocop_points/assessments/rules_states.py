"""The states of a visit, which verb leads where, and who may decide (RULES.md §1, §4). Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class VisitState(StrEnum):
    """The life of a visit; VOID is final."""

    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    VOID = "void"


class Verb(StrEnum):
    """What is done to a visit; ANSWER saves one line and keeps or puts it in progress."""

    START = "start"
    ANSWER = "answer"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN_ = "return"
    VOID = "void"


VERBS_WITH_REASON = frozenset({Verb.RETURN_, Verb.VOID})

_STEPS: Mapping[tuple[VisitState, Verb], VisitState] = {
    (VisitState.PLANNED, Verb.START): VisitState.IN_PROGRESS,
    (VisitState.PLANNED, Verb.VOID): VisitState.VOID,
    (VisitState.IN_PROGRESS, Verb.ANSWER): VisitState.IN_PROGRESS,
    (VisitState.IN_PROGRESS, Verb.SUBMIT): VisitState.SUBMITTED,
    (VisitState.IN_PROGRESS, Verb.VOID): VisitState.VOID,
    (VisitState.SUBMITTED, Verb.WITHDRAW): VisitState.IN_PROGRESS,
    (VisitState.SUBMITTED, Verb.APPROVE): VisitState.APPROVED,
    (VisitState.SUBMITTED, Verb.RETURN_): VisitState.RETURNED,
    (VisitState.RETURNED, Verb.START): VisitState.IN_PROGRESS,
    (VisitState.RETURNED, Verb.ANSWER): VisitState.IN_PROGRESS,
    (VisitState.RETURNED, Verb.VOID): VisitState.VOID,
    (VisitState.APPROVED, Verb.VOID): VisitState.VOID,
}


class VerbRefused(ValueError):
    """A verb that the visit's state does not allow; `args` are the state and the verb."""


def next_state(state: VisitState, verb: Verb) -> VisitState:
    """Give the state that the verb leads to (RULES.md §4). Raises VerbRefused.

    A returned visit is in progress again with the first answer or START. A submitted one is never
    voided: it is withdrawn or returned first, so that it does not vanish from the approver's desk.
    """
    if (after := _STEPS.get((state, verb))) is None:
        raise VerbRefused(state, verb)
    return after


def allowed_verbs(state: VisitState) -> frozenset[Verb]:
    """Give the verbs that the state allows, whoever asks."""
    return frozenset(verb for before, verb in _STEPS if before is state)


class DecisionRefusal(StrEnum):
    """Why a person may not approve, return or, after approval, void a visit."""

    TEAM_MEMBER = "team_member"
    SUBMITTER = "submitter"
    OTHER_MANAGER = "other_manager"
    NO_REASON = "no_reason"


def decision_refusal(
    user_id: int, *, team_ids: Collection[int], submitter_id: int | None
) -> DecisionRefusal | None:
    """Why a manager in reach may not decide a visit, None if they may (RULES.md §1)."""
    if user_id in team_ids:
        return DecisionRefusal.TEAM_MEMBER
    return DecisionRefusal.SUBMITTER if user_id == submitter_id else None


def may_decide(user_id: int, *, team_ids: Collection[int], submitter_id: int | None) -> bool:
    """Whether a manager in reach may decide: neither team member nor submitter (RULES.md §1)."""
    return decision_refusal(user_id, team_ids=team_ids, submitter_id=submitter_id) is None


def administrator_refusal(
    user_id: int,
    *,
    team_ids: Collection[int],
    submitter_id: int | None,
    manager_ids: Collection[int],
    reason: str,
) -> DecisionRefusal | None:
    """Why the ministry administrator may not decide in a department's stead, None if they may.

    Only where the department has no manager who may decide, with a reason (RULES.md §1).
    `manager_ids`: the department's active managers whose reach holds the point.
    """
    if any(may_decide(one, team_ids=team_ids, submitter_id=submitter_id) for one in manager_ids):
        return DecisionRefusal.OTHER_MANAGER
    own = decision_refusal(user_id, team_ids=team_ids, submitter_id=submitter_id)
    return own or (None if reason.strip() else DecisionRefusal.NO_REASON)
