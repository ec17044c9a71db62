"""What the manager remarks at single lines when a visit goes back."""

from collections.abc import Callable

from sqlalchemy import select

from ocop_points.assessments.remarks_models import LineRemark
from ocop_points.core.db import db
from tests import factories_papers as papers
from tests import factories_visits as visits
from tests.browser import Browser

Open = Callable[[str | None], Browser]


def test_remarks_go_to_the_lines_the_checklist_and_the_history(browser: Open) -> None:
    visits.own_edition()
    visit_id = visits.submitted()
    officer, manager = browser("officer"), browser("manager")
    url = f"/assessments/{visit_id}"
    sign, shelf = (papers.line_of(visit_id, code).id for code in ("III.1", "III.3"))
    page = manager.submit(f"{url}/return", {f"remark_{sign}": "x" * 501, "reason": ""}, status=422)
    assert page.errors() == ["Viết ngắn lại, tối đa 500 ký tự"]
    said = {f"remark_{sign}": "Ảnh biển hiệu mờ, chụp lại", f"remark_{shelf}": "Ghi rõ kệ nào"}
    page = manager.follow(manager.submit(f"{url}/return", {**said, "reason": ""}))
    assert "Trả lại: Xem nhận xét ở tiêu chí III.1, III.3" in page.words
    assert "III.1 Ảnh biển hiệu mờ, chụp lại" in page.words
    page = officer.get(f"{url}/checklist")
    assert "Người duyệt nhận xét: Ảnh biển hiệu mờ, chụp lại" in page.words
    assert page.words.count("Người duyệt nhận xét:") == 2
    # sent again and back again: at the lines stands what was said last, in the history everything
    visits.answer_all(visit_id, {"III.3": visits.NO})
    visits.submit(visit_id)
    assert officer.get(url).words.count("Người duyệt nhận xét:") == 2
    last = {f"remark_{shelf}": "Vẫn thiếu tên mặt hàng", "reason": "Xem lại III.3"}
    manager.submit(f"{url}/return", last)
    page = officer.get(url)
    assert page.words.count("Người duyệt nhận xét:") == 1
    assert "Ảnh biển hiệu mờ, chụp lại" in page.words
    visits.answer_all(visit_id)
    visits.submit(visit_id)
    visits.approve(visit_id)
    assert "Người duyệt nhận xét:" not in officer.get(url).words
    assert len(list(db.session.scalars(select(LineRemark)))) == 3
