"""A stocktake of a point, its lines as taken down, and every count entered for them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.catalogue.models import Product
from ocop_points.core.clock import local
from ocop_points.core.db import Model
from ocop_points.core.formats import vi_date
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Lot, Voucher
from ocop_points.stock.stocktake_rules import Settled, StocktakeState

_OPEN: Any = text("state = 'counting'")
_DATED: Any = text("expiry IS NOT NULL")
_UNDATED: Any = text("expiry IS NULL")


class Stocktake(Model):
    """One counting of a point's shelves. Posted or cancelled it is never changed (triggers)."""

    __tablename__ = "stocktake"
    __table_args__ = (
        CheckConstraint(
            "(state = 'counting') = (ended_at IS NULL) AND (ended_at IS NULL) = (ended_by_id IS NULL)",
            name="ended",
        ),
        CheckConstraint("(state = 'posted') = (voucher_id IS NOT NULL)", name="posted_by_voucher"),
        CheckConstraint("state <> 'cancelled' OR reason <> ''", name="cancelled_for_a_reason"),
        # A point is counted once at a time, however many begin at once.
        Index(
            "uq_stocktake_open",
            "point_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("ix_stocktake_point", "point_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    state: Mapped[StocktakeState] = mapped_column(enum_type(StocktakeState, "state"))
    note: Mapped[str] = mapped_column(String(200))
    started_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    # The moment of the snapshot.
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # Why it was cancelled.
    reason: Mapped[str] = mapped_column(String(200))
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), unique=True)
    point: Mapped[SalesPoint] = relationship(lazy="raise")
    started_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[started_by_id])
    ended_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[ended_by_id])
    voucher: Mapped[Voucher | None] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        return self.state is StocktakeState.COUNTING

    @property
    def day(self) -> date:
        """The day of the snapshot in Việt Nam."""
        return local(self.started_at).date()

    def subject(self) -> Subject:
        """Needs the point loaded."""
        return Subject(
            "stocktake",
            self.id,
            f"kiểm kê {vi_date(self.day)} · {self.point.name}",
            locality_id=self.point.locality_id,
            point_id=self.point_id,
        )


class StocktakeLine(Model):
    """Goods to be counted, in base units: what the books said, what was counted, why they differ."""

    __tablename__ = "stocktake_line"
    __table_args__ = (
        Unique("stocktake_id", "position"),
        Index(
            "uq_stocktake_line_dated",
            "stocktake_id",
            "product_id",
            "lot_code",
            "expiry",
            unique=True,
            sqlite_where=_DATED,
            postgresql_where=_DATED,
        ),
        Index(
            "uq_stocktake_line_undated",
            "stocktake_id",
            "product_id",
            "lot_code",
            unique=True,
            sqlite_where=_UNDATED,
            postgresql_where=_UNDATED,
        ),
        CheckConstraint("book >= 0 AND moves >= 0", name="book_not_negative"),
        CheckConstraint("quantity >= 0", name="quantity_not_negative"),
        CheckConstraint(
            "(quantity IS NULL) = (counted_by_id IS NULL) AND (quantity IS NULL) = (counted_at IS NULL)",
            name="counted_by_somebody",
        ),
        CheckConstraint("(settled IS NULL) = (settled_moves IS NULL)", name="settled_whole"),
        CheckConstraint("NOT left_out OR (quantity IS NULL AND reason <> '')", name="left_out"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    stocktake_id: Mapped[int] = mapped_column(ForeignKey("stocktake.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    # None: found on the shelf, of a lot that no voucher brought; made at posting.
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"), index=True)
    lot_code: Mapped[str] = mapped_column(String(30))
    expiry: Mapped[date | None]
    # Added while counting: not in the snapshot.
    found: Mapped[bool]
    # What the books said, and how many movements they held, when this line was taken down.
    book: Mapped[int] = mapped_column(BigInteger)
    moves: Mapped[int]
    taken_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # None: not counted, which is not zero.
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    counted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    settled: Mapped[Settled | None] = mapped_column(enum_type(Settled, "settled"))
    settled_moves: Mapped[int | None]
    left_out: Mapped[bool]
    # Why the count differs, or why the line is left out.
    reason: Mapped[str] = mapped_column(String(200))
    version: Mapped[int]
    product: Mapped[Product] = relationship(lazy="raise")
    lot: Mapped[Lot | None] = relationship(lazy="raise")
    counted_by: Mapped[User | None] = relationship(lazy="raise")


class StocktakeCount(Model):
    """A count as somebody entered it; without quantity: taken back. Never changed (triggers)."""

    __tablename__ = "stocktake_count"
    __table_args__ = (CheckConstraint("quantity >= 0", name="quantity_not_negative"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("stocktake_line.id"), index=True)
    quantity: Mapped[int | None] = mapped_column(BigInteger)
    by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[User] = relationship(lazy="raise")
