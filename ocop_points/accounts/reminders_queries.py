"""Who is to get a weekly letter, and what became of the last ones."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ocop_points.accounts.models import User
from ocop_points.accounts.reminders_models import Reminder
from ocop_points.accounts.reminders_rules import ReminderState
from ocop_points.core.db import db
from ocop_points.core.paging import Page, paginate

_WANTED = (User.active, User.reminders, User.email != "")


def users_to_remind(due: date) -> list[int]:
    """Those with an address who want the letter and have not had that of this week, or were refused it."""
    had = select(Reminder.user_id).where(
        Reminder.due_on == due, Reminder.state != ReminderState.FAILED
    )
    rows = select(User.id).where(*_WANTED, User.id.not_in(had))
    return list(db.session.scalars(rows.order_by(User.id)))


def user_to_remind(user_id: int, *, lock: bool = False) -> User | None:
    """The user, read again, as long as they still want the letter and can sign in."""
    rows = select(User).where(User.id == user_id, *_WANTED)
    return db.session.scalar(rows.with_for_update() if lock else rows)


def reminder_of(user_id: int, due: date) -> Reminder | None:
    """One user's letter of one week."""
    rows = select(Reminder).where(Reminder.user_id == user_id, Reminder.due_on == due)
    return db.session.scalar(rows)


def counts_of_week(due: date) -> dict[ReminderState, int]:
    """How many letters of the week came to what."""
    rows = select(Reminder.state, func.count()).where(Reminder.due_on == due)
    return {state: count for state, count in db.session.execute(rows.group_by(Reminder.state))}


def users_without_address() -> int:
    """Users who can sign in and whom no letter can reach."""
    rows = select(func.count()).select_from(User).where(User.active, User.email == "")
    return db.session.scalar(rows) or 0


def troubles_page(number: int) -> Page[Any]:
    """Letters that were refused or broke off, the latest first."""
    rows = (
        select(Reminder)
        .options(joinedload(Reminder.user))
        .where(Reminder.state.in_([ReminderState.FAILED, ReminderState.SENDING]))
        .order_by(Reminder.at.desc(), Reminder.id.desc())
    )
    return paginate(rows, number)
