"""Finding stored files, and who still needs them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from ocop_points.core.db import Base, db
from ocop_points.evidence import store
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.pictures import measures


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


def file_faults() -> Iterator[str]:
    """A sentence for every file that is missing or changed, and for every row that is not of its file."""
    for row in db.session.scalars(select(StoredFile).order_by(StoredFile.id)):
        place = store.path_of(row.sha256)
        if not place.is_file():
            yield f"Tệp {row.sha256}: không còn trên đĩa."
        elif not store.is_sound(row.sha256):
            yield f"Tệp {row.sha256}: nội dung trên đĩa đã bị sửa."
        elif (row.size, row.mimetype, row.width, row.height) != measures(place):
            yield f"Tệp {row.sha256}: cỡ, loại hoặc kích thước ảnh trong sổ khác với tệp trên đĩa."
