"""Forms of an edition."""

from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import TextArea
from ocop_points.core.forms import BaseForm


class RetireForm(BaseForm):
    """Why an edition is no longer used."""

    reason = TextArea(_l("Lý do"), max_length=1000, message=_l("Ghi lý do, ví dụ văn bản thay thế"))
