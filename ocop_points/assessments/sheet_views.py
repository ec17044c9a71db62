"""The checklist for work on paper: blank, and half filled in."""

from collections.abc import Callable

from flask import Blueprint, abort, current_app
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.assessments.queries import get_visit_or_404
from ocop_points.assessments.sheet_paper import blank_form, visit_form
from ocop_points.core.access import requires
from ocop_points.core.printing import PrintingError
from ocop_points.criteria.queries import get_edition_or_404
from ocop_points.evidence.rules import PDF
from ocop_points.evidence.serving import send_bytes

bp = Blueprint("sheets", __name__)


@bp.get("/criteria/<int:edition_id>/form.pdf")
@requires("criteria.read")
def blank(edition_id: int) -> ResponseReturnValue:
    edition = get_edition_or_404(current_user, edition_id)
    name = _("Phiếu đánh giá %(code)s.pdf", code=edition.code)
    return send_bytes(_made(lambda: blank_form(edition)), PDF, name=name, sealed=False)


@bp.get("/assessments/<int:visit_id>/form.pdf")
@requires("visits.read")
def of_visit(visit_id: int) -> ResponseReturnValue:
    """What is known is printed, the rest is left to be written: also for a visit that is only planned."""
    visit = get_visit_or_404(current_user, visit_id)
    name = _("Phiếu đánh giá %(code)s, lần %(id)d.pdf", code=visit.point.code, id=visit.id)
    return send_bytes(_made(lambda: visit_form(visit)), PDF, name=name, sealed=False)


def _made(make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except PrintingError as error:
        current_app.logger.error("checklist on paper: %s", error)
        abort(503)
