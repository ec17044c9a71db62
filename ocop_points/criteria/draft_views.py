"""The editor of a draft: one outline, in which a section or a line opens in place.

Each action has its own address. htmx gets the outline back, a browser without script the page with the outline.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm, Done, answer_form, carry_out
from ocop_points.core.htmx import render, wants_part
from ocop_points.criteria import labels, queries, service_drafts, service_outline
from ocop_points.criteria.checks import edition_flaws
from ocop_points.criteria.draft_forms import ConfirmForm, LineForm, SectionForm
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionStatus, LineKind, PhotoRule
from ocop_points.criteria.views import bp

_SECTION = "/criteria/<int:edition_id>/sections/<int:section_id>"
_LINE = "/criteria/<int:edition_id>/lines/<int:line_id>"


@dataclass
class Opened:
    """What is open in the outline: the anchor of a row that is there or will be, and its form."""

    anchor: str = ""
    form: BaseForm | None = None


def draft_or_404(edition_id: int) -> Edition:
    """The whole draft for somebody who may change it; whoever comes too late gets the edition's page."""
    queries.get_edition_to_change(current_user, edition_id, lock=False)
    edition = queries.get_edition_or_404(current_user, edition_id)
    if edition.status is not EditionStatus.DRAFT and request.method == "GET":
        abort(redirect(url_for(".edition_show", edition_id=edition_id)))
    return edition


def _outline(
    edition_id: int,
    opened: Opened | None = None,
    *,
    focus: str = "",
    said: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """The outline as it is now, and what is open in it. `focus`: the row that was just written."""
    edition = queries.get_edition_or_404(current_user, edition_id)
    opened = opened or Opened()
    failed = opened.form is not None and opened.form.is_submitted() and opened.form.failed
    return render(
        "criteria/edit.html",
        "criteria/_outline.html",
        status=422 if failed else status,
        edition=edition,
        scored=edition.rule.is_scored,
        opened=opened,
        form=opened.form,
        failed=failed,
        focus=focus,
        said=said,
        outline_form=ConfirmForm(fresh=True),
        flaws=labels.flaw_links(edition, edition_flaws(edition.spec())),
        labels=labels,
    )


def _anchored(edition_id: int, anchor: str) -> str:
    return url_for(".edition_edit", edition_id=edition_id, _anchor=anchor)


def _written(
    form: BaseForm, edition_id: int, verb: Callable[[], str], said: str
) -> ResponseReturnValue | None:
    """Carry a verb out that says the anchor of what it wrote; None when the form says why it was refused."""
    anchors: list[str] = []

    def run() -> Done:
        anchors[:] = [verb()]
        return Done(_anchored(edition_id, anchors[0]))

    answer = carry_out(form, run)
    if answer is None or not wants_part():
        return answer
    return _outline(edition_id, focus=anchors[0] if anchors else "", said=said)


@bp.get("/criteria/<int:edition_id>/edit")
@requires("criteria.edit")
def edition_edit(edition_id: int) -> ResponseReturnValue:
    draft_or_404(edition_id)
    return _outline(edition_id)


# --- sections -------------------------------------------------------------------------------------


@bp.route("/criteria/<int:edition_id>/sections/new", methods=["GET", "POST"])
@requires("criteria.edit")
def section_new(edition_id: int) -> ResponseReturnValue:
    draft_or_404(edition_id)
    form = SectionForm()

    def verb() -> str:
        user = me()
        edition = queries.get_draft_to_edit(user, edition_id)
        return f"section-{service_outline.add_section(edition, form.spec(), by=user).id}"

    if form.validate_on_submit() and (
        answer := _written(form, edition_id, verb, _("Đã thêm phần"))
    ):
        return answer
    return _outline(edition_id, Opened("section-new", form))


@bp.route(_SECTION, methods=["GET", "POST"])
@requires("criteria.edit")
def section_edit(edition_id: int, section_id: int) -> ResponseReturnValue:
    form = SectionForm(obj=queries.section_in(draft_or_404(edition_id), section_id))

    def verb() -> str:
        user = me()
        edition = queries.get_draft_to_edit(user, edition_id)
        section = queries.section_in(edition, section_id)
        form.guard_version(section)
        service_outline.edit_section(edition, section, form.spec(), by=user)
        return f"section-{section_id}"

    if form.validate_on_submit() and (answer := _written(form, edition_id, verb, _("Đã lưu phần"))):
        return answer
    return _outline(edition_id, Opened(f"section-{section_id}", form))


@bp.post(f"{_SECTION}/move")
@requires("criteria.edit")
def section_move(edition_id: int, section_id: int) -> ResponseReturnValue:
    """To a place: sent twice it says the same, so it needs no one-time key."""
    queries.section_in(draft_or_404(edition_id), section_id)

    def verb() -> None:
        user = me()
        edition = queries.get_draft_to_edit(user, edition_id)
        section = queries.section_in(edition, section_id)
        service_outline.move_section(edition, section, _place(), by=user)

    return _moved(edition_id, verb, f"section-{section_id}")


def _place() -> int:
    try:
        return min(parse_id(request.form.get("place", "")), 1000)
    except ValueError:
        abort(400)


def _moved(edition_id: int, verb: Callable[[], None], anchor: str) -> ResponseReturnValue:
    try:
        write(verb)
    except Refused:  # published meanwhile
        db.session.rollback()
        return redirect(url_for(".edition_show", edition_id=edition_id), 303)
    if wants_part():
        return _outline(edition_id, focus=anchor, said=_("Đã chuyển chỗ"))
    return redirect(_anchored(edition_id, anchor), 303)


@bp.route(f"{_SECTION}/delete", methods=["GET", "POST"])
@requires("criteria.edit")
def section_delete(edition_id: int, section_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    section = queries.section_in(edition, section_id)

    def verb() -> Done:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        service_outline.remove_section(draft, queries.section_in(draft, section_id), by=user)
        return Done(_anchored(edition_id, "outline"), _("Đã xóa phần %(code)s.", code=code))

    code = section.code
    text = _(
        "Phần “%(title)s” và %(n)s tiêu chí của phần bị xóa khỏi bản nháp.",
        title=section.title,
        n=len(section.lines),
    )
    title = _("Xóa phần %(code)s", code=code)
    return _confirmed(edition, ConfirmForm(), verb, title, text, f"section-{section_id}")


def _confirmed(
    edition: Edition,
    form: BaseForm,
    verb: Callable[[], Done],
    title: str,
    text: str,
    anchor: str = "",
) -> ResponseReturnValue:
    back = _anchored(edition.id, anchor)
    name, url = edition.title, url_for(".edition_edit", edition_id=edition.id)
    if form.validate_on_submit() and (answer := carry_out(form, verb)):
        return answer
    return answer_form(
        "shared/confirm.html",
        form,
        title=title,
        text=text,
        verb=title,
        danger=True,
        back_url=back,
        nav="criteria",
        crumb=(name, url),
    )


# --- lines ----------------------------------------------------------------------------------------


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


@bp.route(f"{_SECTION}/lines/new", methods=["GET", "POST"])
@requires("criteria.edit")
def line_new(edition_id: int, section_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    queries.section_in(edition, section_id)
    form = _line_form(edition, section_id)

    def verb() -> str:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        section = queries.section_in(draft, form.section_id.data)
        return f"line-{service_outline.add_line(draft, section, form.spec(), by=user).id}"

    if form.validate_on_submit() and (
        answer := _written(form, edition_id, verb, _("Đã thêm tiêu chí"))
    ):
        return answer
    return _outline(edition_id, Opened(f"line-new-{section_id}", form))


@bp.route(_LINE, methods=["GET", "POST"])
@requires("criteria.edit")
def line_edit(edition_id: int, line_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    line = queries.line_in(edition, line_id)
    form = _line_form(edition, line.section_id, line)

    def verb() -> str:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        record = queries.line_in(draft, line_id)
        form.guard_version(record)
        section = queries.section_in(draft, form.section_id.data)
        service_outline.edit_line(draft, record, form.spec(), section=section, by=user)
        return f"line-{line_id}"

    if form.validate_on_submit() and (
        answer := _written(form, edition_id, verb, _("Đã lưu tiêu chí"))
    ):
        return answer
    return _outline(edition_id, Opened(f"line-{line_id}", form))


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

    return _moved(edition_id, verb, f"line-{line_id}")


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
        answer := _written(form, edition_id, verb, _("Đã chép tiêu chí"))
    ):
        return answer
    return _outline(edition_id, Opened("", form))


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
        return Done(_anchored(edition_id, "outline"), _("Đã xóa tiêu chí %(code)s.", code=code))

    text = _("“%(text)s” bị xóa khỏi bản nháp.", text=line.text)
    title = _("Xóa tiêu chí %(code)s", code=code)
    return _confirmed(edition, ConfirmForm(), verb, title, text, f"line-{line_id}")


# --- the draft as a whole -------------------------------------------------------------------------


@bp.route("/criteria/<int:edition_id>/delete", methods=["GET", "POST"])
@requires("criteria.edit")
def edition_delete(edition_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)

    def verb() -> Done:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        service_drafts.delete_draft_edition(draft, by=user)
        return Done(url_for(".edition_list"), _("Đã xóa bản nháp."))

    text = _("Bản nháp “%(title)s” bị xóa hẳn, không lấy lại được.", title=edition.title)
    return _confirmed(edition, ConfirmForm(), verb, _("Xóa nháp"), text)
