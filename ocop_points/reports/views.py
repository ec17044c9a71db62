"""The page of the overview."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.catalogue import labels as catalogue
from ocop_points.catalogue.rules import ProductGroup, Stars
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.points import labels as points
from ocop_points.reports import labels, overview
from ocop_points.reports.overview_documents import overview_table
from ocop_points.reports.rules import Map

bp = Blueprint("reports", __name__)


@bp.get("/overview")
@requires("overview.read")
def overview_show() -> ResponseReturnValue:
    listing, today = Listing(request.args), clock.today()
    shown = overview.overview_of(current_user, listing, today)
    if listing.file:
        return send_table(overview_table(shown, current_user), "tong-quan", listing.file)
    every = ("", _("Tất cả"))
    return render(
        "reports/overview.html",
        "reports/_overview.html",
        view=shown,
        listing=listing,
        labels=labels,
        points=points,
        catalogue=catalogue,
        Map=Map,
        ProductGroup=ProductGroup,
        Stars=Stars,
        percent_of=overview.percent_of,
        width=overview.shown,
        map_choices=[(one.value, words) for one, words in labels.MAPS.items()],
        period_choices=[(p.key, labels.period_name(p)) for p in overview.periods(today)],
        region_choices=[every, *((name, name) for name in shown.regions)],
        measure_choices=[(key, one.title) for key, one in labels.MEASURES.items()],
    )
