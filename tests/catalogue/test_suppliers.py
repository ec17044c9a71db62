"""Suppliers: who may read and edit what, the tax code, bad input, conflicts."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from ocop_points.audit.models import AuditRow
from ocop_points.catalogue import lists
from ocop_points.catalogue.lists import SupplierFilter
from ocop_points.catalogue.models import Supplier
from ocop_points.catalogue.rules import SupplierKind
from ocop_points.core.db import db, write
from tests import factories, factories_goods, people
from tests.browser import Browser

Open = Callable[[str | None], Browser]
SECRETS = ("5700123456", "0912 345 678", "0912345678")


def filled(**changed: str) -> dict[str, str]:
    """A supplier as an officer types it."""
    return {
        "kind": "cooperative",
        "name": "HTX Chả mực Thoan Hạ Long",
        "tax_code": "5700 123 456",
        "representative": "Nguyễn Thị Thoan",
        "phone": "0912 345 678",
        "address": "Chợ Hạ Long 1",
        "ward_query": "bai chay",
        "ward_code": factories.ward_of().code,
        **changed,
    }


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(Supplier)) or 0


def test_an_officer_adds_a_supplier(browser: Open) -> None:
    officer = browser("officer")
    page = officer.follow(officer.submit("/suppliers/new", filled()))
    assert "Đã thêm HTX Chả mực Thoan Hạ Long." in page.words
    made = db.session.scalars(select(Supplier)).one()
    assert (made.kind, made.tax_code) == (SupplierKind.COOPERATIVE, "5700123456")
    assert made.locality_id == people.locality().id
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc())).first()
    assert row is not None
    assert (row.action, row.locality_id) == ("supplier.registered", made.locality_id)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"name": " "}, "Nhập tên"),
        ({"name": "x" * 161}, "tối đa 160 ký tự"),
        ({"kind": "bank"}, "Chọn một mục trong danh sách"),
        ({"kind": ""}, "Chọn loại hình"),
        ({"tax_code": "12"}, "Nhập 10 số"),
        ({"phone": "gọi sau"}, "Nhập số điện thoại"),
        ({"ward_code": "99999"}, "Chọn một mục trong danh sách"),
        ({"locality_id": "không"}, "Chọn một mục trong danh sách"),
    ],
)
def test_wrong_input_comes_back_as_typed(
    browser: Open, changed: dict[str, str], message: str
) -> None:
    page = browser("officer").submit("/suppliers/new", filled(**changed), status=422)
    assert any(message in error for error in page.errors()), page.errors()
    assert page.form().value("representative") == "Nguyễn Thị Thoan"
    assert count() == 0


def test_a_tax_code_is_there_once_in_the_country(browser: Open) -> None:
    factories_goods.supplier(people.ELSEWHERE, name="HTX Năm Căn", tax_code="5700123456")
    page = browser("officer").submit("/suppliers/new", filled(), status=422)
    assert any("Mã số thuế này đã có: HTX Năm Căn" in error for error in page.errors())
    assert count() == 1


def test_the_database_itself_refuses_a_second_tax_code_but_not_a_second_empty_one(
    browser: Open,
) -> None:
    first = factories_goods.supplier(tax_code="5700123456").id
    second = factories_goods.supplier().id
    factories_goods.supplier()
    change = text("UPDATE supplier SET tax_code = '5700123456' WHERE id = :id")
    with pytest.raises(IntegrityError):
        write(lambda: db.session.execute(change, {"id": second}))
    assert first != second


def test_a_form_sent_twice_makes_one_supplier(browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/suppliers/new").form()
    first = officer.send(form, filled())
    assert officer.send(form, filled()).location == first.location
    assert count() == 1


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
def test_staff_of_the_owning_locality_and_the_administrator_edit(
    browser: Open, who: str, status: int
) -> None:
    made = factories_goods.supplier()
    somebody = browser(who)
    url = f"/suppliers/{made.id}/edit"
    assert made.name in somebody.get(f"/suppliers/{made.id}").words
    page = somebody.get(url, status=status)
    if status == 200:
        somebody.send(page.form(), {"representative": "Người mới"})
        assert db.session.get_one(Supplier, made.id).representative == "Người mới"
        return
    form = browser("officer").get(url).form()
    token = next(one for one in somebody.get("/suppliers").forms() if one.method == "post")
    sent = form.filled({"name": "Đổi", "csrf_token": token.value("csrf_token")})
    somebody.post(url, sent, status=403)
    assert db.session.get_one(Supplier, made.id).name == made.name


@pytest.mark.parametrize("who", ["viewer", "operator"])
def test_who_may_not_add(browser: Open, who: str) -> None:
    browser(who).get("/suppliers/new", status=403)


def test_an_operator_sees_neither_tax_code_nor_telephone(browser: Open) -> None:
    made = factories_goods.supplier(tax_code="5700123456", representative="Bà Thoan")
    operator, officer = browser("operator"), browser("officer")
    for url in ("/suppliers", f"/suppliers/{made.id}", "/suppliers/choices?supplier_query=chả"):
        text_ = operator.get(url).text
        assert "HTX Chả mực Thoan" in text_
        assert not [secret for secret in SECRETS if secret in text_], url
    assert SECRETS[0] in officer.get("/suppliers").text
    hidden, shown = (
        sheet(one.get("/suppliers?format=xlsx").answer.data) for one in (operator, officer)
    )
    assert "Mã số thuế" in shown[0]
    assert SECRETS[0] in shown[1]
    assert "Mã số thuế" not in hidden[0]
    assert not {*SECRETS} & {str(cell) for cell in hidden[1]}


def test_what_an_operator_may_not_see_is_not_in_the_query(app: Flask) -> None:
    factories_goods.supplier(tax_code="5700123456")
    rows = {
        who: lists.suppliers_page(people.user(who), SupplierFilter(), 1).items[0]
        for who in ("officer", "operator")
    }
    assert rows["officer"].tax_code == "5700123456"
    assert not {"tax_code", "phone"} & set(rows["operator"]._fields)


def test_an_operator_cannot_find_out_a_tax_code_by_searching(browser: Open) -> None:
    factories_goods.supplier(tax_code="5700123456")
    assert "Thoan" in browser("officer").get("/suppliers?q=5700123456").words
    for query in ("5700123456", "57001", "0912"):
        assert "Thoan" not in browser("operator").get(f"/suppliers?q={query}").words


def sheet(content: bytes) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python()


def test_search_ignores_accents_and_puts_the_exact_ones_first(browser: Open) -> None:
    for name in ("HTX Đặc sản Ba Chẽ", "HTX Dac san khác", "Hộ Nguyễn Văn Bình"):
        factories_goods.supplier(name=name)
    for query in ("dac san", "đặc sản", "ĐẶC SẢN", "đặc sản"):
        words = browser("officer").get(f"/suppliers?q={query}").words
        assert "Ba Chẽ" in words
        assert "Văn Bình" not in words
    exact = browser("officer").get("/suppliers?q=đặc sản").words
    assert exact.index("Ba Chẽ") < exact.index("Dac san khác")


def test_a_maker_of_products_does_not_become_a_trader(browser: Open) -> None:
    maker = factories_goods.product().producer_id
    officer = browser("officer")
    page = officer.submit(f"/suppliers/{maker}/edit", {"kind": "trader"}, status=422)
    assert any("là chủ thể của sản phẩm" in error for error in page.errors())


def test_the_second_writer_sees_both_texts(browser: Open) -> None:
    made = factories_goods.supplier()
    officer, colleague = browser("officer"), browser("second_officer")
    url = f"/suppliers/{made.id}/edit"
    form = officer.get(url).form()
    colleague.submit(url, {"representative": "Người thứ nhất"})
    page = officer.send(form, {"representative": "Người thứ hai"}, status=422)
    assert "Người thứ nhất" in page.words
    assert "Người thứ hai" in page.text
    officer.send(page.form(), {"choose-representative": "theirs"})
    assert db.session.get_one(Supplier, made.id).representative == "Người thứ nhất"


def test_looking_a_ward_up_without_script_keeps_what_was_typed(browser: Open) -> None:
    officer = browser("officer")
    form = officer.get("/suppliers/new").form()
    form.action = "/suppliers/new/wards"
    page = officer.send(form, filled(ward_code=""), status=200)
    assert "Phường Bãi Cháy" in page.words
    assert page.form().value("name") == "HTX Chả mực Thoan Hạ Long"
    assert count() == 0


def test_unknown_suppliers_are_not_found(browser: Open) -> None:
    browser("officer").get("/suppliers/999", status=404)
    browser("officer").get("/suppliers/999/edit", status=404)
    assert browser(None).get("/suppliers", status=302).location.startswith("/login")
