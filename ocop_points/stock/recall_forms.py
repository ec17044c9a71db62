"""Which points were told, why, when and how."""

from collections.abc import Collection, Sequence
from datetime import date

from flask_babel import lazy_gettext as _l

from ocop_points.catalogue.labels import SENT_HOW
from ocop_points.catalogue.rules import SentHow
from ocop_points.core.fields import ChoiceField, DateField, TextField, TickList
from ocop_points.core.forms import BaseForm
from ocop_points.points.models import SalesPoint

MOST_REASON = 300


class RecallSentForm(BaseForm):
    """The letters that were sent."""

    points = TickList(_l("Điểm bán"))
    reason = TextField(_l("Lý do thu hồi"), max_length=MOST_REASON, message=_l("Ghi lý do thu hồi"))
    sent_on = DateField(_l("Ngày gửi"), past=True)
    how = ChoiceField(_l("Cách gửi"), choices=list(SENT_HOW.items()), coerce=SentHow)

    def offer(
        self, points: Sequence[SalesPoint], told: Collection[int], reason: str, today: date
    ) -> None:
        """Offer these points; those that were not told yet are ticked to begin with."""
        self.points.choices = [(one.id, f"{one.name} ({one.code})") for one in points]
        if not self.is_submitted():
            self.points.data = [one.id for one in points if one.id not in told]
            self.reason.data, self.sent_on.data = reason, today
