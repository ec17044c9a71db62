"""`wsgi.py`, whose process ends on demand: before what a POST wrote is committed, or before it is answered.

The demand is a file named by DIES_AT: "before", or "after 4" to die once four forms are written and none is answered.
It is gone when it has been carried out.
"""

import os
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flask import request
from sqlalchemy import event

from ocop_points.core.db import db
from tests.live.served import Server

PROGRAM = ("-m", "tests.live.dying")
_DEMAND = Path(os.environ.get("DIES_AT", ""))
_written: list[str] = []


def _demand() -> str:
    return _DEMAND.read_text() if _DEMAND.is_file() else ""


def _die() -> None:
    _DEMAND.unlink()
    os._exit(9)  # as SIGKILL: nothing is finished, no handler runs


def _dying(inner: Any) -> Any:
    def answered(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        answer: Iterable[bytes] = inner(environ, start)
        moment, _space, count = _demand().partition(" ")
        if environ["REQUEST_METHOD"] == "POST" and moment == "after":
            _written.append(environ["PATH_INFO"])
            if len(_written) == int(count):
                _die()
            threading.Event().wait(60)  # until one of the others ends the process
        return answer

    return answered


def _committing(*_args: object) -> None:
    if request and request.method == "POST" and _demand() == "before":
        _die()


def doom(server: Server, demand: str) -> None:
    """Let a server that runs PROGRAM die: `before`, or `after` and how many."""
    Path(server.environment["DIES_AT"]).write_text(demand)


def main() -> None:
    """Serve as wsgi.py does."""
    import wsgi  # here: it opens the installation of whoever imports it

    wsgi.app.wsgi_app = _dying(wsgi.app.wsgi_app)  # type: ignore[method-assign]
    event.listen(db.session, "before_commit", _committing)
    wsgi.main()


if __name__ == "__main__":
    main()
