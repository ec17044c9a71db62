"""Where a lot, a product or the goods of a producer went, by point and by voucher; the letters to the points."""

from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue import queries as products
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.evidence.serving import send_paper
from ocop_points.stock import labels, recall, recall_documents, service_recall
from ocop_points.stock.recall import Goods
from ocop_points.stock.recall_forms import MOST_REASON, RecallSentForm
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]

BY_VOUCHER = "vouchers"


_GOODS = '/stock/recall/<any("lots","products","producers"):what>/<int:goods_id>'


@bp.get(_GOODS)
@requires("stock.read")
def recall_show(what: str, goods_id: int) -> ResponseReturnValue:
    listing = Listing(request.args)
    goods = recall.goods_or_404(current_user, what, goods_id)
    by_voucher = listing.text("view") == BY_VOUCHER
    if listing.file:
        make = recall_documents.vouchers_table if by_voucher else recall_documents.places_table
        name = "thu-hoi-theo-phieu" if by_voucher else "thu-hoi-theo-diem"
        return send_table(make(current_user, goods), name, listing.file)
    page = recall.vouchers_page if by_voucher else recall.places_page
    return render(
        "stock/recall.html",
        "stock/_recall.html",
        goods=goods,
        listing=listing,
        by_voucher=by_voucher,
        page=page(current_user, goods, listing.page),
        totals=recall.totals(current_user, goods),
        under_way=recall.under_way(current_user, goods),
        letters=recall.letters_about(current_user, goods),
        scope=labels.recall_scope(current_user),
        name=labels.goods_name(goods),
        kinds={kind: str(words) for kind, words in labels.KIND.items()},
        sent_how=catalogue.SENT_HOW,
    )


@bp.get("/stock/recall")
@requires("stock.read")
def recall_search() -> ResponseReturnValue:
    """Which goods? A lot by its code, a product, a producer."""
    listing = Listing(request.args)
    query = listing.text("q")
    return render(
        "stock/recall_search.html",
        "stock/_recall_found.html",
        query=query,
        listing=listing,
        producers=products.find_suppliers(query, producers=True)[: recall.CHOICES] if query else [],
        products=products.find_products(query)[: recall.CHOICES] if query else [],
        lots=recall.find_lots(current_user, query) if query else [],
        lot_name=labels.lot_name,
    )


@bp.get(f"{_GOODS}/letters.pdf")
@requires("stock.recall")
def recall_letters(what: str, goods_id: int) -> ResponseReturnValue:
    """A letter to every point that held the goods, or to `?point=` one, in one file."""
    goods = recall.goods_or_404(current_user, what, goods_id)
    only = Listing(request.args).number("point")
    points = recall.points_to_tell(current_user, goods, None if only is None else {only})
    if not points:
        if only is not None:
            abort(404)
        return redirect(url_for(".recall_send", **goods.named))
    lots = recall.lots_at(current_user, goods, {one.id for one in points})
    paper = recall_documents.letters(points, goods, lots, _reason())
    return send_paper("recall", paper, name=_("Thông báo thu hồi.pdf"))


def _reason() -> str:
    return " ".join(request.args.get("reason", "").split())[:MOST_REASON]


@bp.route(f"{_GOODS}/letters", methods=["GET", "POST"])
@requires("stock.recall")
def recall_send(what: str, goods_id: int) -> ResponseReturnValue:
    """Print the letters, then write down which were sent."""
    goods = recall.goods_or_404(current_user, what, goods_id)
    points = recall.points_to_tell(current_user, goods)
    letters = recall.letters_about(current_user, goods)
    form = RecallSentForm()
    form.offer(points, {one.point_id for one in letters}, _reason(), clock.today())

    def verb() -> Done:
        user = me()
        meant = recall.goods_or_404(user, what, goods_id)
        chosen = recall.points_to_tell(user, meant, set(form.points.data or []))
        count = service_recall.note_sent(
            chosen,
            meant,
            reason=form.reason.data or "",
            on=form.sent_on.data,
            how=form.how.data,
            by=user,
        )
        said = ngettext("Đã ghi gửi %(num)d thông báo.", "Đã ghi gửi %(num)d thông báo.", count)
        return Done(url_for(".recall_show", **meant.named), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form("stock/recall_letters.html", form, **_letters_page(goods))


def _letters_page(goods: Goods) -> dict[str, Any]:
    """The points are read again: a refused verb was rolled back."""
    points = recall.points_to_tell(current_user, goods)
    return {
        "choices": [
            ("", _("Tất cả, mỗi điểm một tờ")),
            *((one.id, f"{one.name} ({one.code})") for one in points),
        ],
        "goods": goods,
        "name": labels.goods_name(goods),
        "points": points,
        "most_reason": MOST_REASON,
        "scope": labels.recall_scope(current_user),
    }
