"""What `flask verify` asks of period reports: what was sent is as it was sealed, and as the audit rows tell."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from ocop_points.audit.queries import written
from ocop_points.audit.rules import Action
from ocop_points.core.db import db
from ocop_points.reports.period_models import PeriodReport
from ocop_points.reports.period_rules import seal

_STEPS = (Action.REPORT_SUBMITTED, Action.REPORT_RETURNED, Action.REPORT_ACCEPTED)


def report_faults() -> Iterator[str]:
    """A sentence for every report whose content, seal or state is not that of the last step."""
    told: dict[int, tuple[Any, Any]] = {
        report_id: (changes["report_state"][1], changes["sha256"][1])
        for report_id, changes in written(*_STEPS)
    }
    rows = select(
        PeriodReport.id,
        PeriodReport.locality_id,
        PeriodReport.period,
        PeriodReport.state,
        PeriodReport.content,
        PeriodReport.sha256,
    )
    for row in db.session.execute(rows):
        name = f"Báo cáo {row.period} của địa phương số {row.locality_id}"
        if row.content is not None and seal(row.content) != row.sha256:
            yield f"{name}: nội dung đã gửi bị sửa."
        state, sha256 = told.pop(row.id, ("draft", None))
        if (row.state.value, row.sha256) != (state, sha256):
            yield f"{name}: khác với nhật ký ({state})."
    for report_id in told:
        yield f"Báo cáo số {report_id}: nhật ký ghi có nhưng không còn."
