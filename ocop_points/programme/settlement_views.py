"""The settlement of a month, and the scans of what was signed."""

from datetime import date

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.evidence.rules import MAX_FILE_BYTES, MEGABYTE
from ocop_points.evidence.serving import send_paper, send_sent, send_thumbnail
from ocop_points.points import queries as points
from ocop_points.programme import agreements_documents as documents
from ocop_points.programme import agreements_queries as queries
from ocop_points.programme import agreements_service as service
from ocop_points.programme.agreements_forms import SignedForm
from ocop_points.programme.agreements_models import Agreement
from ocop_points.programme.agreements_views import bp
from ocop_points.stock.rules_months import month_of, parse_month

__all__ = ["bp"]

SCAN_BODY = 4 * MAX_FILE_BYTES + MEGABYTE


def _with_point(agreement_id: int) -> Agreement:
    """The agreement; one with a chain has no ledger to settle by: 404."""
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    return agreement if agreement.point_id is not None else abort(404)


def _month() -> date:
    """The month of the address; this one where it names none, or one to come."""
    this = month_of(clock.today())
    try:
        return min(parse_month(Listing(request.args).text("month")), this)
    except ValueError:
        return this


@bp.get("/agreements/<int:agreement_id>/settlement")
@requires("agreements.read")
def settlement(agreement_id: int) -> ResponseReturnValue:
    """What a month comes to, product by product; `?format=` as a file."""
    agreement, month = _with_point(agreement_id), _month()
    listing = Listing(request.args)
    sheet = documents.settlement(agreement, month)
    if listing.file:
        table = documents.settlement_table(current_user, agreement, sheet)
        return send_table(table, f"doi-soat-{agreement_id}-{month:%Y-%m}", listing.file)
    return render_template(
        "programme/settlement.html",
        agreement=agreement,
        sheet=sheet,
        month=month,
        listing=listing,
        months=documents.months_to_choose(agreement, clock.today()),
    )


@bp.get("/agreements/<int:agreement_id>/settlement.pdf")
@requires("agreements.read")
def settlement_pdf(agreement_id: int) -> ResponseReturnValue:
    agreement, month = _with_point(agreement_id), _month()
    point = points.get_point_or_404(current_user, agreement.point_id or 0)
    data = documents.settlement_paper(agreement, point, documents.settlement(agreement, month))
    name = _("Đối soát %(month)s.pdf", month=f"{month:%m-%Y}")
    return send_paper("settlement", data, name=name)


@bp.route("/agreements/<int:agreement_id>/scan", methods=["GET", "POST"])
@requires("agreements.edit")
@accepts_body(SCAN_BODY)
def agreement_scan_add(agreement_id: int) -> ResponseReturnValue:
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    form, back = SignedForm(), url_for(".agreement_show", agreement_id=agreement_id)

    def verb() -> Done:
        user = me()
        service.attach_scan(queries.get_agreement_to_edit(user, agreement_id), form.ready, by=user)
        return Done(back, _("Đã đính kèm bản quét."))

    if form.taken_in() and (answer := carry_out(form, verb)):
        return answer
    agreement = queries.get_agreement_or_404(current_user, agreement_id)
    return answer_form("programme/scan.html", form, agreement=agreement, back=back)


@bp.get("/agreement-scans/<int:signed_id>")
@requires("agreements.read")
def agreement_scan(signed_id: int) -> ResponseReturnValue:
    found = queries.get_scan_or_404(current_user, signed_id)
    return send_sent(found.file, name=found.name, row_id=signed_id)


@bp.get("/agreement-scans/<int:signed_id>/small")
@requires("agreements.read")
def agreement_scan_small(signed_id: int) -> ResponseReturnValue:
    return send_thumbnail(queries.get_scan_or_404(current_user, signed_id).file)


@bp.route("/agreement-scans/<int:signed_id>/delete", methods=["GET", "POST"])
@requires("agreements.edit")
def agreement_scan_delete(signed_id: int) -> ResponseReturnValue:
    found = queries.get_scan_or_404(current_user, signed_id)
    name, agreement_id = found.name, found.agreement_id
    back = url_for(".agreement_show", agreement_id=agreement_id)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        agreement = queries.get_agreement_to_edit(user, agreement_id)
        service.remove_scan(agreement, queries.get_scan_or_404(user, signed_id), by=user)
        return Done(back, _("Đã bỏ bản quét."))

    return ask(
        form,
        verb,
        title=_("Bỏ bản quét"),
        text=_("Tệp “%(name)s” sẽ không còn đính kèm thỏa thuận này.", name=name),
        verb=_("Bỏ bản quét"),
        danger=True,
        crumb=(_("Thỏa thuận"), back),
        back_url=back,
        nav="agreements",
    )
