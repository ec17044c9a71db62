"""The lines of the checklist as they are shown and sent: what was typed stays, with what is wrong with it.

Fields of line 17: a17 the verdict or choice, n17 a number, t17 the note; v17 and s17 say which stored answer they were
shown with, k17 which of two answers is kept after somebody else answered meanwhile.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from flask_babel import gettext as _

from ocop_points.assessments import labels
from ocop_points.assessments.queries import StoredAnswer
from ocop_points.assessments.rules import Answer, answer_fault
from ocop_points.assessments.service import Given
from ocop_points.assessments.sheet import SheetLine
from ocop_points.core.formats import parse_number, vi_number
from ocop_points.core.text import clean
from ocop_points.criteria.rules import NONE_OF_THEM, LineKind

NOTE_LENGTH = 2000
YES, NO, NA, NONE, CHOICE = "yes", "no", "na", "none", "c:"


@dataclass
class Entry:
    """One line on the page. `theirs` is set when another member answered it meanwhile."""

    shown: SheetLine
    verdict: str
    amount: str
    note: str
    version: int
    seen: str
    errors: list[str] = field(default_factory=list)
    theirs: StoredAnswer | None = None

    @property
    def line_id(self) -> int:
        return self.shown.line.id

    @property
    def options(self) -> list[tuple[str, str]]:
        """The radios of the line: value and words."""
        line = self.shown.line
        if line.kind is LineKind.YES_NO:
            options = [(YES, _("Đạt")), (NO, _("Chưa đạt"))]
        elif line.kind is LineKind.ONE_OF:
            options = [(CHOICE + one.code, one.text) for one in line.choices]
            options.append((NONE, _("Không thuộc loại nào")))
        else:
            options = []
        return [*options, (NA, _("Không áp dụng"))] if line.allows_na else options

    @property
    def their_words(self) -> str:
        return labels.answer_words(self.shown.line, self.theirs.answer) if self.theirs else ""


def stored_entry(shown: SheetLine) -> Entry:
    """The line as it is stored."""
    verdict, amount = _controls(shown.answer)
    note = shown.answer.note
    version = shown.stored.version if shown.stored else 0
    return Entry(shown, verdict, amount, note, version, _digest(verdict, amount, note))


def sent_entry(shown: SheetLine, form: Mapping[str, str]) -> Entry | None:
    """The line as somebody sent it; None when it is not in the form, was not touched, or gives way to theirs."""
    key = str(shown.line.id)
    if f"v{key}" not in form or form.get(f"k{key}") == "theirs":
        return None
    version = form[f"v{key}"]
    entry = Entry(
        shown,
        verdict=form.get(f"a{key}", "")[:20],
        amount=clean(form.get(f"n{key}", ""))[:40],
        note=clean(form.get(f"t{key}", ""), multiline=True),
        version=int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else 0,
        seen=form.get(f"s{key}", "")[:8],
    )  # fmt: skip
    untouched = entry.seen == _digest(entry.verdict, entry.amount, entry.note)
    return None if untouched else entry


def read_entry(entry: Entry) -> Given | None:
    """What the entry says; None when it cannot be taken, and then the entry says why."""
    number: Decimal | None = None
    if entry.amount:
        try:
            number = parse_number(entry.amount)
        except ValueError as error:
            entry.errors.append(str(error))
    if len(entry.note) > NOTE_LENGTH:
        entry.errors.append(_("Viết ngắn lại, tối đa %(n)d ký tự", n=NOTE_LENGTH))
    answer = _answer(entry, number)
    if not entry.errors and (fault := answer_fault(entry.shown.line, answer)):
        entry.errors.append(labels.fault_sentence(fault, entry.shown.line))
    return None if entry.errors else Given(entry.shown.line, answer, entry.version)


def show_theirs(entry: Entry, theirs: StoredAnswer) -> None:
    """Set the stored answer beside the sent one; the next sending counts against the stored one."""
    entry.theirs, entry.version = theirs, theirs.version
    entry.seen = ""


def _answer(entry: Entry, number: Decimal | None) -> Answer:
    scored = entry.shown.line.kind is LineKind.SCORE
    verdict = entry.verdict
    if verdict not in {"", YES, NO, NA, NONE} and not verdict.startswith(CHOICE):
        entry.errors.append(_("Chọn một mục trong danh sách"))
    choice = NONE_OF_THEM if verdict == NONE else None
    return Answer(
        value={YES: True, NO: False}.get(verdict),
        choice=verdict.removeprefix(CHOICE) if verdict.startswith(CHOICE) else choice,
        number=None if scored else number,
        score=number if scored else None,
        not_applicable=verdict == NA,
        note=entry.note,
    )


def _controls(answer: Answer) -> tuple[str, str]:
    """Verdict and amount as the page's controls hold them."""
    amount = answer.number if answer.number is not None else answer.score
    if answer.not_applicable:
        return NA, ""
    if answer.value is not None:
        return (YES if answer.value else NO), ""
    if answer.choice is not None:
        return (NONE if answer.choice == NONE_OF_THEM else CHOICE + answer.choice), ""
    return "", vi_number(amount)


def _digest(verdict: str, amount: str, note: str) -> str:
    return hashlib.sha256(f"{verdict}\n{amount}\n{note}".encode()).hexdigest()[:8]
