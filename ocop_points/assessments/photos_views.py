"""Photos of a visit: adding, looking, deleting. Sending works with and without script."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.assessments import labels
from ocop_points.assessments import photos_queries as queries
from ocop_points.assessments import photos_service as service
from ocop_points.assessments.checklist import Entry, stored_entry
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_forms import PICTURE_KINDS, PhotoForm, PhotosForm
from ocop_points.assessments.queries import get_visit_or_404, get_visit_to_edit
from ocop_points.assessments.rights import rights
from ocop_points.assessments.rules_states import Verb
from ocop_points.assessments.sheet import sheet_of
from ocop_points.assessments.steps import next_or_refuse
from ocop_points.core import once
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.errors import Refused
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, answer_form, ask, carry_out
from ocop_points.core.htmx import render, wants_part
from ocop_points.criteria.models import Line
from ocop_points.evidence.intake import prepare_pictures, prepare_turned
from ocop_points.evidence.rules import MAX_FILE_BYTES, MEGABYTE, PICTURES_A_LINE
from ocop_points.evidence.serving import send_file, send_thumbnail

bp = Blueprint("photos", __name__)

# A line's worth of the largest photos; one more than is allowed still gets a sentence, not a 413.
BODY_LIMIT = (PICTURES_A_LINE + 1) * MAX_FILE_BYTES + MEGABYTE


@bp.get("/assessments/<int:visit_id>/lines/<int:line_id>/photos")
@requires("visits.read")
def line_photos(visit_id: int, line_id: int) -> ResponseReturnValue:
    visit = get_visit_or_404(current_user, visit_id)
    return _line_page(visit, queries.line_or_404(visit, line_id), PhotosForm())


@bp.post("/assessments/<int:visit_id>/lines/<int:line_id>/photos")
@requires("visits.work")
@accepts_body(BODY_LIMIT)
def line_photos_add(visit_id: int, line_id: int) -> ResponseReturnValue:
    once.device_key(current_user.id)
    visit = get_visit_or_404(current_user, visit_id)
    line = queries.line_or_404(visit, line_id)
    _team_only(visit)
    form = PhotosForm()
    if form.validate_on_submit() and (answer := _add(form, visit, line)):
        if not wants_part():
            return answer
        form.renew_key()
    # The transaction of the verb is over: everything is read again.
    visit = get_visit_or_404(current_user, visit_id)
    return _line_page(visit, queries.line_or_404(visit, line_id), form)


def _team_only(visit: Visit) -> None:
    if not rights(current_user, visit).is_team:
        raise Forbidden


def _add(form: PhotosForm, visit: Visit, line: Line) -> Response | None:
    """Decode outside the lock, hang on inside. None when the form says why not."""
    visit_id, line_id, part = visit.id, line.id, wants_part()
    try:
        next_or_refuse(visit, Verb.ANSWER)
        held = queries.photos_of_line(visit_id, line_id)
        if len(form.photos.data) > PICTURES_A_LINE or len(held) >= PICTURES_A_LINE:
            service.refuse_too_many(len(held), len(form.photos.data))
        prepared = prepare_pictures(form.photos.data, field="photos")
    except Refused as refused:
        form.refuse(refused)
        return None

    moment = form.moment()
    prepared = [replace(one, taken_at=one.taken_at or moment) for one in prepared]

    def verb() -> Done:
        user = me()
        record = get_visit_to_edit(user, visit_id)
        found = queries.line_or_404(record, line_id)
        count = service.add_photos(
            record, found, prepared, caption=form.caption.data or "", by=user
        )
        place = url_for(".line_photos", visit_id=visit_id, line_id=line_id)
        return Done(place, "" if part else service.added_sentence(count))

    return carry_out(form, verb, device=True)


def _line_page(visit: Visit, line: Line, form: PhotosForm) -> Response:
    """The page of the line, or what the checklist swaps in: only there htmx sends photos."""
    failed = form.is_submitted() and bool(form.errors)
    may_change = rights(current_user, visit).answer
    context: dict[str, Any] = {"entry": _entry(visit, line.id)} if wants_part() else {}
    return render(
        "assessments/photos.html",
        "assessments/_photos_sent.html",
        status=422 if failed else 200,
        failed=failed,
        visit=visit,
        line=line,
        held=queries.photos_of_line(visit.id, line.id),
        photo_form=form,
        photos=_sending(form, may_change=may_change),
        back=_back(visit, line, may_change),
        labels=labels,
        **context,
    )


def _sending(form: BaseForm, *, may_change: bool) -> dict[str, Any]:
    """What the macros of `assessments/_lines.html` want to know of sending photos."""
    return {
        "may_change": may_change,
        "most": PICTURES_A_LINE,
        "photo_kinds": PICTURE_KINDS,
        # Made once: the form stands at every line.
        "photo_hidden": form.form_key(id=False) + form.csrf_token(id=False),
    }


def _entry(visit: Visit, line_id: int) -> Entry | None:
    found = sheet_of(visit).line(line_id)
    return None if found is None else stored_entry(found)


def _back(visit: Visit, line: Line, may_change: bool) -> tuple[str, str]:
    if may_change:
        address = url_for("assessments.checklist", visit_id=visit.id)
        return _("Phiếu đánh giá"), f"{address}#line-{line.id}"
    return _("Lần đánh giá"), url_for("assessments.visit_show", visit_id=visit.id)


def photo_context(
    visit: Visit, sending: BaseForm | None = None, *, before_id: int | None = None
) -> dict[str, Any]:
    """The photos of all the lines of a visit, for the macros of `assessments/_lines.html`: one statement.

    `sending`: any form of the page, whose one-time key serves its photos too. A key counts by address.
    `before_id`: the visit before, whose photos stand beside the lines too: one statement more.
    """
    held = {
        "photos_by_line": queries.photos_by_line(visit.id),
        "photos_before": queries.photos_by_line(before_id) if before_id else {},
    }
    return held | (_sending(sending, may_change=True) if sending is not None else {})


@bp.get("/photos/<int:photo_id>")
@requires("visits.read")
def photo(photo_id: int) -> ResponseReturnValue:
    found = queries.get_photo_or_404(current_user, photo_id)
    name = f"{found.line.code}-{found.position}.jpg"
    return send_file(found.file, name=name)


@bp.get("/photos/<int:photo_id>/small")
@requires("visits.read")
def photo_small(photo_id: int) -> ResponseReturnValue:
    return send_thumbnail(queries.get_photo_or_404(current_user, photo_id).file)


@bp.route("/photos/<int:photo_id>/edit", methods=["GET", "POST"])
@requires("visits.work")
def photo_edit(photo_id: int) -> ResponseReturnValue:
    """The caption; the same form turns the picture, by its other buttons."""
    return _edit(photo_id, 0)


@bp.post("/photos/<int:photo_id>/turn/<any(left, right):side>")
@requires("visits.work")
def photo_turn(photo_id: int, side: str) -> ResponseReturnValue:
    return _edit(photo_id, 1 if side == "right" else 3)


def _edit(photo_id: int, quarters: int) -> ResponseReturnValue:
    found = queries.get_photo_or_404(current_user, photo_id)
    visit = get_visit_or_404(current_user, found.visit_id)
    _team_only(visit)
    visit_id, line_id = found.visit_id, found.line_id
    place = url_for(".line_photos", visit_id=visit_id, line_id=line_id)
    if request.method == "GET" and not rights(current_user, visit).answer:
        return redirect(place)
    form = PhotoForm(obj=found)

    def verb() -> Done:
        user = me()
        record = get_visit_to_edit(user, visit_id)
        held = queries.get_photo_or_404(user, photo_id)
        form.guard_version(held)
        service.edit_photo(record, held, caption=form.caption.data or "", turned=turned, by=user)
        return Done(url_for(".photo_edit", photo_id=photo_id) if quarters else place, _("Đã lưu."))

    if form.validate_on_submit():
        try:
            next_or_refuse(visit, Verb.ANSWER)
            turned = prepare_turned(found.file, quarters) if quarters else None
        except Refused as refused:
            form.refuse(refused)
        else:
            if answer := carry_out(form, verb):
                return answer
    found = queries.get_photo_or_404(current_user, photo_id)
    visit = get_visit_or_404(current_user, visit_id)
    back = _("Ảnh tiêu chí %(code)s", code=found.line.code), place
    return answer_form(
        "assessments/photo.html", form, photo=found, visit=visit, line=found.line, back=back
    )


@bp.route("/photos/<int:photo_id>/delete", methods=["GET", "POST"])
@requires("visits.work")
def photo_delete(photo_id: int) -> ResponseReturnValue:
    found = queries.get_photo_or_404(current_user, photo_id)
    visit = get_visit_or_404(current_user, found.visit_id)
    _team_only(visit)
    visit_id, line_id, code = found.visit_id, found.line_id, found.line.code
    text = _("Ảnh thứ %(n)d của tiêu chí %(code)s sẽ bị xóa.", n=found.position, code=code)
    back = url_for(".line_photos", visit_id=visit_id, line_id=line_id)
    if request.method == "GET" and not rights(current_user, visit).answer:
        return redirect(back)
    form = ConfirmForm()

    def verb() -> Done:
        user = me()
        visit = get_visit_to_edit(user, visit_id)
        service.remove_photo(visit, queries.get_photo_or_404(user, photo_id), by=user)
        return Done(back, _("Đã xóa ảnh."))

    return ask(
        form,
        verb,
        title=_("Xóa ảnh"),
        text=text,
        verb=_("Xóa ảnh"),
        danger=True,
        back_url=back,
        nav="assessments",
    )
