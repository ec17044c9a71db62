"""Pages of period reports: the list, one report, its remarks, and its steps."""

from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import DEPARTMENT, requires
from ocop_points.core.errors import Refused
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.paging import page_of
from ocop_points.core.tables_out import send_table
from ocop_points.localities.models import Locality
from ocop_points.localities.queries import reached_localities
from ocop_points.reports import labels as words
from ocop_points.reports import period_documents as documents
from ocop_points.reports import period_labels as labels
from ocop_points.reports import period_queries as queries
from ocop_points.reports import period_service as service
from ocop_points.reports import period_table as table
from ocop_points.reports.overview import periods
from ocop_points.reports.period_forms import RemarksForm, ReturnForm, SubmitForm
from ocop_points.reports.period_models import PeriodReport
from ocop_points.reports.period_queries import ReportFilter
from ocop_points.reports.period_rules import (
    SENT,
    Contents,
    ReportState,
    ReportVerb,
    allowed,
    due,
    is_over,
    open_in,
)
from ocop_points.reports.rules import Period, most_unmet, read_period

bp = Blueprint("period_reports", __name__)

ALL = "all"


@bp.get("/reports")
@requires("reports.read")
def report_list() -> ResponseReturnValue:
    listing, today = Listing(request.args), clock.today()
    period = _asked_period(listing)
    wanted = ReportFilter(period, listing.member("state", ReportState), listing.number("locality"))
    rows = queries.listed(current_user, wanted, today)
    if listing.file:
        return send_table(documents.list_table(rows, current_user), "bao-cao-ky", listing.file)
    every = ("", _("Tất cả"))
    return render(
        "reports/list.html",
        "reports/_list.html",
        page=page_of(rows, listing.page),
        listing=listing,
        wanted=wanted,
        today=today,
        is_over=is_over,
        labels=labels,
        words=words,
        period_choices=[
            (ALL, _("Mọi kỳ")),
            *((one.key, words.period_name(one)) for one in periods(today)),
        ],
        state_choices=[every, *((key.value, text) for key, (_t, text) in labels.STATE.items())],
        locality_choices=[every, *reached_localities(current_user)],
        chosen=period.key if period else ALL,
        summed=period or due(today)[0],
    )


def _asked_period(listing: Listing) -> Period | None:
    """The period of the address; without one all of them to a department, the last that ended to the ministry."""
    asked = listing.text("period")
    found = read_period(asked)
    if found is not None and found.first <= clock.today():
        return found
    return None if asked == ALL or current_user.role in DEPARTMENT else due(clock.today())[0]


@bp.get("/reports/<int:locality_id>/<period>")
@requires("reports.read")
def report_show(locality_id: int, period: str) -> ResponseReturnValue:
    listing, today = Listing(request.args), clock.today()
    locality, report = queries.get_report_or_404(current_user, locality_id, period, today=today)
    contents, sent = queries.contents_for(current_user, locality, report, today)
    if listing.file:
        name = f"bao-cao-{locality.short_code}-{period}"
        return send_table(documents.report_table(contents, current_user), name, listing.file)
    return render(
        "reports/report.html",
        "reports/report.html",
        locality=locality,
        report=report,
        contents=contents,
        sent=sent,
        may={verb.value for verb in allowed(report.state, current_user.role)},
        introduction=documents.introduction,
        rows=table.rows(contents),
        unmet=most_unmet(contents.figures, contents.lines, documents.UNMET_SHOWN),
        drift=_drift(locality, contents, today) if report.state in SENT else [],
        over=is_over(report.of, today),
        steps=queries.steps_of(report),
        listing=listing,
        labels=labels,
        words=words,
        remarks=labels.REMARKS,
    )


def _drift(locality: Locality, contents: Contents, today: date) -> list[Any]:
    return list(table.drift(contents, queries.recorded(locality.id, contents.period, today)))


# --- what is written and done ----------------------------------------------------------------------


@bp.route("/reports/<int:locality_id>/<period>/edit", methods=["GET", "POST"])
@requires("reports.write")
def report_edit(locality_id: int, period: str) -> ResponseReturnValue:
    locality, report = _found(locality_id, period, ReportVerb.WRITE)
    form = RemarksForm(obj=report)

    def verb() -> Done:
        user = me()
        place, record = _locked(user, locality_id, period)
        form.guard_version(record)
        service.write_remarks(place, record, form.remarks, by=user)
        return Done(_address(locality_id, period), _("Đã lưu nhận xét."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    locality, report = _found(locality_id, period)
    return answer_form(
        "reports/remarks.html",
        form,
        name=_name(locality, report),
        back=_address(locality_id, period),
        fields=[form[name] for name in labels.REMARKS],
    )


@bp.route("/reports/<int:locality_id>/<period>/submit", methods=["GET", "POST"])
@requires("reports.submit")
def report_submit(locality_id: int, period: str) -> ResponseReturnValue:
    locality, report = _found(locality_id, period, ReportVerb.SUBMIT)
    form = SubmitForm(obj=report)
    text = _(
        "Số liệu được chốt lúc gửi, cùng nhận xét đã lưu. Gửi rồi thì không sửa được, trừ khi Bộ trả lại."
    )
    if not any(getattr(report, remark) for remark in labels.REMARKS):
        text += " " + _("Chưa ghi nhận xét nào.")
    if not is_over(report.of, clock.today()):
        text += " " + _("Kỳ chưa kết thúc: số liệu chỉ đến hôm nay.")

    def verb() -> Done:
        user = me()
        place, record = _locked(user, locality_id, period)
        _refuse_stale(form, record)
        service.submit_report(place, record, number=form.number.data or "", by=user)
        return Done(_address(locality_id, period), _("Đã gửi báo cáo lên Bộ."))

    return _ask(form, verb, locality, report, title=_("Gửi báo cáo"), text=text, verb=_("Gửi Bộ"))


@bp.route("/reports/<int:locality_id>/<period>/return", methods=["GET", "POST"])
@requires("reports.decide")
def report_return(locality_id: int, period: str) -> ResponseReturnValue:
    locality, report = _found(locality_id, period, ReportVerb.RETURN)
    form = ReturnForm(obj=report)

    def verb() -> Done:
        user = me()
        place, record = _locked(user, locality_id, period)
        _refuse_stale(form, record)
        service.return_report(place, record, reason=form.reason.data or "", by=user)
        return Done(_address(locality_id, period), _("Đã trả lại báo cáo."))

    text = _("Sở đọc lý do, sửa rồi gửi lại; số liệu được tính lại lúc gửi.")
    return _ask(
        form, verb, locality, report, title=_("Trả lại báo cáo"), text=text, verb=_("Trả lại")
    )


@bp.route("/reports/<int:locality_id>/<period>/accept", methods=["GET", "POST"])
@requires("reports.decide")
def report_accept(locality_id: int, period: str) -> ResponseReturnValue:
    locality, report = _found(locality_id, period, ReportVerb.ACCEPT)
    form = ConfirmForm(obj=report)

    def verb() -> Done:
        user = me()
        place, record = _locked(user, locality_id, period)
        _refuse_stale(form, record)
        service.accept_report(place, record, by=user)
        return Done(_address(locality_id, period), _("Đã tiếp nhận báo cáo."))

    text = _("Tiếp nhận rồi thì báo cáo giữ nguyên mãi mãi, không trả lại và không sửa được nữa.")
    return _ask(
        form, verb, locality, report, title=_("Tiếp nhận báo cáo"), text=text, verb=_("Tiếp nhận")
    )


def _found(
    locality_id: int, period: str, verb: ReportVerb | None = None
) -> tuple[Locality, PeriodReport]:
    """The report for a page; one where the verb is not open any more leads back to it."""
    found = queries.get_report_or_404(current_user, locality_id, period, today=clock.today())
    if verb and request.method == "GET" and not open_in(verb, found[1].state):
        abort(redirect(_address(locality_id, period)))
    return found


def _locked(user: User, locality_id: int, period: str) -> tuple[Locality, PeriodReport]:
    return queries.get_report_or_404(user, locality_id, period, today=clock.today(), lock=True)


def _refuse_stale(form: BaseForm, report: PeriodReport) -> None:
    """Nobody decides about a content that is not the one they read."""
    if form.version.data != str(report.version):
        raise Refused(_("Báo cáo vừa được người khác thay đổi. Mở lại báo cáo để đọc bản mới."))


def _address(locality_id: int, period: str) -> str:
    return url_for(".report_show", locality_id=locality_id, period=period)


def _name(locality: Locality, report: PeriodReport) -> str:
    return f"{labels.report_name(report.of)} · {locality.name}"


def _ask(
    form: BaseForm, verb: Any, locality: Locality, report: PeriodReport, /, **shown: Any
) -> Any:
    back, name = _address(locality.id, report.period), _name(locality, report)
    return ask(form, verb, crumb=(name, back), back_url=back, nav="reports", **shown)
