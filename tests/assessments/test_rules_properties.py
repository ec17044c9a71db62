"""What holds of every edition and every set of answers, whatever they are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ocop_points.assessments.rules import (
    Answer,
    LineState,
    MissingReason,
    Outcome,
    Result,
    assess,
    line_state,
    missing,
    shown_score,
)
from ocop_points.criteria.rules import (
    NONE_OF_THEM,
    ChoiceSpec,
    LineKind,
    LineSpec,
    PhotoRule,
    ResultRule,
    SectionMinimum,
)

Answers = dict[str, Answer]
Case = tuple[tuple[LineSpec, ...], Answers, ResultRule]
CHOICES = (ChoiceSpec("a", "A"), ChoiceSpec("b", "B"))
NA = Answer(not_applicable=True)
MINIMUM, MAXIMUM = Decimal(30), Decimal(7)
SLOW = (HealthCheck.too_slow, HealthCheck.filter_too_much)
steady = settings(deadline=None, suppress_health_check=SLOW)  # the machine's load is no fault


def decimals(least: str, most: str) -> st.SearchStrategy[Decimal]:
    return st.decimals(Decimal(least), Decimal(most), places=3)


@st.composite
def lines(draw: st.DrawFn, code: str) -> LineSpec:
    kind = draw(st.sampled_from(LineKind))
    mandatory = draw(st.booleans())
    return LineSpec(
        code=code,
        kind=kind,
        text=code,
        mandatory=mandatory,
        allows_na=not mandatory and draw(st.booleans()),
        photo=draw(st.sampled_from(PhotoRule)),
        weight=draw(decimals("0.001", "50")),
        minimum=MINIMUM if kind is LineKind.NUMBER else None,
        maximum=MAXIMUM if kind is LineKind.SCORE else None,
        choices=CHOICES if kind is LineKind.ONE_OF else (),
    )


def verdicts(line: LineSpec) -> st.SearchStrategy[Answer]:
    """Answers that are met or not met."""
    amounts = {
        LineKind.YES_NO: st.builds(Answer, value=st.booleans()),
        LineKind.ONE_OF: st.builds(Answer, choice=st.sampled_from(["a", "b", NONE_OF_THEM])),
        LineKind.NUMBER: st.builds(Answer, number=st.just(MINIMUM) | decimals("0", "60")),
        LineKind.SCORE: st.builds(Answer, score=st.just(MAXIMUM) | decimals("0", "7")),
    }
    return amounts[line.kind]


@st.composite
def cases(draw: st.DrawFn, *, complete: bool = False, scored: bool | None = None) -> Case:
    specs = tuple(draw(lines(f"L{number}")) for number in range(draw(st.integers(1, 6))))
    answers: Answers = {}
    for line in specs:
        options = [verdicts(line)]
        options += [st.just(NA)] if line.allows_na else []
        options += [] if complete else [st.just(Answer())]
        answers[line.code] = draw(st.one_of(options))
    wants_score = draw(st.booleans()) if scored is None else scored
    least = draw(st.sampled_from(["0", "50", "70", "100"])) if wants_score else None
    minima = []
    if wants_score and draw(st.booleans()):  # a section of the first lines has a minimum too
        some = frozenset(line.code for line in specs[: draw(st.integers(1, len(specs)))])
        minima.append(SectionMinimum("S", Decimal(draw(st.sampled_from(["30", "80"]))), some))
    decides = None if least is None else Decimal(least)
    rule = ResultRule(draw(st.booleans()), decides, tuple(minima))
    return specs, answers, rule


def worst(line: LineSpec) -> Answer:
    """The answer that meets least."""
    zero = Decimal(0)
    return {
        LineKind.YES_NO: Answer(value=False),
        LineKind.ONE_OF: Answer(choice=NONE_OF_THEM),
        LineKind.NUMBER: Answer(number=zero),
        LineKind.SCORE: Answer(score=zero),
    }[line.kind]


def in_state(case: Case, state: LineState) -> list[LineSpec]:
    specs, answers, _ = case
    return [line for line in specs if line_state(line, answers[line.code]) is state]


def sums(outcome: Outcome) -> tuple[object, ...]:
    """What may not hang on the order of lines."""
    return (
        outcome.result,
        outcome.running,
        outcome.score,
        outcome.below_minimum,
        outcome.answered,
        outcome.applicable,
        set(outcome.failing),
        set(outcome.findings),
    )


@steady
@given(cases(complete=True), st.data())
def test_failing_a_mandatory_line_never_makes_a_pass(case: Case, data: st.DataObject) -> None:
    specs, answers, rule = case
    met = [line for line in in_state(case, LineState.MET) if line.mandatory]
    assume(met)
    line = data.draw(st.sampled_from(met))
    before = assess(specs, answers, rule)
    after = assess(specs, answers | {line.code: worst(line)}, rule)
    if before.result is Result.FAIL:
        assert after.result is Result.FAIL
    if rule.mandatory_lines:
        assert after.result is Result.FAIL
        assert line.code in after.failing


@steady
@given(cases(), st.randoms(use_true_random=False))
def test_order_never_matters(case: Case, random: Random) -> None:
    specs, answers, rule = case
    shuffled = random.sample(specs, len(specs))
    pairs = random.sample(sorted(answers.items()), len(answers))
    assert sums(assess(shuffled, dict(pairs), rule)) == sums(assess(specs, answers, rule))


@steady
@given(cases(scored=True))
def test_not_applicable_lines_are_as_if_they_were_not_there(case: Case) -> None:
    """So the weights of the others keep their proportions."""
    specs, answers, rule = case
    gone = {line.code for line in in_state(case, LineState.NOT_APPLICABLE)}
    rest = [line for line in specs if line.code not in gone]
    kept = {code: answer for code, answer in answers.items() if code not in gone}
    whole, part = assess(specs, answers, rule), assess(rest, kept, rule)
    assert (whole.score, whole.running) == (part.score, part.running)
    assert (whole.failing, whole.findings) == (part.failing, part.findings)


@steady
@given(cases(scored=True), decimals("0.1", "20"))
def test_only_the_proportion_of_weights_counts(case: Case, factor: Decimal) -> None:
    specs, answers, rule = case
    scaled = [replace(line, weight=(line.weight or Decimal(0)) * factor) for line in specs]
    assert assess(scaled, answers, rule).score == assess(specs, answers, rule).score


@steady
@given(cases())
def test_a_score_lies_between_0_and_100(case: Case) -> None:
    outcome = assess(*case)
    assert (outcome.score is not None) is (case[2].is_scored and outcome.applicable > 0)
    if outcome.score is not None:
        assert 0 <= outcome.score <= 100
        assert abs(shown_score(outcome.score) - outcome.score) <= Decimal("0.05")
    for line in outcome.lines:
        assert 0 <= line.earned <= line.possible


@steady
@given(cases(scored=True), st.data())
def test_a_met_line_that_becomes_a_finding_never_raises_the_score(
    case: Case, data: st.DataObject
) -> None:
    specs, answers, rule = case
    met = in_state(case, LineState.MET)
    assume(met)
    line = data.draw(st.sampled_from(met))
    found = data.draw(verdicts(line).filter(lambda a: line_state(line, a) is LineState.NOT_MET))
    before, after = (
        assess(specs, given, rule) for given in (answers, answers | {line.code: found})
    )
    assert before.score is not None
    assert after.score is not None
    assert after.score <= before.score
    assert set(after.findings) == {*before.findings, line.code}
    assert not (before.running is Result.FAIL and after.running is Result.PASS)


@steady
@given(cases(scored=True), st.data())
def test_an_open_line_that_becomes_a_finding_never_raises_the_score(
    case: Case, data: st.DataObject
) -> None:
    specs, answers, rule = case
    unsaid = [*in_state(case, LineState.UNANSWERED), *in_state(case, LineState.NOT_APPLICABLE)]
    assume(unsaid)
    line = data.draw(st.sampled_from(unsaid))
    before = assess(specs, answers, rule).score
    after = assess(specs, answers | {line.code: worst(line)}, rule).score
    assert after is not None
    assert before is None or after <= before


@steady
@given(cases(complete=True))
def test_a_complete_visit_ends_as_it_ran(case: Case) -> None:
    outcome = assess(*case)
    assert not outcome.provisional
    assert outcome.result is outcome.running
    assert outcome.answered == outcome.total


@steady
@given(cases())
def test_a_running_result_is_that_of_the_answered_lines_alone(case: Case) -> None:
    specs, answers, rule = case
    gone = {line.code for line in in_state(case, LineState.UNANSWERED)}
    kept = {code: answer for code, answer in answers.items() if code not in gone}
    running = assess(specs, answers, rule)
    final = assess([line for line in specs if line.code not in gone], kept, rule)
    assert running.provisional is bool(gone)
    assert (running.result is None) is bool(gone)
    assert (running.running, running.score) == (final.result, final.score)
    assert (running.failing, running.findings) == (final.failing, final.findings)


@steady
@given(cases())
def test_a_failing_line_is_a_mandatory_finding(case: Case) -> None:
    outcome = assess(*case)
    assert set(outcome.failing) <= set(outcome.findings)
    assert bool(outcome.failing) <= (outcome.running is Result.FAIL)
    assert outcome.applicable <= outcome.answered <= outcome.total


@steady
@given(cases())
def test_what_is_missing_can_be_given(case: Case) -> None:
    """Nothing is missing of lines answered, noted and photographed; every open line is named."""
    specs, answers, rule = case
    noted = {c: replace(a, note="đã xem", photo_count=1) for c, a in answers.items()}
    left = missing(specs, noted)
    assert {one.code for one in left} == {
        line.code for line in in_state(case, LineState.UNANSWERED)
    }
    assert not {one.reason for one in left} & {MissingReason.NOTE, MissingReason.PHOTO}
    assert (assess(specs, noted, rule).result is None) is bool(left)


@settings(steady, max_examples=400)  # both minima must decide now and then
@given(cases(scored=True))
def test_it_passes_exactly_when_all_that_is_asked_holds(case: Case) -> None:
    """Mandatory lines, the least score, that of each section: worked out once more from the points of the lines."""
    specs, answers, rule = case
    outcome = assess(specs, answers, rule)
    points = {one.code: one for one in outcome.lines}

    def reached(codes: set[str], least: Decimal) -> bool:
        possible = sum((points[code].possible for code in codes), Decimal(0))
        share = 100 * sum((points[code].earned for code in codes), Decimal(0)) - least * possible
        assume(possible == 0 or share == 0 or abs(share) > Decimal("0.000001"))
        return share >= 0

    asked = [not outcome.failing]
    if rule.minimum_score is not None:
        asked.append(reached(set(points), rule.minimum_score))
    asked += [reached(set(one.lines), one.least) for one in rule.section_minima]
    if outcome.applicable:
        assert (outcome.running is Result.PASS) is all(asked)
    else:
        assert outcome.running is Result.NO_DATA
