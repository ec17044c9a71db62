"""Sending a stored file. The view has found it through the record it hangs on, so access is checked."""

from collections.abc import Mapping

from flask import Response, abort, current_app, make_response, request

from ocop_points.core.db import db
from ocop_points.core.printing import PrintingError, render_pdf
from ocop_points.core.tables_out import disposition
from ocop_points.evidence import store
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.pictures import thumbnail
from ocop_points.evidence.rules import PDF

# What was sent by somebody may not run anything, nor reach anything, should a browser show it as a page.
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; sandbox"
# Our own PDF: a browser shows it with an <embed> and styles of its own, which `sandbox` would stop.
_OURS = (
    "default-src 'none'; object-src 'self'; img-src 'self'; style-src 'unsafe-inline'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


def send_file(
    stored: StoredFile, *, name: str, inline: bool = True, ours: bool = False
) -> Response:
    """The content as it is. `ours`: made by us, so a browser's own PDF viewer may show it."""
    try:
        content = store.read(stored.sha256)
    except FileNotFoundError:
        current_app.logger.error("files: the content of row %s is missing", stored.id)
        abort(404)
    return send_bytes(
        content, stored.mimetype, etag=stored.sha256, name=name, inline=inline, sealed=not ours
    )


def send_sent(stored: StoredFile, *, name: str, row_id: int) -> Response:
    """A scan or evidence that somebody sent: a PDF is saved, not opened in our pages; a picture may be looked at.

    `name` is the one it was sent with. Whatever its ending, a PDF that is something else as well is saved as a PDF.
    """
    if stored.mimetype != PDF:
        return send_file(stored, name=f"{row_id}.jpg")
    name = name or str(row_id)
    name = name if name.lower().endswith(".pdf") else f"{name}.pdf"
    return send_file(stored, name=name, inline=False)


def send_thumbnail(stored: StoredFile) -> Response:
    """A small copy of a picture, made now; a PDF has none."""
    if stored.mimetype == PDF:
        abort(404)
    etag = f"{stored.sha256}-small"
    if request.if_none_match.contains(etag):
        return send_bytes(b"", stored.mimetype, etag=etag)
    try:
        content = store.read(stored.sha256)
    except FileNotFoundError:
        abort(404)
    return send_bytes(thumbnail(content), stored.mimetype, etag=etag)


def send_paper(template: str, data: Mapping[str, object], *, name: str) -> Response:
    """A paper set now and stored nowhere, to look at and print. 503 when it cannot be set; the log says why."""
    db.session.rollback()  # it is set without holding a read
    try:
        content = render_pdf(template, data)
    except PrintingError as error:
        current_app.logger.error("paper %s: %s", template, error)
        abort(503)
    return send_bytes(content, PDF, name=name, sealed=False)


def send_bytes(
    content: bytes,
    mimetype: str,
    *,
    etag: str = "",
    name: str = "",
    inline: bool = True,
    sealed: bool = True,
) -> Response:
    """Bytes that a browser may keep, but asks us about each time, so that access is checked each time."""
    answer = make_response(content)
    answer.mimetype = mimetype
    answer.headers["Cache-Control"] = "private, no-cache" if etag else "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = _SEALED if sealed else _OURS
    if name:
        shown = "inline" if inline else "attachment"
        answer.headers["Content-Disposition"] = disposition(shown, name)
    if etag:
        answer.set_etag(etag)
        answer.make_conditional(request)
    return answer
