"""The private address under which a user's own calendar reads the planned visits."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime


class CalendarFeed(Model):
    """One a user at most. Only the hash is kept, so nobody can read the address out of the database."""

    __tablename__ = "calendar_feed"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_hash"),)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id"), primary_key=True, autoincrement=False
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    user: Mapped[User] = relationship(lazy="raise")
