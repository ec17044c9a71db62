"""Reads a criteria edition from its YAML file and lists everything that is wrong with the file."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path

from ocop_points.criteria.rules import (
    LARGEST,
    NONE_OF_THEM,
    ChoiceSpec,
    EditionSpec,
    LegalBasis,
    LineKind,
    LineSpec,
    Measure,
    PhotoRule,
    ResultRule,
    SectionSpec,
)
from ocop_points.criteria.yaml_entries import EditionFileError, Entries, Fault, read_root

__all__ = ["SHIPPED", "EditionFileError", "Fault", "read_edition"]

SHIPPED = Path(__file__).with_name("data")
"""The folder of the edition files that come with the program."""

MAX_SECTIONS, MAX_LINES, MAX_CHOICES = 30, 200, 40
TITLE, TEXT, LONG, UNIT = 200, 500, 2000, 20
"""The longest texts, for the columns too."""

_EDITION_CODE = re.compile(r"[a-z0-9][a-z0-9.\-]*", re.ASCII)
_ONLY_FOR = {
    "minimum": (LineKind.NUMBER, LineKind.SCORE),
    "maximum": (LineKind.SCORE,),
    "unit": (LineKind.NUMBER,),
    "choices": (LineKind.ONE_OF,),
}
_LEAST = Decimal("0.001")  # of what must be more than 0
_LINE_KEYS = tuple(field.name for field in fields(LineSpec))


def read_edition(text: str) -> EditionSpec:
    """Read an edition from the text of its file. Raises EditionFileError with all faults at once.

    Checks shapes and lengths, and the last lines of RULES.md §4: a mandatory line never allows
    «không áp dụng» and is never «chờ xác nhận».
    """
    faults: list[Fault] = []
    edition = _edition(Entries(read_root(text), "", faults))
    if faults:
        raise EditionFileError(faults)
    return edition


def _edition(top: Entries) -> EditionSpec:
    top.only("code", "title", "legal_basis", "valid_from", "valid_to", "result", "sections")
    rule = _result_rule(top.group("result"))
    edition = EditionSpec(
        code=top.code(shape=_EDITION_CODE, most=40),
        title=top.text("title", TITLE),
        legal_basis=_legal_basis(top.group("legal_basis")),
        valid_from=top.day("valid_from") or date.min,
        valid_to=top.day("valid_to", required=False),
        result=rule,
        sections=_sections(top, rule),
    )
    _check_days(top, edition)
    if len(edition.lines) > MAX_LINES:
        top.refuse("sections", f"có {len(edition.lines)} dòng, nhiều nhất {MAX_LINES}")
    decides = rule.is_scored or any(line.mandatory for line in edition.lines)
    if not top.faults and not decides:
        top.refuse("result", "không dòng nào bắt buộc và không có điểm tối thiểu: luôn luôn đạt")
    return edition


def _check_days(top: Entries, edition: EditionSpec) -> None:
    if "valid_to" not in top.nodes and top.readable:
        top.refuse("valid_to", "thiếu mục này; chưa biết ngày hết hiệu lực thì ghi null")
    start, issued = edition.valid_from, edition.legal_basis.issued_on
    if start == date.min:
        return
    if edition.valid_to and edition.valid_to < start:
        top.refuse("valid_to", "trước ngày bắt đầu hiệu lực")
    if issued and start < issued:
        top.refuse("valid_from", "trước ngày ban hành")


def _legal_basis(group: Entries | None) -> LegalBasis:
    if group is None:
        return LegalBasis("", None, "")
    group.only("number", "issued_on", "issuer")
    number = group.text("number", 60, required=False)
    return LegalBasis(
        number=number,
        issued_on=group.day("issued_on", required=bool(number)),
        issuer=group.text("issuer", TITLE),
    )


def _result_rule(group: Entries | None) -> ResultRule:
    if group is None:
        return ResultRule(mandatory_lines=True)
    group.only("mandatory_lines", "minimum_score")
    return ResultRule(
        mandatory_lines=group.flag("mandatory_lines", otherwise=True),
        minimum_score=group.number("minimum_score", Decimal(0), Decimal(100), required=False),
    )


def _sections(top: Entries, rule: ResultRule) -> tuple[SectionSpec, ...]:
    sections: list[SectionSpec] = []
    section_codes: dict[str, int] = {}
    line_codes: dict[str, int] = {}
    for group in top.items("sections", "phần", MAX_SECTIONS):
        group.only("code", "title", "note", "lines")
        lines = [
            _line(one, _own_code(one, line_codes), rule)
            for one in group.items("lines", "dòng", MAX_LINES)
        ]
        code, title = _own_code(group, section_codes), group.text("title", TITLE)
        note = group.text("note", TEXT, required=False)
        sections.append(SectionSpec(code, title, tuple(lines), note))
    return tuple(sections)


def _own_code(group: Entries, taken: dict[str, int]) -> str:
    """The group's code, refused when another has it in any case of letters."""
    code = group.code()
    if not code:
        return ""
    if code.casefold() in taken:
        group.refuse("code", f"trùng mã với hàng {taken[code.casefold()]}")
    taken.setdefault(code.casefold(), group.nodes["code"].start_mark.line + 1)
    return code


def _line(group: Entries, code: str, rule: ResultRule) -> LineSpec:
    group.only(*_LINE_KEYS)
    kind = group.one_of("kind", LineKind, required=True)
    most = Decimal(100) if kind is LineKind.NUMBER and _is_percent(group) else LARGEST
    maximum = group.number("maximum", _LEAST, LARGEST, required=kind is LineKind.SCORE)
    line = LineSpec(
        code=code,
        kind=kind or LineKind.YES_NO,
        text=group.text("text", TEXT),
        mandatory=group.flag("mandatory"),
        confirmed=group.flag("confirmed", otherwise=True),
        source=group.text("source", TITLE),
        allows_na=group.flag("allows_na", required=False),
        photo=group.one_of("photo", PhotoRule) or PhotoRule.NEVER,
        weight=group.number("weight", _LEAST, Decimal(1000), required=rule.is_scored),
        minimum=group.number("minimum", Decimal(0), most, required=kind is LineKind.NUMBER),
        maximum=maximum,
        unit=group.text("unit", UNIT, required=False),
        measure=group.one_of("measure", Measure),
        guidance=group.text("guidance", LONG, required=False),
        choices=_choices(group) if kind is LineKind.ONE_OF else (),
    )
    if kind is not None:
        _check_kind(group, line)
    _check_mandatory(group, line, rule)
    if group.has("weight") and not rule.is_scored:
        group.refuse("weight", "chỉ dùng khi bộ tiêu chí có điểm tối thiểu (minimum_score)")
    return line


def _is_percent(group: Entries) -> bool:
    node = group.nodes.get("unit")
    return node is not None and node.value == "%"


def _choices(group: Entries) -> tuple[ChoiceSpec, ...]:
    choices: list[ChoiceSpec] = []
    taken: dict[str, int] = {}
    for one in group.items("choices", "lựa chọn", MAX_CHOICES):
        one.only("code", "text")
        code = _own_code(one, taken)
        if code.casefold() == NONE_OF_THEM:
            one.refuse("code", f"«{NONE_OF_THEM}» dành cho câu trả lời «không thuộc loại nào»")
        choices.append(ChoiceSpec(code, one.text("text", TEXT)))
    return tuple(choices)


def _check_kind(group: Entries, line: LineSpec) -> None:
    for field, kinds in _ONLY_FOR.items():
        if field in group.nodes and line.kind not in kinds:
            group.refuse(field, f"không dùng cho dòng kiểu {line.kind}")
    if line.kind is not LineKind.SCORE:
        return
    if line.maximum is not None and line.minimum is not None and line.minimum > line.maximum:
        group.refuse("minimum", "lớn hơn điểm tối đa (maximum)")
    if line.mandatory and not group.has("minimum"):
        group.refuse("minimum", "thiếu mục này; dòng chấm điểm bắt buộc phải ghi điểm để đạt")


def _check_mandatory(group: Entries, line: LineSpec, rule: ResultRule) -> None:
    if not line.mandatory:
        return
    if line.allows_na:
        group.refuse("allows_na", "dòng bắt buộc không được cho phép «không áp dụng»")
    if not line.confirmed:
        group.refuse("confirmed", "dòng bắt buộc không được ở trạng thái «chờ xác nhận»")
    if not rule.mandatory_lines:
        group.refuse(
            "mandatory", "kết quả của bộ tiêu chí không xét dòng bắt buộc (mandatory_lines)"
        )
