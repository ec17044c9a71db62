"""Write the audit row of a verb, inside the verb's transaction."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple, Protocol

from flask import g, has_request_context
from sqlalchemy import insert, select, text

from ocop_points.audit.models import AuditRow, hashed_facts
from ocop_points.audit.rules import Action, Change, row_hash
from ocop_points.audit.rules_fields import check_keys
from ocop_points.core import clock
from ocop_points.core.bulk import insert_rows
from ocop_points.core.db import db

_MANY = 100
_CHAIN_LOCK = 7_420_115  # PostgreSQL: one writer of the chain at a time, until its commit
_rows: Any = AuditRow.__table__
_ADD = insert(_rows)
# What a worker does in one go for somebody: the name and the note of all its rows.
_task: ContextVar[tuple[str, str]] = ContextVar("task", default=("", ""))
_LAST_HASH = select(_rows.c.hash).order_by(_rows.c.id.desc()).limit(1)


class Actor(Protocol):
    """Who does it: a user."""

    @property
    def id(self) -> Any: ...
    @property
    def full_name(self) -> Any: ...


class Subject(NamedTuple):
    """What a row is about. Every audited model has `subject()`."""

    type: str
    id: int | None
    text: str
    locality_id: int | None = None
    point_id: int | None = None


SYSTEM = Subject("installation", None, "Hệ thống")


_AS_IT_IS = (str, int, bool, type(None))


def plain(value: Any) -> Any:
    """A value as it stands in the row: JSON, dates ISO, decimals as text."""
    if type(value) in _AS_IT_IS:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value


def created(values: Mapping[str, Any]) -> dict[str, Change]:
    """The changes of a new record: every field that holds something, before = null."""
    return {
        name: [None, plain(value)] for name, value in values.items() if value not in (None, "", [])
    }


def assign(record: Any, values: Mapping[str, Any]) -> dict[str, Change]:
    """Set attributes and return the changes of those that really changed."""
    changes: dict[str, Change] = {}
    for name, value in values.items():
        before = getattr(record, name)
        if before != value:
            setattr(record, name, value)
            changes[name] = [plain(before), plain(value)]
    return changes


def record(
    action: Action,
    subject: Subject,
    *,
    by: Actor | None,
    changes: Mapping[str, Change] | None = None,
    note: str = "",
) -> None:
    """Add one row to the chain. `by` is None for the machine itself (commands).

    Raises ValueError for a field the action may not carry. Call inside `core.db.write`.
    """
    check_keys(action, changes or {})
    db.session.flush()  # what the row points to must be there
    append([as_row(action, subject, by=by, at=clock.now(), changes=changes, note=note)])


def record_each(
    action: Action, subject: Subject, each: Iterable[Mapping[str, Change]], *, by: Actor | None
) -> None:
    """As `record`, one row for each of the changes, all by the same two statements."""
    rows = []
    for changes in each:
        check_keys(action, changes)
        rows.append(as_row(action, subject, by=by, at=clock.now(), changes=changes))
    if rows:
        db.session.flush()  # what the rows point to must be there
        append(rows)


@contextmanager
def as_task(name: str, note: str) -> Iterator[None]:
    """The rows written here belong together, as those of one click do, and say where they come from: `note` stands
    on each that has none of its own. For work that no request does.
    """
    token = _task.set((name, note))
    try:
        yield
    finally:
        _task.reset(token)


def lock_chain() -> str:
    """Keep others from adding rows until the commit; the hash of the last one, "" before the first.

    As long as that hash is the same, nothing that verbs write has changed.
    """
    connection = db.session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CHAIN_LOCK})
    return connection.scalar(_LAST_HASH) or ""


def as_row(
    action: Action,
    subject: Subject,
    *,
    by: Actor | None,
    at: datetime,
    changes: Mapping[str, Change] | None = None,
    note: str = "",
) -> dict[str, Any]:
    """A row by its columns, complete but for its hashes."""
    task, where_from = _task.get()
    return {
        "at": at,
        "user_id": None if by is None else by.id,
        "user_name": "Hệ thống" if by is None else by.full_name,
        "request_id": getattr(g, "request_id", "") if has_request_context() else task,
        "action": action.value,
        "object_type": subject.type,
        "object_id": subject.id,
        "object_text": subject.text[:240],
        "locality_id": subject.locality_id,
        "point_id": subject.point_id,
        "changes": json.dumps(dict(changes or {}), ensure_ascii=False, sort_keys=True),
        "note": note or where_from,
    }


def append(rows: Sequence[dict[str, Any]]) -> None:
    """Put rows made by `as_row` at the end of the chain, in their order.

    By two statements, not through the session: a row is never changed, so nothing need watch it.
    """
    last = lock_chain()
    for row in rows:
        row["previous_hash"] = last
        row["hash"] = last = row_hash(last, hashed_facts(row))
    if len(rows) < _MANY:
        db.session.connection().execute(_ADD, rows)
    else:
        insert_rows(AuditRow, rows)
