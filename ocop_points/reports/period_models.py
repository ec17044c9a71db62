"""The report of a locality on a period, from its draft to its acceptance."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.localities.models import Locality
from ocop_points.reports.period_rules import ReportState
from ocop_points.reports.rules import Period, read_period


class PeriodReport(Model):
    """One locality, one period. What was sent is kept as it was read; an accepted one is never changed (triggers)."""

    __tablename__ = "period_report"
    __table_args__ = (
        UniqueConstraint("locality_id", "period"),
        CheckConstraint("period LIKE '20__' OR period LIKE '20__-H_'", name="period"),
        CheckConstraint("(state = 'draft') = (content IS NULL)", name="sent_has_content"),
        CheckConstraint("(content IS NULL) = (sha256 IS NULL)", name="content_sealed"),
        CheckConstraint("(content IS NULL) = (submitted_at IS NULL)", name="sent_has_day"),
        CheckConstraint("state <> 'returned' OR return_reason <> ''", name="returned_with_reason"),
        Index("ix_period_report_period_state", "period", "state"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"))
    # 2026-H1, or 2026 for the year.
    period: Mapped[str] = mapped_column(String(7))
    state: Mapped[ReportState] = mapped_column(enum_type(ReportState, "state"))
    # What people write; the figures are never typed.
    results: Mapped[str] = mapped_column(Text)
    difficulties: Mapped[str] = mapped_column(Text)
    plans: Mapped[str] = mapped_column(Text)
    proposals: Mapped[str] = mapped_column(Text)
    # The number in the clerk's register, "" where it is not known yet.
    number: Mapped[str] = mapped_column(String(40))
    # All that was sent the last time (`period_rules.Contents`) and its SHA-256.
    content: Mapped[str | None] = mapped_column(Text)
    sha256: Mapped[str | None] = mapped_column(String(64))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    return_reason: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    locality: Mapped[Locality] = relationship(lazy="raise")

    @property
    def of(self) -> Period:
        found = read_period(self.period)
        if found is None:
            raise ValueError(f"no period: {self.period}")
        return found
