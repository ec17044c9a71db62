"""Today's provinces and wards, the departments, the localities of the programme, and who reaches which.

A locality is a province of the map of 63; a province one of the map of 34. Codes were reused: never join the
two except through `Locality.province_code` (DOMAIN.md §2).
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Float, ForeignKey, Index, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.accounts.models import User
from ocop_points.audit.service import Subject
from ocop_points.core.db import Base, Model
from ocop_points.core.types import UTCDateTime


class Province(Model):
    """A province or city of the map of 34, since 1 July 2025."""

    __tablename__ = "province"
    code: Mapped[str] = mapped_column(String(2), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    sort_key: Mapped[str] = mapped_column(String(400))

    @property
    def full_name(self) -> str:
        return f"{self.kind.lower()} {self.name}"


class Ward(Model):
    """A xã, phường or đặc khu of today: the only level below the province."""

    __tablename__ = "ward"
    __table_args__ = (Index("ix_ward_province_sort", "province_code", "sort_key"),)
    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"))
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(80))
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    search_text: Mapped[str] = mapped_column(String(120))
    sort_key: Mapped[str] = mapped_column(String(400))
    province: Mapped[Province] = relationship(lazy="raise")

    @property
    def full_name(self) -> str:
        return f"{self.kind.lower()} {self.name}"

    @property
    def short_name(self) -> str:
        marks = {"Phường": "p.", "Xã": "x.", "Đặc khu": "đk."}
        return f"{marks.get(self.kind, self.kind)} {self.name}"


@dataclass(frozen=True)
class Letterhead:
    """What stands at the head of a department's papers."""

    name: str
    superior_body: str
    issuing_body: str
    place: str
    symbol: str

    def paper(self) -> dict[str, str]:
        """As the templates of papers take it."""
        return {
            "superior": self.superior_body,
            "issuer": self.issuing_body,
            "issuer_name": self.name,
            "place": self.place,
        }


class Department(Model):
    """A Sở Công Thương of today, with the names that head its papers (Decree 30/2020)."""

    __tablename__ = "department"
    id: Mapped[int] = mapped_column(primary_key=True)
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), unique=True)
    name: Mapped[str] = mapped_column(String(160), unique=True)
    superior_body: Mapped[str] = mapped_column(String(160))
    issuing_body: Mapped[str] = mapped_column(String(160))
    place: Mapped[str] = mapped_column(String(80))
    symbol: Mapped[str] = mapped_column(String(20))
    sort_key: Mapped[str] = mapped_column(String(400))
    version: Mapped[int]
    province: Mapped[Province] = relationship(lazy="raise")

    @property
    def letterhead(self) -> Letterhead:
        """Of a paper made today; `queries.letterhead_then` for one of the past."""
        return Letterhead(**{one.name: getattr(self, one.name) for one in fields(Letterhead)})

    def notice(self) -> dict[str, Any]:
        """Who writes a letter (thông báo) of today, as `notices` in print/decree30.typ takes it."""
        return {"head": self.letterhead.paper(), "symbol": f"TB-{self.symbol}"}

    def subject(self) -> Subject:
        return Subject("department", self.id, self.name)


class DepartmentMerge(Model):
    """A department whose localities went over to another. Its own row stays: papers of the past name it.

    Never changed: where `kept` is joined to a third one later, that is a row of its own.
    """

    __tablename__ = "department_merge"
    __table_args__ = (CheckConstraint("merged_id <> kept_id", name="two_departments"),)
    merged_id: Mapped[int] = mapped_column(
        ForeignKey("department.id"), primary_key=True, autoincrement=False
    )
    kept_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    # The decision that ordered it, with its day.
    basis: Mapped[str] = mapped_column(String(200))
    by_user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    merged: Mapped[Department] = relationship(lazy="raise", foreign_keys=[merged_id])
    kept: Mapped[Department] = relationship(lazy="raise", foreign_keys=[kept_id])
    by: Mapped[User] = relationship(lazy="raise")


class Locality(Model):
    """A province of the map of 63, as the programme names its localities."""

    __tablename__ = "locality"
    __table_args__ = (CheckConstraint("length(short_code) = 3", name="short_code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(2), unique=True)
    short_code: Mapped[str] = mapped_column(String(3), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60), unique=True)
    region: Mapped[str] = mapped_column(String(60))
    province_code: Mapped[str] = mapped_column(ForeignKey("province.code"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    also_named: Mapped[str] = mapped_column(String(200))
    named_in_source: Mapped[bool]
    supported: Mapped[bool]
    search_text: Mapped[str] = mapped_column(String(300))
    sort_key: Mapped[str] = mapped_column(String(400))
    version: Mapped[int]
    province: Mapped[Province] = relationship(lazy="raise")
    department: Mapped[Department] = relationship(lazy="raise")

    def subject(self) -> Subject:
        return Subject("locality", self.id, self.name, locality_id=self.id)


# Which localities a manager or an officer reaches. The ministry reaches all; an operator has points instead.
user_locality = Table(
    "user_locality",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("locality_id", ForeignKey("locality.id"), primary_key=True),
)
