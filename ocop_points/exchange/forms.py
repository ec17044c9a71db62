"""Choosing a workbook, and saying yes to what it holds."""

import base64
import binascii
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from ocop_points.core.errors import Refused
from ocop_points.core.fields import Carried, YesNo
from ocop_points.core.forms import BaseForm
from ocop_points.core.text import clean

MOST_BYTES = 2 * 1024 * 1024


class UploadForm(BaseForm):
    """The workbook to look at; nothing is kept of it on the server."""

    workbook = FileField(
        _l("Tệp Excel"),
        validators=[FileRequired(_l("Chọn tệp .xlsx đã điền theo mẫu"))],
        render_kw={"accept": ".xlsx"},
    )

    def content(self) -> tuple[bytes, str]:
        """The bytes and the name. Raises Refused when it is larger than 2 MB."""
        sent: Any = self.workbook.data
        data = sent.stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise Refused(_("Tệp lớn hơn 2 MB. Chia thành nhiều tệp"), "workbook")
        return data, clean(sent.filename or "")[-120:]


class ImportForm(BaseForm):
    """The same workbook, carried in the page between looking and registering."""

    content = Carried()
    file_name = Carried()
    anyway = YesNo(_l("Các dòng có thể trùng là điểm khác, vẫn đăng ký"))

    def carry(self, data: bytes, name: str) -> None:
        self.content.data = base64.b64encode(data).decode("ascii")
        self.file_name.data = name

    def carried(self) -> tuple[bytes, str]:
        """The bytes and the name. Raises Refused when they did not come back whole."""
        try:
            data = base64.b64decode(self.content.data or "", validate=True)
        except (binascii.Error, ValueError):
            data = b""
        if not data or len(data) > MOST_BYTES:
            raise Refused(_("Tệp không còn trong trang. Chọn lại tệp"), "workbook")
        return data, clean(self.file_name.data or "")[-120:]
