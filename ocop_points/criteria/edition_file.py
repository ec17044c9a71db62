"""Reads a criteria edition from its YAML file and lists everything that is wrong with the file, and writes one.

Here is only what a file can get wrong: keys, kinds of value, rows. What an edition may say is in `checks`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from ocop_points.catalogue.rules import Stars
from ocop_points.criteria.checks import (
    MAX_CHOICES,
    MAX_LINES,
    MAX_SECTIONS,
    MISSING,
    ONLY_FOR,
    Flaw,
    Place,
    edition_flaws,
)
from ocop_points.criteria.measures_rules import MeasureBy
from ocop_points.criteria.rules import (
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

__all__ = ["SHIPPED", "EditionFileError", "Fault", "edition_yaml", "read_edition"]

SHIPPED = Path(__file__).with_name("data")
"""The folder of the edition files that come with the program."""

_LINE_KEYS = tuple(field.name for field in fields(LineSpec))
# Fields of the edition that the file keeps in a group.
_GROUPED = {
    "legal_number": ("legal_basis", "number"),
    "legal_issued_on": ("legal_basis", "issued_on"),
    "legal_issuer": ("legal_basis", "issuer"),
    "mandatory_lines": ("result", "mandatory_lines"),
    "minimum_score": ("result", "minimum_score"),
}


def read_edition(text: str) -> EditionSpec:
    """Read an edition from the text of its file. Raises EditionFileError with all faults at once."""
    reader = _Reader(text)
    edition = reader.edition()
    faults = reader.faults(edition_flaws(edition))
    if faults:
        raise EditionFileError(faults)
    return edition


class _Reader:
    """Reads group by group and remembers which group of the file stands at which place of the edition."""

    def __init__(self, text: str) -> None:
        self._unreadable: list[Fault] = []
        self.top = Entries(read_root(text), "", self._unreadable)
        self.at: dict[Place, Entries] = {(): self.top}
        self.groups: dict[str, Entries | None] = {}

    def edition(self) -> EditionSpec:
        top = self.top
        top.only("code", "title", "legal_basis", "valid_from", "valid_to", "result", "sections")
        if "valid_to" not in top.nodes and top.readable:
            top.refuse("valid_to", "thiếu mục này; chưa biết ngày hết hiệu lực thì ghi null")
        return EditionSpec(
            code=top.text("code"),
            title=top.text("title"),
            legal_basis=self._legal_basis(),
            valid_from=top.day("valid_from", required=True) or date.min,
            valid_to=top.day("valid_to"),
            result=self._result_rule(),
            sections=tuple(self._sections()),
        )

    def _group(self, name: str) -> Entries | None:
        self.groups[name] = group = self.top.group(name)
        return group

    def _legal_basis(self) -> LegalBasis:
        group = self._group("legal_basis")
        if group is None:
            return LegalBasis("", None, "")
        group.only("number", "issued_on", "issuer")
        return LegalBasis(group.text("number"), group.day("issued_on"), group.text("issuer"))

    def _result_rule(self) -> ResultRule:
        group = self._group("result")
        if group is None:
            return ResultRule(mandatory_lines=True)
        group.only("mandatory_lines", "minimum_score")
        return ResultRule(
            mandatory_lines=group.flag("mandatory_lines", otherwise=True),
            minimum_score=group.number("minimum_score"),
        )

    def _sections(self) -> Iterator[SectionSpec]:
        for number, group in enumerate(self.top.items("sections", "phần", MAX_SECTIONS)):
            self.at[number,] = group
            group.only("code", "title", "note", "minimum_score", "lines")
            lines = group.items("lines", "dòng", MAX_LINES)
            yield SectionSpec(
                code=group.text("code"),
                title=group.text("title"),
                note=group.text("note"),
                minimum_score=group.number("minimum_score"),
                lines=tuple(self._line(one, (number, at)) for at, one in enumerate(lines)),
            )

    def _line(self, group: Entries, place: Place) -> LineSpec:
        self.at[place] = group
        group.only(*_LINE_KEYS)
        return LineSpec(
            code=group.text("code"),
            kind=group.one_of("kind", LineKind, required=True) or LineKind.YES_NO,
            text=group.text("text"),
            mandatory=group.flag("mandatory"),
            confirmed=group.flag("confirmed", otherwise=True),
            source=group.text("source"),
            allows_na=group.flag("allows_na", required=False),
            photo=group.one_of("photo", PhotoRule) or PhotoRule.NEVER,
            weight=group.number("weight"),
            minimum=group.number("minimum"),
            maximum=group.number("maximum"),
            unit=group.text("unit"),
            measure=group.one_of("measure", Measure),
            measure_by=group.one_of("measure_by", MeasureBy),
            measure_stars=group.one_of("measure_stars", Stars),
            measure_bases=group.text("measure_bases"),
            measure_least=group.number("measure_least"),
            measure_most=group.number("measure_most"),
            guidance=group.text("guidance", multiline=True),
            choices=tuple(self._choices(group, place)),
        )

    def _choices(self, group: Entries, place: Place) -> Iterator[ChoiceSpec]:
        if "choices" not in group.nodes:
            return
        for number, one in enumerate(group.items("choices", "lựa chọn", MAX_CHOICES)):
            self.at[*place, number] = one
            one.only("code", "text")
            yield ChoiceSpec(one.text("code"), one.text("text"))

    def faults(self, flaws: list[Flaw]) -> list[Fault]:
        """What is wrong with the file: what could not be read, and the flaws of what could."""
        for flaw in flaws:
            group, field = self._where(flaw)
            if group is None or not group.readable or field in group.refused:
                continue
            if flaw.field in ONLY_FOR and "kind" in group.refused:
                continue  # what its kind wants is not known
            if flaw.field == "result" and self._unreadable:
                continue  # it may decide by what could not be read
            group.refuse(field, self._words(flaw, group, field))
        return self._unreadable

    def _where(self, flaw: Flaw) -> tuple[Entries | None, str]:
        if flaw.place == () and flaw.field in _GROUPED:
            name, field = _GROUPED[flaw.field]
            return self.groups[name], field
        return self.at[flaw.place], flaw.field

    def _words(self, flaw: Flaw, group: Entries, field: str) -> str:
        if flaw.same_as is not None:
            return f"trùng mã với hàng {self.at[flaw.same_as].row_of('code')}"
        absent = field not in group.nodes
        return (
            "thiếu mục này"
            if absent and (flaw.message == MISSING or _of_list(flaw))
            else flaw.message
        )


def _of_list(flaw: Flaw) -> bool:
    return flaw.gap and flaw.field in {"sections", "lines", "choices"}


# --- writing --------------------------------------------------------------------------------------


class _Writer(yaml.SafeDumper):
    """Numbers as people write them, several rows of text as several rows."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _number_node(writer: _Writer, value: Decimal) -> yaml.Node:
    shown = format(value.normalize(), "f")
    tag = "float" if "." in shown else "int"
    return writer.represent_scalar(f"tag:yaml.org,2002:{tag}", shown)


def _text_node(writer: _Writer, value: str) -> yaml.Node:
    style = "|" if "\n" in value else None
    return writer.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Writer.add_representer(Decimal, _number_node)
_Writer.add_representer(str, _text_node)


def edition_yaml(spec: EditionSpec) -> str:
    """The edition as a file that `read_edition` reads back without loss, for people to read and change."""
    basis = spec.legal_basis
    head = {
        "code": spec.code,
        "title": spec.title,
        "legal_basis": _filled(
            {"number": basis.number, "issued_on": basis.issued_on, "issuer": basis.issuer},
            kept=("number", "issuer"),
        ),
        "valid_from": spec.valid_from,
        "valid_to": spec.valid_to,
        "result": _filled(
            {
                "mandatory_lines": spec.result.mandatory_lines,
                "minimum_score": spec.result.minimum_score,
            },
            kept=("mandatory_lines",),
        ),
        "sections": [_section(one) for one in spec.sections],
    }
    return yaml.dump(head, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=10_000)


def _section(spec: SectionSpec) -> dict[str, Any]:
    return _filled(
        {
            "code": spec.code,
            "title": spec.title,
            "note": spec.note,
            "minimum_score": spec.minimum_score,
            "lines": [_line(one) for one in spec.lines],
        }
    )


def _line(spec: LineSpec) -> dict[str, Any]:
    values = {name: getattr(spec, name) for name in _LINE_KEYS}
    values["kind"], values["photo"] = spec.kind.value, _unless(spec.photo, PhotoRule.NEVER)
    for name in ("measure", "measure_by", "measure_stars"):
        values[name] = values[name] and values[name].value
    values["allows_na"] = spec.allows_na or None
    values["choices"] = [{"code": one.code, "text": one.text} for one in spec.choices]
    return _filled(values, kept=("mandatory", "confirmed", "source"))


def _unless(value: PhotoRule, usual: PhotoRule) -> str | None:
    return None if value is usual else value.value


def _filled(values: dict[str, Any], kept: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        name: value for name, value in values.items() if name in kept or value not in (None, "", [])
    }
