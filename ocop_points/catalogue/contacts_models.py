"""The people one talks to at a supplier."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.catalogue.models import Supplier
from ocop_points.core.db import Model


class SupplierContact(Model):
    """Somebody at a supplier, with a telephone number or an e-mail address."""

    __tablename__ = "supplier_contact"
    __table_args__ = (CheckConstraint("phone <> '' OR email <> ''", name="reachable"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    supplier: Mapped[Supplier] = relationship(lazy="raise")
