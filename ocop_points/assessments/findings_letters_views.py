"""Letters to points whose corrective actions are overdue: one point's, or all within reach in one file."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.assessments import findings_documents as documents
from ocop_points.assessments import findings_lists as lists
from ocop_points.assessments.findings_views import bp
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.lists import Listing
from ocop_points.evidence.serving import send_paper

__all__ = ["bp"]


@bp.get("/findings/letters.pdf")
@requires("findings.manage")
def late_letters() -> ResponseReturnValue:
    """`?point=`: one point's letter, 404 where it has nothing overdue within reach."""
    point_id, today = Listing(request.args).number("point"), clock.today()
    late = lists.late_to_write_about(current_user, today, point_id)
    if not late:
        return (
            redirect(url_for(".finding_list", state=lists.LATE)) if point_id is None else abort(404)
        )
    return send_paper(
        "late_findings", documents.letters(late, today), name=_("Đôn đốc khắc phục.pdf")
    )
