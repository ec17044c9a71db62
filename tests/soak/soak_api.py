"""Some thousand requests by the API's description. The seed is printed; give it back as FUZZ_SEED."""

import os
import random

from flask import Flask

from tests.architecture.world import World
from tests.live.walked import walk

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(2**31))


def test_the_description_holds(app: Flask, world: World) -> None:
    print(f"\nFUZZ_SEED={SEED}")
    status, report = walk(app, examples=300, seed=SEED)
    print(report[-400:])
    assert status == 0, report
