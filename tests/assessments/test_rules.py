"""Tables of cases for the rules of a visit; the sums are worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest

from ocop_points.assessments.rules import (
    Answer,
    AnswerFault,
    LineState,
    Missing,
    MissingReason,
    Outcome,
    Result,
    UnfitAnswer,
    answer_fault,
    assess,
    earned,
    line_state,
    missing,
    shown_score,
)
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.rules import (
    ChoiceSpec,
    LineKind,
    LineSpec,
    PhotoRule,
    ResultRule,
    SectionMinimum,
)

D = Decimal
YES, NO, NA = Answer(value=True), Answer(value=False), Answer(not_applicable=True)
YES_NO = LineSpec("y", LineKind.YES_NO, "", weight=D(10), allows_na=True)
MUST = LineSpec("m", LineKind.YES_NO, "", weight=D(10), mandatory=True)
ONE_OF = LineSpec("o", LineKind.ONE_OF, "", weight=D(5), choices=(ChoiceSpec("a", "Trong tỉnh"),))
AREA = LineSpec("n", LineKind.NUMBER, "", weight=D(15), minimum=D(30), unit="m²")
SHARE = LineSpec("%", LineKind.NUMBER, "", weight=D(20), minimum=D(60), unit="%")
SCORE = LineSpec("s", LineKind.SCORE, "", weight=D(20), maximum=D(15))
SCORE_FROM = LineSpec("f", LineKind.SCORE, "", weight=D(20), maximum=D(15), minimum=D(12))
MET, NOT_MET = LineState.MET, LineState.NOT_MET


def number(text: str) -> Answer:
    return Answer(number=D(text))


def score(text: str) -> Answer:
    return Answer(score=D(text))


def choice(code: str) -> Answer:
    return Answer(choice=code)


@pytest.mark.parametrize(
    ("line", "answer", "state", "points"),
    [
        (YES_NO, None, LineState.UNANSWERED, "0"),
        (YES_NO, Answer(), LineState.UNANSWERED, "0"),
        (YES_NO, Answer(note="sẽ xem lại", photo_count=2), LineState.UNANSWERED, "0"),
        (YES_NO, YES, MET, "10"),
        (YES_NO, NO, NOT_MET, "0"),
        (YES_NO, NA, LineState.NOT_APPLICABLE, "0"),
        (MUST, YES, MET, "10"),
        (ONE_OF, choice("a"), MET, "5"),
        (ONE_OF, choice("none"), NOT_MET, "0"),
        (AREA, number("30"), MET, "15"),
        (AREA, number("30.001"), MET, "15"),
        (AREA, number("29.999"), NOT_MET, "0"),
        (AREA, number("0"), NOT_MET, "0"),
        (AREA, number("999999999"), MET, "15"),
        (SHARE, number("60"), MET, "20"),
        (SHARE, number("59.999"), NOT_MET, "0"),
        (SHARE, number("100"), MET, "20"),
        (SCORE, score("15"), MET, "20"),
        (SCORE, score("7.5"), MET, "10"),
        (SCORE, score("7.499"), NOT_MET, "9.998666666666666666666666667"),
        (SCORE, score("1"), NOT_MET, "1.333333333333333333333333333"),
        (SCORE, score("0"), NOT_MET, "0"),
        (SCORE_FROM, score("12"), MET, "16"),
        (SCORE_FROM, score("11.999"), NOT_MET, "15.99866666666666666666666667"),
    ],
)
def test_an_answer_meets_its_line(
    line: LineSpec, answer: Answer | None, state: LineState, points: str
) -> None:
    assert line_state(line, answer) is state
    assert earned(line, answer) == D(points)


def test_a_line_without_weight_earns_nothing() -> None:
    assert earned(LineSpec("y", LineKind.YES_NO, ""), YES) == 0


@pytest.mark.parametrize(
    ("line", "answer", "fault"),
    [
        (MUST, NA, AnswerFault.NA_NOT_ALLOWED),
        (ONE_OF, NA, AnswerFault.NA_NOT_ALLOWED),
        (replace(MUST, allows_na=True), NA, AnswerFault.NA_NOT_ALLOWED),
        (YES_NO, Answer(value=True, not_applicable=True), AnswerFault.MIXED),
        (AREA, Answer(number=D(30), score=D(3)), AnswerFault.MIXED),
        (YES_NO, number("1"), AnswerFault.WRONG_KIND),
        (AREA, score("1"), AnswerFault.WRONG_KIND),
        (SCORE, number("1"), AnswerFault.WRONG_KIND),
        (SCORE, YES, AnswerFault.WRONG_KIND),
        (AREA, choice("a"), AnswerFault.WRONG_KIND),
        (ONE_OF, choice("z"), AnswerFault.UNKNOWN_CHOICE),
        (ONE_OF, choice(""), AnswerFault.UNKNOWN_CHOICE),
        (AREA, number("-0.001"), AnswerFault.OUT_OF_RANGE),
        (AREA, number("1000000000"), AnswerFault.OUT_OF_RANGE),
        (AREA, number("NaN"), AnswerFault.OUT_OF_RANGE),
        (AREA, number("Infinity"), AnswerFault.OUT_OF_RANGE),
        (AREA, number("30.0001"), AnswerFault.TOO_PRECISE),
        (SHARE, number("100.001"), AnswerFault.OUT_OF_RANGE),
        (SCORE, score("15.001"), AnswerFault.OUT_OF_RANGE),
        (SCORE, score("-1"), AnswerFault.OUT_OF_RANGE),
        (SCORE, score("1.23456"), AnswerFault.TOO_PRECISE),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(
    line: LineSpec, answer: Answer, fault: AnswerFault
) -> None:
    assert answer_fault(line, answer) is fault
    with pytest.raises(UnfitAnswer) as caught:
        assess([line], {line.code: answer}, ResultRule(mandatory_lines=True))
    assert (caught.value.code, caught.value.fault) == (line.code, fault)


@pytest.mark.parametrize("answer", [Answer(), YES, NO, NA])
def test_an_answer_that_fits(answer: Answer) -> None:
    assert answer_fault(YES_NO, answer) is None


def shipped(name: str, answers: Mapping[str, Answer]) -> Outcome:
    edition = read_edition((SHIPPED / f"criteria-{name}.yaml").read_text(encoding="utf-8"))
    return assess(edition.lines, answers, edition.result)


ALL_950 = {code: YES for code in ("I.1", "II.1", "II.2", "II.3")}
OPTIONAL = tuple(f"III.{number}" for number in range(1, 9))
ALL_950 |= {"I.2": choice("8")} | dict.fromkeys(OPTIONAL, YES)


@pytest.mark.parametrize(
    ("changes", "result", "failing", "findings"),
    [
        ({}, Result.PASS, (), ()),
        ({"III.1": NA, "III.8": NA}, Result.PASS, (), ()),
        ({"III.3": NO, "III.4": NO}, Result.PASS, (), ("III.3", "III.4")),
        ({line: NO for line in OPTIONAL}, Result.PASS, (), OPTIONAL),
        ({"II.3": NO}, Result.FAIL, ("II.3",), ("II.3",)),
        ({"I.2": choice("none")}, Result.FAIL, ("I.2",), ("I.2",)),
        ({"I.1": NO, "III.2": NO}, Result.FAIL, ("I.1",), ("I.1", "III.2")),
    ],
)
def test_950_by_hand(
    changes: dict[str, Answer],
    result: Result,
    failing: tuple[str, ...],
    findings: tuple[str, ...],
) -> None:
    outcome = shipped("950", ALL_950 | changes)
    assert (outcome.result, outcome.running) == (result, result)
    assert (outcome.failing, outcome.findings) == (failing, findings)
    assert (outcome.score, outcome.below_minimum, outcome.provisional) == (None, False, False)
    assert (outcome.answered, outcome.total) == (13, 13)
    assert outcome.applicable == 13 - sum(answer is NA for answer in changes.values())


def test_920_takes_seven_kinds_of_place_only() -> None:
    assert shipped("920", ALL_950 | {"I.2": choice("7")}).result is Result.PASS
    with pytest.raises(UnfitAnswer):
        shipped("920", ALL_950)


# 15 + 15 + 10 + 20 + 10 + 5 + 15 + 10 = 100
ALL_100 = {"A.1": number("30"), "A.2": score("15"), "A.3": YES, "B.1": number("60")}
ALL_100 |= {"B.2": YES, "B.3": choice("c"), "C.1": score("15"), "C.2": YES}


@pytest.mark.parametrize(
    ("changes", "result", "points", "findings"),
    [
        ({}, Result.PASS, "100", ""),
        # without C.2: 90 of 90
        ({"C.2": NA}, Result.PASS, "100", ""),
        # 100 - 10
        ({"C.2": NO}, Result.PASS, "90", "C.2"),
        # 100 - 15 (area) - 15 (nothing for C.1) = 70: exactly the minimum
        ({"A.1": number("29.999"), "C.1": score("0")}, Result.PASS, "70", "A.1 C.1"),
        # 100 - 20 (share) - 10.05: A.2 earns 4.95 of 15 = 69.95, shown as 70,0 and yet a fail
        ({"B.1": number("59"), "A.2": score("4.95")}, Result.FAIL, "69.95", "A.2 B.1"),
        # 100 - 20 - 10 = 70 again, by a score of 5
        ({"B.1": number("59"), "A.2": score("5")}, Result.PASS, "70", "A.2 B.1"),
        # mandatory: 90 points and yet a fail
        ({"B.2": NO}, Result.FAIL, "90", "B.2"),
        # not applicable makes the rest weigh more: (90 - 20 - 5) of 90 = 72.22…
        (
            {"C.2": NA, "B.1": number("0"), "B.3": choice("none")},
            Result.PASS,
            "72.22222222222222222222222222",
            "B.1 B.3",
        ),
        # (90 - 20 - 7.5) of 90 = 69.44…; 7.5 of 15 is half, so C.1 is no finding
        (
            {"C.2": NA, "B.1": number("0"), "C.1": score("7.5")},
            Result.FAIL,
            "69.44444444444444444444444444",
            "B.1",
        ),
    ],
)
def test_minh_hoa_by_hand(
    changes: dict[str, Answer], result: Result, points: str, findings: str
) -> None:
    outcome = shipped("minh-hoa", ALL_100 | changes)
    assert outcome.result is result
    assert outcome.score == D(points)
    assert outcome.findings == tuple(findings.split())
    assert outcome.below_minimum is (D(points) < 70)


def test_the_running_score_counts_answered_lines() -> None:
    # 15 (A.1) + 5 (A.2, a third) + 0 (B.2) of 15 + 15 + 10
    answers = {
        "A.1": number("31"),
        "A.2": score("5"),
        "B.2": NO,
        "C.2": NA,
        "C.1": Answer(note="x"),
    }
    outcome = shipped("minh-hoa", answers)
    assert (outcome.result, outcome.running, outcome.provisional) == (None, Result.FAIL, True)
    assert outcome.score == 50
    assert (outcome.answered, outcome.total, outcome.applicable) == (4, 8, 3)
    assert (outcome.failing, outcome.findings) == (("B.2",), ("A.2", "B.2"))
    states = {line.code: (line.state, line.earned, line.possible) for line in outcome.lines}
    assert states["A.2"] == (NOT_MET, D(5), D(15))
    assert states["C.2"] == (LineState.NOT_APPLICABLE, D(0), D(0))
    assert states["C.1"] == (LineState.UNANSWERED, D(0), D(0))


BOTH = ResultRule(mandatory_lines=True, minimum_score=D(70))


@pytest.mark.parametrize(
    ("lines", "answers", "result", "running"),
    [
        ([YES_NO], {}, None, Result.NO_DATA),
        ([YES_NO], {"y": NA}, Result.NO_DATA, Result.NO_DATA),
        ([YES_NO, MUST], {"y": NA}, None, Result.NO_DATA),
        ([YES_NO, MUST], {"m": NO}, None, Result.FAIL),
        ([], {}, Result.NO_DATA, Result.NO_DATA),
    ],
)
@pytest.mark.parametrize("rule", [BOTH, ResultRule(mandatory_lines=True)])
def test_nothing_applicable_is_no_data(
    lines: list[LineSpec],
    answers: dict[str, Answer],
    result: Result | None,
    running: Result,
    rule: ResultRule,
) -> None:
    outcome = assess(lines, answers, rule)
    assert (outcome.result, outcome.running) == (result, running)
    assert (outcome.score is None) is (running is Result.NO_DATA or not rule.is_scored)


@pytest.mark.parametrize(
    ("rule", "answers", "result"),
    [
        (BOTH, {"y": YES, "m": YES}, Result.PASS),
        (BOTH, {"y": NO, "m": YES}, Result.FAIL),
        (BOTH, {"y": YES, "m": NO}, Result.FAIL),
        (ResultRule(True, D(50)), {"y": YES, "m": NO}, Result.FAIL),
        (ResultRule(False, D(50)), {"y": YES, "m": NO}, Result.PASS),
        (ResultRule(True, D("50.001")), {"y": NO, "m": YES}, Result.FAIL),
        (ResultRule(True, D(0)), {"y": NO, "m": YES}, Result.PASS),
        (ResultRule(True, None), {"y": NO, "m": YES}, Result.PASS),
        (ResultRule(True, None), {"y": YES, "m": NO}, Result.FAIL),
    ],
)
def test_both_rules_must_hold(rule: ResultRule, answers: dict[str, Answer], result: Result) -> None:
    assert assess([YES_NO, MUST], answers, rule).result is result


def test_every_section_must_reach_its_own_minimum() -> None:
    """Compared unrounded over the section's applicable lines; nothing to count is not short."""
    lines = [
        LineSpec(code, LineKind.SCORE, "", weight=D(weight), maximum=D(10), allows_na=True)
        for code, weight in (("a", 10), ("b", 20), ("c", 70))
    ]
    first = SectionMinimum("A", D("66.667"), frozenset({"a", "b"}))
    second = SectionMinimum("B", D(50), frozenset({"c"}))
    rule = ResultRule(False, None, (first, second))
    for a, b, c, short in (
        (score("10"), score("10"), score("10"), []),
        (score("0"), score("10"), score("5"), ["A"]),  # 66.66…
        (NA, score("6.7"), score("4.999"), ["B"]),
        (NA, NA, score("5"), []),
        (score("0"), score("0"), score("0"), ["A", "B"]),
    ):
        outcome = assess(lines, {"a": a, "b": b, "c": c}, rule)
        assert [one.code for one in outcome.short] == short
        assert outcome.result is (Result.FAIL if short else Result.PASS)
        assert outcome.score is not None
    whole = assess(lines, {"a": score("0"), "b": score("0"), "c": score("10")}, rule)
    assert (whole.score, whole.below_minimum) == (D(70), False)
    assert (whole.short[0].score, whole.short[0].least) == (D(0), D("66.667"))


def test_thirds_add_up_exactly() -> None:
    """Three of three thirds are the whole: no digit is lost before the comparison."""
    lines = [LineSpec(str(n), LineKind.SCORE, "", weight=D(7), maximum=D(3)) for n in range(9)]
    outcome = assess(lines, {line.code: score("2.1") for line in lines}, ResultRule(False, D(70)))
    assert (outcome.result, outcome.score) == (Result.PASS, D(70))


def test_a_scored_edition_needs_weights() -> None:
    with pytest.raises(ValueError, match="no weight"):
        assess([LineSpec("y", LineKind.YES_NO, "")], {}, BOTH)


def test_an_answer_to_no_line_is_refused() -> None:
    with pytest.raises(KeyError, match="z"):
        assess([YES_NO], {"z": YES}, BOTH)


@pytest.mark.parametrize(
    ("exact", "shown"),
    [
        ("69.95", "70.0"),
        ("69.949999", "69.9"),
        ("0.05", "0.1"),
        ("0.04999", "0.0"),
        ("0.25", "0.3"),
        ("0", "0.0"),
        ("100", "100.0"),
        ("72.22222222222222222222222222", "72.2"),
    ],
)
def test_a_score_is_shown_to_a_tenth(exact: str, shown: str) -> None:
    assert str(shown_score(D(exact))) == shown


def photo_line(rule: PhotoRule) -> LineSpec:
    return LineSpec("p", LineKind.YES_NO, "", photo=rule, allows_na=True)


UNANSWERED, NUMBER, POINTS = MissingReason.UNANSWERED, MissingReason.NUMBER, MissingReason.SCORE
NOTE, PHOTO = MissingReason.NOTE, MissingReason.PHOTO
NOTED = Answer(value=False, note="thiếu bình chữa cháy")


@pytest.mark.parametrize(
    ("line", "answer", "reasons"),
    [
        (YES_NO, None, [UNANSWERED]),
        (YES_NO, Answer(note="x", photo_count=1), [UNANSWERED]),
        (ONE_OF, None, [UNANSWERED]),
        (AREA, None, [NUMBER]),
        (SCORE, None, [POINTS]),
        (YES_NO, YES, []),
        (YES_NO, NA, []),
        (YES_NO, NO, [NOTE]),
        (YES_NO, Answer(value=False, note="  \n"), [NOTE]),
        (YES_NO, NOTED, []),
        (ONE_OF, choice("none"), [NOTE]),
        (AREA, number("29"), [NOTE]),
        (SCORE, score("7"), [NOTE]),
        (photo_line(PhotoRule.ALWAYS), YES, [PHOTO]),
        (photo_line(PhotoRule.ALWAYS), NO, [NOTE, PHOTO]),
        (photo_line(PhotoRule.ALWAYS), NA, []),
        (photo_line(PhotoRule.ALWAYS), None, [UNANSWERED]),
        (photo_line(PhotoRule.ALWAYS), Answer(value=True, photo_count=1), []),
        (photo_line(PhotoRule.MET), YES, [PHOTO]),
        (photo_line(PhotoRule.MET), NOTED, []),
        (photo_line(PhotoRule.NOT_MET), YES, []),
        (photo_line(PhotoRule.NOT_MET), NOTED, [PHOTO]),
        (photo_line(PhotoRule.NEVER), NOTED, []),
    ],
)
def test_what_is_missing(
    line: LineSpec, answer: Answer | None, reasons: list[MissingReason]
) -> None:
    answers = {} if answer is None else {line.code: answer}
    assert missing([line], answers) == tuple(Missing(line.code, reason) for reason in reasons)


def test_what_is_missing_follows_the_lines() -> None:
    assert [one.code for one in missing([SCORE, AREA, YES_NO], {"n": number("29")})] == list("sny")
