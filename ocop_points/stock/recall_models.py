"""Which points were told to take goods off the shelf: one row a letter."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.catalogue.rules import SentHow
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.points.models import SalesPoint


class RecallLetter(Model):
    """The letter to one point about a lot, a product or all goods of a producer, as it was sent."""

    __tablename__ = "recall_letter"
    __table_args__ = (
        CheckConstraint(
            "(lot_id IS NOT NULL AND product_id IS NULL AND producer_id IS NULL)"
            " OR (lot_id IS NULL AND product_id IS NOT NULL AND producer_id IS NULL)"
            " OR (lot_id IS NULL AND product_id IS NULL AND producer_id IS NOT NULL)",
            name="about_one_thing",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"), index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    product_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"), index=True)
    producer_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    reason: Mapped[str] = mapped_column(String(300))
    sent_on: Mapped[date]
    how: Mapped[SentHow] = mapped_column(enum_type(SentHow, "how"))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    point: Mapped[SalesPoint] = relationship(lazy="raise")
    by: Mapped[User] = relationship(lazy="raise")
