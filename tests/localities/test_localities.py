"""Provinces old and new, wards, departments."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.core.text import fold
from ocop_points.localities import queries, reference, service
from ocop_points.localities.models import Department, Locality, Province, Ward
from tests import people
from tests.browser import Browser

Open = Callable[[str | None], Browser]


@pytest.mark.parametrize(
    ("model", "count"), [(Locality, 63), (Province, 34), (Ward, 3321), (Department, 34)]
)
def test_the_reference_data(app: Flask, model: type, count: int) -> None:
    assert db.session.scalar(select(func.count()).select_from(model)) == count


def test_codes_were_reused_and_are_joined_through_the_successor_only(app: Flask) -> None:
    """52 was Bình Định and is now Gia Lai; Gia Lai was 64 (DOMAIN.md §2)."""
    by_name = {one.name: one for one in queries.localities_list()}
    assert by_name["Bình Định"].code == "52"
    assert by_name["Bình Định"].province.name == "Gia Lai"
    assert by_name["Gia Lai"].code == "64"
    assert by_name["Gia Lai"].province_code == by_name["Bình Định"].province_code == "52"
    assert by_name["Bình Định"].department_id == by_name["Gia Lai"].department_id


def test_every_province_has_wards_a_department_and_localities(app: Flask) -> None:
    assert {row[0] for row in db.session.execute(select(Ward.province_code))} == set(
        queries.provinces_by_code()
    )
    assert {one.province_code for one in queries.departments_list()} == set(
        queries.provinces_by_code()
    )
    assert {one.province_code for one in queries.localities_list()} == set(
        queries.provinces_by_code()
    )


def test_short_codes_are_unique_and_three_letters(app: Flask) -> None:
    codes = [one.short_code for one in queries.localities_list()]
    assert len(set(codes)) == 63
    assert all(len(code) == 3 and code.isupper() for code in codes)


def test_no_spelling_names_two_localities() -> None:
    named: dict[str, str] = {}
    for row in reference.localities():
        for spelling in reference.spellings(row):
            assert named.setdefault(fold(spelling), row["name"]) == row["name"]


def test_n_of_25(browser: Open) -> None:
    page = browser("viewer").get("/admin/localities")
    assert "2 trong 25" in page.words
    assert "Lào Cai" in browser("viewer").get("/admin/localities?q=lao cai").words
    supported = browser("admin").get("/admin/localities?supported=yes").words
    assert "Quảng Ninh" in supported
    assert "Lào Cai" not in supported


def test_an_administrator_marks_a_locality(browser: Open) -> None:
    admin = browser("admin")
    there = people.locality("HNO")
    page = admin.follow(admin.submit(f"/admin/localities/{there.id}", {"supported": "y"}))
    assert "Đã lưu Hà Nội." in page.words
    assert "3 trong 25" in page.words


def test_a_locality_belongs_to_a_department_of_its_province(app: Flask, browser: Open) -> None:
    here, elsewhere = people.locality(), people.locality(people.ELSEWHERE)
    admin = browser("admin")
    admin.submit(
        f"/admin/localities/{here.id}", {"department_id": str(elsewhere.department_id)}, status=422
    )
    elsewhere_department = people.locality(people.ELSEWHERE).department_id
    with pytest.raises(Refused, match="không thuộc tỉnh"):
        write(
            lambda: service.edit_locality(
                people.locality(),
                supported=True,
                department=db.session.get_one(Department, elsewhere_department),
                by=people.user("admin"),
            )
        )


@pytest.mark.parametrize(("choice", "kept"), [("theirs", True), ("mine", False)])
def test_two_administrators_and_one_locality(browser: Open, choice: str, kept: bool) -> None:
    locality_id = people.locality("HNO").id
    admin = browser("admin")
    url = f"/admin/localities/{locality_id}"
    form = admin.get(url).form()
    admin.submit(url, {"supported": "y"})
    page = admin.send(form, {"supported": None}, status=422)
    assert "Người khác vừa sửa bản ghi này" in page.words
    admin.send(page.form(), {"choose-supported": choice})
    db.session.rollback()
    assert db.session.get_one(Locality, locality_id).supported is kept


def test_a_department_is_edited_with_conflict_and_a_name_once(browser: Open) -> None:
    here, there = people.locality().department_id, people.locality(people.ELSEWHERE).department_id
    admin = browser("admin")
    form = admin.get(f"/admin/departments/{here}").form()
    admin.submit(f"/admin/departments/{here}", {"place": "Hạ Long"})
    page = admin.send(form, {"place": "Móng Cái"}, status=422)
    assert "Hạ Long" in page.words
    admin.send(page.form(), {"choose-place": "mine"})
    taken = db.session.get_one(Department, there).name
    page = admin.submit(f"/admin/departments/{here}", {"name": taken}, status=422)
    assert page.errors() == ["Đã có Sở khác mang tên này"]


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("manager", 403), ("officer", 403), ("operator", 403)]
)
def test_who_may_not_edit_a_locality(browser: Open, who: str, status: int) -> None:
    browser(who).get(f"/admin/localities/{people.locality().id}", status=status)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("bai chay", "Bãi Cháy"),
        ("BÃI CHÁY", "Bãi Cháy"),
        ("phường bãi cháy", "Bãi Cháy"),
        ("cô tô", "Cô Tô"),
        ("ha long", "Hạ Long"),
    ],
)
def test_a_ward_is_found_without_accents(app: Flask, query: str, first: str) -> None:
    assert queries.find_wards([people.locality().province_code], query)[0].name == first


def test_exact_accents_first_then_names_that_begin_so(app: Flask) -> None:
    found = [ward.name for ward in queries.find_wards(["82"], "Mỹ Thọ")]
    assert found[0] == "Mỹ Thọ"
    assert "Mỹ Tho" in found


def test_at_most_twenty_and_within_the_provinces(app: Flask) -> None:
    found = queries.find_wards(["01", "79"], "a")
    assert len(found) == 20
    assert {ward.province_code for ward in found} <= {"01", "79"}
    assert queries.find_wards(["01"], "%") == []
    assert queries.find_wards([], "a") == []
