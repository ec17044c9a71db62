"""Support as it leaves the house: lists for Excel and CSV."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.core.formats import vi_date, vi_datetime
from ocop_points.core.tables_out import Column, Table
from ocop_points.points import labels as points
from ocop_points.programme import labels, queries
from ocop_points.programme.queries import SupportFilter
from ocop_points.programme.rules import DutyBreach


def _made_by(user: User) -> str:
    return _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)


def support_table(user: User, wanted: SupportFilter) -> Table:
    """The list of support with its filters; money in ₫."""
    columns = [
        Column(_("Điểm bán"), 36), Column(_("Mã"), 11), Column(_("Địa phương"), 16),
        Column(_("Trạng thái"), 15), Column(_("Nguồn hỗ trợ"), 20), Column(_("Năm"), 8),
        Column(_("Nội dung"), 36), Column(_("Số quyết định"), 18), Column(_("Ngày quyết định"), 13),
        Column(_("Số tiền (₫)"), 16), Column(_("Đã chi (₫)"), 16), Column(_("Còn lại (₫)"), 16),
        Column(_("Biên bản nghiệm thu"), 18), Column(_("Ngày nghiệm thu"), 13),
        Column(_("Cam kết mở đến hết"), 13),
    ]  # fmt: skip
    rows = _support_rows(user, wanted)
    return Table(columns, rows, sheet=_("Hỗ trợ"), notes=[_made_by(user)])


def _support_rows(user: User, wanted: SupportFilter) -> Iterator[tuple[Any, ...]]:
    for row in queries.support_for_export(user, wanted):
        yield (
            row.point_name,
            row.point_code,
            row.locality_name,
            str(points.STATUS[row.point_status][1]),
            str(labels.SOURCE[row.source]),
            row.programme_year,
            row.purpose,
            row.decision_number,
            row.decided_on,
            row.amount,
            int(row.paid),
            row.amount - int(row.paid),
            row.acceptance_number,
            row.accepted_on,
            row.keep_open_until,
        )


def totals_table(user: User, wanted: SupportFilter) -> Table:
    """Money by locality and year, in ₫."""
    columns = [
        Column(_("Địa phương"), 20), Column(_("Năm"), 8), Column(_("Số điểm"), 10),
        Column(_("Số quyết định"), 12), Column(_("Được hỗ trợ (₫)"), 18), Column(_("Đã chi (₫)"), 18),
        Column(_("Còn lại (₫)"), 18),
    ]  # fmt: skip
    rows = (
        (
            row.locality_name,
            row.programme_year,
            row.points,
            row.decisions,
            int(row.agreed),
            int(row.paid),
            int(row.agreed - row.paid),
        )
        for row in queries.totals(user, wanted)
    )
    return Table(columns, rows, sheet=_("Tổng hợp hỗ trợ"), notes=[_made_by(user)])


def breaches_table(user: User, today: date) -> Table:
    """Points that break their duty to stay open."""
    columns = [
        Column(_("Điểm bán"), 36), Column(_("Mã"), 11), Column(_("Địa phương"), 16),
        Column(_("Việc"), 18), Column(_("Cam kết mở đến hết"), 14), Column(_("Đóng ngày"), 13),
        Column(_("Nhập, bán gần nhất"), 14),
    ]  # fmt: skip
    rows = (
        (
            row.name,
            row.code,
            row.locality_name,
            str(labels.BREACH[DutyBreach(row.breach)][1]),
            row.keep_open_until,
            row.closed_on,
            row.last_moved_on,
        )
        for row in queries.breaches_for_export(user, today)
    )
    notes = [_made_by(user), _("Tính đến ngày %(day)s", day=vi_date(today))]
    return Table(columns, rows, sheet=_("Cam kết mở cửa"), notes=notes)
