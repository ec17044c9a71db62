"""The form of the certificate gate."""

from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import ChoiceField, IntegerField
from ocop_points.core.forms import BaseForm
from ocop_points.stock import labels
from ocop_points.stock.gate_rules import Gate, GateAction

_CHOICES = list(labels.GATE_ACTION.items())


class GateForm(BaseForm):
    """What happens in a locality with goods that lack a basis."""

    soon_days = IntegerField(
        _l("Nhắc trước khi chứng nhận hết hiệu lực (ngày)"), least=0, most=365, unit="ngày"
    )
    ended = ChoiceField(_l("Chứng nhận đã hết hiệu lực"), choices=_CHOICES, coerce=GateAction)
    none = ChoiceField(
        _l("Chưa từng có chứng nhận, không có căn cứ nào khác"), choices=_CHOICES, coerce=GateAction
    )

    def facts(self) -> Gate:
        """What the form says, as the service takes it."""
        return Gate(self.soon_days.data, self.ended.data, self.none.data)
