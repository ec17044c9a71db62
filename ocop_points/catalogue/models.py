"""Suppliers, products with their pack units, and the certificates of their stars (RULES.md §5)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy import UniqueConstraint as Unique
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.audit.service import Subject
from ocop_points.catalogue.rules import (
    NOTED_BASES,
    CertificateFacts,
    OldProductGroup,
    ProductBasis,
    ProductGroup,
    Stars,
    SupplierKind,
    expiry_from,
)
from ocop_points.core.db import Model
from ocop_points.core.types import UTCDateTime, enum_type
from ocop_points.localities.models import Locality, Ward

_GIVEN: Any = text("tax_code <> ''")
_BARCODE_GIVEN: Any = text("barcode <> ''")


class Supplier(Model):
    """Who makes (chủ thể OCOP) or only delivers goods: a trader makes nothing."""

    __tablename__ = "supplier"
    __table_args__ = (
        # Unique in the country where it is known; households often have none.
        Index(
            "uq_supplier_tax_code",
            "tax_code",
            unique=True,
            sqlite_where=_GIVEN,
            postgresql_where=_GIVEN,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SupplierKind] = mapped_column(enum_type(SupplierKind, "kind"))
    name: Mapped[str] = mapped_column(String(160))
    tax_code: Mapped[str] = mapped_column(String(14))
    representative: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(160))
    ward_code: Mapped[str | None] = mapped_column(ForeignKey("ward.code"), index=True)
    # Whose staff keep the record; everybody may read it.
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    # Without tax code and telephone, which not everybody may see.
    search_text: Mapped[str] = mapped_column(Text)
    exact_text: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(String(400), index=True)
    locality: Mapped[Locality] = relationship(lazy="raise")
    ward: Mapped[Ward | None] = relationship(lazy="raise")

    @property
    def full_address(self) -> str:
        """Needs ward with province loaded."""
        parts = [self.address]
        if self.ward is not None:
            parts += [self.ward.full_name, self.ward.province.full_name]
        return ", ".join(part for part in parts if part)

    def subject(self) -> Subject:
        return Subject("supplier", self.id, self.name, locality_id=self.locality_id)


class Product(Model):
    """One product of one producer, counted in whole base units."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("group148 IS NOT NULL OR old_group IS NOT NULL", name="some_group"),
        CheckConstraint("shelf_life_days > 0", name="shelf_life_positive"),
        CheckConstraint("shelf_life_months > 0", name="shelf_life_months_positive"),
        CheckConstraint(
            "shelf_life_days IS NULL OR shelf_life_months IS NULL", name="shelf_life_one"
        ),
        CheckConstraint("reference_price >= 0", name="reference_price_not_negative"),
        # What the till scans is one product's; many have no barcode.
        Index(
            "uq_product_barcode",
            "barcode",
            unique=True,
            sqlite_where=_BARCODE_GIVEN,
            postgresql_where=_BARCODE_GIVEN,
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    producer_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    group148: Mapped[ProductGroup | None] = mapped_column(enum_type(ProductGroup, "group148"))
    # Of the time before 148/QĐ-TTg; a certificate of that time keeps it.
    old_group: Mapped[OldProductGroup | None] = mapped_column(
        enum_type(OldProductGroup, "old_group")
    )
    specification: Mapped[str] = mapped_column(Text)
    base_unit: Mapped[str] = mapped_column(String(20))
    barcode: Mapped[str] = mapped_column(String(14), index=True)
    # The bases b, c and d of criterion II, each with number, day and issuer of the paper it rests on; a is the
    # certificate.
    basis_b: Mapped[bool]
    basis_b_paper: Mapped[str] = mapped_column(String(160))
    basis_b_on: Mapped[date | None]
    basis_b_issuer: Mapped[str] = mapped_column(String(160), server_default="")
    basis_c: Mapped[bool]
    basis_c_paper: Mapped[str] = mapped_column(String(160))
    basis_c_on: Mapped[date | None]
    basis_c_issuer: Mapped[str] = mapped_column(String(160), server_default="")
    basis_d: Mapped[bool]
    basis_d_paper: Mapped[str] = mapped_column(String(160))
    basis_d_on: Mapped[date | None]
    basis_d_issuer: Mapped[str] = mapped_column(String(160), server_default="")
    # One of the two, as it stands on the label, from the day of production.
    shelf_life_days: Mapped[int | None]
    shelf_life_months: Mapped[int | None]
    reference_price: Mapped[int | None] = mapped_column(BigInteger)
    picture_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), index=True)
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"), index=True)
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    search_text: Mapped[str] = mapped_column(Text)
    exact_text: Mapped[str] = mapped_column(Text)
    sort_key: Mapped[str] = mapped_column(String(400), index=True)
    producer: Mapped[Supplier] = relationship(lazy="raise")
    locality: Mapped[Locality] = relationship(lazy="raise")
    # Not "raise": a refused form reads them again after the transaction was rolled back.
    units: Mapped[list["ProductUnit"]] = relationship(
        lazy="select", order_by="ProductUnit.factor, ProductUnit.id", viewonly=True
    )

    @property
    def noted_bases(self) -> tuple[ProductBasis, ...]:
        """Which of b, c and d are noted; a depends on the day."""
        return tuple(one for one in NOTED_BASES if getattr(self, f"basis_{one}"))

    @property
    def has_shelf_life(self) -> bool:
        return bool(self.shelf_life_days or self.shelf_life_months)

    def expiry_of(self, made_on: date) -> date | None:
        """The date that goods of this day bear by the shelf life, where one is known."""
        return expiry_from(made_on, days=self.shelf_life_days, months=self.shelf_life_months)

    def subject(self) -> Subject:
        text_ = f"{self.name} ({self.code})"
        return Subject("product", self.id, text_, locality_id=self.locality_id)


class ProductUnit(Model):
    """A pack unit: a whole number of base units. Vouchers keep name and factor as written."""

    __tablename__ = "product_unit"
    __table_args__ = (
        Unique("product_id", "name"),
        CheckConstraint("factor BETWEEN 2 AND 1000000", name="factor"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    name: Mapped[str] = mapped_column(String(20))
    factor: Mapped[int]


class Certificate(Model):
    """The stars of one product, never of a producer, for a time (DOMAIN.md §4)."""

    __tablename__ = "certificate"
    __table_args__ = (
        Unique("product_id", "number", "issued_on"),
        CheckConstraint("score_thousandths BETWEEN 0 AND 100000", name="score"),
        CheckConstraint("last_valid_day >= issued_on", name="runs_forward"),
        CheckConstraint(
            "(withdrawn_on IS NULL) = (withdrawn_reason = '')", name="withdrawn_with_reason"
        ),
        CheckConstraint("withdrawn_on IS NULL OR void_from <= withdrawn_on", name="void_from"),
        Index("ix_certificate_product", "product_id", "issued_on", "void_from"),
        Index("ix_certificate_void_from", "void_from"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    score_thousandths: Mapped[int | None]
    stars: Mapped[Stars] = mapped_column(enum_type(Stars, "stars"))
    number: Mapped[str] = mapped_column(String(60))
    decision: Mapped[str] = mapped_column(String(60))
    issuer: Mapped[str] = mapped_column(String(160))
    issued_on: Mapped[date]
    last_valid_day: Mapped[date]
    withdrawn_on: Mapped[date | None]
    withdrawn_reason: Mapped[str] = mapped_column(Text)
    # The first day without force, from the two days above: what lists filter by.
    void_from: Mapped[date]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(server_default="1")
    # The first day on which goods came in, or the holder was told, on the strength of it.
    relied_on: Mapped[date | None]
    product: Mapped[Product] = relationship(lazy="raise")

    @property
    def score(self) -> Decimal | None:
        return None if self.score_thousandths is None else Decimal(self.score_thousandths) / 1000

    @property
    def facts(self) -> CertificateFacts:
        return CertificateFacts(
            id=self.id,
            issued_on=self.issued_on,
            last_valid_day=self.last_valid_day,
            stars=self.stars,
            withdrawn_on=self.withdrawn_on,
        )
