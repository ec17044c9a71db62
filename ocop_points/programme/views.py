"""Pages of support: the list, its totals, points that break their duty; of one point what it was given."""

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.formats import money
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.localities import queries as localities
from ocop_points.points import queries as points
from ocop_points.programme import documents, labels, queries, service
from ocop_points.programme.forms import PaymentForm, ReasonForm, SupportForm
from ocop_points.programme.queries import UNACCEPTED, UNPAID, SupportFilter
from ocop_points.programme.rules import DORMANT_AFTER, DutyBreach, Money, SupportSource

bp = Blueprint("programme", __name__)


def _wanted(listing: Listing) -> SupportFilter:
    stage = listing.text("stage")
    return SupportFilter(
        query=listing.text("q"),
        source=listing.member("source", SupportSource),
        year=listing.number("year"),
        locality_id=listing.number("locality"),
        stage=stage if stage in {UNACCEPTED, UNPAID} else "",
    )


def _choices() -> dict[str, Any]:
    every = ("", _("Tất cả"))
    reached = localities.reached_localities(current_user)
    return {
        "many": len(reached) > 1,
        "locality_choices": [every, *reached],
        "year_choices": [every, *((year, str(year)) for year in queries.years(current_user))],
        "source_choices": [every, *((one.value, words) for one, words in labels.SOURCE.items())],
    }


@bp.get("/funding")
@requires("programme.read")
def support_list() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = _wanted(listing)
    if listing.file:
        return send_table(documents.support_table(current_user, wanted), "ho-tro", listing.file)
    today = clock.today()
    return render(
        "programme/support_list.html",
        "programme/_support_table.html",
        page=queries.support_page(current_user, wanted, listing.page),
        sum=queries.support_sum(current_user, wanted),
        alarms=queries.breaches(current_user, today, limit=3),
        listing=listing,
        wanted=wanted,
        today=today,
        labels=labels,
        breach=DutyBreach,
        stage_choices=[
            ("", _("Tất cả")),
            (UNACCEPTED, _("Chưa nghiệm thu")),
            (UNPAID, _("Chưa chi hết")),
        ],
        **_choices(),
    )


@bp.get("/funding/totals")
@requires("programme.read")
def support_totals() -> ResponseReturnValue:
    listing = Listing(request.args)
    wanted = _wanted(listing)
    if listing.file:
        table = documents.totals_table(current_user, wanted)
        return send_table(table, "tong-hop-ho-tro", listing.file)
    rows = queries.totals(current_user, wanted)
    return render(
        "programme/totals.html",
        "programme/_totals_table.html",
        rows=rows,
        sum=Money(sum(int(row.agreed) for row in rows), sum(int(row.paid) for row in rows)),
        listing=listing,
        wanted=wanted,
        **_choices(),
    )


@bp.get("/funding/duty")
@requires("programme.read")
def duty_list() -> ResponseReturnValue:
    listing, today = Listing(request.args), clock.today()
    if listing.file:
        table = documents.breaches_table(current_user, today)
        return send_table(table, "cam-ket-mo-cua", listing.file)
    return render(
        "programme/duty.html",
        "programme/_duty_table.html",
        page=queries.breaches_page(current_user, today, listing.page),
        listing=listing,
        today=today,
        labels=labels,
        breach=DutyBreach,
        dormant_days=DORMANT_AFTER.days,
    )


@bp.get("/points/<int:point_id>/funding")
@requires("programme.read")
def point_support(point_id: int) -> ResponseReturnValue:
    point, today = points.get_point_or_404(current_user, point_id), clock.today()
    given, until = queries.support_of(point_id), point.keep_open_until
    broken = queries.breach_of(point, today)
    return render_template(
        "programme/point.html",
        point=point,
        given=given,
        sum=Money(sum(one.amount for one in given), sum(one.paid for one in given)),
        guidance=queries.guidance_of(point_id),
        broken=broken,
        tag=labels.BREACH[broken.breach] if broken else None,
        days_left=None if until is None else (until - today).days,
        labels=labels,
        dormant_days=DORMANT_AFTER.days,
    )


@bp.route("/points/<int:point_id>/funding/new", methods=["GET", "POST"])
@requires("programme.edit")
def support_new(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    form = SupportForm()
    if not form.is_submitted():
        form.programme_year.data = clock.today().year

    def verb() -> Done:
        user = me()
        record = points.get_point_to_edit(user, point_id)
        made = service.add_support(record, form.facts(), by=user)
        said = _("Đã ghi khoản hỗ trợ %(sum)s.", sum=money(made.amount))
        return Done(url_for(".point_support", point_id=point_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = points.get_point_or_404(current_user, point_id)
    return answer_form("programme/support.html", form, point=point, held=None)


@bp.route("/funding/<int:support_id>/edit", methods=["GET", "POST"])
@requires("programme.edit")
def support_edit(support_id: int) -> ResponseReturnValue:
    support = queries.get_support_or_404(current_user, support_id)
    point_id = support.point_id
    form = SupportForm(obj=support)

    def verb() -> Done:
        user = me()
        record = queries.get_support_or_404(user, support_id, lock=True)
        form.guard_version(record)
        service.edit_support(record, form.facts(), by=user)
        return Done(url_for(".point_support", point_id=point_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    support = queries.get_support_or_404(current_user, support_id)
    return answer_form("programme/support.html", form, point=support.point, held=support)


@bp.route("/funding/<int:support_id>/delete", methods=["GET", "POST"])
@requires("programme.edit")
def support_delete(support_id: int) -> ResponseReturnValue:
    support = queries.get_support_or_404(current_user, support_id)
    back = url_for(".point_support", point_id=support.point_id)
    sub = f"{support.point.name} · {support.decision_number} · {money(support.amount)}"
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        service.remove_support(queries.get_support_or_404(user, support_id, lock=True), by=user)
        return Done(back, _("Đã xóa khoản hỗ trợ ghi nhầm."))

    return ask(
        form,
        verb,
        title=_("Xóa khoản hỗ trợ ghi nhầm"),
        sub=sub,
        text=_(
            "Khoản này không còn trong danh sách và các số tổng; nhật ký giữ nội dung đã ghi. Không hoàn tác được."
        ),
        verb=_("Xóa khoản này"),
        danger=True,
        back_url=back,
        nav="funding",
    )


@bp.route("/funding/<int:support_id>/payments/new", methods=["GET", "POST"])
@requires("programme.edit")
def payment_new(support_id: int) -> ResponseReturnValue:
    support = queries.get_support_or_404(current_user, support_id)
    point_id = support.point_id
    form = PaymentForm()

    def verb() -> Done:
        user = me()
        made = service.add_payment(
            queries.get_support_or_404(user, support_id, lock=True),
            paid_on=form.paid_on.data,
            amount=form.amount.data,
            document_number=form.document_number.data or "",
            by=user,
        )
        said = _("Đã ghi lần chi %(sum)s.", sum=money(made.amount))
        return Done(url_for(".point_support", point_id=point_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    support = queries.get_support_or_404(current_user, support_id)
    return answer_form("programme/payment.html", form, support=support, point=support.point)


@bp.route("/funding/payments/<int:payment_id>/delete", methods=["GET", "POST"])
@requires("programme.edit")
def payment_delete(payment_id: int) -> ResponseReturnValue:
    payment = queries.get_payment_or_404(current_user, payment_id)
    back = url_for(".point_support", point_id=payment.support.point_id)
    sub = f"{payment.support.point.name} · {payment.document_number} · {money(payment.amount)}"
    form = ReasonForm()

    def verb() -> Done:
        user = me()
        record = queries.get_payment_or_404(user, payment_id)
        service.remove_payment(record, reason=form.reason.data or "", by=user)
        return Done(back, _("Đã xóa lần chi ghi nhầm."))

    return ask(
        form,
        verb,
        title=_("Xóa lần chi ghi nhầm"),
        sub=sub,
        text=_("Lần chi bị trừ khỏi số đã chi; nhật ký giữ nội dung và lý do."),
        verb=_("Xóa lần chi"),
        danger=True,
        back_url=back,
        nav="funding",
    )
