"""Counting the whole list of products reads the products only; with a filter the rows themselves are counted."""

from flask import Flask

from ocop_points.catalogue.lists import ProductFilter, products_page
from ocop_points.catalogue.rules import ProductGroup
from ocop_points.core import clock
from tests import factories_goods
from tests.statements import counted


def test_all_products_are_counted_without_joins_and_filtered_ones_as_shown(app: Flask) -> None:
    factories_goods.product()
    today = clock.today()
    with counted() as seen:
        page, _standings = products_page(ProductFilter(day=today), 1)
    assert page.total == len(page.items) == 1
    (count,) = [one for one in seen if "count(*)" in one]
    assert "JOIN" not in count
    for wanted in (
        ProductFilter(day=today, query="không có"),
        ProductFilter(day=today, group=ProductGroup.ORNAMENTAL),
        ProductFilter(day=today, locality_id=999_999),
    ):
        page, _standings = products_page(wanted, 1)
        assert (page.total, page.items) == (0, [])
