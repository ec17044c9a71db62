"""A report in a real browser: the department writes and sends, the ministry returns, then accepts and sums up."""

from collections.abc import Callable

from tests import factories
from tests.e2e.desk import Desk

OpenDesk = Callable[..., Desk]


def test_from_the_remarks_to_the_summary(open_desk: OpenDesk) -> None:
    factories.point()
    manager = open_desk("manager")
    manager.follow("Báo cáo 6 tháng đầu năm 2026 · Quảng Ninh")
    manager.follow("Ghi nhận xét")
    manager.fill("Đề xuất, kiến nghị", "Đề nghị Bộ sớm ban hành bộ tiêu chí mới")
    manager.press("Lưu nhận xét")
    manager.follow("Gửi Bộ")
    manager.sees("Gửi rồi thì không sửa được")
    manager.fill("Số văn bản", "125/BC-SCT")
    manager.press("Gửi Bộ")
    manager.sees("Đã gửi báo cáo lên Bộ.")
    admin = open_desk("admin")
    admin.follow("Báo cáo 6 tháng đầu năm 2026 · Quảng Ninh")
    admin.follow("Trả lại")
    admin.fill("Cần bổ sung, sửa gì", "Nêu rõ kinh phí")
    admin.press("Trả lại")
    manager.go("/")
    manager.sees("Bộ trả lại: Nêu rõ kinh phí")
    manager.follow("Báo cáo 6 tháng đầu năm 2026 · Quảng Ninh")
    manager.follow("Gửi Bộ")
    manager.press("Gửi Bộ")
    admin.page.reload()
    admin.follow("Tiếp nhận")
    admin.press("Tiếp nhận")
    admin.sees("Đã tiếp nhận báo cáo.")
    admin.go("/reports")
    admin.follow("Tổng hợp cả nước")
    admin.sees("Đã nhận 1 trên 2 địa phương được hỗ trợ")
    admin.look()
    href = admin.main.get_by_role("link", name="In tổng hợp").get_attribute("href") or ""
    assert admin.page.request.get(href).body().startswith(b"%PDF")
