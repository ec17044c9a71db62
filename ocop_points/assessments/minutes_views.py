"""The minutes as a paper: draft, stored original, signed scan, and the page that checks it."""

from typing import Any, NamedTuple

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.assessments import labels
from ocop_points.assessments import minutes_queries as queries
from ocop_points.assessments import minutes_service as service
from ocop_points.assessments.amendments_queries import amendments_context, amendments_of
from ocop_points.assessments.kinds import TOKEN
from ocop_points.assessments.minutes_paper import minutes_pdf, minutes_word
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_forms import ScanForm
from ocop_points.assessments.queries import get_visit_or_404, get_visit_to_edit, visit_of_token
from ocop_points.assessments.rules_states import VisitState
from ocop_points.core.access import accepts_body, public, requires
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.printing import PrintingError
from ocop_points.core.tables_out import download
from ocop_points.evidence.intake import Prepared, prepare_made
from ocop_points.evidence.rules import MAX_FILE_BYTES, MEGABYTE, PDF
from ocop_points.evidence.serving import send_bytes, send_file, send_sent, send_thumbnail
from ocop_points.extensions import limiter

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

bp = Blueprint("minutes", __name__)

CHECKS = "30 per minute"
SCAN_BODY = 8 * MAX_FILE_BYTES + MEGABYTE


@bp.get("/assessments/<int:visit_id>/minutes.pdf")
@requires("visits.read")
def minutes(visit_id: int) -> ResponseReturnValue:
    """A draft as it is now; after approval the one paper, the same bytes for ever.

    A paper declared void afterwards is shown with that said across it; `?original=1` gives the one that is out.
    """
    visit = get_visit_or_404(current_user, visit_id)
    if visit.visited_on is None:
        abort(404)
    void = visit.state is VisitState.VOID and not request.args.get("original")
    if visit.was_approved and not void:
        return _original(visit)
    name = _("Biên bản %(code)s (dự thảo).pdf", code=visit.point.code)
    return send_bytes(_rendered(visit), PDF, name=name, sealed=False)


@bp.get("/assessments/<int:visit_id>/minutes.docx")
@requires("visits.work")
def minutes_word_file(visit_id: int) -> ResponseReturnValue:
    """The same to edit before it is signed; of an approved visit a copy, the record stays the PDF or the scan."""
    visit = get_visit_or_404(current_user, visit_id)
    if visit.visited_on is None:
        abort(404)
    try:
        content = minutes_word(visit)
    except PrintingError as error:
        current_app.logger.error("Word minutes of visit %s: %s", visit.id, error)
        abort(503)
    state = _("bản để sửa") if visit.was_approved else _("dự thảo")
    name = _("Biên bản %(code)s (%(state)s).docx", code=visit.point.code, state=state)
    return download(content, name, DOCX)


def _original(visit: Visit) -> Response:
    """The kept paper; until one could be kept, what would be kept now."""
    name = f"{visit.paper_number} {visit.point.code}.pdf".replace("/", "-")
    kept = queries.minutes_file(visit.id)
    if kept is None:
        return send_bytes(_rendered(visit, as_approved=True), PDF, name=name, sealed=False)
    return send_file(kept.file, name=name, ours=True)


def _rendered(visit: Visit, *, as_approved: bool = False) -> bytes:
    try:
        return minutes_pdf(visit, as_approved=as_approved)[0]
    except PrintingError as error:
        current_app.logger.error("minutes of visit %s: %s", visit.id, error)
        abort(503)


@bp.route("/assessments/<int:visit_id>/minutes", methods=["GET", "POST"])
@requires("visits.decide")
def minutes_keep(visit_id: int) -> ResponseReturnValue:
    """Try again to make and keep the minutes, where the approval could not."""
    visit = get_visit_or_404(current_user, visit_id)
    if not visit.was_approved:
        abort(404)
    form, back = ConfirmForm(), url_for("assessments.visit_show", visit_id=visit_id)
    if form.validate_on_submit():
        try:
            made = _made(visit)
        except PrintingError as error:
            current_app.logger.error("minutes of visit %s: %s", visit_id, error)
            form.refuse(
                Refused(_("Chưa lập được tệp PDF. Báo người quản trị máy chủ rồi thử lại."))
            )
        except Refused as refused:  # the disk would not take it
            form.refuse(refused)
        else:

            def verb() -> Done:
                _keep(visit_id, *made)
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


def make_minutes(visit_id: int) -> None:
    """Make and keep the minutes right after the approval is committed.

    Whatever fails here, the approval stands: the page of the visit then offers to try again.
    """
    try:
        visit = get_visit_or_404(current_user, visit_id)
        made = _made(visit)
        write(lambda: _keep(visit_id, *made))
    except Exception:
        db.session.rollback()
        current_app.logger.exception("minutes of visit %s", visit_id)


def _made(visit: Visit) -> tuple[Prepared, str]:
    """The paper as it is due, with the check address printed on it. Slow; raises PrintingError."""
    content, address = minutes_pdf(visit, as_approved=True)
    return prepare_made(content, name="minutes.pdf"), address


def _keep(visit_id: int, made: Prepared, check_url: str) -> None:
    service.keep_minutes(get_visit_to_edit(me(), visit_id), made, check_url=check_url)


# --- the signed paper -----------------------------------------------------------------------------


@bp.route("/assessments/<int:visit_id>/scan", methods=["GET", "POST"])
@requires("visits.work")
@accepts_body(SCAN_BODY)
def scan_attach(visit_id: int) -> ResponseReturnValue:
    visit = get_visit_or_404(current_user, visit_id)
    _may_attach(visit)
    form = ScanForm()

    def verb() -> Done:
        user = me()
        service.attach_scan(get_visit_to_edit(user, visit_id), form.ready, by=user)
        said = _("Đã đính kèm bản đã ký.")
        return Done(url_for("assessments.visit_show", visit_id=visit_id), said)

    if form.taken_in() and (answer := carry_out(form, verb)):
        return answer
    visit = get_visit_or_404(current_user, visit_id)
    return answer_form("assessments/scan.html", form, visit=visit)


def _may_attach(visit: Visit) -> None:
    """Team and managers; before the visit there is no paper."""
    if not service.may_attach(visit, current_user):
        raise Forbidden
    if visit.visited_on is None:
        abort(404)


@bp.get("/scans/<int:scan_id>")
@requires("visits.read")
def scan(scan_id: int) -> ResponseReturnValue:
    found = queries.get_scan_or_404(current_user, scan_id)
    return send_sent(found.file, name=found.name, row_id=scan_id)


@bp.get("/scans/<int:scan_id>/small")
@requires("visits.read")
def scan_small(scan_id: int) -> ResponseReturnValue:
    return send_thumbnail(queries.get_scan_or_404(current_user, scan_id).file)


@bp.route("/scans/<int:scan_id>/delete", methods=["GET", "POST"])
@requires("visits.work")
def scan_delete(scan_id: int) -> ResponseReturnValue:
    found = queries.get_scan_or_404(current_user, scan_id)
    _may_attach(get_visit_or_404(current_user, found.visit_id))
    visit_id, name = found.visit_id, found.name
    back = url_for("assessments.visit_show", visit_id=visit_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        visit = get_visit_to_edit(user, visit_id)
        service.remove_scan(visit, queries.get_scan_or_404(user, scan_id), by=user)
        return Done(back, _("Đã bỏ bản quét."))

    return ask(
        form,
        verb,
        title=_("Bỏ bản quét"),
        text=_("Tệp “%(name)s” sẽ không còn đính kèm lần đánh giá này.", name=name),
        verb=_("Bỏ bản quét"),
        danger=True,
        back_url=back,
        nav="assessments",
    )


def paper_context(visit: Visit) -> dict[str, Any]:
    """What `assessments/_paper_panel.html` shows on the page of a visit."""
    team = current_user.may("visits.work") and service.may_attach(visit, current_user)
    return {
        "scans": queries.scans_of(visit.id),
        "minutes_file": queries.minutes_file(visit.id),
        "may_scan": team and visit.visited_on is not None,
        "may_keep": visit.was_approved and current_user.may("visits.decide"),
        **amendments_context(visit),
        "public_url": bool(current_app.config["PUBLIC_URL"]),
    }


# --- is this paper genuine? -----------------------------------------------------------------------


class CheckedPaper(NamedTuple):
    """All that the public learns of a paper."""

    number: str
    on: Any
    point: str
    result: str
    state: str
    tone: str


@bp.get("/kt/<token>")
@public
@limiter.limit(CHECKS)
def check(token: str) -> ResponseReturnValue:
    visit = visit_of_token(token) if TOKEN.fullmatch(token) else None
    paper = None if visit is None else _checked(visit)
    answer = make_response(
        render_template("assessments/check.html", paper=paper), 200 if paper else 404
    )
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _checked(visit: Visit) -> CheckedPaper:
    void = visit.state is VisitState.VOID
    added = ", ".join(one.paper_number for one in amendments_of(visit.id))
    state = _("Có trong hệ thống, còn giá trị")
    if void:
        state = _("Đã hủy, không còn giá trị")
    elif added:
        state = _(
            "Có trong hệ thống, còn giá trị, có bản bổ sung, đính chính: %(numbers)s", numbers=added
        )
    return CheckedPaper(
        number=visit.paper_number or "",
        on=visit.visited_on,
        point=f"{visit.point.name} ({visit.point.code})",
        result=str(labels.RESULT[visit.result][1]),
        state=state,
        tone="bad" if void else "warn" if added else "ok",
    )
