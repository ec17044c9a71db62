"""Pages of the criteria editions: the list, one edition, its publication and its end."""

from collections.abc import Callable

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import requires
from ocop_points.core.forms import BaseForm, Done, answer_form, carry_out
from ocop_points.criteria import labels, queries, service
from ocop_points.criteria.checks import edition_flaws
from ocop_points.criteria.draft_forms import DraftActForm
from ocop_points.criteria.forms import RetireForm
from ocop_points.criteria.models import Edition

bp = Blueprint("criteria", __name__)


@bp.get("/criteria")
@requires("criteria.read")
def edition_list() -> ResponseReturnValue:
    return render_template(
        "criteria/list.html",
        editions=queries.editions_list(current_user),
        labels=labels,
        today=clock.today(),
    )


@bp.get("/criteria/<int:edition_id>")
@requires("criteria.read")
def edition_show(edition_id: int) -> ResponseReturnValue:
    edition = queries.get_edition_or_404(current_user, edition_id)
    return render_template(
        "criteria/show.html",
        edition=edition,
        may_change=queries.may_change(current_user, edition),
        labels=labels,
        today=clock.today(),
    )


@bp.route("/criteria/<int:edition_id>/publish", methods=["GET", "POST"])
@requires("criteria.edit")
def edition_publish(edition_id: int) -> ResponseReturnValue:
    """Issue a draft by a decision; what it lacks is listed, each with the page that mends it."""
    queries.get_edition_to_change(current_user, edition_id, lock=False)
    edition = queries.get_edition_or_404(current_user, edition_id)
    form = DraftActForm(obj=edition)

    def verb() -> Done:
        record = queries.get_edition_to_change(me(), edition_id)
        form.guard_version(record)
        service.publish_edition(record, by=me(), act=form.act())
        said = _("Đã ban hành. Từ nay nội dung không sửa được nữa.")
        return Done(url_for(".edition_show", edition_id=edition_id), said)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    edition = queries.get_edition_or_404(current_user, edition_id)
    flaws = edition_flaws(edition.spec())
    return answer_form(
        "criteria/publish.html",
        form,
        edition=edition,
        flaws=labels.flaw_links(edition, flaws),
        labels=labels,
    )


@bp.route("/criteria/<int:edition_id>/retire", methods=["GET", "POST"])
@requires("criteria.edit")
def edition_retire(edition_id: int) -> ResponseReturnValue:
    edition = queries.get_edition_to_change(current_user, edition_id, lock=False)
    form = RetireForm(obj=edition)

    def change(record: Edition) -> None:
        service.retire_edition(record, by=me(), reason=form.reason.data or "")

    return _confirmed(
        form,
        edition,
        change,
        title=_("Ngừng dùng bộ tiêu chí"),
        text=_("Các lần đánh giá đã dùng bộ này giữ nguyên; lần sau không dùng bộ này nữa."),
        done=_("Đã ngừng dùng."),
        danger=True,
    )


def _confirmed(
    form: BaseForm,
    edition: Edition,
    change: Callable[[Edition], None],
    *,
    title: str,
    text: str,
    done: str,
    danger: bool = False,
) -> ResponseReturnValue:
    edition_id = edition.id
    url = url_for(".edition_show", edition_id=edition_id)

    def verb() -> Done:
        record = queries.get_edition_to_change(me(), edition_id)
        form.guard_version(record)
        change(record)
        return Done(url, done)

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    edition = queries.get_edition_or_404(current_user, edition_id)
    return answer_form(
        "shared/confirm.html",
        form,
        title=title,
        sub=edition.title,
        text=text,
        verb=title,
        danger=danger,
        back_url=url,
        nav="criteria",
        crumb=(edition.short_name, url),
    )
