"""A point linked to what draws visitors: written down, found by, mended, taken out; half a season is refused."""

from collections.abc import Callable

from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from ocop_points.points import tourism_queries
from tests import factories
from tests.browser import Browser
from tests.statements import statements

Open = Callable[[str | None], Browser]
FESTIVAL = {"kind": "festival", "name": "Lễ hội Yên Tử", "place": "phường Yên Tử"}


def test_a_point_is_found_by_what_draws_visitors(browser: Open) -> None:
    point = factories.point()
    factories.point(name="Chợ Hạ Long", address="9")
    officer, new = browser("officer"), f"/points/{point.id}/tourism/new"
    half = officer.submit(new, {**FESTIVAL, "first_month": "1"}, status=422)
    assert "Nhập cả tháng kết thúc" in half.text
    assert half.form().value("name") == "Lễ hội Yên Tử"
    other = officer.submit(new, {**FESTIVAL, "last_month": "3"}, status=422)
    assert "Nhập cả tháng bắt đầu" in other.text
    assert officer.submit(new, {**FESTIVAL, "first_month": "13"}, status=422).errors()
    officer.submit(new, {**FESTIVAL, "first_month": "11", "last_month": "2"})
    shown = officer.get(f"/points/{point.id}").text
    assert "Lễ hội Yên Tử" in shown
    assert "tháng 11 đến 2" in shown
    for asked, found in (("festival", True), ("any", True), ("site", False), ("nonsense", True)):
        page = officer.get(f"/points?tourism={asked}").text
        assert ("Trung tâm OCOP Bãi Cháy" in page) is found, asked
        assert ("Chợ Hạ Long" in page) is (asked == "nonsense"), asked
    link = tourism_queries.links_of(point.id)[0]
    officer.submit(f"/tourism/{link.id}/edit", {"kind": "route", "name": "Tuyến Yên Tử"})
    assert "Trung tâm OCOP Bãi Cháy" in officer.get("/points?tourism=route").text
    browser("other_officer").get(f"/tourism/{link.id}/edit", status=404)
    officer.submit(f"/tourism/{link.id}/delete", {})
    assert "Chưa gắn với" in officer.get(f"/points/{point.id}").text
    rows = select(AuditRow.action).where(AuditRow.action.like("%tourism%")).order_by(AuditRow.id)
    assert [name.partition("_")[2] for name in db.session.scalars(rows)] == [
        "added",
        "edited",
        "removed",
    ]


def test_a_page_asks_no_more_for_many_links(browser: Open) -> None:
    point, officer = factories.point(), browser("officer")
    url = f"/points/{point.id}"
    before = statements(officer.get, url)
    for number in range(4):
        officer.submit(f"{url}/tourism/new", {**FESTIVAL, "name": f"Lễ hội {number}"})
    officer.get(url)  # says once that it was saved
    assert statements(officer.get, url) == before
