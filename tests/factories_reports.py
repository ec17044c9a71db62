"""Period reports for the tests, by the real verbs."""

from collections.abc import Callable
from typing import Any

from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.reports import period_queries, period_service
from ocop_points.reports.period_models import PeriodReport
from ocop_points.reports.rules import read_period
from tests import people

PERIOD = "2026-H1"
REMARKS = {
    "results": "Đã kiểm tra 12 điểm.\nHai điểm chuyển địa điểm.",
    "difficulties": "Thiếu kinh phí <b>tuyên truyền</b> & biển hiệu",
    "plans": "",
    "proposals": "Đề nghị Bộ sớm ban hành bộ tiêu chí mới.",
}


def act(
    verb: Callable[..., object], key: str = PERIOD, *, by: str, place: str = "", **given: Any
) -> int:
    """Carry a verb of the service out on the report of a locality, this person's own or Quảng Ninh; its id."""
    place = place or (people.ELSEWHERE if by.startswith("other") else people.HERE)

    def run() -> int:
        user = people.user(by)
        locality_id, today = people.locality(place).id, clock.today()
        locality, report = period_queries.get_report_or_404(user, locality_id, key, today=today)
        verb(locality, report, by=user, **given)
        return report.id

    return write(run)


def written(key: str = PERIOD, *, by: str = "officer", **changed: str) -> int:
    return act(period_service.write_remarks, key, by=by, remarks={**REMARKS, **changed})


def submitted(key: str = PERIOD, *, by: str = "manager", number: str = "") -> int:
    return act(period_service.submit_report, key, by=by, number=number)


def returned(key: str = PERIOD, reason: str = "Nêu rõ kinh phí") -> int:
    return act(period_service.return_report, key, by="admin", reason=reason)


def accepted(key: str = PERIOD) -> int:
    return act(period_service.accept_report, key, by="admin")


def stored(key: str = PERIOD, short_code: str = people.HERE) -> PeriodReport:
    """The report as it is stored now."""
    db.session.rollback()
    period = read_period(key)
    assert period is not None
    return period_queries.report_of(people.locality(short_code).id, period)
