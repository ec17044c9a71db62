"""The audit row."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime


class AuditRow(Model):
    """One change: who, when, what, before and after. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_row"
    __table_args__ = (
        Index("ix_audit_row_object", "object_type", "object_id", "id"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"), index=True)
    user_name: Mapped[str] = mapped_column(String(120))
    request_id: Mapped[str] = mapped_column(String(24))
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int | None]
    object_text: Mapped[str] = mapped_column(String(240))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("sales_point.id"), index=True)
    changes: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def facts(self) -> dict[str, Any]:
        """What the hash is made of: everything but the id and the hashes."""
        return {
            "at": self.at.astimezone(UTC).isoformat(),
            "user_id": self.user_id,
            "user_name": self.user_name,
            "request_id": self.request_id,
            "action": self.action,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "object_text": self.object_text,
            "locality_id": self.locality_id,
            "point_id": self.point_id,
            "changes": self.changes,
            "note": self.note,
        }
