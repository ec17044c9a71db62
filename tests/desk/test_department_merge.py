"""Two departments become one: people and work go over, numbers go on, nothing of the past is written anew."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from ocop_points.accounts.rules import reach_when_joined
from ocop_points.accounts.service import carry_over
from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.models import Visit
from ocop_points.assessments.paper_numbers import numbering_department
from ocop_points.assessments.queries import get_visit_or_404
from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.access import Role
from ocop_points.core.db import Base, db, write
from ocop_points.core.errors import Refused
from ocop_points.core.lists import Listing
from ocop_points.desk.merges_service import merge_departments
from ocop_points.localities.models import Department
from ocop_points.localities.queries import department_localities, heir_of, pair_to_join
from ocop_points.localities.service import edit_department, set_reach
from ocop_points.reports.overview import overview_of
from ocop_points.reports.rules import Map
from ocop_points.stock import documents, queries
from ocop_points.verify import faults
from tests import factories, factories_goods, factories_reports, people
from tests import factories_stock as goods
from tests import factories_visits as visits
from tests.architecture.world import fingerprint
from tests.browser import Browser
from tests.conftest import NOW
from tests.statements import statements

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)
THERE = people.ELSEWHERE
BASIS = "Nghị quyết 99/2026/QH16 ngày 20/11/2026"
# What every reference to a department comes to when it is joined to another. A new one must be decided here, and
# carried over by the verb where it says so.
CARRIED, HISTORY, JOIN = "carried over", "stays: history", "the join itself"
REFERENCES = {
    "locality.department_id": CARRIED,
    "visit.department_id": "carried over while undecided, then history",
    "amendment.department_id": HISTORY,
    "department_merge.merged_id": JOIN,
    "department_merge.kept_id": JOIN,
}


def test_every_reference_to_a_department_was_decided() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "department" for key in column.foreign_keys)
    }
    assert found == set(REFERENCES)


def test_what_somebody_reaches_when_departments_are_joined() -> None:
    both = {1, 2, 3}
    for role, held, after in (
        (Role.MANAGER, {1}, {1, 2, 3}),
        (Role.MANAGER, {3, 9}, {1, 2, 3, 9}),  # nobody loses what lies elsewhere
        (Role.MANAGER, {9}, {9}),
        (Role.OFFICER, {1}, {1}),
        (Role.OFFICER, {1, 2}, {1, 2}),
    ):
        assert reach_when_joined(role, held, both) == after, (role, held)


def ids() -> tuple[int, int]:
    """The department that stays, and the one that is joined to it."""
    return people.locality().department_id, people.locality(THERE).department_id


def merge(kept_id: int, merged_id: int) -> None:
    def verb() -> None:
        pair = pair_to_join(kept_id, merged_id, lock=True)
        merge_departments(*pair, basis=BASIS, by=people.user("admin"))

    write(verb)


def rows(table: str) -> list[dict[str, Any]]:
    db.session.rollback()
    return [dict(row) for row in db.session.execute(text(f"SELECT * FROM {table}")).mappings()]


@pytest.fixture
def two(app: Flask) -> dict[str, Any]:
    """Both departments at work an hour ago."""
    with clock.freeze(NOW - timedelta(hours=1)):
        return at_work()


def at_work() -> dict[str, Any]:
    """Minutes approved, a visit that waits and one that is planned, goods; an officer under the old unit's name."""
    unit = db.session.get_one(Department, ids()[1]).name

    def rename() -> None:
        user = people.user("other_officer")
        carry_over(user, by=people.user("admin"), values={"unit_name": unit}, reach={})

    write(rename)
    visits.approved(point=factories.point(), number=7, day=date(2026, 8, 3))
    factories_reports.submitted()
    shop = factories.point(THERE)
    other = factories.point(THERE, name="Trạm OCOP Năm Căn", address="2 phố chợ")
    decided = visits.submitted(point=shop, on=date(2026, 8, 4), by="other_officer")
    visits.approve(decided, number=3, by="other_manager", on=date(2026, 8, 5))
    waiting = visits.submitted(point=shop, by="other_officer")
    product = factories_goods.product(THERE)
    voucher = goods.posted(shop, goods.line(product), by="other_officer")
    return {
        "shop": shop.id,
        "code": shop.code,
        "decided": decided,
        "waiting": waiting,
        "planned": visits.visit(other, on=date(2026, 12, 1), planned=True, by="other_officer"),
        "product": product,
        "voucher": voucher.id,
    }


def papers(two: dict[str, Any]) -> list[dict[str, Any]]:
    """The papers that are out, as they are made anew."""
    db.session.expire_all()
    admin = people.user("admin")
    voucher = queries.get_voucher_or_404(admin, two["voucher"])
    visit = get_visit_or_404(admin, two["decided"])
    return [minutes_data(visit), documents.voucher_paper(voucher, queries.lines_of(voucher.id))]


def sums() -> dict[tuple[Map, str], Any]:
    """The overview on both maps, of this half-year and the one before."""
    viewer = people.user("viewer")
    found = {}
    for drawn in Map:
        for period in ("2026-H2", "2026-H1"):
            asked = Listing({"map": drawn.value, "period": period})
            shown = overview_of(viewer, asked, TODAY)
            lines = [(unit.name, unit.figures) for unit in shown.units]
            found[drawn, period] = (lines, shown.sum)
    assert found[Map.NEW, "2026-H2"][1] == found[Map.OLD, "2026-H2"][1]
    return found


def test_what_goes_over_is_shown_before_it_is_asked(two: dict[str, Any], browser: Open) -> None:
    kept_id, merged_id = ids()
    admin, before = browser("admin"), fingerprint()
    chosen = f"/admin/departments/{kept_id}/merge"
    url = f"{chosen}/{merged_id}"
    assert chosen in admin.get(f"/admin/departments/{kept_id}").links()
    assert url in admin.get(chosen).links()
    page = admin.get(url)
    for said in (
        "Sở Công Thương tỉnh Cà Mau vào Sở Công Thương tỉnh Quảng Ninh",
        "Cà Mau (2 điểm bán)",
        "2 lần, 1 đang chờ duyệt",
        "số sau là 08/BB-SCT",
        "Huỳnh Văn Tám cma.quanly Quản lý địa phương Cà Mau Bạc Liêu, Quảng Ninh",
        "Trương Thị Út cma.canbo Đơn vị ghi thành Sở Công Thương tỉnh Quảng Ninh Cán bộ Cà Mau –",
        "Không tách lại được",
    ):
        assert said.replace(" ", "") in page.words.replace(" ", ""), said
    back = admin.get(f"/admin/departments/{merged_id}/merge/{kept_id}")
    assert "1 báo cáo chưa được Bộ chấp nhận" in back.words
    assert fingerprint() == before  # looking changes nothing
    assert "Ghi số, ngày của nghị quyết" in admin.submit(url, status=422).errors()[0]
    page = admin.follow(admin.submit(url, {"basis": BASIS}))
    assert "Xem lại tên in ở đầu văn bản" in page.words
    assert (
        f"Đã nhập vào đây: Sở Công Thương tỉnh Cà Mau (10:00 23/11/2026, Trần Quản Trị; {BASIS})"
        in page.words
    )


def test_people_and_undecided_visits_go_over_and_nothing_else(
    two: dict[str, Any], browser: Open
) -> None:
    who = {key: browser(key) for key in ("manager", "other_manager", "officer", "other_officer")}
    for somebody in who.values():  # all are at work meanwhile
        somebody.get("/points")
    who["manager"].get(f"/points/{two['shop']}", status=404)
    before, printed, counted = fingerprint(), papers(two), sums()
    tables = {name: rows(name) for name in ("visit", "locality", "user_account")}
    merge(*ids())

    # The next page of everybody who is signed in: the managers see both, the officers their own.
    for key, here, there in (
        ("manager", 200, 200),
        ("other_manager", 200, 200),
        ("officer", 200, 404),
        ("other_officer", 404, 200),
    ):
        who[key].get("/points?q=QNI-0001", status=200)
        who[key].get("/points/1", status=here)
        who[key].get(f"/points/{two['shop']}", status=there)
    changed = {name: now for name, now in fingerprint().items() if now != before[name]}
    assert set(changed) == {
        "audit_row", "department_merge", "locality", "user_account", "user_locality", "visit"
    }  # fmt: skip
    assert differing(tables["visit"], rows("visit")) == {
        two["waiting"]: {"department_id"},
        two["planned"]: {"department_id"},
    }
    assert differing(tables["locality"], rows("locality")) == {
        people.locality(code).id: {"department_id", "version"} for code in ("BLI", THERE)
    }
    assert differing(tables["user_account"], rows("user_account")) == {
        people.user("manager").id: {"version"},
        people.user("second_manager").id: {"version"},
        people.user("other_manager").id: {"version"},
        people.user("other_officer").id: {"unit_name", "version", "search_text"},
    }
    assert (papers(two), sums()) == (printed, counted)
    told = [
        json.loads(row.changes)
        for row in db.session.scalars(
            select(AuditRow).where(AuditRow.action == "department.merged").order_by(AuditRow.id)
        )
    ]
    assert told == [
        {"merged_into": [None, "Sở Công Thương tỉnh Quảng Ninh"], "localities": [["Bạc Liêu", "Cà Mau"], []]},
        {
            "merged_from": [None, "Sở Công Thương tỉnh Cà Mau"],
            "localities": [["Quảng Ninh"], ["Quảng Ninh", "Bạc Liêu", "Cà Mau"]],
            "users": [None, ["qni.quanly2", "qni.quanly", "cma.quanly", "cma.canbo"]],
            "visits": [None, 2],
        },
    ]  # fmt: skip


def test_work_goes_on_under_the_new_head(two: dict[str, Any], browser: Open) -> None:
    """Numbers have no gap and no double, and what was printed before prints the same."""
    printed, (kept_id, merged_id) = papers(two), ids()
    merge(kept_id, merged_id)
    assert "Sở Công Thương tỉnh Quảng Ninh" in str(data(two["waiting"])["head"])
    manager = browser("manager")
    form = manager.get(f"/assessments/{two['waiting']}/approve").form()
    assert form.value("number") == "8"
    with visits.photographed():
        manager.send(form)
    decided = visits.record(two["waiting"])
    assert (decided.paper_number, decided.department_id) == ("08/BB-SCT", kept_id)
    shop = visits.record_point(two["waiting"])
    issued = goods.posted(shop, goods.line(two["product"]), by="other_officer")
    assert issued.number == f"PN-{two['code']}-2026-0002"
    assert factories.point(THERE, name="Mới", address="9 phố").code == "CMA-0003"
    assert papers(two) == printed
    assert list(faults()) == []


def test_who_waits_for_the_register_gets_that_of_the_joined_department(two: dict[str, Any]) -> None:
    """On PostgreSQL a decision may have read the locality before it waits for the lock that a merge holds."""
    kept_id, merged_id = ids()

    def verb() -> tuple[int, int]:
        visit = get_visit_or_404(people.user("other_manager"), two["waiting"])
        read = visit.point.locality.department_id
        moved = text("UPDATE locality SET department_id = :kept WHERE id = :id")
        db.session.execute(moved, {"kept": kept_id, "id": visit.locality_id})
        return read, numbering_department(visit).id

    assert write(verb) == (merged_id, kept_id)


def test_old_addresses_lead_on_and_nobody_joins_twice(two: dict[str, Any], browser: Open) -> None:
    kept_id, merged_id = ids()
    admin, url = browser("admin"), f"/admin/departments/{kept_id}/merge/{merged_id}"
    stale = admin.get(url).form()
    merge(kept_id, merged_id)
    page = browser("viewer").get("/admin/departments")
    assert "Sở Công Thương tỉnh Cà Mau Sở Công Thương tỉnh Quảng Ninh" in page.words
    assert "Phụ trách: Bạc Liêu, Cà Mau, Quảng Ninh" in page.words
    moved = admin.get(f"/admin/departments/{merged_id}", status=302)
    assert moved.location == f"/admin/departments/{kept_id}"
    other_way = f"/admin/departments/{merged_id}/merge"
    for again in (url, other_way, f"{other_way}/{kept_id}"):
        assert admin.get(again, status=302).location == "/admin/departments"
    page = admin.follow(admin.send(stale, {"basis": "Người thứ hai"}, status=302))
    assert "Sở Công Thương tỉnh Cà Mau đã nhập vào Sở khác." in page.words
    admin.get(f"/admin/departments/{kept_id}/merge/{kept_id}", status=404)


def data(visit_id: int) -> dict[str, Any]:
    db.session.rollback()
    return minutes_data(get_visit_or_404(people.user("admin"), visit_id))


def differing(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> dict[int, set[str]]:
    """By id, the columns that are not as they were."""
    old = {row["id"]: row for row in before}
    found = {row["id"]: {k for k in row if row[k] != old[row["id"]][k]} for row in after}
    return {id_: names for id_, names in found.items() if names}


def test_a_chain_and_what_is_refused(app: Flask, browser: Open) -> None:
    kept_id, merged_id = ids()
    third = people.locality("HPH").department_id
    merge(kept_id, merged_id)
    for pair in ((merged_id, kept_id), (kept_id, merged_id), (third, merged_id)):
        with pytest.raises(Refused, match="đã nhập vào Sở khác"):
            merge(*pair)
    merge(third, kept_id)
    assert {heir_of(one) for one in (kept_id, merged_id, third)} == {third}
    names = {one.name for one in department_localities(third)}
    assert {"Cà Mau", "Quảng Ninh", "Hải Phòng"} <= names
    with pytest.raises(Refused, match="không sửa được nữa"):
        write(
            lambda: edit_department(
                db.session.get_one(Department, merged_id),
                values={"name": "Sở"},
                by=people.user("admin"),
            )
        )
    # The forms of localities know who is in charge, and old addresses lead to the end of the chain.
    admin, there = browser("admin"), people.locality(THERE).id
    form = admin.get(f"/admin/localities/{there}").form()
    assert form.value("department_id") == str(third)
    admin.send(form, {"supported": None})
    assert (
        admin.get(f"/admin/departments/{merged_id}", status=302).location
        == f"/admin/departments/{third}"
    )
    assert list(faults()) == []


def test_the_preview_costs_the_same_however_many(browser: Open) -> None:
    kept_id, merged_id = ids()
    admin, counts = browser("admin"), []
    for number in range(2):
        counts.append(
            statements(lambda: admin.get(f"/admin/departments/{kept_id}/merge/{merged_id}"))
        )
        factories.point(THERE, name=f"Điểm {number}", address=f"{number} phố chợ")
        write(more_officers)
    assert counts[0] == counts[1]


def more_officers() -> None:
    for who in ("officer", "second_officer"):
        set_reach(people.user(who), [people.locality("BLI").id, people.locality(THERE).id])


FAULTS = {
    "UPDATE locality SET department_id = {merged} WHERE short_code = 'CMA'": "Địa phương Cà Mau: thuộc một Sở",
    "UPDATE visit SET department_id = {merged} WHERE state = 'planned'": "chưa duyệt mà thuộc một Sở",
    "INSERT INTO department_merge (merged_id, kept_id, basis, by_user_id, at) "
    "SELECT id, {kept}, '', 1, '2026-01-01 00:00:00' FROM department WHERE name LIKE '%Hải Phòng'": "nhật ký không ghi",
}  # fmt: skip


def test_verify_finds_what_does_not_hold(two: dict[str, Any]) -> None:
    kept_id, merged_id = ids()
    merge(kept_id, merged_id)
    for statement, fault in FAULTS.items():
        db.session.execute(text(statement.format(kept=kept_id, merged=merged_id)))
        assert any(fault in one for one in faults()), statement
        db.session.rollback()
    late = text("UPDATE department_merge SET at = '2026-01-01 00:00:00'")
    with pytest.raises(Exception, match="department_merge is protected"):
        db.session.execute(late)
    db.session.rollback()
    assert list(faults()) == []
    assert db.session.get_one(Visit, two["decided"]).department_id == merged_id
