"""Keeping and forgetting files. The content is on disk before its row is, and longer."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

from flask_babel import gettext as _
from sqlalchemy import select, update

from ocop_points.audit.rules import Action
from ocop_points.audit.service import SYSTEM, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.evidence import queries, store
from ocop_points.evidence.intake import Prepared
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.rules import KEEP_UNUSED


class Swept(NamedTuple):
    """How many rows and how many files on disk a sweep took away."""

    rows: int
    files: int


def keep_file(prepared: Prepared) -> StoredFile:
    """The row of a prepared content: a new one, or that of the same content. Part of the verb that hangs a
    record on it, which writes the audit row.
    """
    found = queries.file_by_hash(prepared.sha256)
    if not store.path_of(prepared.sha256).is_file():
        store.put(prepared.content)  # a sweep came between; it holds the same lock, so this is rare
    if found is not None:
        found.unused_since = None
        return found
    made = StoredFile(
        sha256=prepared.sha256,
        size=len(prepared.content),
        mimetype=prepared.mimetype,
        width=prepared.width,
        height=prepared.height,
        created_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    return made


class Scan(Protocol):
    """A row that hangs a file on a record."""

    @property
    def file(self) -> Any: ...


def hang_on(
    prepared: Sequence[Prepared],
    held: Sequence[Scan],
    make: Callable[..., Any],
    *,
    most: int,
    field: str = "scan",
) -> list[Prepared]:
    """Hang scans on a record that holds some, each content once: which were new. Part of a verb, as `keep_file` is.

    `make` is the model of the row with what it points to filled in; file, name and time are given here. Raises Refused
    for more than `most`.
    """
    known = {scan.file.sha256 for scan in held}
    fresh = {one.sha256: one for one in prepared if one.sha256 not in known}
    if len(held) + len(fresh) > most:
        raise Refused(_("Mỗi văn bản tối đa %(most)d tệp", most=most), field)
    for one in fresh.values():
        stored_file_id = keep_file(one).id
        db.session.add(make(stored_file_id=stored_file_id, name=one.name, added_at=clock.now()))
    db.session.flush()
    return list(fresh.values())


def sweep() -> Swept:
    """Forget contents that no record has pointed to for 7 days, and files that never got a row.

    Call inside `write`. A file whose row goes now is taken off the disk by a later sweep: should this
    transaction fail, nothing is lost.
    """
    now = clock.now()
    unused = queries.unused()
    db.session.execute(update(StoredFile).where(~unused).values(unused_since=None))
    first_seen = unused & StoredFile.unused_since.is_(None)
    db.session.execute(update(StoredFile).where(first_seen).values(unused_since=now))
    over = select(StoredFile).where(unused, StoredFile.unused_since <= now - KEEP_UNUSED)
    known = queries.known_hashes()
    rows = list(db.session.scalars(over))
    for row in rows:
        db.session.delete(row)
    files = 0
    for place in store.old_files((now - KEEP_UNUSED).timestamp()):
        if place.name not in known:
            place.unlink(missing_ok=True)
            files += 1
    if rows or files:
        changes = {"rows": [None, len(rows)], "files": [None, files]}
        record(Action.FILES_SWEPT, SYSTEM, by=None, changes=changes)
    return Swept(len(rows), files)
