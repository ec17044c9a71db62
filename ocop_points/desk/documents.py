"""The lists of the desk as they leave the house."""

from collections.abc import Iterable, Iterator
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.formats import vi_datetime
from ocop_points.core.tables_out import Column, Table
from ocop_points.desk.audit_text import action_text, change_lines
from ocop_points.desk.labels import ROLE


def _made(user: User) -> str:
    return _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)


def audit_table(user: User, rows: Iterable[AuditRow]) -> Table:
    """The changes of the filter, the last first."""
    columns = [
        Column(_("Lúc"), 17), Column(_("Ai"), 24), Column(_("Việc"), 36), Column(_("Bản ghi"), 44),
        Column(_("Thay đổi"), 80), Column(_("Ghi chú"), 40),
    ]  # fmt: skip
    return Table(columns, _changes(rows), sheet=_("Nhật ký"), notes=[_made(user)])


def _changes(rows: Iterable[AuditRow]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        said = "; ".join(
            f"{name}: {before} → {after}" if before else f"{name}: {after}"
            for name, before, after in change_lines(row)
        )
        yield row.at, row.user_name, action_text(row), row.object_text, said, row.note


def users_table(user: User, rows: Iterable[User], reach: dict[int, str]) -> Table:
    """The users of the filter with their reach in words."""
    columns = [
        Column(_("Họ tên"), 28), Column(_("Tên đăng nhập"), 24), Column(_("Vai trò"), 24),
        Column(_("Đơn vị"), 36), Column(_("Phạm vi"), 40), Column(_("Đang dùng"), 10),
        Column(_("Đăng nhập gần nhất"), 17),
    ]  # fmt: skip
    cells = (
        (
            one.full_name,
            one.username,
            str(ROLE[one.role]),
            one.unit_name,
            reach.get(one.id, ""),
            one.active,
            one.last_sign_in_at,
        )
        for one in rows
    )
    return Table(columns, cells, sheet=_("Người dùng"), notes=[_made(user)])
