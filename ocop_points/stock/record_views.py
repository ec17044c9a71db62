"""Pages of one voucher as it stands: shown, printed, taken back, a draft thrown away."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.text import clean
from ocop_points.evidence.serving import send_paper
from ocop_points.stock import documents, labels, queries, reversals, service, transfers
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock.forms import DeleteForm, ReverseForm
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]


@bp.get("/vouchers/<int:voucher_id>")
@requires("stock.read")
def voucher_show(voucher_id: int) -> ResponseReturnValue:
    voucher = queries.get_voucher_or_404(current_user, voucher_id)
    lines = queries.lines_of(voucher_id)
    return render_template(
        "stock/voucher.html",
        voucher=voucher,
        point=voucher.point,
        lines=lines,
        total=sum(line.amount or 0 for line in lines),
        incoming=documents.comes_in(voucher),
        bar=reversals.reversal_refusal(voucher, current_user),
        outcome=transfers.outcome_of(voucher),
        stocktake_id=stocktakes.of_voucher(voucher.reverses_id or voucher.id),
        labels=labels,
    )


@bp.get("/vouchers/<int:voucher_id>/print.pdf")
@requires("stock.read")
def voucher_print(voucher_id: int) -> ResponseReturnValue:
    voucher = queries.get_voucher_or_404(current_user, voucher_id)
    if stocktake_id := stocktakes.of_voucher(voucher.reverses_id or voucher_id):
        return redirect(url_for(".stocktake_minutes", stocktake_id=stocktake_id))
    paper = documents.voucher_paper(voucher, queries.lines_of(voucher_id))
    return send_paper("voucher", paper, name=f"{paper['number'] or 'phieu-nhap-chua-ghi-so'}.pdf")


@bp.route("/vouchers/<int:voucher_id>/reverse", methods=["GET", "POST"])
@requires("stock.reverse")
def voucher_reverse(voucher_id: int) -> ResponseReturnValue:
    voucher = queries.get_voucher_or_404(current_user, voucher_id)
    form = ReverseForm(data={"reason": clean(request.args.get("reason", ""))[:200]})

    def verb() -> Done:
        user = me()
        record = queries.get_voucher_to_edit(user, voucher_id)
        made = service.reverse_voucher(record, reason=form.reason.data or "", by=user)
        said = _("Đã đảo %(old)s bằng %(new)s.", old=record.number or "", new=made.number or "")
        return Done(url_for(".voucher_show", voucher_id=made.id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    voucher = queries.get_voucher_or_404(current_user, voucher_id)
    return answer_form(
        "stock/reverse.html",
        form,
        voucher=voucher,
        bar=reversals.reversal_refusal(voucher, current_user),
    )


@bp.route("/vouchers/<int:voucher_id>/delete", methods=["GET", "POST"])
@requires("stock.write")
def voucher_delete(voucher_id: int) -> ResponseReturnValue:
    voucher = queries.get_voucher_or_404(current_user, voucher_id)
    form = DeleteForm()
    point_id = voucher.point_id

    def verb() -> Done:
        user = me()
        record = queries.get_voucher_to_edit(user, voucher_id)
        service.delete_draft(record, by=user)
        return Done(url_for(".voucher_list", point_id=point_id), _("Đã xóa phiếu nháp."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    voucher = queries.get_voucher_or_404(current_user, voucher_id)
    context: dict[str, Any] = {
        "title": _("Xóa phiếu nháp"),
        "sub": f"{labels.PAPER[voucher.kind]} · {voucher.point.name}",
        "text": _("Phiếu nháp và các dòng hàng bị xóa hẳn. Sổ kho không đổi."),
        "verb": _("Xóa nháp"),
        "danger": True,
        "back_url": url_for(".voucher_show", voucher_id=voucher_id),
        "nav": "stock",
    }
    return answer_form("shared/confirm.html", form, **context)
