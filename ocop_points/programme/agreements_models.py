"""Supply agreements between a producer and a sales point, or a retail chain."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.evidence.models import StoredFile
from ocop_points.localities.models import Locality
from ocop_points.points.models import SalesPoint
from ocop_points.programme.agreements_rules import (
    OTHER_CHAIN,
    Standing,
    Terms,
    chains,
    last_day,
    standing_on,
)


class Agreement(Model):
    """What a producer and a buyer of its goods agreed on. Its terms are edited; its end before time is a step."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("(point_id IS NULL) <> (chain_code = '')", name="one_buyer"),
        CheckConstraint("valid_to >= valid_from", name="runs_forward"),
        CheckConstraint("discount_hundredths BETWEEN 0 AND 10000", name="discount"),
        CheckConstraint("return_days > 0", name="return_days_positive"),
        CheckConstraint("least_value > 0", name="least_value_positive"),
        CheckConstraint("(ended_on IS NULL) = (ended_reason = '')", name="ended_with_reason"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(60))
    producer_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(ForeignKey("sales_point.id"), index=True)
    # A code of chains.csv, or "other" with a name; "" for an agreement with a point.
    chain_code: Mapped[str] = mapped_column(String(20))
    chain_name: Mapped[str] = mapped_column(String(120))
    # Whose staff keep the record: the point's locality, with a chain the producer's.
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)
    terms: Mapped[Terms] = mapped_column(enum_type(Terms, "terms"))
    signed_on: Mapped[date]
    valid_from: Mapped[date]
    valid_to: Mapped[date] = mapped_column(index=True)
    # Hundredths of a percent of the price.
    discount_hundredths: Mapped[int]
    # Goods with fewer days left go back to the producer; None: nothing goes back.
    return_days: Mapped[int | None]
    # Whole ₫ in a year of the agreement.
    least_value: Mapped[int | None] = mapped_column(BigInteger)
    conference: Mapped[str] = mapped_column(String(160))
    note: Mapped[str] = mapped_column(Text)
    # The first day without force, where it ended before time.
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    producer: Mapped[Supplier] = relationship(lazy="raise")
    point: Mapped[SalesPoint | None] = relationship(lazy="raise")
    locality: Mapped[Locality] = relationship(lazy="raise")

    @property
    def discount(self) -> Decimal:
        """In percent."""
        return Decimal(self.discount_hundredths) / 100

    @property
    def last_day(self) -> date:
        return last_day(self.valid_to, self.ended_on)

    def standing(self, day: date) -> Standing:
        return standing_on(
            day, valid_from=self.valid_from, valid_to=self.valid_to, ended_on=self.ended_on
        )

    @property
    def buyer(self) -> str:
        """Needs the point loaded."""
        if self.point is not None:
            return self.point.name
        return self.chain_name if self.chain_code == OTHER_CHAIN else chains()[self.chain_code].name

    def subject(self) -> Subject:
        """Needs producer and point loaded."""
        text = f"{self.number or self.id} · {self.producer.name} · {self.buyer}"
        return Subject(
            "agreement", self.id, text, locality_id=self.locality_id, point_id=self.point_id
        )


class AgreementPrice(Model):
    """A line of the price list: whole ₫ a base unit, before the discount."""

    __tablename__ = "agreement_price"
    __table_args__ = (CheckConstraint("price > 0", name="price_positive"),)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"), primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), primary_key=True, index=True)
    price: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[Product] = relationship(lazy="raise")


class AgreementScan(Model):
    """A page, or the whole, of the agreement as it was signed."""

    __tablename__ = "agreement_scan"
    __table_args__ = (Unique("agreement_id", "stored_file_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    agreement: Mapped[Agreement] = relationship(lazy="raise")
    file: Mapped[StoredFile] = relationship(lazy="raise")
    added_by: Mapped[User] = relationship(lazy="raise")
