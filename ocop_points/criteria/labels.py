"""The words on screen for the enums of criteria."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.catalogue.labels import STARS
from ocop_points.core.formats import vi_date, vi_number
from ocop_points.criteria.checks import Flaw
from ocop_points.criteria.compare import Row, Words, word_changes
from ocop_points.criteria.measures_labels import MEASURE as MEASURE
from ocop_points.criteria.measures_labels import MEASURE_BY as MEASURE_BY
from ocop_points.criteria.measures_labels import bound_words
from ocop_points.criteria.measures_labels import measure_title as measure_title
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import (
    EditionSpec,
    EditionStatus,
    LineKind,
    LineSpec,
    PhotoRule,
)

STATUS = {
    EditionStatus.DRAFT: ("", _l("Nháp")),
    EditionStatus.PUBLISHED: ("ok", _l("Đã ban hành")),
    EditionStatus.RETIRED: ("", _l("Ngừng dùng")),
}
KIND = {
    LineKind.YES_NO: _l("Đạt hoặc chưa đạt"),
    LineKind.ONE_OF: _l("Chọn một loại"),
    LineKind.NUMBER: _l("Số đo"),
    LineKind.SCORE: _l("Chấm điểm"),
}
PHOTO = {
    PhotoRule.NEVER: "",
    PhotoRule.ALWAYS: _l("cần ảnh"),
    PhotoRule.MET: _l("cần ảnh khi đạt"),
    PhotoRule.NOT_MET: _l("cần ảnh khi chưa đạt"),
}
PHOTO_WHEN = {
    PhotoRule.NEVER: _l("không cần"),
    PhotoRule.ALWAYS: _l("luôn cần"),
    PhotoRule.MET: _l("khi đạt"),
    PhotoRule.NOT_MET: _l("khi chưa đạt"),
}


FIELD = {
    "code": _l("mã"),
    "title": _l("tên"),
    "legal_number": _l("số văn bản"),
    "legal_issued_on": _l("ngày ban hành"),
    "legal_issuer": _l("nơi ban hành"),
    "valid_from": _l("hiệu lực từ"),
    "valid_to": _l("hiệu lực đến"),
    "minimum_score": _l("điểm tối thiểu"),
    "mandatory_lines": _l("tiêu chí bắt buộc phải đạt"),
    "result": _l("cách xếp kết quả"),
    "sections": _l("các phần"),
    "lines": _l("các dòng"),
    "note": _l("ghi chú"),
    "text": _l("nội dung"),
    "kind": _l("cách trả lời"),
    "source": _l("căn cứ"),
    "mandatory": _l("bắt buộc"),
    "confirmed": _l("đã xác nhận"),
    "allows_na": _l("cho phép “Không áp dụng”"),
    "photo": _l("cần ảnh"),
    "weight": _l("số điểm"),
    "minimum": _l("mức để đạt"),
    "maximum": _l("điểm chấm tối đa"),
    "unit": _l("đơn vị đo"),
    "measure": _l("số liệu tham khảo"),
    "measure_by": _l("cách tính số liệu"),
    "measure_stars": _l("số liệu: từ mấy sao"),
    "measure_bases": _l("số liệu: căn cứ được tính"),
    "measure_least": _l("số liệu: đạt từ"),
    "measure_most": _l("số liệu: đạt khi không quá"),
    "guidance": _l("hướng dẫn"),
    "choices": _l("các lựa chọn"),
}


_TABLES: dict[str, Any] = {
    "kind": KIND,
    "photo": PHOTO_WHEN,
    "measure": MEASURE,
    "measure_by": MEASURE_BY,
    "measure_stars": STARS,
}
WORDED = ("text", "guidance", "choices")
"""Fields long enough to be compared word by word."""


def words_of(row: Row, name: str = "text") -> Words:
    """The words of a field that changed, each with what became of it."""
    before, after = (field_words(one, name) if one else "" for one in (row.before, row.after))
    return word_changes(before, after)


def field_words(line: LineSpec, name: str) -> str:
    """What a line says in one of its fields, for somebody who compares two."""
    value = getattr(line, name)
    if name in _TABLES:
        return str(_TABLES[name][value]) if value is not None else ""
    if name == "choices":
        return "; ".join(f"{one.code}) {one.text}" for one in line.choices)
    return _words(value)


def _words(value: Any) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, Decimal):
        return vi_number(value)
    return vi_date(value) if isinstance(value, date) else str(value or "")


def head_changes(before: EditionSpec, after: EditionSpec) -> list[tuple[str, str, str]]:
    """What differs above and around the lines of two editions: what it is, before, after."""
    old, new = _around(before), _around(after)
    names = [*old, *(name for name in new if name not in old)]
    pairs = [(name, old.get(name, ""), new.get(name, "")) for name in names]
    return [one for one in pairs if one[1] != one[2]]


def _around(spec: EditionSpec) -> dict[str, str]:
    basis, rule = spec.legal_basis, spec.result
    values = {
        "title": spec.title,
        "legal_number": basis.number,
        "legal_issued_on": basis.issued_on,
        "legal_issuer": basis.issuer,
        "valid_from": spec.valid_from,
        "valid_to": spec.valid_to,
        "mandatory_lines": rule.mandatory_lines,
        "minimum_score": rule.minimum_score,
    }
    said = {str(FIELD[name]).capitalize(): _words(value) for name, value in values.items()}
    for part in spec.sections:
        name = _("Phần %(code)s", code=part.code)
        said[name] = part.title
        said[_("%(part)s, ghi chú", part=name)] = part.note
        said[_("%(part)s, điểm tối thiểu", part=name)] = _words(part.minimum_score)
    return said


class FlawLink(NamedTuple):
    """What is missing or wrong in a draft, and where it is mended."""

    url: str
    place: str
    text: str


def flaw_links(edition: Edition, flaws: Iterable[Flaw]) -> list[FlawLink]:
    """The flaws of a draft in words, each with the page that mends it. Needs the whole edition loaded."""
    return [_flaw_link(edition, flaw) for flaw in flaws]


def _flaw_link(edition: Edition, flaw: Flaw) -> FlawLink:
    what = f"{FIELD[flaw.field]} {flaw.message}"
    if not flaw.place:
        own = {"sections": "criteria.edition_edit"}.get(flaw.field, "criteria.edition_head")
        return FlawLink(url_for(own, edition_id=edition.id), "", what)
    section = edition.sections[flaw.place[0]]
    ids: dict[str, Any] = {"edition_id": edition.id}
    if len(flaw.place) == 1:
        page = "criteria.line_new" if flaw.field == "lines" else "criteria.section_edit"
        where = _("phần %(code)s", code=section.code)
        return FlawLink(url_for(page, section_id=section.id, **ids), where, what)
    line = section.lines[flaw.place[1]]
    url = url_for("criteria.line_edit", line_id=line.id, _anchor=f"line-{line.id}", **ids)
    return FlawLink(url, _("tiêu chí %(code)s", code=line.code), what)


def validity(edition: Edition) -> str:
    """18/04/2023 – 31/12/2025, or the first day only."""
    if edition.valid_to is None:
        return _("từ %(day)s", day=vi_date(edition.valid_from))
    return f"{vi_date(edition.valid_from)} – {vi_date(edition.valid_to)}"


def ended_sentence(edition: Edition) -> str:
    """What must be said when an edition is used after its period (RULES.md §4)."""
    if edition.valid_to is None:
        return ""
    first, last = edition.valid_from.year, edition.valid_to.year
    return _(
        "Bộ tiêu chí %(name)s ban hành cho giai đoạn %(years)s; "
        "chưa có văn bản thay thế trong hệ thống",
        name=edition.short_name,
        years=str(first) if first == last else f"{first}–{last}",
    )


def period_note(edition: Edition, day: date) -> str:
    """The sentence above when the edition's period is over on this day, else nothing."""
    return ended_sentence(edition) if edition.ended_on(day) else ""


def measure_of(line: LineSpec) -> str:
    """What is asked: "từ 30 m²", "0 – 15 điểm, đạt từ 7,5"; of a measured line which figure meets it."""
    unit = f" {line.unit}" if line.unit else ""
    if line.kind is LineKind.NUMBER:
        return _("từ %(n)s%(unit)s", n=vi_number(line.minimum), unit=unit)
    if line.kind is LineKind.SCORE:
        return _(
            "0 – %(most)s điểm, đạt từ %(n)s",
            most=vi_number(line.maximum),
            n=vi_number(line.met_from),
        )
    return bound_words(line)


def result_rule(edition: Edition) -> list[str]:
    """How the result comes about, in sentences."""
    said = []
    if edition.mandatory_lines:
        said.append(
            _("Mọi tiêu chí bắt buộc phải đạt; tiêu chí khác chưa đạt được ghi là tồn tại.")
        )
    if edition.minimum_score is not None:
        said.append(
            _(
                "Thang 100 điểm, tính trên các tiêu chí áp dụng; đạt từ %(n)s điểm.",
                n=vi_number(edition.minimum_score),
            )
        )
    elif edition.rule.is_scored:
        said.append(_("Thang 100 điểm, tính trên các tiêu chí áp dụng."))
    said += [
        _(
            "Phần %(code)s: đạt từ %(n)s %% số điểm của phần.",
            code=section.code,
            n=vi_number(section.minimum_score),
        )
        for section in edition.sections
        if section.minimum_score is not None
    ]
    return said
