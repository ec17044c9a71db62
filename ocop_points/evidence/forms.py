"""The field for files, for every form that takes some in, and the form for scans."""

from typing import Any

from wtforms import MultipleFileField, ValidationError

from ocop_points.core.errors import Refused
from ocop_points.core.forms import BaseForm
from ocop_points.evidence.intake import Prepared, chosen, prepare_scans

# What a phone offers for this; it converts its own kinds to JPEG then.
PICTURE_KINDS = "image/jpeg,image/png,image/webp"
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


class ScansForm(BaseForm):
    """Scans of a paper; a form of its own names the field `scan`."""

    scan: Any
    ready: list[Prepared]

    def taken_in(self) -> bool:
        """Valid, and every file read and kept on disk: slow, so before the verb, which finds them in `ready`."""
        if not self.validate_on_submit():
            return False
        try:
            self.ready = prepare_scans(self.scan.data, field="scan")
        except Refused as refused:
            self.refuse(refused)
            return False
        return True
