"""The field for files, for every form that takes some in."""

from typing import Any

from wtforms import MultipleFileField, ValidationError

from ocop_points.evidence.intake import chosen

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
