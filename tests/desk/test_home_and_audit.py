"""Home: what waits for whom. The audit page: its scope and filters."""

from collections.abc import Callable

import pytest

from ocop_points.core.access import Role
from ocop_points.core.db import write
from ocop_points.localities.service import set_reach
from tests import factories, people
from tests.browser import Browser, Page

Open = Callable[[str | None], Browser]


def groups(page: Page) -> list[str]:
    assert page.tree is not None
    heads = [e for e in page.tree.iter("h3") if "grp" in (e.get("class") or "")]
    return ["".join(next(e.iter("span")).itertext()) for e in heads]


def test_what_waits_for_each_role(browser: Open) -> None:
    shop = factories.point()
    factories.point(name="Đề xuất một", address="1", opened_on=None)
    factories.surveyed_point()
    factories.give_point(shop)
    seen = {
        who: groups(browser(who).get("/"))
        for who in ("manager", "officer", "operator", "other_officer", "viewer")
    }
    assert seen["manager"][:2] == ["Đã khảo sát, chờ chọn", "Đề xuất chờ khảo sát"]
    assert "Điểm đến kỳ đánh giá" in seen["officer"]
    assert "Đề xuất chờ khảo sát" in seen["officer"]
    assert "Đã khảo sát, chờ chọn" not in seen["officer"]
    assert "Điểm bán của bạn" in seen["operator"]
    assert "Đề xuất chờ khảo sát" not in seen["other_officer"]
    assert "Đề xuất chờ khảo sát" not in seen["viewer"]


def test_nothing_waits(browser: Open) -> None:
    assert "Không có việc nào đang chờ" in browser("other_officer").get("/").words


def test_figures_count_what_lies_in_reach(browser: Open) -> None:
    factories.point()
    factories.point(name="Hai", address="2")
    factories.point(people.ELSEWHERE)
    assert "Điểm đang hoạt động2 trên 2 điểm đã đăng ký" in browser("officer").get("/").words
    words = browser("viewer").get("/").words
    assert "3 trên 3 điểm đã đăng ký" in words
    assert "2 trong 25" in words


def test_a_supported_locality_without_manager_waits_for_the_administrator(browser: Open) -> None:
    write(lambda: set_reach(people.user("other_manager"), []))
    page = browser("admin").get("/")
    assert "Cà Mau" in page.words
    assert f"/admin/users/new?role={Role.MANAGER.value}" in page.links()


@pytest.mark.parametrize(
    ("who", "seen", "unseen"),
    [
        ("manager", ["Ở đây"], ["Ở đâu"]),
        ("officer", ["Ở đây"], ["Ở đâu"]),
        ("other_officer", ["Ở đâu"], ["Ở đây"]),
        ("admin", ["Ở đây", "Ở đâu"], []),
    ],
)
def test_the_audit_page_shows_what_lies_in_reach(
    browser: Open, who: str, seen: list[str], unseen: list[str]
) -> None:
    factories.point(name="Ở đây")
    factories.point(people.ELSEWHERE, name="Ở đâu")
    words = browser(who).get("/audit").words
    assert all(name in words for name in seen)
    assert not any(name in words for name in unseen)


@pytest.mark.parametrize("who", ["viewer", "operator"])
def test_who_may_not_read_the_audit(browser: Open, who: str) -> None:
    browser(who).get("/audit", status=403)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("kind=point", True), ("kind=user", False), ("since=23/11/2026&until=23/11/2026&kind=point", True),
        ("since=24/11/2026&kind=point", False), ("until=22/11/2026&kind=point", False),
        ("since=31/02/2026&kind=point", True),
    ],
)  # fmt: skip
def test_filters_of_the_audit(browser: Open, query: str, seen: bool) -> None:
    factories.point(name="Ở đây")
    assert ("Ở đây" in browser("admin").get(f"/audit?{query}").words) is seen


def test_every_kind_of_the_filter_finds_something(browser: Open) -> None:
    """A choice that can never match is worse than none."""
    from ocop_points.audit.rules import Action
    from ocop_points.desk.views import KINDS_OF_CHANGE

    for kind in KINDS_OF_CHANGE:
        assert any(action.value.startswith(f"{kind}.") for action in Action), kind


def test_who_did_it_is_a_filter(browser: Open) -> None:
    factories.point(name="Ở đây")
    admin = browser("admin")
    assert "Ở đây" in admin.get(f"/audit?kind=point&user={people.user('officer').id}").words
    assert "Ở đây" not in admin.get(f"/audit?kind=point&user={people.user('manager').id}").words


def test_changes_are_told_in_words(browser: Open) -> None:
    point = factories.surveyed_point()
    words = browser("officer").get(f"/points/{point.id}/history").words
    assert "Đề xuất" in words
    assert "Đã khảo sát" in words
    assert "proposed" not in words
