"""The audit row."""

from collections.abc import Mapping
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
        return hashed_facts({name: getattr(self, name) for name in ("at", *_HASHED)})


_HASHED = (
    "user_id", "user_name", "request_id", "action", "object_type", "object_id", "object_text",
    "locality_id", "point_id", "changes", "note",
)  # fmt: skip


def hashed_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the hash of a row is made of, from its columns by name."""
    moment = row["at"].astimezone(UTC).isoformat()
    return {"at": moment, **{name: row[name] for name in _HASHED}}
