"""The whole road, as an officer and a manager walk it: at a desk, on a phone, and without script.

An officer registers a point and assesses it with photos; the manager returns it, the officer corrects, the
manager approves with a number; the minutes are read back; goods come in and go out, and the ledger agrees.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from ocop_points.catalogue import service as catalogue
from ocop_points.catalogue.certificate_service import NewCertificate, add_certificate
from ocop_points.catalogue.rules import ProductGroup, Stars, SupplierKind, last_valid_day
from ocop_points.catalogue.service import ProductFacts, SupplierFacts
from ocop_points.core.db import db, write
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.service import load_edition
from ocop_points.demo.drawings import shelf, sign
from ocop_points.points.models import SalesPoint
from ocop_points.stock.models import Balance, Movement
from tests import people
from tests.e2e.desk import Desk

OpenDesk = Callable[..., Desk]
NAME = "Trung tâm OCOP Bãi Cháy"
PRODUCT, SUPPLIER = "Chả mực Hạ Long 500 g", "HTX Chả mực Thoan Hạ Long"


def prepare() -> None:
    """What the ministry and the department have done before: criteria, a supplier, a product, its stars."""

    def verb() -> None:
        load_edition(read_edition((SHIPPED / "criteria-950.yaml").read_text(encoding="utf-8")))
        officer = people.user("officer")
        supplier = catalogue.register_supplier(
            people.locality(), SupplierFacts(SupplierKind.COOPERATIVE, SUPPLIER), by=officer
        )
        facts = ProductFacts(
            PRODUCT, "hộp", group148=ProductGroup.FOOD, shelf_life_days=60, reference_price=390_000
        )
        product = catalogue.register_product(people.locality(), supplier, facts, by=officer)
        issued = date(2025, 5, 5)
        certificate = NewCertificate(
            Stars.FOUR, "12/GCN", "UBND tỉnh", issued, last_valid_day(issued), score=Decimal("82.5")
        )
        add_certificate(product, certificate, by=officer)

    write(verb)


@pytest.mark.parametrize(
    ("size", "script"),
    [("desk", True), ("phone", True), ("desk", False)],
    ids=["desk", "phone", "no-script"],
)
def test_the_whole_road(open_desk: OpenDesk, tmp_path: Path, size: str, script: bool) -> None:
    prepare()
    officer = open_desk("officer", size=size, script=script)
    manager = open_desk("manager", size=size, script=script)
    register(officer)
    begin_visit(officer)
    answer_all(officer, tmp_path)
    submit(officer)
    visit = officer.page.url
    send_back(manager, visit)
    correct(officer, visit)
    approve(manager, visit)
    read_minutes(manager, tmp_path)
    receive_goods(officer)
    issue_goods(officer)
    ledger_agrees(officer)


def register(officer: Desk) -> None:
    officer.go("/points/new")
    officer.fill("Tên điểm bán", NAME)
    officer.choose("Loại địa điểm", "Cửa hàng trong khu du lịch, nhà hàng, khách sạn")
    officer.page.locator("#ward_query").press_sequentially("bai chay")
    if not officer.script:
        officer.press("Tìm")
    officer.tick("Phường Bãi Cháy")
    officer.fill("Số nhà, đường, thôn", "88 đường Hạ Long")
    officer.fill("Đơn vị vận hành", "Công ty CP Thương mại Du lịch Bãi Cháy")
    officer.choose("Loại đơn vị", "Doanh nghiệp")
    officer.tick("Điểm này đã mở bán từ trước")
    officer.fill("Ngày khai trương", "02/09/2022")
    officer.press("Đăng ký")
    officer.title(NAME)


def begin_visit(officer: Desk) -> None:
    officer.follow("Đánh giá điểm này")
    officer.look()
    officer.fill("Đại diện điểm bán", "Đặng Thị Nga")
    officer.press("Bắt đầu đánh giá")
    expect(officer.page.locator(".crit")).to_have_count(13)
    officer.look()


def line(officer: Desk, code: str) -> object:
    return officer.page.locator(".crit", has=officer.page.locator(f".crit-no:text-is('{code}')"))


def answer_all(officer: Desk, folder: Path) -> None:
    """Every line met but II.2, which says why; photos where they are asked for."""
    for criterion in officer.page.locator(".crit").all():
        code = criterion.locator(".crit-no").inner_text()
        if code == "I.2":
            criterion.get_by_label("Cửa hàng trong khu du lịch").check()
        else:
            criterion.get_by_text("Chưa đạt" if code == "III.4" else "Đạt", exact=True).click()
        if officer.script:
            saved = re.compile("is-(met|not-met)")
            expect(criterion.locator(".line-state")).to_have_class(saved)
    note = line(officer, "III.4").locator("textarea")  # type: ignore[attr-defined]
    note.fill("6 lọ ruốc hàu không có tem truy xuất.")
    note.blur()
    if not officer.script:
        officer.page.get_by_role("button", name="Lưu nháp").click()
    add_photo(officer, "III.1", folder / "bien-hieu.jpg", sign())
    add_photo(officer, "III.2", folder / "ke-hang.jpg", shelf())
    expect(officer.page.locator(".bot")).to_contain_text("13/13")
    officer.look()


def add_photo(officer: Desk, code: str, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    criterion = line(officer, code)
    criterion.locator("input[type=file]").set_input_files(path)  # type: ignore[attr-defined]
    if not officer.script:
        criterion.get_by_role("button", name="Gửi ảnh").click()  # type: ignore[attr-defined]
        if not officer.page.url.endswith("/checklist") and "#" not in officer.page.url:
            officer.go(re.sub(r"/lines/.*", "/checklist", officer.page.url))
    expect(line(officer, code).locator("img")).to_have_count(1)  # type: ignore[attr-defined]


def submit(officer: Desk) -> None:
    officer.page.get_by_role("button", name="Gửi duyệt").click()
    officer.title("Gửi duyệt")
    officer.fill("Kết luận, kiến nghị của đoàn", "Điểm bán đạt yêu cầu.")
    officer.press("Gửi duyệt")
    officer.sees("Chờ duyệt")
    officer.look()


def send_back(manager: Desk, visit: str) -> None:
    manager.go("/")
    manager.sees(NAME)
    manager.go(visit)
    manager.look()
    manager.follow("Trả lại")
    manager.look()
    manager.fill("Lý do trả lại", "III.4: ghi rõ tên sản phẩm thiếu tem.")
    manager.press("Trả lại")
    manager.sees("Trả lại")


SLOW = """() => { const real = window.fetch; window.fetch = async (...sent) => {
  await new Promise((resolve) => { setTimeout(resolve, 1000); }); return real(...sent); }; }"""


def correct(officer: Desk, visit: str) -> None:
    officer.go("/")
    officer.sees(NAME)
    officer.go(visit)
    officer.sees("III.4: ghi rõ tên sản phẩm thiếu tem.")
    officer.go(f"{visit}/checklist")
    if officer.script:
        officer.page.evaluate(SLOW)
    note = line(officer, "III.4").locator("textarea")  # type: ignore[attr-defined]
    note.fill("6 lọ Ruốc hàu Vân Đồn 200 g không có tem truy xuất.")
    note.blur()
    if officer.script:  # pressed while the note is on its way: nobody has to press twice
        expect(officer.page.locator("#sync")).to_contain_text("Đang gửi")
    officer.page.get_by_role("button", name="Gửi duyệt").click()
    officer.title("Gửi duyệt")
    officer.press("Gửi duyệt")
    officer.sees("Chờ duyệt")


def approve(manager: Desk, visit: str) -> None:
    manager.go(visit)
    manager.follow("Duyệt")
    manager.title("Duyệt lần đánh giá")
    manager.look()
    manager.fill("Số biên bản", "12")
    manager.press("Duyệt")
    manager.sees("12/BB-SCT")
    manager.look()


def read_minutes(manager: Desk, folder: Path) -> None:
    """The paper says the same as the screen: number, name, result, in letters that survive."""
    address = manager.page.get_by_role("link", name="In biên bản").first.get_attribute("href")
    answer = manager.page.request.get(str(address))
    assert answer.headers["content-type"] == "application/pdf"
    assert manager.page.request.get(str(address)).body() == answer.body(), (
        "made once, served ever after"
    )
    paper = folder / "minutes.pdf"
    paper.write_bytes(answer.body())
    if shutil.which("pdftotext") is None:
        return
    text = run("pdftotext", "-layout", str(paper), "-")
    words = " ".join(text.split())
    for expected in (
        "12/BB-SCT", NAME, "BIÊN BẢN KIỂM TRA", "Ruốc hàu Vân Đồn 200 g", "Đặng Thị Nga",
        "Nguyễn Thị Thu Hà", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
    ):  # fmt: skip
        assert expected in words, f"{expected} in {words[:3000]}"
    assert "DỰ THẢO" not in words
    fonts = run("pdffonts", str(paper)).splitlines()[2:]
    assert fonts
    assert all(" yes yes yes " in re.sub(r" +", " ", f"{font} ") for font in fonts), fonts
    facts = run("pdfinfo", str(paper))
    assert "A4" in facts
    xmp = answer.body()
    assert b"pdfaid:part" in xmp
    assert b"pdfuaid:part" in xmp


def run(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def point_id() -> int:
    db.session.rollback()
    return db.session.scalars(select(SalesPoint.id)).one()


def receive_goods(officer: Desk) -> None:
    officer.go(f"/points/{point_id()}/stock/receipts/new")
    officer.look()
    fill_supplier(officer)
    officer.fill("Người giao", "Trần Văn Út")
    add_product(officer)
    row = officer.page.locator("#voucher-lines")
    row.get_by_label("Lô, dòng 1").fill("CM-1119")
    row.get_by_label("Hạn dùng, dòng 1").fill("15/01/2027")
    row.get_by_label("Số lượng thực nhận, dòng 1").fill("40")
    row.get_by_label("Đơn giá, dòng 1").fill("390.000")
    officer.look()
    officer.press("Ghi sổ")
    officer.sees("PN-QNI-0001-2026-0001")
    officer.sees("15.600.000")
    officer.look()


def fill_supplier(officer: Desk) -> None:
    officer.page.locator("#supplier_query").press_sequentially("cha muc")
    if not officer.script:
        officer.page.locator("[formaction$='#supplier_query']").click()
    officer.page.get_by_label(SUPPLIER).check()


def add_product(officer: Desk) -> None:
    box = officer.page.locator("#add_query")
    box.press_sequentially("cha muc ha long")
    if not officer.script:
        box.press("Enter")
        # The only product of this name is added at once.
    else:
        officer.page.get_by_role("button", name=re.compile(PRODUCT)).first.click()
    expect(officer.page.locator("#voucher-lines tbody tr").first).to_contain_text(PRODUCT)


def issue_goods(officer: Desk) -> None:
    officer.go(f"/points/{point_id()}/stock/issues/new")
    add_product(officer)
    row = officer.page.locator("#voucher-lines")
    row.get_by_label("Lô, dòng 1").select_option(index=1)
    row.get_by_label("Số lượng thực xuất, dòng 1").fill("15")
    officer.look()
    officer.press("Ghi sổ")
    officer.sees("PX-QNI-0001-2026-0001")


def ledger_agrees(officer: Desk) -> None:
    officer.go(f"/points/{point_id()}/stock")
    officer.sees("PN-QNI-0001-2026-0001")
    officer.sees("PX-QNI-0001-2026-0001")
    officer.look()
    db.session.rollback()
    deltas = db.session.scalars(select(Movement.delta).order_by(Movement.id)).all()
    assert list(deltas) == [40, -15]
    assert db.session.scalars(select(Balance.on_hand)).one() == 25
    officer.go(f"/points/{point_id()}/stock/on-hand")
    officer.sees("25")
    officer.look()
