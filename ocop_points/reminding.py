"""Sending the weekly letters: run once a day, each user gets one a week (docs/decisions/0047).

A letter is claimed by a committed row before it leaves. Whatever happens after that, it is not sent a second time
that week: a run that is killed in between leaves one letter that may not have arrived; the administrator sees which.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from functools import partial

from flask import Flask

from ocop_points.accounts import reminders_queries as queries
from ocop_points.accounts import reminders_service as service
from ocop_points.accounts.models import User
from ocop_points.accounts.reminders_rules import ReminderState, due_on
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.core.mail import (
    Letter,
    MailLine,
    MailSettings,
    NotTaken,
    Unknown,
    message,
)
from ocop_points.desk.reminders_documents import letter_to


@dataclass(frozen=True)
class Told:
    """What became of one user's letter, and why."""

    username: str
    state: ReminderState
    reply: str = ""


def send_due(app: Flask, settings: MailSettings, tell: Callable[[Told], None]) -> None:
    """Send each letter that is due and tell of each. Raises MailError as soon as the server cannot be used at all."""
    today = clock.today()
    due = due_on(today, app.config["REMINDER_WEEKDAY"])
    write(partial(service.forget_old, today))
    waiting = queries.users_to_remind(due)
    db.session.rollback()
    with MailLine(settings) as line:
        for user_id in waiting:
            with app.test_request_context(base_url=settings.public_url):
                written = _write_to(user_id, settings)
            if written is not None and (state := _send(written, due, line)):
                tell(Told(written.username, *state))


def send_now(app: Flask, settings: MailSettings, user: User) -> bool:
    """Send this user's letter of today without counting it; False where nothing waits. Raises as MailLine does."""
    with app.test_request_context(base_url=settings.public_url):
        letter, address = letter_to(user, settings.public_url), user.email
    db.session.rollback()
    if letter is None:
        return False
    with MailLine(settings) as line:
        line.ready()
        line.send(message(letter, settings, to=address))
    return True


@dataclass(frozen=True)
class _Written:
    """A letter ready to go, `None` where nothing waits."""

    user_id: int
    username: str
    address: str
    letter: Letter | None


def _write_to(user_id: int, settings: MailSettings) -> _Written | None:
    """Read what waits; None for somebody who meanwhile wants no letter."""
    user = queries.user_to_remind(user_id)
    if user is None:
        return None
    written = _Written(user.id, user.username, user.email, letter_to(user, settings.public_url))
    db.session.rollback()  # no view of the database is held open while the mail server takes its time
    return written


def _send(written: _Written, due: date, line: MailLine) -> tuple[ReminderState, str] | None:
    """What became of it; None where another run has it already."""
    user_id, address = written.user_id, written.address
    if written.letter is None:
        claim = partial(service.claim, user_id, due, ReminderState.NOTHING)
        return (ReminderState.NOTHING, "") if write(claim) else None
    ready = message(written.letter, line.settings, to=address)
    line.ready()  # before the claim: where nothing can be sent, nothing is used up
    if not write(partial(service.claim, user_id, due, ReminderState.SENDING, address)):
        return None
    became = _hand_over(line, ready)
    write(partial(service.settle, user_id, due, *became))
    return became


def _hand_over(line: MailLine, ready: EmailMessage) -> tuple[ReminderState, str]:
    try:
        line.send(ready)
    except NotTaken as error:
        return ReminderState.FAILED, str(error)
    except Unknown as error:
        return ReminderState.SENDING, str(error)
    return ReminderState.SENT, ""
