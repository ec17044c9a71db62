"""What period reports expect of their routes."""

from typing import Any

from tests import factories_reports, people
from tests.architecture.world import Post, World

ROUTES = {
    "period_reports.report_list": "reports.read",
    "period_reports.report_show": "reports.read",
    "period_reports.report_pdf": "reports.read",
    "period_reports.report_word": "reports.read",
    "period_reports.summary_show": "reports.consolidate",
    "period_reports.summary_pdf": "reports.consolidate",
    "period_reports.summary_word": "reports.consolidate",
    "period_reports.report_edit": "reports.write",
    "period_reports.report_submit": "reports.submit",
    "period_reports.report_return": "reports.decide",
    "period_reports.report_accept": "reports.decide",
}
QUERIES = {
    "period_reports.report_list": [
        "?period=all&state=submitted",
        "?period=2026-H1&state=draft&locality=1",
        "?period=2099&state=x&page=9",
        "?format=xlsx",
        "?format=csv",
    ],
    "period_reports.summary_show": ["?period=2026-H1&map=34", "?period=2099&map=x", "?format=xlsx"],
    "period_reports.summary_pdf": ["?period=2026-H1&map=34"],
    "period_reports.report_show": ["?format=xlsx", "?format=csv"],
}
# Not sent yet: what the department works on.
WORKED_ON = "2025-H2"


def furnish(world: World) -> None:
    factories_reports.written()
    factories_reports.submitted(number="125/BC-SCT")
    factories_reports.written(WORKED_ON)
    world.params |= {"locality_id": people.locality().id, "period": factories_reports.PERIOD}


def draft(_world: World) -> dict[str, Any]:
    return {"period": WORKED_ON}


POSTS = [
    Post(
        "period_reports.report_edit",
        "officer",
        lambda _w: {"results": "Đã kiểm tra 14 điểm", "version": "1"},
        draft,
    ),
    Post("period_reports.report_submit", "manager", lambda _w: {"version": "1"}, draft),
    Post(
        "period_reports.report_return",
        "admin",
        lambda _w: {"reason": "Nêu rõ kinh phí", "version": "2"},
        elsewhere=None,
    ),
    Post("period_reports.report_accept", "admin", lambda _w: {"version": "2"}, elsewhere=None),
]
TRIGGERS = {"period_report": {"update", "delete"}}
