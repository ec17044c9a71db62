"""The checklist: the whole page, all answers at once, and one line saved when it changes."""

from collections.abc import Iterable, Set

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import Forbidden

from ocop_points.accounts.queries import me
from ocop_points.accounts.session import in_the_field
from ocop_points.assessments import labels, queries, service
from ocop_points.assessments.checklist import (
    Entry,
    read_entry,
    sent_entry,
    show_theirs,
    stored_entry,
)
from ocop_points.assessments.field_rules import device_rules
from ocop_points.assessments.field_views import cache_name, keepable
from ocop_points.assessments.forms import AnswersForm
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_views import photo_context
from ocop_points.assessments.rules_states import Verb, allowed_verbs
from ocop_points.assessments.service import AnswerConflict, Given
from ocop_points.assessments.sheet import Sheet, SheetLine, sheet_of, unanswered
from ocop_points.assessments.views import bp as bp
from ocop_points.assessments.views import visit_for_team
from ocop_points.core import clock, once
from ocop_points.core.access import accepts_body, requires
from ocop_points.core.db import write
from ocop_points.core.errors import Refused
from ocop_points.core.forms import Done, carry_out
from ocop_points.core.htmx import render, wants_part
from ocop_points.criteria import labels as criteria_labels
from ocop_points.criteria import queries as criteria

# 200 lines with a note of 2,000 letters each, three bytes a letter.
CHECKLIST_BYTES = 2 * 1024 * 1024


@bp.get("/assessments/<int:visit_id>/checklist")
@requires("visits.work")
def checklist(visit_id: int) -> ResponseReturnValue:
    visit, _may = visit_for_team(visit_id, "answer")
    sheet = sheet_of(visit, compared=True, measured=True)
    return _checklist_page(visit, sheet, _entries(sheet), AnswersForm())


@bp.post("/assessments/<int:visit_id>/answers")
@requires("visits.work")
@accepts_body(CHECKLIST_BYTES)
def answers_save(visit_id: int) -> ResponseReturnValue:
    """The whole checklist at once: without script, and for the buttons at its foot."""
    visit, _may = visit_for_team(visit_id, "answer")
    form = AnswersForm()
    then = ".visit_submit" if request.args.get("then") == "submit" else ".checklist"
    conflicts: set[int] = set()

    def verb() -> Done:
        saved = _save(visit_id, conflicts)[1]
        said = _("Đã lưu %(n)s câu trả lời.", n=saved) if saved else ""
        return Done(url_for(then, visit_id=visit_id), said)

    lines = map(unanswered, criteria.whole_edition(visit.edition_id).lines)
    readable = not any(entry.errors for entry in _sent(lines))
    if form.validate_on_submit() and readable and (answer := carry_out(form, verb)):
        return answer
    visit = queries.get_visit_at_work(current_user, visit_id)
    sheet = sheet_of(visit, compared=True, measured=True)
    return _checklist_page(visit, sheet, _entries(sheet, conflicts, sent=True), form)


@bp.post("/assessments/<int:visit_id>/answers/<int:line_id>")
@requires("visits.work")
def answer_save(visit_id: int, line_id: int) -> ResponseReturnValue:
    """One line, saved when it changes; under a key of the page's own it is saved once, however late and often it comes.

    Everything is read inside the verb, once: this is sent at each touch of the checklist.
    """
    key = once.device_key(current_user.id)
    conflicts: set[int] = set()
    said = ""
    part, failed = wants_part(), False
    took_theirs = part and request.form.get(f"k{line_id}") == "theirs"

    def verb() -> Sheet:
        """Plain data: it outlives the transaction, so that the answer asks nothing more of the database."""
        record, _count = _save(visit_id, conflicts, line_id, key)
        return sheet_of(record, compared=took_theirs, measured=took_theirs)

    try:
        sheet = write(verb)
    except Refused as refused:
        failed, said = True, "" if conflicts else str(refused.message)
        visit = queries.get_visit_at_work(current_user, visit_id)
        sheet = sheet_of(visit, compared=not part, measured=not part)
    if not part and not failed:
        return redirect(f"{url_for('.checklist', visit_id=visit_id)}#line-{line_id}", 303)
    entries = _entries(sheet, conflicts, sent=failed, only=line_id)
    entry = next(one for one in entries if one.line_id == line_id)
    if said:
        entry.errors.append(said)
    if not part:
        return _checklist_page(visit, sheet, entries, AnswersForm())
    if took_theirs:
        visit = queries.get_visit_at_work(current_user, visit_id)
    answer = render(
        "assessments/_saved.html",
        "assessments/_saved.html",
        status=422 if failed else 200,
        took_theirs=took_theirs,
        entry=entry,
        section=sheet.section_of(entry.shown),
        visit_id=visit_id,
        visit=visit if took_theirs else None,
        sheet=sheet,
        labels=labels,
        measure_of=criteria_labels.measure_of,
        saved_at=sheet.saved_at,
        photos=photo_context(visit, AnswersForm(fresh=True), before_id=sheet.before_id)
        if took_theirs
        else None,
    )
    if took_theirs:  # the whole line has other contents now, not only its state
        answer.headers["HX-Retarget"] = f"#{entry.shown.anchor}"
    return answer


def _sent(lines: Iterable[SheetLine], only: int | None = None) -> list[Entry]:
    """The lines that somebody filled in, read: those that cannot be taken say why."""
    wanted = [line for line in lines if only in (None, line.line.id)]
    entries = [entry for line in wanted if (entry := sent_entry(line, request.form))]
    for entry in entries:
        read_entry(entry)
    return entries


def _save(
    visit_id: int, conflicts: set[int], only: int | None = None, key: str = ""
) -> tuple[Visit, int]:
    """Inside the write lock: read the visit again, save what differs; the visit and how many lines.

    With `only` this is all that asks: 404 for a line of another edition, 403 outside the team, Refused("") when the
    line cannot be read and so says itself what is wrong.
    """
    user = me()
    record = queries.get_visit_to_edit(user, visit_id)
    lines = criteria.whole_edition(record.edition_id).lines
    if user.id not in record.team:
        raise Forbidden
    if only is not None and all(line.id != only for line in lines):
        abort(404)
    if not once.first_time(user.id, key, url_for(".checklist", visit_id=visit_id)):
        return record, 0
    entries = _sent(map(unanswered, lines), only)
    if only is not None and any(entry.errors for entry in entries):
        raise Refused("")
    given: list[Given] = [one for entry in entries if (one := read_entry(entry))]
    try:
        return record, service.answer_lines(record, given, by=user)
    except AnswerConflict as conflict:
        conflicts.update(conflict.line_ids)
        raise


def _entries(
    sheet: Sheet, conflicts: Set[int] = frozenset(), *, sent: bool = False, only: int | None = None
) -> list[Entry]:
    """Every line for the page: as it was sent where it was touched, as it is stored otherwise."""
    typed = {entry.line_id: entry for entry in _sent(sheet.lines, only)} if sent else {}
    entries = [typed.get(line.line.id) or stored_entry(line) for line in sheet.lines]
    for entry in entries:
        stored = entry.shown.stored
        if entry.line_id in conflicts and stored:
            show_theirs(entry, stored)
    return entries


def _checklist_page(
    visit: Visit, sheet: Sheet, entries: list[Entry], form: AnswersForm
) -> ResponseReturnValue:
    in_the_field()
    wrong = [entry for entry in entries if entry.errors or entry.theirs]
    by_section: dict[int, list[Entry]] = {part.section.id: [] for part in sheet.sections}
    for entry in entries:
        by_section[entry.shown.line.section_id].append(entry)
    page = render_template(
        "assessments/checklist.html",
        form=form,
        wrong=wrong,
        failed=bool(wrong or form.errors),
        ended=criteria_labels.period_note(visit.edition, visit.on or clock.today()),
        cache_name=cache_name(),
        device_rules=device_rules(sheet.edition),
        visit_id=visit.id,
        visit=visit,
        sheet=sheet,
        entries=by_section,
        labels=labels,
        measure_of=criteria_labels.measure_of,
        saved_at=sheet.saved_at,
        photos=photo_context(
            visit,
            form if Verb.ANSWER in allowed_verbs(visit.state) else None,
            before_id=sheet.before_id,
        ),
    )
    if wrong or form.errors:
        return page, 422
    return keepable(make_response(page))
