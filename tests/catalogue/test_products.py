"""Products and certificates through the pages: rights, stars on a day, filters, bad input, growth."""

import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from ocop_points.catalogue import lists, queries
from ocop_points.catalogue.lists import CertificateFilter, ProductFilter
from ocop_points.catalogue.models import Certificate, Product, ProductUnit
from ocop_points.catalogue.rules import OldProductGroup, Stars, SupplierKind
from ocop_points.core import clock
from ocop_points.core.db import db
from tests import factories_goods, people
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)


def filled(**changed: str) -> dict[str, str]:
    """A product as an officer types it; the producer is named by each test."""
    return {
        "name": "Chả mực Hạ Long 500 g",
        "group148": "food",
        "base_unit": "hộp",
        "units": "lốc = 6\nthùng = 24",
        "barcode": "8935-0012 3456 2",
        "basis_d": "y",
        "basis_d_paper": "1234/QĐ-UBND",
        "shelf_life_days": "180",
        "reference_price": "285.000",
        **changed,
    }


def certified(**changed: str) -> dict[str, str]:
    return {
        "number": "12/GCN-OCOP",
        "stars": "4",
        "score": "89,5",
        "issuer": "UBND tỉnh Quảng Ninh",
        "decision": "120/QĐ-UBND",
        "issued_on": "04/02/2020",
        **changed,
    }


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_an_officer_adds_a_product_with_pack_units(browser: Open) -> None:
    maker = factories_goods.supplier()
    officer = browser("officer")
    page = officer.follow(officer.submit("/products/new", filled(producer_id=str(maker.id))))
    assert "mã SP-00001" in page.words
    assert "thùng = 24 hộp" in page.words
    assert "1234/QĐ-UBND" in page.words
    made = db.session.scalars(select(Product)).one()
    assert (made.barcode, made.reference_price) == ("8935001234562", 285_000)
    assert [(one.name, one.factor) for one in made.units] == [("lốc", 6), ("thùng", 24)]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": ""}, "Nhập tên sản phẩm"),
        ({"producer_id": ""}, "Tìm rồi chọn chủ thể"),
        ({"producer_id": "999"}, "Chọn một mục trong danh sách"),
        ({"group148": "", "old_group": ""}, "Chọn nhóm sản phẩm, hoặc nhóm cũ"),
        ({"group148": "weapons"}, "Chọn một mục trong danh sách"),
        ({"base_unit": ""}, "Nhập đơn vị tính"),
        ({"units": "thùng"}, "Dòng 1: ghi tên = số"),
        ({"units": "lốc = 6\nthùng = 1"}, "Dòng 2: số đơn vị cơ sở"),
        ({"units": "thùng = 2,5"}, "Dòng 1: số đơn vị cơ sở"),
        ({"units": "thùng = 24\nTHUNG = 12"}, "Mỗi đơn vị đóng gói chỉ ghi một dòng"),
        ({"barcode": "12345"}, "Nhập 8, 12 hoặc 13 chữ số"),
        ({"barcode": "8935001234567"}, "chữ số cuối không khớp"),
        ({"basis_d": "", "basis_b_paper": "x"}, "Đánh dấu căn cứ"),
        ({"shelf_life_days": "0"}, "Nhập số từ 1"),
        ({"reference_price": "-1"}, "Nhập số từ 0"),
        ({"reference_price": "1,5"}, "Nhập số nguyên"),
    ],
)
def test_wrong_input_comes_back_as_typed(
    browser: Open, changed: dict[str, str], message: str
) -> None:
    maker = factories_goods.supplier()
    values = filled(**{"producer_id": str(maker.id), **changed})
    page = browser("officer").submit("/products/new", values, status=422)
    assert any(message in error for error in page.errors()), page.errors()
    if "units" in changed:
        assert page.form().value("units") == changed["units"]
    assert count(Product) == 0


def test_a_barcode_is_one_products_and_finds_it(browser: Open) -> None:
    known = factories_goods.product(name="Nước mắm Cái Rồng", barcode="0036000291452")
    other = factories_goods.product()
    officer = browser("officer")
    values = filled(
        producer_id=str(other.producer_id), barcode="036000 291452"
    )  # the same, as UPC-A
    for url in ("/products/new", f"/products/{other.id}/edit"):
        page = officer.submit(url, values, status=422)
        assert f"Mã vạch này là của Nước mắm Cái Rồng, mã {known.code}" in page.words
    values = filled(producer_id=str(known.producer_id), barcode="036000291452")
    officer.submit(f"/products/{known.id}/edit", values)  # its own is no stranger's
    assert known.code in officer.get("/products?q=0-36000-29145-2").words
    assert other.code not in officer.get("/products?q=036000291452").words
    book = officer.get("/products?format=xlsx&q=036000291452").answer.data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert any("0036000291452" in row for row in rows)
    with pytest.raises(IntegrityError):
        db.session.execute(update(Product).values(barcode="0036000291452"))
    db.session.rollback()


def test_a_trader_makes_no_product(browser: Open) -> None:
    trader = factories_goods.supplier(kind=SupplierKind.TRADER)
    officer = browser("officer")
    page = officer.submit("/products/new", filled(producer_id=str(trader.id)), status=422)
    assert any("không phải là chủ thể OCOP" in error for error in page.errors())
    assert "Thoan" not in officer.get("/suppliers/choices?producer_query=thoan").words


def test_a_product_with_an_older_group_and_89_5_points_keeps_both(browser: Open) -> None:
    made = factories_goods.product(group148=None, old_group=OldProductGroup.HERBAL)
    officer = browser("officer")
    officer.submit(f"/products/{made.id}/certificates/new", certified(issued_on="04/02/2024"))
    page = officer.get(f"/products/{made.id}")
    assert "nhóm cũ: Thảo dược" in page.words
    assert "89,5" in page.words
    assert "4 sao" in page.words


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("03/02/2020", "Chưa xếp hạng"),
        ("04/02/2020", "4 sao"),
        ("03/02/2023", "4 sao"),
        ("04/02/2023", "Chưa xếp hạng (hết hiệu lực từ 04/02/2023)"),
        ("2023-02-04", "Chưa xếp hạng (hết hiệu lực từ 04/02/2023)"),
    ],
)
def test_stars_on_a_day_through_the_page(browser: Open, day: str, words: str) -> None:
    made = factories_goods.product()
    officer = browser("officer")
    page = officer.follow(officer.submit(f"/products/{made.id}/certificates/new", certified()))
    assert "hiệu lực đến hết 03/02/2023" in page.words
    head = browser("viewer").get(f"/products/{made.id}?day={day}").words
    head = head[head.index("Chả mực Hạ Long 500 g") : head.index("Giấy chứng nhận")]
    assert words in head
    assert ("4 sao" in head) == (words == "4 sao")


def test_a_day_that_is_none_is_said_and_today_is_shown(browser: Open) -> None:
    made = factories_goods.product()
    page = browser("officer").get(f"/products/{made.id}?day=31/02/2023")
    assert any("31/02/2023 không có thật" in error for error in page.errors())
    assert "ngày 23/11/2026" in page.words


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"number": ""}, "Nhập số giấy chứng nhận"),
        ({"stars": ""}, "Chọn hạng sao"),
        ({"stars": "6"}, "Chọn một mục trong danh sách"),
        ({"stars": "5"}, "không ứng với hạng"),
        ({"stars": "3", "score": "70"}, "không ứng với hạng"),
        ({"score": "100,5"}, "Nhập số từ 0 đến 100"),
        ({"score": "89.5"}, "Dùng dấu phẩy"),
        ({"issuer": ""}, "Nhập cơ quan cấp"),
        ({"issued_on": "24/11/2026"}, "từ hôm nay trở về trước"),
        ({"issued_on": "31/02/2020"}, "không có thật"),
        ({"last_valid_day": "03/02/2020"}, "không được trước ngày cấp"),
    ],
)
def test_wrong_certificates_come_back(browser: Open, changed: dict[str, str], message: str) -> None:
    made = factories_goods.product()
    url = f"/products/{made.id}/certificates/new"
    page = browser("officer").submit(url, certified(**changed), status=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.form().value("number") == certified(**changed)["number"]
    assert count(Certificate) == 0


def test_the_same_certificate_is_not_written_twice(browser: Open) -> None:
    made = factories_goods.product()
    url = f"/products/{made.id}/certificates/new"
    officer = browser("officer")
    officer.submit(url, certified())
    page = officer.submit(url, certified(), status=422)
    assert any("đã có trong hệ thống" in error for error in page.errors())


def test_withdrawing_ends_the_stars_on_that_day(browser: Open) -> None:
    made = factories_goods.product()
    held = factories_goods.certificate(made)
    officer = browser("officer")
    values = {"on": "01/06/2026", "reason": "Không duy trì chất lượng"}
    page = officer.follow(officer.submit(f"/certificates/{held.id}/withdraw", values))
    assert "Chưa xếp hạng (hết hiệu lực từ 01/06/2026)" in page.words
    assert "4 sao" in officer.get(f"/products/{made.id}?day=31/05/2026").words
    again = officer.submit(f"/certificates/{held.id}/withdraw", values, status=422)
    assert "đã được ghi thu hồi" in again.words


def test_a_withdrawal_after_the_last_day_or_without_reason_is_refused(browser: Open) -> None:
    held = factories_goods.certificate(factories_goods.product(), last_day=date(2026, 3, 1))
    officer, url = browser("officer"), f"/certificates/{held.id}/withdraw"
    page = officer.submit(url, {"on": "02/03/2026", "reason": "Muộn"}, status=422)
    assert any("đã hết hiệu lực sau 01/03/2026" in error for error in page.errors())
    page = officer.submit(url, {"on": "01/03/2026", "reason": " "}, status=422)
    assert any("Ghi lý do" in error for error in page.errors())


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("officer", 200),
        ("manager", 200),
        ("other_officer", 403),
        ("other_manager", 403),
        ("viewer", 403),
        ("operator", 403),
    ],
)
def test_who_may_edit(browser: Open, who: str, status: int) -> None:
    made = factories_goods.product()
    held = factories_goods.certificate(made)
    somebody = browser(who)
    assert "4 sao" in somebody.get(f"/products/{made.id}").words
    for url in (
        f"/products/{made.id}/edit",
        f"/products/{made.id}/certificates/new",
        f"/certificates/{held.id}/withdraw",
    ):
        somebody.get(url, status=status)
    if who == "officer":
        return
    token = next(one for one in somebody.get("/products").forms() if one.method == "post")
    form = browser("officer").get(f"/certificates/{held.id}/withdraw").form()
    sent = {"on": "01/06/2026", "reason": "Thử", "csrf_token": token.value("csrf_token")}
    answer = somebody.post(form.action, form.filled(sent))
    assert answer.status == (403 if status == 403 else 422)  # the key was made for the officer
    assert db.session.get_one(Certificate, held.id).withdrawn_on is None


def test_editing_replaces_units_and_keeps_the_code(browser: Open) -> None:
    made = factories_goods.product(units=(("thùng", 24),))
    officer = browser("officer")
    url = f"/products/{made.id}/edit"
    assert officer.get(url).form().value("units") == "thùng = 24"
    officer.submit(url, {"units": "thùng = 12", "active": None})
    db.session.expire_all()
    assert [one.factor for one in db.session.scalars(select(ProductUnit))] == [12]
    assert db.session.get_one(Product, made.id).active is False


def test_the_second_writer_of_a_product_sees_both_texts(browser: Open) -> None:
    made = factories_goods.product(units=(("thùng", 24),))
    officer, colleague = browser("officer"), browser("second_officer")
    url = f"/products/{made.id}/edit"
    form = officer.get(url).form()
    colleague.submit(url, {"units": "thùng = 12"})
    page = officer.send(form, {"units": "thùng = 36"}, status=422)
    assert "thùng = 12" in page.words
    officer.send(page.form(), {"choose-units": "theirs"})
    assert [one.factor for one in db.session.scalars(select(ProductUnit))] == [12]


def _a_shelf() -> dict[str, int]:
    """Products whose certificates stand in every way on 23 November 2026."""
    maker = factories_goods.supplier()
    made = {}
    for name, facts in {
        "valid": {"issued_on": date(2025, 1, 1), "stars": Stars.FIVE, "score": None},
        "soon": {"issued_on": date(2024, 1, 1), "last_day": TODAY + timedelta(days=90)},
        "later": {"issued_on": date(2024, 1, 1), "last_day": TODAY + timedelta(days=91)},
        "last day": {"issued_on": date(2023, 11, 24), "last_day": TODAY},
        "ended": {"issued_on": date(2023, 1, 1), "last_day": TODAY - timedelta(days=1)},
        "withdrawn": {"issued_on": date(2025, 1, 1), "withdrawn_on": TODAY},
        "never counted": {"issued_on": date(2025, 1, 1), "withdrawn_on": date(2024, 1, 1)},
        "none": None,
    }.items():
        product = factories_goods.product(producer=maker, name=name)
        made[name] = product.id
        if facts:
            factories_goods.certificate(product, **facts)  # type: ignore[arg-type]
    return made


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CertificateFilter.VALID, {"valid", "soon", "later", "last day"}),
        (CertificateFilter.SOON, {"soon", "last day"}),
        (CertificateFilter.ENDED, {"ended", "withdrawn"}),
        (CertificateFilter.NONE, {"never counted", "none"}),
    ],
)
def test_filtering_by_certificate(
    app: object, state: CertificateFilter, expected: set[str]
) -> None:
    _a_shelf()
    page, _standings = lists.products_page(ProductFilter(TODAY, certificate=state), 1)
    assert {row.name for row in page.items} == expected


def test_the_database_and_the_rule_choose_the_same_certificate(app: object) -> None:
    """Several at once: the filter by stars finds what the page shows."""
    product = factories_goods.product()
    factories_goods.certificate(product, number="1", stars=Stars.THREE, issued_on=date(2025, 5, 1))
    factories_goods.certificate(product, number="2", stars=Stars.FOUR, issued_on=date(2025, 5, 1))
    factories_goods.certificate(product, number="3", stars=Stars.FIVE, issued_on=date(2024, 5, 1))
    for day in (date(2024, 6, 1), date(2025, 6, 1), date(2028, 4, 30)):
        shown = queries.standings_on([product.id], day)[product.id].stars
        for stars in Stars:
            page, _ = lists.products_page(ProductFilter(day, stars=stars), 1)
            assert bool(page.items) == (stars is shown), (day, stars)


def test_the_list_searches_sorts_and_filters(browser: Open) -> None:
    _a_shelf()
    officer = browser("officer")
    assert "Hộp" not in officer.get("/products?q=khong co").words
    page = officer.get("/products?stars=5")
    assert page.words.count("SP-") == 1
    assert officer.get("/products?sort=-stars").words.index("valid") < 2_500
    assert officer.part("/products?q=sp-00003").words.count("SP-") == 1
    assert "hết hiệu lực từ 23/11/2026" in officer.get("/products?certificate=ended").words
    book = officer.get("/products?format=xlsx&certificate=soon").answer.data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert {row[1] for row in rows[1:]} == {"soon", "last day"}
    assert {row[3] for row in rows[1:]} == {"4 sao"}


def test_the_list_takes_as_many_statements_for_25_products_as_for_3(browser: Open) -> None:
    maker = factories_goods.supplier()

    def add(number: int) -> None:
        for one in range(number):
            made = factories_goods.product(producer=maker, name=f"Hàng {one}")
            factories_goods.certificate(made, stars=Stars.FIVE)

    officer = browser("officer")
    add(3)
    few = {url: statements(officer.get, url) for url in URLS}
    add(22)
    for url in URLS:
        assert statements(officer.get, url) == few[url], url
    # session's user, count, page, standings, localities of the filter; `installation` once before
    assert few["/products"] <= 6


URLS = ("/products", "/products?stars=5&sort=-stars", "/products?certificate=valid", "/suppliers")


def test_potential_5_stars_are_said_in_words(browser: Open) -> None:
    made = factories_goods.product()
    factories_goods.certificate(made, stars=Stars.POTENTIAL_FIVE)
    page = browser("officer").get("/products")
    assert "Tiềm năng 5 sao" in page.words
    assert "★★★★★" not in page.text


def test_the_rule_of_the_last_day_is_said(browser: Open) -> None:
    made = factories_goods.product()
    page = browser("officer").get(f"/products/{made.id}")
    assert "hiệu lực 36 tháng" in page.words
    assert "27/02" in page.words
    assert "chờ xác nhận" in page.words
    assert clock.today() == TODAY
    assert people.HERE == "QNI"
