"""Users and failed sign-ins."""

from datetime import datetime

from flask_login import UserMixin
from sqlalchemy import CheckConstraint, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.audit.service import Subject
from ocop_points.core.access import Role, allowed
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type


class User(UserMixin, Model):  # type: ignore[misc]  # the library has no types
    """Somebody who signs in. Never deleted: papers and audit rows name them."""

    __tablename__ = "user_account"
    __table_args__ = (CheckConstraint("username = lower(username)", name="username_lower"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    full_name: Mapped[str] = mapped_column(String(120))
    position: Mapped[str] = mapped_column(String(120))
    unit_name: Mapped[str] = mapped_column(String(160))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(120), server_default="")
    # The weekly letter of what waits; nothing is sent without an address.
    reminders: Mapped[bool] = mapped_column(server_default=true())
    role: Mapped[Role] = mapped_column(enum_type(Role, "role"))
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool]
    active: Mapped[bool]
    # Part of the signed cookie: raising it ends every session of this user (RULES.md §7).
    session_epoch: Mapped[int]
    # Signed out everywhere or switched off: addresses that open without signing in and were made before are dead.
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_sign_in_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    search_text: Mapped[str] = mapped_column(String(400))
    sort_key: Mapped[str] = mapped_column(String(400), index=True)

    def get_id(self) -> str:
        return f"{self.id}.{self.session_epoch}"

    @property
    def is_active(self) -> bool:
        return self.active

    def may(self, permission: str) -> bool:
        return allowed(self.role, permission)

    def subject(self) -> Subject:
        return Subject("user", self.id, f"{self.full_name} ({self.username})")


class SignInFailure(Model):
    """A wrong name or password, counted per account and address; cleared by success and by time."""

    __tablename__ = "sign_in_failure"
    __table_args__ = (Index("ix_sign_in_failure_address_at", "address", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
