"""The verb of a recall: write down that points were told."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import record
from ocop_points.catalogue.rules import SentHow
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.points.models import SalesPoint
from ocop_points.stock import labels
from ocop_points.stock.recall import Goods
from ocop_points.stock.recall_models import RecallLetter


def note_sent(
    points: Sequence[SalesPoint],
    goods: Goods,
    *,
    reason: str,
    on: date,
    how: SentHow,
    by: User,
) -> int:
    """Write down that these points were told to take goods off the shelf. How many letters that were.

    Raises Refused for none, or a day to come.
    """
    if on > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "sent_on")
    if not points:
        raise Refused(_("Chọn ít nhất một điểm bán"), "points")
    for point in points:
        letter = RecallLetter(
            point_id=point.id,
            **goods.about,
            reason=reason,
            sent_on=on,
            how=how,
            by_user_id=by.id,
            at=clock.now(),
        )
        db.session.add(letter)
        changes = {
            "recalled": [None, labels.goods_name(goods)],
            "sent_on": [None, on.isoformat()],
            "sent_how": [None, how.value],
        }
        record(Action.RECALL_SENT, point.subject(), by=by, changes=changes, note=reason)
    return len(points)
