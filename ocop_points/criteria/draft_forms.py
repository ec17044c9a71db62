"""Forms of a draft. Lengths and bounds are those of `checks`, which has the last word on each."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue.labels import STARS
from ocop_points.catalogue.rules import Stars
from ocop_points.core.errors import Conflict, Refused
from ocop_points.core.fields import (
    Carried,
    ChoiceField,
    DateField,
    DecimalField,
    TextArea,
    TextField,
    TickList,
    YesNo,
)
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm
from ocop_points.criteria import checks, labels
from ocop_points.criteria.measures_rules import ALL_BASES, MeasureBy
from ocop_points.criteria.rules import (
    LARGEST,
    PLACES,
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
from ocop_points.criteria.yaml_entries import MAX_BYTES

_CHOICE = re.compile(r"(\w[\w.\-]{0,11})\)\s+(\S.*)")


def _show(form: BaseForm, flaws: Iterable[checks.Flaw]) -> bool:
    """Set what not even a draft may have at its fields; was there anything?"""
    found = checks.lasting(flaws)
    for flaw in found:
        nested = bool(flaw.place)
        field = form["choice_rows" if nested or flaw.field == "choices" else flaw.field]
        what = flaw.message[:1].upper() + flaw.message[1:]
        if nested:
            what = _("Lựa chọn %(n)d: %(what)s", n=flaw.place[-1] + 1, what=flaw.message)
        if not field.errors or nested:
            field.errors = [*field.errors, what]
    return bool(found)


class NewForm(BaseForm):
    """What a draft begins with; the rest is written in the editor."""

    source_id = ChoiceField(_l("Bắt đầu từ"), coerce=parse_id, required=False)
    locality_id = ChoiceField(_l("Áp dụng cho"), coerce=parse_id, required=False)
    title = TextField(_l("Tên bộ tiêu chí"), max_length=checks.TITLE)
    code = TextField(
        _l("Mã"), max_length=checks.EDITION_CODE, message=_l("Nhập mã, ví dụ 950-2026")
    )
    valid_from = DateField(_l("Hiệu lực từ ngày"))

    def blank(self, issuer: str) -> EditionSpec:
        """The edition of these words that says nothing yet."""
        return EditionSpec(
            code=self.code.data or "",
            title=self.title.data or "",
            legal_basis=LegalBasis("", None, issuer),
            valid_from=self.valid_from.data,
            valid_to=None,
            result=ResultRule(mandatory_lines=True),
            sections=(),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return valid and not _show(self, checks.head_flaws(self.blank("")))


class HeadForm(BaseForm):
    """What stands above the sections."""

    title = TextField(_l("Tên bộ tiêu chí"), max_length=checks.TITLE)
    code = TextField(_l("Mã"), max_length=checks.EDITION_CODE)
    legal_issuer = TextField(_l("Nơi ban hành"), max_length=checks.TITLE)
    legal_number = TextField(_l("Số văn bản"), max_length=checks.NUMBER, required=False)
    legal_issued_on = DateField(_l("Ngày ban hành"), required=False)
    valid_from = DateField(_l("Hiệu lực từ ngày"))
    valid_to = DateField(_l("Đến hết ngày"), required=False)
    mandatory_lines = YesNo(_l("Mọi tiêu chí bắt buộc phải đạt"))
    minimum_score = DecimalField(
        _l("Điểm tối thiểu của cả bộ, trên 100"), least=0, most=100, places=PLACES, required=False
    )

    def facts(self) -> dict[str, object]:
        return {name: field.data for name, field in self._content()}

    def guard_version(self, record: Any) -> None:
        """Lines that somebody changed meanwhile are no conflict with what stands above them."""
        if self.seen.data != type(self)._of_record(record, self)._digests():
            super().guard_version(record)

    def spec(self) -> EditionSpec:
        return EditionSpec(
            code=self.code.data or "",
            title=self.title.data or "",
            legal_basis=LegalBasis(
                self.legal_number.data or "",
                self.legal_issued_on.data,
                self.legal_issuer.data or "",
            ),
            valid_from=self.valid_from.data,
            valid_to=self.valid_to.data,
            result=ResultRule(bool(self.mandatory_lines.data), self.minimum_score.data),
            sections=(),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return valid and not _show(self, checks.head_flaws(self.spec()))


class SectionForm(BaseForm):
    """A section's own words and minimum."""

    code = TextField(_l("Mã phần"), max_length=checks.CODE, message=_l("Nhập mã, ví dụ IV"))
    title = TextField(_l("Tên phần"), max_length=checks.TITLE)
    note = TextField(_l("Ghi chú"), max_length=checks.TEXT, required=False)
    minimum_score = DecimalField(
        _l("Điểm tối thiểu của phần (%)"), least=0, most=100, places=PLACES, required=False
    )

    def guard_version(self, record: Any) -> None:
        """Another row may bear the id of one that was deleted, and the same version: it says something else."""
        super().guard_version(record)
        if self.seen.data and self.seen.data != type(self)._of_record(record, self)._digests():
            raise Conflict(record)

    def spec(self) -> SectionSpec:
        return SectionSpec(
            code=self.code.data or "",
            title=self.title.data or "",
            lines=(),
            note=self.note.data or "",
            minimum_score=self.minimum_score.data,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return valid and not _show(self, checks.section_flaws(self.spec()))


class LineForm(BaseForm):
    """One line. What its kind has no use for is not shown where the browser can hide it, and not kept."""

    code = TextField(_l("Mã"), max_length=checks.CODE, message=_l("Nhập mã, ví dụ III.9"))
    section_id = ChoiceField(_l("Thuộc phần"), coerce=parse_id)
    text = TextField(_l("Nội dung"), max_length=checks.TEXT, widget=TextArea.widget)
    kind = ChoiceField(_l("Cách trả lời"), choices=list(labels.KIND.items()), coerce=LineKind)
    choice_rows = TextArea(_l("Các lựa chọn"), max_length=30_000, required=False)
    minimum = DecimalField(_l("Mức để đạt"), least=0, most=LARGEST, places=PLACES, required=False)
    maximum = DecimalField(
        _l("Điểm chấm tối đa"), least=checks.LEAST, most=LARGEST, places=PLACES, required=False
    )
    unit = TextField(_l("Đơn vị đo"), max_length=checks.UNIT, required=False)
    weight = DecimalField(
        _l("Số điểm"), least=checks.LEAST, most=checks.HEAVIEST, places=PLACES, required=False
    )
    mandatory = YesNo(_l("Bắt buộc"))
    allows_na = YesNo(_l("Cho phép “Không áp dụng”"))
    confirmed = YesNo(_l("Đã xác nhận theo văn bản (bỏ chọn: chờ xác nhận)"))
    source = TextField(_l("Căn cứ"), max_length=checks.TITLE, required=False)
    photo = ChoiceField(_l("Cần ảnh"), choices=list(labels.PHOTO_WHEN.items()), coerce=PhotoRule)
    measure = ChoiceField(
        _l("Số liệu tính từ sổ kho"),
        choices=list(labels.MEASURE.items()),
        coerce=Measure,
        required=False,
    )
    measure_by = ChoiceField(
        _l("Cách tính"),
        choices=list(labels.MEASURE_BY.items()),
        coerce=MeasureBy,
        required=False,
    )
    measure_stars = ChoiceField(
        _l("Từ mấy sao"), choices=list(STARS.items()), coerce=Stars, required=False
    )
    base_ticks = TickList(_l("Căn cứ được tính"))
    measure_least = DecimalField(
        _l("Đạt khi số liệu từ"), least=0, most=LARGEST, places=PLACES, required=False
    )
    measure_most = DecimalField(
        _l("Đạt khi số liệu không quá"), least=0, most=LARGEST, places=PLACES, required=False
    )
    guidance = TextArea(_l("Hướng dẫn cho người đánh giá"), max_length=checks.LONG, required=False)
    rule = ResultRule(mandatory_lines=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases = catalogue.BASIS.items()
        self.base_ticks.choices = [(n, text) for n, (_one, text) in enumerate(bases, start=1)]

    def guard_version(self, record: Any) -> None:
        """Another row may bear the id of one that was deleted, and the same version: it says something else."""
        super().guard_version(record)
        if self.seen.data and self.seen.data != type(self)._of_record(record, self)._digests():
            raise Conflict(record)

    def spec(self) -> LineSpec:
        """The line as it is kept."""
        same = (
            "code", "kind", "text", "source", "photo", "weight", "minimum", "maximum", "unit",
            "measure", "measure_by", "measure_stars", "measure_least", "measure_most", "guidance",
        )  # fmt: skip
        ticked = ("mandatory", "confirmed", "allows_na")
        values = {name: self[name].data for name in same if name in self}
        values |= {name: bool(self[name].data) for name in ticked}
        values["choices"] = read_choices(self.choice_rows.data or "")
        values["measure_bases"] = "".join(ALL_BASES[one - 1] for one in self.base_ticks.data or ())
        return checks.fitting(LineSpec(**values))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return valid and not _show(self, checks.line_flaws(self.spec(), self.rule))


def read_choices(text: str) -> tuple[ChoiceSpec, ...]:
    """One choice a row, "b) Ngoài tỉnh"; a row without its mark gets the next number that is free."""
    rows = [row for row in text.splitlines() if row.strip()]
    found = [_CHOICE.fullmatch(row) for row in rows]
    taken = {one[1].casefold() for one in found if one}
    free = (str(n) for n in range(1, len(rows) + len(taken) + 2) if str(n) not in taken)
    return tuple(
        ChoiceSpec(one[1], one[2]) if one else ChoiceSpec(next(free), row.strip())
        for row, one in zip(rows, found, strict=True)
    )


class DraftActForm(BaseForm):
    """The decision that issues an edition."""

    legal_number = TextField(
        _l("Số văn bản"), max_length=checks.NUMBER, message=_l("Nhập số, ví dụ 950/QĐ-BCT")
    )
    legal_issued_on = DateField(_l("Ngày ban hành"), past=True)
    valid_from = DateField(_l("Hiệu lực từ ngày"))

    def act(self) -> dict[str, object]:
        return {name: field.data for name, field in self._content()}


class FileForm(BaseForm):
    """A file that becomes a draft."""

    edition_file = FileField(
        _l("Tệp bộ tiêu chí"),
        validators=[FileRequired(_l("Chọn tệp .yaml"))],
        render_kw={"accept": ".yaml,.yml"},
    )
    locality_id = ChoiceField(_l("Áp dụng cho"), coerce=parse_id, required=False)

    def content(self) -> str:
        """The text of the file. Raises Refused when it is too large or no text."""
        sent: Any = self.edition_file.data
        data = sent.stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            said = _("Tệp lớn hơn %(n)d kB", n=MAX_BYTES // 1024)
            raise Refused(said, "edition_file")
        try:
            return str(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            said = _("Tệp không phải văn bản UTF-8. Chọn tệp .yaml xuất từ trang bộ tiêu chí")
            raise Refused(said, "edition_file") from None


class ReplaceForm(BaseForm):
    """The same file, carried in the page between looking and replacing."""

    content = Carried()
