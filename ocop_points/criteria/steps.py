"""What the verbs of editions share: rows written down, and what each verb asks first. The audit rows are the verbs'."""

from collections.abc import Mapping
from dataclasses import replace

from flask_babel import gettext as _
from sqlalchemy import update

from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria import queries
from ocop_points.criteria.checks import Flaw, lasting
from ocop_points.criteria.models import Choice, Edition, Line, Section
from ocop_points.criteria.rules import EditionSpec, EditionStatus, LineSpec

LINE_COLUMNS = (
    "code", "kind", "text", "mandatory", "confirmed", "source", "allows_na", "photo", "weight",
    "minimum", "maximum", "unit", "measure", "measure_by", "measure_stars", "measure_bases",
    "measure_least", "measure_most", "guidance",
)  # fmt: skip


def store(spec: EditionSpec, *, locality_id: int | None) -> Edition:
    """Write an edition down as a draft, for a verb that leaves the audit row. Raises Refused when an edition has
    this code."""
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
        locality_id=locality_id,
        created_at=clock.now(),
        version=1,
    )
    db.session.add(edition)
    db.session.flush()
    add_sections(edition.id, spec)
    return edition


def add_sections(edition_id: int, spec: EditionSpec) -> None:
    """Write the sections of an edition down, with their lines and choices; it has none yet."""
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
            add_line_row(edition_id, section.id, number, one)


def add_line_row(edition_id: int, section_id: int, place: int, spec: LineSpec) -> Line:
    """Write a line down with its choices."""
    values = {name: getattr(spec, name) for name in LINE_COLUMNS}
    line = Line(edition_id=edition_id, section_id=section_id, place=place, **values)
    db.session.add(line)
    db.session.flush()
    add_choices(line.id, spec)
    return line


def add_choices(line_id: int, spec: LineSpec) -> None:
    """Write the choices of a line down; it has none yet."""
    db.session.add_all(
        Choice(line_id=line_id, place=number, code=one.code, text=one.text)
        for number, one in enumerate(spec.choices, start=1)
    )
    db.session.flush()


def only_draft(edition: Edition) -> None:
    """Raises Refused once the edition is published: then it never changes."""
    if edition.status is not EditionStatus.DRAFT:
        raise Refused(
            _("Bộ tiêu chí này đã ban hành nên không sửa được. Lập bản nháp mới từ bộ này.")
        )


def refuse_flaws(flaws: list[Flaw]) -> None:
    """Raises Refused with the first of the flaws that a draft may not have."""
    for flaw in lasting(flaws):
        what = flaw.message[:1].upper() + flaw.message[1:]
        field = "choice_rows" if flaw.place or flaw.field == "choices" else flaw.field
        raise Refused(what, field)


def drop_weights(edition: Edition) -> int:
    """Take the points from all lines of an edition that counts no score any more; how many had some."""
    weighted = sum(line.weight is not None for line in edition.lines)
    if weighted:
        rows = update(Line).where(Line.edition_id == edition.id, Line.weight.is_not(None))
        db.session.execute(rows.values(weight=None, version=Line.version + 1))
    return weighted


def copied(spec: EditionSpec, values: Mapping[str, object]) -> EditionSpec:
    """The copy of an edition that a new draft begins with: another act will issue it."""
    basis = replace(spec.legal_basis, number="", issued_on=None)
    return replace(spec, legal_basis=basis, **values)  # type: ignore[arg-type]
