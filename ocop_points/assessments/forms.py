"""Forms of a visit. The checklist's lines are in `checklist`."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.assessments import labels
from ocop_points.assessments.kinds import AmendmentKind
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules import VisitKind
from ocop_points.assessments.service import VisitFacts
from ocop_points.core import clock
from ocop_points.core.fields import (
    ChoiceField,
    DateField,
    IntegerField,
    ParsedField,
    TextArea,
    TextField,
    TickList,
)
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm

LARGEST_NUMBER = 999_999
REMARK_LENGTH = 500


class TimeField(ParsedField):
    """A time of the day: 14:05, 14h05 or 14 giờ 05."""

    def __init__(self, label: Any, **kwargs: Any) -> None:
        kwargs["render_kw"] = {
            "inputmode": "numeric",
            "autocomplete": "off",
            "placeholder": "14:05",
            "maxlength": 12,
        }
        super().__init__(label, required=False, **kwargs)

    def show(self, value: Any) -> str:
        moment = clock.local(value) if isinstance(value, datetime) else value
        return f"{moment:%H:%M}"

    def read(self, text: str) -> time:
        typed = text.lower().replace("giờ", ":").replace("phút", "").replace("h", ":")
        hours, colon, minutes = typed.replace(" ", "").partition(":")
        plain = hours.isascii() and hours.isdecimal() and (minutes or "0").isascii()
        if not (plain and colon and (minutes or "0").isdecimal()) or len(hours + minutes) > 4:
            raise ValueError(_("Nhập giờ và phút, ví dụ 14:05"))
        try:
            return time(int(hours), int(minutes or 0))
        except ValueError:
            raise ValueError(_("Nhập giờ từ 00:00 đến 23:59")) from None


def moment(day: Any, at: time) -> datetime:
    """The moment at which this time comes on this day in Việt Nam."""
    return datetime.combine(day, at, tzinfo=clock.VIETNAM)


class PeopleForm(BaseForm):
    """Kind, team, guests and who stands for the point."""

    kind = ChoiceField(
        _l("Loại đánh giá"),
        choices=list(labels.KIND.items()),
        coerce=VisitKind,
        message=_l("Chọn loại đánh giá"),
    )
    team = TickList(_l("Đoàn đánh giá"))
    guests = TextArea(_l("Khách mời, người cùng đi"), max_length=500, required=False)
    representative = TextField(_l("Đại diện điểm bán"), max_length=120, required=False)
    representative_position = TextField(_l("Chức vụ"), max_length=120, required=False)

    def facts(self) -> VisitFacts:
        """What the form says, as the service takes it."""
        return VisitFacts(
            kind=self.kind.data,
            team=tuple(self.team.data or ()),
            guests=self.guests.data or "",
            representative=self.representative.data or "",
            representative_position=self.representative_position.data or "",
        )


class StartForm(PeopleForm):
    """A new visit: today or before it begins at once, later it is planned."""

    on = DateField(_l("Ngày đánh giá"))
    at = TimeField(_l("Giờ bắt đầu"))
    edition_id = ChoiceField(_l("Bộ tiêu chí"), coerce=parse_id, required=False)

    def began_at(self) -> datetime | None:
        """When the visit began, None for one that is planned."""
        return None if self.on.data > clock.today() else moment(self.on.data, self.at.data)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and self.on.data <= clock.today() and self.at.data is None:
            self.at.errors = [_("Nhập giờ bắt đầu, ví dụ 14:05")]
            return False
        return valid


class BeginForm(BaseForm):
    """Beginning a planned visit: the day and hour it really began."""

    on = DateField(_l("Ngày đánh giá"), past=True)
    at = TimeField(_l("Giờ bắt đầu"))

    def began_at(self) -> datetime:
        return moment(self.on.data, self.at.data)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and self.at.data is None:
            self.at.errors = [_("Nhập giờ bắt đầu, ví dụ 14:05")]
            return False
        return valid


class EditForm(PeopleForm):
    """The same of a visit that exists; a planned one can be put on another day."""

    planned_on = DateField(_l("Ngày lên lịch"), required=False)


class SubmitForm(BaseForm):
    """What is said at the end of a visit."""

    conclusion = TextArea(_l("Kết luận, kiến nghị của đoàn"), max_length=4000, required=False)
    opinion = TextArea(_l("Ý kiến của điểm bán"), max_length=4000, required=False)
    representative = TextField(_l("Đại diện điểm bán"), max_length=120, required=False)
    representative_position = TextField(_l("Chức vụ"), max_length=120, required=False)
    finished = TimeField(_l("Giờ kết thúc"))

    def finished_at(self, visit: Visit) -> datetime | None:
        """When the visit ended, on its own day."""
        return None if self.finished.data is None else moment(visit.visited_on, self.finished.data)


class ApproveForm(BaseForm):
    """Number and date of the paper, as the department's clerk keeps them; the ministry adds why it decides."""

    number = IntegerField(
        _l("Số biên bản"), least=1, most=LARGEST_NUMBER, message=_l("Nhập số, ví dụ 12")
    )
    numbered_on = DateField(_l("Ngày"), past=True)
    reason = TextArea(_l("Lý do Bộ duyệt thay"), max_length=1000, required=False)


class AmendForm(BaseForm):
    """A numbered amendment of approved minutes."""

    kind = ChoiceField(
        _l("Loại"),
        choices=list(labels.AMENDMENT.items()),
        coerce=AmendmentKind,
        message=_l("Chọn bổ sung hay đính chính"),
    )
    number = IntegerField(
        _l("Số biên bản"), least=1, most=LARGEST_NUMBER, message=_l("Nhập số, ví dụ 12")
    )
    numbered_on = DateField(_l("Ngày"), past=True)
    reason = TextArea(_l("Lý do"), max_length=1000, message=_l("Ghi lý do bổ sung, đính chính"))
    text = TextArea(_l("Nội dung"), max_length=8000, message=_l("Ghi nội dung bổ sung, đính chính"))


class ReturnForm(BaseForm):
    """What must be mended, in general and at single lines: made by `return_form`.

    The ministry's administrator says here too why the ministry decides.
    """

    reason = TextArea(_l("Lý do trả lại"), max_length=1000, required=False)
    line_ids: tuple[int, ...] = ()

    def remark(self, line_id: int) -> Any:
        """The field of a remark at this line."""
        return self._fields[f"remark_{line_id}"]

    def remarks(self) -> dict[int, str]:
        """What is said at lines, by the line's id."""
        return {one: said for one in self.line_ids if (said := self.remark(one).data)}

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if valid and not self.reason.data and not self.remarks():
            self.reason.errors = [_("Ghi tiêu chí và việc cần sửa")]
            return False
        return valid


def return_form(line_ids: Iterable[int], **options: Any) -> ReturnForm:
    """A form with a remark for each of these lines."""
    ids = tuple(line_ids)
    fields = {
        f"remark_{one}": TextArea(_l("Nhận xét"), max_length=REMARK_LENGTH, required=False)
        for one in ids
    }
    kind: type[ReturnForm] = type("ReturnForm", (ReturnForm,), {"line_ids": ids, **fields})
    return kind(**options)


class VoidForm(BaseForm):
    """Why a visit counts no more."""

    reason = TextArea(_l("Lý do hủy"), max_length=1000, message=_l("Ghi lý do hủy"))


class AnswersForm(BaseForm):
    """The frame of the checklist: the token and the one-time key; its lines are read by `checklist`."""
