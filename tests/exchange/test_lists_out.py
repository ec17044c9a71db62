"""Every list that can be filtered leaves the house as xlsx and CSV: both hold what the page shows."""

import csv
import io
import re
import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from ocop_points.core.db import db, write
from tests import factories_goods
from tests.architecture.test_routes import address
from tests.architecture.world import World
from tests.browser import Browser, Page

Open = Callable[[str | None], Browser]
# Each list with a filter that leaves something out, and one that leaves something in.
LISTS = {
    "points.point_list": ("q=cam+pha", "status=proposed"),
    "assessments.visit_list": ("state=approved", "state=void"),
    "planning.month": ("month=2026-11",),
    "measures.behind": ("",),
    "findings.finding_list": ("state=closed", "state=open"),
    "stock.choose_point": ("q=cam+pha",),
    "stock.ledger": ("kind=receipt", "from=01/01/2026"),
    "stock.on_hand": ("q=mien", "q=zzz"),
    "stock.voucher_list": ("kind=receipt", "state=draft", "state=posted"),
    "stock.month_show": ("",),
    "stock.recall_show": ("", "view=vouchers"),
    "stock.stocktake_list": ("",),
    "stock.stocktake_show": ("",),
    "catalogue.supplier_list": ("q=dong+rui", "kind=household"),
    "catalogue.product_list": ("q=mien", "q=zzz"),
    "catalogue.certificate_list": ("q=mien", ""),
    "agreements.agreement_list": ("", "q=zzz"),
    "agreements.settlement": ("",),
    "programme.support_list": ("year=2025", "stage=unaccepted", "q=zzz"),
    "programme.support_totals": ("year=2025",),
    "programme.duty_list": ("",),
    "reports.overview_show": ("",),
    "period_reports.report_list": ("period=2026-H1&state=submitted", "state=draft"),
    "period_reports.report_show": ("",),
    "period_reports.summary_show": ("period=2026-H1", "map=34"),
    "desk.audit_list": ("kind=voucher", "since=23/11/2026"),
    "desk.user_list": ("role=officer", "q=thu+ha"),
    "localities.locality_list": ("q=quang", "supported=yes"),
}
# A month is shown day by day, or product by product: the page has no rows with a name at their head to count.
UNCOUNTED = {
    "planning.month",
    "stock.month_show",
    "stock.ledger",
    "stock.recall_show",
    "stock.stocktake_list",
    "stock.stocktake_show",
    "agreements.settlement",
    "programme.support_totals",
    "reports.overview_show",
    "period_reports.report_show",
    "period_reports.summary_show",
}


def book(page: Page) -> list[list[Any]]:
    """The rows of a workbook as another reader reads them."""
    data = io.BytesIO(page.answer.get_data())
    rows = CalamineWorkbook.from_filelike(data).get_sheet_by_index(0).to_python()
    return [[plain(cell) for cell in row] for row in rows]


def plain(cell: Any) -> str:
    """A cell as CSV writes it."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else str(cell)
    return str(cell)


def sheet(page: Page) -> list[list[str]]:
    content = page.answer.get_data().decode("utf-8-sig")
    rows = csv.reader(io.StringIO(content, newline=""))
    return [[re.sub(r"^'(?=[=+\-@\t\r\d])", "", cell) for cell in row] for row in rows]


def total(page: Page) -> int:
    """How many rows the page says there are."""
    found = re.findall(r"\d+–\d+ trong (\d+)|(\d+) địa phương", page.words)
    return int(found[-1][0] or found[-1][1]) if found else 0


def heads(page: Page) -> list[str]:
    """The names at the head of the rows that the page shows."""
    assert page.tree is not None
    cells = [one for one in page.tree.iter("th") if one.get("scope") == "row"]
    links = [next(cell.iter("a"), cell) for cell in cells]
    words = [" ".join("".join(link.itertext()).split()) for link in links]
    return [re.sub(r"^\d\d/\d\d/\d{4} ", "", one) for one in words]


def test_every_list_leaves_as_it_is_filtered(app: Flask, world: World, browser: Open) -> None:
    people = dict.fromkeys(("desk", "localities", "period_reports"), "admin")
    filled = 0
    for endpoint, filters in LISTS.items():
        someone = browser(people.get(endpoint.partition(".")[0], "manager"))
        url = address(app, endpoint, world)
        for query in filters:
            page = someone.get(f"{url}?{query}")
            links = [link for link in page.links() if "format=csv" in link]
            assert links, f"{endpoint} offers no CSV"
            xlsx = book(someone.get(f"{url}?{query}&format=xlsx"))
            rows = sheet(someone.get(links[0]))
            assert rows == xlsx, url
            if endpoint in UNCOUNTED:
                continue
            assert len(rows) - 1 == total(page), f"{url}?{query}"
            written = [" ".join(row) for row in rows[1:]]
            for head, line in zip(heads(page), written, strict=False):
                lost = set(re.split(r"[ ,]+", head)) - set(re.split(r"[ ,]+", line))
                assert not lost or endpoint == "desk.audit_list", (
                    f"{url}: {lost} of {head} not in {line}"
                )
            filled += len(rows) > 1
    assert filled >= len(LISTS) - len(UNCOUNTED)


def test_the_table_above_names_every_list_that_offers_a_file(app: Flask) -> None:
    known = {
        endpoint for endpoint, view in app.view_functions.items() if "listing.file" in source(view)
    }
    assert known == set(LISTS)


def source(view: Any) -> str:
    """The names a view uses: a file is sent by `send_table`."""
    names = getattr(view, "__code__", None)
    return "listing.file" if names and "send_table" in names.co_names else ""


def test_memory_does_not_grow_with_the_rows(app: Flask, browser: Open) -> None:
    maker = factories_goods.supplier()
    columns = [c.name for c in maker.__table__.columns if c.name != "id"]
    listed = ", ".join(columns)
    officer = browser("officer")

    def add(many: int) -> None:
        rows = (
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many}) "
            f"INSERT INTO supplier ({listed}) SELECT {listed} FROM supplier, n WHERE supplier.id = {maker.id}"
        )
        write(lambda: db.session.execute(text(rows)))

    def peak(kind: str) -> int:
        tracemalloc.start()
        with officer.http.get(f"/suppliers?format={kind}", buffered=False) as answer:
            for _part in answer.iter_encoded():
                pass
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    add(1_500)  # more than is read at once
    officer.get("/suppliers?format=xlsx")
    before = {kind: peak(kind) for kind in ("xlsx", "csv")}
    add(4_500)
    for kind, few in before.items():
        assert peak(kind) < 1.5 * few, kind
