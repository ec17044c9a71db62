"""A new draft, and what stands above its sections."""

from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.models import User
from ocop_points.accounts.queries import me
from ocop_points.core import clock
from ocop_points.core.access import Role, requires
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import Done, answer_form, carry_out
from ocop_points.criteria import queries, service_drafts
from ocop_points.criteria.draft_forms import HeadForm, NewForm
from ocop_points.criteria.draft_views import draft_or_404
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionSpec
from ocop_points.criteria.steps import copied
from ocop_points.criteria.views import bp
from ocop_points.localities import queries as localities

__all__ = ["bp"]

MINISTRY = "Bộ Công Thương"


@bp.route("/criteria/new", methods=["GET", "POST"])
@requires("criteria.edit")
def edition_new() -> ResponseReturnValue:
    form = NewForm()
    sources = {one.id: one for one in queries.editions_to_copy(current_user)}
    form.source_id.choices = [(one.id, _source_words(one)) for one in sources.values()]
    choose_place(form)
    if not form.is_submitted():
        _propose(form, sources)

    def verb() -> Done:
        user = me()
        spec, source = _begun(form, user)
        edition = service_drafts.draft_edition(
            spec, by=user, locality_id=form.locality_id.data, copy_of=source
        )
        url = url_for(".edition_edit", edition_id=edition.id)
        return Done(url, _("Đã lập bản nháp. Sửa từng phần, từng dòng ngay trong trang này."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form("criteria/new.html", form, sources=sources)


def _source_words(edition: Edition) -> str:
    return edition.title if not edition.legal_number else f"{edition.legal_number}: {edition.title}"


def choose_place(form: Any) -> None:
    """For whom the draft may be: the ministry's for its administrator, else localities within reach."""
    reached = localities.reached(current_user)
    form.locality_id.choices = [(one.id, one.name) for one in reached]
    form.locality_id.required = current_user.role is not Role.MINISTRY_ADMIN
    if form.locality_id.required and len(reached) == 1 and not form.is_submitted():
        form.locality_id.data = reached[0].id


def _propose(form: NewForm, sources: dict[int, Edition]) -> None:
    form.valid_from.data = clock.today()
    try:
        source = sources.get(parse_id(request.args.get("from", "")))
    except ValueError:
        return
    if source is not None:
        form.source_id.data, form.title.data = source.id, source.title
        form.code.data = queries.free_code(source.code)


def _begun(form: NewForm, user: User) -> tuple[EditionSpec, Edition | None]:
    """What the draft begins with: nothing, or everything that the source says."""
    if user.role is not Role.MINISTRY_ADMIN and form.locality_id.data is None:
        raise Refused(_("Chọn địa phương áp dụng"), "locality_id")
    if form.source_id.data is None:
        return form.blank(MINISTRY if form.locality_id.data is None else ""), None
    source = queries.get_edition_or_404(user, form.source_id.data)
    values = {
        "code": form.code.data,
        "title": form.title.data,
        "valid_from": form.valid_from.data,
        "valid_to": None,
    }
    return copied(source.spec(), values), source


@bp.route("/criteria/<int:edition_id>/head", methods=["GET", "POST"])
@requires("criteria.edit")
def edition_head(edition_id: int) -> ResponseReturnValue:
    form = HeadForm(obj=draft_or_404(edition_id))

    def verb() -> Done:
        user = me()
        edition = queries.get_draft_to_edit(user, edition_id)
        form.guard_version(edition)
        service_drafts.edit_head(edition, form.facts(), by=user)
        return Done(url_for(".edition_edit", edition_id=edition_id), _("Đã lưu."))

    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    edition = queries.get_edition_or_404(current_user, edition_id)
    return answer_form("criteria/head.html", form, edition=edition)
