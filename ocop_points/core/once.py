"""One-time form keys: a form that is sent twice gives the first result, not a second record (RULES.md §7)."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from io import BytesIO
from typing import cast

from flask import abort, current_app, request
from flask_babel import gettext as _
from itsdangerous import BadSignature, Signer
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core import clock
from ocop_points.core.db import Model, db
from ocop_points.core.errors import Refused
from ocop_points.core.types import UTCDateTime

KEEP = timedelta(days=90)
KEY_FIELD = "form_key"
# Left out of the hash: tokens, which may differ between two sendings, and passwords, which a quick hash
# would give away.
SECRETS = frozenset({"password", "current", "new", "repeat"})
# A change that was made without network has the key its page gave it: whose it is, and a random number.
_DEVICE = "c-"
_DEVICE_KEY = re.compile(r"c-([0-9]{1,10})-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOT_CONTENT = SECRETS | {"csrf_token", KEY_FIELD, "version", "seen"}


class FormKey(Model):
    """A form that was carried out: written inside the verb's transaction, so a refused one stays usable."""

    __tablename__ = "form_key"
    __table_args__ = (UniqueConstraint("user_id", "route", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    route: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(64))
    body_hash: Mapped[str] = mapped_column(String(64))
    location: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class Resent(Exception):
    """This key was used for another content; `location` shows what became of that one."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def _signer() -> Signer:
    return Signer(current_app.secret_key or "", salt="form-key")


def new_key(user_id: int) -> str:
    """A fresh key that also says for whom the form was made."""
    return _signer().sign(f"{user_id}.{secrets.token_urlsafe(12)}").decode()


def owner_of(key: str, *, device: bool = False) -> int | None:
    """For whom a form was made; None when the key is not ours. `device`: one that a page made counts too."""
    if device and (made := _DEVICE_KEY.fullmatch(key)):
        return int(made[1])
    try:
        return int(_signer().unsign(key).decode().split(".")[0])
    except (BadSignature, ValueError):
        return None


def device_key(user_id: int) -> str:
    """The key under which a page kept a change until it could be sent; "" without one.

    409 when the change is another user's: it stays on the device until that one is signed in again.
    """
    key = request.form.get(KEY_FIELD, "")
    owner = owner_of(key, device=True)
    if key.startswith(_DEVICE) and owner != user_id:
        abort(409)
    return key if key.startswith(_DEVICE) else ""


def body_hash() -> str:
    """SHA-256 of what the user sent: fields in order, then the files' bytes."""
    digest = hashlib.sha256()
    for name, value in request.form.items(multi=True):
        if name not in _NOT_CONTENT:
            digest.update(f"{len(name)}:{name}={len(value)}:{value};".encode(errors="replace"))
    for name, sent in request.files.items(multi=True):
        digest.update(f"{name}:{sent.filename};".encode(errors="replace"))
        digest.update(hashlib.file_digest(cast(BytesIO, sent.stream), "sha256").digest())
        sent.stream.seek(0)
    return digest.hexdigest()


def first_result(user_id: int, key: str, body: str) -> str | None:
    """Where the first sending of this form led, or None. Raises Resent for another content.

    On PostgreSQL a second sending waits here for the first: its verb would otherwise see what the first one
    just made, and warn of a duplicate.
    """
    if db.engine.dialect.name == "postgresql":
        lock = int(_short(key)[:15], 16)
        db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": lock})
    found = db.session.scalar(
        select(FormKey).where(
            FormKey.user_id == user_id,
            FormKey.route == request.path,
            FormKey.key == _short(key),
        )
    )
    if found is None:
        return None
    if found.body_hash != body:
        raise Resent(found.location)
    return found.location


def first_time(user_id: int, key: str, location: str) -> bool:
    """Inside a verb's transaction: is this change not carried out yet? Then it counts as such from now on.

    A change without a key always is. Raises Refused when the key was used for another content.
    """
    if not key:
        return True
    body = body_hash()
    try:
        if first_result(user_id, key, body) is not None:
            return False
    except Resent as resent:
        raise Refused(_("Mã của thay đổi này đã dùng cho nội dung khác.")) from resent
    remember(user_id, key, body, location)
    return True


def remember(user_id: int, key: str, body: str, location: str) -> None:
    """Note inside the verb's transaction that this form was carried out; forget the oldest."""
    now = clock.now()
    db.session.add(
        FormKey(
            user_id=user_id,
            route=request.path,
            key=_short(key),
            body_hash=body,
            location=location,
            created_at=now,
        )
    )
    db.session.execute(delete(FormKey).where(FormKey.created_at < now - KEEP))


def _short(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()
