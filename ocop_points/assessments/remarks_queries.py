"""Finding the remarks at lines: of the last return, and of each."""

from collections.abc import Mapping

from sqlalchemy import func, select

from ocop_points.assessments.models import Visit, VisitEvent
from ocop_points.assessments.remarks_models import LineRemark
from ocop_points.core.db import db
from ocop_points.criteria.models import Line


def last_remarks(visit: Visit) -> Mapping[int, str]:
    """The remarks of the visit's last return, by the line's id: one statement, none for a visit never returned."""
    if not visit.return_reason:
        return {}
    last = (
        select(func.max(VisitEvent.id))
        .where(VisitEvent.visit_id == visit.id, VisitEvent.verb == "return")
        .scalar_subquery()
    )
    rows = select(LineRemark.line_id, LineRemark.text).where(LineRemark.event_id == last)
    return dict(db.session.execute(rows).all())


def remarks_by_event(visit: Visit) -> Mapping[int, list[tuple[str, str]]]:
    """(code, text) of the remarks of each return, by the event's id, for the visit's history."""
    if not visit.return_reason:
        return {}
    rows = (
        select(LineRemark.event_id, Line.code, LineRemark.text)
        .join(VisitEvent, VisitEvent.id == LineRemark.event_id)
        .join(Line, Line.id == LineRemark.line_id)
        .where(VisitEvent.visit_id == visit.id)
        .order_by(LineRemark.event_id, Line.place, Line.id)
    )
    found: dict[int, list[tuple[str, str]]] = {}
    for event_id, code, text in db.session.execute(rows):
        found.setdefault(event_id, []).append((code, text))
    return found
