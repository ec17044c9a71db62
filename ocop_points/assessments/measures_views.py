"""The list behind a measured figure."""

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.assessments import measures_documents as documents
from ocop_points.assessments.measures_labels import paper_words, seen
from ocop_points.assessments.measures_queries import shelf_of
from ocop_points.assessments.measures_rules import figure_of
from ocop_points.assessments.queries import answers_of, get_visit_or_404
from ocop_points.assessments.rights import rights
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import vi_datetime
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.criteria.labels import measure_title
from ocop_points.criteria.queries import whole_edition

bp = Blueprint("measures", __name__)


@bp.get("/assessments/<int:visit_id>/measures/<int:line_id>")
@requires("visits.read")
def behind(visit_id: int, line_id: int) -> ResponseReturnValue:
    """What was counted, from the books as they are now for the day of the visit; `?format=` as a file."""
    visit = get_visit_or_404(current_user, visit_id)
    lines = {line.id: line for line in whole_edition(visit.edition_id).lines}
    line = lines.get(line_id)
    if visit.visited_on is None or line is None or line.ask is None:
        abort(404)
    shelf = shelf_of(visit.point_id, visit.visited_on, [line.ask])
    figure, found = figure_of(line.ask, shelf), documents.behind(line.ask, shelf, visit.point_id)
    listing = Listing(request.args)
    if listing.file:
        made = _("Lập lúc %(at)s bởi %(name)s", at=vi_datetime(clock.now()), name=current_user.full_name)  # fmt: skip
        where = f"{visit.point.name} ({visit.point.code})"
        table = documents.behind_table(found, notes=[where, paper_words(line, figure), made])
        return send_table(table, f"so-lieu-{visit.point.code}-{line.code}", listing.file)
    kept = answers_of(visit.id).get(line_id)
    return render_template(
        "assessments/behind.html",
        visit=visit,
        line=line,
        title=measure_title(line.ask),
        seen=seen(line, figure, kept.figure if kept else None, kept.figure_at if kept else None),
        found=found,
        cell=documents.shown_cell,
        listing=listing,
        back="checklist" if rights(current_user, visit).answer else "visit_show",
    )
