"""Which verbs a visit's state allows, and who may decide (RULES.md §1 and §4)."""

from __future__ import annotations

from itertools import product

import pytest

from ocop_points.assessments.rules_states import (
    VERBS_WITH_REASON,
    DecisionRefusal,
    Verb,
    VerbRefused,
    VisitState,
    administrator_refusal,
    allowed_verbs,
    decision_refusal,
    may_decide,
    next_state,
)

P, W, S, R, A, V = VisitState
STEPS = {
    (P, Verb.START): W,
    (P, Verb.VOID): V,
    (W, Verb.ANSWER): W,
    (W, Verb.SUBMIT): S,
    (W, Verb.VOID): V,
    (S, Verb.WITHDRAW): W,
    (S, Verb.APPROVE): A,
    (S, Verb.RETURN_): R,
    (R, Verb.START): W,
    (R, Verb.ANSWER): W,
    (R, Verb.VOID): V,
    (A, Verb.VOID): V,
}


@pytest.mark.parametrize(("state", "verb"), list(product(VisitState, Verb)))
def test_every_state_and_verb(state: VisitState, verb: Verb) -> None:
    after = STEPS.get((state, verb))
    assert (verb in allowed_verbs(state)) is (after is not None)
    if after is not None:
        assert next_state(state, verb) is after
        return
    with pytest.raises(VerbRefused) as caught:
        next_state(state, verb)
    assert caught.value.args == (state, verb)


def test_void_is_final_and_wants_a_reason() -> None:
    assert allowed_verbs(V) == frozenset()
    assert {Verb.VOID, Verb.RETURN_} == VERBS_WITH_REASON


@pytest.mark.parametrize(
    ("user", "team", "submitter", "refusal"),
    [
        (1, {2, 3}, 2, None),
        (1, {1, 3}, 3, DecisionRefusal.TEAM_MEMBER),
        (1, {2, 3}, 1, DecisionRefusal.SUBMITTER),
        (1, {1}, 1, DecisionRefusal.TEAM_MEMBER),
        (1, set(), None, None),
    ],
)
def test_who_may_decide(
    user: int, team: set[int], submitter: int | None, refusal: DecisionRefusal | None
) -> None:
    assert decision_refusal(user, team_ids=team, submitter_id=submitter) is refusal
    assert may_decide(user, team_ids=team, submitter_id=submitter) is (refusal is None)


@pytest.mark.parametrize(
    ("managers", "reason", "refusal"),
    [
        (set(), "Sở chưa có người duyệt", None),
        ({2}, "người duyệt duy nhất ở trong đoàn", None),
        ({3}, "người duyệt duy nhất đã gửi", None),
        ({2, 3}, "cả hai đều đã chấm", None),
        ({4}, "muốn nhanh", DecisionRefusal.OTHER_MANAGER),
        ({2, 4}, "muốn nhanh", DecisionRefusal.OTHER_MANAGER),
        (set(), "", DecisionRefusal.NO_REASON),
        (set(), " \n", DecisionRefusal.NO_REASON),
    ],
)
def test_the_administrator_decides_only_in_need(
    managers: set[int], reason: str, refusal: DecisionRefusal | None
) -> None:
    found = administrator_refusal(
        9, team_ids={2}, submitter_id=3, manager_ids=managers, reason=reason
    )
    assert found is refusal


@pytest.mark.parametrize(
    ("team", "submitter", "refusal"),
    [({9}, 3, DecisionRefusal.TEAM_MEMBER), ({2}, 9, DecisionRefusal.SUBMITTER)],
)
def test_the_administrator_never_decides_own_work(
    team: set[int], submitter: int, refusal: DecisionRefusal
) -> None:
    found = administrator_refusal(
        9, team_ids=team, submitter_id=submitter, manager_ids=set(), reason="cần"
    )
    assert found is refusal
