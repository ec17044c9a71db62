"""The API as its description says, asked by a program that reads it. Longer: tests/soak/soak_api.py."""

from flask import Flask

from tests.architecture.world import World
from tests.live.walked import walk


def test_a_program_that_reads_the_description_meets_no_surprise(app: Flask, world: World) -> None:
    status, report = walk(app, examples=4, seed=1)
    assert status == 0, report
    assert "6 passed" in report, report
