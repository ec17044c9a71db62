"""Finding editions of the criteria, and the one that a visit on a day is offered."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from flask import abort, current_app
from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from ocop_points.accounts.models import User
from ocop_points.core.access import MINISTRY, Role
from ocop_points.core.db import db
from ocop_points.criteria.models import Edition, Line, Section
from ocop_points.criteria.rules import EditionStatus, LineSpec, ResultRule
from ocop_points.localities.queries import reached_id_set, reached_ids


@dataclass(frozen=True)
class Offer:
    """The edition for a visit; `period_ended` when only one whose period is over was found."""

    edition: Edition
    period_ended: bool


@dataclass(frozen=True, slots=True)
class KnownLine(LineSpec):
    """A stored line as the rules take it, with its ids."""

    id: int = 0
    edition_id: int = 0
    section_id: int = 0


@dataclass(frozen=True, slots=True)
class KnownSection:
    """A stored section with its lines in order."""

    id: int
    code: str
    title: str
    note: str
    minimum_score: Decimal | None
    lines: tuple[KnownLine, ...]


@dataclass(frozen=True, slots=True)
class KnownEdition:
    """What a visit needs of its edition, as plain data."""

    id: int
    rule: ResultRule
    sections: tuple[KnownSection, ...]
    lines: tuple[KnownLine, ...]


def visible_to(user: User) -> Any:
    """The condition on editions that this user may read: the ministry's, and own ones within reach; no drafts
    of others."""
    if user.role in MINISTRY:
        return Edition.id.is_not(None)
    published = Edition.status != EditionStatus.DRAFT
    own = Edition.locality_id.in_(reached_ids(user))
    return or_(and_(Edition.locality_id.is_(None), published), own)


def editions_list(user: User) -> list[Edition]:
    """Every edition the user may read, the newest first."""
    rows = select(Edition).options(joinedload(Edition.locality)).where(visible_to(user))
    return list(db.session.scalars(rows.order_by(Edition.valid_from.desc(), Edition.id)))


_WHOLE = selectinload(Edition.sections).selectinload(Section.lines).selectinload(Line.choices)


def get_edition_or_404(user: User, edition_id: int) -> Edition:
    """The whole edition when the user may read it: four statements."""
    rows = select(Edition).where(Edition.id == edition_id, visible_to(user))
    return db.session.scalar(rows.options(joinedload(Edition.locality), _WHOLE)) or abort(404)


def may_read(user: User, edition: Edition) -> bool:
    """Whether the user may read this edition."""
    rows = select(Edition.id).where(Edition.id == edition.id, visible_to(user))
    return db.session.scalar(rows) is not None


def may_change(user: User, edition: Edition) -> bool:
    """Whether the user publishes and retires this edition: the administrator any, a manager the locality's own."""
    if user.role is Role.MINISTRY_ADMIN:
        return True
    return user.role is Role.MANAGER and edition.locality_id in reached_id_set(user)


def get_edition_to_change(user: User, edition_id: int, *, lock: bool = True) -> Edition:
    """The edition, locked; 404 for who may not read it, 403 for who may only read it."""
    rows = select(Edition).where(Edition.id == edition_id, visible_to(user))
    found = db.session.scalar(rows.with_for_update(of=Edition) if lock else rows) or abort(404)
    if not may_change(user, found):
        abort(403)
    return found


def get_draft_to_edit(user: User, edition_id: int) -> Edition:
    """The whole edition, locked, for a change of what it says; 404 and 403 as `get_edition_to_change`."""
    get_edition_to_change(user, edition_id)
    return fresh_edition(edition_id)


def fresh_edition(edition_id: int) -> Edition:
    """The whole edition as it is in the database now: four statements."""
    db.session.flush()
    rows = select(Edition).options(_WHOLE).where(Edition.id == edition_id)
    return db.session.scalars(rows.execution_options(populate_existing=True)).one()


def editions_to_copy(user: User) -> list[Edition]:
    """What a new draft may begin as a copy of, the newest first."""
    rows = select(Edition).where(visible_to(user))
    return list(db.session.scalars(rows.order_by(Edition.valid_from.desc(), Edition.id)))


def find_section(edition: Edition, section_id: int) -> Section | None:
    """A section of this edition, whose sections are loaded; None where it is not there (any more)."""
    return next((one for one in edition.sections if one.id == section_id), None)


def find_line(edition: Edition, line_id: int) -> Line | None:
    """A line of this edition, whose lines are loaded; None where it is not there (any more)."""
    return next((one for one in edition.lines if one.id == line_id), None)


def section_in(edition: Edition, section_id: int) -> Section:
    """As `find_section`; 404 for any other."""
    return find_section(edition, section_id) or abort(404)


def line_in(edition: Edition, line_id: int) -> Line:
    """As `find_line`; 404 for any other."""
    return find_line(edition, line_id) or abort(404)


def whole_edition(edition_id: int) -> KnownEdition:
    """The edition with sections, lines and choices, for a record that uses it: four statements, once a process.

    Triggers keep a published edition as it is, so what was read once stays true; a draft is read each time.
    """
    kept: dict[int, KnownEdition] = current_app.extensions.setdefault("ocop_editions", {})
    if edition_id in kept:
        return kept[edition_id]
    rows = select(Edition).options(_WHOLE).where(Edition.id == edition_id)
    edition = db.session.scalars(rows).one()
    known = _known(edition)
    if edition.status is not EditionStatus.DRAFT:
        kept[edition_id] = known
    return known


def _known(edition: Edition) -> KnownEdition:
    sections = tuple(
        KnownSection(
            id=part.id,
            code=part.code,
            title=part.title,
            note=part.note,
            minimum_score=part.minimum_score,
            lines=tuple(_known_line(line) for line in part.lines),
        )
        for part in edition.sections
    )
    lines = tuple(line for part in sections for line in part.lines)
    return KnownEdition(edition.id, edition.rule, sections, lines)


def _known_line(line: Line) -> KnownLine:
    spec = line.spec()
    same = {one.name: getattr(spec, one.name) for one in fields(spec)}
    return KnownLine(**same, id=line.id, edition_id=line.edition_id, section_id=line.section_id)


def free_code(like: str) -> str:
    """A code for a copy that no edition has: 950-2023-2."""
    rows = select(Edition.code).where(Edition.code.startswith(like[:36], autoescape=True))
    taken = set(db.session.scalars(rows))
    return next(code for n in range(2, 10_000) if (code := f"{like[:35]}-{n}") not in taken)


def edition_by_code(code: str) -> Edition | None:
    """The edition with this code, or None."""
    return db.session.scalar(select(Edition).where(Edition.code == code))


def _offered() -> Select[Any]:
    """Published editions by somebody's act: an illustration is never offered by itself."""
    return (
        select(Edition)
        .where(Edition.status == EditionStatus.PUBLISHED, Edition.legal_number != "")
        .order_by(Edition.valid_from.desc(), Edition.id.desc())
        .limit(1)
    )


def edition_for(locality_id: int, day: date) -> Offer | None:
    """The edition offered to a visit in this locality on this day, None when there is none (RULES.md §4).

    The locality's own in force, else the ministry's in force, else the ministry's latest although its period is
    over. An edition without the number of an act is an illustration: it is used only when somebody chooses it.
    """
    in_force = and_(
        Edition.valid_from <= day, or_(Edition.valid_to.is_(None), Edition.valid_to >= day)
    )
    ministry = Edition.locality_id.is_(None)
    for owner in (Edition.locality_id == locality_id, ministry):
        found = db.session.scalar(_offered().where(owner, in_force))
        if found is not None:
            return Offer(found, period_ended=False)
    last = db.session.scalar(_offered().where(ministry, Edition.valid_from <= day))
    return None if last is None else Offer(last, period_ended=True)


def illustrations() -> list[Edition]:
    """Published editions by nobody's act, which a visit uses only when they are chosen."""
    rows = select(Edition).where(
        Edition.status == EditionStatus.PUBLISHED,
        Edition.legal_number == "",
        Edition.locality_id.is_(None),
    )
    return list(db.session.scalars(rows.order_by(Edition.valid_from.desc(), Edition.id)))
