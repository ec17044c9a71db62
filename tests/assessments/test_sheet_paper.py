"""The checklist on paper: blank, and half filled in."""

from collections.abc import Callable

import pytest
from flask import Flask

from ocop_points.assessments.rules import Answer
from ocop_points.criteria.queries import whole_edition
from ocop_points.points.models import SalesPoint
from tests import factories, factories_papers, factories_visits
from tests.assessments.test_minutes import words
from tests.browser import Browser
from tests.factories_papers import raw

Open = Callable[[str | None], Browser]
MISSED = {"III.4": Answer(value=False, note="thiếu 6 tem")}


@pytest.fixture
def point(app: Flask) -> SalesPoint:
    return factories.point()


def form(who: Browser, address: str) -> str:
    answer = raw(who, f"{address}/form.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return words(answer.data)


@pytest.mark.parametrize("name", ["950", "minh-hoa"])
def test_a_blank_form_of_any_edition(browser: Open, name: str) -> None:
    edition = whole_edition(factories_visits.edition(name).id)
    said = form(browser("officer"), f"/criteria/{edition.id}")
    for line in edition.lines:
        assert line.code in said
        assert " ".join(line.text.split()[:3]) in said
    for text in ("Điểm bán:", "Chưa đạt", "TRƯỞNG ĐOÀN", "Ý kiến của điểm bán", "Tờ 1/"):
        assert text in said
    assert said.count("✔") == 1, "in the sentence that explains it"


def test_the_form_of_a_visit_holds_what_is_known(browser: Open, point: SalesPoint) -> None:
    code = point.code
    factories_visits.approved(changed=MISSED, point=point)
    planned = factories_visits.visit(point, planned=True, on=factories_visits.TOMORROW)
    officer = browser("officer")
    said = form(officer, f"/assessments/{planned}")
    known = ("24/11/2026", code, f"Lần đánh giá {planned}", "Lần trước: chưa đạt; thiếu 6 tem")
    for text in (*known, "Quét để mở lại"):
        assert text in said, said
    begun = factories_visits.visit(point)
    factories_papers.answer(begun, {"III.4": Answer(value=False, note="còn thiếu 2 tem")})
    said = form(officer, f"/assessments/{begun}")
    assert "còn thiếu 2 tem" in said
    assert "Đã có 1 ảnh" in said
    assert said.count("✔") > 10
