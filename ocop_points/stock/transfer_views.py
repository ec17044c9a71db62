"""Pages of goods sent from point to point: the list of both directions, receiving, giving back."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.db import db
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.points import queries as points
from ocop_points.stock import labels, queries, service_transfers, transfers
from ocop_points.stock.forms import GiveBackForm, ReceiveForm
from ocop_points.stock.models import Voucher
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]

_SENT = "/transfers/<int:sent_id>"


@bp.get("/points/<int:point_id>/stock/transfers")
@requires("stock.read")
def transfer_list(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    return render(
        "stock/transfers.html",
        "stock/_transfers.html",
        point=point,
        page=transfers.transfers_page(point_id, listing.page),
        listing=listing,
        states=labels.TRANSFER,
    )


@bp.route(f"{_SENT}/receive", methods=["GET", "POST"])
@requires("stock.write")
def transfer_receive(sent_id: int) -> ResponseReturnValue:
    """Count what arrived; what was sent stands beside it."""
    sent = transfers.get_sent_or_404(current_user, sent_id)
    if request.method == "GET" and (receipt := transfers.receipt_of(sent)):
        return redirect(url_for(".voucher_show", voucher_id=receipt.id))
    lines = queries.lines_of(sent_id)
    form = ReceiveForm(
        data={
            "on_date": clock.today(),
            "person": sent.person,
            "lines": [{"quantity": line.quantity} for line in lines],
        }
    )

    def verb() -> Done:
        user = me()
        record = transfers.get_sent_to_receive(user, sent_id)
        made = service_transfers.receive_transfer(record, form.arrival(), by=user)
        said = _("Đã nhận hàng, ghi sổ %(number)s.", number=made.number or "")
        return Done(url_for(".voucher_show", voucher_id=made.id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _receive_page(sent_id, form)


def _receive_page(sent_id: int, form: ReceiveForm) -> ResponseReturnValue:
    """The form, its records read again, since a refused verb was rolled back."""
    if form.is_submitted():
        db.session.rollback()
    sent = transfers.get_sent_or_404(current_user, sent_id)
    lines = queries.lines_of(sent_id)
    while len(form.lines.entries) < len(lines):  # a form of which lines were left out
        form.lines.append_entry({"quantity": None})
    return answer_form(
        "stock/receive.html",
        form,
        sent=sent,
        point=sent.to_point,
        rows=list(zip(lines, form.lines.entries, strict=False)),
        outcome=transfers.outcome_of(sent),
        labels=labels,
    )


@bp.route(f"{_SENT}/return", methods=["GET", "POST"])
@requires("stock.write")
def transfer_return(sent_id: int) -> ResponseReturnValue:
    sent = transfers.get_sent_or_404(current_user, sent_id)
    form, to_point_id = GiveBackForm(), sent.to_point_id

    def verb() -> Done:
        user = me()
        record = transfers.get_sent_to_receive(user, sent_id)
        service_transfers.return_transfer(record, reason=form.reason.data or "", by=user)
        said = _("Đã trả lại hàng của phiếu %(number)s.", number=record.number or "")
        return Done(url_for(".transfer_list", point_id=to_point_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _return_page(transfers.get_sent_or_404(current_user, sent_id), form)


def _return_page(sent: Voucher, form: GiveBackForm) -> ResponseReturnValue:
    text = _(
        "Cả chuyến hàng về lại sổ của %(point)s bằng một phiếu đảo mang ngày hôm nay. Không hoàn tác được.",
        point=sent.point.name,
    )
    context: dict[str, Any] = {
        "title": _("Trả lại chuyến hàng %(number)s", number=sent.number or ""),
        "sub": _("Từ %(point)s", point=sent.point.name),
        "text": text,
        "verb": _("Trả lại điểm gửi"),
        "danger": True,
        "back_url": url_for(".transfer_receive", sent_id=sent.id),
        "nav": "stock",
    }
    return answer_form("shared/confirm.html", form, **context)
