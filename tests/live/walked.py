"""A program that knows of the API only its description, and asks everything the description allows and forbids."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from flask import Flask
from waitress.server import create_server

from ocop_points.core.db import write
from ocop_points.exchange.api_service import make_token
from ocop_points.extensions import limiter
from tests import people

_COMMAND = "from schemathesis.cli import schemathesis; schemathesis()"


@contextmanager
def _serving(app: Flask) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    address = f"http://127.0.0.1:{server.effective_port}/api/v1"  # type: ignore[union-attr]

    def run() -> None:
        with suppress(OSError):  # its sockets are closed under it when the walk is over
            server.run()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    limiter.enabled = False
    try:
        yield address
    finally:
        limiter.enabled = True
        server.close()
        with suppress(RuntimeError):
            thread.join(timeout=5)


def walk(app: Flask, *, examples: int, seed: int) -> tuple[int, str]:
    """Exit status and report of schemathesis over HTTP: server errors, and answers unlike the description."""
    admin = people.user("admin")
    _token, key = write(lambda: make_token(people.locality(), "schemathesis", by=admin))
    with _serving(app) as address:
        done = subprocess.run(
            [
                sys.executable,
                "-c",
                _COMMAND,
                "run",
                f"{address}/openapi.json",
                f"--url={address}",
                f"--header=Authorization: Bearer {key}",
                f"--max-examples={examples}",
                f"--seed={seed}",
                "--no-color",
            ],
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
    return done.returncode, done.stdout[-6000:] + done.stderr[-2000:]
