"""What a list reads from its address: filters, order, page; and the addresses that keep them."""

from collections.abc import Mapping, Set
from enum import Enum
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import request

from ocop_points.core.formats import parse_id
from ocop_points.core.tables_out import FILES
from ocop_points.core.text import clean

E = TypeVar("E", bound=Enum)
LONGEST = 80


class Listing:
    """The address of a list, read forgivingly: what makes no sense is left out, never an error."""

    def __init__(self, args: Mapping[str, str]) -> None:
        self._args = args

    def text(self, name: str) -> str:
        return clean(self._args.get(name, ""))[:LONGEST]

    def number(self, name: str) -> int | None:
        try:
            return parse_id(self._args.get(name, ""))
        except ValueError:
            return None

    def member(self, name: str, kind: type[E]) -> E | None:
        try:
            return kind(self._args.get(name, ""))
        except ValueError:
            return None

    def sorted_by(self, known: Set[str]) -> str:
        """The order asked for, when it is one of the known; "-key" turns it round."""
        wanted = self._args.get("sort", "")
        return wanted if wanted in known else ""

    @property
    def page(self) -> int:
        return max(1, min(self.number("page") or 1, 1_000_000))

    @property
    def file(self) -> str:
        """The kind of file that the list is asked for as, "xlsx" or "csv"; "" for the page."""
        wanted = self._args.get("format", "")
        return wanted if wanted in FILES else ""

    def url(self, **changed: Any) -> str:
        """This list's address with some of its arguments changed; empty ones are dropped."""
        merged = {**{k: v for k, v in self._args.items() if k != "format"}, **changed}
        kept = {name: str(value) for name, value in merged.items() if value not in ("", None)}
        return f"{request.path}?{urlencode(kept)}" if kept else request.path

    def page_url(self, number: int) -> str:
        return self.url(page=None if number == 1 else number)

    def file_url(self, kind: str) -> str:
        return self.url(page=None, format=kind)

    @property
    def sort(self) -> "Sorter":
        return Sorter(self, self._args.get("sort", ""))

    @property
    def filtered(self) -> bool:
        return any(
            value for name, value in self._args.items() if name not in {"page", "sort", "format"}
        )


class Sorter:
    """The column heads of a list: where each leads, and which one is in force."""

    def __init__(self, listing: Listing, now: str) -> None:
        self._listing, self._now = listing, now

    def url(self, key: str) -> str:
        """Sort by this column; a second press turns the order round."""
        return self._listing.url(sort=f"-{key}" if self._now == key else key, page=None)

    def state(self, key: str) -> str | None:
        return {key: "ascending", f"-{key}": "descending"}.get(self._now)
