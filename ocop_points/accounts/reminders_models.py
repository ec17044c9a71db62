"""The weekly letters: a row a user and week, so that nobody gets two."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.accounts.reminders_rules import ReminderState
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type


class Reminder(Model):
    """One user's letter of the week that began with `due_on`; the row is there before the letter leaves."""

    __tablename__ = "reminder"
    __table_args__ = (
        UniqueConstraint("user_id", "due_on", name="uq_reminder_user_due"),
        Index("ix_reminder_due_state", "due_on", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    state: Mapped[ReminderState] = mapped_column(enum_type(ReminderState, "state"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    address: Mapped[str] = mapped_column(String(120))
    # What the mail server answered where it refused.
    reply: Mapped[str] = mapped_column(String(200))
    user: Mapped[User] = relationship(lazy="raise")
