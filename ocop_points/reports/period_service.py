"""The verbs of period reports: write the remarks, send, return, accept."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import Subject, assign, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.localities.models import Locality
from ocop_points.reports import period_labels as labels
from ocop_points.reports import period_queries as queries
from ocop_points.reports.period_models import PeriodReport
from ocop_points.reports.period_rules import ReportState, ReportVerb, open_in, seal

_REFUSED = {
    ReportVerb.WRITE: _l("Báo cáo đã gửi Bộ nên không sửa được"),
    ReportVerb.SUBMIT: _l("Báo cáo đã gửi Bộ rồi"),
    ReportVerb.RETURN: _l("Chỉ trả lại được báo cáo đang chờ tiếp nhận"),
    ReportVerb.ACCEPT: _l("Chỉ tiếp nhận được báo cáo đang chờ tiếp nhận"),
}


def write_remarks(
    locality: Locality, report: PeriodReport, remarks: Mapping[str, str], *, by: User
) -> None:
    """Write what people say beside the figures (`period_rules.REMARKS`). Raises Refused once it is sent."""
    _refuse_unless(report, ReportVerb.WRITE)
    changes = assign(report, remarks)
    if changes:
        _keep(report)
        record(Action.REPORT_WRITTEN, _subject(locality, report), by=by, changes=changes)


def submit_report(locality: Locality, report: PeriodReport, *, number: str, by: User) -> None:
    """Send it: what the records say now is kept with the remarks, and that is what the ministry reads.

    `number` is the clerk's, "" where the paper has none yet. Raises Refused once it is sent.
    """
    _refuse_unless(report, ReportVerb.SUBMIT)
    before = report.state
    report.number = number
    now = queries.contents_now(locality, report, clock.today())
    office = f", {by.position}" if by.position else ""
    content = now.sent(by=f"{by.full_name}{office}").kept()
    report.content, report.sha256 = content, seal(content)
    report.state, report.submitted_at, report.return_reason = ReportState.SUBMITTED, clock.now(), ""
    _keep(report)
    changes: dict[str, list[Any]] = {
        "report_state": [before.value, report.state.value],
        "sha256": [None, report.sha256],
    }
    if number:
        changes["number"] = [None, number]
    record(Action.REPORT_SUBMITTED, _subject(locality, report), by=by, changes=changes)


def return_report(locality: Locality, report: PeriodReport, *, reason: str, by: User) -> None:
    """Give it back to the department to mend. Raises Refused for one that does not wait for the ministry."""
    _refuse_unless(report, ReportVerb.RETURN)
    report.return_reason = reason
    _decide(locality, report, ReportState.RETURNED, Action.REPORT_RETURNED, by=by, note=reason)


def accept_report(locality: Locality, report: PeriodReport, *, by: User) -> None:
    """Take it as it was sent, for good. Raises Refused for one that does not wait for the ministry."""
    _refuse_unless(report, ReportVerb.ACCEPT)
    _decide(locality, report, ReportState.ACCEPTED, Action.REPORT_ACCEPTED, by=by)


def _subject(locality: Locality, report: PeriodReport) -> Subject:
    """What the audit rows of a report are about."""
    name = f"{labels.report_name(report.of)} · {locality.name}"
    return Subject(queries.OBJECT, report.id, name, locality_id=locality.id)


def _decide(
    locality: Locality,
    report: PeriodReport,
    state: ReportState,
    action: Action,
    *,
    by: User,
    note: str = "",
) -> None:
    changes: dict[str, list[Any]] = {
        "report_state": [report.state.value, state.value],
        "sha256": [None, report.sha256],
    }
    report.state = state
    _keep(report)
    record(action, _subject(locality, report), by=by, changes=changes, note=note)


def _refuse_unless(report: PeriodReport, verb: ReportVerb) -> None:
    if not open_in(verb, report.state):
        raise Refused(str(_REFUSED[verb]))


def _keep(report: PeriodReport) -> None:
    """Raise the version; a report that nobody began is stored now."""
    report.version += 1
    db.session.add(report)
    db.session.flush()
