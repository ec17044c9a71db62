"""20,000 hostile requests, and damaged files by the thousand. The seed is printed; give it back as FUZZ_SEED."""

import os
import random
import time
from collections import Counter

from flask import Flask
from hypothesis import HealthCheck, Phase, given, seed, settings

from ocop_points.core.errors import Refused
from ocop_points.evidence.pictures import read_picture
from ocop_points.evidence.rules import UnfitFile
from tests.hostile import damaged
from tests.hostile.fuzz import Attacker, Case, cases
from tests.store import Store

SEED = int(os.environ.get("FUZZ_SEED") or random.SystemRandom().randrange(2**32))
REQUESTS = 20_000
WORKBOOKS = 1_000
PICTURES = 20_000


def test_hostile_requests(app: Flask, store: Store) -> None:
    attacker = Attacker(app, store)
    print(f"\nFUZZ_SEED={SEED}")
    began = time.monotonic()

    @seed(SEED)
    @settings(
        max_examples=REQUESTS,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases(attacker))
    def sent(case: Case) -> None:
        attacker.send(case)

    try:
        sent()
    finally:
        attacker.close()
    took = time.monotonic() - began
    print(f"fuzz: {REQUESTS} requests in {took:.0f} s, {dict(attacker.counts)}, no fault")


def test_damaged_files(app: Flask) -> None:
    counts: Counter[str] = Counter()
    began = time.monotonic()
    for number in range(SEED, SEED + WORKBOOKS):
        try:
            damaged.read(damaged.flipped_workbook(number))
            counts["workbooks read"] += 1
        except Refused:
            counts["workbooks refused"] += 1
    for number in range(SEED, SEED + PICTURES):
        try:
            read_picture(damaged.flipped_picture(number))
            counts["pictures read"] += 1
        except UnfitFile:
            counts["pictures refused"] += 1
    took = time.monotonic() - began
    print(f"damaged files: {dict(counts)} in {took:.0f} s, none ended or escaped")
