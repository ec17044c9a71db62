"""Shelf labels: what stands on them, how many, and where their code leads."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from ocop_points.core.db import db, write
from ocop_points.points import service as points
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointVerb
from ocop_points.stock.rules import VoucherKind
from ocop_points.stock.shelf_label_views import public_address
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.factories_stock import TODAY

Open = Callable[[str | None], Browser]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext")
def test_labels_of_the_lots_that_were_chosen(app: Flask, browser: Open) -> None:
    point = factories.point()
    factories.give_point(point)
    maker = factories_goods.supplier(name="HTX Chả mực Thoan")
    cake = factories_goods.product(producer=maker, name="Chả mực", reference_price=185_000)
    factories_goods.certificate(cake, number="12/GCN-OCOP")
    plain = factories_goods.product(producer=maker, name="Ruốc hàu", reference_price=None)
    factories_goods.certificate(plain, last_day=date(2026, 11, 22), number="13/GCN-OCOP")
    lines = [
        goods.line(cake, 9, lot_code="CM-7", expiry=date(2026, 12, 31)),
        goods.line(cake, 9, lot_code="CU", expiry=date(2026, 11, 22)),
        goods.line(plain, 9, lot_code="RH-1"),
    ]
    goods.posted(point, *lines, kind=VoucherKind.OPENING)
    lot, other, old = (goods.lot(cake, "CM-7"), goods.lot(plain, "RH-1"), goods.lot(cake, "CU"))
    shop, url = browser("operator"), f"/points/{point.id}/stock/labels"
    page = shop.get(url)
    assert "CM-7" in page.words
    assert "CU" not in page.words  # past its date
    assert f"https://ocop.example/diem-ban/{point.code}" in page.words
    sent = shop.get(f"{url}.pdf?lot-{lot.id}=25&lot-{other.id}=2&lot-{old.id}=5", status=None)
    run = ["pdftotext", "-", "-"]
    read = subprocess.run(run, input=sent.answer.data, capture_output=True, check=True).stdout
    words = " ".join(read.decode().split())
    assert read.count(b"\f") == 2  # pages
    assert words.count("Chả mực") == 25 + 27  # and in the maker's name
    for told in ("★★★★", "185.000 ₫", "Lô CM-7", "HSD 31/12/2026", "GCN 12/GCN-OCOP"):
        assert words.count(told) == 25, told
    assert words.count("Ruốc hàu") == 2
    assert "13/GCN-OCOP" not in words  # without force since yesterday
    for query in ("", f"lot-{lot.id}=0", f"lot-{old.id}=1"):
        back = shop.follow(shop.get(f"{url}.pdf?{query}", status=302))
        assert "ít nhất một lô" in back.words, query
    for query, said in (
        (f"lot-{lot.id}=100", "từ 0 đến 99"),
        (f"lot-{lot.id}=²", "từ 0 đến 99"),
    ):
        assert said in shop.get(f"{url}.pdf?{query}", status=422).words, query
    assert browser(None).get(f"/diem-ban/{point.code}").status == 200


def test_a_point_that_is_not_open_has_no_code(app: Flask) -> None:
    point = factories.point()
    assert public_address(point)

    def suspend() -> None:
        found = db.session.get_one(SalesPoint, point.id)
        manager = people.user("manager")
        points.take_step(found, PointVerb.SUSPEND, on=TODAY, reason="Sửa chữa", by=manager)

    write(suspend)
    assert public_address(db.session.get_one(SalesPoint, point.id)) == ""
