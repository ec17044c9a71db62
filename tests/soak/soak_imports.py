"""10,000 products sent to two servers: the tab closed, both killed while they write; nothing half, nothing twice."""

import io
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.datastructures import FileStorage

from ocop_points.catalogue.models import Certificate, Product
from ocop_points.core.db import db, write
from ocop_points.exchange.jobs_models import ImportJob, JobState
from ocop_points.verify import faults
from tests.exchange.imports import book
from tests.exchange.test_imports import GOOD, PRODUCTS, maker
from tests.live.served import Client, running, signed_in

ROWS = 10_000
KILLS = 3


def state() -> JobState:
    db.session.rollback()
    found = db.session.scalar(select(ImportJob.state).order_by(ImportJob.id.desc()).limit(1))
    db.session.rollback()
    assert found is not None
    return found


def wait_for(*wanted: JobState, seconds: float = 150) -> float:
    """Look every 10 ms; how long it took."""
    began = time.monotonic()
    while (now := state()) not in wanted:
        assert time.monotonic() - began < seconds, now
        assert now is not JobState.FAILED
        time.sleep(0.01)
    return time.monotonic() - began


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_ten_thousand_rows_through_closed_tabs_and_kills(app: Flask, tmp_path: Path) -> None:
    maker()
    rows = (
        {**GOOD, "name": f"Chả mực số {n}", "barcode": "", "number": f"{n}/GCN"}
        for n in range(ROWS)
    )
    content = book("products", *rows)
    with running(app, tmp_path, 2) as servers:
        first = signed_in(servers[0], "officer")
        form = first.get(PRODUCTS).form("/import")
        began = time.monotonic()
        sent = first.send(form, workbook=FileStorage(io.BytesIO(content), "10000.xlsx"))
        assert sent.status == 303, sent.words
        taken = time.monotonic() - began
        # The tab is closed: nobody asks after it. Somebody else goes on with the list meanwhile.
        other, slowest = signed_in(servers[0], "manager"), 0.0
        checked = time.monotonic()
        while state() in {JobState.WAITING, JobState.CHECKING}:
            asked = time.monotonic()
            assert other.get("/products").status == 200
            slowest = max(slowest, time.monotonic() - asked)
        checked = time.monotonic() - checked
        # Found again, at the other server.
        again = signed_in(servers[1], "officer")
        assert sent.location in again.get("/imports").text
        page = again.get(sent.location)
        assert "Nhập 10.000 dòng" in page.words
        killed = 0
        for kill in range(KILLS):
            if kill == 0:
                assert again.send(again.get(sent.location).form("/confirm")).status == 303
            wait_for(JobState.IMPORTING, JobState.DONE)
            time.sleep(0.7 * kill)  # while it reads again, while it writes
            if state() is JobState.DONE:
                break
            for server in servers:
                server.kill()
            killed += 1
            assert count(Product) in {0, ROWS}, "all or nothing"
            for server in servers:
                server.start()
            if state() is JobState.DONE:
                break
            # Offered again once it has not been heard of for LOST_AFTER; here we do not wait for that.
            _age()
        wait_for(JobState.DONE)
        assert (count(Product), count(Certificate)) == (ROWS, ROWS)
        assert not [*first.unfit, *other.unfit, *again.unfit]
        client: Client = signed_in(servers[0], "officer")
        assert "Đã nhập" in client.get(sent.location).words
    assert list(faults()) == []
    print(
        f"\nimports on {db.engine.dialect.name}: {len(content) / 1e6:.1f} MB taken in {taken:.1f} s, checked in"
        f" {checked:.1f} s, meanwhile a page took {slowest:.2f} s at most; killed {killed} times; all there, once"
    )


def _age() -> None:
    """The dead worker was last heard of long ago."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    write(lambda: db.session.execute(update(ImportJob).values(seen_at=long_ago)))
