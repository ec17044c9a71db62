"""Findings for the tests, by the real verbs."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from ocop_points.assessments import findings_queries, findings_service
from ocop_points.assessments.findings_models import Finding
from ocop_points.assessments.findings_service import Remedy
from ocop_points.assessments.rules import Answer
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.criteria.queries import edition_by_code
from ocop_points.points.models import SalesPoint
from tests import factories_papers as papers
from tests import factories_visits as visits
from tests import people

DUST = Answer(value=False, note="Kệ số 3 phủ bụi, giá ghi tay")


def remedy(due_on: date | None = None, **more: Any) -> Remedy:
    """What shall be done, in a fortnight when no day is named."""
    known = {"text": "Lau kệ, in lại bảng giá", "owner_name": "Đặng Thị Nga"}
    return Remedy(**{**known, "due_on": due_on or clock.today() + timedelta(days=14), **more})


def ask(visit_id: int, *codes: str, by: str = "officer", **facts: Any) -> None:
    """The team asks for something at these lines."""
    wanted = {papers.line_of(visit_id, code).id: remedy(**facts) for code in codes}
    visits.act(visit_id, lambda v, by: findings_service.set_remedies(v, wanted, by=by), by=by)


def approved(
    changed: Mapping[str, Answer] | None = None,
    *,
    point: SalesPoint | None = None,
    day: date | None = None,
    number: int = 1,
    due_on: date | None = None,
    asked: bool = True,
) -> list[int]:
    """A visit approved with III.3 not met, or the lines named; the ids of its findings."""
    if edition_by_code("qni-2026") is None:
        visits.own_edition()  # asks for no photos
    given = {"III.3": DUST} if changed is None else changed
    visit_id = visits.visit(point, on=day)
    visits.answer_all(visit_id, given)
    if asked and given:
        unmet = [code for code, one in given.items() if one.value is False]
        ask(visit_id, *unmet, due_on=due_on or (day + timedelta(days=14) if day else None))
    visits.submit(visit_id)
    visits.approve(visit_id, number=number, on=day)
    return [found.id for found in findings_queries.findings_of(visit_id).values()]


def record(finding_id: int) -> Finding:
    """The finding as it is stored now."""
    db.session.rollback()
    return db.session.get_one(Finding, finding_id)


def act(finding_id: int, verb: Callable[..., Any], *, by: str, **given: Any) -> None:
    """Carry a verb out on a finding, as somebody."""

    def run() -> None:
        user = people.user(by)
        verb(findings_queries.get_finding_to_edit(user, finding_id), by=user, **given)

    write(run)


def report(finding_id: int, *, by: str = "officer", note: str = "Đã lau kệ") -> None:
    """Somebody says that it was put right, with a photo."""
    ready = papers.prepared(papers.shot(finding_id))
    act(finding_id, findings_service.report_done, by=by, note=note, evidence=ready)
