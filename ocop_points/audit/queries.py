"""Reading the audit rows: of one record, of a reach, of a person; and checking the chain."""

import json
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select, text

from ocop_points.audit.models import AuditRow
from ocop_points.audit.rules import Action, Change, first_broken
from ocop_points.core.clock import VIETNAM
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate


@dataclass(frozen=True)
class AuditFilter:
    """What the list of changes is narrowed to."""

    user_id: int | None = None
    action_prefix: str = ""
    since: date | None = None
    until: date | None = None


def last_row_id() -> int:
    """The number of the newest row: as long as it stands, nothing that verbs write has changed. One statement."""
    return db.session.scalar(_LAST_ROW) or 0


_LAST_ROW = select(func.max(AuditRow.id))


class Written(NamedTuple):
    """A row of the chain: what was done and where, `locality_id` None where it was in no one locality."""

    id: int
    hash: str
    action: str
    locality_id: int | None


def last_written() -> Written:
    """The newest row; of an empty chain one that no chain begins with."""
    found = db.session.execute(_WRITTEN.limit(1)).first()
    return Written(*found) if found else Written(0, "", "", None)


def written_since(last: Written, most: int) -> list[Written] | None:
    """The rows after `last`, newest first; None where there are more than `most`, or where `last` is not in this chain.

    One statement.
    """
    rows = _WRITTEN.where(AuditRow.id >= last.id).limit(most + 1)
    found = [Written(*row) for row in db.session.execute(rows)]
    return found[:-1] if found and found[-1] == last else None


_WRITTEN = select(AuditRow.id, AuditRow.hash, AuditRow.action, AuditRow.locality_id).order_by(
    AuditRow.id.desc()
)


def rows_page(scope: Any, wanted: AuditFilter, number: int) -> Page[Any]:
    """One page of the changes within `scope` (a condition on AuditRow), the last first."""
    return paginate(_wanted_rows(scope, wanted), number)


def rows_for_export(scope: Any, wanted: AuditFilter) -> Iterable[AuditRow]:
    """All of them, read as they are written: one statement."""
    return db.session.scalars(_wanted_rows(scope, wanted).execution_options(yield_per=500))


def _wanted_rows(scope: Any, wanted: AuditFilter) -> Select[Any]:
    rows = select(AuditRow).where(scope)
    if wanted.user_id:
        rows = rows.where(AuditRow.user_id == wanted.user_id)
    if wanted.action_prefix:
        rows = rows.where(AuditRow.action.startswith(wanted.action_prefix, autoescape=True))
    if wanted.since:
        rows = rows.where(AuditRow.at >= _start(wanted.since))
    if wanted.until:
        rows = rows.where(AuditRow.at < _start(wanted.until + timedelta(days=1)))
    return rows.order_by(AuditRow.id.desc())


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM).astimezone(UTC)


def rows_about(
    *,
    point_id: int | None = None,
    object_type: str = "",
    object_id: int | None = None,
    number: int = 1,
) -> Page[Any]:
    """The history of one record: of everything at a point, or of one object."""
    rows = select(AuditRow)
    if point_id is not None:
        rows = rows.where(AuditRow.point_id == point_id)
    else:
        rows = rows.where(AuditRow.object_type == object_type, AuditRow.object_id == object_id)
    return paginate(rows.order_by(AuditRow.id.desc()), number)


def held_then(
    object_type: str, ids: Collection[int], moment: datetime
) -> dict[int, dict[str, Any]]:
    """What these records held at a moment, of each field that was changed since: by id, then field. One statement.

    Papers of the past print it, so that nobody need keep a copy of a name that hardly ever changes.
    """
    rows = select(AuditRow.object_id, AuditRow.changes).where(
        AuditRow.object_type == object_type, AuditRow.object_id.in_(ids), AuditRow.at > moment
    )
    held: dict[int, dict[str, Any]] = {id_: {} for id_ in ids}
    for object_id, changes in db.session.execute(rows.order_by(AuditRow.id.desc())):
        held[object_id or 0] |= {name: before for name, (before, _) in json.loads(changes).items()}
    return held


def broken_row() -> int | None:
    """The id of the first row that was altered, or that follows a row that is gone; None when whole."""
    with closing(
        _chain()
    ) as rows:  # a fault ends the reading early: the cursor is given back then too
        return first_broken(rows)


def _chain() -> Generator[tuple[int, str, str, dict[str, Any]], None, None]:
    rows = select(AuditRow).order_by(AuditRow.id).execution_options(yield_per=1000)
    found = db.session.scalars(rows)
    try:
        for row in found:
            yield row.id, row.previous_hash, row.hash, row.facts()
    finally:
        found.close()


def chain_faults() -> Iterator[str]:
    """A sentence when the chain is broken, or when its end is gone."""
    broken = broken_row()
    if broken is not None:
        yield f"Nhật ký: dòng {broken} không khớp với dòng trước hoặc đã bị sửa."
    if db.engine.dialect.name == "sqlite":
        # SQLite itself keeps the last id it gave; PostgreSQL's sequence also counts what was rolled back.
        given = db.session.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = 'audit_row'"))
        last = db.session.scalar(select(func.max(AuditRow.id)))
        if (given or 0) != (last or 0):
            yield f"Nhật ký: dòng cuối phải là {given or 0}, chỉ còn đến {last or 0}."


def written(*actions: Action) -> Iterator[tuple[int, dict[str, Change]]]:
    """(id of the record, changes) of the rows of these actions, in their order."""
    rows = select(AuditRow.object_id, AuditRow.changes).where(AuditRow.action.in_(actions))
    rows = rows.order_by(AuditRow.id).execution_options(yield_per=1000)
    for object_id, changes in db.session.execute(rows):
        if object_id is not None:
            yield object_id, json.loads(changes)


def unlike_written(
    action: Action, fields: Sequence[str], records: Mapping[int, tuple[str, Sequence[Any]]]
) -> Iterator[str]:
    """A sentence for every record that is not as the row of its making says.

    `records`: id to its name and the values of `fields`, as they stand in the row.
    """
    told = {
        object_id: [changes.get(field, [None, None])[1] for field in fields]
        for object_id, changes in written(action)
    }
    for object_id, (name, values) in records.items():
        if object_id not in told:
            yield f"{name}: nhật ký không có dòng nào ghi việc này."
        elif told[object_id] != list(values):
            shown = ", ".join(str(value) for value in told[object_id])
            yield f"{name}: khác với nhật ký ({shown})."
    for object_id in told.keys() - records.keys():
        shown = ", ".join(str(value) for value in told[object_id])
        yield f"Nhật ký ghi {shown}, nhưng bản ghi ấy không còn."


def unlike_attached(
    there: Iterable[tuple[Any, ...]], called: str, *actions: Action
) -> Iterator[str]:
    """A sentence for every file (id of its record, name, SHA-256) that the rows of these actions do not tell of, and
    for every one that they tell of and that is gone. `called` names it, with `{id}` and `{name}`.
    """
    told: Counter[tuple[Any, ...]] = Counter()
    for record_id, changes in written(*actions):
        names, hashes = (changes.get(field, [None, None]) for field in ("scans", "sha256"))
        for before_after, step in ((0, -1), (1, 1)):
            files = zip(names[before_after] or (), hashes[before_after] or (), strict=True)
            for name, sha256 in files:
                told[record_id, name, sha256] += step
    held = Counter(there)
    for record_id, name, _sha256 in held - told:
        yield f"{called.format(id=record_id, name=name)}: không có trong nhật ký."
    for record_id, name, _sha256 in told - held:
        yield f"{called.format(id=record_id, name=name)}: nhật ký ghi có nhưng không còn."
