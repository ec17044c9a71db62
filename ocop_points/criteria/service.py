"""Verbs of an edition: load, publish, retire, and the mark of its first use."""

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria import queries
from ocop_points.criteria.models import Choice, Edition, Line, Section
from ocop_points.criteria.rules import EditionSpec, EditionStatus, LineSpec
from ocop_points.localities.models import Locality

_LINE_COLUMNS = (
    "code", "kind", "text", "mandatory", "confirmed", "source", "allows_na", "photo", "weight",
    "minimum", "maximum", "unit", "measure", "guidance",
)  # fmt: skip


def load_edition(
    spec: EditionSpec,
    *,
    by: User | None = None,
    locality: Locality | None = None,
    publish: bool = True,
) -> Edition:
    """Store an edition read from its file, published unless told otherwise; `locality` = its own edition.

    Raises Refused when an edition has this code: a set of criteria is never written over.
    """
    if queries.edition_by_code(spec.code) is not None:
        raise Refused(_("Đã có bộ tiêu chí mang mã %(code)s", code=spec.code), "code")
    basis = spec.legal_basis
    edition = Edition(
        code=spec.code,
        title=spec.title,
        legal_number=basis.number,
        legal_issued_on=basis.issued_on,
        legal_issuer=basis.issuer,
        valid_from=spec.valid_from,
        valid_to=spec.valid_to,
        mandatory_lines=spec.result.mandatory_lines,
        minimum_score=spec.result.minimum_score,
        status=EditionStatus.DRAFT,
        locality_id=None if locality is None else locality.id,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(edition)
    db.session.flush()
    _add_sections(edition.id, spec)
    lines = {"code": spec.code, "number": basis.number, "lines": len(spec.lines)}
    record(Action.CRITERIA_LOADED, edition.subject(), by=by, changes=created(lines))
    if publish:
        publish_edition(edition, by=by)
    return edition


def publish_edition(edition: Edition, *, by: User | None) -> None:
    """Make a draft the edition that visits may use; from now on its rows never change. Raises Refused."""
    _step(edition, EditionStatus.DRAFT, EditionStatus.PUBLISHED)
    record(
        Action.CRITERIA_PUBLISHED,
        edition.subject(),
        by=by,
        changes={"edition_status": [EditionStatus.DRAFT.value, edition.status.value]},
    )


def retire_edition(edition: Edition, *, by: User | None, reason: str) -> None:
    """Stop offering an edition; visits that use it keep it. Raises Refused."""
    _step(edition, EditionStatus.PUBLISHED, EditionStatus.RETIRED)
    record(
        Action.CRITERIA_RETIRED,
        edition.subject(),
        by=by,
        changes={"edition_status": [EditionStatus.PUBLISHED.value, edition.status.value]},
        note=reason,
    )


def mark_used(edition: Edition, *, by: User) -> None:
    """Freeze an edition at its first visit. Raises Refused when it is not published."""
    if edition.status is not EditionStatus.PUBLISHED:
        raise Refused(_("Bộ tiêu chí này không còn dùng để đánh giá. Chọn bộ khác."), "edition_id")
    if edition.frozen_at is None:
        edition.frozen_at = clock.now()
        edition.version += 1
        record(
            Action.CRITERIA_FROZEN,
            edition.subject(),
            by=by,
            changes=created({"date": clock.today()}),
        )


def _step(edition: Edition, before: EditionStatus, after: EditionStatus) -> None:
    if edition.status is not before:
        raise Refused(_("Trạng thái bộ tiêu chí đã thay đổi. Mở lại trang bộ tiêu chí."))
    edition.status = after
    edition.version += 1
    db.session.flush()


def _add_sections(edition_id: int, spec: EditionSpec) -> None:
    for place, part in enumerate(spec.sections, start=1):
        section = Section(
            edition_id=edition_id,
            place=place,
            code=part.code,
            title=part.title,
            note=part.note,
            minimum_score=part.minimum_score,
        )
        db.session.add(section)
        db.session.flush()
        for number, one in enumerate(part.lines, start=1):
            _add_line(edition_id, section.id, number, one)


def _add_line(edition_id: int, section_id: int, place: int, spec: LineSpec) -> None:
    values = {name: getattr(spec, name) for name in _LINE_COLUMNS}
    line = Line(edition_id=edition_id, section_id=section_id, place=place, **values)
    db.session.add(line)
    db.session.flush()
    db.session.add_all(
        Choice(line_id=line.id, place=number, code=one.code, text=one.text)
        for number, one in enumerate(spec.choices, start=1)
    )
    db.session.flush()
