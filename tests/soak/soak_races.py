"""One lot sold by 16 people at two servers until it is empty, and how evenly four writers are served."""

from collections.abc import Callable
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import func, select

from ocop_points.core.db import db
from ocop_points.stock.models import Balance, Voucher
from ocop_points.stock.rules import VoucherKind
from tests.browser import Browser
from tests.live import shop
from tests.live.mixed import Shops, judge, mixed
from tests.live.races import sell_out
from tests.live.served import running

Open = Callable[[str | None], Browser]
UNITS = 1_500
EACH = 500


def test_one_lot_until_it_is_empty(app: Flask, browser: Open, tmp_path: Path) -> None:
    point, product = shop.stocked(UNITS)
    url, fields = shop.issue_of_one(browser("officer"), point, product)
    with running(app, tmp_path, 2) as servers:
        told = sell_out(servers, url, fields, threads=8)
    db.session.rollback()
    assert not told.unfit
    assert told.statuses == {303: UNITS, 422: 16}
    serials = select(Voucher.serial).where(Voucher.kind == VoucherKind.ISSUE)
    assert sorted(n or 0 for n in db.session.scalars(serials)) == list(range(1, UNITS + 1))
    assert db.session.scalar(select(Balance.on_hand)) == 0
    shop.verified(app)
    print(
        f"\nraces on {db.engine.dialect.name}: {UNITS} units sold one by one by 2 processes x 8 people, numbers 1 to"
        f" {UNITS}, 16 refused, nothing else; a posting took {median(told.seconds) * 1000:.0f} ms (median)"
    )


def test_a_minute_of_everything(app: Flask, tmp_path: Path) -> None:
    with running(app, tmp_path, 2) as servers:
        day = mixed(servers, Shops.stocked(400), seconds=60)
    judge(day)
    assert len(day.counted) > 1
    shop.verified(app)
    told = ", ".join(f"{len(found)} {kind}" for kind, found in sorted(day.posted.items()))
    print(
        f"\na minute of everything on {db.engine.dialect.name}: 2 processes x 8 people, {told}, {len(day.counted)}"
        f" stocktakes ({day.moved_meanwhile} times goods had moved), {day.statuses[422]} refused, verify finds nothing"
    )


def test_four_writers_are_served_evenly(app: Flask, browser: Open, tmp_path: Path) -> None:
    """The slowest hundredth of the postings takes at most ten times the median."""
    point, product = shop.stocked(4 * EACH)
    url, fields = shop.issue_of_one(browser("officer"), point, product)
    with running(app, tmp_path) as servers:
        told = sell_out(servers, url, fields, threads=4, most=EACH)
    db.session.rollback()
    assert not told.unfit
    assert db.session.scalar(
        select(func.count()).select_from(Voucher).where(Voucher.kind == VoucherKind.ISSUE)
    ) == len(told.sold)
    print(
        f"\n4 writers on {db.engine.dialect.name}: {len(told.seconds)} postings, median"
        f" {median(told.seconds) * 1000:.1f} ms, p99 {told.p99_ratio:.1f} times that"
    )
    assert told.p99_ratio <= 10
