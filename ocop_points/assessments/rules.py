"""The heart: from answers to the result of a visit, and what is missing.

Sums are exact fractions inside; a score leaves as an unrounded Decimal out of 100.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

from ocop_points.assessments.kinds import VisitKind as VisitKind
from ocop_points.criteria.rules import (
    LARGEST,
    NONE_OF_THEM,
    PLACES,
    LineKind,
    LineSpec,
    PhotoRule,
    ResultRule,
    SectionMinimum,
)


class LineState(StrEnum):
    """What an answer says of its line."""

    UNANSWERED = "unanswered"
    MET = "met"
    NOT_MET = "not_met"
    NOT_APPLICABLE = "not_applicable"


_COUNTS = (LineState.MET, LineState.NOT_MET)


class Result(StrEnum):
    """The result of a visit; NO_DATA when no line was applicable."""

    PASS = "pass"
    FAIL = "fail"
    NO_DATA = "no_data"


class AnswerFault(StrEnum):
    """Why an answer cannot belong to its line."""

    MIXED = "mixed"
    WRONG_KIND = "wrong_kind"
    NA_NOT_ALLOWED = "na_not_allowed"
    UNKNOWN_CHOICE = "unknown_choice"
    OUT_OF_RANGE = "out_of_range"
    TOO_PRECISE = "too_precise"


class UnfitAnswer(ValueError):
    """An answer that its line does not take. `code` is the line's, `fault` says why."""

    def __init__(self, code: str, fault: AnswerFault) -> None:
        super().__init__(f"{code}: {fault}")
        self.code = code
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Answer:
    """One line's answer: at most one of value, choice, number, score, not_applicable is set.

    `number` is in the line's unit, `score` in points out of the line's maximum. A note and photos
    may be there before the verdict is.
    """

    value: bool | None = None
    choice: str | None = None
    number: Decimal | None = None
    score: Decimal | None = None
    not_applicable: bool = False
    note: str = ""
    photo_count: int = 0

    @property
    def given(self) -> tuple[LineKind | None, ...]:
        """The kinds of line this answers, None standing for «không áp dụng»."""
        values: dict[LineKind | None, object] = {
            LineKind.YES_NO: self.value,
            LineKind.ONE_OF: self.choice,
            LineKind.NUMBER: self.number,
            LineKind.SCORE: self.score,
            None: self.not_applicable or None,
        }
        return tuple(kind for kind in values if values[kind] is not None)


def answer_fault(line: LineSpec, answer: Answer) -> AnswerFault | None:
    """Say why the answer does not fit the line, or None. An empty answer fits every line."""
    given = answer.given
    if len(given) > 1:
        return AnswerFault.MIXED
    if None in given:
        refused = line.mandatory or not line.allows_na
        return AnswerFault.NA_NOT_ALLOWED if refused else None
    if given and line.kind not in given:
        return AnswerFault.WRONG_KIND
    return _value_fault(line, answer) if given else None


def _value_fault(line: LineSpec, answer: Answer) -> AnswerFault | None:
    if line.kind is LineKind.ONE_OF:
        known = {choice.code for choice in line.choices} | {NONE_OF_THEM}
        return None if answer.choice in known else AnswerFault.UNKNOWN_CHOICE
    if line.kind is LineKind.NUMBER:
        return _amount_fault(answer.number, Decimal(100) if line.unit == "%" else LARGEST)
    return _amount_fault(answer.score, line.maximum) if line.kind is LineKind.SCORE else None


def _amount_fault(amount: Decimal | None, most: Decimal | None) -> AnswerFault | None:
    if amount is None or most is None or not amount.is_finite() or not 0 <= amount <= most:
        return AnswerFault.OUT_OF_RANGE
    return None if amount == round(amount, PLACES) else AnswerFault.TOO_PRECISE


def line_state(line: LineSpec, answer: Answer | None) -> LineState:
    """Say whether the answer meets its line. Raises UnfitAnswer.

    One-of: every choice meets, NONE_OF_THEM does not. Number and score: met from `line.met_from`,
    that value included.
    """
    if answer is None or not answer.given:
        return LineState.UNANSWERED
    if fault := answer_fault(line, answer):
        raise UnfitAnswer(line.code, fault)
    if answer.not_applicable:
        return LineState.NOT_APPLICABLE
    return LineState.MET if _meets(line, answer) else LineState.NOT_MET


def _meets(line: LineSpec, answer: Answer) -> bool:
    if line.kind is LineKind.YES_NO:
        return answer.value is True
    if line.kind is LineKind.ONE_OF:
        return answer.choice != NONE_OF_THEM
    amount = answer.number if line.kind is LineKind.NUMBER else answer.score
    return amount is not None and line.met_from is not None and amount >= line.met_from


def earned(line: LineSpec, answer: Answer | None) -> Decimal:
    """Points of a line out of its weight, to 28 digits: all when met, none when not.

    A score line earns score ÷ maximum of its weight, met or not. Raises UnfitAnswer.
    """
    return _decimal(_earned(line, answer))


def _earned(line: LineSpec, answer: Answer | None) -> Fraction:
    state = line_state(line, answer)
    if state not in _COUNTS or line.weight is None:
        return Fraction(0)
    if line.kind is LineKind.SCORE and answer and answer.score is not None and line.maximum:
        return Fraction(line.weight) * Fraction(answer.score) / Fraction(line.maximum)
    return Fraction(line.weight) if state is LineState.MET else Fraction(0)


def _decimal(exact: Fraction) -> Decimal:
    return Context(prec=28).divide(Decimal(exact.numerator), Decimal(exact.denominator))


@dataclass(frozen=True, slots=True)
class LineResult:
    """One line judged: points earned out of possible (0 of 0 unless a verdict counts)."""

    code: str
    mandatory: bool
    state: LineState
    earned: Decimal
    possible: Decimal


@dataclass(frozen=True, slots=True)
class SectionShort:
    """A section whose score, out of 100 of its own points and unrounded, is below its minimum."""

    code: str
    score: Decimal
    least: Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visit comes to. `result` is None while lines are open, `running` what the answered
    lines alone would give: «tạm tính» while `provisional`.

    `score` is out of 100, unrounded; None in an edition without score or with nothing to count.
    `applicable` counts lines answered met or not met, `answered` also those not applicable.
    `failing` are the mandatory lines not met, `findings` all lines not met, by code in the
    edition's order; `below_minimum` says that the score alone would fail, `short` which sections do.
    """

    result: Result | None
    running: Result
    provisional: bool
    score: Decimal | None
    below_minimum: bool
    answered: int
    total: int
    applicable: int
    failing: tuple[str, ...]
    findings: tuple[str, ...]
    lines: tuple[LineResult, ...]
    short: tuple[SectionShort, ...] = ()


def shown_score(score: Decimal) -> Decimal:
    """Round a score half-up to 0,1 for screen and paper; decisions use the unrounded one."""
    return score.quantize(Decimal("0.1"), ROUND_HALF_UP)


def assess(lines: Iterable[LineSpec], answers: Mapping[str, Answer], rule: ResultRule) -> Outcome:
    """Judge a visit from its answers, keyed by the line's code (RULES.md §4).

    Raises UnfitAnswer; KeyError for an answer to no line of the edition; ValueError for a line
    without weight where a score is counted.
    """
    specs = tuple(lines)
    if strangers := answers.keys() - {line.code for line in specs}:
        raise KeyError(", ".join(sorted(strangers)))
    if rule.is_scored and any(line.weight is None for line in specs):
        raise ValueError("a scored edition with a line that has no weight")
    judged = tuple(_judge(line, answers.get(line.code)) for line in specs)
    unmet = [line for line in judged if line.state is LineState.NOT_MET]
    failing = tuple(line.code for line in unmet if rule.mandatory_lines and line.mandatory)
    applicable = sum(line.state in _COUNTS for line in judged)
    share = _share(specs, answers) if rule.is_scored else None
    below = share is not None and share < Fraction(rule.minimum_score or 0)
    short = tuple(
        one for least in rule.section_minima if (one := _short(least, specs, answers)) is not None
    )
    verdict = Result.FAIL if failing or below or short else Result.PASS
    running = verdict if applicable else Result.NO_DATA
    answered = sum(line.state is not LineState.UNANSWERED for line in judged)
    return Outcome(
        result=running if answered == len(judged) else None,
        running=running,
        provisional=answered < len(judged),
        score=None if share is None else _decimal(share),
        below_minimum=below,
        answered=answered,
        total=len(judged),
        applicable=applicable,
        failing=failing,
        findings=tuple(line.code for line in unmet),
        lines=judged,
        short=short,
    )


def _short(
    minimum: SectionMinimum, lines: Iterable[LineSpec], answers: Mapping[str, Answer]
) -> SectionShort | None:
    """The section below its own minimum, compared unrounded; one with nothing to count is not short."""
    share = _share([line for line in lines if line.code in minimum.lines], answers)
    if share is None or share >= Fraction(minimum.least):
        return None
    return SectionShort(minimum.code, _decimal(share), minimum.least)


def _judge(line: LineSpec, answer: Answer | None) -> LineResult:
    state = line_state(line, answer)
    possible = line.weight if state in _COUNTS and line.weight is not None else Decimal(0)
    return LineResult(line.code, line.mandatory, state, earned(line, answer), possible)


def _share(lines: Iterable[LineSpec], answers: Mapping[str, Answer]) -> Fraction | None:
    """100 × earned ÷ possible, exact, over the lines answered and applicable."""
    counted = [line for line in lines if line_state(line, answers.get(line.code)) in _COUNTS]
    possible = sum(Fraction(line.weight or 0) for line in counted)
    total = sum(_earned(line, answers[line.code]) for line in counted)
    return 100 * total / possible if possible else None


class MissingReason(StrEnum):
    """What a line still needs before the visit can be submitted."""

    UNANSWERED = "unanswered"
    NUMBER = "number"
    SCORE = "score"
    NOTE = "note"
    DIFFERS = "differs"
    PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that a line lacks."""

    code: str
    reason: MissingReason


def missing(
    lines: Iterable[LineSpec],
    answers: Mapping[str, Answer],
    differing: Collection[str] = frozenset(),
) -> tuple[Missing, ...]:
    """List what keeps a visit from being submitted, in the order of the lines. Raises UnfitAnswer.

    Every line needs an answer; a line not met needs a note, so that the finding says what is wrong, and so do
    those `differing` from their measured figure (by code); a photo is wanted by the line's rule, never of a line
    that does not apply.
    """
    return tuple(
        Missing(line.code, reason)
        for line in lines
        for reason in _lacks(line, answers.get(line.code) or Answer(), line.code in differing)
    )


def _lacks(line: LineSpec, answer: Answer, differs: bool) -> Iterable[MissingReason]:
    state = line_state(line, answer)
    if state is LineState.UNANSWERED:
        named = {LineKind.NUMBER: MissingReason.NUMBER, LineKind.SCORE: MissingReason.SCORE}
        yield named.get(line.kind, MissingReason.UNANSWERED)
    if not answer.note.strip():
        if differs:
            yield MissingReason.DIFFERS
        elif state is LineState.NOT_MET:
            yield MissingReason.NOTE
    wanted = line.photo is PhotoRule.ALWAYS or line.photo.value == state.value
    if wanted and state in _COUNTS and answer.photo_count < 1:
        yield MissingReason.PHOTO
