"""What goes over the wire: static files kept for a year and packed once, pages packed as they leave.

Own lines, not Flask-Compress: that needs two compiled libraries beside it and packs static files anew for
every visitor (docs/decisions).
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.security import safe_join

YEAR = 365 * 24 * 3600
LEAST = 1024  # below this a packed page saves less than a packet
_PAGES = {"text/html", "text/csv", "application/json", "application/geo+json"}
_PACKED = {".css", ".js", ".svg", ".txt"}


@cache
def _fingerprint(path: Path) -> str:
    """Read once a process: a new version of the program comes with a restart."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10] if path.is_file() else "0"


@cache
def _packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 9, mtime=0)


def _folder() -> Path:
    return Path(current_app.static_folder or "")


def fingerprint(name: str) -> str:
    """What stands behind `?v=` in the address of a static file."""
    return _fingerprint(_folder() / name)


def static_file(filename: str) -> ResponseReturnValue:
    """A static file, packed for those who can unpack: each is packed once a process."""
    found = safe_join(str(_folder()), filename)
    path = Path(found) if found else None
    if path is None or path.suffix not in _PACKED or not path.is_file():
        return current_app.send_static_file(filename)
    if not _unpacks():
        plain = current_app.send_static_file(filename)
        plain.vary.add("Accept-Encoding")
        return plain
    answer = Response(_packed(path), mimetype=mimetypes.guess_type(path.name)[0])
    answer.headers["Content-Encoding"] = "gzip"
    answer.set_etag(f"{_fingerprint(path)}-gz")
    answer.vary.add("Accept-Encoding")
    return answer.make_conditional(request)


def _unpacks() -> bool:
    return request.accept_encodings["gzip"] > 0


def pack(answer: Response) -> Response:
    """After each request: a page of some length leaves packed. Sent as it is what is streamed or a file."""
    if answer.mimetype not in _PAGES or answer.is_streamed or answer.direct_passthrough:
        return answer
    answer.vary.add("Accept-Encoding")
    if not _unpacks() or "Content-Encoding" in answer.headers:
        return answer
    body = answer.get_data()
    if len(body) >= LEAST:
        answer.set_data(gzip.compress(body, 6, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


def _addresses(app: Flask) -> Callable[[str], str]:
    folder, place, known = Path(app.static_folder or ""), app.static_url_path, dict[str, str]()

    def asset(name: str) -> str:
        """The address of a static file, with a fingerprint so that browsers may keep it for a year."""
        if name not in known:
            known[name] = f"{place}/{name}?v={_fingerprint(folder / name)}"
        return request.script_root + known[name]

    return asset


def install(app: Flask) -> None:
    """Hang the above on the application."""
    app.view_functions["static"] = static_file
    app.after_request(pack)
    app.jinja_env.globals["asset"] = _addresses(app)
