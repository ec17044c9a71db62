"""What a device sends later: once, by whom it belongs to, and never over somebody else's answer unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from ocop_points.assessments.models import VisitAnswer
from ocop_points.assessments.rules import Answer
from ocop_points.core.db import db
from tests import factories, factories_papers, factories_visits, people
from tests.browser import PART, Browser, Page
from tests.factories_papers import line_of, photos, post_files, raw, sent, shot

Open = Callable[[str | None], Browser]
CODE = "III.1"


def key(number: int = 1, who: str = "officer") -> str:
    return f"c-{people.user(who).id}-00000000-0000-4000-8000-{number:012x}"


@pytest.fixture
def visit_id(app: Flask) -> int:
    return factories_visits.visit(team=("second_officer",))


def say(
    who: Browser, visit_id: int, verdict: str, form_key: str, *, status: int = 200, version: int = 0
) -> Page:
    """One answer as the page sends it that kept it: with what it saw, under its key."""
    line = line_of(visit_id, CODE).id
    token = who.get("/field/session").answer.json["token"]  # type: ignore[index]
    data = {
        f"v{line}": str(version), f"s{line}": "", f"a{line}": verdict, f"t{line}": "ghi tại chỗ",
        "form_key": form_key,
    }  # fmt: skip
    headers = {**PART, "X-CSRFToken": token}
    url = f"/assessments/{visit_id}/answers/{line}"
    return who.post(url, data, status=status, headers=headers)


def stored(visit_id: int) -> tuple[bool | None, int] | None:
    db.session.rollback()
    rows = db.session.query(VisitAnswer).filter_by(visit_id=visit_id).all()
    return (rows[0].value, rows[0].version) if rows else None


def test_an_answer_that_comes_again_is_not_carried_out_again(browser: Open, visit_id: int) -> None:
    """Not even when somebody answered the line since: what comes late has been seen and gone over."""
    officer, other = browser("officer"), browser("second_officer")
    say(officer, visit_id, "yes", key())
    say(officer, visit_id, "yes", key())
    assert stored(visit_id) == (True, 1)
    say(other, visit_id, "no", key(2, "second_officer"), version=1)
    assert stored(visit_id) == (False, 2)
    page = say(officer, visit_id, "yes", key())
    assert 'value="2"' in page.text
    assert stored(visit_id) == (False, 2)
    page = say(officer, visit_id, "yes", key(3), status=422)
    assert "vừa trả lời tiêu chí này" in page.words
    page = say(officer, visit_id, "no", key(), status=422)
    assert "đã dùng cho nội dung khác" in page.words
    assert stored(visit_id) == (False, 2)


@pytest.mark.parametrize("forged", ["another", "c-", "c-1", "c-99999999999-x", "c-1-\N{SNOWMAN}"])
def test_a_change_of_somebody_else_stays_on_the_device(
    browser: Open, visit_id: int, forged: str
) -> None:
    form_key = key(1, "second_officer") if forged == "another" else forged
    officer = browser("officer")
    say(officer, visit_id, "yes", form_key, status=409)
    form = officer.get(f"/assessments/{visit_id}/lines/{line_of(visit_id, CODE).id}/photos").form()
    post_files(officer, form, {"photos": sent(shot(1)), "form_key": form_key}, status=409)
    assert stored(visit_id) is None
    assert photos(visit_id) == []


def test_a_refused_change_keeps_its_key(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    officer = browser("officer")
    assert "Chờ duyệt" in say(officer, visit_id, "no", key(), status=422).words
    factories_visits.give_back(visit_id)
    say(officer, visit_id, "no", key(), version=1)
    assert factories_visits.states(visit_id)[CODE].value == "not_met"


def test_a_photo_that_comes_again_is_not_added_again(browser: Open, visit_id: int) -> None:
    """Not even when it was deleted since. Its time: the file's own, else what the page read before it shrank it."""
    officer = browser("officer")
    form = officer.get(f"/assessments/{visit_id}/lines/{line_of(visit_id, CODE).id}/photos").form()

    def send(number: int, form_key: str, said: str = "", **facts: Any) -> None:
        values = {"photos": sent(shot(number, **facts)), "form_key": form_key, "taken": said}
        post_files(officer, form, values, status=200, headers=PART)

    for _time in range(2):
        send(1, key(1), "2026:11:23 08:30:00", taken=None)
    assert [one.taken_local.strftime("%H:%M") for one in photos(visit_id) if one.taken_local] == [
        "08:30"
    ]
    send(2, key(2), "2026:11:23 08:30:00+09:00", taken=None)
    send(3, key(3), "2020:01:01 00:00:00", taken="2026:11:23 09:12:00")
    send(4, key(4), "hôm qua \x00" * 40, taken=None)
    told = [one.taken_local and one.taken_local.strftime("%H:%M") for one in photos(visit_id)]
    assert told == ["08:30", "06:30", "09:12", None]
    first = photos(visit_id)[0].id
    officer.submit(f"/photos/{first}/delete")
    send(1, key(1), "2026:11:23 08:30:00", taken=None)
    assert first not in [one.id for one in photos(visit_id)]
    assert len(photos(visit_id)) == 3


def test_the_visit_before_stands_beside_its_lines_with_its_photos(browser: Open) -> None:
    """What was missed then is marked; photos of another line or point are not shown."""
    point = factories.point()
    earlier = factories_visits.visit(point)
    missed = Answer(value=False, note="biển bạc màu")
    factories_papers.answer(earlier, {CODE: missed})
    factories_papers.photograph(earlier, CODE, shot(80), caption="Biển cũ")
    factories_papers.submit(earlier)
    factories_papers.approve(earlier)
    officer = browser("officer")
    page = officer.get(f"/assessments/{factories_visits.visit(point)}/checklist")
    assert page.tree is not None
    asides = [one for one in page.tree.iter("aside") if "prev" in one.get("class", "")]
    assert len(asides) == 13
    marked = [one for one in asides if "was-missed" in one.get("class", "")]
    assert len(marked) == 1
    words = " ".join("".join(marked[0].itertext()).split())
    assert "biển bạc màu" in words
    assert "Kiểm tra lại chỗ này" in words
    assert [one.get("alt") for one in marked[0].iter("img")][1:] == ["Biển cũ"]
    shown = [image.get("src", "") for aside in asides for image in aside.iter("img")]
    assert sorted(shown) == sorted(f"/photos/{one.id}/small" for one in photos(earlier))
    alone = officer.get(
        f"/assessments/{factories_visits.visit(factories.point(name='Khác', address='9'))}/checklist"
    )
    assert "Biển cũ" not in alone.text


def test_only_the_checklist_may_be_kept_and_only_by_its_user(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    page = officer.get(f"/assessments/{visit_id}/checklist").answer
    assert page.headers["X-Field-Cache"].startswith(f"field-{people.user('officer').id}-")
    assert "blob:" in page.headers["Content-Security-Policy"]
    for url in ("/", f"/assessments/{visit_id}", "/points"):
        other = officer.get(url).answer
        assert "X-Field-Cache" not in other.headers
        assert "blob:" not in other.headers["Content-Security-Policy"]
    worker = raw(browser(None), "/field-sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    assert officer.get("/field/session").answer.json["user"] == people.user("officer").id  # type: ignore[index]
    assert browser(None).get("/field/session", status=401, headers=PART).answer
