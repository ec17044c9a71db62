"""Certificates: mended while nothing rests on them, their scans, those that end, the letters to their holders."""

import io
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.catalogue import certificate_queries as queries
from ocop_points.catalogue.certificate_queries import CertificateFilter, Window
from ocop_points.catalogue.models import Certificate, Product
from ocop_points.catalogue.notices_models import CertificateNotice
from ocop_points.catalogue.papers_models import CatalogueScan
from ocop_points.catalogue.rules import DECIDES_FORCE, SupplierKind, may_correct
from ocop_points.core.db import db, write
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.service import sweep
from tests import factories, factories_goods, factories_papers, people
from tests import factories_stock as goods
from tests.browser import Browser
from tests.evidence import files
from tests.statements import statements

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)


def fresh(made: Certificate) -> Certificate:
    db.session.expire_all()
    return db.session.get_one(Certificate, made.id)


def last(action: str) -> AuditRow:
    rows = select(AuditRow).where(AuditRow.action == action).order_by(AuditRow.id.desc())
    return db.session.scalars(rows).first()  # type: ignore[return-value]


def test_what_decides_the_force_is_held_once_something_rests_on_it() -> None:
    facts = ("number", "decision", "issuer", "score", *DECIDES_FORCE)
    assert all(may_correct(name, None) for name in facts)
    held = {name for name in facts if not may_correct(name, TODAY)}
    assert held == {"stars", "issued_on", "last_valid_day"}


def test_a_mistyped_certificate_is_mended_until_goods_came_in_on_it(browser: Open) -> None:
    made = factories_goods.certificate(factories_goods.product())
    officer, url = browser("officer"), f"/certificates/{made.id}/edit"
    officer.submit(url, {"issued_on": "04/02/2024", "last_valid_day": "", "score": "88,5"})
    now = fresh(made)
    assert (now.issued_on, now.last_valid_day) == (date(2024, 2, 4), date(2027, 2, 3))
    assert (now.void_from, str(now.score)) == (date(2027, 2, 4), "88.5")
    assert '"issued_on": ["2025-03-10", "2024-02-04"]' in last("certificate.corrected").changes
    page = officer.submit(url, {"stars": "3"}, status=422)
    assert any("không ứng với hạng" in error for error in page.errors())

    point = factories.point()
    goods.posted(point, goods.line(_product(now)), on=date(2026, 10, 1))
    assert fresh(made).relied_on == date(2026, 10, 1)
    goods.posted(point, goods.line(_product(now)), on=date(2026, 9, 1))
    assert fresh(made).relied_on == date(2026, 9, 1)
    page = officer.submit(url, {"issued_on": "05/02/2024"}, status=422)
    assert any("Từ 01/09/2026 đã có hàng nhập" in error for error in page.errors())
    officer.submit(f"/certificates/{made.id}/delete", status=422)
    officer.submit(url, {"number": "13/GCN-OCOP", "issuer": "UBND thành phố Hạ Long"})
    assert (fresh(made).number, fresh(made).issued_on) == ("13/GCN-OCOP", date(2024, 2, 4))


def _product(of: Certificate) -> Product:
    return db.session.get_one(Product, of.product_id)


def test_the_second_writer_of_a_certificate_sees_both_texts(browser: Open) -> None:
    made = factories_goods.certificate(factories_goods.product())
    url = f"/certificates/{made.id}/edit"
    form = browser("officer").get(url).form()
    browser("second_officer").submit(url, {"decision": "1/QĐ"})
    page = browser("officer").send(form, {"decision": "2/QĐ"}, status=422)
    assert "Bản ghi đã được sửa trong lúc bạn gõ" in page.words


def test_one_at_the_wrong_product_is_taken_out_with_its_scans(browser: Open) -> None:
    made = factories_goods.certificate(factories_goods.product())
    factories_goods.scan(made)
    officer = browser("officer")
    page = officer.follow(officer.submit(f"/certificates/{made.id}/delete"))
    assert "Chưa có giấy chứng nhận nào" in page.words
    assert '"number": ["12/GCN-OCOP", null]' in last("certificate.removed").changes
    assert db.session.scalars(select(CatalogueScan)).all() == []


def test_scans_hang_on_a_certificate_and_on_a_basis(browser: Open) -> None:
    product = factories_goods.product(basis_b=True, basis_b_paper="12/QĐ-UBND")
    made = factories_goods.certificate(product)
    officer = browser("officer")
    form = officer.get(f"/certificates/{made.id}/scan").form()
    page = factories_papers.post_files(
        officer, form, {"scan": factories_papers.upload(b"x")}, status=422
    )
    assert any("không phải là bản quét" in error for error in page.errors())
    sent = {"scan": factories_papers.upload(files.PDF, "giấy.pdf")}
    factories_papers.post_files(officer, page.form(), sent)
    form = officer.get(f"/products/{product.id}/bases/b/scan").form()
    shot = {"scan": factories_papers.upload(factories_papers.shot(3), "danh mục.jpg")}
    factories_papers.post_files(officer, form, shot)
    officer.get(f"/products/{product.id}/bases/c/scan", status=404)
    paper, picture = db.session.scalars(select(CatalogueScan).order_by(CatalogueScan.id)).all()
    assert (paper.certificate_id, paper.basis, picture.basis) == (made.id, None, "b")
    reader = browser("viewer")
    saved = reader.get(f"/product-scans/{paper.id}", status=None).answer
    assert saved.headers["Content-Disposition"].startswith("attachment")
    assert (
        reader.get(f"/product-scans/{picture.id}/small", status=None).answer.mimetype
        == "image/jpeg"
    )
    reader.get(f"/product-scans/{paper.id}/small", status=404)
    assert browser("viewer").get(f"/products/{product.id}").words.count("giấy.pdf") == 1
    browser("other_officer").get(f"/product-scans/{paper.id}/delete", status=403)
    write(sweep)
    assert {one.unused_since for one in db.session.scalars(select(StoredFile))} == {None}
    officer.submit(f"/product-scans/{paper.id}/delete")
    write(sweep)
    assert len([one for one in db.session.scalars(select(StoredFile)) if one.unused_since]) == 1


def _shelf() -> None:
    """On 23 November 2026: certificates that end in every way."""
    maker = factories_goods.supplier()
    for name, days in {
        "hôm nay": date(2026, 11, 23),
        "30 ngày": date(2026, 12, 23),
        "31 ngày": date(2026, 12, 24),
        "90 ngày": date(2027, 2, 21),
        "91 ngày": date(2027, 2, 22),
        "hôm qua": date(2026, 11, 22),
    }.items():
        product = factories_goods.product(producer=maker, name=name)
        factories_goods.certificate(product, issued_on=date(2024, 1, 1), last_day=days)
    renewed = factories_goods.product(producer=maker, name="đã có giấy mới")
    factories_goods.certificate(renewed, issued_on=date(2023, 12, 1), number="1")
    factories_goods.certificate(renewed, issued_on=date(2026, 11, 1), number="2")


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        (Window.QUARTER, {"hôm nay", "30 ngày", "31 ngày", "90 ngày"}),
        (Window.MONTH, {"hôm nay", "30 ngày"}),
        (Window.ENDED, {"hôm qua"}),
    ],
)
def test_lists_of_those_that_end(app: Flask, window: Window, expected: set[str]) -> None:
    _shelf()
    page = queries.certificates_page(CertificateFilter(TODAY, window), 1)
    assert {row.product_name for row in page.items} == expected
    months = queries.ends_by_month(CertificateFilter(TODAY), 5)
    assert [ends for _month, ends, _told in months] == [2, 2, 0, 2, 0]
    for month, ends, _told in months:
        listed = queries.certificates_page(CertificateFilter(TODAY, month=month), 1)
        assert listed.total == ends


def test_the_list_its_export_and_the_calendar(browser: Open) -> None:
    _shelf()
    officer = browser("officer")
    assert "91 ngày" not in officer.get("/certificates").words
    assert officer.part("/certificates?window=all&q=hom+nay").words.count("SP-") == 1
    assert "31 ngày" in officer.get("/certificates?month=2026-12").words
    officer.get("/certificates?month=9999-99&window=x&told=?&producer=0")
    book = officer.get("/certificates?format=xlsx&window=30").answer.data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert {row[0] for row in rows[1:]} == {"hôm nay", "30 ngày"}
    assert "Tháng 12/2026" in officer.get("/certificates/calendar").words


def test_lists_and_pages_take_as_many_statements_for_many_as_for_few(browser: Open) -> None:
    maker = factories_goods.supplier()
    urls = ("/certificates", "/certificates/calendar", "/certificates/notices", "/")

    def add(number: int) -> None:
        for one in range(number):
            product = factories_goods.product(producer=maker, name=f"Hàng {one}")
            factories_goods.certificate(product, issued_on=date(2023, 12, 1), number=f"{one}")

    officer = browser("officer")
    add(3)
    few = {url: statements(officer.get, url) for url in urls}
    add(12)
    for url in urls:
        assert statements(officer.get, url) == few[url], url


def test_letters_are_printed_and_nobody_is_told_twice(browser: Open) -> None:
    """Two products of one maker and one of another are two letters; what was sent leaves the list."""
    maker = factories_goods.supplier(
        name="HTX Chả mực Thoan", address="3 đường Lê Lợi", ward_code=factories.ward_of().code
    )
    other = factories_goods.supplier(name="Cơ sở Bà Tư", kind=SupplierKind.HOUSEHOLD)
    elsewhere = factories_goods.product(people.ELSEWHERE, name="Tôm khô Cà Mau")
    made = []
    for holder, name in ((maker, "Chả mực"), (maker, "Ruốc tôm"), (other, "Mắm ruốc")):
        product = factories_goods.product(producer=holder, name=name)
        made.append(factories_goods.certificate(product, issued_on=date(2023, 12, 10)))
    factories_goods.certificate(elsewhere, issued_on=date(2023, 12, 10))
    officer = browser("officer")
    home = officer.get("/").words
    assert "HTX Chả mực Thoan · Ruốc tôm" in home
    assert "Tôm khô Cà Mau" not in home
    page = officer.get("/certificates/notices")
    assert "Tôm khô" not in page.words
    db.session.expunge_all()  # what the letters need they load themselves
    letters = officer.get("/certificates/letters.pdf", status=None).answer
    assert letters.data.startswith(b"%PDF-")
    chosen = {
        "certificates": [str(made[0].id), str(made[1].id)],
        "sent_on": "20/11/2026",
        "how": "hand",
    }
    officer.submit("/certificates/notices", chosen)
    told = db.session.scalars(select(CertificateNotice)).all()
    assert {(one.certificate_id, one.sent_on, one.how) for one in told} == {
        (made[0].id, date(2026, 11, 20), "hand"),
        (made[1].id, date(2026, 11, 20), "hand"),
    }
    assert fresh(made[0]).relied_on == date(2026, 11, 20)
    left = officer.get("/certificates/notices").words
    assert ("Mắm ruốc" in left, "Ruốc tôm" in left) == (True, False)
    product_page = officer.get(f"/products/{made[0].product_id}").words
    assert "Đã báo chủ thể 20/11/2026: Giao tận tay, Nguyễn Thị Thu Hà ghi." in product_page
    page = officer.submit("/certificates/notices", {"certificates": str(made[0].id)}, status=422)
    assert any("Chọn trong danh sách" in error for error in page.errors())
    first = next(one.id for one in told if one.certificate_id == made[1].id)
    officer.submit(f"/notices/{first}/delete")
    assert "Ruốc tôm" in officer.get("/certificates/notices").words
    assert last("certificate.notice_taken_back").note == ""
    browser("other_officer").get(f"/certificates/letters.pdf?certificate={made[2].id}", status=404)
    browser("viewer").get("/certificates/notices", status=403)
