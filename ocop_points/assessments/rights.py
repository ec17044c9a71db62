"""What the signed-in user may do with one visit now (RULES.md §1), for buttons and for the routes behind them."""

from dataclasses import dataclass

from ocop_points.accounts.models import User
from ocop_points.assessments import queries
from ocop_points.assessments.models import OPEN_STATES, Visit
from ocop_points.assessments.rules_states import DecisionRefusal, Verb, VisitState, allowed_verbs
from ocop_points.core.access import Role


@dataclass(frozen=True)
class May:
    """`is_` says who somebody is, the others what they may do in the visit's present state.

    `refusal` says why a person who holds the right to decide may not decide this one.
    """

    is_team: bool
    is_decider: bool
    refusal: DecisionRefusal | None
    begin: bool
    answer: bool
    edit: bool
    submit: bool
    withdraw: bool
    decide: bool
    cancel: bool
    replan: bool
    void: bool
    delete: bool


def rights(user: User, visit: Visit) -> May:
    """Needs the visit's members loaded."""
    verbs = allowed_verbs(visit.state)
    team = user.id in visit.team and user.may("visits.work")
    decider = user.may("visits.decide")
    refusal = queries.decision_refusal_of(visit, user, "…") if decider else None
    open_ = visit.state in OPEN_STATES
    return May(
        is_team=team,
        is_decider=decider,
        refusal=refusal,
        begin=team and visit.state is VisitState.PLANNED,
        answer=team and Verb.ANSWER in verbs,
        edit=team and open_,
        submit=team and Verb.SUBMIT in verbs,
        withdraw=visit.submitted_by_id == user.id and Verb.WITHDRAW in verbs,
        decide=decider and refusal is None and Verb.APPROVE in verbs,
        replan=(team or user.role is Role.MANAGER) and visit.state is VisitState.PLANNED,
        cancel=(team or user.role is Role.MANAGER) and open_,
        void=decider and refusal is None and visit.state is VisitState.APPROVED,
        delete=visit.created_by_id == user.id
        and team
        and not visit.was_submitted
        and visit.state in {VisitState.PLANNED, VisitState.IN_PROGRESS},
    )
