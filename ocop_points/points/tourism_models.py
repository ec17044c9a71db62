"""What draws visitors near a point: twelve localities sell through culture and tourism (DOMAIN.md §1)."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.core.db import Model
from ocop_points.core.types import enum_type
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import TourismKind


class TourismLink(Model):
    """A point and a tourist site, a festival or a route; the season in months, without one the whole year."""

    __tablename__ = "tourism_link"
    __table_args__ = (
        CheckConstraint("first_month BETWEEN 1 AND 12", name="first_month"),
        CheckConstraint("last_month BETWEEN 1 AND 12", name="last_month"),
        CheckConstraint("(first_month IS NULL) = (last_month IS NULL)", name="season_both"),
        Index("ix_tourism_link_point_kind", "point_id", "kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    kind: Mapped[TourismKind] = mapped_column(enum_type(TourismKind, "kind"))
    name: Mapped[str] = mapped_column(String(160))
    place: Mapped[str] = mapped_column(String(160))
    first_month: Mapped[int | None]
    last_month: Mapped[int | None]
    version: Mapped[int]
    point: Mapped[SalesPoint] = relationship(lazy="raise")
