"""Pages of a point's stock: ledger, what is on hand, the list of vouchers."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue import queries as products
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import parse_date, vi_date
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.points import queries as points
from ocop_points.points.queries import PointFilter
from ocop_points.stock import books, documents, labels, queries
from ocop_points.stock.books import LedgerFilter
from ocop_points.stock.queries import VoucherFilter
from ocop_points.stock.rules import VoucherKind, VoucherState, has_expired, on_hand_value

bp = Blueprint("stock", __name__)

SOON = timedelta(days=30)
# Kinds that are made here; the others come with later features.
SHOWN_KINDS = (
    VoucherKind.RECEIPT,
    VoucherKind.ISSUE,
    VoucherKind.SUPPLIER_RETURN,
    VoucherKind.WRITE_OFF,
    VoucherKind.TRANSFER,
    VoucherKind.STOCKTAKE,
    VoucherKind.OPENING,
    VoucherKind.REVERSAL,
)


def _kind_choices() -> list[tuple[str, Any]]:
    return [("", _("Tất cả")), *((kind.value, labels.KIND[kind]) for kind in SHOWN_KINDS)]


@bp.get("/stock")
@requires("stock.read")
def choose_point() -> ResponseReturnValue:
    """The points within reach with what waits in their stock; a single one is opened at once."""
    listing = Listing(request.args)
    page = points.points_page(current_user, PointFilter(query=listing.text("q")), listing.page)
    if page.total == 1 and not listing.filtered:
        return redirect(url_for(".ledger", point_id=page.items[0].id))
    today = clock.today()
    if listing.file:
        wanted = PointFilter(query=listing.text("q"))
        table = documents.shelves_table(current_user, wanted, soon=today + SOON)
        return send_table(table, "kho-hang", listing.file)
    return render(
        "stock/points.html",
        "stock/_points.html",
        page=page,
        listing=listing,
        query=listing.text("q"),
        summaries=queries.summaries([row.id for row in page.items], today, today + SOON),
    )


@bp.get("/points/<int:point_id>/stock")
@requires("stock.read")
def ledger(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    wanted = _wanted(listing)
    if listing.file:
        table = documents.ledger_table(current_user, point, wanted)
        return send_table(table, f"so-kho-{point.code}", listing.file)
    page = books.ledger_page(point_id, wanted, listing.page)
    held = books.products_at(point_id)
    product = next((one for one in held if one.id == wanted.product_id), None)
    return render(
        "stock/ledger.html",
        "stock/_ledger.html",
        point=point,
        page=page,
        listing=listing,
        wanted=wanted,
        totals=books.totals(point_id, wanted),
        product=product,
        product_choices=[
            ("", _("Tất cả sản phẩm")),
            *((one.id, f"{one.name} ({one.code})") for one in held),
        ],
        kind_choices=_kind_choices(),
        kinds={kind: str(words) for kind, words in labels.KIND.items()},
        since=vi_date(wanted.since),
        until=vi_date(wanted.until),
        notices=books.notices(point_id),
    )


def _wanted(listing: Listing) -> LedgerFilter:
    """Since the first of the month unless the address says another day, or none."""
    since = _day(listing.text("from"))
    if "from" not in request.args and "to" not in request.args:
        since = clock.today().replace(day=1)
    return LedgerFilter(
        product_id=listing.number("product"),
        kind=listing.member("kind", VoucherKind),
        since=since,
        until=_day(listing.text("to")),
    )


def _day(text: str) -> date | None:
    """A day of the filter, read forgivingly."""
    try:
        return parse_date(text)
    except ValueError:
        return None


@bp.get("/points/<int:point_id>/stock/on-hand")
@requires("stock.read")
def on_hand(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    query = listing.text("q")
    if listing.file:
        table = documents.on_hand_table(current_user, point, query)
        return send_table(table, f"ton-kho-{point.code}", listing.file)
    today = clock.today()
    page = queries.on_hand_page(point_id, query, listing.page)
    standings = products.standings_on({row.product_id for row in page.items}, today)
    figures = queries.on_hand_figures(point_id, query)
    priced = [row[:3] for row in figures if row.unit_price is not None]
    good = {row.product_id for row in figures if not has_expired(row.expiry, today)}
    return render(
        "stock/on_hand.html",
        "stock/_on_hand.html",
        point=point,
        page=page,
        listing=listing,
        query=query,
        marks={key: catalogue.standing_mark(one) for key, one in standings.items()},
        tags={row.lot_id: labels.expiry_tag(row.expiry, today) for row in page.items},
        values={
            row.lot_id: on_hand_value(row.on_hand, row.unit_price, row.unit_factor)
            for row in page.items
            if row.unit_price is not None
        },
        total=sum(on_hand_value(*one) for one in priced),
        unpriced=len(figures) - len(priced),
        sold_out=len({row.product_id for row in figures} - good),
        expired=sum(1 for row in figures if row.expiry and row.expiry < today),
        ending=sum(1 for row in figures if row.expiry and today <= row.expiry <= today + SOON),
    )


@bp.get("/points/<int:point_id>/stock/vouchers")
@requires("stock.read")
def voucher_list(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    listing = Listing(request.args)
    wanted = VoucherFilter(
        kind=listing.member("kind", VoucherKind),
        state=listing.member("state", VoucherState),
        since=_day(listing.text("from")),
        until=_day(listing.text("to")),
    )
    if listing.file:
        table = documents.vouchers_table(current_user, point, wanted)
        return send_table(table, f"phieu-kho-{point.code}", listing.file)
    every = ("", _("Tất cả"))
    return render(
        "stock/vouchers.html",
        "stock/_vouchers.html",
        point=point,
        page=queries.vouchers_page(point_id, wanted, listing.page),
        listing=listing,
        wanted=wanted,
        kind_choices=_kind_choices(),
        state_choices=[every, *((s.value, words) for s, (_tone, words) in labels.STATE.items())],
        kinds={kind: str(words) for kind, words in labels.KIND.items()},
        states=labels.STATE,
        since=vi_date(wanted.since),
        until=vi_date(wanted.until),
    )
