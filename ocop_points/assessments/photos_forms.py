"""Forms for photos and scans."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import MultipleFileField, ValidationError

from ocop_points.core.fields import Carried, TextField
from ocop_points.core.forms import BaseForm
from ocop_points.evidence.intake import chosen
from ocop_points.evidence.rules import taken_at

# What a phone offers for this; it converts its own kinds to JPEG then.
PICTURE_KINDS = "image/jpeg,image/png,image/webp"
CAPTION = 160
SCAN_KINDS = f"application/pdf,{PICTURE_KINDS}"


class FilesField(MultipleFileField):
    """Several files; a browser sends an empty one where none was chosen."""

    data: Any

    def __init__(self, label: Any, *, kinds: str, message: Any, **kwargs: Any) -> None:
        self.message = message
        super().__init__(label, render_kw={"accept": kinds}, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = chosen([one for one in valuelist if hasattr(one, "stream")])

    def pre_validate(self, form: Any) -> None:
        if not self.data:
            raise ValidationError(self.message)


class PhotosForm(BaseForm):
    """Photos for one line."""

    photos = FilesField(_l("Ảnh"), kinds=PICTURE_KINDS, message=_l("Chọn ít nhất một ảnh"))
    caption = TextField(_l("Chú thích"), max_length=CAPTION, required=False)
    # Read from the file's EXIF by the page, where it made the picture smaller and so lost it.
    taken = Carried()

    def moment(self) -> datetime | None:
        """When the page says that the picture was taken: 2026:11:23 09:12:00, with or without +07:00."""
        text = self.taken.data or ""
        return taken_at(text[:19], text[19:])


class PhotoForm(BaseForm):
    """One photo of a line."""

    caption = TextField(_l("Chú thích"), max_length=CAPTION, required=False)


class ScanForm(BaseForm):
    """The signed paper."""

    scan = FilesField(
        _l("Bản quét"), kinds=SCAN_KINDS, message=_l("Chọn tệp PDF hoặc ảnh chụp bản đã ký")
    )


class ConfirmForm(BaseForm):
    """Nothing but the question."""
