"""Verbs of users: sign in and out, passwords, being made, changed and switched off.

Passwords come in hashed: hashing is slow and happens before the write lock is taken.
"""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete

from ocop_points.accounts import queries
from ocop_points.accounts.models import SignInFailure, User
from ocop_points.accounts.rules import FAILURE_WINDOW, WeakPassword
from ocop_points.audit.rules import Action, Change
from ocop_points.audit.service import Actor, assign, created, record
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.core.text import fold, person_sort_key


def note_failed_sign_in(username: str, address: str) -> None:
    """Count a failed sign-in, and forget those that no longer count."""
    now = clock.now()
    db.session.execute(delete(SignInFailure).where(SignInFailure.at < now - FAILURE_WINDOW))
    db.session.add(SignInFailure(username=username[:40], address=address[:64], at=now))


def sign_in(user: User, address: str) -> None:
    """Note a successful sign-in and clear this account's failures from this address."""
    db.session.execute(
        delete(SignInFailure).where(
            SignInFailure.username == user.username, SignInFailure.address == address[:64]
        )
    )
    user.last_sign_in_at = clock.now()
    record(Action.SIGNED_IN, user.subject(), by=user)


def sign_out_everywhere(user: User, *, by: Actor) -> None:
    """End every session of the user, and whatever else was given out in their name before."""
    user.session_epoch += 1
    user.revoked_at = clock.now()
    record(Action.SIGNED_OUT_EVERYWHERE, user.subject(), by=by)


def add_user(
    *,
    username: str,
    full_name: str,
    role: Role,
    password_hash: str,
    by: Actor | None,
    position: str = "",
    unit_name: str = "",
    phone: str = "",
    email: str = "",
    must_change_password: bool = True,
    reach: Mapping[str, Any] | None = None,
) -> User:
    """Make a user. `reach` is only written to the audit row: localities and points are given by their packages.

    Raises Refused when the name is taken.
    """
    if queries.username_taken(username):
        raise Refused(_("Tên đăng nhập này đã có người dùng"), "username")
    user = User(
        username=username,
        full_name=full_name,
        position=position,
        unit_name=unit_name,
        phone=phone,
        email=email,
        reminders=True,
        role=role,
        password_hash=password_hash,
        must_change_password=must_change_password,
        active=True,
        session_epoch=1,
        created_at=clock.now(),
        version=1,
    )
    _index(user)
    db.session.add(user)
    db.session.flush()
    facts = {"username": username, "full_name": full_name, "position": position, "phone": phone}
    changes = created({**facts, "email": email, "role": role, **(reach or {})})
    record(Action.USER_CREATED, user.subject(), by=by, changes=changes)
    return user


def edit_user(
    user: User, *, by: Actor, values: Mapping[str, Any], reach: Mapping[str, Change] | None = None
) -> None:
    """Change name, position, phone or role. A change of role or reach ends the user's sessions (RULES.md §7)."""
    changes = assign(user, values)
    if user.role is not Role.MINISTRY_ADMIN and "role" in changes:
        _keep_an_administrator(changes["role"][0])
    if "role" in changes or reach:
        user.session_epoch += 1
    _write_down(user, {**changes, **(reach or {})}, by=by)


def carry_over(
    user: User, *, by: Actor, values: Mapping[str, Any], reach: Mapping[str, Change]
) -> None:
    """As `edit_user` where nothing is taken away: whoever is at work goes on, with more from the next page on."""
    _write_down(user, {**assign(user, values), **reach}, by=by)


def _write_down(user: User, changes: Mapping[str, Change], *, by: Actor) -> None:
    if changes:
        _index(user)
        user.version += 1
        record(Action.USER_EDITED, user.subject(), by=by, changes=changes)


def change_password(user: User, password_hash: str) -> None:
    """The user's own new password: every other session ends."""
    user.password_hash = password_hash
    user.must_change_password = False
    user.session_epoch += 1
    record(Action.PASSWORD_CHANGED, user.subject(), by=user)


def reset_password(user: User, password_hash: str, *, by: Actor | None) -> None:
    """A first password again: shown once, to be changed at the next sign-in."""
    user.password_hash = password_hash
    user.must_change_password = True
    user.session_epoch += 1
    record(Action.PASSWORD_RESET, user.subject(), by=by)


def deactivate(user: User, *, by: Actor | None) -> None:
    """Switch a user off. Raises Refused for the last active administrator."""
    if not user.active:
        raise Refused(_("Tài khoản này đã ngừng dùng từ trước"))
    if user.role is Role.MINISTRY_ADMIN:
        _keep_an_administrator(user.role)
    user.session_epoch += 1
    user.revoked_at = clock.now()
    user.version += 1
    record(Action.USER_DEACTIVATED, user.subject(), by=by, changes=assign(user, {"active": False}))


def reactivate(user: User, *, by: Actor | None) -> None:
    """Let a user sign in again."""
    if user.active:
        raise Refused(_("Tài khoản này đang dùng được"))
    user.version += 1
    record(Action.USER_REACTIVATED, user.subject(), by=by, changes=assign(user, {"active": True}))


def weak_password_sentence(weakness: WeakPassword) -> str:
    """What to tell somebody whose password is refused."""
    sentences = {
        WeakPassword.TOO_SHORT: _("Nhập ít nhất 12 ký tự, ví dụ một câu ngắn dễ nhớ"),
        WeakPassword.TOO_LONG: _("Nhập tối đa 200 ký tự"),
        WeakPassword.COMMON: _("Mật khẩu này quá dễ đoán, chọn mật khẩu khác"),
        WeakPassword.HAS_USERNAME: _("Mật khẩu không được chứa tên đăng nhập"),
        WeakPassword.OF_THE_PROGRAMME: _("Mật khẩu không được chứa chữ OCOP hay công thương"),
    }
    return sentences[weakness]


def _keep_an_administrator(role: Role | str) -> None:
    if role == Role.MINISTRY_ADMIN and queries.active_administrators() <= 1:
        raise Refused(_("Đây là quản trị viên cuối cùng của Bộ, không ngừng dùng được"))


def _index(user: User) -> None:
    user.search_text = fold(f"{user.full_name} {user.username} {user.unit_name}")
    user.sort_key = person_sort_key(user.full_name)
