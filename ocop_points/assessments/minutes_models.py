"""The paper of an approved visit as it was made, and the scan of the one that was signed."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.assessments.models import Visit
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime
from ocop_points.evidence.models import StoredFile


class MinutesFile(Model):
    """The minutes of an approved visit: made once, the same bytes for ever. Never changed, never deleted."""

    __tablename__ = "minutes_file"
    visit_id: Mapped[int] = mapped_column(
        ForeignKey("visit.id"), primary_key=True, autoincrement=False
    )
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    # The address printed with its QR code; empty when PUBLIC_URL was not set at that time.
    check_url: Mapped[str] = mapped_column(String(300))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    file: Mapped[StoredFile] = relationship(lazy="raise")


class SignedScan(Model):
    """A page, or the whole, of the paper as it was signed and stamped."""

    __tablename__ = "signed_scan"
    __table_args__ = (UniqueConstraint("visit_id", "stored_file_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    visit: Mapped[Visit] = relationship(lazy="raise")
    file: Mapped[StoredFile] = relationship(lazy="raise")
    added_by: Mapped[User] = relationship(lazy="raise")
