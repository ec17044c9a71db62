"""The WSGI application. `python wsgi.py` serves it with waitress; `--demo` serves the demonstration."""

import logging
import os
import sys
import time
from pathlib import Path

from waitress import serve

from ocop_points import create_app
from ocop_points.backup import serving
from ocop_points.config import SettingError
from ocop_points.exchange import jobs_worker
from ocop_points.serving import THREADS, prepare

# Above every view's own limit.
BODY_LIMIT = 256 * 1024 * 1024
# Up to this a request is received in memory. Beyond, waitress lays it down as a temporary file, and where the disk is
# full it cuts the connection: whoever sends a photo should read why instead.
BODY_IN_MEMORY = 8 * 1024 * 1024

# One shape for every line of the log, ours and the server's, its moment in UTC.
logging.Formatter.converter = time.gmtime
logging.basicConfig(
    format="%(asctime)sZ %(levelname)s %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%S"
)

# The commands of the demonstration see its database too: OCOP_DEMO=1 flask --app wsgi …
app = create_app(demo="--demo" in sys.argv[1:] or os.environ.get("OCOP_DEMO") == "1")


def main() -> None:
    """Prepare, say where, serve until stopped."""
    try:
        lines = prepare(app)
    except SettingError as error:
        sys.exit(str(error))
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    print("\n".join(lines), flush=True)
    host, port = app.config["HOST"], app.config["PORT"]
    with serving(Path(app.instance_path)):
        jobs_worker.start(app)
        serve(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident="",
            max_request_body_size=BODY_LIMIT,
            inbuf_overflow=BODY_IN_MEMORY,
            # By itself waitress drops X-Forwarded-*; behind a proxy ProxyFix counts whose they are.
            clear_untrusted_proxy_headers=not app.config["TRUSTED_PROXIES"],
        )


if __name__ == "__main__":
    main()
