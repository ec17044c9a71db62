"""What the team asks of the shop for each line not met, before the visit is sent."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.assessments import findings_queries as queries
from ocop_points.assessments import findings_service as service
from ocop_points.assessments.findings_forms import (
    RemediesForm,
    StoredRemedies,
    owner_choices,
    propose,
    remedies_form,
)
from ocop_points.assessments.findings_letters_views import bp as bp
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import get_visit_or_404, get_visit_to_edit
from ocop_points.assessments.rights import rights
from ocop_points.assessments.sheet import Sheet, sheet_of
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out


@bp.route("/assessments/<int:visit_id>/remedies", methods=["GET", "POST"])
@requires("visits.work")
def remedies(visit_id: int) -> ResponseReturnValue:
    visit = get_visit_or_404(current_user, visit_id)
    may = rights(current_user, visit)
    if not may.is_team:
        raise Forbidden
    back = url_for("assessments.visit_show", visit_id=visit_id)
    sheet = sheet_of(visit)
    if request.method == "GET" and not (may.answer and sheet.findings):
        abort(redirect(back))
    form = _form(visit, sheet)

    def verb() -> Done:
        record = get_visit_to_edit(me(), visit_id)
        form.guard_version(_stored(record))
        changed = service.set_remedies(record, form.remedies(), by=me())
        return Done(back, _("Đã lưu việc khắc phục.") if changed else "")

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    visit = get_visit_or_404(current_user, visit_id)
    sheet = sheet_of(visit)
    return answer_form("assessments/findings/remedies.html", form, visit=visit, sheet=sheet)


def _stored(visit: Visit) -> StoredRemedies:
    actions = queries.actions_of(visit.id)
    return StoredRemedies(visit.version, {f"_{key}": one for key, one in actions.items()})


def _form(visit: Visit, sheet: Sheet) -> RemediesForm:
    """What was said, or else what still stands from an earlier visit."""
    form = remedies_form((line.line.id for line in sheet.findings), obj=_stored(visit))
    choices = owner_choices(queries.owner_candidates(visit.locality_id, visit.point_id))
    earlier = queries.found_before(visit)
    for line in sheet.findings:
        text, _due_on, user, name = row = form.row(line.line.id)
        user.choices = choices
        if form.is_submitted() or text.data:
            continue
        before = earlier.get((line.line.code, line.text))
        if before and before.is_open and before.text:
            propose(row, before, from_day=visit.on or clock.today())
        else:
            name.data = visit.representative
    return form


def remedies_context(visit: Visit) -> dict[str, Any]:
    """What the record of a visit shows of its findings."""
    return {
        "remedies": queries.actions_of(visit.id),
        "official": queries.findings_of(visit.id) if visit.was_approved else {},
    }
