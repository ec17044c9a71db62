"""Choosing a workbook, and saying yes to what it would do."""

import zlib
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from ocop_points.core.errors import Refused
from ocop_points.core.fields import YesNo
from ocop_points.core.forms import BaseForm
from ocop_points.core.tables_in import check_workbook, raw_cells
from ocop_points.core.text import clean

MOST_BYTES = 8 * 1024 * 1024
MOST_COLUMNS = 60


class SendForm(BaseForm):
    """The workbook to check."""

    workbook = FileField(
        _l("Tệp Excel"),
        validators=[FileRequired(_l("Chọn tệp .xlsx đã điền theo mẫu"))],
        render_kw={"accept": ".xlsx"},
    )

    def content(self, most_rows: int) -> tuple[bytes, str]:
        """The cells, packed, and the name. Raises Refused for what is too large or no workbook that may be read."""
        sent: Any = self.workbook.data
        data = sent.stream.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise Refused(
                _("Tệp lớn hơn %(mb)s MB. Chia thành nhiều tệp", mb=MOST_BYTES // 1024**2),
                "workbook",
            )
        try:
            check_workbook(data, most_rows=most_rows + 100, most_columns=MOST_COLUMNS)
            cells = raw_cells(data)
        except Refused as refused:
            raise Refused(refused.message, "workbook") from refused
        return zlib.compress(cells, 1), clean(sent.filename or "")[-120:]


class AgreeForm(BaseForm):
    """Yes to what the check found."""

    anyway = YesNo(_l("Các dòng có thể trùng là bản ghi khác, vẫn nhập"))
