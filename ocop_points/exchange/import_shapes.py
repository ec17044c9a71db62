"""What every import is made of: its columns, a row being read, what a row would do, and the description of a kind."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from ocop_points.accounts.models import User
from ocop_points.exchange.rules_cells import Bad, cell_text
from ocop_points.exchange.rules_shapes import DUPLICATES, Fault, FaultKind

EXAMPLE_MARK = "(xóa dòng này)"
"""Stands in the example row of every template; the row is passed over."""


class Outcome(StrEnum):
    """What a row does to the register."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True)
class Col:
    """One column of a sheet. `needed`: a new record must have it; a record that exists keeps what it has."""

    name: str
    title: Any
    needed: bool = False
    width: int = 18
    # "text" keeps leading zeros in Excel, "day" shows a date; "" leaves the cell as it is.
    look: str = ""
    note: Any = ""


class Key(NamedTuple):
    """By what a row is one record: two rows of a file may not share one. `column` is where it is told."""

    column: str
    value: Hashable


class Change(NamedTuple):
    """One fact that a row changes, in words."""

    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """A row that can be taken in: what it does, how it is shown, and what the verb needs of it."""

    row: int
    text: str
    outcome: Outcome
    record: Any
    keys: tuple[Key, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass
class Plan:
    """What a file would do, or what is wrong with it."""

    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    # The example still stands in it.
    example: bool = False

    def counts(self) -> dict[str, int]:
        """How many rows are new, change something, or change nothing, as the job keeps it."""
        found = Counter(entry.outcome for entry in self.entries)
        return {f"{outcome.value}_count": found[outcome] for outcome in Outcome}

    @property
    def only_doubts(self) -> bool:
        """Is nothing wrong but that some rows may be records already?"""
        return all(fault.kind in DUPLICATES for fault in self.faults)


Memory = dict[str, dict[str, Any]]
_MOST_REMEMBERED = 5_000


class Cells:
    """One row while it is read: what cannot be read is noted with column and value, and the rest is read on."""

    def __init__(
        self, row: int, values: Mapping[str, Any], faults: list[Fault], memory: Memory
    ) -> None:
        """`values`: of the filled cells only. `memory`: what texts meant in earlier rows."""
        self.row, self._values, self._faults, self._memory = row, values, faults, memory
        self._before = len(faults)

    def sound(self) -> bool:
        return len(self._faults) == self._before

    def text(self, column: str) -> str:
        return cell_text(self._values.get(column))

    def any_of(self, columns: Iterable[str]) -> bool:
        return any(column in self._values for column in columns)

    def take(self, column: str, read: Callable[[Any], Any] = cell_text) -> Any:
        """What the cell means; None where nothing stands in it or it cannot be read."""
        value = self._values.get(column)
        if value is None or not cell_text(value):
            return None
        try:
            return read(value)
        except Bad as bad:
            self.refuse(column, bad.kind, bad.detail)
        except ValueError as error:  # the parsers of core.formats say it in a sentence
            self.refuse(column, FaultKind.UNREADABLE, str(error))
        return None

    def take_known(self, column: str, read: Callable[[Any], Any]) -> Any:
        """As `take`, where a text means the same in each row: it is read once. Columns repeat their values."""
        value = self._values.get(column)
        if type(value) is not str:
            return self.take(column, read)
        known = self._memory.setdefault(column, {})
        if value not in known:
            meant, before = self.take(column, read), len(self._faults)
            if len(self._faults) > before or meant is None or len(known) >= _MOST_REMEMBERED:
                return meant
            known[value] = meant
        return known[value]

    def given(self, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
        """What the filled cells mean, by column: an empty one changes nothing; a text means the same in each row."""
        values, take = self._values, self.take_known
        found = {c: take(c, read) for c, read in readers.items() if c in values}
        return {column: value for column, value in found.items() if value is not None}

    def need(self, *columns: str) -> None:
        """A new record must have these."""
        for column in columns:
            if not self.text(column):
                self.refuse(column, FaultKind.EMPTY)

    def refuse(self, column: str | None, kind: FaultKind, detail: str = "") -> None:
        value = self.text(column)[:80] if column else ""
        self._faults.append(Fault(self.row, column, value, kind, detail))


@dataclass(frozen=True)
class Words:
    """What the pages of a kind say."""

    title: Any
    sheet: Any
    records: Any  # "sản phẩm"
    hint: Any
    # The list that the pages lead back to, where it bears another name than the sheet.
    back: Any = ""


@dataclass(frozen=True)
class Kind:
    """One kind of record that comes in from a sheet: its columns, its names, how a row is read and carried out.

    `known` is what reading depends on, as this user may use it: rows are read without asking the database again, and
    when it is the same under the lock, so is what was read. `carry_out` runs inside `write`.
    """

    name: str
    permission: str
    nav: str
    # The list that the records stand in afterwards.
    endpoint: str
    words: Words
    columns: tuple[Col, ...]
    # By any of these a row finds a record that exists: a file with one of them may leave other columns out.
    keys: tuple[str, ...]
    most_rows: int
    example: Callable[[User], Mapping[str, Any]]
    lists: Callable[[User], Mapping[str, Sequence[str]]]
    known: Callable[[User], Any]
    read: Callable[[Cells, Any], Entry | None]
    carry_out: Callable[[Sequence[Entry], User], None]
    # Rows that may be records already although they share no key: the user says whether they are.
    doubts: Callable[[Sequence[Entry], Any], list[Fault]] | None = None

    @property
    def titles(self) -> dict[str, str]:
        return {column.name: str(column.title) for column in self.columns}
