"""Finding stored files, and who still needs them."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from ocop_points.core.db import Base, db
from ocop_points.evidence import store
from ocop_points.evidence.models import StoredFile


def file_by_hash(sha256: str) -> StoredFile | None:
    """The row of a content, locked for a change."""
    rows = select(StoredFile).where(StoredFile.sha256 == sha256)
    return db.session.scalar(rows.with_for_update())


def content_of(stored: StoredFile) -> bytes:
    """The bytes of a file found through the record it hangs on. Raises FileNotFoundError."""
    return store.read(stored.sha256)


def unused() -> ColumnElement[bool]:
    """The condition that no record points to a file: every foreign key to the table is asked."""
    own = StoredFile.__table__
    holders = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table is own
    ]
    return and_(StoredFile.id.is_not(None), *(~_held_by(column) for column in holders))


def _held_by(column: Any) -> Any:
    return exists().where(column == StoredFile.id)


def known_hashes() -> set[str]:
    """The SHA-256 of every row."""
    return set(db.session.scalars(select(StoredFile.sha256)))


def unsound_files() -> list[str]:
    """The SHA-256 of rows whose content is missing or changed."""
    hashes = db.session.scalars(select(StoredFile.sha256).order_by(StoredFile.id))
    return [sha256 for sha256 in hashes if not store.is_sound(sha256)]
