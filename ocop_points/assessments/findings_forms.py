"""Forms of findings: what shall be done, that it was done, whether it really was."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_models import CorrectiveAction
from ocop_points.assessments.findings_queries import Earlier
from ocop_points.assessments.findings_service import Remedy
from ocop_points.core.fields import ChoiceField, DateField, TextArea, TextField
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm
from ocop_points.evidence.forms import SCAN_KINDS, FilesField

REMEDY_LENGTH = 1000


def _text() -> Any:
    return TextArea(_l("Việc phải làm"), max_length=REMEDY_LENGTH, required=False)


def _due_on() -> Any:
    return DateField(_l("Hạn"), required=False)


def _owner_user() -> Any:
    return ChoiceField(_l("Người chịu trách nhiệm"), coerce=parse_id, required=False)


def _owner_name() -> Any:
    return TextField(_l("hoặc ghi tên"), max_length=120, required=False)


class ActionForm(BaseForm):
    """What shall be done about one finding; the reason where something was said before."""

    text = _text()
    due_on = _due_on()
    owner_user_id = _owner_user()
    owner_name = _owner_name()
    reason = TextArea(_l("Lý do thay đổi"), max_length=1000, required=False)

    def remedy(self) -> Remedy:
        """What the form says, as the service takes it."""
        return Remedy(
            text=self.text.data or "",
            due_on=self.due_on.data,
            owner_user_id=self.owner_user_id.data,
            owner_name=self.owner_name.data or "",
        )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        return _is_whole(self.text, self.due_on) and valid


def _is_whole(text: Any, due_on: Any) -> bool:
    """Both what to do and until when; a message at what is missing."""
    if not text.data and not text.errors:
        text.errors = [_("Ghi việc phải làm")]
    if due_on.data is None and not due_on.errors:
        due_on.errors = [_("Nhập hạn, ví dụ 15/12/2026")]
    return not text.errors and not due_on.errors


class RemediesForm(BaseForm):
    """What shall be done about each line not met, four fields a line: made by `remedies_form`."""

    line_ids: tuple[int, ...] = ()

    def row(self, line_id: int) -> list[Any]:
        """The fields of a line: text, day, user, name."""
        return [self._fields[f"{name}_{line_id}"] for name in _NAMES]

    def remedies(self) -> dict[int, Remedy | None]:
        """What the form says by the line's id; None where all is empty."""
        found: dict[int, Remedy | None] = {}
        for line_id in self.line_ids:
            text, due_on, user, name = (field.data for field in self.row(line_id))
            said = text or due_on
            found[line_id] = Remedy(text or "", due_on, user, name or "") if said else None
        return found

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for line_id in self.line_ids:
            text, due_on, _user, _name = self.row(line_id)
            if text.data or due_on.data or due_on.errors:
                valid = _is_whole(text, due_on) and valid
        return valid


_NAMES = ("text", "due_on", "owner_user_id", "owner_name")


def remedies_form(line_ids: Iterable[int], **options: Any) -> RemediesForm:
    """A form with the fields of these lines."""
    ids = tuple(line_ids)
    makers = {
        "text": _text,
        "due_on": _due_on,
        "owner_user_id": _owner_user,
        "owner_name": _owner_name,
    }
    fields = {f"{name}_{one}": make() for one in ids for name, make in makers.items()}
    kind: type[RemediesForm] = type("RemediesForm", (RemediesForm,), {"line_ids": ids, **fields})
    return kind(**options)


def owner_choices(users: Iterable[User]) -> list[tuple[int, str]]:
    """Who may be chosen to answer for something."""
    return [
        (one.id, f"{one.full_name}, {one.unit_name}" if one.unit_name else one.full_name)
        for one in users
    ]


class StoredRemedies:
    """Stored actions under the names of the form's fields, with the version they are guarded by."""

    def __init__(self, version: int, actions: Mapping[str, CorrectiveAction | None]) -> None:
        """`actions`: what follows the names of a line's fields, to the line's action."""
        self.version = version
        for suffix, action in actions.items():
            for name in _NAMES:
                setattr(self, f"{name}{suffix}", getattr(action, name, None))


def propose(row: list[Any], before: Earlier, *, from_day: date) -> None:
    """Fill the fields of a line with what was said before; a day that is over is not proposed again."""
    text, due_on, user, name = row
    text.data, user.data, name.data = before.text, before.owner_user_id, before.owner_name
    due_on.data = before.due_on if before.due_on and before.due_on >= from_day else None


class ReportForm(BaseForm):
    """That it was put right, with what shows it."""

    note = TextArea(_l("Đã làm gì"), max_length=1000, message=_l("Ghi việc đã làm"))
    evidence = FilesField(
        _l("Ảnh hoặc giấy tờ"),
        kinds=SCAN_KINDS,
        message=_l("Chọn ít nhất một ảnh hoặc tệp PDF làm bằng chứng"),
    )


class VerifyForm(BaseForm):
    """That it really was."""

    note = TextArea(_l("Nhận xét"), max_length=1000, required=False)


class ReopenForm(BaseForm):
    """That it was not, and until when now."""

    reason = TextArea(_l("Lý do mở lại"), max_length=1000, message=_l("Ghi lý do mở lại"))
    due_on = DateField(_l("Hạn mới"), required=False)
