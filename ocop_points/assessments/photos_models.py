"""Photos beside the answers of a visit."""

import hashlib
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.assessments.models import Visit
from ocop_points.core import clock
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime
from ocop_points.criteria.models import Line
from ocop_points.evidence.models import StoredFile


class AnswerPhoto(Model):
    """One photo of one line of one visit, in its order. Frozen with the visit's answers."""

    __tablename__ = "answer_photo"
    __table_args__ = (
        UniqueConstraint("visit_id", "line_id", "stored_file_id"),
        UniqueConstraint("visit_id", "line_id", "position"),
        CheckConstraint("position > 0", name="position"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("criteria_line.id"), index=True)
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    # From the camera; empty where it kept none.
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    name: Mapped[str] = mapped_column(String(120))
    caption: Mapped[str] = mapped_column(String(160))
    position: Mapped[int]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    visit: Mapped[Visit] = relationship(lazy="raise")
    line: Mapped[Line] = relationship(lazy="raise")
    file: Mapped[StoredFile] = relationship(lazy="raise")
    added_by: Mapped[User] = relationship(lazy="raise")

    @property
    def version(self) -> str:
        """Says what a form about this photo was opened with: its picture and its caption."""
        text = f"{self.stored_file_id}\n{self.caption}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def taken_local(self) -> datetime | None:
        """When it was taken, by the clocks of Việt Nam."""
        return None if self.taken_at is None else clock.local(self.taken_at)
