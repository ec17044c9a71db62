"""A point's stock at 10 thousand and at 1 million movements in the table: whole pages asked in turn, as ratios.

`python -m benchmarks.stock`: loads both into a folder that is removed at the end, some minutes. The aim (issue 5) is a ratio
within 15 %. Each turn asks the small and the large one, so that whatever else the machine does falls on both. Then the same
pages of a point that has 200 thousand movements of its own.
"""

import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path

from benchmarks.run import Scale

SCALES = (0.01, 1.0)
TURNS = 40
PAGES = {
    "Ledger of the month": "/points/{}/stock",
    "Whole ledger, last page": "/points/{}/stock?from=&page=999999",
    "On hand": "/points/{}/stock/on-hand",
    "Vouchers, last page": "/points/{}/stock/vouchers?page=999999",
    "New receipt": "/points/{}/stock/receipts/new",
    "Warnings of the point": "/points/{}/stock/alerts",
}


def once(scale: Scale, name: str) -> float:
    """Milliseconds of one page, or of posting a receipt of five lines."""
    path, fields = PAGES.get(name, "").format(scale.point), None
    if name not in PAGES:
        page = scale.product.ask(f"/points/{scale.point}/stock/receipts/new").decode()
        path, fields = f"/points/{scale.point}/stock/receipts/new/post", scale.receipt(page)
    began = time.perf_counter()
    scale.product.ask(path, fields)
    return 1000 * (time.perf_counter() - began)


class Busy(Scale):
    """The large one, where two hundred points' movements are one point's: years of a supermarket, in its 25 products."""

    def _load(self, scale: float) -> float:
        large = self.file.with_name("1.0.sqlite3")
        shutil.copy(large, self.file)
        held = sqlite3.connect(self.file)
        for (trigger,) in held.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            held.execute(f"DROP TRIGGER {trigger}")
        own = [row[0] for row in held.execute(OWN)]
        held.execute("CREATE TEMP TABLE own (place INTEGER PRIMARY KEY, product_id)")
        held.executemany("INSERT INTO own VALUES (?, ?)", enumerate(own))
        for statement in ONE_POINT.format(products=len(own)).split(";"):
            held.execute(statement)
        held.commit()
        held.close()
        return 0.0


OWN = "SELECT DISTINCT l.product_id FROM movement m JOIN lot l ON l.id = m.lot_id WHERE m.point_id = 1"
ONE_POINT = """
UPDATE lot SET code = code || '-' || id, product_id = (SELECT product_id FROM own WHERE place = lot.id % {products})
 WHERE id IN (SELECT lot_id FROM movement WHERE point_id <= 200);
UPDATE voucher_line SET product_id = (SELECT product_id FROM lot WHERE lot.id = lot_id)
 WHERE lot_id IS NOT NULL AND voucher_id IN (SELECT id FROM voucher WHERE point_id <= 200);
UPDATE voucher SET number = number || '-' || id, serial = id + 1000000 WHERE point_id <= 200 AND state = 'posted';
UPDATE voucher SET point_id = 1 WHERE point_id <= 200;
UPDATE movement SET point_id = 1 WHERE point_id <= 200;
DELETE FROM balance WHERE point_id <= 200;
INSERT INTO balance SELECT 1, lot_id, sum(delta) FROM movement WHERE point_id = 1 GROUP BY lot_id"""


def compare(one: Scale, other: Scale, names: Iterable[str], heads: str) -> None:
    """Ask both in turn; the table of medians and their ratio."""
    print(f"| | {heads} | ratio |\n|---|---|---|---|")
    for name in names:
        pairs = [[once(scale, name) for scale in (one, other)] for _turn in range(TURNS + 2)][2:]
        first, second = (statistics.median(times) for times in zip(*pairs, strict=True))
        print(f"| {name} | {first:.1f} | {second:.1f} | {second / first:.2f} |", flush=True)


def main() -> None:
    """Load, measure in turn, print the tables."""
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as name, ExitStack() as stack:
        folder = Path(name)
        # The large one first: a server closes a connection that waits for longer than it takes to load.
        large, small = Scale(folder, SCALES[1]), Scale(folder, SCALES[0])
        busy = Busy(folder, 2.0)
        for scale in (large, small, busy):
            stack.callback(scale.product.stop)
            stack.callback(scale.raw.stop)
        compare(
            small, large, (*PAGES, "Receipt of 5 lines posted"), "10 thousand, ms | 1 million, ms"
        )
        print()
        compare(large, busy, PAGES, "a thousand of its own, ms | 200 thousand, ms")


if __name__ == "__main__":
    main()
