"""Findings of visits that were approved before findings were kept: opened once, by a command of the IT person."""

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_models import Finding
from ocop_points.assessments.findings_settling import open_findings
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.sheet import sheet_of
from ocop_points.core.db import db


def visits_without_findings() -> list[int]:
    """Approved visits that no finding belongs to, in the order of their days."""
    held = exists().where(Finding.visit_id == Visit.id)
    rows = select(Visit.id).where(Visit.state == VisitState.APPROVED, ~held)
    return list(db.session.scalars(rows.order_by(Visit.visited_on, Visit.id)))


def open_missing(visit_id: int, *, by: User) -> int:
    """As its approval would have done; how many were opened. Nothing for a visit that has some, or met every line."""
    rows = select(Visit).options(joinedload(Visit.point)).where(Visit.id == visit_id)
    visit = db.session.scalars(rows.with_for_update(of=Visit)).one()
    sheet = sheet_of(visit)
    known = db.session.scalar(select(Finding.id).where(Finding.visit_id == visit_id).limit(1))
    if visit.state is not VisitState.APPROVED or known is not None or not sheet.findings:
        return 0
    open_findings(visit, sheet, by=by)
    return len(sheet.findings)
