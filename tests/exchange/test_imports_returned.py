"""Workbooks that go out and come back, of all five kinds; and what a file writes beside what one writes by hand."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.catalogue.certificate_service import NewCertificate, correct_certificate
from ocop_points.catalogue.merges_service import merge_suppliers
from ocop_points.catalogue.models import Certificate, Product, ProductUnit, Supplier
from ocop_points.catalogue.rules import ProductGroup, Stars, SupplierKind
from ocop_points.catalogue.service import (
    ProductFacts,
    SupplierFacts,
    edit_product,
    edit_supplier,
)
from ocop_points.core.db import db, write
from ocop_points.exchange.import_kinds import KINDS
from ocop_points.exchange.import_shapes import EXAMPLE_MARK
from ocop_points.exchange.rules_shapes import FAULTS_TITLE
from tests import factories, people
from tests import factories_goods as goods
from tests.browser import Browser
from tests.exchange.imports import agreed, book, checked, handed_back, told
from tests.exchange.sheets import xlsx

Open = Callable[[str | None], Browser]
SUPPLIERS, PRODUCTS = "/suppliers/import", "/products/import"


class Sent(NamedTuple):
    """A kind, who sends it and where, how many of its columns offer a list, and a cell that is none of them."""

    kind: str
    who: str
    path: str
    lists: int
    column: str
    bad: str


# The example of products names the producer that the example of suppliers brought.
TEMPLATES = (
    Sent("suppliers", "officer", SUPPLIERS, 3, "kind", "Công ti"),
    Sent("products", "officer", PRODUCTS, 8, "stars", "6 sao"),
    Sent("points", "officer", "/points/import", 5, "kind", "Nhà riêng"),
    Sent("opening", "operator", "/stock/opening/import", 1, "other_lot", "có lẽ"),
    Sent("users", "manager", "/admin/users/import", 2, "role", "Vua"),
)


def test_a_template_of_every_kind_comes_back(browser: Open) -> None:
    """As it is there is nothing in it; its example is passed over and shows what is taken in; a fault is marked."""
    factories.give_point(factories.point(name="Điểm khác", address="2 đường khác"))
    goods.product(base_unit="gói")
    assert {one.kind for one in TEMPLATES} == KINDS.keys()
    for sent in TEMPLATES:
        who, place = browser(sent.who), _place(sent.kind, sent.column)
        kind = KINDS[sent.kind]
        assert kind.example(people.user(sent.who)).keys() <= kind.titles.keys()
        assert f"{sent.path}/template.xlsx" in who.get(sent.path).links()
        data = who.http.get(f"{sent.path}/template.xlsx").data
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            rules = packed.read("xl/worksheets/sheet1.xml").count(b'<dataValidation type="list"')
        assert rules == sent.lists, sent.kind
        assert "Tệp chưa có" in told(checked(who, sent.path, data))[0][3], sent.kind
        head, example = _cells(data)
        filled = [cell.replace(EXAMPLE_MARK, "") if _text(cell) else cell for cell in example]
        filled[place] = sent.bad
        page = checked(who, sent.path, xlsx([head, example, filled]))
        (fault,) = told(page)
        assert (fault[0], fault[2]) == ("3", sent.bad), sent.kind
        back = handed_back(who, page)
        assert back[0] == [*head, FAULTS_TITLE], sent.kind
        assert back[1] == [*example, ""], sent.kind
        assert back[2][:-1] == filled, sent.kind
        assert back[2][-1] == f"{fault[1]}: {fault[3]}", sent.kind
        back[2][place] = example[place]
        page = checked(who, sent.path, xlsx(back))
        assert "Mới1 Đổi0 Giữ nguyên0 Dòng ví dụ của tệp mẫu được bỏ qua." in page.words, sent.kind
        assert "Đã nhập" in agreed(who, page).words, sent.kind
    assert KINDS["products"].most_rows == 10_000


def _place(kind: str, name: str) -> int:
    return [column.name for column in KINDS[kind].columns].index(name)


def _cells(data: bytes) -> list[list[Any]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
    return list(sheet.to_python(skip_empty_area=False))


def _text(cell: Any) -> bool:
    return isinstance(cell, str)


@pytest.mark.parametrize("number", ["NaN", "1e999"])
def test_a_number_that_is_none_is_handed_back(browser: Open, number: str) -> None:
    """Other programs write what Excel cannot."""
    officer, target = browser("officer"), io.BytesIO()
    data = book("suppliers", {"name": "HTX A", "phone": 912345678.0})
    with (
        zipfile.ZipFile(io.BytesIO(data)) as packed,
        zipfile.ZipFile(target, "w") as changed,
    ):
        for name in packed.namelist():
            part = packed.read(name).replace(b"<v>912345678</v>", f"<v>{number}</v>".encode())
            changed.writestr(name, part)
    page = checked(officer, SUPPLIERS, target.getvalue())
    value = handed_back(officer, page)[1][_place("suppliers", "phone")]
    assert ("2", "Điện thoại", value) in [one[:3] for one in told(page)]
    assert value in {"nan", "inf"}


def test_the_tax_code_of_a_supplier_that_was_merged_away(browser: Open) -> None:
    """It leads to the one that stayed, which keeps its own."""
    ids = [goods.supplier(name=f"HTX {code}", tax_code=code).id for code in ("5700000001", "5700000002")]  # fmt: skip

    def merge() -> None:
        kept, merged = (db.session.get_one(Supplier, one) for one in ids)
        merge_suppliers(kept, merged, by=people.user("officer"))

    write(merge)
    officer = browser("officer")
    row = {"tax_code": "5700000002", "address": "Thôn 2"}
    page = checked(officer, SUPPLIERS, book("suppliers", row))
    assert "Mã số thuế: " not in page.words
    assert "Đã nhập" in agreed(officer, page).words
    db.session.rollback()
    kept = db.session.get_one(Supplier, ids[0])
    assert (kept.tax_code, kept.address) == ("5700000001", "Thôn 2")


def test_a_number_that_a_later_certificate_bears_again(browser: Open) -> None:
    """The day says which one is mended; without it the last one."""
    product = goods.product()
    for day in (date(2021, 3, 14), date(2025, 3, 14)):
        goods.certificate(product, issued_on=day, number="12/GCN")
    officer = browser("officer")
    row = {"code": "SP-00001", "number": "12/GCN", "decision": "1/QĐ"}
    other = {**row, "issued_on": date(2021, 3, 14), "decision": "2/QĐ"}
    for sent in (row, other):
        agreed(officer, checked(officer, PRODUCTS, book("products", sent)))
    db.session.rollback()
    papers = db.session.scalars(select(Certificate).order_by(Certificate.id))
    assert [(one.issued_on.year, one.decision) for one in papers] == [
        (2021, "2/QĐ"),
        (2025, "1/QĐ"),
    ]


HERE, THERE = people.HERE, people.ELSEWHERE
MAKER: dict[str, Any] = {
    "name": "HTX Một Tên",
    "representative": "Lý A",
    "phone": "0203 382 5123",
    "address": "Thôn 2",
}
GOODS: dict[str, Any] = {
    "name": "Chả mực giã tay",
    "specification": "Loại 1",
    "base_unit": "gói",
    "basis_d": True,
    "basis_d_paper": "3/TB",
    "basis_d_on": date(2024, 5, 6),
    "shelf_life_months": 6,
    "reference_price": 420_000,
}
PAPER: dict[str, Any] = {
    "number": "12/GCN",
    "issuer": "UBND tỉnh",
    "issued_on": date(2025, 3, 14),
    "decision": "612/QĐ",
    "score": Decimal("82.5"),
}
UNITS = (("lốc", 6), ("thùng", 24))


def test_a_file_writes_what_one_writes_by_hand(browser: Open) -> None:
    """The same facts by the pages' verbs here and from a file there: the same rows, the same words in the audit."""
    there, admin = people.locality(THERE).name, browser("admin")

    def from_file(path: str, row: dict[str, Any]) -> None:
        data = book(path.split("/")[1], {**row, "locality": there})
        assert "Đã nhập" in agreed(admin, checked(admin, path, data)).words

    made = goods.supplier(HERE, **MAKER)
    product = goods.product(HERE, producer=made, **GOODS, units=UNITS)
    certificate = goods.certificate(product, **PAPER)
    from_file(SUPPLIERS, {**MAKER, "kind": "Hợp tác xã"})
    words = {"group148": "Thực phẩm", "basis_d": "Có", "stars": "4 sao", "score": "82,5"}
    sheet = {**GOODS, **PAPER, **words, "producer": MAKER["name"], "units": "thùng = 24; lốc = 6"}
    from_file(PRODUCTS, sheet)
    assert _written(HERE) == _written(THERE)
    ids = made.id, product.id, certificate.id
    write(lambda: _mend(*ids))
    from_file(SUPPLIERS, {"name": MAKER["name"], "representative": "Lý B"})
    change = {
        "name": "Chả mực viên",
        "reference_price": 1,
        "units": "thùng = 20",
        "decision": "613/QĐ",
        "score": "80",
    }
    from_file(PRODUCTS, {"code": "SP-00002", "number": PAPER["number"], **change})
    assert _written(HERE) == _written(THERE)


def _mend(supplier_id: int, product_id: int, certificate_id: int) -> None:
    officer, maker = people.user("officer"), db.session.get_one(Supplier, supplier_id)
    facts = SupplierFacts(SupplierKind.COOPERATIVE, **{**MAKER, "representative": "Lý B"})
    edit_supplier(maker, facts, by=officer)
    product = db.session.get_one(Product, product_id)
    known = {**GOODS, "name": "Chả mực viên", "reference_price": 1}
    edit_product(
        product,
        maker,
        ProductFacts(**known, group148=ProductGroup.FOOD, units=(("thùng", 20),)),
        by=officer,
    )
    known = {**PAPER, "decision": "613/QĐ", "score": Decimal(80)}
    paper = NewCertificate(Stars.FOUR, last_valid_day=date(2028, 3, 13), **known)
    certificate = db.session.get_one(Certificate, certificate_id)
    certificate.product = product
    correct_certificate(certificate, paper, by=officer)


_OWN = {"id", "locality_id", "producer_id", "product_id", "created_at"}
_TOLD = ("action", "object_type", "object_text", "locality_id", "point_id", "changes")


def _written(short_code: str) -> list[dict[str, Any]]:
    """The rows of the catalogue and of its audit in a locality, without what must differ."""
    db.session.rollback()
    place = people.locality(short_code)
    mine = select(Product.id).where(Product.locality_id == place.id)
    code = db.session.scalar(select(Product.code).where(Product.locality_id == place.id))
    told = select(*(AuditRow.__table__.c[name] for name in _TOLD)).order_by(AuditRow.id)
    rows = [
        select(Supplier.__table__).where(Supplier.locality_id == place.id),
        select(Product.__table__).where(Product.locality_id == place.id),
        select(ProductUnit.__table__).where(ProductUnit.product_id.in_(mine)).order_by("factor"),
        select(Certificate.__table__).where(Certificate.product_id.in_(mine)),
        told.where(AuditRow.locality_id == place.id),
    ]
    return [
        {name: _common(value, place.name, str(code)) for name, value in row.items() if name not in _OWN}
        for one in rows
        for row in db.session.execute(one).mappings()
    ]  # fmt: skip


def _common(value: Any, *names: str) -> Any:
    if not _text(value):
        return value
    for name in names:
        value = value.replace(name, "…").replace(name.lower(), "…")
    return value
