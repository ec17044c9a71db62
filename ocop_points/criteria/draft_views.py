"""The editor of a draft: one outline, in which a section or a line (`draft_lines_views`) opens in place.

Each action has its own address. htmx gets the outline back, a browser without script the page with the outline.
"""

from collections.abc import Callable
from dataclasses import dataclass

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from ocop_points.accounts.queries import me
from ocop_points.core.access import requires
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.formats import parse_id
from ocop_points.core.forms import BaseForm, ConfirmForm, Done, ask, carry_out
from ocop_points.core.htmx import render, wants_part
from ocop_points.criteria import labels, queries, service_drafts, service_outline
from ocop_points.criteria.checks import edition_flaws
from ocop_points.criteria.draft_forms import SectionForm
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionStatus
from ocop_points.criteria.views import bp

SECTION = "/criteria/<int:edition_id>/sections/<int:section_id>"


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


def outline(
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


def anchored(edition_id: int, anchor: str) -> str:
    return url_for(".edition_edit", edition_id=edition_id, _anchor=anchor)


def written(
    form: BaseForm, edition_id: int, verb: Callable[[], str], said: str
) -> ResponseReturnValue | None:
    """Carry a verb out that says the anchor of what it wrote; None when the form says why it was refused."""
    anchors: list[str] = []

    def run() -> Done:
        anchors[:] = [verb()]
        return Done(anchored(edition_id, anchors[0]))

    answer = carry_out(form, run)
    if answer is None or not wants_part():
        return answer
    return outline(edition_id, focus=anchors[0] if anchors else "", said=said)


@bp.get("/criteria/<int:edition_id>/edit")
@requires("criteria.edit")
def edition_edit(edition_id: int) -> ResponseReturnValue:
    draft_or_404(edition_id)
    return outline(edition_id)


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

    if form.validate_on_submit() and (answer := written(form, edition_id, verb, _("Đã thêm phần"))):
        return answer
    return outline(edition_id, Opened("section-new", form))


@bp.route(SECTION, methods=["GET", "POST"])
@requires("criteria.edit")
def section_edit(edition_id: int, section_id: int) -> ResponseReturnValue:
    section = queries.find_section(draft_or_404(edition_id), section_id)
    if section is None:
        return _section_given_back(edition_id)
    form = SectionForm(obj=section)

    def verb() -> str:
        user = me()
        edition = queries.get_draft_to_edit(user, edition_id)
        section = queries.find_section(edition, section_id)
        if section is None:
            raise Refused("")
        form.guard_version(section)
        service_outline.edit_section(edition, section, form.spec(), by=user)
        return f"section-{section_id}"

    if form.validate_on_submit() and (answer := written(form, edition_id, verb, _("Đã lưu phần"))):
        return answer
    if queries.find_section(draft_or_404(edition_id), section_id) is None:
        return _section_given_back(edition_id)
    return outline(edition_id, Opened(f"section-{section_id}", form))


def _section_given_back(edition_id: int) -> ResponseReturnValue:
    """Somebody deleted the section while it was being written: what was typed stands ready as a new one."""
    if request.method == "GET":
        abort(404)
    form = SectionForm()
    said = _(
        "Người khác vừa xóa phần này. Nội dung bạn đã ghi còn ở đây: lưu để thêm thành phần mới."
    )
    form.refuse(Refused(said))
    return outline(edition_id, Opened("section-new", form))


@bp.post(f"{SECTION}/move")
@requires("criteria.edit")
def section_move(edition_id: int, section_id: int) -> ResponseReturnValue:
    """To a place: sent twice it says the same, so it needs no one-time key."""
    queries.section_in(draft_or_404(edition_id), section_id)

    def verb() -> None:
        user = me()
        edition = queries.get_draft_to_edit(user, edition_id)
        section = queries.section_in(edition, section_id)
        service_outline.move_section(edition, section, _place(), by=user)

    return moved(edition_id, verb, f"section-{section_id}")


def _place() -> int:
    try:
        return min(parse_id(request.form.get("place", "")), 1000)
    except ValueError:
        abort(400)


def moved(edition_id: int, verb: Callable[[], None], anchor: str) -> ResponseReturnValue:
    try:
        write(verb)
    except Refused:  # published meanwhile
        db.session.rollback()
        return redirect(url_for(".edition_show", edition_id=edition_id), 303)
    if wants_part():
        return outline(edition_id, focus=anchor, said=_("Đã chuyển chỗ"))
    return redirect(anchored(edition_id, anchor), 303)


@bp.route(f"{SECTION}/delete", methods=["GET", "POST"])
@requires("criteria.edit")
def section_delete(edition_id: int, section_id: int) -> ResponseReturnValue:
    edition = draft_or_404(edition_id)
    section = queries.section_in(edition, section_id)

    def verb() -> Done:
        user = me()
        draft = queries.get_draft_to_edit(user, edition_id)
        service_outline.remove_section(draft, queries.section_in(draft, section_id), by=user)
        return Done(anchored(edition_id, "outline"), _("Đã xóa phần %(code)s.", code=code))

    code = section.code
    text = _(
        "Phần “%(title)s” và %(n)s tiêu chí của phần bị xóa khỏi bản nháp.",
        title=section.title,
        n=len(section.lines),
    )
    title = _("Xóa phần %(code)s", code=code)
    return confirmed(edition, ConfirmForm(), verb, title, text, f"section-{section_id}")


def confirmed(
    edition: Edition,
    form: BaseForm,
    verb: Callable[[], Done],
    title: str,
    text: str,
    anchor: str = "",
) -> ResponseReturnValue:
    back = anchored(edition.id, anchor)
    name, url = edition.title, url_for(".edition_edit", edition_id=edition.id)
    return ask(
        form,
        verb,
        title=title,
        text=text,
        verb=title,
        danger=True,
        back_url=back,
        nav="criteria",
        crumb=(name, url),
    )


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
    return confirmed(edition, ConfirmForm(), verb, _("Xóa nháp"), text)
