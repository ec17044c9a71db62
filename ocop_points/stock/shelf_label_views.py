"""Shelf labels: choose lots and copies, print them on A4."""

from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.htmx import render
from ocop_points.evidence.serving import send_paper
from ocop_points.points import queries as points
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.stock import shelf_labels
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]

_LABELS = "/points/<int:point_id>/stock/labels"


@bp.get(_LABELS)
@requires("stock.read")
def label_sheet(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    rows = shelf_labels.lots_to_label(point_id, clock.today())
    return _page(point, rows, {}, {})


@bp.get(f"{_LABELS}.pdf")
@requires("stock.read")
def label_print(point_id: int) -> ResponseReturnValue:
    """The sheets, or the page again when nothing can be printed. Nothing is stored."""
    point, today = points.get_point_or_404(current_user, point_id), clock.today()
    rows = shelf_labels.lots_to_label(point_id, today)
    typed = {row.id: request.args.get(f"lot-{row.id}", "").strip()[:20] for row in rows}
    wanted = shelf_labels.read_copies(typed)
    faults, total = dict(wanted.faults), sum(wanted.copies.values())
    if not faults and not total:
        flash(_("Ghi số nhãn ở ít nhất một lô"), "warn")
        return redirect(url_for(".label_sheet", point_id=point_id))
    if total > shelf_labels.MOST_LABELS:
        faults[0] = _(
            "Mỗi lần in nhiều nhất %(n)s nhãn, bạn chọn %(m)s", n=shelf_labels.MOST_LABELS, m=total
        )
    if faults:
        return _page(point, rows, typed, faults, status=422)
    paper = shelf_labels.labels_paper(rows, wanted.copies, today, public_address(point))
    return send_paper("labels", paper, name=f"nhan-{point.code}.pdf")


def public_address(point: SalesPoint) -> str:
    """Where a buyer reads what stands on this shelf and with how many stars today; "" while there is no such page."""
    base = (current_app.config.get("PUBLIC_URL") or "").rstrip("/")
    return f"{base}/diem-ban/{point.code}" if base and point.status is PointStatus.OPEN else ""


def _page(
    point: SalesPoint, rows: Any, typed: Any, faults: Any, *, status: int = 200
) -> ResponseReturnValue:
    return render(
        "stock/labels.html",
        "stock/labels.html",
        status=status,
        failed=status == 422,
        point=point,
        rows=rows,
        typed=typed,
        faults=faults,
        address=public_address(point),
        most=shelf_labels.MOST_COPIES,
    )
