"""The API: a locality's records for another program, read-only, by a key."""

import hashlib
import re
from typing import Any

from flask import Blueprint, Response, abort, current_app, json, make_response, request, url_for
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import BadRequest, Unauthorized

from ocop_points.audit.queries import last_row_id
from ocop_points.core import clock
from ocop_points.core.access import public
from ocop_points.core.db import write
from ocop_points.core.formats import MOST_ID
from ocop_points.exchange import api_queries as queries
from ocop_points.exchange import api_service as service
from ocop_points.exchange.api_documents import BY_NAME, MOST, USUAL, openapi
from ocop_points.exchange.api_queries import READABLE, Key
from ocop_points.exchange.records import as_json
from ocop_points.extensions import limiter

bp = Blueprint("api", __name__, url_prefix="/api/v1")

READS = "120 per minute"
_LIMIT = re.compile(r"[1-9][0-9]{0,2}")


@bp.get("/openapi.json")
@public
@limiter.limit(READS)
def description() -> Response:
    known = (current_app.config.get("PUBLIC_URL") or "").rstrip("/")
    here = url_for(".description", _external=True).removesuffix("/api/v1/openapi.json")
    return _json(openapi(known or here))


@bp.get("/<any(points, producers, products, certificates, visits, stock):resource>")
@public
@limiter.limit(READS)
def records(resource: str) -> Response:
    """One page of the records of the key's locality, in the order of their keys."""
    token = _token()
    after, limit = _after(resource), _limit()
    stamp = _stamp(token.id)
    if request.if_none_match.contains_weak(stamp):
        return _kept(Response(status=304), stamp)
    rows = queries.records(resource, token.locality_id, after, limit + 1)
    data = [as_json(BY_NAME[resource].fields, row) for row in rows[:limit]]
    following = None
    if len(rows) > limit:
        names = [column.key for column in READABLE[resource][1]]
        cursor = "-".join(str(getattr(rows[limit - 1], name)) for name in names)
        following = url_for(".records", resource=resource, after=cursor, limit=limit)
    return _kept(_json({"data": data, "next": following}), stamp)


def _token() -> Any:
    """The key of the request. Raises Unauthorized without one in force; notes the first use of a day."""
    given = request.authorization
    text = given.token if given and given.type == "bearer" else None
    token = queries.token_in_force(service.token_hash(text)) if text else None
    if token is None:
        raise Unauthorized(www_authenticate=WWWAuthenticate("bearer"))
    if token.last_used_on != clock.today():
        write(lambda: service.note_use(token.id))
    return token


def _after(resource: str) -> Key | None:
    text = request.args.get("after")
    if text is None:
        return None
    if not re.fullmatch(BY_NAME[resource].cursor, text):
        raise BadRequest
    return tuple(min(int(part), MOST_ID) for part in text.split("-"))  # behind the last is nothing


def _limit() -> int:
    text = request.args.get("limit")
    if text is None:
        return USUAL
    if not _LIMIT.fullmatch(text) or int(text) > MOST:
        abort(400)
    return int(text)


def _stamp(token_id: int) -> str:
    """Each change leaves an audit row: its number, the day, the key and the address name the content."""
    named = f"{last_row_id()} {clock.today()} {token_id} {request.full_path}"
    return hashlib.sha256(named.encode()).hexdigest()[:20]


def _json(content: Any) -> Response:
    return make_response(
        json.dumps(content, ensure_ascii=False, sort_keys=False),
        200,
        {"Content-Type": "application/json"},
    )


def _kept(answer: Response, stamp: str) -> Response:
    """To be kept by the program that asked, and asked for again each time."""
    answer.set_etag(stamp, weak=True)
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.vary.add("Authorization")
    return answer
