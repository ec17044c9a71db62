"""Pages of a list: 25 rows, counted in SQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func

from ocop_points.core.db import db

T = TypeVar("T")
PAGE_SIZE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `first` and `last` count rows from 1."""

    items: list[T]
    total: int
    number: int
    size: int = PAGE_SIZE

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def near(self) -> list[int]:
        """The pages a pager names or leaves a gap for, however many there are: the first, the last, two each way."""
        wanted = {1, self.pages, *range(self.number - 2, self.number + 3)}
        return sorted(number for number in wanted if 1 <= number <= self.pages)

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0


def paginate(
    rows: Select[Any], number: int, *, size: int = PAGE_SIZE, counted: Select[Any] | None = None
) -> Page[Any]:
    """The page `number` of rows; a number past the end gives the last page. Two statements.

    `counted`: a cheaper select of as many rows, for counting, where the rows join what takes none away.
    """
    of = rows if counted is None else counted
    total = db.session.scalar(
        of.with_only_columns(func.count(), maintain_column_froms=True).order_by(None)
    )
    total = total or 0
    number = min(max(number, 1), max(1, -(-total // size)))
    found = db.session.execute(rows.limit(size).offset((number - 1) * size)).all()
    items = [row[0] if len(row) == 1 else row for row in found]
    return Page(items, total, number, size)


def page_of(rows: Sequence[T], number: int, *, size: int = PAGE_SIZE) -> Page[T]:
    """The page `number` of rows that are few enough to be at hand; a number past the end gives the last page."""
    number = min(max(number, 1), max(1, -(-len(rows) // size)))
    return Page(list(rows[(number - 1) * size : number * size]), len(rows), number, size)
