"""The server killed 100 times while people work. The seed is printed; give it back as CRASH_SEED."""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from ocop_points.core.db import db
from tests.browser import Browser
from tests.live import crash
from tests.live.served import running

Open = Callable[[str | None], Browser]
SEED = int(os.environ.get("CRASH_SEED") or random.SystemRandom().randrange(2**32))
KILLS = 100


def test_killed_a_hundred_times_under_load(app: Flask, browser: Open, tmp_path: Path) -> None:
    print(f"\nCRASH_SEED={SEED}")
    chance, began = random.Random(SEED), time.monotonic()
    under_way = untold = 0
    scene = crash.scene(app, browser("officer"))
    with running(app, tmp_path) as (server,):
        workers = crash.staff(server, scene)
        for _time in range(KILLS):
            under_way += crash.kill_under_load(server, workers, chance)
            server.start()
            untold += crash.check(app, workers)
            crash.shown_whole(workers[-1].client, 3)
        crash.finish(workers)
        assert crash.check(app, workers) == 0
    left = crash.swept()
    names = ("points", "vouchers", "vouchers", "photos", "answers")
    saved = ", ".join(f"{len(w.done)} {name}" for w, name in zip(workers, names, strict=True))
    print(
        f"crash on {db.engine.dialect.name}: killed {KILLS} times in {time.monotonic() - began:.0f} s, with {under_way}"
        f" requests under way; acknowledged: {saved}: each is there once, verify found nothing; {untold} forms had"
        f" been written without an answer and were sent again; {left} half-written files were left and swept"
    )
