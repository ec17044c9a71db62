"""Pages of the months of a point's stock: what they brought and took, closing them, opening them again."""

from datetime import date
from typing import Any

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.points import queries as points
from ocop_points.stock import documents, labels, months, service_months
from ocop_points.stock.forms import DeleteForm, ReopenForm
from ocop_points.stock.rules_months import close_bar, month_end, month_of, parse_month
from ocop_points.stock.voucher_views import bp

__all__ = ["bp"]

_LIST = "/points/<int:point_id>/stock/months"
_MONTH = f"{_LIST}/<string(length=7):month>"


def _read(month: str) -> date:
    """The month of the address; 404 for what is none, and for months to come."""
    try:
        first = parse_month(month)
    except ValueError:
        abort(404)
    return first if first <= clock.today() else abort(404)


@bp.get(_LIST)
@requires("stock.read")
def month_list(point_id: int) -> ResponseReturnValue:
    """Every month with vouchers: at most twelve a year, so on one page."""
    point = points.get_point_or_404(current_user, point_id)
    found = months.months_of(point_id)
    this = month_of(clock.today())
    return render(
        "stock/months.html",
        "stock/_months.html",
        point=point,
        months=found,
        this=this,
        last=next((one for one in found if one.closing), None),
    )


@bp.get(_MONTH)
@requires("stock.read")
def month_show(point_id: int, month: str) -> ResponseReturnValue:
    point, first = points.get_point_or_404(current_user, point_id), _read(month)
    listing = Listing(request.args)
    if listing.file:
        table = documents.month_table(current_user, point, first)
        return send_table(table, f"so-kho-{point.code}-{month}", listing.file)
    closings = months.closings_of(point_id)
    through = closings[0].through if closings else None
    end = month_end(first)
    drafts = months.drafts_until(point_id, end)
    bar = close_bar(first, clock.today(), through, drafts)
    return render(
        "stock/month.html",
        "stock/_month.html",
        point=point,
        key=month,
        first=first,
        end=end,
        page=months.month_page(point_id, first, listing.page),
        listing=listing,
        by_kind=months.vouchers_by_kind(point_id, first),
        closed=through is not None and end <= through,
        closing=next((row for row in closings if row.through == end), None),
        may_reopen=through == end,
        bar=bar,
        why=labels.close_bar_text(bar, drafts) if bar else "",
        drafts=drafts,
        labels=labels,
    )


@bp.route(f"{_MONTH}/close", methods=["GET", "POST"])
@requires("stock.close")
def month_close(point_id: int, month: str) -> ResponseReturnValue:
    first = _read(month)
    form = DeleteForm()

    def verb() -> Done:
        user = me()
        record = points.get_point_to_edit(user, point_id)
        service_months.close_month(record, first, by=user)
        return _done(
            point_id, month, _("Đã khóa sổ kho %(month)s.", month=labels.month_name(first))
        )

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    text = _(
        "Sau khi khóa, không ghi được phiếu nào có ngày đến hết %(day)s: số của tháng này và các tháng trước đứng yên."
        " Người quản lý mở lại được khi cần.",
        day=f"{month_end(first):%d/%m/%Y}",
    )
    title = _("Khóa sổ kho %(month)s", month=labels.month_name(first))
    return _confirm(point_id, month, form, title=title, text=text, verb=_("Khóa sổ"), danger=False)


@bp.route(f"{_MONTH}/reopen", methods=["GET", "POST"])
@requires("stock.close")
def month_reopen(point_id: int, month: str) -> ResponseReturnValue:
    first = _read(month)
    form = ReopenForm()

    def verb() -> Done:
        user = me()
        record = points.get_point_to_edit(user, point_id)
        service_months.reopen_month(record, first, reason=form.reason.data or "", by=user)
        return _done(
            point_id, month, _("Đã mở lại sổ kho %(month)s.", month=labels.month_name(first))
        )

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    text = _(
        "Mở lại thì ghi được phiếu có ngày trong tháng này, số đã báo cáo có thể đổi. Lý do được lưu vào nhật ký."
    )
    title = _("Mở lại sổ kho %(month)s", month=labels.month_name(first))
    return _confirm(point_id, month, form, title=title, text=text, verb=_("Mở lại sổ"), danger=True)


def _done(point_id: int, month: str, said: str) -> Done:
    return Done(url_for(".month_show", point_id=point_id, month=month), said)


def _confirm(point_id: int, month: str, form: Any, **words: Any) -> ResponseReturnValue:
    """The page that asks; the point is read again, since a refused verb was rolled back."""
    point = points.get_point_or_404(current_user, point_id)
    back = url_for(".month_show", point_id=point_id, month=month)
    known = {"sub": f"{point.name} ({point.code})", "back_url": back, "nav": "stock", **words}
    return answer_form("shared/confirm.html", form, **known)
