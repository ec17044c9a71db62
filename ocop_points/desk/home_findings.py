"""What waits of findings: to be put right, to be verified, overdue."""

from collections.abc import Callable
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import findings_lists as findings
from ocop_points.assessments.findings_models import Finding
from ocop_points.assessments.findings_rules import FindingState, days_over
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.formats import vi_date
from ocop_points.desk.waiting import SHOWN, Group, Item


def _items(found: list[Finding], today: date) -> list[Item]:
    return [
        Item(
            "flag",
            f"{one.code} · {one.point.name}",
            url_for("findings.finding_show", finding_id=one.id),
            one.action.text if one.action else one.note or one.line_text,
            *_when(one, today),
        )
        for one in found
    ]


def _when(one: Finding, today: date) -> tuple[str, str]:
    """How long there is still time, and how it looks."""
    if one.met_visit_id is not None:
        return _("đề nghị đóng"), ""
    due_on = one.action.due_on if one.action else None
    if late := days_over(one.state, due_on, today):
        return _("quá %(n)s ngày", n=late), "late"
    if one.state is FindingState.WAITING or due_on is None:
        return (_("chờ kiểm tra") if due_on else _("chưa có hạn")), ""
    left = (due_on - today).days
    return _("hạn %(day)s", day=vi_date(due_on)), "soon" if left <= 7 else ""


def to_put_right(user: User) -> Group:
    """What the shop, or somebody named, has to put right."""
    own = user.role is Role.OPERATOR
    found = findings.to_put_right(user, own_points=own, limit=SHOWN)
    title = _("Tồn tại của điểm bạn cần khắc phục") if own else _("Việc khắc phục giao cho bạn")
    return Group(title, _items(found, clock.today()), more=url_for("findings.finding_list"))


def to_verify(user: User) -> Group:
    """What was reported as put right, or seen met by a visit."""
    found = findings.to_verify(user, limit=SHOWN)
    more = url_for("findings.finding_list", state=FindingState.WAITING.value)
    return Group(_("Khắc phục chờ kiểm tra"), _items(found, clock.today()), more=more)


def overdue(user: User) -> Group:
    """What should have been put right by now."""
    today = clock.today()
    found = findings.overdue(user, today, limit=SHOWN)
    more = url_for("findings.finding_list", state=findings.LATE)
    return Group(_("Khắc phục quá hạn"), _items(found, today), tone="late", more=more)


GROUPS: dict[Role, list[Callable[[User], Group | None]]] = {
    Role.MINISTRY_ADMIN: [overdue],
    Role.MINISTRY_VIEWER: [overdue],
    Role.MANAGER: [to_verify, to_put_right, overdue],
    Role.OFFICER: [to_verify, to_put_right, overdue],
    Role.OPERATOR: [to_put_right],
}
