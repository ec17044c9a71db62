"""Keeping a measured figure with its answer: what the verbs of a visit share."""

from sqlalchemy import select

from ocop_points.assessments.measures_queries import figures_of
from ocop_points.assessments.measures_rules import Figure
from ocop_points.assessments.models import Visit, VisitAnswer
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.criteria.queries import whole_edition


def keep_figure(answer: VisitAnswer, figure: Figure | None) -> None:
    """Write the figure down beside the answer that is given now; nothing changes it afterwards but another answer."""
    answer.figure_on = figure.on if figure else None
    answer.figure_at = clock.now() if figure else None
    answer.figure_part = figure.part if figure else None
    answer.figure_whole = figure.whole if figure else None
    answer.figure_left_out = figure.left_out if figure else None


def measure_the_rest(visit: Visit) -> None:
    """Figures for measured lines that were answered without one, before this program knew any."""
    rows = select(VisitAnswer).where(
        VisitAnswer.visit_id == visit.id, VisitAnswer.figure_on.is_(None)
    )
    asking = {line.id: line for line in whole_edition(visit.edition_id).lines if line.ask}
    bare = [one for one in db.session.scalars(rows) if one.line_id in asking]
    figures = figures_of(visit, [asking[one.line_id] for one in bare])
    for one in bare:
        keep_figure(one, figures.get(one.line_id))
    db.session.flush()
