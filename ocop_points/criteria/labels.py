"""The words on screen for the enums of criteria."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.core.formats import vi_date, vi_number
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionStatus, LineKind, LineSpec, Measure, PhotoRule

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
MEASURE = {
    Measure.EVERY_PRODUCT_HAS_A_BASIS: _l("căn cứ của từng mặt hàng"),
    Measure.SHARE_THREE_STARS: _l("tỷ lệ hàng từ 3 sao"),
    Measure.NO_EXPIRED_GOODS: _l("hàng hết hạn còn tồn"),
    Measure.SUPPLIERS_UNDER_AGREEMENT: _l("nhà cung cấp có thỏa thuận"),
    Measure.DAYS_SINCE_LAST_MOVEMENT: _l("số ngày từ lần ghi sổ gần nhất"),
}


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
    """What is asked: "từ 30 m²", "0 – 15 điểm, đạt từ 7,5"."""
    unit = f" {line.unit}" if line.unit else ""
    if line.kind is LineKind.NUMBER:
        return _("từ %(n)s%(unit)s", n=vi_number(line.minimum), unit=unit)
    if line.kind is LineKind.SCORE:
        return _(
            "0 – %(most)s điểm, đạt từ %(n)s",
            most=vi_number(line.maximum),
            n=vi_number(line.met_from),
        )
    return ""


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
