"""Pages of a point's links to tourism."""

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.forms import ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.points import labels, queries, tourism_queries, tourism_service
from ocop_points.points.forms import TourismForm
from ocop_points.points.views import bp

__all__ = ["bp"]


@bp.route("/points/<int:point_id>/tourism/new", methods=["GET", "POST"])
@requires("points.edit")
def tourism_new(point_id: int) -> ResponseReturnValue:
    point = queries.get_point_or_404(current_user, point_id)
    form = TourismForm()

    def verb() -> Done:
        user = me()
        record = queries.get_point_to_edit(user, point_id)
        tourism_service.add_link(record, form.facts(), by=user)
        return Done(url_for(".point_show", point_id=point_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    point = queries.get_point_or_404(current_user, point_id)
    return answer_form("points/tourism.html", form, point=point, held=None)


@bp.route("/tourism/<int:link_id>/edit", methods=["GET", "POST"])
@requires("points.edit")
def tourism_edit(link_id: int) -> ResponseReturnValue:
    link = tourism_queries.get_link_or_404(current_user, link_id)
    point_id = link.point_id
    form = TourismForm(obj=link)

    def verb() -> Done:
        user = me()
        record = tourism_queries.get_link_or_404(user, link_id, lock=True)
        form.guard_version(record)
        tourism_service.edit_link(record, form.facts(), by=user)
        return Done(url_for(".point_show", point_id=point_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    link = tourism_queries.get_link_or_404(current_user, link_id)
    return answer_form("points/tourism.html", form, point=link.point, held=link)


@bp.route("/tourism/<int:link_id>/delete", methods=["GET", "POST"])
@requires("points.edit")
def tourism_delete(link_id: int) -> ResponseReturnValue:
    link = tourism_queries.get_link_or_404(current_user, link_id)
    back = url_for(".point_show", point_id=link.point_id)
    sub = f"{link.point.name} · {labels.TOURISM[link.kind]}: {link.name}"
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        record = tourism_queries.get_link_or_404(user, link_id, lock=True)
        tourism_service.remove_link(record, by=user)
        return Done(back, _("Đã bỏ khỏi điểm bán."))

    return ask(
        form,
        verb,
        title=_("Bỏ gắn với du lịch"),
        sub=sub,
        text=_("Điểm bán không còn trong bộ lọc du lịch này; nhật ký giữ nội dung đã ghi."),
        verb=_("Bỏ khỏi điểm bán"),
        danger=True,
        back_url=back,
        nav="points",
    )
