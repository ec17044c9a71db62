"""The keys by which other programs read a locality's records."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime
from ocop_points.localities.models import Locality


class ApiToken(Model):
    """One program's key to one locality. Only the hash is kept, so nobody can read the key out of the database."""

    __tablename__ = "api_token"
    __table_args__ = (
        CheckConstraint("length(token_hash) = 64", name="token_hash"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by_id IS NULL)", name="revoked_by"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)
    # Which program it was made for.
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The day only: noting each request would make a write of every read.
    last_used_on: Mapped[date | None]
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    locality: Mapped[Locality] = relationship(lazy="raise")
    made_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[made_by_id])

    def subject(self) -> Subject:
        return Subject("api_token", self.id, self.name, locality_id=self.locality_id)
