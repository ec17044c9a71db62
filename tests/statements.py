"""Counting what is sent to the database: lists may not grow with their rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from ocop_points.core.db import db


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements sent inside the block; one sent for many rows counts once."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def statements(act: Callable[..., object], *given: Any) -> int:
    """How many statements an act sends."""
    with counted() as seen:
        act(*given)
    return len(seen)
