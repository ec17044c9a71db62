"""Suppliers that are there twice: what is proposed, compared, moved, kept; and the people one talks to."""

import json
from collections.abc import Callable
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.catalogue import merges_queries, merges_service
from ocop_points.catalogue.contacts_models import SupplierContact
from ocop_points.catalogue.merges_rules import Known, Likeness, bare_name, likely_pairs
from ocop_points.catalogue.models import Product, Supplier
from ocop_points.catalogue.rules import SupplierKind
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.stock import documents, queries
from ocop_points.stock.models import Voucher
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
COOP, FIRM = SupplierKind.COOPERATIVE, SupplierKind.ENTERPRISE
TAX, NAME, PHONE = Likeness.TAX_CODE, Likeness.NAME, Likeness.PHONE


def test_a_name_is_compared_without_its_legal_form() -> None:
    for name, bare in {
        "HTX Chả mực Thoan": "cha muc thoan",
        "Hợp tác xã  chả mực Thoan": "cha muc thoan",
        "Công ty TNHH MTV Đặc sản Hạ Long": "dac san ha long",
        "Công ty Cổ phần: Đặc sản": "dac san",
        "Cơ sở sản xuất Nguyễn Văn A": "nguyen van a",
        "HTX": "htx",
        "Cọp con": "cop con",
    }.items():
        assert bare_name(name) == bare


def test_likely_pairs() -> None:
    def one(id_: int, locality: int = 1, kind: SupplierKind = COOP, **facts: str) -> Known:
        return Known(id_, locality, kind, facts.pop("name", f"HTX {id_}"), **facts)

    cases: list[tuple[list[Known], list[tuple[int, int, tuple[Likeness, ...]]]]] = [
        ([one(1, name="HTX Hàu"), one(2, name="Hợp tác xã HÀU")], [(1, 2, (NAME,))]),
        ([one(1, name="HTX Hàu"), one(2, 2, name="HTX Hàu")], []),
        ([one(1, name="HTX Hàu"), one(2, kind=FIRM, name="Công ty Hàu")], []),
        ([one(1, tax_code="5700123456"), one(2, 2, tax_code="5700123456-001")], [(1, 2, (TAX,))]),
        ([one(1), one(2)], []),
        ([one(1, phone="0912 345 678"), one(2, phone="+84 912.345.678")], [(1, 2, (PHONE,))]),
        ([one(1, phone="0912 345 678"), one(2, 2, phone="0912345678")], []),
        (
            [one(1, name="A"), one(2, name="a", phone="0912345678"), one(3, phone="0912345678")],
            [(2, 3, (PHONE,)), (1, 2, (NAME,))],
        ),
        ([one(n, name="A") for n in (1, 2, 3)], [(1, 3, (NAME,)), (1, 2, (NAME,))]),
    ]  # fmt: skip
    for known, expected in cases:
        found = [(pair.first, pair.second, pair.shared) for pair in likely_pairs(reversed(known))]
        assert found == expected, known


def test_pairs_found_to_be_two_are_proposed_no_more() -> None:
    three = [Known(id_, 1, COOP, "HTX Hàu") for id_ in (1, 2, 3)]
    for apart, pairs in (
        (set(), [(1, 3), (1, 2)]),
        ({(1, 3)}, [(2, 3), (1, 2)]),  # still held against the others
        ({(1, 2), (1, 3)}, [(2, 3)]),
        ({(1, 2), (1, 3), (2, 3)}, []),
    ):
        assert [(one.first, one.second) for one in likely_pairs(three, apart)] == pairs, apart


def test_a_pair_is_dismissed_and_proposed_again(browser: Open) -> None:
    first, second = (factories_goods.supplier(name=name) for name in ("HTX Hàu", "Hợp tác xã Hàu"))
    officer, compare = browser("officer"), f"/suppliers/{second.id}/compare/{first.id}"
    assert (
        f"/suppliers/{first.id}/compare/{second.id}" in officer.get("/suppliers/duplicates").links()
    )
    apart = f"/suppliers/{second.id}/apart/{first.id}"
    assert apart in officer.get(compare).links()
    twice = officer.get(apart).form()
    page = officer.follow(officer.submit(apart))
    assert "Đã ghi: hai đơn vị khác nhau." in page.words
    assert "Không thấy bản ghi nào trùng" in page.words
    assert "Không thấy bản nào" in officer.get(f"/suppliers/{first.id}/duplicates").words
    page = officer.send(twice, status=422)
    assert "đã được xác nhận là khác nhau" in page.words
    said = "Nguyễn Thị Thu Hà, 10:00 23/11/2026"
    assert said in officer.get("/suppliers/duplicates?show=apart").words
    assert said not in browser("other_officer").get("/suppliers/duplicates?show=apart").words
    assert f"{apart}/undo" in officer.get(compare).links()
    officer.submit(f"{apart}/undo")
    assert "HTX Hàu" in officer.get("/suppliers/duplicates").words
    told = [
        json.loads(row.changes)
        for row in db.session.scalars(
            select(AuditRow).where(AuditRow.action == "supplier.apart").order_by(AuditRow.id)
        )
    ]
    assert told == [{"apart_from": [None, "HTX Hàu"]}, {"apart_from": ["HTX Hàu", None]}]


def test_what_was_found_apart_is_apart_from_the_one_that_stays(app: Flask) -> None:
    kept, merged, other, both = (
        factories_goods.supplier(name=name) for name in ("Hàu A", "Hàu B", "Hàu C", "Hàu D")
    )
    for one in (kept, other, both):
        factories_goods.apart(merged, one)
    factories_goods.apart(kept, both)
    ids = kept.id, merged.id

    def verb() -> None:
        pair = [db.session.get_one(Supplier, id_) for id_ in ids]
        merges_service.merge_suppliers(*pair, by=people.user("manager"))

    write(verb)
    page = merges_queries.apart_page(people.user("officer"), 1)
    assert {(one.first_id, one.second_id) for one in page.items} == {
        (kept.id, other.id),
        (kept.id, both.id),
    }
    carried = merges_queries.apart(other.id, kept.id)
    assert carried is not None
    assert carried.by_user_id == people.user("officer").id


def test_two_records_become_one_and_the_past_prints_as_it_did(browser: Open) -> None:
    kept = factories_goods.supplier(name="HTX Chả mực Thoan")
    twin = factories_goods.supplier(
        name="Hợp tác xã chả mực Thoan",
        tax_code="5700123456",
        representative="Bà Thoan",
        phone="+84 912 345 678",
    )
    factories_goods.contact(twin)
    product = factories_goods.product(producer=twin)
    point = factories.point()
    receipt = goods.posted(point, goods.line(product), supplier_id=twin.id)
    draft = goods.draft(point, goods.line(product), supplier_id=twin.id)
    ids = kept.id, twin.id
    officer = browser("officer")
    paper = _paper(receipt.id)

    page = officer.get(f"/suppliers/{kept.id}")
    assert "Có thể trùng với 1 bản ghi khác" in page.words
    page = officer.get("/suppliers/duplicates")
    assert "cùng tên, cùng địa phương, cùng điện thoại" in page.words
    compare = f"/suppliers/{kept.id}/compare/{twin.id}"
    assert compare in page.links()
    assert f"/suppliers/{twin.id}/merge/{kept.id}" in officer.get(compare).links()
    ask = officer.get(f"/suppliers/{kept.id}/merge/{twin.id}")
    for said in ("1 sản phẩm", "Ngô Văn Kho", "mã số thuế 5700123456", "Không tách lại được"):
        assert said in ask.words
    page = officer.follow(officer.send(ask.form()))
    assert "Đã gộp vào đây: Hợp tác xã chả mực Thoan" in page.words
    for text in ("5700123456", "Bà Thoan", "Ngô Văn Kho", product.name):
        assert text in page.words

    db.session.expire_all()
    now = db.session.get_one(Product, product.id)
    assert (now.producer_id, now.version) == (ids[0], 2)
    assert "htx cha muc thoan" in now.search_text
    assert db.session.get_one(Supplier, ids[1]).name == "Hợp tác xã chả mực Thoan"
    # What was printed stays; what is still a draft goes over when it is next saved.
    assert _paper(receipt.id) == paper
    moved = officer.get(f"/suppliers/{ids[1]}", status=302)
    assert moved.location == f"/suppliers/{ids[0]}"
    assert officer.get(f"/suppliers/{ids[1]}/edit", status=302).location == f"/suppliers/{ids[1]}"
    officer.submit(f"/vouchers/{draft.id}/edit")
    assert db.session.get_one(Voucher, draft.id).supplier_id == ids[0]
    # Offered no more, found by its old name, and not proposed again.
    listed = officer.get("/suppliers?q=hop tac xa cha muc").links()
    assert f"/suppliers/{ids[0]}" in listed
    assert f"/suppliers/{ids[1]}" not in listed
    assert officer.get("/suppliers/choices?supplier_query=chả mực").text.count("Thoan") == 1
    assert "Không thấy bản ghi nào trùng" in officer.get("/suppliers/duplicates").words
    rows = db.session.scalars(select(AuditRow).where(AuditRow.action == "supplier.merged"))
    told = {row.object_id: json.loads(row.changes) for row in rows}
    assert told[ids[1]]["merged_into"] == [None, "HTX Chả mực Thoan"]
    assert told[ids[0]]["products"] == [None, [now.code]]
    assert told[ids[0]]["tax_code"] == ["", "5700123456"]


def _paper(voucher_id: int) -> dict[str, object]:
    db.session.expire_all()
    voucher = queries.get_voucher_or_404(people.user("officer"), voucher_id)
    return documents.voucher_paper(voucher, queries.lines_of(voucher_id))


def test_a_second_merge_takes_the_first_along(app: Flask) -> None:
    a, b, c = (factories_goods.supplier(name=name, tax_code=code) for name, code in
               (("HTX A", "5700000001"), ("HTX B", "5700000002"), ("HTX C", "5700000003")))  # fmt: skip
    factories_goods.merged(b, a)
    factories_goods.merged(c, b)
    assert [merges_queries.kept_id(one.id) for one in (a, b, c)] == [c.id, c.id, None]
    assert merges_queries.old_names(c.id) == ["HTX A", "HTX B"]
    with pytest.raises(Refused, match="đã được gộp"):
        factories_goods.merged(a, c)
    with pytest.raises(Refused, match="Mã số thuế này đã có: HTX C"):
        factories_goods.supplier(tax_code="5700000001")


def test_who_may_merge_what(browser: Open) -> None:
    maker = factories_goods.product().producer_id
    here = factories_goods.supplier(name="Công ty Giao", kind=SupplierKind.TRADER)
    there = factories_goods.supplier(people.ELSEWHERE, name="HTX Năm Căn")
    officer = browser("officer")
    page = officer.submit(f"/suppliers/{here.id}/merge/{maker}", status=422)
    assert "giữ bản kia" in page.words
    for url, status in (
        (f"/suppliers/{maker}/compare/{there.id}", 403),
        (f"/suppliers/{maker}/merge/{there.id}", 403),
        (f"/suppliers/{maker}/compare/{maker}", 404),
        (f"/suppliers/{maker}/compare/999", 404),
    ):
        officer.get(url, status=status)
    browser("admin").get(f"/suppliers/{maker}/compare/{there.id}")
    words = officer.get(f"/suppliers/{maker}/duplicates?q=nam can").words
    assert "Không có nhà cung cấp nào khớp" in words


def test_pairs_cost_the_same_however_many(browser: Open) -> None:
    officer, counts = browser("officer"), []
    urls = ("/suppliers/duplicates", "/suppliers/duplicates?show=apart")
    for _round in range(2):
        for _one in range(3):
            factories_goods.apart(factories_goods.supplier(), factories_goods.supplier())
        counts.append([statements(partial(officer.get, url)) for url in urls])
    assert counts[0] == counts[1]


def test_contacts_are_added_changed_and_taken_off(browser: Open) -> None:
    made = factories_goods.supplier()
    officer, url = browser("officer"), f"/suppliers/{made.id}/contacts/new"
    filled = {"name": "Bùi Thị Sen", "role": "Kế toán", "email": "sen@htx.vn"}
    for changed, message in (
        ({"name": ""}, "Nhập họ và tên"),
        ({"email": ""}, "Ghi điện thoại hoặc thư điện tử"),
        ({"email": "sen@htx"}, "Nhập địa chỉ thư"),
        ({"phone": "gọi sau"}, "Nhập số điện thoại"),
    ):
        page = officer.submit(url, {**filled, **changed}, status=422)
        assert any(message in error for error in page.errors()), changed
    page = officer.follow(officer.submit(url, filled))
    assert "Bùi Thị Sen Kế toánsen@htx.vn" in page.words
    contact = db.session.scalars(select(SupplierContact)).one()
    edit = f"/supplier-contacts/{contact.id}/edit"
    form = officer.get(edit).form()
    browser("second_officer").submit(edit, {"phone": "0987 000 111"})
    page = officer.send(form, {"phone": "0987 000 222"}, status=422)
    assert "Bản ghi đã được sửa trong lúc bạn gõ" in page.words
    assert "sen@htx.vn" not in browser("operator").get(f"/suppliers/{made.id}").text
    officer.submit(f"/supplier-contacts/{contact.id}/delete")
    assert "Chưa ghi người liên hệ nào" in officer.get(f"/suppliers/{made.id}").words
    for _one in range(10):
        factories_goods.contact(made)
    page = officer.submit(url, filled, status=422)
    assert "tối đa 10 người" in page.words
