"""The list of points: search, filters, order, pages, export, reach."""

import io
import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from ocop_points.core.db import db, write
from ocop_points.points import queries, service
from ocop_points.points.models import SalesPoint
from ocop_points.points.queries import PointFilter
from ocop_points.points.rules import LastResult
from tests import factories, people
from tests.browser import Browser, Page
from tests.statements import statements

Open = Callable[[str | None], Browser]


def names(page: Page) -> list[str]:
    """The points of the list in their order."""
    assert page.tree is not None
    heads = [cell for cell in page.tree.iter("th") if cell.get("scope") == "row"]
    return ["".join(next(cell.iter("a")).itertext()) for cell in heads]


def visited(point: SalesPoint, on: date, result: LastResult, score: str | None = None) -> None:
    def verb() -> None:
        service.set_result(
            db.session.get_one(SalesPoint, point.id),
            visited_on=on,
            result=result,
            score=None if score is None else Decimal(score),
            by=people.user("manager"),
        )

    write(verb)


@pytest.mark.parametrize(
    "query",
    [
        "dac san",
        "đặc sản",
        "ĐẶC SẢN",
        "Đặc  Sản",
        unicodedata.normalize("NFD", "đặc sản"),
        "dặc săn",
        "ac sa",
    ],
)
def test_search_ignores_accents_case_and_composition(browser: Open, query: str) -> None:
    factories.point(name="Chợ Đặc sản vùng cao")
    factories.point(name="Bưu điện Cô Tô", address="1 bến tàu")
    page = browser("officer").get("/points", query_string={"q": query})
    assert names(page) == ["Chợ Đặc sản vùng cao"]


def test_exact_accents_rank_first(browser: Open) -> None:
    for name in ("Ba Trại dac san", "Chợ đặc sản", "An Bình đắc sàn"):
        factories.point(name=name, address=name)
    officer = browser("officer")
    assert names(officer.get("/points?q=đặc sản"))[0] == "Chợ đặc sản"
    assert len(names(officer.get("/points?q=đặc sản"))) == 3


@pytest.mark.parametrize("query", ["%", "_", "\\", "100%"])
def test_signs_of_like_are_letters(browser: Open, query: str) -> None:
    factories.point()
    factories.point(name="Hàng 100% thật_sự \\ tốt", address="x")
    assert names(browser("officer").get("/points", query_string={"q": query})) == [
        "Hàng 100% thật_sự \\ tốt"
    ]


@pytest.mark.parametrize("query", ["QNI-0001", "ha long 88", "bai chay"])
def test_code_address_and_operator_are_searched(browser: Open, query: str) -> None:
    factories.point(address="Hạ Long 88")
    assert len(names(browser("officer").get("/points", query_string={"q": query}))) == 1


@pytest.fixture
def three(app: Flask) -> list[SalesPoint]:
    """An open one that passed, an open one that failed, a proposed one."""
    first = factories.point(name="Ân Thi", address="1", kind_code="1", moit_supported=True)
    second = factories.point(name="An Bình", address="2", kind_code="2")
    third = factories.point(name="Đông Triều", address="3", opened_on=None)
    visited(first, date(2026, 5, 1), LastResult.PASS, "91.5")
    visited(second, date(2026, 6, 1), LastResult.FAIL, "40")
    return [first, second, third]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["An Bình", "Ân Thi", "Đông Triều"]),
        ("sort=-name", ["Đông Triều", "Ân Thi", "An Bình"]),
        ("sort=code", ["Ân Thi", "An Bình", "Đông Triều"]),
        ("sort=-code", ["Đông Triều", "An Bình", "Ân Thi"]),
        ("sort=visit", ["Đông Triều", "Ân Thi", "An Bình"]),
        ("sort=-visit", ["An Bình", "Ân Thi", "Đông Triều"]),
        ("sort=score", ["An Bình", "Ân Thi", "Đông Triều"]),
        ("sort=-score", ["Ân Thi", "An Bình", "Đông Triều"]),
        ("status=proposed", ["Đông Triều"]),
        ("status=open&result=pass", ["Ân Thi"]),
        ("result=fail", ["An Bình"]),
        ("result=none", ["Đông Triều"]),
        ("kind=1", ["Ân Thi"]),
        ("supported=yes", ["Ân Thi"]),
        ("supported=no", ["An Bình", "Đông Triều"]),
        ("q=an thi", ["Ân Thi"]),
    ],
)
def test_filters_and_order(
    browser: Open, three: list[SalesPoint], query: str, expected: list[str]
) -> None:
    assert names(browser("officer").get(f"/points?{query}"))[: len(expected)] == expected
    if query and "sort" not in query:
        assert len(names(browser("officer").get(f"/points?{query}"))) == len(expected)


def many(count: int) -> None:
    def verb() -> None:
        place, officer = people.locality(), people.user("officer")
        for n in range(count):
            facts = factories.facts(name=f"Điểm {n:03d}", address=f"{n} đường Hạ Long")
            service.register_point(
                place, facts, by=officer, opened_on=date(2022, 9, 2), anyway=True
            )

    write(verb)


def test_pages_of_25_with_the_count_announced(browser: Open) -> None:
    many(30)
    officer = browser("officer")
    page = officer.get("/points")
    assert "1–25 trong 30 điểm bán" in page.words
    assert 'data-announce="1–25 trong 30 điểm bán"' in page.text
    assert names(officer.get("/points?page=2"))[0] == "Điểm 025"
    assert names(officer.get("/points?page=99"))[0] == "Điểm 025"
    part = officer.part("/points?page=2")
    assert "<html" not in part.text
    assert 'id="points-table"' in part.text
    assert "HX-Request" in part.answer.headers["Vary"]


def test_a_list_does_not_grow_with_its_rows(app: Flask, browser: Open) -> None:
    officer = browser("officer")

    def sent(address: str) -> int:
        db.session.remove()  # as another request finds it: nothing in the session
        return statements(lambda: officer.get(address))

    many(10)
    sent("/points")
    few, few_out = sent("/points"), sent("/points?format=xlsx")
    many(100)
    assert (sent("/points"), sent("/points?format=xlsx")) == (few, few_out)
    user = people.user("officer")
    assert statements(lambda: queries.points_page(user, PointFilter(), 1)) == 2  # count, page


def test_what_goes_out_is_the_list_with_its_filters(browser: Open, three: list[SalesPoint]) -> None:
    officer = browser("officer")
    answer = officer.http.get("/points?status=open&sort=-score&format=xlsx")
    assert "attachment" in answer.headers["Content-Disposition"]
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    head, *rows = sheet.to_python()
    assert [row[1] for row in rows] == names(officer.get("/points?status=open&sort=-score"))
    first = dict(zip(head, rows[0], strict=True))
    assert first["Tên điểm bán"] == "Ân Thi"
    assert first["Ngày khai trương"] == date(2022, 9, 2)
    assert (first["Điểm"], first["Kết quả"], first["Bộ hỗ trợ"]) == (91.5, "Đạt", "Có")


def test_no_cell_becomes_a_formula(browser: Open) -> None:
    factories.point(
        name='=HYPERLINK("http://evil.example")', address="+1", operator_name="@SUM(A1)"
    )
    answer = browser("officer").http.get("/points?format=xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    row = sheet.to_python()[1]
    assert row[1] == '=HYPERLINK("http://evil.example")'
    assert "+1" in row
    assert "@SUM(A1)" in row


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("admin", {"Ở đây", "Ở đâu"}), ("viewer", {"Ở đây", "Ở đâu"}), ("manager", {"Ở đây"}),
        ("officer", {"Ở đây"}), ("other_officer", {"Ở đâu"}), ("operator", set()),
    ],
)  # fmt: skip
def test_a_list_shows_what_lies_in_reach(browser: Open, who: str, seen: set[str]) -> None:
    factories.point(name="Ở đây")
    factories.point(people.ELSEWHERE, name="Ở đâu")
    someone = browser(who)
    assert set(names(someone.get("/points"))) == seen
    data = someone.http.get("/points?format=xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()[1:]
    assert {row[1] for row in rows} == seen
    assert names(someone.get("/points?q=o dau")) == sorted({"Ở đâu"} & seen)


def test_an_operator_sees_the_own_points_only(browser: Open) -> None:
    own = factories.point(name="Của tôi")
    other = factories.point(name="Của người khác", address="2")
    factories.give_point(own)
    operator = browser("operator")
    assert names(operator.get("/points")) == ["Của tôi"]
    operator.get(f"/points/{own.id}")
    operator.get(f"/points/{other.id}", status=404)


def test_an_empty_list_says_so_and_shows_a_way_out(browser: Open) -> None:
    officer = browser("officer")
    assert "Chưa có điểm bán nào" in officer.get("/points").words
    page = officer.get("/points?q=zzz")
    assert "Không có điểm bán nào khớp" in page.words
    assert "/points" in page.links()
