"""Pages of amendments: make one, its paper, and all papers of a visit as one file to print."""

from flask import Blueprint, Response, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.assessments import amendments_queries as queries
from ocop_points.assessments import amendments_service as service
from ocop_points.assessments import labels
from ocop_points.assessments.amendments_models import Amendment
from ocop_points.assessments.amendments_paper import amendment_pdf, printed_together
from ocop_points.assessments.forms import AmendForm
from ocop_points.assessments.kinds import paper_symbol
from ocop_points.assessments.minutes_paper import minutes_pdf
from ocop_points.assessments.minutes_queries import minutes_file
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import (
    get_visit_or_404,
    get_visit_to_edit,
    next_paper_number,
)
from ocop_points.assessments.rights import rights
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.forms import ConfirmForm, Done, answer_form, carry_out
from ocop_points.core.printing import PrintingError
from ocop_points.evidence.intake import Prepared, prepare_made
from ocop_points.evidence.queries import content_of
from ocop_points.evidence.rules import PDF
from ocop_points.evidence.serving import send_bytes, send_file

bp = Blueprint("amendments", __name__)


@bp.route("/assessments/<int:visit_id>/amend", methods=["GET", "POST"])
@requires("visits.decide")
def amendment_new(visit_id: int) -> ResponseReturnValue:
    visit = get_visit_or_404(current_user, visit_id)
    may = rights(current_user, visit)
    back = url_for("assessments.visit_show", visit_id=visit_id)
    if may.refusal is not None:
        raise Forbidden
    if request.method == "GET" and not may.void:
        abort(redirect(back))
    form = AmendForm()
    department = visit.point.locality.department
    symbol = paper_symbol(department.symbol)
    if not form.is_submitted():
        form.numbered_on.data = clock.today()
        form.number.data = next_paper_number(department.id, clock.today().year, symbol)
    made: list[int] = []

    def verb() -> Done:
        record = get_visit_to_edit(me(), visit_id)
        amendment = service.amend(
            record,
            kind=form.kind.data,
            number=form.number.data,
            numbered_on=form.numbered_on.data,
            text=form.text.data or "",
            reason=form.reason.data or "",
            by=me(),
        )
        made[:] = [amendment.id]
        said = _("Đã lập %(number)s. Biên bản gốc giữ nguyên.", number=amendment.paper_number)
        return Done(back, said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        for amendment_id in made:
            _make(amendment_id)  # after the commit: a paper that fails does not hold it up
        return answer
    visit = get_visit_or_404(current_user, visit_id)
    return answer_form("assessments/amend.html", form, visit=visit, symbol=symbol, labels=labels)


def _make(amendment_id: int) -> None:
    """Make and keep the paper right after the amendment is committed; whatever fails, the amendment stands."""
    try:
        prepared = _prepared(queries.get_amendment_or_404(current_user, amendment_id))
        write(lambda: _keep(amendment_id, prepared))
    except Exception:
        db.session.rollback()
        current_app.logger.exception("paper of amendment %s", amendment_id)


def _prepared(amendment: Amendment) -> Prepared:
    visit = get_visit_or_404(current_user, amendment.visit_id)
    return prepare_made(amendment_pdf(visit, amendment), name="amendment.pdf")


def _keep(amendment_id: int, prepared: Prepared) -> None:
    amendment = queries.get_amendment_or_404(me(), amendment_id)
    amendment.visit = get_visit_to_edit(me(), amendment.visit_id)
    service.keep_paper(amendment, prepared)


@bp.route("/amendments/<int:amendment_id>/paper", methods=["GET", "POST"])
@requires("visits.decide")
def amendment_keep(amendment_id: int) -> ResponseReturnValue:
    """Try again to make and keep the paper, where it failed when the amendment was made."""
    amendment = queries.get_amendment_or_404(current_user, amendment_id)
    back = url_for("assessments.visit_show", visit_id=amendment.visit_id)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            prepared = _prepared(amendment)
        except (PrintingError, Refused) as error:
            current_app.logger.error("paper of amendment %s: %s", amendment_id, error)
            form.refuse(
                Refused(_("Chưa lập được tệp PDF. Báo người quản trị máy chủ rồi thử lại."))
            )
        else:

            def verb() -> Done:
                _keep(amendment_id, prepared)
                return Done(back, _("Đã lập và lưu biên bản."))

            if answer := carry_out(form, verb):
                return answer
    return answer_form(
        "shared/confirm.html",
        form,
        title=_("Lập biên bản"),
        text=_("Tệp PDF của biên bản được lập một lần, lưu lại và không đổi nữa."),
        verb=_("Lập và lưu biên bản"),
        back_url=back,
        nav="assessments",
    )


@bp.get("/amendments/<int:amendment_id>/paper.pdf")
@requires("visits.read")
def amendment_paper(amendment_id: int) -> ResponseReturnValue:
    """The kept paper; until one could be kept, what would be kept now."""
    amendment = queries.get_amendment_or_404(current_user, amendment_id)
    name = f"{amendment.paper_number}.pdf".replace("/", "-")
    kept = queries.files_of(amendment.visit_id).get(amendment.id)
    if kept is not None:
        return send_file(kept.file, name=name, ours=True)
    visit = get_visit_or_404(current_user, amendment.visit_id)
    return _answered(visit, [amendment], name, with_minutes=False)


@bp.get("/assessments/<int:visit_id>/papers.pdf")
@requires("visits.read")
def papers(visit_id: int) -> ResponseReturnValue:
    """The minutes with all that was added to them, as one file to print."""
    visit = get_visit_or_404(current_user, visit_id)
    added = queries.amendments_of(visit_id)
    if not added:
        return redirect(url_for("minutes.minutes", visit_id=visit_id))
    name = f"{visit.paper_number} {visit.point.code} kèm bổ sung.pdf".replace("/", "-")
    return _answered(visit, added, name, with_minutes=True)


def _answered(visit: Visit, added: list[Amendment], name: str, *, with_minutes: bool) -> Response:
    try:
        contents = [_minutes(visit)] if with_minutes else []
        kept = queries.files_of(visit.id)
        for one in added:
            held = kept.get(one.id)
            contents.append(content_of(held.file) if held else amendment_pdf(visit, one))
        content = (
            printed_together(contents, on=added[-1].numbered_on)
            if len(contents) > 1
            else contents[0]
        )
    except (PrintingError, OSError) as error:
        current_app.logger.error("papers of visit %s: %s", visit.id, error)
        abort(503)
    return send_bytes(content, PDF, name=name, sealed=False)


def _minutes(visit: Visit) -> bytes:
    """The original as it was kept, whatever became of the visit since."""
    kept = minutes_file(visit.id)
    return content_of(kept.file) if kept else minutes_pdf(visit, as_approved=True)[0]
