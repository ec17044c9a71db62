"""The speed table of the README: the product beside a bare Flask page and beside the same page by hand, in one run.

`make bench`. Both scales are loaded into a folder that is removed at the end; the three are asked in turn, so that
whatever else the machine does falls on all of them alike. Medians, as ratios. `--quick`: only to see that it runs.
"""

import argparse
import http.client
import os
import pickle
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks import frames

AS_OF, SINCE = "2026-11-23", time.strftime("%Y-%m-01")
ROOT = Path(__file__).resolve().parents[1]


class Server:
    """A program on a port of its own, and one kept connection to it."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [part.replace("PORT", str(self.port)) for part in command]
        known = {**os.environ, **environment, "PORT": str(self.port)}
        self.process = subprocess.Popen(
            [sys.executable, *command], env=known, cwd=ROOT, stdout=subprocess.DEVNULL
        )
        self.cookie = ""
        for _turn in range(1200):  # a busy machine starts slowly
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        self.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.line.connect()
        self.line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, path: str, fields: dict[str, str] | None = None, **heads: str) -> bytes:
        """An answer's content; a change of state is sent as a form."""
        known = {
            "Cookie": self.cookie,
            **{name.replace("_", "-"): text for name, text in heads.items()},
        }
        body = None if fields is None else urlencode(fields)
        if fields is not None:
            known["Content-Type"] = "application/x-www-form-urlencoded"
        self.line.request("GET" if fields is None else "POST", path, body, known)
        answer = self.line.getresponse()
        content = answer.read()
        assert answer.status in {200, 303}, (path, answer.status, content[-3000:])
        if set_ := answer.headers.get("Set-Cookie"):
            self.cookie = set_.split(";")[0]
        return content

    def memory(self) -> float:
        """Resident memory in MB, where /proc tells it."""
        status = Path(f"/proc/{self.process.pid}/status")
        found = re.search(r"VmRSS:\s+(\d+)", status.read_text()) if status.exists() else None
        return int(found[1]) / 1000 if found else 0.0

    def stop(self) -> None:
        self.line.close()
        self.process.terminate()
        self.process.wait()


def hidden(page: str) -> dict[str, str]:
    """The token and the one-time key of the page's last form."""
    names = ("csrf_token", "form_key")
    return {name: re.findall(rf'name="{name}"[^>]*value="([^"]+)"', page)[-1] for name in names}


class Scale:
    """One loaded file with the servers on it."""

    def __init__(self, folder: Path, scale: float) -> None:
        self.file = folder / f"{scale}.sqlite3"
        self.environment = {
            "DATABASE_URL": f"sqlite:///{self.file.as_posix()}",
            "FILES_FOLDER": str(folder / "files"),
            "SECRET_KEY": "of the benchmark",
        }
        self.made, self.loaded = 0, self._load(scale)
        self._look()
        self.product = Server(["wsgi.py"], self.environment)
        self._sign_in()
        self._templates(folder / f"templates-{scale}")
        raw = ["-m", "benchmarks.raw", str(self.file), str(folder / f"templates-{scale}"), "PORT"]
        self.raw = Server(raw, self.environment)

    def _load(self, scale: float) -> float:
        """Fill the file; the seconds it took."""
        load = [
            "-m",
            "flask",
            "--app",
            "wsgi",
            "seed-demo",
            "--scale",
            str(scale),
            "--as-of",
            AS_OF,
        ]
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, *load],
            env={**os.environ, **self.environment},
            cwd=ROOT,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return time.perf_counter() - began

    def _look(self) -> None:
        held = sqlite3.connect(self.file)
        held.row_factory = sqlite3.Row
        one = (
            "SELECT v.* FROM visit v JOIN locality l ON l.id = v.locality_id WHERE l.short_code = 'QNI' AND v.state = '{}'"
            " ORDER BY v.id LIMIT 1"
        )
        visit = held.execute(one.format("in_progress")).fetchone()
        self.visit, self.point, self.at = visit["id"], visit["point_id"], visit["locality_id"]
        self.day = "/".join(reversed(visit["visited_on"].split("-")))
        self.paper = held.execute(one.format("approved")).fetchone()["id"]
        who = "SELECT full_name, unit_name FROM user_account WHERE username = 'quangninh.canbo'"
        self.user = tuple(held.execute(who).fetchone())
        asked = "SELECT line_id FROM visit_answer WHERE visit_id = ? AND value IS NOT NULL LIMIT 1"
        self.line = held.execute(asked, (self.visit,)).fetchone()[0]
        row = dict(held.execute("SELECT * FROM sales_point WHERE id = ?", (self.point,)).fetchone())
        shown = (
            "name",
            "code",
            "address",
            "operator_name",
            "operator_tax_code",
            "representative",
            "opening_hours",
        )
        self.shown = {name: row[name] for name in shown}
        self.goods = held.execute(
            "SELECT id, producer_id, base_unit FROM product LIMIT 5"
        ).fetchall()
        held.close()

    def _sign_in(self) -> None:
        page = self.product.ask("/login").decode()
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
        self.product.ask(
            "/login", {"username": "quangninh.canbo", "password": "ocop-demo", "csrf_token": token}
        )

    def _templates(self, folder: Path) -> None:
        folder.mkdir()

        def page(path: str) -> str:
            return self.product.ask(path).decode()

        ledger = page(f"/points/{self.point}/stock?from=01/11/2026")
        checklist = page(f"/assessments/{self.visit}/checklist")
        products = frames.table("products", page("/products"))
        self.csrf = hidden(checklist)["csrf_token"]
        answer = self.product.ask(*self._answer(0), **PART).decode()
        sheet = {
            f"Đoàn: {self.user[0]}": "Đoàn: {{ team|map(attribute='full_name')|join(', ') }}",
            self.shown["name"]: "{{ v.point }}",
            self.day: frames.day("v.visited_on"),
        }
        made = {
            "points": frames.choices(
                frames.table("points", page("/points")), "kind", "kinds", "code", "short_name"
            ),
            "products": frames.choices(products, "locality", "places", "id", "name"),
            "ledger": frames.table("ledger", ledger),
            "point": frames.point(page(f"/points/{self.point}"), self.shown),
            "checklist": frames.answers(checklist, sheet),
            "answer": frames.answers(answer, {}),
        }
        for name, text in made.items():
            (folder / f"{name}.html").write_text(frames.person(text, *self.user), "utf-8")
        (folder / "minutes").write_bytes(self._minutes())

    def _minutes(self) -> bytes:
        """The plain data of one paper, for the same Typst sheet."""
        code = (
            "import sys, pickle; from wsgi import app; from ocop_points.assessments import documents, queries;"
            "from ocop_points.accounts.queries import user_by_username as by\n"
            f"with app.test_request_context('/'): sys.stdout.buffer.write(pickle.dumps(documents.minutes_data("
            f"queries.get_visit_or_404(by('quangninh.canbo'), {self.paper}))))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, **self.environment},
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        pickle.loads(done.stdout)  # noqa: S301  # ours: fails here if it is not whole
        return done.stdout

    def _answer(self, turn: int) -> tuple[str, dict[str, str]]:
        line, said = self.line, ("yes", "no")[turn % 2]
        fields = {f"a{line}": said, f"t{line}": f"Lần thứ {turn}", "csrf_token": self.csrf}
        return f"/assessments/{self.visit}/answers/{line}", fields

    def receipt(self, page: str) -> dict[str, str]:
        self.made += 1
        fields = {
            **hidden(page),
            "on_date": "20/11/2026",
            "day": "2026-11-20",
            "person": "Người giao",
        }
        fields["supplier_id"] = str(self.goods[0]["producer_id"])
        for place, ware in enumerate(self.goods):
            line = {
                "product_id": ware["id"],
                "unit": f"{ware['base_unit']}|1",
                "quantity": "40",
                "document_quantity": "40",
                "unit_price": "1.000",
            }
            line |= {"lot_code": f"LO-{self.made}-{place}", "expiry": ""}
            fields |= {f"lines-{place}-{name}": str(text) for name, text in line.items()}
        return fields

    def measure(self, name: str, turns: int) -> tuple[float, float, float, float]:
        """Median milliseconds of bare, raw and product, and the length of the product's answer in kB."""
        took: tuple[list[float], ...] = ([], [], [])
        lengths = [0, 0, 0]
        for turn in range(turns + 2):
            for place, (server, path, fields, heads) in enumerate(self._asked(name, turn)):
                began = time.perf_counter()
                content = server.ask(path, fields, **heads)
                if turn >= 2:
                    took[place].append(1000 * (time.perf_counter() - began))
                lengths[place] = len(content)
        # The floor is of the same content: what it sends may not be shorter by more than its plainer words.
        assert name not in ALIKE or lengths[1] > 0.95 * lengths[2], (name, lengths)
        bare, raw, product = (statistics.median(one) for one in took)
        return bare, raw, product, lengths[2] / 1000

    def _asked(self, name: str, turn: int) -> list[tuple[Server, str, Any, dict[str, str]]]:
        point, fields, heads = self.point, None, {}
        pages = {
            "points": ("/points", "/points"),
            "products": (f"/products?day={AS_OF}", "/products"),
            "point": (f"/point/{point}", f"/points/{point}"),
            "checklist": (f"/checklist/{self.visit}", f"/assessments/{self.visit}/checklist"),
            "ledger": (
                f"/ledger/{point}?since=2026-11-01",
                f"/points/{point}/stock?from=01/11/2026",
            ),
            "minutes": (f"/minutes/{self.paper}", f"/assessments/{self.paper}/minutes.pdf"),
            "answer": (f"/answer/{self.visit}/{self.line}", self._answer(turn)[0]),
            # By hand: the list of points, which it is measured by.
            "overview": ("/points", "/overview"),
            "receipt": (f"/receipt/{point}", f"/points/{point}/stock/receipts/new/post"),
        }
        raw, product = pages[name]
        self.raw.cookie = self.product.cookie
        first = second = fields
        if name == "answer":
            first, second, heads = self._answer(turn)[1], self._answer(turn + 1)[1], PART
        if name == "receipt":
            page = self.product.ask(f"/points/{point}/stock/receipts/new").decode()
            first, second = self.receipt(page), self.receipt(page)
        return [
            (self.raw, "/bare", None, {}),
            (self.raw, raw, first, {}),
            (self.product, product, second, heads),
        ]


PART = {"HX_Request": "true", "HX_Request_Type": "partial"}
ALIKE = {"points", "products", "point", "checklist", "ledger"}
CASES = {
    "points": "List of points, 25 rows",
    "products": "List of products, 25 rows",
    "point": "A point",
    "checklist": "Checklist of 20 lines",
    "answer": "One answer saved",
    "ledger": "Ledger of a point",
    "receipt": "Receipt of 5 lines posted",
    "minutes": "minutes.pdf",
    "overview": "Overview of a department",
}


def main() -> None:
    """Load, measure in turn, print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    turns = 1 if quick else 40
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as name:
        scales = [Scale(Path(name), scale) for scale in ((0.01,) if quick else (0.1, 1.0))]
        try:
            print("| | bare, ms | by hand, ms | ours, ms | ours ÷ by hand | whole ÷ tenth | kB |")
            print("|---|---|---|---|---|---|---|")
            for case, words in CASES.items():
                _, _, tenth, _ = scales[0].measure(case, turns)
                bare, raw, whole, kb = scales[-1].measure(case, turns)
                ratio, growth = f"{whole / raw:.2f}", f"{whole / tenth:.2f}"
                print(
                    f"| {words} | {bare:.1f} | {raw:.1f} | {whole:.1f} | {ratio} | {growth} | {kb:.0f} |",
                    flush=True,
                )
            for scale, words in zip(scales, ("a tenth", "the whole"), strict=not quick):
                print(
                    f"\nServer with {words}: {scale.product.memory():.0f} MB; loaded in {scale.loaded:.0f} s."
                )
        finally:
            for scale in scales:
                scale.product.stop()
                scale.raw.stop()


if __name__ == "__main__":
    main()
