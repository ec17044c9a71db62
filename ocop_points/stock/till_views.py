"""The till's page: one box that a barcode scanner types into, the day's sales under it."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue.queries import get_product_or_404
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.formats import money, vi_date
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import is_htmx, render
from ocop_points.points import queries as points
from ocop_points.stock import queries, reversals, service, service_till, till
from ocop_points.stock.forms import DeleteForm, ReverseForm, TillForm, UndoForm
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]

_TILL = "/points/<int:point_id>/stock/till"
_PARTS = re.compile(r"[0-9]{1,10}x[0-9]{1,8}(\.[0-9]{1,10}x[0-9]{1,8}){0,9}")


def _written(parts: tuple[tuple[int, int], ...]) -> str:
    """What a scan put in, as it stands in an address: 812x2.813x1."""
    return ".".join(f"{line_id}x{taken}" for line_id, taken in parts)


def _read(text: str) -> list[tuple[int, int]]:
    """The same read again; nothing for what it is not."""
    if not _PARTS.fullmatch(text):
        return []
    pairs = [part.split("x") for part in text.split(".")]
    return [(int(line_id), int(taken)) for line_id, taken in pairs]


@bp.route(_TILL, methods=["GET", "POST"])
@bp.post(f"{_TILL}/<int:product_id>", endpoint="till_ring")
@requires("stock.write")
def till_show(point_id: int, product_id: int | None = None) -> ResponseReturnValue:
    """A scan is saved at once; several hits are offered, each by its own button."""
    form, found = TillForm(), []
    if form.validate_on_submit():
        if product_id is None:
            found = till.find_on_shelf(point_id, form.words)
            product_id = found[0].id if len(found) == 1 else None
        if product_id is not None:
            # A scan sent while another is under way has the key that its page made for it.
            answer = carry_out(form, _ring(point_id, product_id, form.wanted), device=True)
            if answer and not is_htmx():
                return answer
            if answer:
                return _page(point_id, TillForm(fresh=True), last=_last_of(answer))
        elif not found:
            form.refuse(Refused(_not_found(form.words), "q"))
    return _page(point_id, form, found=found, last=request.args.get("last", ""))


def _ring(point_id: int, product_id: int, quantity: int) -> Any:
    def verb() -> Done:
        user = me()
        point = points.get_point_to_edit(user, point_id)
        product = get_product_or_404(product_id)
        rung = service_till.ring_up(point, product, quantity, by=user)
        return Done(url_for(".till_show", point_id=point_id, last=_written(rung.parts)))

    return verb


def _last_of(answer: Any) -> str:
    """What the scan put in, from the address that it led to."""
    query = urlsplit(answer.headers.get("HX-Redirect", "")).query
    return parse_qs(query).get("last", [""])[0]


def _not_found(words: str) -> str:
    if not words:
        return str(_("Quét mã vạch, hoặc gõ mã hay tên sản phẩm"))
    return str(_("Trên kệ không có hàng nào như “%(words)s”", words=words))


def _page(point_id: int, form: TillForm, *, found: Any = (), last: str = "") -> ResponseReturnValue:
    failed = form.is_submitted() and bool(form.errors)
    if failed:
        db.session.rollback()
    point = points.get_point_or_404(current_user, point_id)
    today = clock.today()
    roll = till.roll_of(point_id, today)
    parts = [part for part in _read(last) if any(part[0] == line.id for line in roll.lines)]
    posted = till.posted_today(point_id, today)
    may_reverse = posted is not None and not reversals.reversal_refusal(posted, current_user)
    return render(
        "stock/till.html",
        "stock/_till.html",
        status=422 if failed else 200,
        point=point,
        form=form,
        undo=UndoForm(fresh=True, data={"parts": _written(tuple(parts))}),
        found=found,
        roll=roll,
        last={line_id for line_id, _taken in parts},
        older=till.older_drafts(point_id, today),
        posted=posted,
        may_reverse=may_reverse,
        reversal=ReverseForm(fresh=True) if may_reverse else None,
        today=today,
    )


@bp.post(f"{_TILL}/undo")
@requires("stock.write")
def till_undo(point_id: int) -> ResponseReturnValue:
    """Take the last scan back."""
    form = UndoForm()
    parts = _read(form.parts.data or "")

    def verb() -> Done:
        user = me()
        point = points.get_point_to_edit(user, point_id)
        service_till.take_back_scan(point, parts, by=user)
        return Done(url_for(".till_show", point_id=point_id), _("Đã bỏ lần quét cuối."))

    if form.validate_on_submit() and parts and (answer := carry_out(form, verb)):
        return answer
    again = TillForm(fresh=True)
    again.form_errors = [*form.form_errors] or [_("Không còn lần quét nào để bỏ")]
    return _page(point_id, again)


@bp.route(f"{_TILL}/post", methods=["GET", "POST"])
@requires("stock.write")
def till_post(point_id: int) -> ResponseReturnValue:
    """The day's sales into the books: asked first, since only a reversal takes them back."""
    point = points.get_point_or_404(current_user, point_id)
    form, today = DeleteForm(), clock.today()

    def verb() -> Done:
        user = me()
        points.get_point_to_edit(user, point_id)
        draft = till.draft_to_change(point_id, today)
        if draft is None:
            raise Refused(_("Hôm nay chưa bán gì để ghi sổ"))
        service.post_voucher(draft, by=user)
        total = sum(line.amount or 0 for line in queries.lines_of(draft.id))
        said = _("Đã ghi sổ %(n)s: %(total)s.", n=draft.number or "", total=money(total))
        return Done(url_for(".till_show", point_id=point_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = points.get_point_or_404(current_user, point_id)
    roll = till.roll_of(point_id, today)
    text = _(
        "%(n)s dòng, %(total)s vào sổ kho thành một phiếu xuất. Ghi sổ rồi không sửa được, chỉ lập phiếu đảo.",
        n=roll.count,
        total=money(roll.total),
    )
    context = {
        "title": _("Ghi sổ bán hàng ngày %(day)s", day=vi_date(today)),
        "sub": f"{point.name} ({point.code})",
        "text": text,
        "verb": _("Ghi sổ"),
        "back_url": url_for(".till_show", point_id=point_id),
        "back_text": _("Bán tiếp"),
        "nav": "stock",
    }
    return answer_form("shared/confirm.html", form, **context)
