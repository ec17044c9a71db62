"""What a locality set for goods without a valid certificate; without a row the default holds."""

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core.db import Model
from ocop_points.core.types import enum_type
from ocop_points.stock.gate_rules import Gate, GateAction


class ReceiptGate(Model):
    """The certificate gate of one locality."""

    __tablename__ = "receipt_gate"
    __table_args__ = (CheckConstraint("soon_days BETWEEN 0 AND 365", name="soon_days"),)
    locality_id: Mapped[int] = mapped_column(
        ForeignKey("locality.id"), primary_key=True, autoincrement=False
    )
    soon_days: Mapped[int]
    ended: Mapped[GateAction] = mapped_column(enum_type(GateAction, "ended"))
    none: Mapped[GateAction] = mapped_column(enum_type(GateAction, "none"))
    version: Mapped[int]

    @property
    def gate(self) -> Gate:
        return Gate(self.soon_days, self.ended, self.none)
