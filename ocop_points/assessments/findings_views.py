"""Pages of findings: the list, one finding, and the verbs on it. One route a verb."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.assessments import findings_documents as documents
from ocop_points.assessments import findings_labels as labels
from ocop_points.assessments import findings_lists as lists
from ocop_points.assessments import findings_queries as queries
from ocop_points.assessments import findings_service as service
from ocop_points.assessments.findings_forms import (
    ActionForm,
    ReopenForm,
    ReportForm,
    StoredRemedies,
    VerifyForm,
    owner_choices,
)
from ocop_points.assessments.findings_lists import FindingFilter
from ocop_points.assessments.findings_models import Finding
from ocop_points.assessments.findings_rules import (
    FindingState,
    FindingVerb,
    Severity,
    days_over,
    next_finding_state,
    verify_refusal,
)
from ocop_points.assessments.photos_queries import photos_of_line
from ocop_points.core import clock
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_date
from ocop_points.core.forms import BaseForm, Done, answer_form, carry_out
from ocop_points.core.htmx import render
from ocop_points.core.lists import Listing
from ocop_points.core.tables_out import send_table
from ocop_points.evidence.intake import Prepared, prepare_scans
from ocop_points.evidence.rules import MAX_FILE_BYTES, MEGABYTE
from ocop_points.evidence.serving import send_sent, send_thumbnail
from ocop_points.localities import queries as localities

bp = Blueprint("findings", __name__)

EVIDENCE_BODY = 8 * MAX_FILE_BYTES + MEGABYTE


# --- the list -------------------------------------------------------------------------------------


def _wanted(listing: Listing) -> FindingFilter:
    word = listing.text("state")
    known = {lists.LATE, lists.NO_TERM, lists.PROPOSED, lists.EVERY}
    state = word if word in known else listing.member("state", FindingState)
    return FindingFilter(
        query=listing.text("q"),
        state=state or lists.LIVE_ONES,
        severity=listing.member("severity", Severity),
        locality_id=listing.number("locality"),
        point_id=listing.number("point"),
        repeated=listing.text("repeated") == "yes",
        since=_day(listing, "from"),
        until=_day(listing, "to"),
        sort=listing.sorted_by(lists.SORTS),
    )


def _day(listing: Listing, name: str) -> Any:
    try:
        return parse_date(listing.text(name))
    except ValueError:
        return None


def _state_choices() -> list[tuple[str, Any]]:
    states = labels.STATE
    named = [FindingState.OPEN, FindingState.WAITING, FindingState.CLOSED, FindingState.CARRIED]
    return [
        ("", _("Chưa xong")),
        (lists.LATE, labels.OVERDUE[1]),
        (lists.NO_TERM, _("Chưa giao việc")),
        (lists.PROPOSED, _("Đề nghị đóng")),
        *((state.value, states[state][1]) for state in named),
        (lists.EVERY, _("Tất cả")),
    ]


def _letters_url(wanted: FindingFilter) -> str:
    """The letters about overdue findings, of the point that the list is narrowed to; "" for who writes none."""
    late = wanted.state == lists.LATE and current_user.may("findings.manage")
    return url_for(".late_letters", point=wanted.point_id) if late else ""


@bp.get("/findings")
@requires("findings.read")
def finding_list() -> ResponseReturnValue:
    listing, today = Listing(request.args), clock.today()
    wanted = _wanted(listing)
    if listing.file:
        return send_table(
            documents.findings_table(current_user, wanted, today), "khac-phuc", listing.file
        )
    reached = localities.reached(current_user)
    every = ("", _("Tất cả"))
    return render(
        "assessments/findings/list.html",
        "assessments/findings/_table.html",
        page=lists.findings_page(current_user, wanted, today, listing.page),
        listing=listing,
        letters_url=_letters_url(wanted),
        wanted=wanted,
        labels=labels,
        today=today,
        days_over=days_over,
        many=len(reached) > 1,
        state_choices=_state_choices(),
        severity_choices=[every, *((s.value, text) for s, (_t, text) in labels.SEVERITY.items())],
        locality_choices=[every, *((one.id, one.name) for one in reached)],
    )


# --- one finding ----------------------------------------------------------------------------------


def _context(finding: Finding) -> dict[str, Any]:
    seen_met = finding.met_visit_id is not None
    manages = current_user.may("findings.manage")

    def can(verb: FindingVerb) -> bool:
        return next_finding_state(finding.state, verb, seen_met=seen_met) is not None

    refusal = verify_refusal(
        current_user.id, finding.state, reporter_id=finding.reported_by_id, seen_met=seen_met
    )
    due_on = finding.action.due_on if finding.action else None
    return {
        "finding": finding,
        "labels": labels,
        "late": days_over(finding.state, due_on, clock.today()),
        "may_assign": manages and can(FindingVerb.ASSIGN),
        "may_report": current_user.may("findings.report") and can(FindingVerb.REPORT),
        "may_verify": manages and refusal is None,
        "may_reopen": manages and can(FindingVerb.REOPEN),
        "refusal": refusal if manages and finding.state is FindingState.WAITING else None,
    }


@bp.get("/findings/<int:finding_id>")
@requires("findings.read")
def finding_show(finding_id: int) -> ResponseReturnValue:
    finding = queries.get_finding_or_404(current_user, finding_id)
    return render(
        "assessments/findings/show.html",
        "assessments/findings/show.html",
        events=queries.events_of(finding_id),
        files=queries.files_of(finding_id),
        photos=photos_of_line(finding.visit_id, finding.line_id),
        times=lists.times_found(finding),
        carried_to=queries.carried_to(finding),
        **_context(finding),
    )


def _open(finding_id: int, right: str) -> Finding:
    """The finding for somebody who may do this; whoever comes too late gets its page."""
    finding = queries.get_finding_or_404(current_user, finding_id)
    if request.method == "GET" and not _context(finding)[right]:
        abort(redirect(url_for(".finding_show", finding_id=finding_id)))
    return finding


def _changing(
    form: BaseForm, finding_id: int, change: Callable[[Finding], None], said: str
) -> Response | None:
    """Carry a verb out on the finding as it is under the lock."""

    def run() -> Done:
        record = queries.get_finding_to_edit(me(), finding_id)
        change(record)
        return Done(url_for(".finding_show", finding_id=finding_id), said)

    return carry_out(form, run) if form.validate_on_submit() else None


def _page(template: str, form: BaseForm, finding_id: int, **more: Any) -> ResponseReturnValue:
    finding = queries.get_finding_or_404(current_user, finding_id)
    return answer_form(template, form, **_context(finding), **more)


@bp.route("/findings/<int:finding_id>/action", methods=["GET", "POST"])
@requires("findings.manage")
def finding_assign(finding_id: int) -> ResponseReturnValue:
    finding = _open(finding_id, "may_assign")
    form = ActionForm(obj=StoredRemedies(finding.version, {"": finding.action}))
    people = queries.owner_candidates(finding.locality_id, finding.point_id)
    former = finding.action.owner_user if finding.action else None
    if former and former.id not in {one.id for one in people}:
        people.append(former)
    form.owner_user_id.choices = owner_choices(people)
    if finding.action is None:
        del form.reason
        if not form.is_submitted():
            form.owner_name.data = finding.point.representative

    def change(record: Finding) -> None:
        if record.state is FindingState.OPEN:
            form.guard_version(StoredRemedies(record.version, {"": queries.action_of(record)}))
        reason = (form.reason.data or "") if "reason" in form else ""
        service.set_action(record, form.remedy(), reason=reason, by=me())

    if answer := _changing(form, finding_id, change, _("Đã giao việc khắc phục.")):
        return answer
    return _page("assessments/findings/action.html", form, finding_id)


@bp.route("/findings/<int:finding_id>/report", methods=["GET", "POST"])
@requires("findings.report")
@accepts_body(EVIDENCE_BODY)
def finding_report(finding_id: int) -> ResponseReturnValue:
    _open(finding_id, "may_report")
    form = ReportForm()
    prepared: list[Prepared] = []
    if form.validate_on_submit():
        try:
            prepared += prepare_scans(form.evidence.data, field="evidence")
        except Refused as refused:
            form.refuse(refused)

    def change(record: Finding) -> None:
        service.report_done(record, note=form.note.data or "", evidence=prepared, by=me())

    if prepared and (
        answer := _changing(form, finding_id, change, _("Đã báo. Sở sẽ kiểm tra và đóng."))
    ):
        return answer
    return _page("assessments/findings/report.html", form, finding_id)


@bp.route("/findings/<int:finding_id>/verify", methods=["GET", "POST"])
@requires("findings.manage")
def finding_verify(finding_id: int) -> ResponseReturnValue:
    _open(finding_id, "may_verify")
    form = VerifyForm()

    def change(record: Finding) -> None:
        service.verify(record, note=form.note.data or "", by=me())

    if answer := _changing(form, finding_id, change, _("Đã đóng tồn tại.")):
        return answer
    return _page(
        "assessments/findings/decide.html",
        form,
        finding_id,
        title=_("Xác nhận đã khắc phục"),
        text=_("Tồn tại được đóng. Nếu sau này thấy chưa đúng, vẫn mở lại được, có lý do."),
        verb=_("Xác nhận, đóng"),
    )


@bp.route("/findings/<int:finding_id>/reopen", methods=["GET", "POST"])
@requires("findings.manage")
def finding_reopen(finding_id: int) -> ResponseReturnValue:
    finding = _open(finding_id, "may_reopen")
    form = ReopenForm()
    if finding.action is None:
        del form.due_on

    def change(record: Finding) -> None:
        due_on = form.due_on.data if "due_on" in form else None
        service.reopen(record, reason=form.reason.data or "", due_on=due_on, by=me())

    if answer := _changing(form, finding_id, change, _("Đã mở lại.")):
        return answer
    return _page(
        "assessments/findings/decide.html",
        form,
        finding_id,
        title=_("Mở lại tồn tại"),
        text=_("Người chịu trách nhiệm đọc lý do này, làm tiếp rồi báo lại."),
        verb=_("Mở lại"),
    )


# --- evidence -------------------------------------------------------------------------------------


@bp.get("/finding-files/<int:file_id>")
@requires("findings.read")
def finding_file(file_id: int) -> ResponseReturnValue:
    found = queries.get_file_or_404(current_user, file_id)
    return send_sent(found.file, name=found.name, row_id=file_id)


@bp.get("/finding-files/<int:file_id>/small")
@requires("findings.read")
def finding_file_small(file_id: int) -> ResponseReturnValue:
    return send_thumbnail(queries.get_file_or_404(current_user, file_id).file)
