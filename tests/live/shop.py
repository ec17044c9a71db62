"""A shop with goods, for servers whose clock is today's: every day on its papers lies long before."""

from datetime import date
from typing import Any

from flask import Flask

from ocop_points.catalogue.models import Product
from ocop_points.points.models import SalesPoint
from ocop_points.stock.faults import ledger_faults
from tests import factories, factories_goods
from tests import factories_stock as goods
from tests.browser import Browser

IN_ON, OUT_ON = date(2026, 1, 5), "05/02/2026"


def stocked(quantity: int) -> tuple[SalesPoint, Product]:
    """An open point that holds so much of one lot."""
    point, product = factories.point(), factories_goods.product()
    goods.posted(point, goods.line(product, quantity), on=IN_ON)
    return point, product


def issue_of_one(
    officer: Browser, point: SalesPoint, product: Product
) -> tuple[str, dict[str, Any]]:
    """Address and fields of a form that takes one unit out, as its page fills them in.

    The key is left out: each sending needs one of its own.
    """
    url = f"/points/{point.id}/stock/issues/new"
    form = officer.get(url).form(url)
    page = officer.post(f"{url}/add/{product.id}", form.filled({}), status=200)
    lot = str(goods.lot(product).id)
    fields = page.form().filled({"on_date": OUT_ON, "lines-0-lot_id": lot, "lines-0-quantity": "1"})
    del fields["csrf_token"], fields["form_key"]
    return f"{url}/post", fields


def verified(app: Flask) -> None:
    """`flask verify` finds nothing."""
    done = app.test_cli_runner().invoke(args=["verify"])
    assert done.exit_code == 0, done.output
    assert not list(ledger_faults())
