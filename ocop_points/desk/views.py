"""Home and the audit pages."""

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import user_by_id
from ocop_points.audit import queries as audit
from ocop_points.audit.queries import AuditFilter
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import parse_date, vi_date, weekday
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.desk import documents, labels
from ocop_points.desk.home import home_of
from ocop_points.desk.queries import audit_scope

bp = Blueprint("desk", __name__)

KINDS_OF_CHANGE = {
    "point": "Điểm bán",
    "user": "Người dùng",
    "locality": "Địa phương",
    "department": "Sở",
    "finding": "Việc khắc phục",
    "supplier": "Nhà cung cấp",
    "product": "Sản phẩm",
    "certificate": "Giấy chứng nhận",
    "agreement": "Thỏa thuận",
    "voucher": "Phiếu kho",
    "report": "Báo cáo kỳ",
}


@bp.get("/")
@requires("home")
def home() -> ResponseReturnValue:
    today = clock.today()
    return render_template(
        "desk/home.html",
        home=home_of(current_user),
        today=f"{weekday(today)}, {vi_date(today)}",
        role=labels.ROLE[current_user.role],
    )


@bp.get("/audit")
@requires("audit.read")
def audit_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    user_id = listing.number("user")
    kind = listing.text("kind")
    wanted = AuditFilter(
        user_id=user_id,
        action_prefix=f"{kind}." if kind in KINDS_OF_CHANGE else "",
        since=_day(listing.text("since")),
        until=_day(listing.text("until")),
    )
    scope = audit_scope(current_user)
    if listing.file:
        rows = audit.rows_for_export(scope, wanted)
        return send_table(documents.audit_table(current_user, rows), "nhat-ky", listing.file)
    return render(
        "desk/audit.html",
        "desk/_audit_table.html",
        page=audit.rows_page(scope, wanted, listing.page),
        listing=listing,
        kind=kind,
        kinds=[(key, _(name)) for key, name in KINDS_OF_CHANGE.items()],
        since=listing.text("since"),
        until=listing.text("until"),
        person=user_by_id(user_id) if user_id else None,
    )


def _day(text: str) -> date | None:
    """A day of the filter, read forgivingly."""
    try:
        return parse_date(text)
    except ValueError:
        return None
