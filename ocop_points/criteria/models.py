"""Editions of the criteria, their sections, lines and choices.

Once an edition is published its rows never change: triggers let pass only its retirement and the mark of its first
use. Amounts are exact, to three decimals.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ocop_points.audit.service import Subject
from ocop_points.catalogue.rules import Stars
from ocop_points.core.db import Model
from ocop_points.core.types import Thousandths, UTCDateTime, enum_type
from ocop_points.criteria.measures_rules import ALL_BASES, MeasureBy
from ocop_points.criteria.rules import (
    ChoiceSpec,
    EditionSpec,
    EditionStatus,
    LegalBasis,
    LineKind,
    LineSpec,
    Measure,
    PhotoRule,
    ResultRule,
    SectionSpec,
    result_rule,
)
from ocop_points.localities.models import Locality


class Edition(Model):
    """One issue of the criteria: the ministry's, or a locality's own."""

    __tablename__ = "criteria_edition"
    __table_args__ = (
        CheckConstraint("valid_to >= valid_from", name="validity"),
        CheckConstraint("minimum_score BETWEEN 0 AND 100000", name="minimum_score"),
        CheckConstraint("legal_number = '' OR legal_issued_on IS NOT NULL", name="legal_basis"),
        CheckConstraint("status <> 'draft' OR frozen_at IS NULL", name="frozen_draft"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    # Empty: issued by nobody's act, an illustration (see `queries.edition_for`).
    legal_number: Mapped[str] = mapped_column(String(60))
    legal_issued_on: Mapped[date | None]
    legal_issuer: Mapped[str] = mapped_column(String(200))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    mandatory_lines: Mapped[bool]
    minimum_score: Mapped[Decimal | None] = mapped_column(Thousandths)
    status: Mapped[EditionStatus] = mapped_column(enum_type(EditionStatus, "status"))
    # None: the ministry's, for every locality.
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"), index=True)
    frozen_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int]
    locality: Mapped[Locality | None] = relationship(lazy="raise")
    sections: Mapped[list["Section"]] = relationship(
        lazy="raise", order_by="Section.place", viewonly=True
    )

    @property
    def rule(self) -> ResultRule:
        """What decides; needs sections with their lines loaded."""
        return result_rule(self.mandatory_lines, self.minimum_score, self.sections)

    @property
    def short_name(self) -> str:
        """How people call it: the number of the act, or the title where there is none."""
        return self.legal_number or self.title

    @property
    def lines(self) -> list["Line"]:
        """Every line in order; needs sections with their lines loaded."""
        return [line for section in self.sections for line in section.lines]

    def ended_on(self, day: date) -> bool:
        """Is the period it was issued for over on this day?"""
        return self.valid_to is not None and self.valid_to < day

    def spec(self) -> EditionSpec:
        """The edition as its file says it; needs everything loaded."""
        return EditionSpec(
            code=self.code,
            title=self.title,
            legal_basis=LegalBasis(self.legal_number, self.legal_issued_on, self.legal_issuer),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            result=ResultRule(self.mandatory_lines, self.minimum_score),
            sections=tuple(section.spec() for section in self.sections),
        )

    def subject(self) -> Subject:
        return Subject("edition", self.id, self.title, locality_id=self.locality_id)


class Section(Model):
    """A titled group of lines."""

    __tablename__ = "criteria_section"
    __table_args__ = (
        UniqueConstraint("edition_id", "place"),
        UniqueConstraint("id", "edition_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("criteria_edition.id"))
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500))
    # Percent of the section's own points.
    minimum_score: Mapped[Decimal | None] = mapped_column(
        Thousandths,
        CheckConstraint("minimum_score BETWEEN 0 AND 100000", name="minimum_score"),
    )
    version: Mapped[int] = mapped_column(default=1, server_default=sql_text("1"))
    lines: Mapped[list["Line"]] = relationship(
        lazy="raise",
        order_by="Line.place",
        viewonly=True,
        primaryjoin="Section.id == Line.section_id",
    )

    def spec(self) -> SectionSpec:
        """The section as the rules take it; needs the lines with their choices loaded."""
        return SectionSpec(
            code=self.code,
            title=self.title,
            lines=tuple(line.spec() for line in self.lines),
            note=self.note,
            minimum_score=self.minimum_score,
        )


class Line(Model):
    """One criterion."""

    __tablename__ = "criteria_line"
    __table_args__ = (
        UniqueConstraint("edition_id", "code"),
        ForeignKeyConstraint(
            ["section_id", "edition_id"],
            ["criteria_section.id", "criteria_section.edition_id"],
            name="fk_criteria_line_section",
        ),
        CheckConstraint("NOT (mandatory AND allows_na)", name="mandatory_applies"),
        CheckConstraint("confirmed OR NOT mandatory", name="mandatory_confirmed"),
        CheckConstraint("kind <> 'number' OR minimum IS NOT NULL", name="number_minimum"),
        CheckConstraint("kind <> 'score' OR maximum IS NOT NULL", name="score_maximum"),
        Index("ix_criteria_line_section", "section_id", "place"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int]
    section_id: Mapped[int]
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(12))
    kind: Mapped[LineKind] = mapped_column(enum_type(LineKind, "kind"))
    text: Mapped[str] = mapped_column(String(500))
    mandatory: Mapped[bool]
    confirmed: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    allows_na: Mapped[bool]
    photo: Mapped[PhotoRule] = mapped_column(enum_type(PhotoRule, "photo"))
    weight: Mapped[Decimal | None] = mapped_column(Thousandths)
    minimum: Mapped[Decimal | None] = mapped_column(Thousandths)
    maximum: Mapped[Decimal | None] = mapped_column(Thousandths)
    unit: Mapped[str] = mapped_column(String(20))
    measure: Mapped[Measure | None] = mapped_column(enum_type(Measure, "measure"))
    # How the measure is counted, and what figure meets the line.
    measure_by: Mapped[MeasureBy | None] = mapped_column(enum_type(MeasureBy, "measure_by"))
    measure_stars: Mapped[Stars | None] = mapped_column(enum_type(Stars, "measure_stars"))
    measure_bases: Mapped[str] = mapped_column(String(4), default="", server_default="")
    measure_least: Mapped[Decimal | None] = mapped_column(Thousandths)
    measure_most: Mapped[Decimal | None] = mapped_column(Thousandths)
    guidance: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1, server_default=sql_text("1"))
    choices: Mapped[list["Choice"]] = relationship(
        lazy="raise", order_by="Choice.place", viewonly=True
    )

    @property
    def base_ticks(self) -> list[int]:
        """The places of the bases that are counted, from 1."""
        return [ALL_BASES.index(one) + 1 for one in self.measure_bases]

    @property
    def choice_rows(self) -> str:
        """The choices as one types them, one a row: "1) Chợ"; needs them loaded."""
        return "\n".join(f"{one.code}) {one.text}" for one in self.choices)

    def spec(self) -> LineSpec:
        """The line as the rules take it; needs the choices loaded."""
        return LineSpec(
            code=self.code,
            kind=self.kind,
            text=self.text,
            mandatory=self.mandatory,
            confirmed=self.confirmed,
            source=self.source,
            allows_na=self.allows_na,
            photo=self.photo,
            weight=self.weight,
            minimum=self.minimum,
            maximum=self.maximum,
            unit=self.unit,
            measure=self.measure,
            measure_by=self.measure_by,
            measure_stars=self.measure_stars,
            measure_bases=self.measure_bases,
            measure_least=self.measure_least,
            measure_most=self.measure_most,
            guidance=self.guidance,
            choices=tuple(ChoiceSpec(one.code, one.text) for one in self.choices),
        )


class Choice(Model):
    """One choice of a one-of line."""

    __tablename__ = "criteria_choice"
    __table_args__ = (UniqueConstraint("line_id", "code"), UniqueConstraint("line_id", "place"))
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("criteria_line.id"))
    place: Mapped[int]
    code: Mapped[str] = mapped_column(String(12))
    text: Mapped[str] = mapped_column(String(500))
