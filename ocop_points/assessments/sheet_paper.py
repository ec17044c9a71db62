"""The checklist on paper: the blank form of an edition, or that of a visit with what is known of it."""

from flask import current_app, url_for
from flask_babel import gettext as _

from ocop_points.assessments import labels
from ocop_points.assessments.documents import RESULT, edition_facts, letterhead, point_facts
from ocop_points.assessments.measures_labels import paper_words
from ocop_points.assessments.models import Visit
from ocop_points.assessments.rules import Answer, LineState
from ocop_points.assessments.sheet import Before, SheetLine, sheet_of
from ocop_points.core import clock
from ocop_points.core.formats import vi_number
from ocop_points.core.printing import qr_svg, render_pdf
from ocop_points.criteria import labels as criteria_labels
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import NONE_OF_THEM, LineKind, LineSpec

_NOTHING = Answer()


def blank_form(edition: Edition) -> bytes:
    """The empty form of an edition as A4 PDF; needs its lines loaded. Raises PrintingError."""
    sections = [
        {
            "code": part.code,
            "title": part.title,
            "note": part.note or None,
            "lines": [
                _line(one.spec(), _NOTHING, LineState.UNANSWERED, None) for one in part.lines
            ],
        }
        for part in edition.sections
    ]
    today = clock.today()
    return render_pdf(
        "checklist",
        {
            "date": today,
            "head": {"issuer_name": edition.legal_issuer},
            "edition": edition_facts(edition, today),
            "scored": edition.rule.is_scored,
            "sections": sections,
        },
    )


def visit_form(visit: Visit) -> bytes:
    """The form of a visit, what is known filled in. Needs what `get_visit_or_404` loads. Raises PrintingError."""
    sheet, day = sheet_of(visit, compared=True, measured=True), visit.on or clock.today()
    base = (current_app.config.get("PUBLIC_URL") or "").rstrip("/")
    address = base + url_for("assessments.visit_show", visit_id=visit.id) if base else None
    representative = {
        "name": visit.representative,
        "office": visit.representative_position or None,
    }
    data = {
        "date": day,
        "head": {"issuer_name": letterhead(visit).name},
        "edition": edition_facts(visit.edition, day),
        "scored": sheet.edition.rule.is_scored,
        "point": point_facts(visit.point),
        "visit": {
            "id": visit.id,
            "kind": str(labels.KIND[visit.kind]),
            "on": day,
            "team": [member.user.full_name for member in visit.members],
            "address": address,
        },
        "representatives": [representative] if visit.representative else [],
        "sections": [
            {
                "code": part.section.code,
                "title": part.section.title,
                "note": part.section.note or None,
                "lines": [_shown(one) for one in part.lines],
            }
            for part in sheet.sections
        ],
    }
    pictures = {"find-qr": qr_svg(address)} if address else {}
    return render_pdf("checklist", data, pictures=pictures)


def _shown(one: SheetLine) -> dict[str, object]:
    figure = one.figure or one.present
    shown = _line(one.line, one.answer, one.state, one.before)
    if figure is None:
        return shown
    asked = None if one.line.kind is LineKind.YES_NO else shown["asked"]
    return {**shown, "asked": asked, "measured": paper_words(one.line, figure)}


def _line(
    line: LineSpec, answer: Answer, state: LineState, before: Before | None
) -> dict[str, object]:
    choices = [one.code for one in line.choices]
    chosen = {**{code: place for place, code in enumerate(choices)}, NONE_OF_THEM: -1}
    amount = answer.number if answer.number is not None else answer.score
    return {
        "code": line.code,
        "text": line.text,
        "mandatory": line.mandatory,
        "confirmed": line.confirmed,
        "kind": line.kind.value,
        "choices": [one.text for one in line.choices],
        "asked": _asked(line),
        "unit": line.unit or None,
        "allows_na": line.allows_na,
        "photo": str(criteria_labels.PHOTO[line.photo]) or None,
        "guidance": line.guidance or None,
        "before": _before(before),
        "answer": {
            "result": RESULT[state],
            "choice": chosen.get(answer.choice) if answer.choice is not None else None,
            "value": f"{vi_number(amount)} {line.unit}".strip() if amount is not None else None,
            "note": answer.note or None,
            "photos": answer.photo_count,
        },
    }


def _asked(line: LineSpec) -> str | None:
    """What is asked: a range, or which figure of the books would meet the line."""
    asked = criteria_labels.measure_of(line)
    if line.ask is None or line.kind is not LineKind.YES_NO:
        return asked or None
    title = criteria_labels.measure_title(line.ask)
    return f"{title}; {_('đạt')} {asked}" if asked else title


def _before(before: Before | None) -> str | None:
    if before is None:
        return None
    state = str(labels.LINE_STATE[before.state][1]).lower()
    return f"{state}; {before.answer.note}" if before.answer.note else state
