"""A visit as pages and papers show it: lines with answers, counts by section, the outcome, what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ocop_points.assessments import labels, queries
from ocop_points.assessments.findings_queries import Earlier, found_before
from ocop_points.assessments.measures_labels import Seen, difference_words, paper_words, seen
from ocop_points.assessments.measures_queries import figures_of
from ocop_points.assessments.measures_rules import Figure, differing, differs
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import StoredAnswer
from ocop_points.assessments.remarks_queries import last_remarks
from ocop_points.assessments.rules import (
    Answer,
    LineResult,
    LineState,
    MissingReason,
    Outcome,
    assess,
    line_state,
    missing,
)
from ocop_points.criteria import queries as criteria
from ocop_points.criteria.queries import KnownEdition, KnownLine, KnownSection


@dataclass(frozen=True)
class Before:
    """The answer to the same line at the visit before."""

    line: KnownLine
    answer: Answer
    state: LineState

    @property
    def words(self) -> str:
        return labels.answer_words(self.line, self.answer)


@dataclass(frozen=True)
class SheetLine:
    """One line with what was answered, how it counts and what it lacks."""

    line: KnownLine
    answer: Answer
    stored: StoredAnswer | None
    result: LineResult
    lacks: tuple[MissingReason, ...]
    before: Before | None
    # What earlier visits found here; only where the sheet is compared.
    earlier: Earlier | None = None
    # What the manager remarked here when the visit was last returned; only where the sheet is compared.
    remark: str = ""
    # The measured figure as it is now; only where the sheet is measured.
    present: Figure | None = None

    @property
    def figure(self) -> Figure | None:
        """The measured figure beside which the answer was given."""
        return self.stored.figure if self.stored else None

    @property
    def seen(self) -> Seen | None:
        """The figure as the checklist shows it; None for a line that asks for none."""
        kept = self.stored
        at = kept.figure_at if kept else None
        return seen(self.line, self.present, self.figure, at)

    @property
    def measured_words(self) -> str:
        """The figure beside which the line was answered, as papers name it; nothing where there was none."""
        return paper_words(self.line, self.figure) if self.figure else ""

    @property
    def difference(self) -> str:
        """Said where the answer is not the one that follows from the figure."""
        if self.figure is None or not self.differs:
            return ""
        return difference_words(self.line, self.figure, self.answer)

    @property
    def differs(self) -> bool:
        """Was it answered otherwise than the figure says?"""
        return differs(self.line, self.figure, self.answer)

    @property
    def state(self) -> LineState:
        return self.result.state

    @property
    def text(self) -> str:
        """The text as it was shown when the line was answered."""
        return self.stored.line_text if self.stored else self.line.text

    @property
    def words(self) -> str:
        return labels.answer_words(self.line, self.answer)

    @property
    def anchor(self) -> str:
        return f"line-{self.line.id}"


@dataclass(frozen=True)
class SheetSection:
    """A section with its lines."""

    section: KnownSection
    lines: list[SheetLine]

    def count(self, *states: LineState) -> int:
        return sum(one.state in states for one in self.lines)

    @property
    def done(self) -> int:
        return len(self.lines) - self.count(LineState.UNANSWERED)

    @property
    def earned(self) -> Decimal:
        return sum((one.result.earned for one in self.lines), Decimal(0))

    @property
    def possible(self) -> Decimal:
        return sum((one.result.possible for one in self.lines), Decimal(0))


@dataclass(frozen=True)
class Sheet:
    """The whole visit. `before` is the visit it is compared with."""

    edition: KnownEdition
    sections: list[SheetSection]
    outcome: Outcome
    before_on: date | None
    before_id: int | None = None

    @property
    def lines(self) -> list[SheetLine]:
        return [line for section in self.sections for line in section.lines]

    @property
    def missing(self) -> list[SheetLine]:
        """The lines that keep the visit from being submitted."""
        return [line for line in self.lines if line.lacks]

    @property
    def findings(self) -> list[SheetLine]:
        """The lines not met."""
        return [line for line in self.lines if line.state is LineState.NOT_MET]

    @property
    def first_open(self) -> SheetLine | None:
        return next((line for line in self.lines if line.state is LineState.UNANSWERED), None)

    @property
    def saved_at(self) -> datetime | None:
        """When the last answer was saved."""
        return max((line.stored.answered_at for line in self.lines if line.stored), default=None)

    @property
    def changed(self) -> list[SheetLine]:
        """The lines whose verdict is not that of the visit before."""
        return [
            line
            for line in self.lines
            if line.before and LineState.UNANSWERED not in (line.state, line.before.state)
            and line.state is not line.before.state
        ]  # fmt: skip

    def section_of(self, line: SheetLine) -> SheetSection:
        """The section in which a line stands."""
        return next(one for one in self.sections if one.section.id == line.line.section_id)

    def line(self, line_id: int) -> SheetLine | None:
        return next((one for one in self.lines if one.line.id == line_id), None)


def unanswered(line: KnownLine) -> SheetLine:
    """A line before anybody answers it."""
    nothing = LineResult(line.code, line.mandatory, LineState.UNANSWERED, Decimal(0), Decimal(0))
    return SheetLine(line, Answer(), None, nothing, (), None)


def sheet_of(visit: Visit, *, compared: bool = False, measured: bool = False) -> Sheet:
    """Read a visit's answers: two statements, with four more the first time its edition is read in this process;
    `compared` with the visit before and with what was found before, three more; `measured` with the figures of the
    measured lines as they are now, at most six more."""
    edition = criteria.whole_edition(visit.edition_id)
    photos = queries.photo_counts(visit.id)
    stored = queries.answers_of(visit.id, photos)
    answers = {
        line.code: stored[line.id].answer
        if line.id in stored
        else Answer(photo_count=photos.get(line.id, 0))
        for line in edition.lines
    }
    outcome = assess(edition.lines, answers, edition.rule)
    results = {result.code: result for result in outcome.lines}
    lacks: dict[str, list[MissingReason]] = {}
    figures = {
        line.code: kept.figure
        for line in edition.lines
        if (kept := stored.get(line.id)) and kept.figure
    }
    for one in missing(edition.lines, answers, differing(edition.lines, answers, figures)):
        lacks.setdefault(one.code, []).append(one.reason)
    earlier = queries.visit_before(visit) if compared else None
    before = _before(earlier.id, earlier.edition_id) if earlier else {}
    found = found_before(visit) if compared else {}
    remarks = last_remarks(visit) if compared else {}
    present = figures_of(visit, edition.lines) if measured else {}

    def shown(line: KnownLine) -> SheetLine:
        return SheetLine(
            line=line,
            answer=answers[line.code],
            stored=stored.get(line.id),
            result=results[line.code],
            lacks=tuple(lacks.get(line.code, ())),
            before=before.get((line.code, line.text)),
            earlier=found.get((line.code, line.text)),
            remark=remarks.get(line.id, ""),
            present=present.get(line.id),
        )

    return Sheet(
        edition=edition,
        sections=[
            SheetSection(part, [shown(one) for one in part.lines]) for part in edition.sections
        ],
        outcome=outcome,
        before_on=earlier.visited_on if earlier else None,
        before_id=earlier.id if earlier else None,
    )


def _before(visit_id: int, edition_id: int) -> Mapping[tuple[str, str], Before]:
    """The answers of an earlier visit by code and text: a line that says something else is another line."""
    stored = queries.answers_of(visit_id)
    return {
        (line.code, line.text): Before(line, answer, line_state(line, answer))
        for line in criteria.whole_edition(edition_id).lines
        if line.id in stored and (answer := stored[line.id].answer)
    }
