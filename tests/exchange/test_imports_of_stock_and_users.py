"""Opening stock and users from Excel: by the verbs of their pages, within the sender's rights."""

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from ocop_points.accounts.models import User
from ocop_points.accounts.passwords import verify_password
from ocop_points.core.access import Role
from ocop_points.core.db import db
from ocop_points.localities.queries import reached_id_set
from ocop_points.points.models import SalesPoint
from ocop_points.stock.faults import ledger_faults
from ocop_points.stock.models import Balance, Voucher
from tests import factories, people
from tests import factories_goods as goods
from tests import factories_stock as stock
from tests.browser import Browser
from tests.exchange.imports import agreed, book, checked, told

Open = Callable[[str | None], Browser]
OPENING, USERS = "/stock/opening/import", "/admin/users/import"
LINE = {
    "point": "qni-0001",
    "product": "SP-00001",
    "lot": "cm-0626",
    "expiry": date(2027, 6, 30),
    "quantity": 2.5,
    "unit": "thùng",
    "price": 1_000_000.0,
    "on_date": date(2026, 1, 1),
}


def held(point: SalesPoint) -> list[int]:
    rows = select(Balance.on_hand).where(Balance.point_id == point.id).order_by(Balance.lot_id)
    return list(db.session.scalars(rows))


def test_opening_stock_is_posted_once_a_lot(browser: Open) -> None:
    point = factories.point()
    goods.product(units=(("thùng", 24),), barcode="8934567890007")
    officer = browser("officer")
    second = {"product": "", "barcode": "8934567890007", "lot": "", "expiry": "", "unit": ""}
    lines = (LINE, {**LINE, **second, "quantity": 7.0, "on_date": date(2026, 2, 1)})
    page = agreed(officer, checked(officer, OPENING, book("opening", *lines)))
    assert "Mới2" in page.words
    vouchers = db.session.scalars(select(Voucher).order_by(Voucher.id)).all()
    assert [one.number for one in vouchers] == ["PD-QNI-0001-2026-0001", "PD-QNI-0001-2026-0002"]
    assert held(point) == [60, 7]
    assert list(ledger_faults()) == []
    # Again: nothing. Another quantity: no second opening; after a reversal there is one.
    page = checked(officer, OPENING, book("opening", *lines))
    assert "Mới0 Đổi0 Giữ nguyên2" in page.words
    other = book("opening", {**LINE, "quantity": 3.0})
    assert "Lô này đã ghi đầu kỳ 60 hộp" in told(checked(officer, OPENING, other))[0][3]
    stock.reverse(vouchers[0])
    agreed(officer, checked(officer, OPENING, other))
    db.session.rollback()
    assert held(point) == [72, 7]
    assert list(ledger_faults()) == []


FAULTS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"point": "QNI-0099"}, "Mã điểm bán", "Không có điểm bán nào mã này"),
    ({"point": "CMA-0001"}, "Mã điểm bán", "Không có điểm bán nào mã này"),
    ({"point": "QNI-0002"}, "Mã điểm bán", "không ở trạng thái nhập, xuất hàng"),
    ({"product": ""}, "Mã sản phẩm", "Chưa nhập"),
    ({"product": "SP-99999"}, "Mã sản phẩm", "Danh mục không có sản phẩm nào mã này"),
    ({"unit": "bao"}, "Đơn vị", "Chọn một đơn vị của sản phẩm"),
    ({"quantity": 0.1}, "Số lượng", "phải ra số nguyên hộp"),
    ({"quantity": 0.0}, "Số lượng", "Nhập số lớn hơn 0"),
    ({"quantity": ""}, "Số lượng", "Chưa nhập"),
    ({"price": "rẻ"}, "Đơn giá (₫)", "Nhập số"),
    ({"on_date": date(2027, 1, 1)}, "Ngày đầu kỳ", "từ hôm nay trở về trước"),
    ({"on_date": date(2025, 6, 1)}, "Ngày đầu kỳ", "Sổ của điểm đã khóa đến hết 30/06/2025"),
    ({"lot": "x" * 31}, "Lô", "tối đa 30 ký tự"),
    ({"expiry": "31/02/2027"}, "Hạn dùng", "không có thật"),
)  # fmt: skip


def test_what_is_wrong_with_opening_stock(browser: Open) -> None:
    stock.close(factories.point(), date(2025, 6, 1))
    factories.point(name="Điểm đề xuất", address="2 đường khác", opened_on=None)
    factories.point(people.ELSEWHERE)
    goods.product(units=(("thùng", 24),))
    officer = browser("officer")
    rows = [{**LINE, "lot": f"L{n}", **bad} for n, (bad, _c, _w) in enumerate(FAULTS)]
    page = checked(officer, OPENING, book("opening", *rows, LINE, LINE))
    found = told(page)
    for number, (bad, column, words) in enumerate(FAULTS, start=2):
        said = [one for one in found if one[:2] == (str(number), column)]
        assert said, (bad, found)
        assert words in said[0][3]
    assert "Trùng với dòng" in found[-1][3]
    assert db.session.scalars(select(Voucher)).all() == []


def test_an_operator_opens_the_own_point(browser: Open) -> None:
    mine = factories.point()
    factories.give_point(mine)
    factories.point(name="Điểm khác", address="2 đường khác")
    goods.product(units=(("thùng", 24),))
    operator = browser("operator")
    page = checked(operator, OPENING, book("opening", LINE, {**LINE, "point": "QNI-0002"}))
    assert [one[0] for one in told(page)] == ["3"]
    assert "Đã nhập" in agreed(operator, checked(operator, OPENING, book("opening", LINE))).words


NEW = {
    "username": "QNI.Moi",
    "full_name": "Lê Thị Mới",
    "unit_name": "Sở Công Thương",
    "role": "Cán bộ",
    "localities": "quang ninh",
}


def test_users_within_the_senders_rights(browser: Open) -> None:
    factories.point()
    manager = browser("manager")
    runs = {
        **NEW,
        "username": "qni.van",
        "role": "Người vận hành điểm bán",
        "points": "qni-0001",
    }
    change = {"username": "qni.canbo", "position": "Phó trưởng phòng"}
    data = book("users", NEW, runs, change)
    page = checked(manager, USERS, data)
    assert "Chức vụ: Phó trưởng phòng" in page.words, told(page)
    page = agreed(manager, page)
    assert "Mới2 Đổi1" in page.words
    made = db.session.scalar(select(User).where(User.username == "qni.moi"))
    assert made is not None
    assert (made.role, made.must_change_password, made.active) == (Role.OFFICER, True, True)
    assert reached_id_set(made) == {people.locality().id}
    assert not verify_password(made.password_hash, "")
    assert people.user("officer").position == "Phó trưởng phòng"
    # Again: nothing, the operator's locality neither, which goes by the point.
    assert "Mới0 Đổi0 Giữ nguyên3" in checked(manager, USERS, data).words
    # The first password is given on their page.
    page = manager.submit(f"/admin/users/{made.id}/reset-password", status=200)
    assert "qni.moi" in page.words


def test_users_that_a_manager_may_not_make(browser: Open) -> None:
    factories.point()
    rows = (
        ({"role": "Quản lý địa phương"}, "Vai trò", "chỉ giao được vai trò và phạm vi"),
        ({"localities": "Cà Mau"}, "Địa phương được giao", "không thuộc phạm vi"),
        ({"localities": ""}, "Địa phương được giao", "Chọn ít nhất một địa phương"),
        ({"username": "qni.quanly2"}, "Tên đăng nhập", "mà bạn không sửa được"),
        ({"username": "qni.quanly"}, "Tên đăng nhập", "mà bạn không sửa được"),
        ({"username": "Tên có dấu"}, "Tên đăng nhập", "chữ thường không dấu"),
        ({"role": "Vua"}, "Vai trò", "Chọn một mục"),
        ({"points": "CMA-0001"}, "Điểm bán được giao", "Không có điểm bán CMA-0001"),
        ({"phone": "gọi sau"}, "Điện thoại", "Nhập số điện thoại"),
    )
    sent = [{**NEW, "username": f"nguoi.{n}", **bad} for n, (bad, _c, _w) in enumerate(rows)]
    page = checked(browser("manager"), USERS, book("users", *sent, {**NEW, "username": "nguoi.0"}))
    found = told(page)
    for number, (bad, column, words) in enumerate(rows, start=2):
        said = [one for one in found if one[:2] == (str(number), column)]
        assert said, (bad, found)
        assert words in said[0][3]
    assert people.user("second_manager").role is Role.MANAGER
    browser("officer").get(USERS, status=403)
