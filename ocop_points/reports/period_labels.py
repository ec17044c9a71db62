"""The words of period reports: states, remarks, steps, and how their figures are written."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ocop_points.audit.rules import Action
from ocop_points.core.formats import vi_number
from ocop_points.reports.labels import period_in_line
from ocop_points.reports.period_rules import ReportState, Tally
from ocop_points.reports.rules import Period

STATE = {
    ReportState.DRAFT: ("", _l("Chưa gửi")),
    ReportState.SUBMITTED: ("info", _l("Chờ tiếp nhận")),
    ReportState.RETURNED: ("warn", _l("Trả lại")),
    ReportState.ACCEPTED: ("ok", _l("Đã tiếp nhận")),
}
REMARKS = {
    "results": _l("Kết quả thực hiện"),
    "difficulties": _l("Khó khăn, vướng mắc và nguyên nhân"),
    "plans": _l("Phương hướng kỳ tới"),
    "proposals": _l("Đề xuất, kiến nghị"),
}
STEP = {
    Action.REPORT_WRITTEN: ("", _l("Ghi nhận xét")),
    Action.REPORT_SUBMITTED: ("", _l("Gửi Bộ")),
    Action.REPORT_RETURNED: ("is-bad", _l("Bộ trả lại")),
    Action.REPORT_ACCEPTED: ("is-ok", _l("Bộ tiếp nhận")),
}
OUR_FORM = _l(
    "Chưa tìm thấy mẫu báo cáo của Bộ: mẫu và cách tính các chỉ tiêu do phần mềm đề xuất, chờ xác nhận."
)


def report_name(period: Period) -> str:
    """Báo cáo 6 tháng đầu năm 2026."""
    return _("Báo cáo %(period)s", period=period_in_line(period))


def value_text(value: int | None, unit: str) -> str:
    """1.234; of percents, which are counted in tenths, 82,4; "–" where there is no figure."""
    if value is None:
        return "–"
    return _tenths(value) if unit == "%" else vi_number(value)


def change_text(change: int | None, unit: str) -> str:
    """+3, −1,5 or 0; "–" where there is nothing to compare with."""
    if change is None:
        return "–"
    sign = "+" if change > 0 else "−" if change < 0 else ""
    return sign + value_text(abs(change), unit)


def _tenths(value: int) -> str:
    return f"{value // 10},{value % 10}"


def received_text(tally: Tally) -> str:
    """Đã nhận 20 trên 25 địa phương được hỗ trợ."""
    return _(
        "Đã nhận %(n)s trên %(all)s địa phương được hỗ trợ", n=tally.received, all=tally.expected
    )
