"""Giving a paper its number: minutes and amendments share the register of their department (RULES.md §4)."""

from datetime import date

from flask_babel import gettext as _

from ocop_points.assessments import queries
from ocop_points.assessments.kinds import paper_number
from ocop_points.assessments.models import Visit
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import vi_date
from ocop_points.localities.models import Department


def numbering_department(visit: Visit) -> Department:
    """The department whose register counts, locked: two tables hold its numbers, and one at a time gets the next.

    Whoever waits for the lock may find that the department was joined to another meanwhile: then that one counts.
    """
    locality = visit.point.locality
    while True:
        found = db.session.get_one(Department, locality.department_id, with_for_update=True)
        db.session.refresh(locality, ["department_id"])
        if found.id == locality.department_id:
            return found


def check_number(
    department_id: int, symbol: str, number: int, numbered_on: date, *, not_before: date | None
) -> None:
    """Raise Refused for a day to come or before `not_before`, and for a number that is taken."""
    if numbered_on > clock.today():
        raise Refused(_("Chọn ngày từ hôm nay trở về trước"), "numbered_on")
    if not_before is not None and numbered_on < not_before:
        raise Refused(
            _("Ngày của số không trước ngày đánh giá (%(day)s)", day=vi_date(not_before)),
            "numbered_on",
        )
    taken = queries.visit_numbered(department_id, numbered_on.year, symbol, number)
    if taken is not None:
        raise Refused(
            _(
                "Số %(number)s năm %(year)s đã dùng cho %(point)s (%(day)s). Số tiếp theo: %(next)s",
                number=paper_number(number, symbol),
                year=numbered_on.year,
                point=taken.point.name,
                day=vi_date(taken.visited_on),
                next=queries.next_paper_number(department_id, numbered_on.year, symbol),
            ),
            "number",
        )
