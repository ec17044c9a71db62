"""Finding users and counting failed sign-ins."""

from datetime import datetime

from flask import abort
from flask_login import current_user
from sqlalchemy import func, inspect, select

from ocop_points.accounts.models import SignInFailure, User
from ocop_points.accounts.rules import (
    FAILURE_WINDOW,
    MOST_FAILURES,
    MOST_FAILURES_OF_ADDRESS,
)
from ocop_points.core.access import Role
from ocop_points.core.db import db


def user_by_id(user_id: int, *, lock: bool = False) -> User | None:
    """The user, or None; `lock` when it will be changed."""
    return db.session.get(User, user_id, with_for_update=lock or None)


def me() -> User:
    """The signed-in user, read again and locked: a verb runs in a transaction of its own."""
    # Not `current_user.id`: the verb expired the row, which would be read here and at once a second time.
    (user_id,) = inspect(current_user._get_current_object()).identity
    return user_by_id(user_id, lock=True) or abort(401)


def user_by_username(username: str) -> User | None:
    """The user with this name in any case, or None."""
    return db.session.scalar(select(User).where(User.username == username.strip().lower()))


def username_taken(username: str, *, but: int | None = None) -> bool:
    """Does another user have this name?"""
    found = db.session.scalar(select(User.id).where(User.username == username))
    return found is not None and found != but


def active_administrators() -> int:
    """How many ministry administrators can sign in."""
    rows = select(func.count()).where(User.role == Role.MINISTRY_ADMIN, User.active)
    return db.session.scalar(rows) or 0


def has_users() -> bool:
    """Is there any user at all?"""
    return db.session.scalar(select(User.id).limit(1)) is not None


def throttled(username: str, address: str, now: datetime) -> bool:
    """Too many failures lately: 10 of this account from this address, or 100 from the address (RULES.md §7).

    An account is never locked for everyone: the count is always of one address.
    """
    recent = select(func.count()).where(
        SignInFailure.address == address, SignInFailure.at > now - FAILURE_WINDOW
    )
    of_account = db.session.scalar(recent.where(SignInFailure.username == username)) or 0
    return (
        of_account >= MOST_FAILURES or (db.session.scalar(recent) or 0) >= MOST_FAILURES_OF_ADDRESS
    )
