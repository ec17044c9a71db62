"""Visits approved before findings were kept get theirs by a command, once, in the order of their days."""

from datetime import date
from unittest import mock

from flask import Flask
from sqlalchemy import select

from ocop_points.assessments import service_decisions
from ocop_points.assessments.faults import visit_faults
from ocop_points.assessments.findings_models import Finding
from ocop_points.assessments.findings_rules import FindingState
from ocop_points.assessments.rules import Answer
from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from tests import factories, people
from tests import factories_visits as visits

DUST = Answer(value=False, note="Kệ phủ bụi")


def states() -> list[tuple[int, str, FindingState, bool]]:
    db.session.rollback()
    rows = db.session.scalars(select(Finding).order_by(Finding.opened_on, Finding.code))
    return [(one.visit_id, one.code, one.state, one.met_visit_id is not None) for one in rows]


def test_the_command_opens_what_is_missing_once(app: Flask) -> None:
    visits.own_edition()
    point = factories.point()
    with mock.patch.object(service_decisions, "open_findings"):  # the program before findings
        first = visits.approved(
            {"III.3": DUST, "III.4": DUST}, point=point, day=date(2026, 3, 2), number=1
        )
        visits.approved({}, point=point, day=date(2026, 4, 2), number=2)
        last = visits.approved({"III.3": DUST}, point=point, day=date(2026, 5, 2), number=3)
    assert states() == []
    run = app.test_cli_runner().invoke
    refused = run(args=["open-findings", "--by", people.USERNAMES["manager"]])
    assert refused.exit_code == 1
    assert "không phải quản trị viên" in refused.output
    command = ["open-findings", "--by", people.USERNAMES["admin"]]
    assert "Đã mở 3 tồn tại của 2 lần đánh giá." in run(args=command).output
    expected = [
        (first, "III.3", FindingState.CARRIED, False),
        (first, "III.4", FindingState.OPEN, True),
        (last, "III.3", FindingState.OPEN, False),
    ]
    assert states() == expected
    assert "Đã mở 0 tồn tại" in run(args=command).output
    assert states() == expected
    rows = db.session.scalars(select(AuditRow).where(AuditRow.action == "finding.opened"))
    assert {row.user_id for row in rows} == {people.user("admin").id}
    assert list(visit_faults()) == []
