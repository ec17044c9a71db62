"""One box over everything: what is found, in what order, by whom; the same as the lists it leads to."""

import unicodedata
from collections.abc import Callable

import pytest
from flask import Flask

from ocop_points.catalogue.rules import SupplierKind
from ocop_points.desk.search_rules import VoucherParts, is_paper_number, read_voucher_number
from ocop_points.stock.rules import VoucherKind
from tests import factories, factories_goods, people
from tests import factories_stock as goods
from tests import factories_visits as visits
from tests.browser import Browser, Page
from tests.statements import statements

Open = Callable[[str | None], Browser]


def found(page: Page) -> dict[str, list[str]]:
    """What the search page lists, by the title of its groups."""
    assert page.tree is not None
    main = page.tree.find(".//main")
    assert main is not None
    titles = ["".join(head.itertext()).strip() for head in main.iter("h2")]
    lists = [one for one in main.iter("ul") if one.get("class") == "hits"]
    groups = zip(titles, lists, strict=False)
    return {title: ["".join(a.itertext()) for a in one.iter("a")] for title, one in groups}


@pytest.fixture
def country(app: Flask) -> None:
    """A shop here with goods, papers and minutes, and one elsewhere with the same."""
    here = factories.point(name="Chợ Đặc sản Hạ Long", address="1 Lê Lợi")
    factories.give_point(here)
    there = factories.point(people.ELSEWHERE, name="Đặc sản Năm Căn", address="2 Lê Lợi")
    maker = factories_goods.supplier(name="HTX Đặc sản Vân Đồn", tax_code="5701234567")
    factories_goods.supplier(name="Tổ Dặc Sấn", kind=SupplierKind.COOPERATIVE_GROUP)
    made = factories_goods.product(producer=maker, name="Ruốc hàu đặc sản", barcode="8934567890128")
    factories_goods.certificate(made, number="77/GCN-OCOP", decision="3296/QĐ-UBND")
    for shop, by in ((here, "officer"), (there, "other_officer")):
        goods.posted(shop, goods.line(made), by=by, supplier_id=maker.id)
    visits.approve(visits.submitted(point=here), number=301)
    visits.approve(
        visits.submitted(point=there, by="other_officer"), number=302, by="other_manager"
    )


def test_everything_is_found_by_its_words_and_its_numbers(country: None, browser: Open) -> None:
    officer = browser("officer")
    by_name = {
        "Điểm bán": ["Chợ Đặc sản Hạ Long"],
        "Sản phẩm": ["Ruốc hàu đặc sản"],
        # The exact accents first, whatever stands first by the alphabet.
        "Chủ thể, nhà cung cấp": ["HTX Đặc sản Vân Đồn", "Tổ Dặc Sấn"],
    }
    for query in ("đặc sản", "ĐẶC  SẢN", unicodedata.normalize("NFD", "đặc sản"), "dac san"):
        assert found(officer.get("/search", query_string={"q": query})) == by_name, query
    loose = found(officer.get("/search?q=dặc sấn"))["Chủ thể, nhà cung cấp"]
    assert loose == ["Tổ Dặc Sấn", "HTX Đặc sản Vân Đồn"]
    numbers: list[tuple[str, str, str]] = [
        ("qni-0001", "Điểm bán", "Chợ Đặc sản Hạ Long"),
        ("pn-qni-0001-2026-0001", "Phiếu kho", "PN-QNI-0001-2026-0001"),
        ("QNI-0001", "Phiếu kho", "PN-QNI-0001-2026-0001"),
        ("8934567890128", "Sản phẩm", "Ruốc hàu đặc sản"),
        ("5701234567", "Chủ thể, nhà cung cấp", "HTX Đặc sản Vân Đồn"),
        ("77/gcn", "Giấy chứng nhận", "77/GCN-OCOP"),
        ("3296/qd-ubnd", "Giấy chứng nhận", "77/GCN-OCOP"),
        ("301/BB-SCT", "Biên bản đánh giá", "301/BB-SCT"),
        ("301", "Biên bản đánh giá", "301/BB-SCT"),
    ]
    for query, group, first in numbers:
        assert found(officer.get(f"/search?q={query}")).get(group, [""])[0] == first, query
    for query in ("zzzz", "%%", "PN-QNI-0001-2026-0009", "9999/BB-SCT"):
        assert "Không tìm thấy gì" in officer.get("/search", query_string={"q": query}).words, query
    for query in ("", "a", " đ "):
        assert "Gõ ít nhất 2 chữ" in officer.get("/search", query_string={"q": query}).words, query


def test_nobody_finds_what_they_may_not_see(country: None, browser: Open) -> None:
    secrets = ("Năm Căn", "302/BB-SCT", "PN-CMA-0001-2026-0001")
    for who in ("officer", "manager", "operator"):
        someone = browser(who)
        for query in ("dac san", "nam can", "302", "302/BB", "CMA-0001", "PN-CMA-0001-2026-0001"):
            for url in ("/search", "/search/quick"):
                page = someone.get(url, query_string={"q": query})
                shown = page.text.replace(f'value="{query}"', "")
                assert [one for one in secrets if one in shown] == [], f"{who} {url} {query}"
    assert "Năm Căn" in browser("other_officer").get("/search?q=nam+can").text
    assert "302/BB-SCT" in browser("viewer").get("/search?q=302").text
    # What became one with another is found under the name that stayed.
    factories_goods.merged(
        factories_goods.supplier(name="HTX Sá sùng"), factories_goods.supplier(name="HTX Sá sùng 2")
    )
    assert found(browser("officer").get("/search?q=sa+sung")) == {
        "Chủ thể, nhà cung cấp": ["HTX Sá sùng"]
    }
    # An operator has no right to tax codes, so a whole one finds nothing.
    assert "Không tìm thấy gì" in browser("operator").get("/search?q=5701234567").words


def test_more_than_is_shown_leads_to_the_list_of_all(country: None, browser: Open) -> None:
    for n in range(11):
        factories.point(name=f"Kệ hàng {n:02d}", address=f"{n} phố Kệ")
    maker = factories_goods.supplier(name="HTX Kệ")
    for n in range(4):
        factories_goods.product(producer=maker, name=f"Kệ tre {n}")
    officer = browser("officer")
    page = officer.get("/search?q=ke+")
    assert len(found(page)["Điểm bán"]) == 10
    assert len(found(page)["Sản phẩm"]) == 4
    assert "/points?q=ke" in page.links()
    assert "/products?q=ke" not in page.links()
    assert "trong 11 điểm bán" in officer.get("/points?q=ke").words
    quick = officer.part("/search/quick?q=ke")
    assert len(quick.links()) == 3 + 3 + 1 + 1
    assert quick.links()[-1] == "/search?q=ke"
    assert officer.part("/search/quick?q=k").links() == []
    # The box stands on every page and works without script.
    box = next(one for one in officer.get("/criteria").forms() if one.action == "/search")
    assert box.method == "get"
    assert box.filled({"q": "ke"}) == {"q": ["ke"]}
    # The number of a minute narrows the list that the group leads to as well.
    assert "Chợ Đặc sản Hạ Long" in officer.get("/assessments?q=301/BB-SCT").words
    assert "Không có" in officer.get("/assessments?q=303").words


def test_statements_do_not_grow_with_what_is_found(country: None, browser: Open) -> None:
    officer = browser("officer")
    queries = ("dac san", "QNI-0001", "301")
    before = [statements(officer.get, f"/search?q={query}") for query in queries]
    shop = factories.point(name="Đặc sản Móng Cái", address="9")
    maker = factories_goods.supplier(name="HTX Đặc sản Hải Hà")
    for n in range(5):
        made = factories_goods.product(producer=maker, name=f"Đặc sản {n} QNI-0001 301")
        factories_goods.certificate(made, number=f"{n}/301")
        goods.posted(shop, goods.line(made), supplier_id=maker.id)
    assert [statements(officer.get, f"/search?q={query}") for query in queries] == before
    # The user, points, products, suppliers; for the code of a point, vouchers and points; for a number, certificates
    # and minutes too.
    assert before == [4, 3, 6]


def test_numbers_of_vouchers_are_read_as_far_as_they_go() -> None:
    cases: list[tuple[str, VoucherParts | None]] = [
        ("PN-QNI-0007-2026-0413", VoucherParts("QNI-0007", VoucherKind.RECEIPT, 2026, 413)),
        (" pn - qni-0007-2026 ", VoucherParts("QNI-0007", VoucherKind.RECEIPT, 2026)),
        ("dp-qni-0007", VoucherParts("QNI-0007", VoucherKind.REVERSAL)),
        ("ĐP-QNI-0007", VoucherParts("QNI-0007", VoucherKind.REVERSAL)),
        ("QNI-0007", VoucherParts("QNI-0007")),
        ("QNI-0007-2026", VoucherParts("QNI-0007", None, 2026)),
        ("XX-QNI-0007", None),
        ("PN-QNI", None),
        ("QNI-00071", None),
        ("QNI-0007-", None),
        ("QNI-٠٠٠٧", None),
        ("chả mực", None),
        ("", None),
    ]
    for typed, parts in cases:
        assert read_voucher_number(typed) == parts, typed


def test_names_are_not_looked_through_for_a_paper(browser: Open) -> None:
    """Each kind that has a name is read from end to end, which a paper's number does without."""
    table = {
        "301/BB-SCT": True, "3296/qđ-ubnd": True, "12/2025/QĐ-UBND": True, "301": False, "24/7": False,
        "12/A Trần Phú": False, "PN-QNI-0001-2026": False, "đặc sản": False,
    }  # fmt: skip
    assert {typed: is_paper_number(typed) for typed in table} == table
    point = factories.point()
    factories_goods.product(name=f"Miến {point.code}")
    officer = browser("officer")
    officer.get("/")
    # The user, and vouchers; with points; or certificates and minutes; or points, products, suppliers.
    for typed, sent in (
        ("PN-QNI-0001-2026", 2),
        (point.code, 3),
        ("301/BB-SCT", 3),
        ("mien dong", 4),
    ):
        assert statements(officer.get, f"/search?q={typed}") == sent, typed
