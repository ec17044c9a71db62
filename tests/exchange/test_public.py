"""The public list: what it holds, field by field, and that it holds nothing else."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask

from ocop_points.catalogue.rules import Stars, SupplierKind
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.extensions import limiter
from ocop_points.points import service
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import OperatorKind, PointVerb
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser, Page
from tests.statements import statements

Open = Callable[[str | None], Browser]
FILES = (
    "diem-ban.json",
    "diem-ban.csv",
    "diem-ban.geojson",
    "hang-tren-ke.json",
    "hang-tren-ke.csv",
)
# Decided in docs/decisions/0026, written a second time on purpose: another field must be meant.
POINT = [
    "code", "name", "kind", "address", "ward", "province", "locality", "latitude", "longitude", "opening_hours",
    "phone", "operator", "opened_on", "products", "page",
]  # fmt: skip
GOODS = ["point_code", "product_code", "product", "producer", "group", "stars", "certificate_until"]
# Stand in the records, and may stand in no answer.
SECRETS = (
    "Mật Danh", "0912 345 678", "0912345678", "0101234567", "0203 3825 999", "NCC Kín", "8934567890128", "SỐ-LÔ-KÍN",
    "777000", "4321", "Phạm Quốc Hưng", "Nguyễn Thị Thu Hà", "Điểm chưa mở", "Điểm tạm ngừng", "Hàng hết hạn",
    "Hàng đã bán hết", "Phạt vì",
)  # fmt: skip


@pytest.fixture(autouse=True)
def fresh_limits() -> None:
    limiter.reset()


@pytest.fixture
def shops(app: Flask) -> None:
    """A household with everything private filled in, an enterprise that shows its telephone, and some unseen."""
    household = factories.point(
        name="Quầy OCOP Đặc sản biển",
        operator_name="Hộ kinh doanh Mật Danh",
        operator_kind=OperatorKind.HOUSEHOLD,
        phone="0912 345 678",
        latitude=20.95,
        longitude=107.05,
        opening_hours="07:30 – 22:00",
        area_dm2=4321,
        moit_supported=True,
        representative="Bà Mật Danh",
        operator_tax_code="0101234567",
    )
    factories.point(
        people.ELSEWHERE,
        name="Siêu thị Đất Mũi",
        address="1 Phan Ngọc Hiển",
        phone="0290 3831 234",
        phone_public=True,
        opened_on=date(2023, 1, 2),
    )
    factories.point(name="Điểm chưa mở", address="2", opened_on=None)
    shut = factories.point(name="Điểm tạm ngừng", address="3").id
    maker = factories_goods.supplier(
        name="HTX Miến dong Bình Liêu",
        phone="0203 3825 999",
        representative="Ông Mật Danh",
        kind=SupplierKind.HOUSEHOLD,
    )
    sold_by = factories_goods.supplier(name="NCC Kín", kind=SupplierKind.TRADER).id
    noodles = factories_goods.product(
        producer=maker, name="Miến dong", barcode="8934567890128", reference_price=777_000
    )
    factories_goods.certificate(noodles, stars=Stars.FOUR)
    unrated = factories_goods.product(producer=maker, name="Nước mắm Cái Rồng")
    stale = factories_goods.product(producer=maker, name="Hàng hết hạn")
    sold = factories_goods.product(producer=maker, name="Hàng đã bán hết")
    made = {"unit_price": 777_000, "lot_code": "SỐ-LÔ-KÍN"}
    goods.posted(
        household,
        goods.line(noodles, 4321, **made),
        goods.line(noodles, 5, lot_code="M-2", unit_price=777_000),
        goods.line(unrated, 7, **made),
        goods.line(sold, 3, **made),
        goods.line(stale, 3, lot_code="CŨ", expiry=date(2026, 11, 22), expiry_confirmed=True),
        on=date(2026, 11, 1),
        supplier_id=sold_by,
    )
    goods.posted(household, goods.take(sold, 3, "SỐ-LÔ-KÍN"), kind=goods.ISSUE)

    def suspend() -> None:
        service.take_step(
            db.session.get_one(SalesPoint, shut),
            PointVerb.SUSPEND,
            on=date(2026, 11, 23),
            reason="Phạt vì mất trật tự",
            by=people.user("manager"),
        )

    write(suspend)


def text(page: Page) -> str:
    return page.answer.get_data(as_text=True)


def table(anyone: Browser, name: str) -> list[dict[str, str]]:
    content = text(anyone.get(f"/du-lieu-mo/{name}"))
    assert content.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))


def test_the_files_hold_these_fields_and_no_others(shops: None, browser: Open) -> None:
    anyone = browser(None)
    found = json.loads(text(anyone.get("/du-lieu-mo/diem-ban.json")))
    household, enterprise = found.pop("points")
    assert found == {"as_of": "2026-11-23"}
    assert list(household) == list(enterprise) == POINT
    ward = factories.ward_of()
    assert household == {
        "code": "QNI-0001",
        "name": "Quầy OCOP Đặc sản biển",
        "kind": "Cửa hàng trong khu du lịch, nhà hàng, khách sạn",
        "address": "88 đường Hạ Long",
        "ward": f"{ward.kind} {ward.name}",
        "province": "Quảng Ninh",
        "locality": "Quảng Ninh",
        "latitude": 20.95,
        "longitude": 107.05,
        "opening_hours": "07:30 – 22:00",
        "phone": None,
        "operator": None,
        "opened_on": "2022-09-02",
        "products": 2,
        "page": "https://ocop.example/diem-ban/QNI-0001",
    }
    assert (enterprise["phone"], enterprise["operator"], enterprise["products"]) == (
        "0290 3831 234",
        "Công ty CP Thương mại Du lịch Bãi Cháy",
        0,
    )
    rows = table(anyone, "diem-ban.csv")
    assert [list(row) for row in rows] == [POINT, POINT]
    written = {k: "" if v is None else str(v) for k, v in household.items()}
    assert rows[0] == written
    shapes = json.loads(text(anyone.get("/du-lieu-mo/diem-ban.geojson")))
    first, second = shapes["features"]
    assert first["geometry"] == {"type": "Point", "coordinates": [107.05, 20.95]}
    assert second["geometry"] is None
    assert {*first["properties"], "latitude", "longitude"} == set(POINT)
    shelf = json.loads(text(anyone.get("/du-lieu-mo/hang-tren-ke.json")))["goods"]
    assert [list(row) for row in shelf] == [GOODS, GOODS]
    assert shelf[0] == {
        "point_code": "QNI-0001",
        "product_code": shelf[0]["product_code"],
        "product": "Miến dong",
        "producer": "HTX Miến dong Bình Liêu",
        "group": "Thực phẩm",
        "stars": "4",
        "certificate_until": "2028-03-09",
    }
    assert (shelf[1]["product"], shelf[1]["stars"]) == ("Nước mắm Cái Rồng", None)
    assert [list(row) for row in table(anyone, "hang-tren-ke.csv")] == [GOODS, GOODS]


def test_no_answer_holds_what_is_not_public(shops: None, browser: Open) -> None:
    anyone = browser(None)
    pages = ["/diem-ban", "/diem-ban/QNI-0001", "/diem-ban/CMA-0001", "/du-lieu-mo"]
    for url in [*pages, *(f"/du-lieu-mo/{name}" for name in FILES)]:
        page = anyone.get(url)
        said = text(page)
        assert [secret for secret in SECRETS if secret in said] == [], url
    for code in ("QNI-0002", "QNI-0003", "QNI-9999", "qni-0001"):
        anyone.get(f"/diem-ban/{code}", status=404)
    # Nor does a search tell by a hit what no page says.
    for hidden in ("Mật Danh", "0912345678", "Điểm tạm ngừng", "Hàng hết hạn", "NCC Kín"):
        assert "Không có điểm bán nào khớp" in anyone.get(f"/diem-ban?q={hidden}").words, hidden


def test_somebody_finds_a_shop_and_what_it_sells(shops: None, browser: Open) -> None:
    anyone = browser(None)
    assert "Tìm điểm bán đang mở cửa" in anyone.get("/login").words
    here = people.locality().id
    for query in (
        "q=dac+san",
        "q=88+duong+ha+long",
        "q=mien+dong",
        "q=qni-0001",
        f"locality={here}",
    ):
        page = anyone.get(f"/diem-ban?{query}")
        assert "Quầy OCOP Đặc sản biển" in page.words, query
        assert "Siêu thị Đất Mũi" not in page.words, query
    assert "0290 3831 234" in anyone.get("/diem-ban").words
    page = anyone.get("/diem-ban/QNI-0001")
    for words in (
        "07:30 – 22:00",
        "Miến dong",
        "4 sao",
        "HTX Miến dong Bình Liêu",
        "chưa xếp hạng",
    ):
        assert words in page.words
    everywhere = json.loads(text(anyone.get(f"/du-lieu-mo/diem-ban.json?locality={here}")))
    assert [one["code"] for one in everywhere["points"]] == ["QNI-0001"]
    other = people.locality(people.ELSEWHERE).id
    shelf = json.loads(text(anyone.get(f"/du-lieu-mo/hang-tren-ke.json?locality={other}")))
    assert shelf["goods"] == []


def test_an_answer_is_kept_until_something_changes(shops: None, browser: Open) -> None:
    anyone = browser(None)
    for url in ("/diem-ban", "/du-lieu-mo/diem-ban.json", "/du-lieu-mo/hang-tren-ke.csv"):
        first = anyone.get(url).answer
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert first.headers["Access-Control-Allow-Origin"] == "*"
        known = {"If-None-Match": first.headers["ETag"]}
        same = anyone.get(url, status=304, headers=known)
        assert not same.answer.data
        assert anyone.get(f"{url}?q=x", headers=known).status == 200
    point_id = db.session.query(SalesPoint).filter_by(code="QNI-0001").one().id

    def change() -> None:
        point = db.session.get_one(SalesPoint, point_id)
        service.edit_contact(
            point,
            phone=point.phone,
            phone_public=True,
            opening_hours="08:00 – 20:00",
            by=people.user("officer"),
        )

    write(change)
    page = anyone.get("/diem-ban", headers=known)
    assert "08:00 – 20:00" in page.words
    assert "0912 345 678" in page.words


def test_nothing_of_a_session_goes_into_a_kept_answer(shops: None, browser: Open) -> None:
    officer = browser("officer")
    point = db.session.query(SalesPoint).filter_by(code="QNI-0001").one()
    officer.submit(f"/points/{point.id}/edit", {"opening_hours": "09:00 – 20:00"})
    with clock.freeze(
        clock.now() + timedelta(minutes=2)
    ):  # any other page would note that it is in use
        shown = officer.get("/diem-ban")
    assert "Set-Cookie" not in shown.answer.headers
    assert text(shown) == text(browser(None).get("/diem-ban"))
    assert (
        "Đã lưu." in officer.get("/points").words
    )  # the message waits for a page of the officer's
    assert "Trang cho người mua" in officer.get(f"/points/{point.id}").words


def test_statements_do_not_grow_with_points_and_goods(shops: None, browser: Open) -> None:
    anyone = browser(None)
    urls = ["/diem-ban?q=miến", "/diem-ban/QNI-0001", *(f"/du-lieu-mo/{name}" for name in FILES)]
    before = [statements(anyone.get, url) for url in urls]
    maker = factories_goods.supplier(name="HTX Tiên Yên")
    many = [factories_goods.product(producer=maker, name=f"Miến {n}") for n in range(4)]
    shop = db.session.query(SalesPoint).filter_by(code="QNI-0001").one()
    goods.posted(shop, *(goods.line(one) for one in many))
    for n in range(4):
        factories.point(name=f"Miến {n}", address=f"{n} phố Miến")
    limiter.reset()
    assert [statements(anyone.get, url) for url in urls] == before
    assert max(before) <= 5  # the newest audit row, localities, the count, the rows, their goods


def test_files_are_not_asked_for_without_end(shops: None, browser: Open) -> None:
    anyone = browser(None)
    for _turn in range(12):
        anyone.get("/du-lieu-mo/diem-ban.csv")
    anyone.get("/du-lieu-mo/diem-ban.csv", status=429)
