"""The search box: its page, and the first answers while typing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.models import User
from ocop_points.assessments import labels as visits
from ocop_points.assessments.kinds import paper_number, paper_number_in
from ocop_points.assessments.rules_states import VisitState
from ocop_points.catalogue import labels as catalogue
from ocop_points.core.access import requires
from ocop_points.core.formats import vi_date
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.text import fold
from ocop_points.desk import search_queries as queries
from ocop_points.desk.search_rules import LEAST, is_paper_number, read_voucher_number
from ocop_points.desk.views import bp
from ocop_points.points import labels as point_labels
from ocop_points.stock import labels as stock

WHILE_TYPING, ON_THE_PAGE = 3, 10


@dataclass(frozen=True)
class Hit:
    """A record that was found: its name, where it is, and what tells it from its like."""

    text: str
    url: str
    note: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more_url` is the list of all of them, "" where these are all."""

    title: str
    icon: str
    hits: list[Hit]
    more_url: str


@bp.get("/search")
@requires("search")
def search() -> ResponseReturnValue:
    query = Listing(request.args).text("q")
    return render(
        "desk/search.html",
        "desk/_found.html",
        query=query,
        short=_short(query),
        groups=_groups(query, ON_THE_PAGE),
    )


@bp.get("/search/quick")
@requires("search")
def search_quick() -> ResponseReturnValue:
    """The first answers while typing, for the box; without htmx the small page is still readable."""
    query = Listing(request.args).text("q")
    groups = [] if _short(query) else _groups(query, WHILE_TYPING)
    return render_template("desk/_quick.html", query=query, short=_short(query), groups=groups)


def _short(query: str) -> bool:
    return len(fold(query)) < LEAST


def _groups(query: str, shown: int) -> list[Group]:
    if _short(query):
        return []
    made = _every(current_user, query, shown + 1)
    return [
        Group(title, icon, hits[:shown], more if len(hits) > shown else "")
        for title, icon, hits, more in made
        if hits
    ]


def _every(user: User, query: str, limit: int) -> Iterator[tuple[str, str, list[Hit], str]]:
    """Title, icon, hits and the whole list of each kind. A number of a paper is looked for only where one was typed,
    and names only where none was: they are looked through from end to end."""
    parts = read_voucher_number(query)
    if parts:
        vouchers = queries.vouchers(user, parts, limit)
        every = url_for("stock.voucher_list", point_id=vouchers[0].point_id) if vouchers else ""
        yield _("Phiếu kho"), "file-text", [_voucher(row) for row in vouchers], every
    if not (parts and parts.kind) and not is_paper_number(query):
        yield from _named(user, query, limit, code=parts.point_code if parts else "")
    if not parts and any(sign.isdigit() for sign in query):
        papers = [_certificate(row) for row in queries.certificates(query, limit)]
        every = url_for("catalogue.certificate_list", q=query)
        yield _("Giấy chứng nhận"), "certificate", papers, every
    if number := paper_number_in(query):
        minutes = [_minutes(row) for row in queries.minutes(user, number, limit)]
        every = url_for("assessments.visit_list", q=query)
        yield _("Biên bản đánh giá"), "clipboard-check", minutes, every


def _named(
    user: User, query: str, limit: int, *, code: str
) -> Iterator[tuple[str, str, list[Hit], str]]:
    """What has a name. `code`: that of a point, as it was typed; the point that bears it is all that was meant."""
    found = queries.points(user, query, limit)
    points = [_point(row) for row in found]
    yield _("Điểm bán"), "building-store", points, url_for("points.point_list", q=query)
    if code and any(row.code == code for row in found):
        return
    products = [_product(row) for row in queries.products(query, limit)]
    yield _("Sản phẩm"), "packages", products, url_for("catalogue.product_list", q=query)
    makers = [_supplier(row) for row in queries.suppliers(user, query, limit)]
    every = url_for("catalogue.supplier_list", q=query)
    yield _("Chủ thể, nhà cung cấp"), "truck-delivery", makers, every


def _point(row: Any) -> Hit:
    status = point_labels.STATUS[row.status][1]
    note = f"{row.code} · {row.address}, {row.ward[:1].lower()}{row.ward[1:]} · {status}"
    return Hit(row.name, url_for("points.point_show", point_id=row.id), note)


def _product(row: Any) -> Hit:
    url = url_for("catalogue.product_show", product_id=row.id)
    return Hit(row.name, url, f"{row.code} · {row.producer}")


def _supplier(row: Any) -> Hit:
    parts = (str(catalogue.SUPPLIER_KIND[row.kind]), row.address)
    url = url_for("catalogue.supplier_show", supplier_id=row.id)
    return Hit(row.name, url, " · ".join(part for part in parts if part))


def _certificate(row: Any) -> Hit:
    until = _("đến hết %(day)s", day=vi_date(row.last_valid_day))
    url = url_for("catalogue.product_show", product_id=row.product_id)
    parts = (row.product, row.decision, until)
    return Hit(row.number, url, " · ".join(part for part in parts if part))


def _voucher(row: Any) -> Hit:
    url = url_for("stock.voucher_show", voucher_id=row.id)
    return Hit(row.number, url, f"{stock.KIND[row.kind]} · {vi_date(row.on_date)} · {row.point}")


def _minutes(row: Any) -> Hit:
    word = visits.RESULT[row.result][1]
    if row.state is VisitState.VOID:
        word = visits.STATE[VisitState.VOID][1]
    url = url_for("assessments.visit_show", visit_id=row.id)
    note = f"{row.point} · {vi_date(row.visited_on)} · {word}"
    return Hit(paper_number(row.number, row.symbol), url, note)
