"""The visits of a month as they leave the house: a workbook, a paper to take along, events of a calendar."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.assessments import labels
from ocop_points.assessments import planning_queries as queries
from ocop_points.assessments.ics import Event
from ocop_points.assessments.planning_queries import PlanFilter
from ocop_points.assessments.planning_rules import Month
from ocop_points.core import clock
from ocop_points.core.formats import phone_format, vi_date, vi_datetime
from ocop_points.core.tables_out import Column, Table


def address_of(row: Any) -> str:
    """Street, ward, province, as on an envelope."""
    ward = f"{row.ward_kind.lower()} {row.ward_name}"
    return f"{row.address}, {ward}, {row.province_kind.lower()} {row.province_name}"


def state_words(row: Any) -> str:
    """The state, or by how many days the visit is late."""
    late = labels.late_words(row.state, row.planned_on, clock.today())
    return late or str(labels.STATE[row.state][1])


def plan_table(user: User, wanted: PlanFilter) -> Table:
    """The month with its filters."""
    columns = [
        Column(_("Ngày"), 12), Column(_("Mã điểm"), 11), Column(_("Điểm bán"), 36),
        Column(_("Địa phương"), 16), Column(_("Địa chỉ"), 48), Column(_("Người phụ trách"), 22),
        Column(_("Điện thoại"), 15), Column(_("Loại đánh giá"), 18), Column(_("Trạng thái"), 18),
        Column(_("Đoàn"), 40),
    ]  # fmt: skip
    rows = queries.planned_between(user, wanted, most=None)
    teams = queries.teams_of([row.id for row in rows])
    made = _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=user.full_name)
    cells = (
        (
            row.day,
            row.code,
            row.name,
            row.locality_name,
            address_of(row),
            row.representative,
            row.phone,
            str(labels.KIND[row.kind]),
            state_words(row),
            ", ".join(teams.get(row.id, [])),
        )
        for row in rows
    )
    return Table(columns, cells, sheet=_("Lịch đánh giá"), notes=[made])


def plan_paper(user: User, month: Month, wanted: PlanFilter, about: str) -> dict[str, object]:
    """The visits of the month still to be made, as templates/print/visit_list.typ takes them."""
    rows = [row for row in queries.planned_between(user, wanted) if row.visited_on is None]
    teams = queries.teams_of([row.id for row in rows])
    return {
        "date": clock.today(),
        "title": f"Lịch đi đánh giá điểm bán OCOP tháng {month.number:02d}/{month.year}",
        "about": about,
        "made": f"Lập lúc {vi_datetime(clock.now())}, {user.full_name}",
        "rows": [
            {
                "day": vi_date(row.day),
                "late": bool(labels.late_words(row.state, row.planned_on, clock.today())),
                "code": row.code,
                "name": row.name,
                "address": address_of(row),
                "person": row.representative or None,
                "phone": phone_format(row.phone) or None,
                "kind": str(labels.KIND[row.kind]),
                "team": ", ".join(teams.get(row.id, [])),
            }
            for row in rows
        ],
    }


def events(rows: Iterable[Any], teams: dict[int, list[str]], *, base: str) -> list[Event]:
    """The visits as events of a calendar; `base` is where this installation is found, "" when not known."""
    return [
        Event(
            uid=f"visit-{row.id}-{row.created_at:%Y%m%dT%H%M%S%f}@diem-ocop",
            sequence=row.version,
            day=row.day,
            summary=f"{labels.KIND[row.kind]}: {row.name}",
            location=address_of(row),
            description="\n".join(_told(row, teams.get(row.id, []))),
            url=f"{base}/assessments/{row.id}" if base else "",
        )
        for row in rows
    ]


def _told(row: Any, team: list[str]) -> list[str]:
    lines = [f"{row.code} · {state_words(row)}", _("Đoàn: %(names)s", names=", ".join(team))]
    if row.representative:
        lines.append(_("Người phụ trách: %(name)s", name=row.representative))
    if row.phone:
        lines.append(_("Điện thoại: %(phone)s", phone=phone_format(row.phone)))
    return lines
