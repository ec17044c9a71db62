"""What every import is made of: its columns, a row being read, what a row would do, and the description of a kind."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from ocop_points.accounts.models import User
from ocop_points.exchange.rules_cells import Bad, cell_text
from ocop_points.exchange.rules_shapes import Fault, FaultKind

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

    def count(self, outcome: Outcome) -> int:
        return sum(entry.outcome is outcome for entry in self.entries)


class Cells:
    """One row while it is read: what cannot be read is noted with column and value, and the rest is read on."""

    def __init__(self, row: int, values: Mapping[str, Any], faults: list[Fault]) -> None:
        self.row, self._values, self._faults = row, values, faults
        self._before = len(faults)

    @property
    def sound(self) -> bool:
        return len(self._faults) == self._before

    def text(self, column: str) -> str:
        return cell_text(self._values.get(column, ""))

    def take(self, column: str, read: Callable[[Any], Any] = cell_text, empty: Any = None) -> Any:
        """What the cell means; `empty` where nothing stands in it or it cannot be read."""
        value = self._values.get(column, "")
        if value == "" or not (text := cell_text(value)):
            return empty
        try:
            return read(value)
        except Bad as bad:
            self._faults.append(Fault(self.row, column, text[:80], bad.kind, bad.detail))
        except ValueError as error:  # the parsers of core.formats say it in a sentence
            self._faults.append(
                Fault(self.row, column, text[:80], FaultKind.UNREADABLE, str(error))
            )
        return empty

    def given(self, readers: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
        """What the filled cells mean, by column: an empty one changes nothing."""
        found = {column: self.take(column, read) for column, read in readers.items()}
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
    done: Any = ""


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
    most_rows: int
    example: Callable[[User], Mapping[str, Any]]
    lists: Callable[[User], Mapping[str, Sequence[str]]]
    known: Callable[[User], Any]
    read: Callable[[Cells, Any], Entry | None]
    carry_out: Callable[[Sequence[Entry], User], None]

    @property
    def titles(self) -> dict[str, str]:
        return {column.name: str(column.title) for column in self.columns}
