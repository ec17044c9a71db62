"""The decisions about months: where one ends, and when the books may be closed to its end."""

import re
from datetime import date, timedelta
from enum import StrEnum

_MONTH = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")


def month_of(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def month_end(day: date) -> date:
    """The last day of the day's month."""
    return month_of(month_of(day) + timedelta(days=31)) - timedelta(days=1)


def parse_month(text: str) -> date:
    """The first day of the month in "2026-11"; else ValueError."""
    if not _MONTH.fullmatch(text):
        raise ValueError(text)
    return date(int(text[:4]), int(text[5:]), 1)


class CloseBar(StrEnum):
    """Why the books may not be closed to the end of a month."""

    NOT_OVER = "not_over"
    CLOSED = "closed"
    DRAFTS = "drafts"


def close_bar(month: date, today: date, through: date | None, drafts: int) -> CloseBar | None:
    """Why not; None when the books may be closed to the end of the month.

    `through` is the last day already closed, `drafts` how many are dated up to the month's end: closed in, they
    could never be posted.
    """
    end = month_end(month)
    if end >= today:
        return CloseBar.NOT_OVER
    if through is not None and end <= through:
        return CloseBar.CLOSED
    return CloseBar.DRAFTS if drafts else None
