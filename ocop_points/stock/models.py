"""Lots, vouchers with their lines, the movements they make, and the balances (RULES.md §6)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    literal_column,
    text,
)
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.points.models import SalesPoint
from ocop_points.stock.gate_rules import CertificateState
from ocop_points.stock.rules import INCOMING, VoucherKind, VoucherState

_DATED: Any = text("expiry IS NOT NULL")
_UNDATED: Any = text("expiry IS NULL")
_HELD: Any = text("on_hand > 0")
_AT_TILL: Any = text("state = 'draft' AND till_day IS NOT NULL")


class Lot(Model):
    """One batch of one product, the same in the whole country; a trigger keeps it as it is."""

    __tablename__ = "lot"
    __table_args__ = (
        # NULLs are never equal in a unique index, so goods that keep have one of their own.
        Index(
            "uq_lot_dated",
            "product_id",
            "code",
            "expiry",
            unique=True,
            sqlite_where=_DATED,
            postgresql_where=_DATED,
        ),
        Index(
            "uq_lot_undated",
            "product_id",
            "code",
            unique=True,
            sqlite_where=_UNDATED,
            postgresql_where=_UNDATED,
        ),
        Index("ix_lot_expiry", "expiry"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    # In capitals; "" where the goods bear no code.
    code: Mapped[str] = mapped_column(String(30))
    expiry: Mapped[date | None]
    product: Mapped[Product] = relationship(lazy="raise")


class Voucher(Model):
    """A goods voucher of a point. Posted it is never changed: a reversal points to it (`reverses_id`)."""

    __tablename__ = "voucher"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'posted')", name="own_state"),
        CheckConstraint(
            "(state = 'draft') = (number IS NULL) AND (number IS NULL) = (serial IS NULL)"
            " AND (number IS NULL) = (posted_at IS NULL)"
            " AND (number IS NULL) = (posted_by_id IS NULL)",
            name="numbered_when_posted",
        ),
        CheckConstraint("(kind = 'reversal') = (reverses_id IS NOT NULL)", name="reversal_linked"),
        CheckConstraint("serial > 0", name="serial_positive"),
        CheckConstraint(
            "to_point_id IS NULL OR (kind = 'transfer' AND to_point_id <> point_id)",
            name="sent_by_transfer",
        ),
        CheckConstraint(
            "(receives_id IS NULL OR (kind = 'transfer' AND to_point_id IS NULL)) AND (kind <> 'transfer'"
            " OR number IS NULL OR to_point_id IS NOT NULL OR receives_id IS NOT NULL)",
            name="received_by_transfer",
        ),
        Unique("point_id", "kind", "year", "serial"),
        Index("ix_voucher_point", "point_id", "state", "on_date", "id"),
        # A point's till has one draft a day, however many scan at once.
        Index(
            "uq_voucher_till",
            "point_id",
            "till_day",
            unique=True,
            sqlite_where=_AT_TILL,
            postgresql_where=_AT_TILL,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    kind: Mapped[VoucherKind] = mapped_column(enum_type(VoucherKind, "kind"))
    # Draft or posted; that it was reversed is known by the voucher that reverses it.
    state: Mapped[VoucherState] = mapped_column(enum_type(VoucherState, "state"))
    year: Mapped[int | None]
    serial: Mapped[int | None]
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    on_date: Mapped[date]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    # Who delivers, or who receives.
    person: Mapped[str] = mapped_column(String(120))
    person_address: Mapped[str] = mapped_column(String(160))
    document_number: Mapped[str] = mapped_column(String(60))
    document_date: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    posted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    posted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), unique=True)
    # A transfer goes to a point, or receives what a transfer of another point sent.
    to_point_id: Mapped[int | None] = mapped_column(ForeignKey("sales_point.id"), index=True)
    receives_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), index=True)
    # The day whose sales the till gathers here.
    till_day: Mapped[date | None]
    version: Mapped[int]
    point: Mapped[SalesPoint] = relationship(lazy="raise", foreign_keys=[point_id])
    to_point: Mapped[SalesPoint | None] = relationship(lazy="raise", foreign_keys=[to_point_id])
    receives: Mapped["Voucher | None"] = relationship(
        lazy="raise", remote_side=[id], foreign_keys=[receives_id]
    )
    supplier: Mapped[Supplier | None] = relationship(lazy="raise")
    created_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[created_by_id])
    posted_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[posted_by_id])
    reverses: Mapped["Voucher | None"] = relationship(
        lazy="raise", remote_side=[id], foreign_keys=[reverses_id], back_populates="reversed_by"
    )
    reversed_by: Mapped["Voucher | None"] = relationship(
        lazy="raise", foreign_keys=[reverses_id], back_populates="reverses", uselist=False
    )
    # Not "raise": a refused form reads them again after the transaction was rolled back.
    lines: Mapped[list["VoucherLine"]] = relationship(
        lazy="select", order_by="VoucherLine.position", viewonly=True
    )

    @property
    def is_draft(self) -> bool:
        return self.state is VoucherState.DRAFT

    @property
    def incoming(self) -> bool:
        """Does it bring goods in? Of a reversal and a stocktake each line says so itself."""
        return self.kind in INCOMING or self.receives_id is not None

    def subject(self) -> Subject:
        """Needs the point loaded."""
        words = self.number or f"nháp {self.id}"
        return Subject(
            "voucher",
            self.id,
            f"{words} · {self.point.name}",
            locality_id=self.point.locality_id,
            point_id=self.point_id,
        )


class VoucherLine(Model):
    """A line as written: quantities in thousandths of the written unit, money in whole ₫."""

    __tablename__ = "voucher_line"
    __table_args__ = (
        Unique("voucher_id", "position"),
        # Nothing of a line may have arrived, or been found: then it moves nothing.
        CheckConstraint("quantity_thousandths >= 0", name="quantity_not_negative"),
        CheckConstraint("document_thousandths >= 0", name="document_not_negative"),
        CheckConstraint("unit_factor BETWEEN 1 AND 1000000", name="unit_factor"),
        CheckConstraint("unit_price >= 0 AND amount >= 0", name="money_not_negative"),
        CheckConstraint(
            "NOT posted OR (lot_id IS NOT NULL AND quantity_thousandths IS NOT NULL)",
            name="whole_when_posted",
        ),
        Index("ix_voucher_line_product", "product_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(ForeignKey("voucher.id"))
    position: Mapped[int]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    # What goes out names its lot; what comes in gets one at posting, by the code and date typed.
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    lot_code: Mapped[str] = mapped_column(String(30))
    expiry: Mapped[date | None]
    document_thousandths: Mapped[int | None] = mapped_column(BigInteger)
    quantity_thousandths: Mapped[int | None] = mapped_column(BigInteger)
    unit_name: Mapped[str] = mapped_column(String(20))
    unit_factor: Mapped[int]
    unit_price: Mapped[int | None] = mapped_column(BigInteger)
    amount: Mapped[int | None] = mapped_column(BigInteger)
    # How the certificate stood on the day of a receipt, and why the goods came in all the same.
    certificate: Mapped[CertificateState | None] = mapped_column(
        enum_type(CertificateState, "certificate")
    )
    certificate_day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(200))
    expiry_confirmed: Mapped[bool]
    # Repeats the voucher's state, since a trigger sees one row only.
    posted: Mapped[bool]
    product: Mapped[Product] = relationship(lazy="raise")
    lot: Mapped[Lot | None] = relationship(lazy="raise")

    @property
    def quantity(self) -> Decimal | None:
        return _units(self.quantity_thousandths)

    @property
    def document_quantity(self) -> Decimal | None:
        return _units(self.document_thousandths)

    @property
    def unit(self) -> str:
        """The unit as forms name it: "thùng|24"."""
        return f"{self.unit_name}|{self.unit_factor}"


def _units(thousandths: int | None) -> Decimal | None:
    return None if thousandths is None else Decimal(thousandths) / 1000


class Movement(Model):
    """What a line moved, in base units; the id is the order of posting. Triggers keep it as it is."""

    __tablename__ = "movement"
    __table_args__ = (
        CheckConstraint("delta <> 0", name="delta_moves"),
        # Both hold all that the balances need: the rows themselves lie scattered over the table.
        Index("ix_movement_point_lot", "point_id", "lot_id", "on_date", "id", "line_id", "delta"),
        # In the order of the ledger: inside a day what came in first.
        Index(
            "ix_movement_point_day",
            "point_id",
            "on_date",
            text("(delta < 0)"),
            "id",
            "lot_id",
            "line_id",
            "delta",
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("voucher_line.id"), unique=True)
    on_date: Mapped[date]
    delta: Mapped[int] = mapped_column(BigInteger)


class Balance(Model):
    """What a point holds of a lot, in base units: the sum of the movements, never below zero."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="not_negative"),
        # What is held now, a tenth of all that ever was: for what asks every shelf of the country.
        Index("ix_balance_held", "point_id", "lot_id", sqlite_where=_HELD, postgresql_where=_HELD),
    )
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"), primary_key=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), primary_key=True, index=True)
    on_hand: Mapped[int] = mapped_column(BigInteger)


# Is anything left? As a text and not a bound number: only so the database takes the index of what is held.
HELD = Balance.on_hand > literal_column("0")


class MonthClosing(Model):
    """The books of a point are closed to the end of this day, the last of a month, and so is all before it.

    A trigger refuses movements of a closed day, whoever writes them. Opening a month again takes its row away; who
    did what stands in the audit.
    """

    __tablename__ = "month_closing"
    point_id: Mapped[int] = mapped_column(ForeignKey("sales_point.id"), primary_key=True)
    through: Mapped[date] = mapped_column(primary_key=True)
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    closed_at: Mapped[datetime] = mapped_column(UTCDateTime)
