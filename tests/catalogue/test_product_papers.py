"""Products: papers of the bases, a shelf life in months or days, the picture, the expiry by the day of production."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

from PIL import Image
from sqlalchemy import select

from ocop_points.catalogue.models import Product
from ocop_points.catalogue.rules import expiry_from
from ocop_points.core.db import db, write
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.service import sweep
from ocop_points.stock.models import VoucherLine
from tests import factories, factories_goods, factories_papers
from tests import factories_stock as goods
from tests.browser import Browser
from tests.stock.test_voucher_pages import at, receipts, received, with_lines

Open = Callable[[str | None], Browser]


def test_the_expiry_by_the_shelf_life() -> None:
    for made_on, days, months, expected in (
        (date(2026, 11, 1), None, 12, date(2027, 11, 1)),
        (date(2026, 11, 1), 45, None, date(2026, 12, 16)),
        (date(2026, 8, 31), None, 6, date(2027, 2, 28)),
        (date(2024, 2, 29), None, 12, date(2025, 2, 28)),
        (date(2026, 11, 1), None, None, None),
    ):
        assert expiry_from(made_on, days=days, months=months) == expected


def test_a_basis_has_number_day_and_issuer_and_a_shelf_life_is_one_thing(browser: Open) -> None:
    made = factories_goods.product()
    officer, url = browser("officer"), f"/products/{made.id}/edit"
    paper = {
        "basis_c": "y",
        "basis_c_paper": "812/QĐ-UBND",
        "basis_c_on": "03/04/2025",
        "basis_c_issuer": "UBND tỉnh Quảng Ninh",
    }
    for changed, message in (
        ({**paper, "basis_c": None}, "Đánh dấu căn cứ ở trên"),
        ({**paper, "basis_c_on": "03/04/2027"}, "hôm nay trở về trước"),
        ({"basis_d_issuer": "Sở"}, "Đánh dấu căn cứ ở trên"),
        ({"shelf_life_months": "6", "shelf_life_days": "180"}, "không ghi cả hai"),
        ({"shelf_life_months": "0"}, "Nhập số từ 1"),
    ):
        page = officer.submit(url, changed, status=422)
        assert any(message in error for error in page.errors()), (changed, page.errors())
    page = officer.follow(officer.submit(url, {**paper, "shelf_life_months": "6"}))
    assert "812/QĐ-UBND ngày 03/04/2025 của UBND tỉnh Quảng Ninh" in page.words
    assert "6 tháng" in page.words


def test_a_picture_is_made_safe_shown_and_forgotten(browser: Open) -> None:
    made = factories_goods.product()
    officer, url = browser("officer"), f"/products/{made.id}/picture"
    form = officer.get(f"{url}/new").form()
    wrong = {"picture": factories_papers.upload(b"x", "anh.jpg")}
    page = factories_papers.post_files(officer, form, wrong, status=422)
    assert any("không phải là ảnh" in error for error in page.errors())
    assert "picture/small" not in officer.get("/products").text
    for number in (1, 2):  # the second takes the place of the first
        shot = {"picture": factories_papers.upload(factories_papers.shot(number, (3000, 2000)))}
        factories_papers.post_files(officer, officer.get(f"{url}/new").form(), shot)
    reader = browser("operator")
    answer = factories_papers.raw(reader, url)
    shown = Image.open(BytesIO(answer.data))
    assert (max(shown.size), len(shown.getexif())) == (2048, 0)
    small = Image.open(BytesIO(factories_papers.raw(reader, f"{url}/small").data))
    assert max(small.size) <= 320
    assert f"{url}/small" in reader.get("/products").text
    write(sweep)
    unused = [one.unused_since is not None for one in db.session.scalars(select(StoredFile))]
    assert sorted(unused) == [False, True]
    officer.submit(f"{url}/delete")
    reader.get(url, status=404)
    officer.get(f"{url}/delete", status=404)
    browser("other_officer").get(f"{url}/new", status=403)


def test_the_day_of_production_proposes_the_expiry(browser: Open) -> None:
    point = factories.point()
    dated = factories_goods.product(shelf_life_months=6)
    plain = factories_goods.product(name="Giỏ cói")
    officer = browser("officer")
    form = with_lines(officer, receipts(point), dated, plain)
    typed = {
        "supplier_id": str(dated.producer_id),
        **received(expiry="", made_on="01/09/2026"),
        **received(1, lot_code="gc", expiry=""),
    }
    page = officer.send(at(form, "/find"), typed, status=200)
    assert page.form().value("lines-0-expiry") == "01/03/2027"
    assert page.form().value("lines-1-made_on") is None
    form = page.form()
    page = officer.send(at(form, "/find"), {"lines-0-expiry": "28/02/2027"}, status=200)
    assert page.form().value("lines-0-expiry") == "28/02/2027"
    page = officer.send(at(page.form(), "/find"), {"lines-0-made_on": "01/12/2026"}, status=200)
    page = officer.send(at(page.form(), "/post"), {}, status=422)
    assert any("hôm nay trở về trước" in error for error in page.errors())
    officer.send(at(page.form(), "/post"), {"lines-0-made_on": "", "lines-1-unit_price": "9"})
    lines = db.session.scalars(select(VoucherLine).order_by(VoucherLine.position)).all()
    assert [line.expiry for line in lines] == [date(2027, 2, 28), None]


def test_a_list_of_products_names_shelf_lives_as_labels_do(browser: Open) -> None:
    factories_goods.product(shelf_life_months=12)
    made = factories_goods.product(name="Bánh gai", shelf_life_days=15)
    point = factories.point()
    goods.posted(point, goods.line(made), supplier_id=made.producer_id)
    text = browser("officer").get("/products?format=csv", status=200).answer.get_data(as_text=True)
    assert "12 tháng" in text
    assert "15 ngày" in text
    assert db.session.get_one(Product, made.id).has_shelf_life
