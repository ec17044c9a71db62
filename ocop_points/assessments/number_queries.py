"""Numbers of papers: minutes and their amendments are counted in one series (RULES.md §4)."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ocop_points.assessments.amendments_models import Amendment
from ocop_points.assessments.models import Visit
from ocop_points.core.db import db


def _in_series(paper: Any, department_id: int, year: int, symbol: str) -> tuple[Any, ...]:
    return (
        paper.department_id == department_id,
        paper.number_year == year,
        paper.symbol == symbol,
    )


def next_paper_number(department_id: int, year: int, symbol: str) -> int:
    """The number after the largest given so far: a proposal, the clerk's register decides."""
    last = [
        db.session.scalar(
            select(func.max(paper.number)).where(*_in_series(paper, department_id, year, symbol))
        )
        for paper in (Visit, Amendment)
    ]
    return max(number or 0 for number in last) + 1


def visit_numbered(department_id: int, year: int, symbol: str, number: int) -> Visit | None:
    """The visit whose minutes, or an amendment of them, have this number; None when it is free."""
    rows = select(Visit).options(joinedload(Visit.point))
    own = rows.where(*_in_series(Visit, department_id, year, symbol), Visit.number == number)
    added = rows.join(Amendment, Amendment.visit_id == Visit.id).where(
        *_in_series(Amendment, department_id, year, symbol), Amendment.number == number
    )
    return db.session.scalar(own) or db.session.scalar(added)
