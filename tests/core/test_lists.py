"""A list reads its address forgivingly."""

from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from ocop_points.core.lists import Listing
from ocop_points.points.rules import PointStatus
from tests.browser import Browser

Open = Callable[[str | None], Browser]
ODD = [
    "?page=abc&sort=x&_external=1&endpoint=a",
    "?page=0", "?page=-1", "?page=1.5", "?page=99999999999999999999", "?page=٣",
    "?status=nowhere&kind=99&result=maybe&locality=x&supported=perhaps",
    "?locality=99999999999", "?q=" + "x" * 5000, "?q=%00%FF", "?q=%25_%5C", "?q='; DROP TABLE sales_point --",
    "?sort=-name&sort=code", "?user=999999999999&since=31/02/2026&until=x&kind=y",
    "?role=king&state=x", "?_anchor=x&_method=POST&_scheme=ftp", "?format=pdf",
]  # fmt: skip
LISTS = ["/points", "/admin/users", "/audit", "/admin/localities", "/suppliers", "/products"]


@pytest.mark.parametrize("path", LISTS)
def test_odd_addresses_give_a_list(browser: Open, path: str) -> None:
    admin = browser("admin")
    for query in ODD:
        page = admin.get(path + query)
        assert "_external" not in page.path
        admin.part(path + query)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("٣", None),
        ("2147483648", None),
        ("x", None),
    ],
)
def test_a_number(app: Flask, text: str, number: int | None) -> None:
    assert Listing({"n": text}).number("n") == number


def test_text_members_and_order(app: Flask) -> None:
    listing = Listing({"q": "  đặc\u200b  sản " + "x" * 100, "status": "open", "sort": "-name"})
    assert listing.text("q").startswith("đặc sản")
    assert len(listing.text("q")) == 80
    assert listing.member("status", PointStatus) is PointStatus.OPEN
    assert listing.sorted_by({"name", "-name"}) == "-name"
    assert listing.sorted_by({"name"}) == ""


def test_addresses_keep_the_filters(app: Flask) -> None:
    with app.test_request_context("/points?q=a&page=3&sort=name"):
        listing = Listing(MultiDict({"q": "a", "page": "3", "sort": "name", "format": "xlsx"}))
        assert listing.url(page=None) == "/points?q=a&sort=name"
        assert listing.page_url(1) == "/points?q=a&sort=name"
        assert listing.page_url(2) == "/points?q=a&page=2&sort=name"
        assert listing.file_url("csv") == "/points?q=a&sort=name&format=csv"
        assert listing.file == "xlsx"
        assert listing.sort.url("name") == "/points?q=a&sort=-name"
        assert listing.sort.url("code") == "/points?q=a&sort=code"
        assert (listing.sort.state("name"), listing.sort.state("code")) == ("ascending", None)
        assert listing.filtered


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.dictionaries(st.text(max_size=8), st.text(max_size=12), max_size=4))
def test_any_address_is_read(app: Flask, args: dict[str, str]) -> None:
    with app.test_request_context("/points"):
        listing = Listing(args)
        assert listing.page >= 1
        assert listing.url(page=2).startswith("/points?")
        for name in args:
            assert len(listing.text(name)) <= 80
            listing.number(name)
