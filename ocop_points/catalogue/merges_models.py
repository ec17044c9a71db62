"""Two records of one supplier that became one."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Supplier
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime


class SupplierMerge(Model):
    """A supplier that was the same as another. Its row stays as it was: old papers name it.

    `kept_id` is always one that was not merged away itself.
    """

    __tablename__ = "supplier_merge"
    __table_args__ = (CheckConstraint("merged_id <> kept_id", name="two_suppliers"),)
    merged_id: Mapped[int] = mapped_column(
        ForeignKey("supplier.id"), primary_key=True, autoincrement=False
    )
    kept_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged: Mapped[Supplier] = relationship(lazy="raise", foreign_keys=[merged_id])
    by: Mapped[User] = relationship(lazy="raise")


class SuppliersApart(Model):
    """Two suppliers that look like one and are not: somebody said so, and the pair is proposed no more."""

    __tablename__ = "suppliers_apart"
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)
    first_id: Mapped[int] = mapped_column(
        ForeignKey("supplier.id"), primary_key=True, autoincrement=False
    )
    second_id: Mapped[int] = mapped_column(
        ForeignKey("supplier.id"), primary_key=True, autoincrement=False, index=True
    )
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    first: Mapped[Supplier] = relationship(lazy="raise", foreign_keys=[first_id])
    second: Mapped[Supplier] = relationship(lazy="raise", foreign_keys=[second_id])
    by: Mapped[User] = relationship(lazy="raise")
