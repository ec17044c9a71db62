"""Verbs of the weekly letters. They change no record, so they leave no audit row: their own row says what was sent."""

from datetime import date

from sqlalchemy import delete

from ocop_points.accounts import reminders_queries as queries
from ocop_points.accounts.reminders_models import Reminder
from ocop_points.accounts.reminders_rules import KEPT, ReminderState
from ocop_points.core import clock
from ocop_points.core.db import db


def claim(user_id: int, due: date, state: ReminderState, address: str = "") -> bool:
    """Write down, before it leaves, that this user's letter of the week is ours to send; False: it is not.

    Of two that ask at once only one is told yes. `state` is SENDING, or NOTHING where nothing waits.
    """
    user = queries.user_to_remind(user_id, lock=True)
    if user is None or (state is ReminderState.SENDING and user.email != address):
        return False
    found = queries.reminder_of(user_id, due)
    if found is None:
        found = Reminder(user_id=user_id, due_on=due)
        db.session.add(found)
    elif found.state is not ReminderState.FAILED:
        return False
    found.state, found.at, found.address, found.reply = state, clock.now(), address, ""
    db.session.flush()
    return True


def settle(user_id: int, due: date, state: ReminderState, reply: str = "") -> None:
    """Write down what became of a letter that was claimed."""
    found = queries.reminder_of(user_id, due)
    if found is not None:
        found.state, found.at, found.reply = state, clock.now(), reply


def forget_old(today: date) -> None:
    """Leave out what was sent half a year ago and more."""
    db.session.execute(delete(Reminder).where(Reminder.due_on < today - KEPT))
