"""What a criteria edition is: its sections, its lines and how they make a result. Pure data.

All amounts (weights, minima, maxima, scores) are Decimal; dates are calendar days in Việt Nam.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from ocop_points.catalogue.rules import Stars
from ocop_points.criteria.measures_rules import ALL_BASES, MEASURES, Ask, Bound, MeasureBy
from ocop_points.criteria.measures_rules import Measure as Measure

NONE_OF_THEM = "none"
"""The answer «không thuộc loại nào» to a one-of line; no edition may use it as a choice's code."""

PLACES = 3
"""Decimals kept of any amount in an edition or an answer: columns are Numeric(12, PLACES)."""

LARGEST = Decimal("999999999")


class LineKind(StrEnum):
    """How a line is answered."""

    YES_NO = "yes_no"
    ONE_OF = "one_of"
    NUMBER = "number"
    SCORE = "score"


class PhotoRule(StrEnum):
    """When a line wants a photo: on every verdict, on one of the two, or never."""

    NEVER = "never"
    ALWAYS = "always"
    MET = "met"
    NOT_MET = "not_met"


class EditionStatus(StrEnum):
    """A draft may change; a published edition is frozen; a retired one is no longer offered."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class ChoiceSpec:
    """One choice of a one-of line."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LineSpec:
    """One criterion. Which of weight, minimum, maximum, unit, choices are set follows its kind.

    `confirmed` is False while the text is «chờ xác nhận»; `source` names the act it comes from. What follows `measure`
    says how it is counted; `measure_least` and `measure_most` bound the figure of a line answered yes or no.
    """

    code: str
    kind: LineKind
    text: str
    mandatory: bool = False
    confirmed: bool = True
    source: str = ""
    allows_na: bool = False
    photo: PhotoRule = PhotoRule.NEVER
    weight: Decimal | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    measure: Measure | None = None
    measure_by: MeasureBy | None = None
    measure_stars: Stars | None = None
    measure_bases: str = ""
    measure_least: Decimal | None = None
    measure_most: Decimal | None = None
    guidance: str = ""
    choices: tuple[ChoiceSpec, ...] = ()

    @property
    def met_from(self) -> Decimal | None:
        """The least number or score that meets the line; None for the other kinds.

        A score line without its own minimum is met from half of its maximum. Only an optional line
        may leave it out (edition_file), so this default makes findings and never the result.
        """
        if self.kind is LineKind.NUMBER:
            return self.minimum
        if self.kind is LineKind.SCORE and self.minimum is None and self.maximum is not None:
            return self.maximum / 2
        return self.minimum if self.kind is LineKind.SCORE else None

    @property
    def ask(self) -> Ask | None:
        """The figure that helps to answer the line; None for a line without one."""
        if self.measure is None:
            return None
        by = self.measure_by or MEASURES[self.measure].counted[0]
        stars = self.measure_stars or Stars.THREE
        return Ask(self.measure, by, stars, self.measure_bases or ALL_BASES)

    @property
    def bound(self) -> Bound | None:
        """Which figures meet the line; None where nobody said, and then no answer follows from the figure.

        A line answered yes or no has its own bound, else the one that the measure's name sets when nothing but its
        name is given; a number has its minimum.
        """
        if self.measure is None:
            return None
        if self.kind is LineKind.NUMBER:
            return Bound(least=self.minimum)
        if self.kind is not LineKind.YES_NO:
            return None
        if self.measure_least is not None or self.measure_most is not None:
            return Bound(self.measure_least, self.measure_most)
        narrowed = self.measure_by or self.measure_bases
        return None if narrowed else MEASURES[self.measure].bound


@dataclass(frozen=True, slots=True)
class SectionSpec:
    """A titled group of lines, in the order of the act. `minimum_score`: percent of its own points."""

    code: str
    title: str
    lines: tuple[LineSpec, ...]
    note: str = ""
    minimum_score: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SectionMinimum:
    """The least percent of its own points that a section must reach; `lines` by code."""

    code: str
    least: Decimal
    lines: frozenset[str]


@dataclass(frozen=True, slots=True)
class ResultRule:
    """What decides: every mandatory line met, a score out of 100 of at least this, sections that must each reach
    their own minimum. What is asked must all hold."""

    mandatory_lines: bool
    minimum_score: Decimal | None = None
    section_minima: tuple[SectionMinimum, ...] = ()

    @property
    def is_scored(self) -> bool:
        """Whether a score is counted; a minimum of 0 counts one that decides nothing."""
        return self.minimum_score is not None or bool(self.section_minima)


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Part(Protocol):
    """A section of a stored edition or of one that was read."""

    @property
    def code(self) -> str: ...
    @property
    def minimum_score(self) -> Decimal | None: ...
    @property
    def lines(self) -> Sequence[_Coded]: ...


def result_rule(
    mandatory_lines: bool, minimum_score: Decimal | None, sections: Iterable[_Part]
) -> ResultRule:
    """The whole rule of an edition: what its head says, and what its sections ask."""
    minima = tuple(
        SectionMinimum(one.code, one.minimum_score, frozenset(line.code for line in one.lines))
        for one in sections
        if one.minimum_score is not None
    )
    return ResultRule(mandatory_lines, minimum_score, minima)


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The act that issued the edition; number and day are empty for an edition that has none."""

    number: str
    issued_on: date | None
    issuer: str


@dataclass(frozen=True, slots=True)
class EditionSpec:
    """A whole edition. `valid_to` is the last day of validity, None while no end is known.

    `result` is what the head says; `rule` adds what the sections ask.
    """

    code: str
    title: str
    legal_basis: LegalBasis
    valid_from: date
    valid_to: date | None
    result: ResultRule
    sections: tuple[SectionSpec, ...]

    @property
    def lines(self) -> tuple[LineSpec, ...]:
        """Every line, in the order of the sections."""
        return tuple(line for section in self.sections for line in section.lines)

    @property
    def rule(self) -> ResultRule:
        """What decides the result of a visit."""
        return result_rule(self.result.mandatory_lines, self.result.minimum_score, self.sections)
