"""The lines of a draft: each opens, moves and is copied in the outline of the editor."""

from typing import Any

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import ConfirmForm, Done
from ocop_points.criteria import queries, service_outline
from ocop_points.criteria.draft_forms import LineForm
from ocop_points.criteria.draft_views import (
    SECTION,
    Opened,
    anchored,
    confirmed,
    draft_or_404,
    moved,
    outline,
    written,
)
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import LineKind, PhotoRule
from ocop_points.criteria.views import bp

__all__ = ["bp"]

_LINE = "/criteria/<int:edition_id>/lines/<int:line_id>"


def _line_form(edition: Edition, section_id: int, line: Any = None) -> LineForm:
    form = LineForm(obj=line)
    form.rule = edition.rule
    form.section_id.choices = [(one.id, f"{one.code}. {one.title}") for one in edition.sections]
    if not edition.rule.is_scored:
        del form.weight
    if line is None and not form.is_submitted():
        form.section_id.data, form.kind.data = section_id, LineKind.YES_NO
        form.photo.data, form.confirmed.data = PhotoRule.NEVER, True
        form.code.data = _next_code(edition, section_id)
        form.source.data = edition.legal_number
    return form


def _next_code(edition: Edition, section_id: int) -> str:
    """III.9 behind III.8; nothing where the section's codes follow no number."""
    section = queries.section_in(edition, section_id)
    taken = {one.code.casefold() for one in edition.lines}
    numbered = (f"{section.code}.{n}" for n in range(len(section.lines) + 1, 300))
    return next((one for one in numbered if one.casefold() not in taken), "")[:12]


@bp.route(f"{SECTION}/lines/new", methods=["GET", "POST"])
@requires("criteria.edit")
def line_new(edition_id: int, section_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    if queries.find_section(edition, section_id) is None:
        return _given_back(edition, _("Người khác vừa xóa phần này."))
    form = _line_form(edition, section_id)

    def verb() -> str:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        section = queries.section_in(draft, form.section_id.data)
        return f"line-{service_outline.add_line(draft, section, form.spec(), by=user).id}"

    if form.validate_on_submit() and (
        answer := written(form, edition_id, verb, _("Đã thêm tiêu chí"))
    ):
        return answer
    return outline(edition_id, Opened(f"line-new-{section_id}", form))


@bp.route(_LINE, methods=["GET", "POST"])
@requires("criteria.edit")
def line_edit(edition_id: int, line_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    line = queries.find_line(edition, line_id)
    if line is None:
        return _given_back(edition, _("Người khác vừa xóa tiêu chí này."))
    form = _line_form(edition, line.section_id, line)

    def verb() -> str:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        record = queries.find_line(draft, line_id)
        if record is None:
            raise Refused("")
        form.guard_version(record)
        section = queries.section_in(draft, form.section_id.data)
        service_outline.edit_line(draft, record, form.spec(), section=section, by=user)
        return f"line-{line_id}"

    if form.validate_on_submit() and (
        answer := written(form, edition_id, verb, _("Đã lưu tiêu chí"))
    ):
        return answer
    edition = draft_or_404(edition_id)
    if queries.find_line(edition, line_id) is None:
        return _given_back(edition, _("Người khác vừa xóa tiêu chí này."))
    return outline(edition_id, Opened(f"line-{line_id}", form))


def _given_back(edition: Edition, why: str) -> ResponseReturnValue:
    """Where it stood is gone, what was typed is not: open as a new line, in the chosen section if that is there."""
    if request.method == "GET":
        abort(404)
    form = _line_form(edition, 0)
    kept = _("Nội dung bạn đã ghi còn ở đây: lưu để thêm thành tiêu chí mới.")
    form.refuse(Refused(f"{why} {kept}"))
    chosen = queries.find_section(edition, form.section_id.data or 0)
    place = chosen or next(iter(edition.sections), None)
    return outline(edition.id, Opened(f"line-new-{place.id if place else 0}", form))


@bp.post(f"{_LINE}/move")
@requires("criteria.edit")
def line_move(edition_id: int, line_id: int) -> ResponseReturnValue:
    """To a place of a section, sent as "section:place"."""
    queries.line_in(draft_or_404(edition_id), line_id)
    try:
        section_id, place = map(parse_id, request.form.get("place", "").split(":", 1))
    except ValueError:
        abort(400)

    def verb() -> None:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        service_outline.move_line(
            draft,
            queries.line_in(draft, line_id),
            section=queries.section_in(draft, section_id),
            place=place,
            by=user,
        )

    return moved(edition_id, verb, f"line-{line_id}")


@bp.post(f"{_LINE}/copy")
@requires("criteria.edit")
def line_copy(edition_id: int, line_id: int) -> ResponseReturnValue:
    queries.line_in(draft_or_404(edition_id), line_id)
    form = ConfirmForm()

    def verb() -> str:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        copy = service_outline.copy_line(draft, queries.line_in(draft, line_id), by=user)
        return f"line-{copy.id}"

    if form.validate_on_submit() and (
        answer := written(form, edition_id, verb, _("Đã chép tiêu chí"))
    ):
        return answer
    return outline(edition_id, Opened("", form))


@bp.route(f"{_LINE}/delete", methods=["GET", "POST"])
@requires("criteria.edit")
def line_delete(edition_id: int, line_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    line = queries.line_in(edition, line_id)
    code = line.code

    def verb() -> Done:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        service_outline.remove_line(draft, queries.line_in(draft, line_id), by=user)
        return Done(anchored(edition_id, "outline"), _("Đã xóa tiêu chí %(code)s.", code=code))

    text = _("“%(text)s” bị xóa khỏi bản nháp.", text=line.text)
    title = _("Xóa tiêu chí %(code)s", code=code)
    return confirmed(edition, ConfirmForm(), verb, title, text, f"line-{line_id}")
