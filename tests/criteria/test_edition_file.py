"""Edition files: the shipped ones are read whole; every fault is told by place, row and key."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ocop_points.catalogue.rules import Stars
from ocop_points.criteria.checks import fitting, line_flaws
from ocop_points.criteria.edition_file import (
    SHIPPED,
    EditionFileError,
    Fault,
    edition_yaml,
    read_edition,
)
from ocop_points.criteria.measures_rules import MeasureBy
from ocop_points.criteria.rules import (
    EditionSpec,
    LegalBasis,
    LineKind,
    LineSpec,
    Measure,
    PhotoRule,
    ResultRule,
    SectionMinimum,
)

GOOD = """\
code: thu-2026
title: Bộ tiêu chí thử
legal_basis: {number: 12/QĐ-UBND, issued_on: 2026-01-05, issuer: UBND tỉnh}
valid_from: 2026-01-05
valid_to: 2026-12-31
result: {mandatory_lines: true, minimum_score: 70}
sections:
  - code: I
    title: Không gian
    note: Ghi chú của phần
    lines:
      - code: I.1
        kind: yes_no
        text: Lối thoát hiểm
        mandatory: true
        confirmed: true
        source: điều 1
        weight: 10
      - {code: I.2, kind: number, text: Diện tích, mandatory: false, confirmed: true,
         source: điều 2, weight: 12.5, minimum: 30, unit: m²}
  - code: II
    title: Phục vụ
    lines:
      - {code: II.1, kind: score, text: Am hiểu, mandatory: false, confirmed: false,
         source: điều 3, weight: 20, maximum: 15, allows_na: true, photo: always}
      - code: II.2
        kind: one_of
        text: Nguồn hàng
        mandatory: false
        confirmed: true
        source: điều 4
        weight: 5
        choices:
          - {code: a, text: Trong tỉnh}
          - {code: b, text: Ngoài tỉnh}
"""


def read_shipped(name: str) -> EditionSpec:
    return read_edition((SHIPPED / f"criteria-{name}.yaml").read_text(encoding="utf-8"))


def faults_of(text: str) -> list[Fault]:
    with pytest.raises(EditionFileError) as caught:
        read_edition(text)
    return list(caught.value.faults)


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, old
    return GOOD.replace(old, new)


def test_950_is_read_whole() -> None:
    edition = read_shipped("950")
    assert edition.code == "950-2023"
    assert edition.legal_basis == LegalBasis("950/QĐ-BCT", date(2023, 4, 18), "Bộ Công Thương")
    assert (edition.valid_from, edition.valid_to) == (date(2023, 4, 18), date(2025, 12, 31))
    assert edition.result == ResultRule(mandatory_lines=True, minimum_score=None)
    assert [section.code for section in edition.sections] == ["I", "II", "III"]
    mandatory = [line.code for line in edition.lines if line.mandatory]
    assert mandatory == ["I.1", "I.2", "II.1", "II.2", "II.3"]
    open_texts = [line.code for line in edition.lines if not line.confirmed]
    assert open_texts == [f"III.{number}" for number in range(1, 9)]
    assert len(edition.lines[1].choices) == 8
    assert edition.lines[4].measure is Measure.EVERY_PRODUCT_HAS_A_BASIS
    assert edition.lines[4].source == "950/QĐ-BCT, tiêu chí 2"
    assert edition.sections[2].note.startswith("Chưa có toàn văn")


def test_920_has_seven_kinds_of_place() -> None:
    edition = read_shipped("920")
    assert len(edition.lines[1].choices) == 7
    assert edition.valid_to == date(2020, 12, 31)


def test_minh_hoa_is_read_whole() -> None:
    edition = read_shipped("minh-hoa")
    assert edition.legal_basis == LegalBasis("", None, "Minh họa")
    assert edition.valid_to is None
    assert edition.result == ResultRule(mandatory_lines=True, minimum_score=Decimal(70))
    assert sum(line.weight or 0 for line in edition.lines) == 100
    assert edition.lines[0] == LineSpec(
        code="A.1",
        kind=LineKind.NUMBER,
        text="Diện tích trưng bày",
        mandatory=False,
        confirmed=True,
        source="minh họa",
        weight=Decimal(15),
        minimum=Decimal(30),
        unit="m²",
    )
    assert edition.lines[1].photo is PhotoRule.ALWAYS
    assert edition.lines[4].photo is PhotoRule.NOT_MET


def test_a_section_may_have_a_minimum_of_its_own() -> None:
    edition = read_edition(
        changed(", minimum_score: 70", "").replace(
            "title: Phục vụ", "title: Phục vụ\n    minimum_score: 62.5"
        )
    )
    assert edition.sections[1].minimum_score == Decimal("62.5")
    lines = frozenset({"II.1", "II.2"})
    assert edition.rule == ResultRule(True, None, (SectionMinimum("II", Decimal("62.5"), lines),))
    assert edition.rule.is_scored


def test_decimals_are_exact_and_text_is_cleaned() -> None:
    text = changed("title: Bộ tiêu chí thử", "title: '  Bo\u0323\u0302  tiêu\u200b chí '")
    edition = read_edition(text)
    assert edition.lines[1].weight == Decimal("12.5")
    assert edition.title == "B\u1ed9 tiêu chí"


@pytest.mark.parametrize(
    ("line", "met_from"),
    [
        (LineSpec("a", LineKind.SCORE, "", maximum=Decimal(15)), Decimal("7.5")),
        (LineSpec("a", LineKind.SCORE, "", maximum=Decimal(15), minimum=Decimal(9)), Decimal(9)),
        (LineSpec("a", LineKind.SCORE, "", maximum=Decimal(15), minimum=Decimal(0)), Decimal(0)),
        (LineSpec("a", LineKind.NUMBER, "", minimum=Decimal(30)), Decimal(30)),
        (LineSpec("a", LineKind.YES_NO, ""), None),
        (LineSpec("a", LineKind.ONE_OF, ""), None),
    ],
)
def test_least_amount_that_meets(line: LineSpec, met_from: Decimal | None) -> None:
    assert line.met_from == met_from


L1, L2 = "phần I, dòng I.1", "phần I, dòng I.2"
L3, L4 = "phần II, dòng II.1", "phần II, dòng II.2"
TITLE = "title: Bộ tiêu chí thử"
SCORE_RULE = "minimum_score: 70"
FROM, TO = "valid_from: 2026-01-05", "valid_to: 2026-12-31"
CHOICES = "          - {code: a, text: Trong tỉnh}\n          - {code: b, text: Ngoài tỉnh}\n"
MANY = "".join(f"          - {{code: c{number}, text: x}}\n" for number in range(41))
OPTIONAL_SCORE = "Am hiểu, mandatory: false, confirmed: false"

# What is changed in GOOD and into what; row, place, key and some words of the one fault.
CASES = [
    (f"{TITLE}\n", "", 1, "", "title", "thiếu mục này"),
    (TITLE, "title:", 2, "", "title", "đang để trống"),
    (TITLE, "title: '  '", 2, "", "title", "đang để trống"),
    (TITLE, "title: A\ntitle: B", 3, "", "title", "lần đầu ở hàng 2"),
    (TITLE, f"tittle: x\n{TITLE}", 2, "", "tittle", "có phải «title»?"),
    (TITLE, "title: true", 2, "", "title", "ngoặc kép"),
    (TITLE, f"title: {'a' * 201}", 2, "", "title", "dài 201 ký tự, nhiều nhất 200"),
    ("code: thu-2026", "code: 2026", 1, "", "code", "ngoặc kép"),
    ("code: thu-2026", "code: Thu 2026", 1, "", "code", "không có dấu cách"),
    ("note: Ghi", "xyz: Ghi", 10, "phần I", "xyz", "không có mục này"),
    ("title: Không gian", "title: {a: b}", 9, "phần I", "title", "phải là một giá trị"),
    (", issuer: UBND tỉnh", "", 3, "legal_basis", "issuer", "thiếu mục này"),
    ("issued_on: 2026-01-05, ", "", 3, "legal_basis", "issued_on", "thiếu mục này"),
    ("{code: a, t", "{code: a, k: 1, t", 34, f"{L4}, lựa chọn a", "k", "không có mục này"),
    ("- code: I.1\n        kind", "- kind", 12, "phần I, dòng thứ 1", "code", "thiếu mục này"),
    ("code: I.1", "code: I 1", 12, "phần I, dòng I 1", "code", "không có dấu cách"),
    ("code: I.1", f"code: {'a' * 13}", 12, f"phần I, dòng {'a' * 12}", "code", "nhiều nhất 12"),
    ("text: Lối thoát hiểm", f"text: {'a' * 501}", 14, L1, "text", "nhiều nhất 500"),
    ("kind: yes_no", "kind: yesno", 13, L1, "kind", "yes_no, one_of, number, score"),
    ("photo: always", "photo: often", 25, L3, "photo", "never, always"),
    # numbers
    (SCORE_RULE, "minimum_score: 100.5", 6, "result", "minimum_score", "từ 0 đến 100"),
    (SCORE_RULE, "minimum_score: -1", 6, "result", "minimum_score", "từ 0 đến 100"),
    ("minimum: 30, ", "", 19, L2, "minimum", "thiếu mục này"),
    ("minimum: 30, unit: m²", "minimum: 101, unit: '%'", 20, L2, "minimum", "từ 0 đến 100"),
    ("maximum: 15, ", "", 24, L3, "maximum", "thiếu mục này"),
    ("maximum: 15, ", "maximum: 0, ", 25, L3, "maximum", "phải từ"),
    ("maximum: 15, ", "maximum: 15, minimum: 16, ", 25, L3, "minimum", "lớn hơn điểm tối đa"),
    ("note: Ghi chú của phần", "minimum_score: 101", 10, "phần I", "minimum_score", "từ 0 đến 100"),
    # choices
    (CHOICES, "", 33, L4, "choices", "danh sách"),
    (f"        choices:\n{CHOICES}", "", 26, L4, "choices", "thiếu mục này"),
    (CHOICES, MANY, 34, L4, "choices", "nhiều nhất 40"),
    ("{code: b,", "{code: none,", 35, f"{L4}, lựa chọn none", "code", "không thuộc loại nào"),
    # codes twice
    ("{code: b,", "{code: A,", 35, f"{L4}, lựa chọn A", "code", "trùng mã với hàng 34"),
    ("code: I.2", "code: i.1", 19, "phần I, dòng i.1", "code", "trùng mã với hàng 12"),
    ("code: II.1", "code: I.1", 24, "phần II, dòng I.1", "code", "trùng mã với hàng 12"),
    # RULES.md §4: what decides
    ("lines: true", "lines: false", 15, L1, "mandatory", "không xét dòng bắt buộc"),
    (
        OPTIONAL_SCORE,
        "A, mandatory: true, confirmed: true, minimum: 9",
        25,
        L3,
        "allows_na",
        "không",
    ),
    # days
    (FROM, "valid_from: 05/01/2026", 4, "", "valid_from", "viết như 2023-04-18"),
    (FROM, "valid_from: 2026-02-30", 4, "", "valid_from", "ngày có thật"),
    (FROM, "valid_from: 2026-01-05T10:00:00Z", 4, "", "valid_from", "ngày có thật"),
    (FROM, "valid_from: 2026-01-04", 4, "", "valid_from", "trước ngày ban hành"),
    (TO, "valid_to: 2026-01-04", 5, "", "valid_to", "trước ngày bắt đầu"),
    (TO, "valid_to: 2101-01-01", 5, "", "valid_to", "2000 đến 2100"),
    (f"{TO}\n", "", 1, "", "valid_to", "ghi null"),
]


@pytest.mark.parametrize(("old", "new", "row", "place", "field", "words"), CASES)
def test_one_fault_is_told_alone(
    old: str, new: str, row: int, place: str, field: str, words: str
) -> None:
    (fault,) = faults_of(changed(old, new))
    assert (fault.row, fault.place, fault.field) == (row, place, field)
    assert words in fault.message


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("weight", "0", "phải từ 0.001 đến 1000"),
        ("weight", "-1", "phải từ"),
        ("weight", "1000.001", "phải từ"),
        ("weight", "1.0001", "3 chữ số thập phân"),
        ("weight", '"10"', "phải là số"),
        ("weight", "0x1F", "phải là số"),
        ("weight", "010", "phải là số"),
        ("weight", "1_0", "phải là số"),
        ("weight", ".inf", "phải là số"),
        ("weight", ".nan", "phải là số"),
        ("weight", "12,5", "phải là số"),
        ("weight", "[10]", "phải là một giá trị"),
        ("mandatory", '"true"', "true hoặc false"),
        ("mandatory", "1", "true hoặc false"),
        ("confirmed", "false", "chờ xác nhận"),
        ("confirmed", "đúng", "true hoặc false"),
        ("allows_na", "true", "không được cho phép"),
        ("measure", "sao", "share_three_stars"),
        ("measure_by", "value", "chỉ dùng khi có số liệu"),
        ("measure_least", "60", "chỉ dùng khi có số liệu"),
        ("minimum", "3", "kiểu yes_no"),
        ("maximum", "3", "kiểu yes_no"),
        ("unit", "m", "kiểu yes_no"),
        ("choices", "[{code: a, text: A}]", "kiểu yes_no"),
        ("choices", "[]", "danh sách"),
        ("guidence", "x", "có phải «guidance»?"),
    ],
)
def test_one_wrong_value_of_a_line(field: str, value: str, words: str) -> None:
    new = f"        {field}: {value}\n"
    rows = GOOD.splitlines(keepends=True)
    at = next((n for n in range(11, 18) if f" {field}:" in rows[n]), None)
    rows[slice(18, 18) if at is None else slice(at, at + 1)] = [new]
    (fault,) = faults_of("".join(rows))
    assert (fault.row, fault.place, fault.field) == (19 if at is None else at + 1, L1, field)
    assert words in fault.message


def test_what_is_said_of_a_figure_fits_it() -> None:
    line = LineSpec(
        "I.1", LineKind.YES_NO, "Từ 3 sao", source="x", measure=Measure.SHARE_THREE_STARS
    )
    number = replace(line, kind=LineKind.NUMBER, minimum=Decimal(60), unit="%")
    expired, bases = Measure.NO_EXPIRED_GOODS, Measure.EVERY_PRODUCT_HAS_A_BASIS
    D = Decimal
    for changed, field in (
        (
            replace(
                line, measure_by=MeasureBy.VALUE, measure_stars=Stars.FOUR, measure_least=D(60)
            ),
            "",
        ),
        (replace(line, measure_bases="ab"), "measure_bases"),
        (replace(line, measure_least=D("100.001")), "measure_least"),
        (replace(line, measure_by=MeasureBy.NUMBER, measure_least=D(500)), ""),
        (replace(line, measure_least=D("60.0001")), "measure_least"),
        (replace(line, measure_least=D(10), measure_most=D(20)), "measure_most"),
        (replace(line, measure=bases, measure_bases="bd"), ""),
        (replace(line, measure=bases, measure_bases="db"), "measure_bases"),
        (replace(line, measure=bases, measure_bases="bx"), "measure_bases"),
        (replace(line, measure=expired, measure_by=MeasureBy.VALUE), "measure_by"),
        (replace(line, measure=expired, measure_stars=Stars.FOUR), "measure_stars"),
        (replace(number, measure_least=D(60)), "measure_least"),
        (number, ""),
    ):
        said = [flaw.field for flaw in line_flaws(changed, ResultRule(mandatory_lines=True))]
        assert said == ([field] if field else []), changed
        assert not list(line_flaws(fitting(replace(changed, measure=None)), ResultRule(True)))
    # What no line of an old file says is not written either: the file comes back byte for byte.
    assert "measure_" not in edition_yaml(read_shipped("950"))


@pytest.mark.parametrize("field", ["kind", "text", "mandatory", "confirmed", "source", "weight"])
def test_what_a_line_must_say(field: str) -> None:
    rows = [r for n, r in enumerate(GOOD.splitlines()) if not (11 < n < 18 and f" {field}:" in r)]
    (fault,) = faults_of("\n".join(rows))
    assert (fault.row, fault.place, fault.field) == (12, L1, field)
    assert fault.message == "thiếu mục này"


def test_a_section_code_twice() -> None:
    (fault,) = faults_of(changed("- code: II\n", "- code: I\n"))
    assert (fault.row, fault.message) == (21, "trùng mã với hàng 8")


def test_result_must_be_a_group() -> None:
    (fault,) = faults_of(changed("{mandatory_lines: true, minimum_score: 70}", "true"))[:1]
    assert (fault.row, fault.place, fault.message) == (
        6,
        "result",
        "phải gồm các mục dạng «tên: giá trị»",
    )


def test_a_mandatory_score_line_says_its_minimum() -> None:
    text = changed(OPTIONAL_SCORE, "A, mandatory: true, confirmed: true")
    (fault,) = faults_of(text.replace("allows_na: true, ", ""))
    assert (fault.row, fault.place, fault.field) == (24, L3, "minimum")
    assert "dòng chấm điểm bắt buộc" in fault.message


def test_all_faults_at_once_in_the_order_of_rows() -> None:
    text = changed("title: Bộ tiêu chí thử\n", "").replace("weight: 10\n", "weight: 0\n")
    text = text.replace("kind: score", "kind: grade").replace("code: b,", "code: none,")
    faults = faults_of(text)
    assert [fault.field for fault in faults] == ["title", "weight", "kind", "code"]
    assert [fault.row for fault in faults] == [1, 17, 23, 34]
    assert str(faults[1]) == ("hàng 17 · phần I, dòng I.1 · weight · phải từ 0.001 đến 1000")


def test_weight_has_no_place_in_an_edition_without_score() -> None:
    faults = faults_of(changed(", minimum_score: 70", ""))
    assert {fault.field for fault in faults} == {"weight"}
    assert len(faults) == 4


def test_an_edition_that_can_never_fail_is_refused() -> None:
    text = (SHIPPED / "criteria-950.yaml").read_text(encoding="utf-8")
    (fault,) = faults_of(text.replace("mandatory: true", "mandatory: false"))
    assert fault.field == "result"
    assert "luôn luôn đạt" in fault.message


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("minimum_score: 70", "minimum_score: 0"),
        GOOD.replace("minimum_score: 70", "minimum_score: 100"),
        GOOD.replace("valid_to: 2026-12-31", "valid_to: null"),
        GOOD.replace("valid_to: 2026-12-31", "valid_to: 2026-01-05"),
        GOOD.replace("valid_from: 2026-01-05", 'valid_from: "2026-01-05"'),
        GOOD.replace("title: Bộ tiêu chí thử", f"title: {'a' * 200}"),
        GOOD.replace("number: 12/QĐ-UBND, issued_on: 2026-01-05", 'number: ""'),
        GOOD.replace("weight: 10\n", "weight: 0.001\n"),
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
    ],
)
def test_what_lies_on_the_limit_is_taken(text: str) -> None:
    assert len(read_edition(text).lines) == 4
