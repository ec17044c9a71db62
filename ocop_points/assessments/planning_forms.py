"""Forms of planning."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.core.fields import ChoiceField, DateField, TickList
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm


class TripForm(BaseForm):
    """A day, who leads, who goes along."""

    on = DateField(_l("Ngày đi"))
    leader_id = ChoiceField(_l("Trưởng đoàn"), coerce=parse_id, message=_l("Chọn trưởng đoàn"))
    team = TickList(_l("Người cùng đi"))

    def offer(self, people: list[Any]) -> None:
        """Who can be sent."""
        self.leader_id.choices = [(one.id, one.full_name) for one in people]
        self.team.choices = list(self.leader_id.choices)


class PlanForm(TripForm):
    """Several points on one day."""

    points = TickList(_l("Điểm bán"))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        if not self.points.data and not self.points.errors:
            self.points.errors = [_("Chọn ít nhất một điểm bán trong bảng")]
            return False
        return valid
