"""Cells of the matrix with a condition that no feature's tests ask."""

from collections.abc import Callable
from dataclasses import replace

from ocop_points.core.db import db, write
from ocop_points.criteria import service
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionStatus
from tests import factories_visits as visits
from tests import people
from tests.browser import Browser

Open = Callable[[str | None], Browser]


def test_a_manager_works_in_the_team_only(browser: Open) -> None:
    manager = browser("manager")
    outside, inside = visits.visit(), visits.visit(team=("manager",))
    for word in ("checklist", "edit", "submit"):
        manager.get(f"/assessments/{outside}/{word}", status=403)
        manager.get(f"/assessments/{inside}/{word}")
    page = manager.submit(f"/assessments/{inside}/checklist", {})
    assert page.location.startswith(f"/assessments/{inside}")
    form = browser("officer").get(f"/assessments/{outside}/checklist").form()
    values = {"csrf_token": manager.get("/profile").form().value("csrf_token")}
    assert manager.send(form, values, status=403)


def test_a_manager_publishes_and_retires_the_own_edition_only(browser: Open) -> None:
    def load(code: str, short_code: str) -> int:
        spec = read_edition((SHIPPED / "criteria-950.yaml").read_text(encoding="utf-8"))
        own, where = replace(spec, code=code), people.locality(short_code)
        return write(lambda: service.load_edition(own, locality=where, publish=False).id)

    mine, theirs = load("qni-1", people.HERE), load("cma-1", people.ELSEWHERE)
    ministry = visits.edition().id
    manager = browser("manager")
    manager.get(f"/criteria/{theirs}/publish", status=404)
    manager.get(f"/criteria/{ministry}/retire", status=403)
    assert f"/criteria/{ministry}/retire" not in manager.get(f"/criteria/{ministry}").links()
    assert f"/criteria/{mine}/publish" in manager.get(f"/criteria/{mine}").links()
    browser("officer").get(f"/criteria/{mine}/publish", status=403)
    act = {"legal_issued_on": "18/04/2023"}
    manager.submit(f"/criteria/{mine}/publish", act)
    manager.submit(f"/criteria/{mine}/retire", {"reason": "Đã có bộ mới"})
    db.session.rollback()
    assert db.session.get_one(Edition, mine).status is EditionStatus.RETIRED
