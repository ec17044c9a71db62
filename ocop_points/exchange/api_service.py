"""Verbs of the keys to the API: made, told once, revoked; and the day of their use."""

import hashlib
import secrets

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.audit.rules import Action
from ocop_points.audit.service import created, record
from ocop_points.core import clock
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.exchange.api_models import ApiToken
from ocop_points.localities.models import Locality

PREFIX = "ocop_"  # so that a key left in a file is recognised as one
TOKEN_BYTES = 20


def token_hash(token: str) -> str:
    """What is kept of a key: 160 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(locality: Locality, name: str, *, by: User) -> tuple[ApiToken, str]:
    """A new key to a locality's records, and its text, which is told this once."""
    text = PREFIX + secrets.token_hex(TOKEN_BYTES)
    token = ApiToken(
        locality_id=locality.id,
        name=name,
        token_hash=token_hash(text),
        made_by_id=by.id,
        made_at=clock.now(),
    )
    db.session.add(token)
    db.session.flush()
    record(Action.TOKEN_MADE, token.subject(), by=by, changes=created({"name": name}))
    return token, text


def revoke_token(token: ApiToken, *, by: User) -> None:
    """Let the key open nothing any more. Raises Refused for one that was revoked already."""
    if token.revoked_at is not None:
        raise Refused(_("Khóa này đã được thu hồi."))
    token.revoked_at, token.revoked_by_id = clock.now(), by.id
    db.session.flush()
    record(Action.TOKEN_REVOKED, token.subject(), by=by)


def note_use(token_id: int) -> None:
    """Keep the day on which the key was last used."""
    db.session.get_one(ApiToken, token_id).last_used_on = clock.today()
