"""Forms for photos and scans."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import Carried, TextField
from ocop_points.core.forms import BaseForm
from ocop_points.evidence.forms import PICTURE_KINDS as PICTURE_KINDS
from ocop_points.evidence.forms import SCAN_KINDS, FilesField, ScansForm
from ocop_points.evidence.rules import taken_at

CAPTION = 160


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


class ScanForm(ScansForm):
    """The signed paper."""

    scan = FilesField(
        _l("Bản quét"), kinds=SCAN_KINDS, message=_l("Chọn tệp PDF hoặc ảnh chụp bản đã ký")
    )
