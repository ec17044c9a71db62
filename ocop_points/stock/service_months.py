"""Months are closed by the manager, and opened again (docs/decisions/)."""

from datetime import date

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import plain, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.points.models import SalesPoint
from ocop_points.stock import labels, months
from ocop_points.stock.models import MonthClosing
from ocop_points.stock.rules_months import close_bar, month_end


def close_month(point: SalesPoint, month: date, *, by: User) -> None:
    """Close the books of a point, locked for a change, to the end of a month: nothing is posted up to there any more.

    Raises Refused before the month is over, when it is closed already, and while drafts are dated in it or before.
    """
    end, through = month_end(month), months.closed_through(point.id)
    drafts = months.drafts_until(point.id, end)
    if bar := close_bar(month, clock.today(), through, drafts):
        raise Refused(labels.close_bar_text(bar, drafts))
    closing = MonthClosing(
        point_id=point.id, through=end, closed_by_id=by.id, closed_at=clock.now()
    )
    db.session.add(closing)
    changes = {"closed_through": [plain(through), plain(end)]}
    record(Action.MONTH_CLOSED, point.subject(), by=by, changes=changes)


def reopen_month(point: SalesPoint, month: date, *, reason: str, by: User) -> None:
    """Open the month that was closed last again, and with it those before it that have no closing of their own.

    The point is locked for a change. Raises Refused for any other month.
    """
    end = month_end(month)
    closings = months.closings_of(point.id)
    if not closings or closings[0].through != end:
        raise Refused(_("Chỉ mở lại được tháng khóa sau cùng"))
    db.session.delete(months.get_closing(point.id, end))
    before = closings[1].through if len(closings) > 1 else None
    changes = {"closed_through": [plain(end), plain(before)]}
    record(Action.MONTH_REOPENED, point.subject(), by=by, changes=changes, note=reason)


def refuse_closed(point_id: int, day: date) -> None:
    """Raises Refused for a day whose month is closed; keeps it from being closed until the commit."""
    through = months.closed_through(point_id, hold=True)
    if through is not None and day <= through:
        raise Refused(
            _(
                "Sổ kho đã khóa đến hết ngày %(day)s. Chọn ngày sau đó, hoặc nhờ người quản lý mở lại tháng",
                day=vi_date(through),
            ),
            "on_date",
        )
