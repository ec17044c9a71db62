"""A point's stock at 10 thousand and at 1 million movements in the table: whole pages asked in turn, as ratios.

`python -m benchmarks.stock`: loads both into a folder that is removed at the end, some minutes. The aim (issue 5) is a ratio
within 15 %. Each turn asks the small and the large one, so that whatever else the machine does falls on both.
"""

import statistics
import tempfile
import time
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


def main() -> None:
    """Load, measure in turn, print the table."""
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as folder:
        # The large one first: a server closes a connection that waits for longer than it takes to load.
        scales = [Scale(Path(folder), one) for one in reversed(SCALES)][::-1]
        print("| | 10 thousand, ms | 1 million, ms | ratio |\n|---|---|---|---|")
        try:
            for name in (*PAGES, "Receipt of 5 lines posted"):
                pairs = [[once(scale, name) for scale in scales] for _turn in range(TURNS + 2)][2:]
                small, large = (statistics.median(one) for one in zip(*pairs, strict=True))
                print(f"| {name} | {small:.1f} | {large:.1f} | {large / small:.2f} |", flush=True)
        finally:
            for scale in scales:
                scale.product.stop()
                scale.raw.stop()


if __name__ == "__main__":
    main()
