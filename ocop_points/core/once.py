"""One-time form keys: a form that is sent twice gives the first result, not a second record (RULES.md §7)."""

import hashlib
import secrets
from datetime import datetime, timedelta
from io import BytesIO
from typing import cast

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from ocop_points.core import clock
from ocop_points.core.db import Model, db
from ocop_points.core.types import UTCDateTime

KEEP = timedelta(days=90)
KEY_FIELD = "form_key"
# Left out of the hash: tokens, which may differ between two sendings, and passwords, which a quick hash
# would give away.
SECRETS = frozenset({"password", "current", "new", "repeat"})
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


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="form-key")


def new_key(user_id: int) -> str:
    """A fresh key that also says for whom the form was made."""
    return str(_signer().dumps([user_id, secrets.token_urlsafe(12)]))


def owner_of(key: str) -> int | None:
    """For whom a form was made; None when the key is not ours."""
    try:
        return int(_signer().loads(key)[0])
    except (BadSignature, ValueError, TypeError, IndexError):
        return None


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
