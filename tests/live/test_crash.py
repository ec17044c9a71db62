"""The server is killed while people work: what they were told was saved is there, whole and once."""

import random
from collections.abc import Callable
from pathlib import Path

from flask import Flask

from tests.browser import Browser
from tests.live import crash
from tests.live.served import running

Open = Callable[[str | None], Browser]
KILLS = 5


def test_killed_five_times_under_load(app: Flask, browser: Open, tmp_path: Path) -> None:
    """100 times in `make soak`."""
    scene = crash.scene(app, browser("officer"))
    with running(app, tmp_path) as (server,):
        workers = crash.staff(server, scene)
        for seed in range(KILLS):
            crash.kill_under_load(server, workers, random.Random(seed))
            server.start()
            crash.check(app, workers)
        crash.finish(workers)
        crash.check(app, workers)
        crash.shown_whole(workers[-1].client, 10)
    assert all(worker.done for worker in workers)
    crash.swept()
