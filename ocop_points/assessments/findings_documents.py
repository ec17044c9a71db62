"""The list of findings as it leaves the house."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import findings_labels as labels
from ocop_points.assessments import findings_lists as lists
from ocop_points.assessments.findings_lists import FindingFilter
from ocop_points.assessments.findings_rules import days_over
from ocop_points.core import clock
from ocop_points.core.formats import vi_datetime
from ocop_points.core.tables_out import Column, Table


def findings_table(user: User, wanted: FindingFilter, today: date) -> Table:
    """The list with its filters."""
    columns = [
        Column(_("Mã điểm"), 11), Column(_("Điểm bán"), 36), Column(_("Địa phương"), 16),
        Column(_("Tiêu chí"), 10), Column(_("Nội dung tiêu chí"), 40), Column(_("Tồn tại"), 40),
        Column(_("Mức độ"), 12), Column(_("Lần thứ"), 9), Column(_("Ngày ghi nhận"), 13),
        Column(_("Việc khắc phục"), 40), Column(_("Chịu trách nhiệm"), 24), Column(_("Hạn"), 13),
        Column(_("Quá hạn (ngày)"), 10), Column(_("Trạng thái"), 15), Column(_("Ngày đóng"), 13),
    ]  # fmt: skip
    made = _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)
    return Table(columns, _rows(user, wanted, today), sheet=_("Khắc phục"), notes=[made])


def _rows(user: User, wanted: FindingFilter, today: date) -> Iterator[tuple[Any, ...]]:
    for row in lists.findings_for_export(user, wanted, today):
        yield (
            row.point_code,
            row.point_name,
            row.locality_name,
            row.code,
            row.line_text,
            row.note,
            str(labels.SEVERITY[row.severity][1]),
            row.times,
            row.opened_on,
            row.remedy,
            row.owner,
            row.due_on,
            days_over(row.state, row.due_on, today) or None,
            str(labels.STATE[row.state][1]),
            row.closed_on,
        )
