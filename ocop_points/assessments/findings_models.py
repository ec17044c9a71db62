"""Findings of approved visits, what shall be done about them, what was done, and the evidence.

Triggers keep them: what was found never changes, nor do events and evidence; a corrective action changes while the
team works on its visit, and later while its finding is open.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.assessments.findings_rules import FindingState, FindingVerb, Severity
from ocop_points.assessments.models import Visit
from ocop_points.audit.service import Subject
from ocop_points.core import clock
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.evidence.models import StoredFile
from ocop_points.points.models import SalesPoint

OWN_ACTION = (
    "and_(foreign(CorrectiveAction.visit_id) == Finding.visit_id, "
    "foreign(CorrectiveAction.line_id) == Finding.line_id)"
)


class Finding(Model):
    """A line that an approved visit found not met: one a line and visit."""

    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("visit_id", "line_id"),
        CheckConstraint("(state = 'carried') = (carried_visit_id IS NOT NULL)", name="carried_on"),
        CheckConstraint("(state = 'closed') = (closed_on IS NOT NULL)", name="closed_dated"),
        CheckConstraint("state <> 'waiting' OR reported_by_id IS NOT NULL", name="reported"),
        Index("ix_finding_point", "point_id", "code"),
        Index("ix_finding_state", "state", "point_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("criteria_line.id"))
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)
    code: Mapped[str] = mapped_column(String(12))
    line_text: Mapped[str] = mapped_column(String(500))
    note: Mapped[str] = mapped_column(Text)
    severity: Mapped[Severity] = mapped_column(enum_type(Severity, "severity"))
    # The day of the visit.
    opened_on: Mapped[date]
    state: Mapped[FindingState] = mapped_column(enum_type(FindingState, "state"))
    closed_on: Mapped[date | None]
    reported_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    # The later visit that found the same again: its finding of this line goes on.
    carried_visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    # A later approved visit that found the line met: it proposes to close.
    met_visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    version: Mapped[int]
    point: Mapped[SalesPoint] = relationship(lazy="raise")
    visit: Mapped[Visit] = relationship(lazy="raise", foreign_keys=[visit_id])
    met_visit: Mapped[Visit | None] = relationship(lazy="raise", foreign_keys=[met_visit_id])
    reported_by: Mapped[User | None] = relationship(lazy="raise")
    action: Mapped["CorrectiveAction | None"] = relationship(
        lazy="raise", primaryjoin=OWN_ACTION, viewonly=True, uselist=False
    )

    @property
    def title(self) -> str:
        return f"{self.code} {self.line_text}"

    def subject(self) -> Subject:
        """Needs the point loaded."""
        text = f"{self.code}, {self.point.name} ({self.point.code})"
        return Subject("finding", self.id, text, self.locality_id, self.point_id)


class CorrectiveAction(Model):
    """What shall be done about a line not met, by whom and until when; known before the finding is official."""

    __tablename__ = "corrective_action"
    __table_args__ = (
        UniqueConstraint("visit_id", "line_id"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("owner_name = '' OR owner_user_id IS NULL", name="one_owner"),
        Index("ix_corrective_action_owner", "owner_user_id", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("criteria_line.id"))
    text: Mapped[str] = mapped_column(Text)
    owner_name: Mapped[str] = mapped_column(String(120))
    owner_user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    due_on: Mapped[date]
    owner_user: Mapped[User | None] = relationship(lazy="raise")

    @property
    def owner(self) -> str:
        """Who answers for it; needs the user loaded."""
        return self.owner_user.full_name if self.owner_user else self.owner_name


class FindingEvent(Model):
    """One thing done to a finding, and how it stood then; never changed."""

    __tablename__ = "finding_event"
    __table_args__ = (Index("ix_finding_event_finding", "finding_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"))
    verb: Mapped[FindingVerb] = mapped_column(enum_type(FindingVerb, "verb"))
    state: Mapped[FindingState] = mapped_column(enum_type(FindingState, "state"))
    due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[User] = relationship(lazy="raise")


class FindingFile(Model):
    """A picture or PDF that came with a report that something was put right; never changed."""

    __tablename__ = "finding_file"
    __table_args__ = (UniqueConstraint("event_id", "stored_file_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("finding.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("finding_event.id"))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    # From the camera; empty where it kept none.
    taken_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finding: Mapped[Finding] = relationship(lazy="raise")
    file: Mapped[StoredFile] = relationship(lazy="raise")

    @property
    def taken_local(self) -> datetime | None:
        """When it was taken, by the clocks of Việt Nam."""
        return None if self.taken_at is None else clock.local(self.taken_at)
