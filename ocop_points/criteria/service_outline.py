"""Verbs of a draft's sections and lines: add, change, move, copy, remove.

Each takes the whole draft, loaded by `queries.get_draft_to_edit`, so that one editor at a time changes its order.
"""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import assign, created, plain, record
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.criteria.checks import (
    CODE,
    MAX_LINES,
    MAX_SECTIONS,
    fitting,
    line_flaws,
    section_flaws,
)
from ocop_points.criteria.models import Choice, Edition, Line, Section
from ocop_points.criteria.rules import LineSpec, SectionSpec
from ocop_points.criteria.steps import (
    LINE_COLUMNS,
    add_choices,
    add_line_row,
    drop_weights,
    only_draft,
    refuse_flaws,
)

# The names of columns that mean something else in other audit rows.
_AUDITED = {"kind": "line_kind", "photo": "photo_rule"}
_APART = 10_000  # farther than any place goes: lifts rows over each other


def add_section(edition: Edition, spec: SectionSpec, *, by: User) -> Section:
    """Put a section without lines behind the others. Raises Refused."""
    _check_section(edition, spec, None)
    if len(edition.sections) >= MAX_SECTIONS:
        raise Refused(_("Bộ tiêu chí có nhiều nhất %(n)d phần", n=MAX_SECTIONS))
    section = Section(
        edition_id=edition.id,
        place=len(edition.sections) + 1,
        code=spec.code,
        title=spec.title,
        note=spec.note,
        minimum_score=spec.minimum_score,
        version=1,
    )
    db.session.add(section)
    changes = created({"section": spec.code, "title": spec.title})
    _leave(Action.CRITERIA_SECTION_ADDED, edition, changes, by)
    return section


def edit_section(edition: Edition, section: Section, spec: SectionSpec, *, by: User) -> None:
    """Change a section's own words and minimum. Raises Refused."""
    _check_section(edition, spec, section)
    was_scored = edition.rule.is_scored
    names = ("code", "title", "note", "minimum_score")
    changes = assign(section, {name: getattr(spec, name) for name in names})
    if was_scored and not edition.rule.is_scored:
        drop_weights(edition)
    if changes:
        section.version += 1
        about = {"section": [section.code, section.code]}
        _leave(Action.CRITERIA_SECTION_EDITED, edition, {**about, **changes}, by)


def remove_section(edition: Edition, section: Section, *, by: User) -> None:
    """Delete a section with its lines. Raises Refused."""
    only_draft(edition)
    for line in section.lines:
        _delete_line(line)
    changes: dict[str, Change] = {"section": [section.code, None], "title": [section.title, None]}
    changes["lines"] = [len(section.lines), None]
    db.session.execute(delete(Section).where(Section.id == section.id))
    db.session.expunge(section)
    _place([one for one in edition.sections if one is not section])
    _leave(Action.CRITERIA_SECTION_REMOVED, edition, changes, by)


def move_section(edition: Edition, section: Section, place: int, *, by: User) -> None:
    """Put a section at this place, counted from 1; the others make room."""
    only_draft(edition)
    others = [one for one in edition.sections if one is not section]
    at = max(1, min(place, len(others) + 1))
    before = section.place
    if at == before:
        return
    others.insert(at - 1, section)
    _place(others)
    changes: dict[str, Change] = {"section": [section.code, section.code], "order": [before, at]}
    _leave(Action.CRITERIA_MOVED, edition, changes, by)


def add_line(edition: Edition, section: Section, spec: LineSpec, *, by: User) -> Line:
    """Put a line at the end of a section. Raises Refused."""
    spec = _checked(edition, spec, None)
    line = add_line_row(edition.id, section.id, len(section.lines) + 1, spec)
    known = {"section": section.code, "criterion": spec.code, **_audited(spec)}
    _leave(Action.CRITERIA_LINE_ADDED, edition, created({**known, "code": None}), by)
    return line


def edit_line(edition: Edition, line: Line, spec: LineSpec, *, section: Section, by: User) -> None:
    """Change a line; in another section it goes to the end. Raises Refused."""
    spec = _checked(edition, spec, line)
    before = line.spec()
    changes: dict[str, Change] = {
        name: [plain(old), plain(_audited(spec)[name])]
        for name, old in _audited(before).items()
        if old != _audited(spec)[name]
    }
    if line.section_id != section.id:
        old = next(one for one in edition.sections if one.id == line.section_id)
        changes["section"] = [old.code, section.code]
        _into(line, section, len(section.lines) + 1, edition)
    if not changes:
        return
    for name in LINE_COLUMNS:
        setattr(line, name, getattr(spec, name))
    if before.choices != spec.choices:
        db.session.execute(delete(Choice).where(Choice.line_id == line.id))
        add_choices(line.id, spec)
    line.version += 1
    about = {"criterion": [before.code, spec.code]}
    _leave(Action.CRITERIA_LINE_EDITED, edition, {**about, **changes}, by)


def move_line(edition: Edition, line: Line, *, section: Section, place: int, by: User) -> None:
    """Put a line at this place of a section, counted from 1; the others make room."""
    only_draft(edition)
    before = _position(edition, line)
    _into(line, section, place, edition)
    db.session.flush()
    after = f"{section.code}: {line.place}"
    if before != after:
        changes: dict[str, Change] = {"criterion": [line.code, line.code], "order": [before, after]}
        _leave(Action.CRITERIA_MOVED, edition, changes, by)


def copy_line(edition: Edition, line: Line, *, by: User) -> Line:
    """Put a copy right below a line, under a code of its own. Raises Refused."""
    section = next(one for one in edition.sections if one.id == line.section_id)
    spec = line.spec()
    taken = {one.code.casefold() for one in edition.lines}
    numbered = (f"{spec.code[: CODE - 3]}-{n}" for n in range(2, MAX_LINES + 3))
    code = next(one for one in numbered if one.casefold() not in taken)
    values = {name: getattr(spec, name) for name in LINE_COLUMNS}
    made = _checked(edition, LineSpec(**{**values, "code": code}, choices=spec.choices), None)
    copy = add_line_row(edition.id, section.id, _APART, made)
    order = list(section.lines)
    order.insert(order.index(line) + 1, copy)
    _renumber(order)
    known = {"section": section.code, "criterion": code, **_audited(made)}
    _leave(Action.CRITERIA_LINE_ADDED, edition, created({**known, "code": None}), by)
    return copy


def remove_line(edition: Edition, line: Line, *, by: User) -> None:
    """Delete a line. Raises Refused."""
    only_draft(edition)
    section = next(one for one in edition.sections if one.id == line.section_id)
    changes: dict[str, Change] = {"criterion": [line.code, None], "text": [line.text, None]}
    rest = [one for one in section.lines if one is not line]
    _delete_line(line)
    _renumber(rest)
    _leave(Action.CRITERIA_LINE_REMOVED, edition, changes, by)


# --- what the verbs share -------------------------------------------------------------------------


def _leave(action: Action, edition: Edition, changes: dict[str, Change], by: User) -> None:
    """Note a change of the draft: whoever publishes it must have seen it as it is now."""
    edition.version += 1
    record(action, edition.subject(), by=by, changes=changes)


def _check_section(edition: Edition, spec: SectionSpec, own: Section | None) -> None:
    only_draft(edition)
    refuse_flaws(list(section_flaws(spec)))
    _own_code(spec.code, [one for one in edition.sections if one is not own])


def _checked(edition: Edition, spec: LineSpec, own: Line | None) -> LineSpec:
    """The line as it is kept: without what its kind has no use for. Raises Refused."""
    only_draft(edition)
    if own is None and len(edition.lines) >= MAX_LINES:
        raise Refused(_("Bộ tiêu chí có nhiều nhất %(n)d tiêu chí", n=MAX_LINES))
    spec = fitting(spec)
    refuse_flaws(list(line_flaws(spec, edition.rule)))
    _own_code(spec.code, [one for one in edition.lines if one is not own])
    return spec


def _own_code(code: str, others: Sequence[Section | Line]) -> None:
    if code.casefold() in {one.code.casefold() for one in others}:
        raise Refused(_("Mã %(code)s đã có trong bộ này. Chọn mã khác.", code=code), "code")


def _audited(spec: LineSpec) -> dict[str, object]:
    values = {_AUDITED.get(name, name): getattr(spec, name) for name in LINE_COLUMNS}
    return {**values, "choices": [f"{one.code}) {one.text}" for one in spec.choices]}


def _position(edition: Edition, line: Line) -> str:
    section = next(one for one in edition.sections if one.id == line.section_id)
    return f"{section.code}: {line.place}"


def _into(line: Line, section: Section, place: int, edition: Edition) -> None:
    """Write the places of both sections anew."""
    left = next(one for one in edition.sections if one.id == line.section_id)
    rest = [one for one in left.lines if one is not line]
    wanted = rest if left is section else [*section.lines]
    wanted.insert(max(1, min(place, len(wanted) + 1)) - 1, line)
    line.section_id = section.id
    if left is not section:
        _renumber(rest)
    _renumber(wanted)


def _renumber(lines: Sequence[Line]) -> None:
    for number, line in enumerate(lines, start=1):
        line.place = number


def _place(sections: Sequence[Section]) -> None:
    """Sections keep their places apart at every moment: first out of the way, then where they belong."""
    for lift in (_APART, 0):
        for number, section in enumerate(sections, start=1):
            section.place = number + lift
        db.session.flush()


def _delete_line(line: Line) -> None:
    db.session.execute(delete(Choice).where(Choice.line_id == line.id))
    db.session.execute(delete(Line).where(Line.id == line.id))
    db.session.expunge(line)
