"""Verbs of a draft as a whole: begin, change its head, replace it by a file, delete."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import delete, select

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, record
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria import queries
from ocop_points.criteria.checks import edition_flaws, head_flaws
from ocop_points.criteria.compare import compare
from ocop_points.criteria.models import Choice, Edition, Line, Section
from ocop_points.criteria.rules import EditionSpec
from ocop_points.criteria.steps import add_sections, drop_weights, only_draft, refuse_flaws, store


def draft_edition(
    spec: EditionSpec, *, by: User, locality_id: int | None, copy_of: Edition | None = None
) -> Edition:
    """Begin a draft; `locality_id` of a locality's own edition, None for the ministry's. Raises Refused."""
    refuse_flaws(edition_flaws(spec))
    edition = store(spec, locality_id=locality_id)
    known = {**_head(spec), "lines": len(spec.lines), "copy_of": copy_of and copy_of.short_name}
    record(Action.CRITERIA_DRAFTED, edition.subject(), by=by, changes=created(known))
    return edition


def edit_head(edition: Edition, values: Mapping[str, object], *, by: User) -> None:
    """Change what stands above the sections. Without a score any more, the lines lose their points. Raises Refused.

    Needs the whole edition loaded.
    """
    only_draft(edition)
    code = values.get("code", edition.code)
    if code != edition.code and queries.edition_by_code(str(code)) is not None:
        raise Refused(_("Đã có bộ tiêu chí mang mã %(code)s", code=code), "code")
    was_scored = edition.rule.is_scored
    changes = assign(edition, values)
    refuse_flaws(list(head_flaws(edition.spec())))
    if was_scored and not edition.rule.is_scored:
        dropped = drop_weights(edition)
        changes |= {"weights_dropped": [None, dropped]} if dropped else {}
    if changes:
        edition.version += 1
        record(Action.CRITERIA_EDITED, edition.subject(), by=by, changes=changes)


def replace_draft(edition: Edition, spec: EditionSpec, *, by: User) -> None:
    """Put what a file says in the place of all that the draft said. Raises Refused, also when nothing would change.

    Needs the whole edition loaded.
    """
    only_draft(edition)
    before = edition.spec()
    if before == spec:
        raise Refused(_("Tệp giống hệt bản nháp đang có: không có gì để thay."))
    refuse_flaws(edition_flaws(spec))
    found = compare(before, spec)
    _delete_sections(edition.id)
    changes = assign(edition, _head(spec))
    add_sections(edition.id, spec)
    edition.version += 1
    changes |= {"lines": [len(before.lines), len(spec.lines)]}
    codes = {"added": found.added, "removed": found.removed, "changed": found.changed}
    changes |= {name: [None, [row.code for row in rows]] for name, rows in codes.items() if rows}
    record(Action.CRITERIA_REPLACED, edition.subject(), by=by, changes=changes)


def delete_draft_edition(edition: Edition, *, by: User) -> None:
    """Delete a draft for good. Raises Refused once it is published. Needs the whole edition loaded."""
    only_draft(edition)
    subject = edition.subject()
    known: dict[str, Change] = {"code": [edition.code, None], "lines": [len(edition.lines), None]}
    _delete_sections(edition.id)
    db.session.execute(delete(Edition).where(Edition.id == edition.id))
    record(Action.CRITERIA_DRAFT_DELETED, subject, by=by, changes=known)


def _head(spec: EditionSpec) -> dict[str, object]:
    basis = spec.legal_basis
    return {
        "code": spec.code,
        "title": spec.title,
        "legal_number": basis.number,
        "legal_issued_on": basis.issued_on,
        "legal_issuer": basis.issuer,
        "valid_from": spec.valid_from,
        "valid_to": spec.valid_to,
        "mandatory_lines": spec.result.mandatory_lines,
        "minimum_score": spec.result.minimum_score,
    }


def _delete_sections(edition_id: int) -> None:
    lines = select(Line.id).where(Line.edition_id == edition_id)
    db.session.execute(delete(Choice).where(Choice.line_id.in_(lines)))
    for model in (Line, Section):
        db.session.execute(delete(model).where(model.edition_id == edition_id))
    db.session.expire_all()
