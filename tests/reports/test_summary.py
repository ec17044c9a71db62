"""The ministry's summary of a period: page, file and papers."""

import io
from collections.abc import Callable
from typing import Any

from docx import Document
from python_calamine import CalamineWorkbook

from ocop_points.reports import period_service
from tests import factories, people
from tests import factories_reports as reports
from tests.browser import Browser
from tests.papers import text_of
from tests.reports.pages import figure
from tests.statements import statements

Open = Callable[[str | None], Browser]


def test_the_ministry_sums_what_is_in_and_compares_like_with_like(
    records: None, browser: Open
) -> None:
    factories.point(people.ELSEWHERE)
    reports.submitted("2025-H2")
    reports.written()
    reports.submitted()
    reports.accepted()
    admin = browser("admin")
    assert "Đã nhận 1 trên 2 địa phương được hỗ trợ" in admin.get("/reports/summary")
    count = statements(admin.http.get, "/reports/summary?period=2026-H1")
    reports.written(by="other_officer", difficulties="Bão làm hỏng hai kệ")
    reports.submitted(by="other_manager")
    page = admin.get("/reports/summary?period=2026-H1")
    assert "Bão làm hỏng hai kệ" in page
    assert statements(admin.http.get, "/reports/summary?period=2026-H1") == count
    assert "Đã nhận 2 trên 2 địa phương được hỗ trợ" in page
    # Accepted, waiting, both; of the one that reported twice: now, before, difference.
    assert figure(page, "Đang hoạt động") == ["1", "1", "2", "1", "1", "0"]
    assert figure(page, "Đã duyệt") == ["2", "0", "2", "2", "1", "+1"]
    assert figure(page, "Tỷ lệ đạt") == ["50,0", "–", "50,0", "50,0", "100,0", "−50,0"]
    assert "chỉ tính 1 địa phương có báo cáo cả hai kỳ" in page
    assert figure(page, "Quảng Ninh")[:3] == ["Đã tiếp nhận", "1", "1"]
    assert figure(page, "Cà Mau")[:3] == ["Chờ tiếp nhận", "1", "1"]
    assert "Đề nghị Bộ sớm ban hành bộ tiêu chí mới." in page
    # The file, the PDF and the Word file say the same.
    content = io.BytesIO(admin.get("/reports/summary?period=2026-H1&format=xlsx").answer.data)
    sheet: Any = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    column = next(place for place, head in enumerate(sheet[0]) if "Đang hoạt động (" in str(head))
    assert {row[0]: row[column] for row in sheet[1:]} == {
        "Cà Mau": 1, "Quảng Ninh": 1, "Cộng đã tiếp nhận": 1, "Cộng chờ tiếp nhận": 1, "Cộng": 2,
    }  # fmt: skip
    pdf = " ".join(text_of(admin.get("/reports/summary.pdf?period=2026-H1").answer.data).split())
    answer = admin.get("/reports/summary.docx?period=2026-H1").answer
    paper: Any = Document(io.BytesIO(answer.data))
    lines = [
        " ".join(" ".join(cell.text for cell in row.cells).split())
        for one in paper.tables
        for row in one.rows
    ]
    for said in (
        "Đang hoạt động (điểm) 2 1 1 0",
        "Tỷ lệ đạt (%) 50,0 50,0 100,0 −50,0",
        "Quảng Ninh Đã tiếp nhận 1 1 2 50,0",
        "Cộng chờ tiếp nhận 1 1 0 –",
    ):
        assert said in pdf, said
        assert said in lines or any(one.startswith(said) for one in lines), said
    # One returned is not counted; a whole province of today says how many of its localities are in.
    reports.act(period_service.return_report, by="admin", reason="Xem lại", place=people.ELSEWHERE)
    page = admin.get("/reports/summary?period=2026-H1&map=34")
    assert figure(page, "Đang hoạt động")[:3] == ["1", "0", "1"]
    assert figure(page, "Cà Mau")[:2] == ["Trả lại", "–"]
    assert "Bão làm hỏng hai kệ" not in page
    browser("manager").get("/reports/summary", status=403)
