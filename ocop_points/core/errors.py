"""Refusals in plain words: what a service verb says when it will not do something."""

from flask_babel import gettext as _
from markupsafe import Markup


class Refused(Exception):
    """A verb will not do this, and says why in a sentence the officer understands.

    `field` names the form field the sentence belongs to; without it the whole form is meant.
    """

    def __init__(self, message: str | Markup, field: str | None = None) -> None:
        super().__init__(str(message))
        self.message = message
        self.field = field


class Conflict(Refused):
    """Somebody else changed the record since this form was opened."""

    def __init__(self, record: object) -> None:
        super().__init__(
            _("Người khác vừa sửa bản ghi này. Chọn nội dung giữ lại rồi lưu lần nữa.")
        )
        self.record = record
