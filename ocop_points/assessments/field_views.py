"""What the checklist's page needs to go on working without network (docs/decisions)."""

from pathlib import Path

from flask import Blueprint, Response, current_app, g
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import generate_csrf

from ocop_points.core.access import public, requires
from ocop_points.core.wire import fingerprint

bp = Blueprint("field", __name__)


@bp.get("/field-sw.js")
@public
def worker() -> ResponseReturnValue:
    """The service worker. At the root, because it may look after the addresses below its own only."""
    script = Path(current_app.static_folder or "") / "field-sw.js"
    answer = Response(script.read_bytes(), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@bp.get("/field/session")
@requires("account.own")
def session() -> ResponseReturnValue:
    """Who is signed in and the token of their session, for a page that was kept from an earlier one."""
    return {"user": current_user.id, "token": generate_csrf()}


def cache_name() -> str:
    """Under which name this user's device keeps the checklists, with the files of this release."""
    return f"field-{current_user.id}-{fingerprint('field.js')}"


def keepable(page: Response) -> Response:
    """Let the user's own device keep this page, and show pictures that have not been sent."""
    g.pictures_from_device = True
    page.headers["X-Field-Cache"] = cache_name()
    return page
