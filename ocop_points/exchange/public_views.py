"""For everybody, without sign-in: points that trade, what stands on their shelves, and both as open data."""

import hashlib
from collections.abc import Callable

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    make_response,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext as _

from ocop_points.audit.queries import last_row_id
from ocop_points.core import clock
from ocop_points.core.access import public
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import CSV, disposition
from ocop_points.exchange import public_documents as documents
from ocop_points.exchange import public_queries as queries
from ocop_points.exchange.public_queries import PublicFilter
from ocop_points.extensions import limiter

bp = Blueprint("public", __name__)

PAGES = "120 per minute"
FILES = "12 per minute"
KEPT_SECONDS = 300
GEOJSON = "application/geo+json"
JSON = "application/json"


@bp.get("/diem-ban")
@public
@limiter.limit(PAGES)
def point_list() -> Response:
    listing = Listing(request.args)
    wanted = _wanted(listing)

    def make() -> Response:
        day = clock.today()
        page = queries.points_page(wanted, listing.page, day)
        return make_response(
            render_template(
                "exchange/public_list.html",
                page=page,
                counts=queries.goods_counts(day, [row.id for row in page.items]),
                listing=listing,
                wanted=wanted,
                localities=[("", _("Cả nước")), *queries.localities_with_points()],
            )
        )

    return _kept(make)


@bp.get("/diem-ban/<public_code>")
@public
@limiter.limit(PAGES)
def point_show(public_code: str) -> Response:
    listing = Listing(request.args)

    def make() -> Response:
        day = clock.today()
        point = queries.point_by_code(public_code) or abort(404)
        page = queries.goods_page(point.id, listing.page, day)
        return make_response(
            render_template(
                "exchange/public_point.html",
                point=point,
                page=page,
                goods=documents.with_standing(page.items, day),
                listing=listing,
                day=day,
            )
        )

    return _kept(make)


@bp.get("/du-lieu-mo")
@public
@limiter.limit(PAGES)
def data() -> Response:
    """What the files hold, field by field."""
    tables = [
        (_("Điểm bán"), "point_file", ("csv", "json", "geojson"), documents.POINT),
        (_("Hàng trên kệ"), "goods_file", ("csv", "json"), documents.GOODS),
    ]
    return _kept(
        lambda: make_response(
            render_template("exchange/public_data.html", tables=tables, base=_base())
        )
    )


@bp.get("/du-lieu-mo/diem-ban.<any(csv, json, geojson):point_format>")
@public
@limiter.limit(FILES)
def point_file(point_format: str) -> Response:
    """The points of the list with the same filters."""
    wanted = _wanted(Listing(request.args))

    def make() -> Response:
        day = clock.today()
        rows = documents.points_records(wanted, _base(), day)
        if point_format == "geojson":
            return _file(documents.as_geojson(rows), GEOJSON, "diem-ban.geojson")
        if point_format == "json":
            content = documents.as_list("points", documents.POINT, rows, day)
            return _file(content, JSON, "diem-ban.json")
        return _file(documents.as_csv(documents.POINT, rows), CSV, "diem-ban.csv")

    return _kept(make)


@bp.get("/du-lieu-mo/hang-tren-ke.<any(csv, json):goods_format>")
@public
@limiter.limit(FILES)
def goods_file(goods_format: str) -> Response:
    """The products on the shelves, a row a point and product; of one locality when it is given."""
    wanted = _wanted(Listing(request.args))

    def make() -> Response:
        day = clock.today()
        rows = documents.goods_records(wanted.locality_id, day)
        if goods_format == "json":
            content = documents.as_list("goods", documents.GOODS, rows, day)
            return _file(content, JSON, "hang-tren-ke.json")
        return _file(documents.as_csv(documents.GOODS, rows), CSV, "hang-tren-ke.csv")

    return _kept(make)


def _wanted(listing: Listing) -> PublicFilter:
    return PublicFilter(query=listing.text("q"), locality_id=listing.number("locality"))


def _base() -> str:
    """Where this installation is found."""
    known = (current_app.config.get("PUBLIC_URL") or "").rstrip("/")
    return known or url_for("public.point_list", _external=True).removesuffix("/diem-ban")


def _file(content: bytes, mimetype: str, name: str) -> Response:
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = disposition("inline", name)
    return answer


def _kept(make: Callable[[], Response]) -> Response:
    """The answer, kept by anybody for five minutes; made only for those who do not have it as it is now.

    Each change leaves an audit row, so the newest row's number, the day and the address name the content. Nothing of
    the session goes into it, nor comes with it: a cache on the way gives it to others.
    """
    named = f"{last_row_id()} {clock.today()} {request.full_path}"
    stamp = hashlib.sha256(named.encode()).hexdigest()[:20]
    known = request.if_none_match.contains_weak(stamp)
    answer = Response(status=304) if known else make()
    answer.set_etag(stamp, weak=True)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    session.modified = False
    return answer
