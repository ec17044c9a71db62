"""Pages that move a visit on: submit, withdraw, approve, return, cancel, void, delete. One route a verb."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.assessments import labels, queries, service
from ocop_points.assessments.checklist_views import bp as bp
from ocop_points.assessments.findings_queries import actions_of
from ocop_points.assessments.forms import ApproveForm, SubmitForm, VoidForm, return_form
from ocop_points.assessments.kinds import paper_symbol
from ocop_points.assessments.minutes_views import make_minutes
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rights import May, rights
from ocop_points.assessments.rules_states import Verb
from ocop_points.assessments.sheet import sheet_of
from ocop_points.assessments.steps import next_or_refuse
from ocop_points.core.access import Role, requires
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, answer_form, carry_out
from ocop_points.criteria.queries import whole_edition


def _open(visit_id: int, right: str, *, is_one: Callable[[May], bool]) -> Visit:
    """The visit for somebody who may do this: 403 for others; whoever comes too late gets the record's page."""
    visit = queries.get_visit_or_404(current_user, visit_id)
    may = rights(current_user, visit)
    if not is_one(may):
        raise Forbidden
    if request.method == "GET" and not getattr(may, right):
        abort(redirect(url_for(".visit_show", visit_id=visit_id)))
    return visit


def _done(visit_id: int, message: str) -> Done:
    return Done(url_for(".visit_show", visit_id=visit_id), message)


def _changing(
    form: BaseForm,
    verb: Verb,
    visit_id: int,
    change: Callable[[Visit], Any],
    said: Callable[[], str],
) -> Any:
    """Carry a verb out on the visit as it is under the lock, guarded by its version.

    The state is asked first: to whom comes too late "somebody else changed this, choose a text" says nothing.
    """

    def run() -> Done:
        record = queries.get_visit_to_edit(me(), visit_id)
        next_or_refuse(record, verb)
        form.guard_version(record)
        change(record)
        return _done(visit_id, said())

    return carry_out(form, run) if form.validate_on_submit() else None


def _confirm_page(form: BaseForm, visit_id: int, **context: Any) -> ResponseReturnValue:
    visit = queries.get_visit_or_404(current_user, visit_id)
    url = url_for(".visit_show", visit_id=visit_id)
    return answer_form(
        "assessments/confirm.html", form, visit=visit, back_url=url, labels=labels, **context
    )


@bp.route("/assessments/<int:visit_id>/submit", methods=["GET", "POST"])
@requires("visits.work")
def visit_submit(visit_id: int) -> ResponseReturnValue:
    visit = _open(visit_id, "submit", is_one=lambda may: may.is_team)
    form = SubmitForm(obj=visit)
    if not form.is_submitted() and visit.finished_at:
        form.finished.data = visit.finished_at

    def change(record: Visit) -> None:
        service.submit_visit(
            record,
            conclusion=form.conclusion.data or "",
            opinion=form.opinion.data or "",
            representative=form.representative.data or "",
            representative_position=form.representative_position.data or "",
            finished_at=form.finished_at(record),
            by=me(),
        )

    if answer := _changing(form, Verb.SUBMIT, visit_id, change, lambda: _("Đã gửi duyệt.")):
        return answer
    visit = queries.get_visit_or_404(current_user, visit_id)
    sheet = sheet_of(visit)
    reasons = labels.result_reasons(sheet.outcome, sheet.edition.rule)
    asked = actions_of(visit_id)
    return answer_form(
        "assessments/submit.html",
        form,
        visit=visit,
        sheet=sheet,
        labels=labels,
        reasons=reasons,
        remedied=sum(line.line.id in asked for line in sheet.findings),
    )


@bp.route("/assessments/<int:visit_id>/withdraw", methods=["GET", "POST"])
@requires("visits.work")
def visit_withdraw(visit_id: int) -> ResponseReturnValue:
    visit = queries.get_visit_or_404(current_user, visit_id)
    if visit.submitted_by_id != current_user.id:
        raise Forbidden
    _open(visit_id, "withdraw", is_one=lambda _may: True)
    form = ConfirmForm(obj=visit)

    def change(record: Visit) -> None:
        service.withdraw_visit(record, by=me())

    if answer := _changing(form, Verb.WITHDRAW, visit_id, change, lambda: _("Đã rút lại.")):
        return answer
    return _confirm_page(
        form,
        visit_id,
        title=_("Rút lại lần đánh giá"),
        text=_("Lần đánh giá trở về đoàn để sửa, rồi gửi duyệt lại."),
        verb=_("Rút lại"),
    )


@bp.route("/assessments/<int:visit_id>/approve", methods=["GET", "POST"])
@requires("visits.decide")
def visit_approve(visit_id: int) -> ResponseReturnValue:
    visit = _open(visit_id, "decide", is_one=lambda may: may.refusal is None)
    form = ApproveForm(obj=visit)
    if current_user.role is not Role.MINISTRY_ADMIN:
        del form.reason
    symbol = paper_symbol(visit.point.locality.department.symbol)
    if not form.is_submitted() and visit.visited_on:
        department_id, year = visit.point.locality.department_id, visit.visited_on.year
        form.numbered_on.data = visit.visited_on
        form.number.data = queries.next_paper_number(department_id, year, symbol)

    def change(record: Visit) -> None:
        service.approve_visit(
            record,
            number=form.number.data,
            numbered_on=form.numbered_on.data,
            reason=(form.reason.data or "") if "reason" in form else "",
            by=me(),
        )

    if answer := _changing(
        form, Verb.APPROVE, visit_id, change, lambda: _("Đã duyệt. Kết quả đã khóa.")
    ):
        make_minutes(visit_id)  # after the commit: a paper that fails does not hold the approval up
        return answer
    visit = queries.get_visit_or_404(current_user, visit_id)
    sheet = sheet_of(visit)
    reasons = labels.result_reasons(sheet.outcome, sheet.edition.rule)
    return answer_form(
        "assessments/approve.html",
        form,
        visit=visit,
        sheet=sheet,
        symbol=symbol,
        labels=labels,
        reasons=reasons,
    )


@bp.route("/assessments/<int:visit_id>/return", methods=["GET", "POST"])
@requires("visits.decide")
def visit_return(visit_id: int) -> ResponseReturnValue:
    visit = _open(visit_id, "decide", is_one=lambda may: may.refusal is None)
    lines = [line.id for line in whole_edition(visit.edition_id).lines]
    form = return_form(lines, obj=visit)

    def change(record: Visit) -> None:
        service.return_visit(record, reason=form.reason.data or "", remarks=form.remarks(), by=me())

    if answer := _changing(
        form, Verb.RETURN_, visit_id, change, lambda: _("Đã trả lại cho đoàn đánh giá.")
    ):
        return answer
    visit = queries.get_visit_or_404(current_user, visit_id)
    sheet = sheet_of(visit)
    return answer_form("assessments/return.html", form, visit=visit, sheet=sheet, labels=labels)


@bp.route("/assessments/<int:visit_id>/cancel", methods=["GET", "POST"])
@requires("visits.work")
def visit_cancel(visit_id: int) -> ResponseReturnValue:
    """Void a visit that was not approved: its team, or a manager."""
    visit = _open(
        visit_id, "cancel", is_one=lambda may: may.is_team or current_user.role is Role.MANAGER
    )
    return _void(
        visit, _("Hủy lần đánh giá"), _("Lần đánh giá không được tính; hồ sơ vẫn giữ lại.")
    )


@bp.route("/assessments/<int:visit_id>/void", methods=["GET", "POST"])
@requires("visits.decide")
def visit_void(visit_id: int) -> ResponseReturnValue:
    """Void an approved visit: only who may decide about it."""
    visit = _open(visit_id, "void", is_one=lambda may: may.refusal is None)
    if not visit.was_approved:
        abort(redirect(url_for(".visit_show", visit_id=visit_id)))
    text = _(
        "Biên bản %(number)s hết giá trị, trang kiểm tra ghi rõ đã hủy; số không dùng lại.",
        number=visit.paper_number,
    )
    return _void(visit, _("Hủy biên bản đã duyệt"), text)


def _void(visit: Visit, title: str, text: str) -> ResponseReturnValue:
    visit_id = visit.id
    form = VoidForm(obj=visit)

    def change(record: Visit) -> None:
        service.void_visit(record, reason=form.reason.data or "", by=me())

    if answer := _changing(form, Verb.VOID, visit_id, change, lambda: _("Đã hủy.")):
        return answer
    return _confirm_page(form, visit_id, title=title, text=text, verb=_("Hủy"), danger=True)


@bp.route("/assessments/<int:visit_id>/delete", methods=["GET", "POST"])
@requires("visits.work")
def visit_delete(visit_id: int) -> ResponseReturnValue:
    visit = queries.get_visit_or_404(current_user, visit_id)
    if visit.created_by_id != current_user.id:
        raise Forbidden
    _open(visit_id, "delete", is_one=lambda _may: True)
    form, point_id = ConfirmForm(obj=visit), visit.point_id

    def verb() -> Done:
        record = queries.get_visit_to_edit(me(), visit_id)
        form.guard_version(record)
        service.delete_draft(record, by=me())
        return Done(url_for(".point_visits", point_id=point_id), _("Đã xóa nháp."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return _confirm_page(
        form,
        visit_id,
        title=_("Xóa nháp đánh giá"),
        text=_("Xóa hẳn lần đánh giá này cùng các câu trả lời; không lấy lại được."),
        verb=_("Xóa nháp"),
        danger=True,
    )
