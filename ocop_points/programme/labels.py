"""The words on screen for support and duty."""

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.core.formats import vi_date
from ocop_points.programme.rules import DUTY_ENDS_SOON_DAYS, DutyBreach, SupportSource

SOURCE = {
    SupportSource.MINISTRY: _l("Bộ Công Thương"),
    SupportSource.PROVINCE: _l("Ngân sách địa phương"),
    SupportSource.OTHER: _l("Nguồn khác"),
}

BREACH = {
    DutyBreach.CLOSED: ("bad", _l("Đóng sớm")),
    DutyBreach.SUSPENDED: ("bad", _l("Tạm ngừng")),
    DutyBreach.DORMANT: ("warn", _l("Không nhập, bán")),
}


def duty_tag(until: date | None, today: date) -> tuple[str, str]:
    """Tone and words for the time that is left of a duty; ("", "") without one."""
    if until is None:
        return "", ""
    left = (until - today).days
    if left < 0:
        return "", _("đã hết cam kết")
    if left <= DUTY_ENDS_SOON_DAYS:
        return "info", _("còn %(n)s ngày", n=left)
    return "ok", _("đến hết %(day)s", day=vi_date(until))
