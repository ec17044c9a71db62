"""Measured figures: what is counted, when there is no data, and which answer follows."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ocop_points.assessments.measures_labels import figure_base, figure_head
from ocop_points.assessments.measures_rules import (
    Figure,
    RunningAgreement,
    Shelf,
    ShelfLot,
    ShelfProduct,
    differs,
    figure_of,
    proposed,
    shown_value,
    value_of,
    within,
)
from ocop_points.assessments.rules import Answer, MissingReason, missing
from ocop_points.catalogue.rules import ProductBasis, Stars
from ocop_points.criteria.measures_rules import MEASURES, Ask, Measure, MeasureBy
from ocop_points.criteria.rules import LineKind, LineSpec

D, M, By = Decimal, Measure, MeasureBy
DAY = date(2026, 11, 23)
A, B, C = ProductBasis.RATED, ProductBasis.KEY_PRODUCT, ProductBasis.TYPICAL_RURAL


def goods(number: int, **facts: object) -> ShelfProduct:
    return ShelfProduct(id=number, **{"producer_id": number, **facts})  # type: ignore[arg-type]


RATED = goods(1, stars=Stars.FOUR, bases=frozenset({A, B}), own_province=True)
PLAIN = goods(2, bases=frozenset({C}))
LAPSED = goods(3, ended_on=date(2026, 5, 1), own_province=True, producer_id=1)
SHELF = Shelf(
    DAY,
    (
        ShelfLot(id=1, product=RATED, on_hand=30, value=3_000_000, expiry=DAY),
        ShelfLot(id=2, product=RATED, on_hand=10, value=1_000_000, expiry=DAY - timedelta(days=1)),
        ShelfLot(id=3, product=PLAIN, on_hand=20, value=500_000),
        ShelfLot(id=4, product=LAPSED, on_hand=5),
    ),
    last_moved_on=date(2026, 11, 20),
    agreed={1: RunningAgreement(9, "12/TT", date(2027, 1, 1)), 77: RunningAgreement(8, "", DAY)},
)
BARE = Shelf(DAY, tuple(ShelfLot(id=n, product=PLAIN, on_hand=1) for n in (1, 2)))
EMPTY = Shelf(DAY)

OF_3, OF_65, NONE = "trong 3 mặt hàng trên kệ", "trong 65 đơn vị hàng trên kệ", "Chưa có dữ liệu"
# (measure, how, shelf, more) -> (part, whole, as it is read)
FIGURES = [
    ((M.EVERY_PRODUCT_HAS_A_BASIS, By.PRODUCTS, SHELF, {}), (2, 3), "66,7 %", f"2 {OF_3}"),
    ((M.EVERY_PRODUCT_HAS_A_BASIS, By.NUMBER, SHELF, {"bases": "bd"}), (1, 3), "1 mặt hàng", OF_3),
    ((M.EVERY_PRODUCT_HAS_A_BASIS, By.UNITS, SHELF, {"bases": "c"}), (20, 65), "30,8 %", f"20 {OF_65}"),
    ((M.SHARE_THREE_STARS, By.PRODUCTS, SHELF, {}), (1, 3), "33,3 %", f"1 {OF_3}"),
    ((M.SHARE_THREE_STARS, By.UNITS, SHELF, {"stars": Stars.FOUR}), (40, 65), "61,5 %", f"40 {OF_65}"),
    ((M.SHARE_THREE_STARS, By.VALUE, SHELF, {}), (4_000_000, 4_500_000), "88,9 %",
     "4.000.000 ₫ trong 4.500.000 ₫ giá trị hàng trên kệ; 1 lô chưa có giá không tính"),
    ((M.SHARE_THREE_STARS, By.NUMBER, SHELF, {"stars": Stars.POTENTIAL_FIVE}), (0, 3), "0 mặt hàng", OF_3),
    ((M.OWN_PROVINCE, By.PRODUCTS, SHELF, {}), (2, 3), "66,7 %", f"2 {OF_3}"),
    ((M.CERTIFICATE_ENDED, By.NUMBER, SHELF, {}), (1, 3), "1 mặt hàng", OF_3),
    ((M.NO_EXPIRED_GOODS, By.NUMBER, SHELF, {}), (1, 4), "1 lô", "trong 4 lô trên kệ"),
    ((M.SUPPLIERS_UNDER_AGREEMENT, By.PRODUCTS, SHELF, {}), (1, 2), "50 %", "1 trong 2 chủ thể có hàng trên kệ"),
    ((M.SUPPLIERS_UNDER_AGREEMENT, By.NUMBER, SHELF, {}), (1, 2), "1 chủ thể", "trong 2 chủ thể có hàng trên kệ"),
    ((M.DAYS_SINCE_LAST_MOVEMENT, By.NUMBER, SHELF, {}), (3, None), "3 ngày", "lần gần nhất ngày 20/11/2026"),
    # No data is no zero.
    ((M.SHARE_THREE_STARS, By.VALUE, BARE, {}), (None, None), NONE, "hàng trên kệ chưa có giá"),
    ((M.SHARE_THREE_STARS, By.PRODUCTS, BARE, {}), (0, 1), "0 %", "0 trong 1 mặt hàng trên kệ"),
    ((M.DAYS_SINCE_LAST_MOVEMENT, By.NUMBER, EMPTY, {}), (None, None), NONE, "sổ kho chưa có lần nhập, xuất nào"),
    *(((measure, by, EMPTY, {}), (None, None), NONE, "sổ kho không có hàng trên kệ")
      for measure, spec in MEASURES.items() for by in spec.counted if measure is not M.DAYS_SINCE_LAST_MOVEMENT),
]  # fmt: skip


def test_figures() -> None:
    for (measure, by, shelf, more), counted, head, base in FIGURES:
        ask = Ask(measure, by, **more)  # type: ignore[arg-type]
        figure = figure_of(ask, shelf)
        said = (figure.part, figure.whole), figure_head(ask, figure), figure_base(ask, figure)
        assert said == (counted, head, base), (measure, by)
    named = {(measure, by) for (measure, by, _shelf, _more), *_rest in FIGURES}
    assert named == {(m, by) for m, spec in MEASURES.items() for by in spec.counted}


def a_line(kind: LineKind = LineKind.YES_NO, **facts: object) -> LineSpec:
    known = {"measure": M.SHARE_THREE_STARS, "text": "Từ 3 sao", **facts}
    return LineSpec(code="B.1", kind=kind, **known)  # type: ignore[arg-type]


NUMBER = a_line(LineKind.NUMBER, minimum=D(60), unit="%")
LEAST = a_line(measure_least=D(60))
MOST = a_line(measure=M.NO_EXPIRED_GOODS, measure_most=D(2))
PROPOSED = [
    (LEAST, (3, 5), Answer(value=True)),  # the bound itself meets
    (LEAST, (59_999, 100_000), Answer(value=False)),  # compared unrounded, though 60 % is read
    (LEAST, None, None),
    (MOST, (2, 9), Answer(value=True)),
    (MOST, (3, 9), Answer(value=False)),
    # The bounds that the names of two measures set; narrowed, the name says nothing any more.
    (a_line(measure=M.NO_EXPIRED_GOODS), (0, 9), Answer(value=True)),
    (a_line(measure=M.EVERY_PRODUCT_HAS_A_BASIS), (8, 9), Answer(value=False)),
    (a_line(measure=M.EVERY_PRODUCT_HAS_A_BASIS, measure_bases="b"), (9, 9), None),
    (a_line(), (9, 9), None),
    (NUMBER, (2, 3), Answer(number=D("66.7"))),
    (NUMBER, (59_999, 100_000), Answer(number=D("59.999"))),
    (NUMBER, (599_999_9, 10_000_000), Answer(number=D("59.999"))),
    (a_line(LineKind.NUMBER, minimum=D(60), unit="m²"), (2, 3), None),
    (a_line(LineKind.NUMBER, minimum=D(5), measure_by=By.NUMBER), (7, 9), Answer(number=D(7))),
    (a_line(LineKind.SCORE, maximum=D(10)), (2, 3), None),
    (LineSpec("B.1", LineKind.YES_NO, "Sạch"), (2, 3), None),
]  # fmt: skip


def a_figure(counted: tuple[int, int] | None) -> Figure:
    return Figure(DAY, *counted) if counted else Figure(DAY)


def test_the_answer_that_follows() -> None:
    for line, counted, answer in PROPOSED:
        assert proposed(line, a_figure(counted)) == answer, (line, counted)
    assert proposed(LEAST, None) is None


OTHERWISE = [
    (LEAST, (3, 5), Answer(value=True), False),
    (LEAST, (3, 5), Answer(value=False, note="x"), True),
    (LEAST, (3, 5), Answer(not_applicable=True), True),
    (LEAST, (3, 5), Answer(), False),
    (LEAST, (3, 5), Answer(note="sẽ xem"), False),
    (LEAST, None, Answer(value=False), False),  # without data nobody differs
    (a_line(), (3, 5), Answer(value=False), False),
    *((NUMBER, (2, 3), Answer(number=D(n)), far) for n, far in (
        ("66.7", False), ("66.667", False), ("66.62", False), ("66.6", True), ("67", True), ("40", True),
    )),
    (NUMBER, (59_999, 100_000), Answer(number=D(60)), True),  # as it is read, but it would turn the verdict
    (NUMBER, (59_999, 100_000), Answer(number=D("59.999")), False),
]  # fmt: skip


def test_who_answers_otherwise_writes_why() -> None:
    for line, counted, answer, far in OTHERWISE:
        assert differs(line, a_figure(counted), answer) is far, (line, counted, answer)
    said = {(note, value): [one.reason for one in missing([LEAST], {"B.1": Answer(value=value, note=note)}, {"B.1"})]
            for note in ("", "Đã rút khỏi kệ") for value in (True, False)}  # fmt: skip
    assert said == {
        ("", True): [MissingReason.DIFFERS],
        ("", False): [MissingReason.DIFFERS],  # one sentence, not two for one note
        ("Đã rút khỏi kệ", True): [],
        ("Đã rút khỏi kệ", False): [],
    }


@given(
    st.integers(1, 10**12).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))),
    st.decimals(0, 100, places=3),
)
def test_a_proposed_number_never_turns_the_verdict(
    counted: tuple[int, int], least: Decimal
) -> None:
    line, figure = a_line(LineKind.NUMBER, minimum=least, unit="%"), a_figure(counted)
    answer, ask, bound = proposed(line, figure), line.ask, line.bound
    assert answer
    assert answer.number is not None
    assert ask
    assert bound
    exact, shown = value_of(ask, figure), shown_value(ask, figure)
    assert exact == Fraction(100 * counted[0], counted[1])
    assert shown is not None
    assert abs(Fraction(shown) - exact) <= Fraction(1, 20)
    assert within(bound, answer.number) is within(bound, exact)
    assert not differs(line, figure, answer)
