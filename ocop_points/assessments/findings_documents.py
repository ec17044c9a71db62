"""The list of findings as it leaves the house."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import findings_labels as labels
from ocop_points.assessments import findings_lists as lists
from ocop_points.assessments.findings_lists import FindingFilter
from ocop_points.assessments.findings_models import Finding
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


def letters(late: Sequence[Finding], today: date) -> dict[str, Any]:
    """What print/late_findings.typ shows: a letter a point, in the order given; point, department and action loaded."""
    found = [_letter(list(held), today) for _point, held in groupby(late, lambda one: one.point_id)]
    return {"date": today, "draft": False, "letters": found}


def _letter(late: Sequence[Finding], today: date) -> dict[str, Any]:
    point = late[0].point
    return {
        **point.locality.department.notice(),
        "point": f"{point.name} ({point.code})",
        "operator": point.operator_name,
        "address": point.full_address,
        "findings": [_line(one, today) for one in late],
    }


def _line(one: Finding, today: date) -> dict[str, Any]:
    action = one.action
    return {
        "code": one.code,
        "line": one.line_text,
        "note": one.note.rstrip("."),
        "remedy": action.text.rstrip(".") if action else "",
        "owner": action.owner if action else "",
        "opened_on": one.opened_on,
        "due_on": action.due_on if action else None,
        "days": days_over(one.state, action.due_on if action else None, today) or 0,
    }
