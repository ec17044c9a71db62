"""When the weekly letter is due. Pure."""

from datetime import date, timedelta
from enum import StrEnum

WEEK = timedelta(days=7)
KEPT = timedelta(days=182)
"""How long it is remembered what was sent."""


class ReminderState(StrEnum):
    """What became of one user's letter of one week."""

    NOTHING = "nothing"  # nothing waited: no letter
    SENDING = "sending"  # handed over; where it stays so, nobody knows whether it arrived
    SENT = "sent"
    FAILED = "failed"  # the mail server refused it: tried again at the next run


def due_on(today: date, weekday: int) -> date:
    """The last day of the week (1 Monday … 7 Sunday) that a letter was due on, today included."""
    return today - timedelta(days=(today.isoweekday() - weekday) % 7)
