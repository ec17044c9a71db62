"""The server is killed while people work: what they were told was saved is there, whole and once."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.core.db import db
from tests import factories, factories_papers, factories_visits
from tests.browser import Browser, Form
from tests.live import crash, dying, shop
from tests.live.races import at_once
from tests.live.served import LOST, Client, Server, running, signed_in
from tests.points.test_register import filled

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
        assert crash.check(app, workers) == 0
        crash.shown_whole(workers[-1].client, 10)
    assert all(worker.done for worker in workers)
    crash.swept()


def rows() -> dict[str, int]:
    """How many rows each table holds now."""
    db.session.rollback()
    db.engine.dispose()
    tables = db.metadata.sorted_tables
    return {
        table.name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


Filled = Callable[[], dict[str, Any]]  # anew each time: a file is read to its end when it is sent


def forms(server: Server, browser: Browser) -> list[tuple[Client, Form, Filled]]:
    """A form of each kind, opened by its people: a record, a voucher, photos, an approval."""
    point, product = shop.stocked(10)
    url, issue = shop.issue_of_one(browser, point, product)
    # Without goods: measured lines would ask why an answer is not the one of the books.
    bare = factories.point(name="Điểm chưa có hàng", address="2")
    visit, submitted = (factories_visits.visit(bare, on=shop.IN_ON) for _each in range(2))
    line = factories_papers.line_of(visit, "III.1").id
    factories_papers.answer(submitted)
    factories_papers.submit(submitted)
    officer, manager = signed_in(server, "officer"), signed_in(server, "manager")
    register = officer.get("/points/new").form()
    voucher = officer.get(url.removesuffix("/post")).form()
    photos = f"/assessments/{visit}/lines/{line}/photos"
    approve = f"/assessments/{submitted}/approve"
    voucher.action = url
    shot, new = factories_papers.shot(1), filled(name="Quầy số 1", address="3 thôn Đông Nam")
    return [
        (officer, register, lambda: new),
        (officer, voucher, lambda: issue),
        (
            officer,
            officer.get(photos).form(photos),
            lambda: {"photos": factories_papers.upload(shot)},
        ),
        (manager, manager.get(approve).form(approve), lambda: {"number": "7"}),
    ]


def test_a_form_whose_answer_died_is_sent_again_and_counts_once(
    app: Flask, browser: Open, tmp_path: Path
) -> None:
    """Killed before the commit: nothing is there. Killed after it, unanswered: the same form gives its first result."""
    demand = {"DIES_AT": str(tmp_path / "demand")}
    with running(app, tmp_path, environment=demand, program=dying.PROGRAM) as (server,):
        sent = forms(server, browser("officer"))

        def lose(who: Client, form: Form, values: Filled) -> None:
            with pytest.raises(LOST):
                who.send(form, **values())

        found = [rows()]
        for moment in ("before", f"after {len(sent)}"):
            dying.doom(server, moment)
            at_once([lambda each=each: lose(*each) for each in sent])
            found.append(rows())
            server.kill()
            server.start()
        untouched, dropped, written = found
        assert dropped == untouched
        assert written["form_key"] == untouched["form_key"] + len(sent)
        for who, form, values in sent:
            answer = who.send(form, **values())
            assert answer.status == 303, answer.words
            assert who.get(answer.location).status == 200
            assert not who.unfit
        assert rows() == written
        shop.verified(app)
