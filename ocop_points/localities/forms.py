"""Forms of the ministry administrator for localities and departments."""

from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import ChoiceField, TextField, YesNo
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm


class LocalityForm(BaseForm):
    """Supported or not, and the department."""

    supported = YesNo(_l("Được Chương trình hỗ trợ xây dựng điểm bán"))
    department_id = ChoiceField(_l("Sở Công Thương phụ trách"), coerce=parse_id)


class DepartmentForm(BaseForm):
    """What stands at the head of a department's papers."""

    name = TextField(_l("Tên đầy đủ"), max_length=160)
    superior_body = TextField(_l("Cơ quan chủ quản, ghi dòng trên của văn bản"), max_length=160)
    issuing_body = TextField(_l("Cơ quan ban hành, ghi dòng dưới"), max_length=160)
    place = TextField(_l("Địa danh ghi trên văn bản"), max_length=80)
    symbol = TextField(_l("Ký hiệu, ví dụ SCT"), max_length=20)
