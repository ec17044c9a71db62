"""Visits to a point, the team, the answers, and what was done to the visit when.

Triggers keep what was submitted: answers change only while the team works on the visit, an approved visit can only
become void, a void one never changes. A draft that was never submitted may be deleted with all that hangs on it.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.assessments.kinds import VisitKind, paper_number
from ocop_points.assessments.rules import Answer, Result
from ocop_points.assessments.rules_states import Verb, VisitState
from ocop_points.audit.service import Subject
from ocop_points.core.db import Model
from ocop_points.core.formats import vi_date
from ocop_points.core.types import Thousandths, UTCDateTime, enum_type
from ocop_points.criteria.models import Edition, Line
from ocop_points.localities.models import Department
from ocop_points.points.models import SalesPoint

OPEN_STATES = frozenset({VisitState.PLANNED, VisitState.IN_PROGRESS, VisitState.RETURNED})
"""The states in which the team still works on a visit."""
UNDECIDED = OPEN_STATES | {VisitState.SUBMITTED}
"""The states in which a visit waits for somebody, and its paper for a number."""

_NUMBERED = "(number IS NULL) = (number_year IS NULL) AND (number IS NULL) = (numbered_on IS NULL)"
_GIVEN = " + ".join(
    f"CASE WHEN {name} IS NULL THEN 0 ELSE 1 END" for name in ("value", "choice", "number", "score")
)


class Visit(Model):
    """One assessment of a point by one edition."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint(
            "department_id", "number_year", "symbol", "number", name="uq_visit_paper_number"
        ),
        CheckConstraint(_NUMBERED, name="number_parts"),
        CheckConstraint("number > 0", name="number_positive"),
        CheckConstraint(
            "state <> 'approved' OR (number IS NOT NULL AND token IS NOT NULL AND result IS NOT NULL)",
            name="approved_complete",
        ),
        CheckConstraint("length(token) = 32", name="token"),
        CheckConstraint("score_tenths BETWEEN 0 AND 1000", name="score"),
        CheckConstraint("planned_on IS NOT NULL OR visited_on IS NOT NULL", name="dated"),
        CheckConstraint("(visited_on IS NULL) = (began_at IS NULL)", name="begun"),
        CheckConstraint(
            "state IN ('planned', 'void') OR visited_on IS NOT NULL", name="begun_when_open"
        ),
        CheckConstraint("state <> 'void' OR void_reason <> ''", name="void_reason"),
        Index("ix_visit_point", "point_id", "visited_on"),
        Index("ix_visit_state", "state", "visited_on"),
        Index("ix_visit_planned_on", "planned_on"),
        Index("ix_visit_number", "number"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("criteria_edition.id"), index=True)
    kind: Mapped[VisitKind] = mapped_column(enum_type(VisitKind, "kind"))
    state: Mapped[VisitState] = mapped_column(enum_type(VisitState, "state"))
    planned_on: Mapped[date | None]
    # The day in Việt Nam on which the visit began; never re-read from the moment.
    visited_on: Mapped[date | None]
    began_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    guests: Mapped[str] = mapped_column(Text)
    representative: Mapped[str] = mapped_column(String(120))
    representative_position: Mapped[str] = mapped_column(String(120))
    conclusion: Mapped[str] = mapped_column(Text)
    opinion: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # The last submission; once set a visit is no draft any more, whatever happens to it.
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    submitted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    return_reason: Mapped[str] = mapped_column(Text)
    void_reason: Mapped[str] = mapped_column(Text)
    voided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    number: Mapped[int | None]
    number_year: Mapped[int | None]
    symbol: Mapped[str] = mapped_column(String(30))
    numbered_on: Mapped[date | None]
    # Set at submission, final at approval; the score is rounded as it is shown, and decides nothing.
    result: Mapped[Result | None] = mapped_column(enum_type(Result, "result"))
    score_tenths: Mapped[int | None]
    # 128 random bits, for the address on the paper where anyone can check it.
    token: Mapped[str | None] = mapped_column(String(32), unique=True)
    version: Mapped[int]
    point: Mapped[SalesPoint] = relationship(lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")
    edition: Mapped[Edition] = relationship(lazy="raise")
    created_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[created_by_id])
    submitted_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[submitted_by_id])
    decided_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[decided_by_id])
    members: Mapped[list["VisitMember"]] = relationship(
        lazy="raise", order_by="VisitMember.id", viewonly=True
    )

    @property
    def on(self) -> date | None:
        """The day of the visit, planned as long as it has not begun."""
        return self.visited_on or self.planned_on

    @property
    def score(self) -> Decimal | None:
        return None if self.score_tenths is None else Decimal(self.score_tenths) / 10

    @property
    def paper_number(self) -> str | None:
        """12/BB-SCT, once approved."""
        return None if self.number is None else paper_number(self.number, self.symbol)

    @property
    def was_submitted(self) -> bool:
        return self.submitted_at is not None

    @property
    def was_approved(self) -> bool:
        return self.token is not None

    @property
    def team(self) -> list[int]:
        """The ids of the team; needs the members loaded."""
        return [member.user_id for member in self.members]

    def subject(self) -> Subject:
        """Needs the point loaded."""
        text = f"{self.point.name} ({self.point.code}), {vi_date(self.on)}"
        return Subject("visit", self.id, text, self.locality_id, self.point_id)


class VisitMember(Model):
    """A user in the team; the one who started the visit leads it."""

    __tablename__ = "visit_member"
    __table_args__ = (UniqueConstraint("visit_id", "user_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), index=True)
    user: Mapped[User] = relationship(lazy="raise")


class VisitAnswer(Model):
    """The answer to one line, with the text of the line as it was shown."""

    __tablename__ = "visit_answer"
    __table_args__ = (
        UniqueConstraint("visit_id", "line_id"),
        CheckConstraint(
            f"{_GIVEN} + CASE WHEN not_applicable THEN 1 ELSE 0 END <= 1", name="one_answer"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("criteria_line.id"))
    line_text: Mapped[str] = mapped_column(String(500))
    value: Mapped[bool | None]
    choice: Mapped[str | None] = mapped_column(String(12))
    number: Mapped[Decimal | None] = mapped_column(Thousandths)
    score: Mapped[Decimal | None] = mapped_column(Thousandths)
    not_applicable: Mapped[bool]
    note: Mapped[str] = mapped_column(Text)
    answered_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    # The measured figure of the day of the visit, as it was when the answer was saved; no part: there was no data.
    figure_on: Mapped[date | None]
    figure_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    figure_part: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("figure_part >= 0", name="figure_part")
    )
    figure_whole: Mapped[int | None] = mapped_column(
        BigInteger, CheckConstraint("figure_whole >= figure_part", name="figure_whole")
    )
    figure_left_out: Mapped[int | None]
    answered_by: Mapped[User] = relationship(lazy="raise")
    line: Mapped[Line] = relationship(lazy="raise")

    def as_answer(self, photo_count: int = 0) -> Answer:
        """The answer as the rules take it."""
        return Answer(
            value=self.value,
            choice=self.choice,
            number=self.number,
            score=self.score,
            not_applicable=self.not_applicable,
            note=self.note,
            photo_count=photo_count,
        )


class VisitEvent(Model):
    """One thing done to a visit; never changed."""

    __tablename__ = "visit_event"
    __table_args__ = (Index("ix_visit_event_visit", "visit_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    # Without a verb: the visit was planned.
    verb: Mapped[Verb | None] = mapped_column(enum_type(Verb, "verb"))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text)
    by: Mapped[User] = relationship(lazy="raise")
