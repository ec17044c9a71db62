"""Pages of a stocktake: the list, starting, how it stands, posting, cancelling, its papers."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.db import db
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.evidence.serving import send_paper
from ocop_points.points import queries as points
from ocop_points.stock import stocktake_documents as documents
from ocop_points.stock import stocktake_labels as labels
from ocop_points.stock import stocktake_lists as lists
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock import stocktake_service as service
from ocop_points.stock import stocktake_service_posting as posting
from ocop_points.stock.stocktake_forms import (
    CancelForm,
    PostForm,
    SettleForm,
    StartForm,
    decide_rows,
)
from ocop_points.stock.stocktake_models import Stocktake
from ocop_points.stock.stocktake_queries import LineNow
from ocop_points.stock.stocktake_rules import LineState
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]

_OF_POINT = "/points/<int:point_id>/stock/stocktakes"
_ONE = "/stocktakes/<int:stocktake_id>"
_DIFFERS = {LineState.UNEXPLAINED, LineState.DIFFERENT, LineState.MOVED, LineState.NEGATIVE}


@bp.get(_OF_POINT)
@requires("stock.read")
def stocktake_list(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    if listing.file:
        table = documents.stocktakes_table(current_user, point)
        return send_table(table, f"kiem-ke-{point.code}", listing.file)
    return render(
        "stock/stocktakes/list.html",
        "stock/stocktakes/_list.html",
        point=point,
        page=lists.stocktakes_page(point_id, listing.page),
        listing=listing,
        going=stocktakes.open_of(point_id),
        labels=labels,
    )


@bp.route(f"{_OF_POINT}/new", methods=["GET", "POST"])
@requires("stock.write")
def stocktake_new(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    form = StartForm()

    def verb() -> Done:
        user = me()
        record = points.get_point_to_edit(user, point_id)
        made = service.start_stocktake(record, note=form.note.data or "", by=user)
        return Done(url_for(".stocktake_count", stocktake_id=made.id), _("Đã chốt số trong sổ."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = points.get_point_or_404(current_user, point_id)
    text = _(
        "Số trong sổ được chốt lúc này cho từng lô đang còn; sau đó nhiều người cùng đếm. Bán hàng vẫn tiếp tục được:"
        " dòng nào có nhập, xuất trong lúc kiểm kê sẽ được hỏi lại."
    )
    context = {
        "title": _("Bắt đầu kiểm kê"),
        "sub": f"{point.name} ({point.code})",
        "text": text,
        "verb": _("Bắt đầu kiểm kê"),
        "back_url": url_for(".stocktake_list", point_id=point_id),
        "error_title": _("Chưa bắt đầu được."),
        "nav": "stock",
    }
    return answer_form("shared/confirm.html", form, **context)


@bp.get(_ONE)
@requires("stock.read")
def stocktake_show(stocktake_id: int) -> ResponseReturnValue:
    """How the counts stand against the books; what must be decided first, unless asked for all."""
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    listing = Listing(request.args)
    if listing.file:
        lines = _chosen(stocktake, stocktakes.lines_now(stocktake), _shown(listing, stocktake))
        table = documents.stocktake_table(current_user, stocktake, lines)
        name = f"kiem-ke-{stocktake.point.code}-{stocktake.day:%Y-%m-%d}"
        return send_table(table, name, listing.file)
    return _show(stocktake, listing, None)


@bp.post(f"{_ONE}/settle")
@requires("stock.write")
def stocktake_settle(stocktake_id: int) -> ResponseReturnValue:
    """Reasons, lines left out or counted again, movements judged: those of one page at once."""
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    listing, form = Listing(request.args), SettleForm()
    ids = {entry.form.number for entry in form.rows.entries}
    form.offer({one.line.id: one for one in stocktakes.lines_now(stocktake, ids)})

    def verb() -> Done:
        user = me()
        record = stocktakes.get_stocktake_to_edit(user, stocktake_id)
        done = service.settle(record, form.decisions(), by=user)
        kept: dict[str, Any] = {"show": listing.text("show"), "page": listing.page}
        address = url_for(".stocktake_show", stocktake_id=stocktake_id, **kept)
        return Done(address, _("Đã lưu %(n)s dòng.", n=done))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    db.session.rollback()
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    return _show(stocktake, listing, form)


SHOWN = ("todo", "different", "all")


def _shown(listing: Listing, stocktake: Stocktake) -> str:
    asked = listing.text("show")
    if asked in SHOWN:
        return asked
    return "todo" if stocktake.is_open else "different"


def _chosen(stocktake: Stocktake, lines: list[LineNow], show: str) -> list[LineNow]:
    if show == "todo" and stocktake.is_open:
        return [one for one in lines if one.barring]
    if show == "different":
        return [one for one in lines if one.state in _DIFFERS]
    return lines


def _show(stocktake: Stocktake, listing: Listing, form: SettleForm | None) -> ResponseReturnValue:
    lines = stocktakes.lines_now(stocktake)
    show = _shown(listing, stocktake)
    page = stocktakes.page_of(_chosen(stocktake, lines, show), listing.page)
    if form is None:
        shown = page.items
        form = SettleForm(fresh=True, data={"rows": decide_rows(shown)})
        form.offer({one.line.id: one for one in shown})
    else:
        known = {one.line.id: one for one in lines}
        rows = [entry.form.number for entry in form.rows.entries]
        shown = [known[number] for number in rows if number in known]
    ids = [one.line.id for one in shown]
    counters = stocktakes.counters_of(stocktake.id)
    till, drafts = stocktakes.drafts_open(stocktake.point_id)
    return render(
        "stock/stocktakes/show.html",
        "stock/stocktakes/_lines.html",
        status=422 if form.errors else 200,
        failed=bool(form.errors),
        stocktake=stocktake,
        point=stocktake.point,
        form=form,
        rows=list(zip(shown, form.rows.entries, strict=False)),
        page=page,
        listing=listing,
        show=show,
        figures=documents.figures(lines),
        history=stocktakes.counts_of(ids),
        moved=stocktakes.moved_since(stocktake, shown),
        counters=list(counters.values()),
        bar=stocktakes.bar_of(stocktake, lines, by=current_user) if stocktake.is_open else None,
        till=till,
        drafts=drafts,
        labels=labels,
        differs=_DIFFERS,
    )


@bp.route(f"{_ONE}/post", methods=["GET", "POST"])
@requires("stock.write")
def stocktake_post(stocktake_id: int) -> ResponseReturnValue:
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    lines = stocktakes.lines_now(stocktake)
    form = PostForm(data={"on_date": stocktakes.first_day(stocktake, lines)})

    def verb() -> Done:
        user = me()
        record = stocktakes.get_stocktake_to_edit(user, stocktake_id)
        point = points.get_point_to_edit(user, record.point_id)
        made = posting.post_stocktake(record, point, on_date=form.on_date.data, by=user)
        said = _("Đã ghi sổ kiểm kê %(number)s.", number=made.number or "")
        return Done(url_for(".stocktake_show", stocktake_id=stocktake_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    found = documents.figures(stocktakes.lines_now(stocktake))
    text = _(
        "%(counted)s dòng đã đếm: %(equal)s khớp, %(more)s thừa, %(less)s thiếu; %(out)s dòng không kiểm kê. Ghi sổ thì"
        " phần thừa, thiếu vào sổ kho bằng một phiếu kiểm kê; sau đó chỉ sửa được bằng phiếu đảo.",
        **found,
    )
    return _confirm(
        stocktake,
        form,
        title=_("Ghi sổ kiểm kê"),
        text=text,
        verb=_("Ghi sổ kiểm kê"),
        error_title=_("Chưa ghi sổ được."),
    )


@bp.route(f"{_ONE}/cancel", methods=["GET", "POST"])
@requires("stock.write")
def stocktake_cancel(stocktake_id: int) -> ResponseReturnValue:
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    form, point_id = CancelForm(), stocktake.point_id

    def verb() -> Done:
        user = me()
        record = stocktakes.get_stocktake_to_edit(user, stocktake_id)
        service.cancel_stocktake(record, reason=form.reason.data or "", by=user)
        return Done(url_for(".stocktake_list", point_id=point_id), _("Đã hủy lần kiểm kê."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    text = _(
        "Sổ kho không đổi. Số đã đếm vẫn xem lại được, nhưng không ghi sổ được nữa. Không hoàn tác được."
    )
    return _confirm(
        stocktake,
        form,
        title=_("Hủy lần kiểm kê"),
        text=text,
        verb=_("Hủy lần kiểm kê"),
        danger=True,
        error_title=_("Chưa hủy được."),
    )


def _confirm(stocktake: Stocktake, form: Any, **words: Any) -> ResponseReturnValue:
    point = stocktake.point
    known = {
        "sub": f"{point.name} ({point.code})",
        "back_url": url_for(".stocktake_show", stocktake_id=stocktake.id),
        "nav": "stock",
        **words,
    }
    return answer_form("shared/confirm.html", form, **known)


@bp.get(f"{_ONE}/sheet.pdf")
@requires("stock.read")
def stocktake_sheet(stocktake_id: int) -> ResponseReturnValue:
    """The list to count by on paper; with `books=1` it tells what the books say."""
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    books = request.args.get("books") == "1"
    paper = documents.count_sheet(stocktake, stocktakes.lines_now(stocktake), books=books)
    name = f"phieu-dem-{stocktake.point.code}.pdf"
    return send_paper("count_sheet", paper, name=name)


@bp.get(f"{_ONE}/minutes.pdf")
@requires("stock.read")
def stocktake_minutes(stocktake_id: int) -> ResponseReturnValue:
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    paper = documents.minutes(stocktake, stocktakes.lines_now(stocktake))
    name = paper["number"] or f"kiem-ke-{stocktake.point.code}"
    return send_paper("stocktake", paper, name=f"{name}.pdf")
