"""What must hold of an edition, wherever it comes from: one set of checks for its file and for its pages.

A flaw tells its place as the way to it: () is the edition, (2,) its third section, (2, 0) that section's first line,
(2, 0, 3) a choice of that line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ocop_points.criteria.measures_rules import ALL_BASES, MEASURES, MeasureSpec
from ocop_points.criteria.rules import (
    LARGEST,
    NONE_OF_THEM,
    PLACES,
    ChoiceSpec,
    EditionSpec,
    LineKind,
    LineSpec,
    ResultRule,
    SectionSpec,
)

MAX_SECTIONS, MAX_LINES, MAX_CHOICES = 30, 200, 40
TITLE, TEXT, LONG, UNIT, NUMBER = 200, 500, 2000, 20, 60
"""The longest texts, for the columns too."""
EDITION_CODE, CODE = 40, 12
LEAST = Decimal("0.001")  # of what must be more than 0
HEAVIEST, PERCENT = Decimal(1000), Decimal(100)
FIRST_YEAR, LAST_YEAR = 2000, 2100
MISSING = "đang để trống"

ONLY_FOR: dict[str, tuple[LineKind, ...]] = {
    "minimum": (LineKind.NUMBER, LineKind.SCORE),
    "maximum": (LineKind.SCORE,),
    "unit": (LineKind.NUMBER,),
    "choices": (LineKind.ONE_OF,),
    "measure_least": (LineKind.YES_NO,),
    "measure_most": (LineKind.YES_NO,),
}
"""Fields that only lines of these kinds have."""

_EDITION_CODE = re.compile(r"[a-z0-9][a-z0-9.\-]*", re.ASCII)
_CODE = re.compile(r"\w[\w.\-]*")

Place = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong. A `gap` may stay open in a draft and only keeps it from being published; `same_as` is the place
    of the record that has the same code."""

    place: Place
    field: str
    message: str
    gap: bool = False
    same_as: Place | None = None


def edition_flaws(spec: EditionSpec) -> list[Flaw]:
    """Everything wrong with an edition, in the order of its parts (RULES.md §4 for what decides)."""
    rule = spec.rule
    flaws = [*head_flaws(spec), *_size_flaws(spec)]
    for number, section in enumerate(spec.sections):
        flaws += section_flaws(section, (number,))
        for at, line in enumerate(section.lines):
            flaws += line_flaws(line, rule, (number, at))
    flaws += _same_codes({(n,): one.code for n, one in enumerate(spec.sections)})
    flaws += _same_codes(
        {
            (n, at): line.code
            for n, one in enumerate(spec.sections)
            for at, line in enumerate(one.lines)
        }
    )
    if not rule.is_scored and not any(line.mandatory for line in spec.lines):
        what = "không dòng nào bắt buộc và không có điểm tối thiểu: luôn luôn đạt"
        flaws.append(Flaw((), "result", what, gap=True))
    return flaws


def lasting(flaws: Iterable[Flaw]) -> list[Flaw]:
    """The flaws that not even a draft may have."""
    return [flaw for flaw in flaws if not flaw.gap]


def head_flaws(spec: EditionSpec) -> Iterator[Flaw]:
    """What is wrong with the edition itself; its sections are not looked at."""
    basis = spec.legal_basis
    yield from _code((), spec.code, _EDITION_CODE, EDITION_CODE, "chữ thường không dấu, số")
    yield from _text((), "title", spec.title, TITLE)
    yield from _text((), "legal_number", basis.number, NUMBER, required=False)
    yield from _text((), "legal_issuer", basis.issuer, TITLE, gap=True)
    if basis.number and basis.issued_on is None:
        yield Flaw((), "legal_issued_on", MISSING)
    yield from _number((), "minimum_score", spec.result.minimum_score, Decimal(0), PERCENT)
    days = {
        "legal_issued_on": basis.issued_on,
        "valid_from": spec.valid_from,
        "valid_to": spec.valid_to,
    }
    for field, day in days.items():
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            yield Flaw((), field, f"phải trong khoảng năm {FIRST_YEAR} đến {LAST_YEAR}")
    yield from _order_of_days(spec.valid_from, spec.valid_to, basis.issued_on)


def _order_of_days(start: date, end: date | None, issued: date | None) -> Iterator[Flaw]:
    if end and end < start:
        yield Flaw((), "valid_to", "trước ngày bắt đầu hiệu lực")
    if issued and start < issued:
        yield Flaw((), "valid_from", "trước ngày ban hành")


def _size_flaws(spec: EditionSpec) -> Iterator[Flaw]:
    if not spec.sections:
        yield Flaw((), "sections", "chưa có phần nào", gap=True)
    if len(spec.sections) > MAX_SECTIONS:
        yield Flaw((), "sections", f"có {len(spec.sections)} phần, nhiều nhất {MAX_SECTIONS}")
    if len(spec.lines) > MAX_LINES:
        yield Flaw((), "sections", f"có {len(spec.lines)} dòng, nhiều nhất {MAX_LINES}")


def section_flaws(section: SectionSpec, place: Place = ()) -> Iterator[Flaw]:
    """What is wrong with a section itself; its lines are not looked at."""
    yield from _code(place, section.code, _CODE, CODE, "chữ, số")
    yield from _text(place, "title", section.title, TITLE)
    yield from _text(place, "note", section.note, TEXT, required=False)
    yield from _number(place, "minimum_score", section.minimum_score, Decimal(0), PERCENT)
    if not section.lines:
        yield Flaw(place, "lines", "chưa có dòng nào", gap=True)


def line_flaws(line: LineSpec, rule: ResultRule, place: Place = ()) -> Iterator[Flaw]:
    """What is wrong with a line under the edition's rule, its choices included."""
    yield from _code(place, line.code, _CODE, CODE, "chữ, số")
    yield from _text(place, "text", line.text, TEXT)
    yield from _text(place, "source", line.source, TITLE, gap=True)
    yield from _text(place, "unit", line.unit, UNIT, required=False)
    yield from _text(place, "guidance", line.guidance, LONG, required=False)
    yield from _weight(line, rule, place)
    yield from _of_kind(line, place)
    yield from _of_measure(line, place)
    yield from _mandatory(line, rule, place)
    for number, one in enumerate(line.choices[:MAX_CHOICES]):
        yield from _choice(one, (*place, number))
    yield from _same_codes({(*place, n): one.code for n, one in enumerate(line.choices)})


def _weight(line: LineSpec, rule: ResultRule, place: Place) -> Iterator[Flaw]:
    if rule.is_scored and line.weight is None:
        yield Flaw(place, "weight", MISSING, gap=True)
    if line.weight is not None and not rule.is_scored:
        yield Flaw(place, "weight", "chỉ dùng khi bộ tiêu chí có điểm tối thiểu")
    yield from _number(place, "weight", line.weight, LEAST, HEAVIEST)


def _of_kind(line: LineSpec, place: Place) -> Iterator[Flaw]:
    for field, kinds in ONLY_FOR.items():
        if getattr(line, field) not in (None, "", ()) and line.kind not in kinds:
            yield Flaw(place, field, f"không dùng cho dòng kiểu {line.kind}")
    needed = {LineKind.NUMBER: "minimum", LineKind.SCORE: "maximum"}.get(line.kind)
    if needed and getattr(line, needed) is None:
        yield Flaw(place, needed, MISSING)
    if line.kind is LineKind.ONE_OF and not line.choices:
        yield Flaw(place, "choices", "chưa có lựa chọn nào", gap=True)
    if len(line.choices) > MAX_CHOICES:
        yield Flaw(place, "choices", f"có {len(line.choices)} lựa chọn, nhiều nhất {MAX_CHOICES}")
    percent = line.kind is LineKind.NUMBER and line.unit == "%"
    yield from _number(place, "minimum", line.minimum, Decimal(0), PERCENT if percent else LARGEST)
    yield from _number(place, "maximum", line.maximum, LEAST, LARGEST)
    if line.kind is LineKind.SCORE:
        yield from _least_of_score(line, place)


MEASURE_FIELDS = (
    "measure_by",
    "measure_stars",
    "measure_bases",
    "measure_least",
    "measure_most",
)
"""Fields that say how the measure of a line is counted and what meets the line."""


def _of_measure(line: LineSpec, place: Place) -> Iterator[Flaw]:
    given = [name for name in MEASURE_FIELDS if getattr(line, name) not in (None, "")]
    if line.measure is None or line.ask is None:
        yield from (Flaw(place, name, "chỉ dùng khi có số liệu (measure)") for name in given)
        return
    unfit = _unfit(line, MEASURES[line.measure])
    yield from (Flaw(place, name, "không dùng cho số liệu này") for name in given if name in unfit)
    if line.measure_bases and not _are_bases(line.measure_bases):
        what = f"gồm các chữ {', '.join(ALL_BASES)} theo thứ tự, mỗi chữ một lần"
        yield Flaw(place, "measure_bases", what)
    if line.measure_least is not None and line.measure_most is not None:
        yield Flaw(place, "measure_most", "chỉ ghi một mức: từ, hoặc không quá")
    most = PERCENT if line.ask.by.is_share else LARGEST
    yield from _number(place, "measure_least", line.measure_least, Decimal(0), most)
    yield from _number(place, "measure_most", line.measure_most, Decimal(0), most)


def _unfit(line: LineSpec, spec: MeasureSpec) -> set[str]:
    """The fields that this measure has no use for."""
    fits = {
        "measure_by": line.measure_by in spec.counted,
        "measure_stars": spec.stars,
        "measure_bases": spec.bases,
    }
    return {name for name, fit in fits.items() if not fit}


def _are_bases(letters: str) -> bool:
    return letters == "".join(one for one in ALL_BASES if one in letters)


def _least_of_score(line: LineSpec, place: Place) -> Iterator[Flaw]:
    if line.maximum is not None and line.minimum is not None and line.minimum > line.maximum:
        yield Flaw(place, "minimum", "lớn hơn điểm tối đa")
    if line.mandatory and line.minimum is None:
        what = "thiếu mục này; dòng chấm điểm bắt buộc phải ghi điểm để đạt"
        yield Flaw(place, "minimum", what)


def _mandatory(line: LineSpec, rule: ResultRule, place: Place) -> Iterator[Flaw]:
    if not line.mandatory:
        return
    if line.allows_na:
        yield Flaw(place, "allows_na", "dòng bắt buộc không được cho phép «không áp dụng»")
    if not line.confirmed:
        what = "dòng bắt buộc không được ở trạng thái «chờ xác nhận»"
        yield Flaw(place, "confirmed", what)
    if not rule.mandatory_lines:
        yield Flaw(place, "mandatory", "kết quả của bộ tiêu chí không xét dòng bắt buộc")


def _choice(choice: ChoiceSpec, place: Place) -> Iterator[Flaw]:
    yield from _code(place, choice.code, _CODE, CODE, "chữ, số")
    if choice.code.casefold() == NONE_OF_THEM:
        what = f"«{NONE_OF_THEM}» dành cho câu trả lời «không thuộc loại nào»"
        yield Flaw(place, "code", what)
    yield from _text(place, "text", choice.text, TEXT)


def _same_codes(codes: dict[Place, str]) -> Iterator[Flaw]:
    """Codes that another has in any case of letters."""
    first: dict[str, Place] = {}
    for place, code in codes.items():
        known = first.setdefault(code.casefold(), place)
        if code and known != place:
            yield Flaw(place, "code", f"trùng mã {codes[known]}", same_as=known)


def _text(
    place: Place, field: str, value: str, limit: int, *, required: bool = True, gap: bool = False
) -> Iterator[Flaw]:
    if required and not value:
        yield Flaw(place, field, MISSING, gap=gap)
    if len(value) > limit:
        yield Flaw(place, field, f"dài {len(value)} ký tự, nhiều nhất {limit}")


def _code(
    place: Place, value: str, shape: re.Pattern[str], limit: int, letters: str
) -> Iterator[Flaw]:
    yield from _text(place, "code", value, limit)
    if value and len(value) <= limit and not shape.fullmatch(value):
        what = f"chỉ gồm {letters}, dấu chấm, gạch nối; không có dấu cách"
        yield Flaw(place, "code", what)


def _number(
    place: Place, field: str, value: Decimal | None, least: Decimal, most: Decimal
) -> Iterator[Flaw]:
    if value is None:
        return
    if not least <= value <= most:
        yield Flaw(place, field, f"phải từ {least} đến {most}")
    elif value != round(value, PLACES):
        yield Flaw(place, field, f"nhiều nhất {PLACES} chữ số thập phân")


def fitting(line: LineSpec) -> LineSpec:
    """The line without what its kind or measure has no use for, such as the unit of a line that became yes or no."""
    unused: dict[str, object] = {name: None for name in (*ONLY_FOR, *MEASURE_FIELDS)}
    unused |= {"unit": "", "choices": (), "measure_bases": ""}
    names = {name for name, kinds in ONLY_FOR.items() if line.kind not in kinds}
    if line.measure is None:
        names |= {*MEASURE_FIELDS}
    else:
        names |= _unfit(line, MEASURES[line.measure])
    return replace(line, **{name: unused[name] for name in names})  # type: ignore[arg-type]
