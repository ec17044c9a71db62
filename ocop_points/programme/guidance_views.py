"""Pages of the ministry's guidance visits to a point."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.formats import vi_date
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.points import queries as points
from ocop_points.programme import queries, service
from ocop_points.programme.forms import GuidanceForm
from ocop_points.programme.views import bp

__all__ = ["bp"]


@bp.route("/points/<int:point_id>/guidance/new", methods=["GET", "POST"])
@requires("programme.guide")
def guidance_new(point_id: int) -> ResponseReturnValue:
    point = points.get_point_or_404(current_user, point_id)
    form = GuidanceForm()

    def verb() -> Done:
        user = me()
        service.add_guidance(
            points.get_point_to_edit(user, point_id),
            on_date=form.on_date.data,
            people=form.people.data or "",
            content=form.content.data or "",
            by=user,
        )
        return Done(url_for(".point_support", point_id=point_id), _("Đã ghi lần hướng dẫn."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = points.get_point_or_404(current_user, point_id)
    return answer_form("programme/guidance.html", form, point=point, held=None)


@bp.route("/guidance/<int:guidance_id>/edit", methods=["GET", "POST"])
@requires("programme.guide")
def guidance_edit(guidance_id: int) -> ResponseReturnValue:
    guidance = queries.get_guidance_or_404(current_user, guidance_id)
    point_id = guidance.point_id
    form = GuidanceForm(obj=guidance)

    def verb() -> Done:
        user = me()
        record = queries.get_guidance_or_404(user, guidance_id, lock=True)
        form.guard_version(record)
        service.edit_guidance(
            record,
            on_date=form.on_date.data,
            people=form.people.data or "",
            content=form.content.data or "",
            by=user,
        )
        return Done(url_for(".point_support", point_id=point_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    guidance = queries.get_guidance_or_404(current_user, guidance_id)
    return answer_form("programme/guidance.html", form, point=guidance.point, held=guidance)


@bp.route("/guidance/<int:guidance_id>/delete", methods=["GET", "POST"])
@requires("programme.guide")
def guidance_delete(guidance_id: int) -> ResponseReturnValue:
    guidance = queries.get_guidance_or_404(current_user, guidance_id)
    back = url_for(".point_support", point_id=guidance.point_id)
    sub = f"{guidance.point.name} · {vi_date(guidance.on_date)}"
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        record = queries.get_guidance_or_404(user, guidance_id, lock=True)
        service.remove_guidance(record, by=user)
        return Done(back, _("Đã xóa lần hướng dẫn ghi nhầm."))

    return ask(
        form,
        verb,
        title=_("Xóa lần hướng dẫn ghi nhầm"),
        sub=sub,
        text=_("Nhật ký giữ nội dung đã ghi. Không hoàn tác được."),
        verb=_("Xóa lần này"),
        danger=True,
        back_url=back,
        nav="points",
    )
