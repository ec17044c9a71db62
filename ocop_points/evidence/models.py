"""The row of a stored file. Records of other packages point to it; nobody is shown one by its hash."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime


class StoredFile(Model):
    """A content on disk, known by its SHA-256. `unused_since`: the first sweep that found no record of it."""

    __tablename__ = "stored_file"
    __table_args__ = (
        CheckConstraint("mimetype IN ('image/jpeg', 'application/pdf')", name="mimetype"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("(width IS NULL) = (height IS NULL)", name="measures_both"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    mimetype: Mapped[str] = mapped_column(String(20))
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    unused_since: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
