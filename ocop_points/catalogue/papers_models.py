"""Scans of the catalogue's papers: certificates, and what the bases b, c and d rest on."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.catalogue.models import Product
from ocop_points.catalogue.rules import ProductBasis
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.evidence.models import StoredFile


class CatalogueScan(Model):
    """A page, or the whole, of one paper of a product: of a certificate, or of one basis."""

    __tablename__ = "catalogue_scan"
    __table_args__ = (
        CheckConstraint("(certificate_id IS NULL) <> (basis IS NULL)", name="one_paper"),
        Index("ix_catalogue_scan_product", "product_id", "certificate_id", "basis"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    certificate_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), index=True)
    basis: Mapped[ProductBasis | None] = mapped_column(enum_type(ProductBasis, "basis"))
    stored_file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    product: Mapped[Product] = relationship(lazy="raise")
    file: Mapped[StoredFile] = relationship(lazy="raise")
    added_by: Mapped[User] = relationship(lazy="raise")
