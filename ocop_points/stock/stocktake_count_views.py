"""The room where goods are counted: boxes to fill in, and goods that were found beside the list."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue import queries as products
from ocop_points.core.access import requires
from ocop_points.core.db import db
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.lists import Listing
from ocop_points.stock import stocktake_queries as stocktakes
from ocop_points.stock import stocktake_service as service
from ocop_points.stock.stocktake_forms import CountForm, FoundForm, count_rows
from ocop_points.stock.stocktake_models import Stocktake
from ocop_points.stock.stocktake_views import bp

__all__ = ["bp"]

_ONE = "/stocktakes/<int:stocktake_id>"


@bp.route(f"{_ONE}/count", methods=["GET", "POST"])
@requires("stock.write")
def stocktake_count(stocktake_id: int) -> ResponseReturnValue:
    """Count blind: the page never tells what the books say."""
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    if request.method == "GET" and not stocktake.is_open:
        return redirect(url_for(".stocktake_show", stocktake_id=stocktake_id))
    listing = Listing(request.args)
    page = _page(stocktake_id, listing)
    form = CountForm(data={"rows": count_rows(page.items)})

    def verb() -> Done:
        user = me()
        record = stocktakes.get_stocktake_to_edit(user, stocktake_id)
        saved = service.enter_counts(record, form.entries(), by=user)
        return Done(_address(stocktake_id), _("Đã lưu %(n)s số đếm.", n=saved))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    if form.is_submitted():
        db.session.rollback()
        stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
        page = _page(stocktake_id, listing)
    ids = [entry.form.number for entry in form.rows.entries]
    lines = stocktakes.lines_by_id(stocktake_id, ids)
    rows = [(lines[e.form.number], e.form) for e in form.rows.entries if e.form.number in lines]
    return answer_form(
        "stock/stocktakes/count.html",
        form,
        stocktake=stocktake,
        point=stocktake.point,
        rows=rows,
        page=page,
        listing=listing,
        query=listing.text("q"),
        waiting=listing.text("show") == "waiting",
        progress=stocktakes.progress_of(stocktake_id),
    )


def _page(stocktake_id: int, listing: Listing) -> Any:
    waiting = listing.text("show") == "waiting"
    return stocktakes.count_page(
        stocktake_id, listing.text("q"), waiting=waiting, number=listing.page
    )


def _address(stocktake_id: int) -> str:
    """Back to the same page of the same search."""
    told = {name: request.args.get(name, "")[:80] for name in ("q", "show", "page")}
    kept: dict[str, Any] = {name: value for name, value in told.items() if value}
    return url_for(".stocktake_count", stocktake_id=stocktake_id, **kept)


@bp.get(f"{_ONE}/found")
@bp.route(f"{_ONE}/found/<int:product_id>", methods=["GET", "POST"], endpoint="stocktake_found_of")
@requires("stock.write")
def stocktake_found(stocktake_id: int, product_id: int | None = None) -> ResponseReturnValue:
    """Goods on the shelf that are not in the list: look the product up, then its lot and how many."""
    stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    if not stocktake.is_open:
        return redirect(url_for(".stocktake_show", stocktake_id=stocktake_id))
    query = Listing(request.args).text("q")
    form = FoundForm()
    if product_id is not None:
        products.get_product_or_404(product_id)

        def verb() -> Done:
            user = me()
            record = stocktakes.get_stocktake_to_edit(user, stocktake_id)
            product = products.get_product_or_404(product_id)
            service.add_found(record, product, form.found(), by=user)
            said = _("Đã thêm %(name)s vào danh sách.", name=product.name)
            return Done(url_for(".stocktake_count", stocktake_id=stocktake_id), said)

        if form.validate_on_submit() and (answer := carry_out(form, verb)):
            return answer
        if form.is_submitted():
            db.session.rollback()
            stocktake = stocktakes.get_stocktake_or_404(current_user, stocktake_id)
    return _found_page(stocktake, form, query, product_id)


def _found_page(
    stocktake: Stocktake, form: FoundForm, query: str, product_id: int | None
) -> ResponseReturnValue:
    return answer_form(
        "stock/stocktakes/found.html",
        form,
        stocktake=stocktake,
        point=stocktake.point,
        query=query,
        product=None if product_id is None else products.get_product_or_404(product_id),
        found=products.find_products(query) if query and product_id is None else [],
    )
