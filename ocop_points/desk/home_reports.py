"""What waits of period reports: for the department those to send, for the ministry those to accept."""

from flask import url_for
from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime
from ocop_points.desk.waiting import SHOWN, Group, Item
from ocop_points.reports import period_labels as labels
from ocop_points.reports import period_queries as reports
from ocop_points.reports.period_queries import Listed
from ocop_points.reports.period_rules import ReportState


def to_send(user: User) -> Group:
    """Returned reports with the reason, and those of the periods that ended last."""
    found = reports.to_send(user, clock.today())
    more = url_for("period_reports.report_list")
    return Group(_("Báo cáo kỳ chưa gửi Bộ"), [_item(one) for one in found[:SHOWN]], more=more)


def _item(one: Listed) -> Item:
    back = one.state is ReportState.RETURNED
    said = _("Bộ trả lại: %(reason)s", reason=one.return_reason) if back else ""
    return Item(
        "repeat" if back else "file-text",
        f"{labels.report_name(one.period)} · {one.locality}",
        url_for("period_reports.report_show", locality_id=one.locality_id, period=one.period.key),
        said or _("Kỳ kết thúc %(day)s", day=vi_date(one.period.last)),
        str(labels.STATE[one.state][1]),
        "soon" if back else "",
    )


def to_accept(_user: User) -> Group:
    """Reports that wait for the ministry's administrator, the oldest first."""
    items = [
        Item(
            "file-text",
            f"{labels.report_name(report.of)} · {report.locality.name}",
            url_for(
                "period_reports.report_show", locality_id=report.locality_id, period=report.period
            ),
            _("Số %(number)s", number=report.number) if report.number else _("Chưa ghi số"),
            _("gửi %(at)s", at=vi_datetime(report.submitted_at)),
        )
        for report in reports.to_accept(limit=SHOWN)
    ]
    more = url_for("period_reports.report_list", period="all", state=ReportState.SUBMITTED.value)
    return Group(_("Báo cáo chờ Bộ tiếp nhận"), items, more=more)
