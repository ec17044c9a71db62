"""Forms of period reports."""

from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import TextArea, TextField
from ocop_points.core.forms import BaseForm
from ocop_points.reports import period_labels as labels
from ocop_points.reports.period_rules import REMARKS

LONGEST = 4000


def _remark(name: str) -> TextArea:
    return TextArea(labels.REMARKS[name], max_length=LONGEST, required=False, render_kw={"rows": 6})


class RemarksForm(BaseForm):
    """What people say beside the figures."""

    results = _remark("results")
    difficulties = _remark("difficulties")
    plans = _remark("plans")
    proposals = _remark("proposals")

    @property
    def remarks(self) -> dict[str, str]:
        """By name, as the service takes them."""
        return {name: self[name].data or "" for name in REMARKS}


class SubmitForm(BaseForm):
    """Sending a report: the number of the paper, where the clerk has given one."""

    number = TextField(
        _l("Số văn bản"),
        max_length=40,
        required=False,
        description=_l(
            "Theo sổ văn thư, ví dụ 125/BC-SCT. Để trống thì trên giấy chừa chỗ ghi tay."
        ),
    )


class ReturnForm(BaseForm):
    """Giving a report back."""

    reason = TextArea(_l("Cần bổ sung, sửa gì"), max_length=1000, message=_l("Ghi cần sửa gì"))
