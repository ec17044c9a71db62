"""Producers, products and certificates from Excel: looked at first, all or nothing, once, by key."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from ocop_points.audit.models import AuditRow
from ocop_points.audit.queries import chain_faults
from ocop_points.catalogue.models import Certificate, Product, Supplier
from ocop_points.catalogue.rules import Stars, SupplierKind
from ocop_points.core import clock
from ocop_points.core.db import db, write
from ocop_points.exchange import jobs_service
from ocop_points.exchange.import_kinds import KINDS
from ocop_points.exchange.jobs_models import LOST_AFTER, ImportFile, ImportJob, JobState
from ocop_points.exchange.rules_shapes import FAULTS_TITLE
from ocop_points.localities.service import set_reach
from tests import factories_goods as goods
from tests import people
from tests.browser import Browser
from tests.exchange.imports import agreed, book, checked, handed_back, put, send, told, work
from tests.exchange.sheets import xlsx

Open = Callable[[str | None], Browser]
SUPPLIERS, PRODUCTS = "/suppliers/import", "/products/import"

MAKER = {
    "tax_code": "5700123456",
    "locality": "tinh quang ninh",
    "kind": "hop tac xa",
    "name": "HTX Chả mực Hạ Long",
    "phone": 912345678.0,
    "ward": "P. Bãi Cháy",
}
GOOD = {
    "locality": "Quảng Ninh",
    "name": "Chả mực giã tay",
    "producer_tax_code": "5700123456",
    "group148": "Thực phẩm",
    "base_unit": "gói",
    "units": "thùng = 24; lốc = 6",
    "barcode": 8934567890007.0,
    "shelf_life_months": 6.0,
    "reference_price": "420.000",
    "number": "12/GCN",
    "stars": "4 sao",
    "score": "82,5",
    "issued_on": date(2025, 3, 14),
    "issuer": "UBND tỉnh Quảng Ninh",
}

BARE = dict.fromkeys(("barcode", "number", "stars", "score", "issued_on", "issuer"), "")


def maker(**changed: Any) -> None:
    goods.supplier(**{"name": "HTX Chả mực Hạ Long", "tax_code": "5700123456", **changed})


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_suppliers_by_tax_code_or_name(browser: Open) -> None:
    """New, changed and unchanged in one file; the places by old names, without accents."""
    goods.supplier(name="Cơ sở Ba Chẽ", tax_code="", phone="0203 382 5123")
    goods.supplier(name="HTX Đầm Hà", tax_code="5700000001")
    officer = browser("officer")
    rows = (
        MAKER,
        {"locality": "Quảng Ninh", "kind": "Hợp tác xã", "name": "co so ba che", "representative": "Lý A"},
        {"tax_code": "5700000001", "address": "Thôn 2", "ward": "xã đầm hà"},
        {"tax_code": "5700000001-001", "locality": "TỈNH QUẢNG NINH", "kind": "Doanh nghiệp", "name": "Đầm Hà 1"},
    )  # fmt: skip
    page = checked(officer, SUPPLIERS, book("suppliers", *rows))
    assert "Mới2 Đổi2 Giữ nguyên0" in page.words, page.words
    assert "Người đại diện: Lý A" in page.words
    assert count(Supplier) == 2, "looking writes nothing"
    page = agreed(officer, page)
    assert "Đã nhập" in page.words
    made = db.session.scalars(select(Supplier).order_by(Supplier.id)).all()
    assert [one.name for one in made] == [
        "Cơ sở Ba Chẽ",
        "HTX Đầm Hà",
        "HTX Chả mực Hạ Long",
        "Đầm Hà 1",
    ]
    new = made[2]
    assert (new.kind, new.phone, new.locality_id, new.version) == (
        SupplierKind.COOPERATIVE, "0912345678", people.locality().id, 1,
    )  # fmt: skip
    assert "phường bãi cháy" in new.exact_text
    assert (made[0].phone, made[0].representative, made[0].version) == ("0203 382 5123", "Lý A", 2)
    assert (made[1].address, made[1].kind, made[1].tax_code) == (
        "Thôn 2", SupplierKind.COOPERATIVE, "5700000001",
    )  # fmt: skip
    # The audit says what did it, and belongs to one work.
    audit = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(5)).all()
    assert [one.action for one in audit] == [
        "file.imported", "supplier.edited", "supplier.edited", "supplier.registered", "supplier.registered",
    ]  # fmt: skip
    assert {one.note for one in audit} == {"Nhập từ tệp tệp.xlsx"}
    assert len({one.request_id for one in audit}) == 1
    assert '"representative": ["", "Lý A"]' in audit[2].changes
    assert list(chain_faults()) == []
    # The same file again: nothing left to do.
    page = checked(officer, SUPPLIERS, book("suppliers", *rows))
    assert "Mới0 Đổi0 Giữ nguyên4" in page.words
    assert "không có gì để ghi" in page.words


def test_products_with_certificates_by_key(browser: Open) -> None:
    maker()
    officer = browser("officer")
    page = checked(officer, PRODUCTS, book("products", GOOD, {**GOOD, **BARE, "name": "Chả cá"}))
    page = agreed(officer, page)
    assert "Mới2" in page.words
    first, second = db.session.scalars(select(Product).order_by(Product.id))
    assert (first.code, first.barcode, first.reference_price) == (
        "SP-00001",
        "8934567890007",
        420_000,
    )
    assert [(unit.name, unit.factor) for unit in first.units] == [("lốc", 6), ("thùng", 24)]
    assert first.search_text.startswith("cha muc gia tay · sp-00001 · htx cha muc ha long")
    (paper,) = db.session.scalars(select(Certificate))
    assert (paper.stars, paper.last_valid_day, paper.void_from, paper.score_thousandths) == (
        Stars.FOUR, date(2028, 3, 13), date(2028, 3, 14), 82_500,
    )  # fmt: skip
    # The next one registered by hand goes on with the numbers.
    assert (
        goods.product(producer=db.session.get_one(Supplier, first.producer_id)).code == "SP-00003"
    )
    # By code, by barcode, by name and producer; a mended and a second certificate.
    changes = (
        {"code": "sp-00001", "reference_price": 450_000.0, "units": "thùng = 20"},
        {**GOOD, "name": "cha ca", "barcode": "", "reference_price": "", "number": "13/GCN", "stars": "3", "score": ""},
    )  # fmt: skip
    page = checked(officer, PRODUCTS, book("products", *changes))
    assert "Mới0 Đổi2" in page.words
    assert "Giá tham khảo (₫): 420.000 → 450.000" in page.words
    assert "Giấy chứng nhận mới: 13/GCN, 3 sao" in page.words
    agreed(officer, page)
    mend = {"barcode": "8934567890007", "number": "12/GCN", "score": 85.0}
    agreed(officer, checked(officer, PRODUCTS, book("products", mend)))
    db.session.rollback()
    first, second = db.session.scalars(select(Product).order_by(Product.id).limit(2))
    assert (first.reference_price, first.version, first.shelf_life_months) == (450_000, 2, 6)
    assert [(unit.name, unit.factor) for unit in first.units] == [("thùng", 20)]
    assert (second.reference_price, second.version) == (420_000, 1)
    papers = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [(one.number, one.score_thousandths, one.version) for one in papers] == [
        ("12/GCN", 85_000, 2), ("13/GCN", None, 1),
    ]  # fmt: skip
    assert papers[0].last_valid_day == date(2028, 3, 13)
    assert list(chain_faults()) == []


# What is wrong, where it is told, and what says so.
FAULTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"locality": "Quảng Đông"}, "Địa phương quản lý", "Không có tỉnh, thành phố nào tên này"),
    ({"locality": "Cà Mau"}, "Địa phương quản lý", "không thuộc phạm vi"),
    ({"name": ""}, "Tên sản phẩm", "Chưa nhập"),
    ({"name": "x" * 161}, "Tên sản phẩm", "tối đa 160 ký tự"),
    ({"producer_tax_code": "123"}, "Mã số thuế chủ thể", "Nhập 10 số"),
    ({"producer_tax_code": "", "producer": "HTX Không Có"}, "Chủ thể", "Danh mục chưa có chủ thể này"),
    ({"producer_tax_code": "", "producer": "htx trung ten"}, "Chủ thể", "HTX Trùng Tên, Quảng Ninh, 5700000007"),
    ({"producer_tax_code": "5700000009"}, "Mã số thuế chủ thể", "không phải là chủ thể OCOP"),
    ({"group148": "Đồ chơi"}, "Nhóm sản phẩm", "Chọn một mục trong danh sách"),
    ({"group148": ""}, "Nhóm sản phẩm", "Chọn nhóm sản phẩm, hoặc nhóm cũ"),
    ({"units": "thùng 24"}, "Đơn vị đóng gói", "ghi tên = số"),
    ({"barcode": "8934567890008"}, "Mã vạch", "chữ số cuối không khớp"),
    ({"code": "SP-99999"}, "Mã sản phẩm", "Không có sản phẩm nào mã này"),
    ({"shelf_life_days": 30.0}, "Hạn dùng (ngày)", "không ghi cả hai"),
    ({"reference_price": "rẻ"}, "Giá tham khảo (₫)", "Nhập số"),
    ({"basis_b_paper": "12/QĐ"}, "Số văn bản căn cứ b", "Đánh dấu căn cứ này là Có"),
    ({"number": ""}, "Số giấy chứng nhận", "Chưa nhập"),
    ({"stars": "5 sao"}, "Hạng sao", "Số điểm này không ứng với hạng đã chọn"),
    ({"issued_on": "31/02/2025"}, "Ngày cấp", "31/02/2025 không có thật"),
    ({"issued_on": date(2027, 1, 1)}, "Ngày cấp", "từ hôm nay trở về trước"),
    ({"last_valid_day": date(2024, 1, 1)}, "Ngày cuối còn hiệu lực", "không được trước ngày cấp"),
    ({"active": "có lẽ"}, "Còn lưu thông", "Chọn một mục"),
)  # fmt: skip


def test_every_kind_of_fault_is_told_by_row_column_and_value(browser: Open) -> None:
    """One file with all of them: nothing is written, and the file that comes back is mended and taken in."""
    maker()
    for code in ("5700000007", "5700000008"):
        goods.supplier(name="HTX Trùng Tên", tax_code=code)
    goods.supplier(name="Cửa hàng", tax_code="5700000009", kind=SupplierKind.TRADER)
    officer = browser("officer")
    rows = [
        {**GOOD, "name": f"Chả {n}", "barcode": "", "number": f"{n}/GCN", **bad}
        for n, (bad, _column, _words) in enumerate(FAULTS, start=2)
    ]
    twice = {**GOOD, "name": "Chả 0"}
    data = book("products", *rows, twice, {**twice, "name": "Chả 1"})
    page = checked(officer, PRODUCTS, data)
    assert "Chưa ghi gì vào hệ thống" in page.words
    found = told(page)
    for number, (bad, column, words) in enumerate(FAULTS, start=2):
        said = [one for one in found if one[:2] == (str(number), column)]
        assert said, (number, bad, [one for one in found if one[0] == str(number)])
        assert words in said[0][3]
        value = bad.get({str(c.title): c.name for c in KINDS["products"].columns}[column], "")
        if isinstance(value, str) and value:
            assert said[0][2] == value[:80]
    assert found[-1][:2] == (str(len(FAULTS) + 3), "Mã vạch")
    assert f"Trùng với dòng {len(FAULTS) + 2} của tệp này" in found[-1][3]
    assert count(Product) == 0
    cells = handed_back(officer, page)
    assert cells[0][-1] == FAULTS_TITLE
    assert cells[1][-1] == "Địa phương quản lý: Không có tỉnh, thành phố nào tên này"
    assert all(row[-1] for row in cells[1 : len(FAULTS) + 1])
    for number, (bad, _column, _words) in enumerate(FAULTS, start=2):
        put(cells, "products", number, {name: GOOD.get(name, "") for name in bad})
        put(
            cells,
            "products",
            number,
            {"name": f"Chả {number}", "barcode": "", "number": f"{number}/GCN"},
        )
    put(cells, "products", len(FAULTS) + 3, {"barcode": ""})
    page = agreed(officer, checked(officer, PRODUCTS, xlsx(cells)))
    assert "Đã nhập" in page.words, told(page)
    assert count(Product) == len(FAULTS) + 2


def test_two_people_take_in_the_same_file_once(browser: Open) -> None:
    """Both looked while nothing was there: the second one is told that all of it is there by now."""
    maker()
    first, second = browser("officer"), browser("second_officer")
    data = book("products", GOOD)
    pages = [checked(who, PRODUCTS, data) for who in (first, second)]
    assert all("Mới1" in page.words for page in pages)
    agreed(first, pages[0])
    page = agreed(second, pages[1])
    assert "Dữ liệu đã thay đổi từ lúc kiểm tra" in page.words
    assert "Mới0 Đổi0 Giữ nguyên1" in page.words
    assert count(Product) == 1
    # Agreed to twice, carried out once.
    answer = second.send(pages[1].form(f"{pages[1].path}/confirm"), {})
    assert answer.location == pages[1].path


def test_what_moves_between_reading_and_writing_is_read_again(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody registers one of the products after the last reading and before the lock."""
    maker()
    officer = browser("officer")
    page = checked(
        officer, PRODUCTS, book("products", GOOD, {**GOOD, "name": "Chả cá", "barcode": ""})
    )
    seen: list[int] = []

    def write_late(verb: Any) -> Any:
        if not seen and getattr(verb, "func", None) is jobs_service.carry_out:
            seen.append(1)
            goods.product(producer=db.session.scalar(select(Supplier)), name="Chả cá")
        return write(verb)

    monkeypatch.setattr("ocop_points.exchange.jobs_worker.write", write_late)
    page = agreed(officer, page)
    assert seen
    assert "Dữ liệu đã thay đổi" in page.words
    assert count(Product) == 1


def test_a_fall_in_the_middle_leaves_nothing(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker()
    officer = browser("officer")
    page = checked(officer, PRODUCTS, book("products", GOOD))

    def falls(*_args: Any) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr("ocop_points.catalogue.bulk_service._certificates", falls)
        page = agreed(officer, page)
    assert "Hệ thống gặp lỗi. Chưa ghi gì vào hệ thống." in page.words
    assert count(Product) == 0
    last = select(AuditRow.action).order_by(AuditRow.id.desc()).limit(1)
    assert db.session.scalar(last) == "file.agreed"
    answer = officer.send(page.form(f"{page.path}/again"), {})
    work()
    agreed(officer, officer.get(answer.location))
    assert count(Product) == 1


def test_a_worker_that_died_is_replaced(browser: Open) -> None:
    """Its job is taken up again once it has not been heard of; whatever it still wants to write is refused."""
    maker()
    officer = browser("officer")
    sent = send(officer, PRODUCTS, book("products", GOOD))
    (job_id,) = db.session.scalars(select(ImportJob.id))
    write(lambda: jobs_service.claim(job_id, "died"))
    work()
    assert "Đang kiểm tra" in officer.get(sent.location).words
    with clock.freeze(clock.now() + LOST_AFTER + timedelta(seconds=1)):
        work()
    assert "Chờ bạn đồng ý" in officer.get(sent.location).words
    with pytest.raises(jobs_service.Lost):
        write(lambda: jobs_service.note_progress(job_id, "died", 1, 2))

    # One that brings down every worker is given up.
    def brought_down() -> None:
        job = db.session.get_one(ImportJob, job_id)
        job.state, job.attempts = JobState.WAITING, 3

    write(brought_down)
    work()
    assert "Đã thử nhiều lần" in officer.get(sent.location).words


def test_own_files_only_and_only_while_the_right_lasts(browser: Open) -> None:
    maker()
    officer, colleague = browser("officer"), browser("second_officer")
    page = checked(officer, PRODUCTS, book("products", GOOD))
    for path in ("", "/forget", "/faults.xlsx"):
        colleague.get(page.path + path, status=404)
    assert page.path in officer.get("/imports").links()
    assert page.path not in colleague.get("/imports").links()
    browser("viewer").get(PRODUCTS, status=403)
    browser("operator").get(PRODUCTS, status=403)
    send(officer, PRODUCTS, book("products", GOOD))
    send(officer, PRODUCTS, book("products", GOOD), status=422)  # one at a time
    work()
    # Moved elsewhere between looking and agreeing: nothing comes in.
    elsewhere = people.locality(people.ELSEWHERE).id
    write(lambda: set_reach(people.user("officer"), [elsewhere]))
    page = agreed(officer, officer.get(page.path))
    assert "không thuộc phạm vi" in page.words
    assert count(Product) == 0


def test_somebody_elses_records_stay_as_they_are(browser: Open) -> None:
    theirs = goods.supplier(people.ELSEWHERE, name="HTX Đất Mũi", tax_code="2000000001")
    goods.product(people.ELSEWHERE, producer=theirs, name="Tôm khô")
    officer = browser("officer")
    page = checked(
        officer, SUPPLIERS, book("suppliers", {"tax_code": "2000000001", "address": "mới"})
    )
    assert "do Cà Mau quản lý nên bạn không sửa được" in told(page)[0][3]
    page = checked(
        officer, PRODUCTS, book("products", {"code": "SP-00001", "reference_price": 1.0})
    )
    assert "do Cà Mau quản lý nên bạn không sửa được" in told(page)[0][3]
    # The ministry's administrator may, by today's name of the province too.
    row = {"code": "SP-00001", "locality": "ca mau", "base_unit": "kg"}
    page = checked(browser("admin"), PRODUCTS, book("products", row))
    assert "Đơn vị tính: hộp → kg" in page.words


def test_files_are_forgotten_after_a_week(browser: Open) -> None:
    officer = browser("officer")
    page = checked(officer, SUPPLIERS, book("suppliers", {**MAKER, "kind": "x"}))
    assert count(ImportFile) == 1
    write(jobs_service.forget_old)
    assert count(ImportFile) == 1
    with clock.freeze(clock.now() + timedelta(days=7, seconds=1)):
        write(jobs_service.forget_old)
    assert (count(ImportFile), count(ImportJob)) == (0, 1)
    assert "Có chỗ cần sửa" in officer.get(page.path).words
    officer.get(f"{page.path}/faults.xlsx", status=404)
    officer.submit(f"{page.path}/forget", {})
    assert count(ImportJob) == 0


def test_what_is_sent_again_and_again(browser: Open) -> None:
    """While it is under way the part asks for itself; without script there is a link; a closed page is found again."""
    officer = browser("officer")
    sent = send(officer, SUPPLIERS, book("suppliers", MAKER))
    page = officer.get(sent.location)
    assert 'hx-trigger="every 1s"' in page.text
    assert page.links().count(sent.location) == 1, "without script, look again by a link"
    (job_id,) = db.session.scalars(select(ImportJob.id))
    write(lambda: jobs_service.claim(job_id, "w"))
    write(lambda: jobs_service.note_progress(job_id, "w", 1200, 10_000))
    part = officer.part(sent.location)
    assert "1.200 trong 10.000 dòng" in part.words
    assert 'max="10000" value="1200"' in part.text
    assert "Đang kiểm tra" in officer.get("/imports").words
