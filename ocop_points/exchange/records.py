"""A record as other programs get it: one table of fields both writes and describes it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from ocop_points.core.tables_out import Column


@dataclass(frozen=True)
class Field:
    """One fact: its name in JSON and CSV, what it means, its JSON type, and how it is read from a row."""

    name: str
    title: Any
    kind: str = "string"  # string, date, integer, number, boolean
    # Without a value it is null, "" never.
    optional: bool = False
    read: Callable[[Any], Any] | None = None
    # What it may be, where that is a short list.
    among: Sequence[str] = ()

    def of(self, row: Any) -> Any:
        value = getattr(row, self.name) if self.read is None else self.read(row)
        return None if value == "" else value


Fields = Sequence[Field]


def as_json(fields: Fields, row: Any) -> dict[str, Any]:
    """The row as JSON takes it: days in ISO 8601."""
    return {field.name: plain(field.of(row)) for field in fields}


def plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return int(value) if value == int(value) else float(value)
    return value.isoformat() if isinstance(value, date) else value


def columns(fields: Fields) -> list[Column]:
    return [Column(field.name) for field in fields]


def cells(fields: Fields, rows: Iterable[Any]) -> Iterable[list[Any]]:
    return ([field.of(row) for field in fields] for row in rows)


def words(labels: Mapping[Any, Any], value: Any) -> str | None:
    """The word on screen for an enum's member."""
    return None if value is None else str(labels[value])
