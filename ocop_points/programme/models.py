"""Support given to points, what was paid of it, and the ministry's guidance visits."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.points.models import SalesPoint
from ocop_points.programme.rules import SupportSource


class Support(Model):
    """One decision that gives money to a point; `amount` in ₫."""

    __tablename__ = "support"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("programme_year BETWEEN 2018 AND 2100", name="programme_year"),
        CheckConstraint(
            "acceptance_number = '' OR accepted_on IS NOT NULL", name="acceptance_dated"
        ),
        CheckConstraint("keep_open_until >= decided_on", name="duty_after_decision"),
        Index("ix_support_year_source", "programme_year", "source"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"), index=True)
    source: Mapped[SupportSource] = mapped_column(enum_type(SupportSource, "source"))
    programme_year: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    amount: Mapped[int] = mapped_column(BigInteger)
    decision_number: Mapped[str] = mapped_column(String(60))
    decided_on: Mapped[date]
    acceptance_number: Mapped[str] = mapped_column(String(60))
    accepted_on: Mapped[date | None]
    keep_open_until: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    point: Mapped[SalesPoint] = relationship(lazy="raise")
    payments: Mapped[list["SupportPayment"]] = relationship(
        lazy="raise", order_by="SupportPayment.paid_on, SupportPayment.id", back_populates="support"
    )

    @property
    def paid(self) -> int:
        """In ₫; needs the payments loaded."""
        return sum(one.amount for one in self.payments)


class SupportPayment(Model):
    """One payment of a support, in ₫."""

    __tablename__ = "support_payment"
    __table_args__ = (CheckConstraint("amount > 0", name="amount_positive"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    support_id: Mapped[int] = mapped_column(ForeignKey("support.id"), index=True)
    paid_on: Mapped[date]
    amount: Mapped[int] = mapped_column(BigInteger)
    document_number: Mapped[str] = mapped_column(String(60))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    support: Mapped[Support] = relationship(lazy="raise", back_populates="payments")


class GuidanceVisit(Model):
    """The ministry came to the point to guide it (DOMAIN.md §1); no assessment."""

    __tablename__ = "guidance_visit"
    __table_args__ = (Index("ix_guidance_visit_point_day", "point_id", "on_date"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    on_date: Mapped[date]
    people: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    point: Mapped[SalesPoint] = relationship(lazy="raise")
    created_by: Mapped[User] = relationship(lazy="raise")
