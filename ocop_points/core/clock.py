"""The only source of the present moment. Stored times are UTC, days are Việt Nam's."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

# A module variable, not a ContextVar: the threads of a server inside the tests must see it too.
_frozen_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen_at if _frozen_at is not None else datetime.now(UTC)


def today() -> date:
    """The day it is now in Việt Nam."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """The moment by the clocks of Việt Nam; ValueError for a time without zone."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(VIETNAM)


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """For tests: stop the clock at an aware moment, in all threads, for the block; nestable."""
    global _frozen_at
    if at.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    before, _frozen_at = _frozen_at, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen_at = before
