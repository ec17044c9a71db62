"""Amendments of approved minutes: a numbered paper that stands beside the original and changes nothing in it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.assessments.kinds import AmendmentKind, paper_number
from ocop_points.assessments.models import Visit
from ocop_points.audit.service import Subject
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.evidence.models import StoredFile
from ocop_points.localities.models import Department


class Amendment(Model):
    """What is added to, or put right in, the minutes of one visit. Never changed: another amendment follows."""

    __tablename__ = "amendment"
    __table_args__ = (
        UniqueConstraint(
            "department_id", "number_year", "symbol", "number", name="uq_amendment_paper_number"
        ),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint("text <> ''", name="text"),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_amendment_visit", "visit_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    kind: Mapped[AmendmentKind] = mapped_column(enum_type(AmendmentKind, "kind"))
    number: Mapped[int]
    number_year: Mapped[int]
    symbol: Mapped[str] = mapped_column(String(30))
    numbered_on: Mapped[date]
    text: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    visit: Mapped[Visit] = relationship(lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")
    made_by: Mapped[User] = relationship(lazy="raise")

    @property
    def paper_number(self) -> str:
        """15/BB-SCT, of the same series as the minutes."""
        return paper_number(self.number, self.symbol)

    def subject(self) -> Subject:
        """Needs the visit with its point loaded."""
        of_visit = self.visit.subject()
        text = f"{self.paper_number}, {of_visit.text}"
        return Subject("amendment", self.id, text, of_visit.locality_id, of_visit.point_id)


class AmendmentFile(Model):
    """The paper of an amendment: made once, the same bytes for ever. Never changed, never deleted."""

    __tablename__ = "amendment_file"
    amendment_id: Mapped[int] = mapped_column(
        ForeignKey("amendment.id"), primary_key=True, autoincrement=False
    )
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    file: Mapped[StoredFile] = relationship(lazy="raise")
