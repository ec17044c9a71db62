"""Making a key to the API, and saying yes to revoking one."""

from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import ChoiceField, TextField
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm


class TokenForm(BaseForm):
    """Which program will read which locality."""

    name = TextField(
        _l("Tên phần mềm"), max_length=80, message=_l("Nhập tên phần mềm sẽ dùng khóa")
    )
    locality_id = ChoiceField(_l("Địa phương"), coerce=parse_id, message=_l("Chọn địa phương"))
