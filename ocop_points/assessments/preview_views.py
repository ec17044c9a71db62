"""An edition as the officer will see it, and a try-out of the result. Answers stand in the address: none is kept."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from ocop_points.assessments import labels
from ocop_points.assessments.checklist import Entry, read_entry, sent_entry, stored_entry
from ocop_points.assessments.rules import Answer, assess, missing
from ocop_points.assessments.sheet import Sheet, SheetLine, SheetSection, unanswered
from ocop_points.core.access import requires
from ocop_points.core.htmx import render
from ocop_points.criteria import labels as criteria_labels
from ocop_points.criteria import queries as criteria
from ocop_points.criteria.queries import KnownEdition

bp = Blueprint("previews", __name__)


@bp.get("/criteria/<int:edition_id>/preview")
@requires("criteria.read")
def preview(edition_id: int) -> ResponseReturnValue:
    shown = criteria.get_edition_or_404(current_user, edition_id)
    edition = criteria.whole_edition(edition_id)
    entries = [_entry(unanswered(line)) for line in edition.lines]
    # A draft may still lack the points that a score is counted from.
    countable = not edition.rule.is_scored or all(line.weight for line in edition.lines)
    given = {entry.shown.line.code: entry for entry in entries}
    sheet = _sheet(edition, given) if countable else None
    return render(
        "assessments/preview.html",
        "assessments/_tried.html",
        edition=shown,
        known=edition,
        sheet=sheet,
        entries={part.id: [given[line.code] for line in part.lines] for part in edition.sections},
        wrong=[entry for entry in entries if entry.errors],
        reasons=labels.result_reasons(sheet.outcome, edition.rule) if sheet else [],
        result_rule=criteria_labels.result_rule(shown),
        labels=labels,
        measure_of=criteria_labels.measure_of,
        photo_when=criteria_labels.PHOTO,
        may_edit=criteria.may_change(current_user, shown),
    )


def _entry(line: SheetLine) -> Entry:
    """The line as it was tried; what cannot be taken says why."""
    return sent_entry(line, request.args) or stored_entry(line)


def _sheet(edition: KnownEdition, entries: dict[str, Entry]) -> Sheet:
    answers = {code: _answer(entry) for code, entry in entries.items()}
    outcome = assess(edition.lines, answers, edition.rule)
    results = {result.code: result for result in outcome.lines}
    lacks = missing(edition.lines, answers)
    sections = [
        SheetSection(
            part,
            [
                SheetLine(
                    line=line,
                    answer=answers[line.code],
                    stored=None,
                    result=results[line.code],
                    lacks=tuple(one.reason for one in lacks if one.code == line.code),
                    before=None,
                )
                for line in part.lines
            ],
        )
        for part in edition.sections
    ]
    return Sheet(edition, sections, outcome, None)


def _answer(entry: Entry) -> Answer:
    given = read_entry(entry)
    return given.answer if given else Answer()
