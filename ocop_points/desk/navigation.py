"""The side navigation: what this user may open, in the order of work."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from markupsafe import Markup


@dataclass(frozen=True)
class Entry:
    """One line of the navigation; shown when its page exists and the user holds the permission."""

    key: str
    endpoint: str
    icon: str
    text: Any
    permission: str


@dataclass(frozen=True)
class Link:
    """An entry as the template shows it."""

    key: str
    url: str
    icon: str
    text: Any


ENTRIES = (
    Entry("home", "desk.home", "calendar-event", _l("Việc của tôi"), "home"),
    Entry("points", "points.point_list", "building-store", _l("Điểm bán"), "points.read"),
    Entry(
        "assessments", "assessments.visit_list", "clipboard-check", _l("Đánh giá"), "visits.read"
    ),
    Entry("findings", "findings.finding_list", "flag", _l("Khắc phục"), "findings.read"),
    Entry("stock", "stock.choose_point", "packages", _l("Kho hàng"), "stock.read"),
    Entry("products", "catalogue.product_list", "certificate", _l("Sản phẩm"), "catalogue.read"),
    Entry(
        "suppliers",
        "catalogue.supplier_list",
        "truck-delivery",
        _l("Nhà cung cấp"),
        "catalogue.read",
    ),
    Entry("funding", "programme.support_list", "building", _l("Hỗ trợ"), "programme.read"),
    Entry(
        "agreements", "agreements.agreement_list", "file-check", _l("Thỏa thuận"), "agreements.read"
    ),
    Entry("overview", "reports.overview_show", "chart-bar", _l("Tổng quan"), "overview.read"),
    Entry("reports", "period_reports.report_list", "file-text", _l("Báo cáo"), "reports.read"),
    Entry("criteria", "criteria.edition_list", "list-check", _l("Bộ tiêu chí"), "criteria.read"),
    Entry("users", "desk.user_list", "users", _l("Người dùng"), "users.edit"),
    Entry("localities", "localities.locality_list", "map-pin", _l("Địa phương"), "localities.read"),
    Entry("api", "tokens.token_list", "key", _l("Khóa API"), "api.manage"),
    Entry("audit", "desk.audit_list", "history", _l("Nhật ký"), "audit.read"),
    Entry("reminders", "desk.reminders", "mail", _l("Thư nhắc việc"), "system.mail"),
    Entry("backup", "desk.backup", "database", _l("Sao lưu"), "system.backup"),
)


def side_links(nav: str) -> Markup:
    """The list of links for the signed-in user, the part `nav` marked: made once a role, it is in every page."""
    if not current_user.is_authenticated:
        return Markup()
    made: dict[object, Markup] = current_app.extensions.setdefault("ocop_side_links", {})
    key = (current_user.role, nav, request.script_root, str(get_locale()))
    if key not in made:
        page = render_template("shared/_links.html", links=navigation(), nav=nav)
        made[key] = Markup(page)  # noqa: S704  # a template of ours
    return made[key]


def navigation() -> list[Link]:
    """The links for the signed-in user."""
    may, known = current_user.may, current_app.view_functions
    return [
        Link(entry.key, url_for(entry.endpoint), entry.icon, entry.text)
        for entry in ENTRIES
        if entry.endpoint in known and may(entry.permission)
    ]


# The parts of a point, each its own page.
POINT_TABS = (
    ("show", "points.point_show", _l("Tổng quan"), "points.read"),
    ("visits", "assessments.point_visits", _l("Đánh giá"), "visits.read"),
    ("stock", "stock.ledger", _l("Kho hàng"), "stock.read"),
    ("funding", "programme.point_support", _l("Hỗ trợ"), "programme.read"),
    ("history", "points.point_history", _l("Nhật ký"), "audit.read"),
)


def point_tabs(point_id: int) -> list[tuple[str, str, Any]]:
    """The tabs of a point that the signed-in user may open: key, address, text."""
    may, known = current_user.may, current_app.view_functions
    return [
        (key, url_for(endpoint, point_id=point_id), text)
        for key, endpoint, text, permission in POINT_TABS
        if endpoint in known and may(permission)
    ]


def visits_of(edition_id: int) -> str:
    """Where the visits by one edition are listed; "" while there is no such page."""
    if "assessments.visit_list" not in current_app.view_functions:
        return ""
    return url_for("assessments.visit_list", edition=edition_id)
