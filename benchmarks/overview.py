"""Overview, search and lists as files at the national size, beside the bare list of points, in one run.

`python -m benchmarks.overview`: loads the whole into a folder that is removed at the end, or `--database FILE`: asks a copy of one that
was loaded before. Aims (issue 6): the overview within 3 times the list, search within 2 times; a file of 10,000 rows in memory that does
not grow with the rows. Each turn asks all of them, so that whatever else the machine does falls on each.
"""

import argparse
import os
import re
import shutil
import sqlite3
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from benchmarks.run import Scale, hidden

TURNS = 20
LIST = "List of points, 25 rows"
PAGES = {
    LIST: "/points",
    "Overview of the country, nothing written since": "/overview",
    "… after a write in one locality": "/overview",
    "… after a change of the catalogue": "/overview",
    "Search: two words": "/search?q=cha+muc",
    "Search: a code": "/search?q=QNI-0001",
    "Search: a voucher's number": "/search?q=PN-QNI-0001-2026",
    "Search: a number of minutes": "/search?q=301/BB-SCT",
    "Search: a certificate's decision": "/search?q=3296/Q%C4%90-UBND",
    "First answers while typing": "/search/quick?q=QNI",
}


class Whole(Scale):
    """The national size, from a file where one was given."""

    given: Path | None = None

    def _load(self, scale: float) -> float:
        if self.given is None:
            return super()._load(scale)
        shutil.copy(self.given, self.file)
        return 0.0

    def _look(self) -> None:
        super()._look()
        held = sqlite3.connect(self.file)
        own = "SELECT id FROM supplier WHERE locality_id = ? LIMIT ?"
        self.makers = [row[0] for row in held.execute(own, (self.at, TURNS + 2))]
        held.close()

    def as_user(self, name: str) -> None:
        """Who asks from now on."""
        if not hasattr(self, "cookies"):
            self.cookies = {"quangninh.canbo": self.product.cookie}
        if name not in self.cookies:
            self.product.cookie = ""
            page = self.product.ask("/login").decode()
            token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', page)[0]
            fields = {"username": name, "password": "ocop-demo", "csrf_token": token}
            self.product.ask("/login", fields)
            self.cookies[name] = self.product.cookie
        self.product.cookie = self.cookies[name]

    def write(self, path: str, **fields: str) -> None:
        """The officer sends a form."""
        self.as_user("quangninh.canbo")
        page = self.product.ask(path).decode()
        self.product.ask(path, {**hidden(page), **fields})
        self.as_user("quantri")

    def before(self, name: str, turn: int) -> None:
        """What was written since the overview was read."""
        if name.endswith("locality"):
            told = {"kind": "site", "name": f"Khu du lịch {turn}"}
            self.write(f"/points/{self.point}/tourism/new", **told)
        elif name.endswith("catalogue"):
            told = {"name": f"Người {turn}", "phone": "0912 345 678"}
            self.write(f"/suppliers/{self.makers[turn]}/contacts/new", **told)


def ratios(scale: Whole) -> None:
    """The table of medians, and what each is of the list."""
    times: dict[str, list[float]] = {name: [] for name in PAGES}
    for turn in range(TURNS + 2):
        for name, path in PAGES.items():
            scale.before(name, turn)
            began = time.perf_counter()
            scale.product.ask(path)
            times[name].append(1000 * (time.perf_counter() - began))
    bare = statistics.median(times[LIST][2:])
    print("| | ms | ÷ list |\n|---|---|---|")
    for name, found in times.items():
        middle = statistics.median(found[2:])
        print(f"| {name} | {middle:.1f} | {middle / bare:.2f} |", flush=True)


def files(scale: Whole) -> None:
    """What the server's memory grows by for a workbook of more and more rows; the first one brings the library in."""
    lists = {
        "1,000 points": "/points?format=xlsx",
        "10,322 products": "/products?format=xlsx",
        "10,000 visits": "/assessments?format=xlsx",
        "10,322 products as CSV": "/products?format=csv",
    }
    print("\n| | rows' file, kB | server after, MB | s |\n|---|---|---|---|")
    for name, path in lists.items():
        began = time.perf_counter()
        size = len(scale.product.ask(path)) // 1000
        took = time.perf_counter() - began
        print(f"| {name} | {size} | {scale.product.memory():.0f} | {took:.1f} |", flush=True)


def main() -> None:
    """Load, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", type=Path)
    Whole.given = asked.parse_args().database
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as name, ExitStack() as stack:
        scale = Whole(Path(name), 1.0)
        stack.callback(scale.product.stop)
        stack.callback(scale.raw.stop)
        scale.as_user("quantri")
        print(f"load before: {os.getloadavg()[0]:.1f}")
        ratios(scale)
        files(scale)
        print(f"load after: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
