"""nginx with the configuration of `docs/nginx`, as shipped but for ports and paths, and people who come through it."""

import os
import shlex
import shutil
import ssl
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any

import pytest

from tests.live.served import LOST, PROGRAM, ROOT, Answer, Client, Server, free_port

SHIPPED = ROOT / "docs" / "nginx"
HOST = "ocop.example"

_MAIN = """
daemon off; worker_processes 1; pid {here}/pid; error_log {here}/error.log; {user}
events {{ worker_connections 256; }}
http {{
    include /etc/nginx/mime.types; access_log off;
    client_body_temp_path {here}/body; proxy_temp_path {here}/proxy;
    fastcgi_temp_path {here}/f; uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
    include {here}/site.conf;
}}
"""


def nginx_path() -> str:
    """Where nginx is. Skips where it is not; with CI=true that is an error."""
    found = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None or shutil.which("openssl") is None:
        if os.environ.get("CI") == "true":
            raise AssertionError("nginx and openssl are wanted: apt install nginx-light openssl")
        pytest.skip("no nginx found")
    return found


def unit_settings() -> dict[str, str]:
    """What the shipped systemd unit sets, but for the port; it must start what the tests start."""
    unit = dict(
        line.split("=", 1)
        for line in (SHIPPED / "ocop-points@.service").read_text(encoding="utf-8").splitlines()
        if "=" in line and not line.startswith("#")
    )
    assert unit["ExecStart"].split()[1:] == list(PROGRAM)
    settings = dict(pair.split("=", 1) for pair in shlex.split(unit["Environment"]))
    assert settings.pop("PORT") == "%i"
    return settings


class Nginx:
    """nginx over two servers."""

    def __init__(self, servers: list[Server], here: Path) -> None:
        self.path, self.here = nginx_path(), here
        self.port, self.plain_port = free_port(), free_port()
        here.mkdir()
        self._certify()
        first, second = (str(server.port) for server in servers)
        text = (SHIPPED / "ocop-points.conf").read_text(encoding="utf-8")
        for old, new in (
            ("127.0.0.1:8001", f"127.0.0.1:{first}"),
            ("127.0.0.1:8002", f"127.0.0.1:{second}"),
            ("listen 80;", f"listen 127.0.0.1:{self.plain_port};"),
            ("listen 443 ", f"listen 127.0.0.1:{self.port} "),
            ("/etc/ssl/ocop/", f"{here}/"),
            ("/opt/ocop-points", str(ROOT)),
        ):
            assert old in text, old
            text = text.replace(old, new)
        (here / "site.conf").write_text(text, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        (here / "nginx.conf").write_text(_MAIN.format(here=here, user=user), encoding="utf-8")

    def _certify(self) -> None:
        kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        name = f"-subj /CN={HOST} -addext subjectAltName=DNS:{HOST}"
        files = f"-keyout {self.here}/privkey.pem -out {self.here}/fullchain.pem"
        command = shlex.split(f"openssl req {kind} {name} {files}")
        subprocess.run(command, check=True, capture_output=True)

    def start(self) -> None:
        self.process = subprocess.Popen(
            [self.path, "-c", str(self.here / "nginx.conf"), "-e", str(self.here / "error.log")],
            stderr=sys.stderr,
        )
        end = time.monotonic() + 20
        while time.monotonic() < end:
            assert self.process.poll() is None, (self.here / "error.log").read_text()
            try:
                Visitor(self).get("/healthz")
                return
            except LOST:
                time.sleep(0.02)
        raise AssertionError("nginx does not answer")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)


class Visitor(Client):
    """Somebody at a browser on another machine: https, a name, and an address of the loopback network as theirs."""

    def __init__(self, nginx: Nginx, address: str = "127.0.0.2") -> None:
        super().__init__(nginx)  # type: ignore[arg-type]  # the port is all that is asked of it
        self.address = address
        self.trust = ssl.create_default_context(cafile=str(nginx.here / "fullchain.pem"))

    def _connection(self) -> HTTPConnection:
        source = (self.address, 0)
        made = HTTPSConnection(
            HOST, self.server.port, timeout=90, source_address=source, context=self.trust
        )
        made._create_connection = _to_this_machine  # type: ignore[attr-defined]
        return made

    def _ask(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Answer:
        origin = f"https://{HOST}:{self.server.port}"
        return super()._ask(method, url, body, {"Referer": f"{origin}/", **headers})


def _to_this_machine(address: tuple[str, int], *rest: Any, **options: Any) -> Any:
    """The name is nobody's: it stands for this machine."""
    import socket

    return socket.create_connection(("127.0.0.1", address[1]), *rest, **options)
