"""The main job without a mouse: register, assess with photos, submit, approve, receive goods."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import expect

from ocop_points.demo.drawings import shelf, sign
from tests.e2e.desk import Desk
from tests.e2e.keyboard import KeyboardDesk
from tests.e2e.test_main_road import NAME, SUPPLIER, line, prepare
from tests.people import PASSWORD, USERNAMES

OpenDesk = Callable[..., Desk]


def test_the_main_job_by_keyboard_only(open_desk: OpenDesk, tmp_path: Path) -> None:
    prepare()
    officer, manager = (KeyboardDesk(open_desk(None)) for _one in range(2))
    sign_in(officer, "officer")
    register(officer)
    assess(officer, tmp_path)
    sign_in(manager, "manager")
    approve(manager)
    receive(officer)


def sign_in(who: KeyboardDesk, name: str) -> None:
    who.desk.go("/login")
    who.type("Tên đăng nhập", USERNAMES[name], within=4)
    who.type("Mật khẩu", PASSWORD, within=3)
    who.page.keyboard.press("Enter")
    expect(who.page.locator("h1")).not_to_have_text("Đăng nhập")


def register(officer: KeyboardDesk) -> None:
    officer.follow("Điểm bán")
    officer.desk.title("Điểm bán")
    officer.follow("Đăng ký điểm bán")
    officer.type("Tên điểm bán", NAME)
    kind = "Cửa hàng trong khu du lịch, nhà hàng, khách sạn"
    officer.choose(officer.field("Loại địa điểm"), kind)
    officer.reach(officer.page.locator("#ward_query"))
    officer.page.keyboard.type("bai chay")
    ward = officer.desk.main.get_by_label("Phường Bãi Cháy").first
    expect(ward).to_be_attached()
    officer.tick(ward, within=6)
    officer.type("Số nhà, đường, thôn", "88 đường Hạ Long", within=6)
    officer.type("Đơn vị vận hành", "Công ty CP Thương mại Du lịch Bãi Cháy")
    officer.choose(officer.field("Loại đơn vị"), "Doanh nghiệp")
    officer.tick(officer.field("Điểm này đã mở bán từ trước"))
    officer.type("Ngày khai trương", "02/09/2022")
    officer.press("Đăng ký")
    officer.desk.title(NAME)


def assess(officer: KeyboardDesk, folder: Path) -> None:
    officer.follow("Đánh giá điểm này")
    officer.type("Đại diện điểm bán", "Đặng Thị Nga")
    officer.press("Bắt đầu đánh giá")
    expect(officer.page.locator(".crit")).to_have_count(13)
    for criterion in officer.page.locator(".crit").all():
        code = criterion.locator(".crit-no").inner_text()
        # From one line to the next: the part that was swapped in must not throw the focus back to the top.
        officer.reach(
            criterion.locator("input[type=radio]").first, within=60 if code == "I.1" else 9
        )
        officer.page.keyboard.press("Space")
        expect(criterion.locator(".line-state")).to_have_class(re.compile("is-met"))
        if code == "III.4":
            officer.page.keyboard.press("ArrowRight")
            expect(criterion.locator(".line-state")).to_have_class(re.compile("is-not-met"))
            officer.reach(criterion.locator("textarea"), within=6)
            officer.page.keyboard.type("6 lọ ruốc hàu không có tem truy xuất.")
        for photographed, content in (("III.1", sign()), ("III.2", shelf())):
            if code == photographed:
                path = folder / f"{code}.jpg"
                path.write_bytes(content)
                officer.give_file(criterion.locator("input[type=file]"), path, within=6)
                expect(line(officer.desk, code).locator("img")).to_have_count(1)  # type: ignore[attr-defined]
                expect(officer.page.locator("#sync")).not_to_contain_text("Đang gửi")
    expect(officer.page.locator(".bot")).to_contain_text("13/13")
    officer.reach(officer.page.get_by_role("button", name="Gửi duyệt"))
    officer.page.keyboard.press("Enter")
    officer.desk.title("Gửi duyệt")
    officer.type("Kết luận, kiến nghị của đoàn", "Điểm bán đạt yêu cầu.")
    officer.press("Gửi duyệt", within=12)
    officer.desk.sees("Chờ duyệt")


def approve(manager: KeyboardDesk) -> None:
    manager.follow(NAME)
    manager.follow("Duyệt")
    manager.desk.title("Duyệt lần đánh giá")
    manager.type("Số biên bản", "12")
    manager.press("Duyệt", within=12)
    manager.desk.sees("12/BB-SCT")


def receive(officer: KeyboardDesk) -> None:
    officer.follow("Kho hàng")
    officer.follow("Lập phiếu nhập")
    officer.reach(officer.page.locator("#supplier_query"))
    officer.page.keyboard.type("cha muc")
    found = officer.page.get_by_label(SUPPLIER)
    expect(found).to_be_attached()
    officer.tick(found, within=6)
    officer.type("Người giao", "Trần Văn Út")
    officer.reach(officer.page.locator("#add_query"))
    officer.page.keyboard.type("cha muc ha long")
    officer.press_first(re.compile("Chả mực Hạ Long"))
    row = officer.page.locator("#voucher-lines")
    for label, text in (
        ("Lô, dòng 1", "CM-1119"),
        ("Hạn dùng, dòng 1", "15/01/2027"),
        ("Số lượng thực nhận, dòng 1", "40"),
        ("Đơn giá, dòng 1", "390.000"),
    ):
        officer.reach(row.get_by_label(label))
        officer.page.keyboard.type(text)
    officer.press("Ghi sổ")
    officer.desk.sees("PN-QNI-0001-2026-0001")
