"""The ministry's summary of one period: page, file, papers."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import download, send_table
from ocop_points.evidence.serving import send_paper
from ocop_points.reports import labels as words
from ocop_points.reports import period_labels as labels
from ocop_points.reports import summary_documents as documents
from ocop_points.reports.overview import periods
from ocop_points.reports.period_paper_views import DOCX, bp
from ocop_points.reports.rules import Map
from ocop_points.reports.summary import Summary, summary_of

__all__ = ["bp"]


@bp.get("/reports/summary")
@requires("reports.consolidate")
def summary_show() -> ResponseReturnValue:
    listing, today = Listing(request.args), clock.today()
    view = summary_of(current_user, listing, today)
    if listing.file:
        name = f"tong-hop-bao-cao-{view.asked.period.key}"
        return send_table(documents.summary_table(view, current_user), name, listing.file)
    asked = {"period": view.asked.period.key, "map": view.asked.drawn.value}
    return render(
        "reports/summary.html",
        "reports/summary.html",
        view=view,
        listing=listing,
        asked=asked,
        labels=labels,
        words=words,
        documents=documents,
        by_locality=view.asked.drawn is Map.OLD,
        period_choices=[(one.key, words.period_name(one)) for one in periods(today)],
        map_choices=[(one.value, text) for one, text in words.MAPS.items()],
    )


@bp.get("/reports/summary.pdf")
@requires("reports.consolidate")
def summary_pdf() -> ResponseReturnValue:
    view = _asked()
    return send_paper("period_report", documents.summary_paper(view), name=f"{_name(view)}.pdf")


@bp.get("/reports/summary.docx")
@requires("reports.consolidate")
def summary_word() -> ResponseReturnValue:
    from ocop_points.reports.period_word import report_docx  # 20 MB that most servers never need

    view = _asked()
    return download(report_docx(documents.summary_paper(view)), f"{_name(view)}.docx", DOCX)


def _asked() -> Summary:
    return summary_of(current_user, Listing(request.args), clock.today())


def _name(view: Summary) -> str:
    return _("Tổng hợp báo cáo %(period)s", period=view.asked.period.key)
