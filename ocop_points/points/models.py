"""Sales points, their kinds of location, the steps of their life, and who runs them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, String, Table, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.core.db import Base, Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.localities.models import Locality, Ward
from ocop_points.points.rules import (
    AccountingRegime,
    LastResult,
    OperatorKind,
    PointStatus,
    PointVerb,
)


class LocationKind(Model):
    """A kind of location; the editions share the table (920 knows the first seven, 950 all eight)."""

    __tablename__ = "location_kind"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    short_name: Mapped[str] = mapped_column(String(40))


class SalesPoint(Model):
    """A shop or counter that shows and sells OCOP products."""

    __tablename__ = "sales_point"
    __table_args__ = (
        CheckConstraint("area_dm2 > 0", name="area_positive"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates_both"),
        CheckConstraint("last_score_tenths BETWEEN 0 AND 1000", name="last_score"),
        CheckConstraint(
            "(last_visit_on IS NULL) = (last_result IS NULL)", name="last_result_dated"
        ),
        Index("ix_sales_point_locality_status", "locality_id", "status"),
        Index("ix_sales_point_folded_name", "locality_id", "folded_name"),
        Index("ix_sales_point_folded_address", "locality_id", "ward_code", "folded_address"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"))
    name: Mapped[str] = mapped_column(String(160))
    kind_code: Mapped[str] = mapped_column(ForeignKey("location_kind.code"), index=True)
    ward_code: Mapped[str] = mapped_column(ForeignKey("ward.code"), index=True)
    address: Mapped[str] = mapped_column(String(160))
    area_dm2: Mapped[int | None]
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    operator_name: Mapped[str] = mapped_column(String(160))
    operator_kind: Mapped[OperatorKind] = mapped_column(enum_type(OperatorKind, "operator_kind"))
    operator_tax_code: Mapped[str] = mapped_column(String(14))
    accounting_regime: Mapped[AccountingRegime | None] = mapped_column(
        enum_type(AccountingRegime, "accounting_regime")
    )
    representative: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    # May the public list show it? It is often somebody's own number: nobody's is shown unasked.
    phone_public: Mapped[bool] = mapped_column(server_default=text("false"))
    opening_hours: Mapped[str] = mapped_column(String(80))
    opened_on: Mapped[date | None]
    moit_supported: Mapped[bool]
    status: Mapped[PointStatus] = mapped_column(enum_type(PointStatus, "status"))
    # Kept from the last approved visit, set through the service only.
    last_visit_on: Mapped[date | None] = mapped_column(index=True)
    last_result: Mapped[LastResult | None] = mapped_column(enum_type(LastResult, "last_result"))
    last_score_tenths: Mapped[int | None]
    # Kept from the support given to the point: its last day of duty to stay open, set through the service only.
    keep_open_until: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    folded_name: Mapped[str] = mapped_column(String(200))
    folded_address: Mapped[str] = mapped_column(String(200))
    search_text: Mapped[str] = mapped_column(Text)
    exact_text: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(String(400), index=True)
    locality: Mapped[Locality] = relationship(lazy="raise")
    ward: Mapped[Ward] = relationship(lazy="raise")
    kind: Mapped[LocationKind] = relationship(lazy="raise")

    @property
    def area_m2(self) -> Decimal | None:
        return None if self.area_dm2 is None else Decimal(self.area_dm2) / 100

    @property
    def coordinates(self) -> tuple[float, float] | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude

    @property
    def last_score(self) -> Decimal | None:
        return None if self.last_score_tenths is None else Decimal(self.last_score_tenths) / 10

    @property
    def full_address(self) -> str:
        """Needs ward with province loaded."""
        return f"{self.address}, {self.ward.full_name}, {self.ward.province.full_name}"

    def subject(self) -> Subject:
        text = f"{self.name} ({self.code})"
        return Subject("point", self.id, text, locality_id=self.locality_id, point_id=self.id)


class PointStep(Model):
    """One step in a point's life; never changed."""

    __tablename__ = "point_step"
    __table_args__ = (Index("ix_point_step_point", "point_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    # Without a verb: the point's registration.
    verb: Mapped[PointVerb | None] = mapped_column(enum_type(PointVerb, "verb"))
    to_status: Mapped[PointStatus] = mapped_column(enum_type(PointStatus, "to_status"))
    on_date: Mapped[date]
    decision_number: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[User] = relationship(lazy="raise")


# The points an operator runs.
user_point = Table(
    "user_point",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("point_id", ForeignKey("sales_point.id"), primary_key=True),
)
