"""No page of a point's stock, and no posting, reads a whole table: told by SQLite's own plan of each statement."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from ocop_points.core.db import db
from ocop_points.stock import alerts, books, months, queries, till, transfers
from ocop_points.stock.alerts import AlertFilter
from ocop_points.stock.books import LedgerFilter
from ocop_points.stock.queries import VoucherFilter
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.factories_stock import TODAY
from tests.store import POSTGRESQL

# What grows with the years and the country; the rest of a statement may be of any size.
GROWING = "movement voucher voucher_line balance lot product sales_point supplier form_key"
# What asks for the movements of single lots may not walk through the whole history of the point.
OF_LOTS = {"on hand", "figures on hand", "an issue"}
# A page of the ledger is chosen without sorting; balances are added up over a stretch of days, not from the first.
OF_DAYS = {"ledger", "ledger of a month"}
_SCAN = re.compile(rf"SCAN ({GROWING.replace(' ', '|')})(_\d+)?\b(?! USING (COVERING )?INDEX)")


@contextmanager
def plans() -> Iterator[list[str]]:
    """The plan of each statement sent inside the block, with the statement."""
    seen: list[str] = []

    def note(connection: Any, _cursor: Any, statement: str, given: Any, *_rest: Any) -> None:
        if statement.split()[0] not in {"SELECT", "UPDATE", "DELETE", "WITH"}:
            return
        one = given[0] if isinstance(given, list) else given
        raw = connection.connection.cursor()
        raw.execute(f"EXPLAIN QUERY PLAN {statement}", one)
        steps = [row[3] for row in raw.fetchall()]
        names = dict(re.findall(r"\b([a-z_]+) AS ([a-z_0-9]+)\b", statement))
        alias = {short: long for long, short in names.items()}
        told = [
            re.sub(r"^(SCAN|SEARCH) (\w+)", lambda m: f"{m[1]} {alias.get(m[2], m[2])}", s)
            for s in steps
        ]
        seen.extend(f"{step} ← {statement}" for step in told)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.skipif(bool(POSTGRESQL), reason="SQLite's plans")
def test_no_page_of_the_stock_reads_a_whole_table(app: Flask) -> None:
    point, there = factories.point(), factories.point(name="Điểm hai", address="2")
    product, maker = factories_goods.product(barcode="8936012340013"), factories_goods.supplier()
    lines = [goods.line(product, 9), goods.line(product, 4, lot_code="CM-2")]
    goods.posted(point, *lines, supplier_id=maker.id, on=date(2026, 10, 3))
    goods.sent(point, there, goods.take(product, 2))
    whole, month = LedgerFilter(), LedgerFilter(since=date(2026, 11, 1), until=TODAY)
    of_one = LedgerFilter(product_id=product.id, since=date(2026, 11, 1))
    id_, out = point.id, goods.take(product, 1)
    officer = people.user("officer")
    db.session.expunge(officer)
    pages: dict[str, Callable[[], object]] = {
        "ledger": lambda: books.ledger_page(id_, whole, 1),
        "ledger of a month": lambda: books.ledger_page(id_, month, 1),
        "ledger of a product": lambda: (
            books.ledger_page(id_, of_one, 1),
            books.totals(id_, of_one),
        ),
        "products of the filter": lambda: books.products_at(id_),
        "on hand": lambda: queries.on_hand_page(id_, "", 1),
        "figures on hand": lambda: queries.on_hand_figures(id_, ""),
        "vouchers": lambda: queries.vouchers_page(id_, VoucherFilter(), 1),
        "lots to sell": lambda: queries.held_lots(id_, [product.id]),
        "known lots": lambda: queries.known_lots({product.id}, {"CM-1"}),
        "a month": lambda: (months.month_page(id_, month.since or TODAY, 1), months.months_of(id_)),
        "transfers": lambda: (transfers.transfers_page(id_, 1), books.notices(id_)),
        "the till": lambda: (till.roll_of(id_, TODAY), till.find_on_shelf(id_, "8936012340013")),
        "alerts": lambda: alerts.alerts_page(officer, AlertFilter(TODAY, point_id=id_), 1),
        "a receipt": lambda: goods.posted(point, *lines, supplier_id=maker.id),
        "an issue": lambda: goods.posted(point, out, kind=VoucherKind.ISSUE),
        "a scan": lambda: goods.rung(point, product, 1),
    }
    for name, page in pages.items():
        db.session.rollback()
        point = db.session.merge(point)
        with plans() as seen:
            page()
        assert seen, name
        scans = [step for step in seen if _SCAN.search(step.partition(" ← ")[0])]
        assert scans == [], name
        if name in OF_LOTS:
            asked = [
                step.partition(" ← ")[0] for step in seen if step.startswith("SEARCH movement")
            ]
            assert asked, name
            assert all("point_id=? AND lot_id=?" in step for step in asked), (name, asked)
        if name in OF_DAYS:
            told = [
                step.split(" ← ") for step in seen if step.startswith(("SEARCH movement", "USE"))
            ]
            summed = [step for step, sql in told if " OVER " in sql and step.startswith("SEARCH")]
            assert summed, name
            assert any("on_date>? AND on_date<?" in step for step in summed), (name, summed)
            assert all("point_id=? AND on_date" in step for step in summed), (name, summed)
            chosen = [sql for step, sql in told if "ORDER BY" in step and " OVER " not in sql]
            assert not any("LIMIT" in sql for sql in chosen), (name, chosen)
