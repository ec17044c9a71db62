"""What waits of the stock: goods on their way here, and the warnings of the shelves, a line a kind."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.formats import vi_date, vi_datetime, vi_number
from ocop_points.desk.waiting import SHOWN, Group, Item
from ocop_points.stock import alerts as warnings
from ocop_points.stock import labels, transfers
from ocop_points.stock import stocktake_lists as stocktakes
from ocop_points.stock.alerts import Digest

_LOOKS = {"bad": ("alert-circle", "late"), "warn": ("alert-triangle", "soon")}


def alerts(user: User) -> Group:
    """One line for each kind of warning with its count, as the list shows it, and the first goods by name."""
    found = warnings.digest(user, clock.today())
    own = user.role is Role.OPERATOR
    return Group(
        _("Cảnh báo kho hàng"),
        [_line(one, own=own) for one in found],
        more=url_for("stock.alert_list"),
        total=sum(one.count for one in found),
    )


def _line(digest: Digest, *, own: bool) -> Item:
    tone, words = labels.ALERT[digest.kind]
    icon, look = _LOOKS.get(tone, ("clock", ""))
    names = [_named(row, own=own) for row in digest.first]
    others = digest.count - len(names)
    if others:
        names.append(_("%(n)s thứ khác", n=vi_number(others)))
    count = ngettext("%(num)s cảnh báo", "%(num)s cảnh báo", digest.count)
    url = url_for("stock.alert_list", kind=digest.kind.value)
    return Item(icon, str(words), url, ", ".join(names), count, look)


def _named(row: Any, *, own: bool) -> str:
    parts = [row.lot_code] if row.lot_code else []
    parts += [] if own else [row.point_name]
    return f"{row.name} ({', '.join(parts)})" if parts else row.name


def to_receive(user: User) -> Group:
    """Goods that another point sent and nobody has counted yet, the longest under way first."""
    found, total = transfers.waiting_in_reach(user, limit=SHOWN)
    items = [
        Item(
            "truck-delivery",
            _("Hàng từ %(name)s", name=row.from_name),
            url_for("stock.transfer_receive", sent_id=row.id),
            f"{row.number} → {row.to_name}",
            _("gửi %(day)s", day=vi_date(row.on_date)),
            "soon",
            _("Nhận hàng"),
            url_for("stock.transfer_receive", sent_id=row.id),
        )
        for row in found
    ]
    return Group(_("Hàng chuyển đến chờ nhận"), items, total=total)


def counting(user: User) -> Group:
    """Stocktakes under way: what is still to be counted, or that somebody who did not count may look and post."""
    items = [
        Item(
            "clipboard-list",
            _("Kiểm kê %(name)s", name=row.name),
            url_for("stock.stocktake_show", stocktake_id=row.id),
            _("còn %(n)s dòng chưa đếm", n=vi_number(row.waiting))
            if row.waiting
            else _("đã đếm xong, chờ đối chiếu và ghi sổ"),
            _("từ %(at)s", at=vi_datetime(row.started_at)),
            "" if row.waiting else "soon",
        )
        for row in stocktakes.under_way(user, limit=SHOWN)
    ]
    return Group(_("Đang kiểm kê"), items)
