"""A draft from a copy to a visit: written, tried out, published, used, compared; its minutes say the minima."""

from collections.abc import Callable
from decimal import Decimal

from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.queries import get_visit_or_404
from ocop_points.assessments.rules import Answer
from tests import factories, people
from tests import factories_visits as visits
from tests.architecture.world import fingerprint
from tests.browser import PART, Browser
from tests.criteria.test_drafts import draft_of, line_id, press, stored

Open = Callable[[str | None], Browser]


def test_the_result_is_tried_out_and_nothing_is_kept(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin, visits.edition("minh-hoa").id)
    ids = {line.code: line.id for line in stored(made).lines}
    url = f"/criteria/{made}/preview"
    page = admin.get(url)
    assert "không câu trả lời nào được lưu" in page.words
    assert "Cần ảnh khi chưa đạt" in page.words
    form = next(form for form in page.forms() if form.action == url)
    seen = {key: value for key, value in form.fields if key[0] in "vs"}
    given = {"A.3": "no", "B.2": "yes", "B.3": "c:a", "C.2": "na"}
    sent = {**seen, **{f"a{ids[code]}": value for code, value in given.items()}}
    sent |= {f"n{ids['A.1']}": "31", f"n{ids['A.2']}": "7,5"}
    before = fingerprint()
    words = admin.get(url, query_string=sent).words
    assert "6/8 tiêu chí" in words
    assert "Tạm tính: 68,2 điểm · chưa đạt" in words
    assert "Chưa đạt tiêu chí bắt buộc A.3" in words
    sent[f"n{ids['A.2']}"] = "16"
    part = admin.get(url, query_string=sent, headers=PART)
    assert "A.2: Nhập số từ 0 đến 15" in part.words
    assert fingerprint() == before
    section = stored(made).sections[0].id
    admin.submit(
        f"/criteria/{made}/sections/{section}/lines/new", {"text": "Chỗ để xe", "weight": ""}
    )
    assert "còn tiêu chí chưa có số điểm" in admin.get(url).words


def test_a_draft_becomes_the_edition_of_a_visit(browser: Open) -> None:
    """By pages alone: copied, reordered, edited in place, published, used, compared, retired."""
    manager, officer = browser("manager"), browser("officer")
    old = visits.edition("minh-hoa").id
    made = draft_of(manager, old, locality_id=str(people.locality().id), code="qni-2026")
    edit = f"/criteria/{made}/edit"
    press(manager, manager.get(edit), "Chuyển A.1 xuống", part=True)
    line = f"/criteria/{made}/lines/{line_id(made, 'A.1')}"
    manager.submit(line, {"text": "Diện tích trưng bày hàng OCOP", "minimum": "40"})
    section = stored(made).sections[0].id
    manager.submit(f"/criteria/{made}/sections/{section}", {"minimum_score": "60"})
    for line_ in stored(made).lines:  # no photos are sent here
        manager.submit(f"/criteria/{made}/lines/{line_.id}", {"photo": "never"})
    act = {
        "legal_number": "45/QĐ-UBND",
        "legal_issued_on": "20/11/2026",
        "valid_from": "23/11/2026",
    }
    manager.submit(f"/criteria/{made}/publish", act)

    point = factories.point()
    page = officer.get(f"/points/{point.id}/visits/new")
    assert "45/QĐ-UBND" in page.words
    day = {"on": "23/11/2026", "at": "09:30", "kind": "periodic"}
    visit_id = int(officer.send(page.form(), day).location.split("/")[2])
    visits.answer_all(visit_id, {"A.2": Answer(score=Decimal(3), note="Kệ bừa")})
    page = officer.get(f"/assessments/{visit_id}")
    assert "Diện tích trưng bày hàng OCOP" in page.words
    assert "cần từ 60 %" in page.words
    data = minutes_data(get_visit_or_404(people.user("officer"), visit_id))
    score = data["score"]
    assert isinstance(score, dict)
    assert [row["minimum"] for row in score["rows"]] == ["60 %", None, None]
    assert officer.http.get(f"/assessments/{visit_id}/minutes.pdf").data.startswith(b"%PDF")

    words = officer.get(f"/criteria/{made}/compare?with={old}").words
    assert "Diện tích trưng bày hàng OCOP" in words
    assert "mức để đạt: 30 → 40" in words
    assert "Chuyển chỗ" in words
    manager.submit(f"/criteria/{made}/retire", {"reason": "Có văn bản mới"})
    assert "Diện tích trưng bày hàng OCOP" in officer.get(f"/assessments/{visit_id}").words
