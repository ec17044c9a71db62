"""Warnings of the stock: of one point, of all within reach; the minimums they are held against."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.catalogue.models import Product
from ocop_points.catalogue.queries import products_with_units
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.db import db
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.localities import queries as localities
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.stock import alert_documents, alerts, books, labels, service_minimums
from ocop_points.stock.alerts import AlertFilter
from ocop_points.stock.alerts_rules import (
    ACTS,
    STILL_DAYS,
    STILL_FOR,
    WITHIN,
    WITHIN_DAYS,
    AlertKind,
    chosen_days,
)
from ocop_points.stock.minimums_forms import MinimumsForm
from ocop_points.stock.voucher_views import SLUGS, bp

__all__ = ["bp"]


def _wanted(listing: Listing, point_id: int | None) -> AlertFilter:
    return AlertFilter(
        day=clock.today(),
        kind=listing.member("kind", AlertKind),
        locality_id=None if point_id else listing.number("locality"),
        point_id=point_id or listing.number("point"),
        query=listing.text("q"),
        within=chosen_days(listing.number("within"), WITHIN, WITHIN_DAYS),
        still=chosen_days(listing.number("still"), STILL_FOR, STILL_DAYS),
    )


@bp.get("/stock/alerts")
@requires("stock.read")
def alert_list() -> ResponseReturnValue:
    """Every warning within reach."""
    return _list(None)


@bp.get("/points/<int:point_id>/stock/alerts")
@requires("stock.read")
def point_alerts(point_id: int) -> ResponseReturnValue:
    return _list(points.get_point_or_404(current_user, point_id))


def _list(point: SalesPoint | None) -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = _wanted(listing, point.id if point else None)
    if listing.file:
        table = alert_documents.alerts_table(current_user, wanted)
        name = f"canh-bao-kho-{point.code}" if point else "canh-bao-kho"
        return send_table(table, name, listing.file)
    page = alerts.alerts_page(current_user, wanted, listing.page)
    still = [row for row in page.items if row.kind == AlertKind.STILL]
    moved = alerts.last_moves({row.point_id for row in still}, {row.product_id for row in still})
    counts = alerts.counts(current_user, wanted)
    reached = [] if point else localities.reached_localities(current_user)
    return render(
        "stock/alerts.html",
        "stock/_alerts.html",
        point=point,
        page=page,
        listing=listing,
        wanted=wanted,
        counts=[
            (kind, labels.ALERT[kind][1], counts[kind]) for kind in AlertKind if kind in counts
        ],
        moved=moved if still else {},
        acts={
            kind.value: [(SLUGS[one], labels.MAKE[one]) for one in kinds]
            for kind, kinds in ACTS.items()
        },
        kinds={kind.value: words for kind, words in labels.ALERT.items()},
        kind_choices=[("", _("Tất cả")), *((k.value, w) for k, (_tone, w) in labels.ALERT.items())],
        day_choices=[
            [(n, _("%(n)s ngày", n=n)) for n in offered] for offered in (WITHIN, STILL_FOR)
        ],
        many=len(reached) > 1,
        locality_choices=[("", _("Tất cả")), *reached],
        only=_only(wanted) if point is None and wanted.point_id else None,
    )


def _only(wanted: AlertFilter) -> Any:
    """The one point that the whole list was narrowed to, when it lies within reach."""
    return points.get_point_or_404(current_user, wanted.point_id or 0)


# --- minimums -------------------------------------------------------------------------------------


@bp.route("/points/<int:point_id>/stock/minimums", methods=["GET", "POST"])
@requires("stock.write")
def minimums_edit(point_id: int) -> ResponseReturnValue:
    """One table for all goods the point ever held: the least it wants of each."""
    points.get_point_or_404(current_user, point_id)
    products = _products(point_id)
    stored = alerts.minimums_of(point_id)
    known = {id_: row.minimum for id_, row in stored.items()}
    form = MinimumsForm(
        data={
            "lines": [
                {"product_id": id_, "seen": known.get(id_, ""), "minimum": known.get(id_)}
                for id_ in products
            ]
        }
    )

    def verb() -> Done:
        user = me()
        point = points.get_point_to_edit(user, point_id)
        count = service_minimums.set_minimums(point, form.typed(_products(point_id)), by=user)
        said = ngettext("Đã đổi %(num)d mức tối thiểu.", "Đã đổi %(num)d mức tối thiểu.", count)
        return Done(
            url_for(".point_alerts", point_id=point_id), said if count else _("Không có gì đổi.")
        )

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    if form.is_submitted():
        db.session.rollback()
        products = _products(point_id)
    lines = [entry.form for entry in form.lines.entries]
    return answer_form(
        "stock/minimums.html",
        form,
        point=points.get_point_or_404(current_user, point_id),
        rows=[
            (products[one.product_number], one) for one in lines if one.product_number in products
        ],
        good=alerts.good_stock(point_id, clock.today()),
    )


def _products(point_id: int) -> dict[int, Product]:
    """The goods that ever moved at the point, in Vietnamese order."""
    order = [one.id for one in books.products_at(point_id)]
    found = products_with_units(order)
    return {id_: found[id_] for id_ in order}
