"""Editions: loaded by the command only, published for good, offered by RULES.md §4, shown with their sources."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.criteria import labels, queries, service
from ocop_points.criteria.edition_file import SHIPPED, read_edition
from ocop_points.criteria.models import Choice, Edition, Line, Section
from ocop_points.criteria.rules import EditionSpec, EditionStatus, LineSpec
from tests import people
from tests.browser import Browser
from tests.factories_visits import edition

Open = Callable[[str | None], Browser]
TODAY = date(2026, 11, 23)


def shipped(name: str) -> EditionSpec:
    return read_edition((SHIPPED / f"criteria-{name}.yaml").read_text(encoding="utf-8"))


def stored(name: str) -> tuple[object, ...]:
    found = queries.edition_by_code(shipped(name).code)
    assert found is not None
    lines = queries.whole_edition(found.id).lines
    parts = [one.name for one in fields(LineSpec)]
    return tuple(LineSpec(**{part: getattr(line, part) for part in parts}) for line in lines)


def run(app: Flask, *args: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["load-criteria", *args])
    return result.exit_code, result.output


@pytest.mark.parametrize("name", ["920", "950", "minh-hoa"])
def test_the_command_loads_what_the_file_says(app: Flask, name: str) -> None:
    code, said = run(app, f"criteria-{name}.yaml", "--publish")
    assert code == 0, said
    assert shipped(name).title in said
    found = queries.edition_by_code(shipped(name).code)
    assert found is not None
    assert found.status is EditionStatus.PUBLISHED
    assert queries.whole_edition(found.id).rule == shipped(name).rule
    assert stored(name) == shipped(name).lines
    parts = [(part.code, part.title, part.note) for part in shipped(name).sections]
    whole = queries.whole_edition(found.id)
    assert [(one.code, one.title, one.note) for one in whole.sections] == parts
    actions = list(
        db.session.scalars(select(AuditRow.action).order_by(AuditRow.id.desc()).limit(2))
    )
    assert actions == ["criteria.published", "criteria.loaded"]


def test_without_publish_it_is_a_draft_that_no_visit_is_offered(app: Flask) -> None:
    assert run(app, "criteria-950.yaml")[0] == 0
    found = queries.edition_by_code("950-2023")
    assert found is not None
    assert found.status is EditionStatus.DRAFT
    assert queries.edition_for(people.locality().id, TODAY) is None


def test_a_code_that_exists_is_refused(app: Flask) -> None:
    run(app, "criteria-950.yaml", "--publish")
    code, said = run(app, "criteria-950.yaml")
    assert code == 1
    assert "Đã có bộ tiêu chí mang mã 950-2023, chưa nạp gì." in said
    assert db.session.scalar(select(func.count()).select_from(Edition)) == 1


def test_every_fault_is_told_with_its_row_and_nothing_is_stored(app: Flask, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    good = (SHIPPED / "criteria-950.yaml").read_text(encoding="utf-8")
    bad.write_text(
        good.replace("2025-12-31", "2020-12-31").replace("code: III.8", "code: III.7"),
        encoding="utf-8",
    )
    code, said = run(app, str(bad), "--publish")
    assert code == 1
    assert "hàng 6 · valid_to · trước ngày bắt đầu hiệu lực" in said
    assert "trùng mã với hàng" in said
    assert "2 chỗ sai, chưa nạp gì" in said
    for model in (Edition, Section, Line, Choice):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read(app: Flask, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "no.yaml"
    if content is not None:
        path.write_bytes(content)
    code, said = run(app, str(path))
    assert code == 1
    assert "Không đọc được tệp" in said


def test_the_command_and_one_page_read_edition_files() -> None:
    root = Path(service.__file__).parents[1]
    users = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if "read_edition(" in path.read_text(encoding="utf-8")
    }
    assert users <= {
        "cli.py",
        "criteria/exchange_views.py",
        "criteria/edition_file.py",
        "demo/load.py",
        "demo/visits.py",
    }


def own(code: str, first: date, last: date | None, number: str = "12/QĐ-UBND") -> int:
    """An own edition of the locality, published."""
    basis = replace(shipped("950").legal_basis, number=number)
    spec = replace(shipped("950"), code=code, valid_from=first, valid_to=last, legal_basis=basis)
    return write(lambda: service.load_edition(spec, locality=people.locality()).id)


def offered(day: date, short_code: str = people.HERE) -> tuple[str, bool] | None:
    offer = queries.edition_for(people.locality(short_code).id, day)
    return None if offer is None else (offer.edition.code, offer.period_ended)


def test_which_edition_is_offered(app: Flask) -> None:
    assert offered(TODAY) is None
    edition("minh-hoa")
    assert offered(TODAY) is None, "an illustration is never offered by itself"
    edition("920")
    edition("950")
    assert offered(date(2019, 4, 15)) is None
    assert offered(date(2020, 12, 31)) == ("920-2019", False)
    assert offered(date(2021, 1, 1)) == ("920-2019", True)
    assert offered(date(2023, 4, 18)) == ("950-2023", False)
    assert offered(date(2025, 12, 31)) == ("950-2023", False)
    assert offered(TODAY) == ("950-2023", True)
    own("qni-2026", date(2026, 1, 1), date(2026, 11, 23))
    own("qni-thu", date(2026, 2, 1), None, number="")
    assert offered(TODAY) == ("qni-2026", False)
    assert offered(date(2026, 11, 24)) == ("950-2023", True)
    assert offered(TODAY, people.ELSEWHERE) == ("950-2023", True)
    retired = edition("950").id
    write(lambda: service.retire_edition(db.session.get_one(Edition, retired), by=None, reason="x"))
    assert offered(TODAY, people.ELSEWHERE) == ("920-2019", True)


def test_the_sentence_when_the_period_is_over(app: Flask) -> None:
    found = edition("950")
    assert labels.period_note(found, date(2025, 12, 31)) == ""
    assert labels.period_note(found, date(2026, 1, 1)) == (
        "Bộ tiêu chí 950/QĐ-BCT ban hành cho giai đoạn 2023–2025; "
        "chưa có văn bản thay thế trong hệ thống"
    )


CHANGES = [
    "UPDATE criteria_edition SET title = 'khác'",
    "UPDATE criteria_edition SET valid_to = NULL",
    "UPDATE criteria_edition SET locality_id = 1",
    "UPDATE criteria_edition SET minimum_score = 1000",
    "UPDATE criteria_edition SET status = 'draft'",
    "DELETE FROM criteria_edition",
    "UPDATE criteria_section SET title = 'khác'",
    "DELETE FROM criteria_section",
    "UPDATE criteria_line SET text = 'khác' WHERE code = 'I.1'",
    "UPDATE criteria_line SET mandatory = (1 = 0)",
    "DELETE FROM criteria_line",
    "INSERT INTO criteria_section (edition_id, place, code, title, note)"
    " SELECT id, 9, 'IX', 'thêm', '' FROM criteria_edition",
    "UPDATE criteria_choice SET text = 'khác'",
    "DELETE FROM criteria_choice",
    "INSERT INTO criteria_choice (line_id, place, code, text)"
    " SELECT id, 99, '99', 'thêm' FROM criteria_line WHERE code = 'I.2'",
]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.parametrize("retired", [False, True])
def test_a_published_edition_never_changes(app: Flask, statement: str, retired: bool) -> None:
    edition_id = edition("950").id
    if retired:
        write(
            lambda: service.retire_edition(
                db.session.get_one(Edition, edition_id), by=None, reason="x"
            )
        )
    with pytest.raises(DBAPIError, match="is protected"):
        write(lambda: db.session.execute(text(statement)))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE criteria_edition SET title = 'khác'",
        "UPDATE criteria_line SET text = 'khác'",
        "DELETE FROM criteria_choice",
        CHANGES[11],
        CHANGES[14],
    ],
)
def test_a_draft_may_change(app: Flask, statement: str) -> None:
    edition("950", publish=False)
    write(lambda: db.session.execute(text(statement)))


def test_a_line_cannot_be_moved_into_a_published_edition(app: Flask) -> None:
    published = edition("950").id
    edition("920", publish=False)
    with pytest.raises(DBAPIError, match="is protected"):
        write(
            lambda: db.session.execute(
                text("UPDATE criteria_section SET edition_id = :id, place = 9"), {"id": published}
            )
        )


def test_a_retired_edition_stays_retired_and_its_first_use_stays(app: Flask) -> None:
    edition_id = edition("950").id

    def use() -> None:
        service.mark_used(db.session.get_one(Edition, edition_id), by=people.user("officer"))

    write(use)
    first = db.session.get_one(Edition, edition_id).frozen_at
    write(use)
    assert db.session.get_one(Edition, edition_id).frozen_at == first
    for statement in (
        "UPDATE criteria_edition SET frozen_at = NULL",
        "UPDATE criteria_edition SET frozen_at = '2020-01-01 00:00:00'",
    ):
        with pytest.raises(DBAPIError, match="is protected"):
            write(lambda statement=statement: db.session.execute(text(statement)))  # type: ignore[misc]
    write(
        lambda: service.retire_edition(db.session.get_one(Edition, edition_id), by=None, reason="x")
    )
    with pytest.raises(Refused, match="không còn dùng"):
        write(use)
    with pytest.raises(DBAPIError, match="is protected"):
        write(lambda: db.session.execute(text("UPDATE criteria_edition SET status = 'published'")))


# --- pages --------------------------------------------------------------------------------------


def test_the_page_of_an_edition_shows_source_and_marks(browser: Open) -> None:
    edition("950")
    officer = browser("officer")
    page = officer.get("/criteria")
    assert "950/QĐ-BCT, 18/04/2023" in page.words
    assert "hết giai đoạn" in page.words
    page = officer.get(f"/criteria/{edition('950').id}")
    assert page.words.count("Chờ xác nhận") == 8
    assert page.words.count("Bắt buộc") == 5
    for line in shipped("950").lines:
        assert line.text in page.words
        assert f"Căn cứ: {line.source}" in page.words
    assert "Bưu cục, điểm bưu điện văn hóa xã thuộc mạng bưu chính công cộng" in page.words
    assert "Chưa có toàn văn tiêu chí thứ ba" in page.words
    assert "Giai đoạn áp dụng đã hết ngày 31/12/2025." in page.words
    assert "Dùng lần đầuchưa dùng" in page.words


def test_the_page_of_a_scored_edition_shows_weights_and_minima(browser: Open) -> None:
    page = browser("viewer").get(f"/criteria/{edition('minh-hoa').id}")
    assert "Số đo: từ 30 m²" in page.words
    assert "Chấm điểm: 0 – 15 điểm, đạt từ 7,5" in page.words
    assert "20 điểm" in page.words
    assert "đạt từ 70 điểm" in page.words
    assert "Bộ này là minh họa" in page.words


def test_an_empty_list_says_how_editions_come_in(browser: Open) -> None:
    assert "lệnh load-criteria" in browser("admin").get("/criteria").words


def test_who_reads_which_edition(browser: Open) -> None:
    edition_id = own("qni-2026", date(2026, 1, 1), None)
    draft_id = edition("950", publish=False).id
    for who, own_status, draft_status in (
        ("admin", 200, 200),
        ("viewer", 200, 200),
        ("manager", 200, 404),
        ("officer", 200, 404),
        ("other_officer", 404, 404),
        ("operator", 403, 403),
    ):
        reader = browser(who)
        reader.get(f"/criteria/{edition_id}", status=own_status)
        reader.get(f"/criteria/{draft_id}", status=draft_status)
    assert "Chưa có bộ tiêu chí nào" in browser("other_officer").get("/criteria").words
    browser(None).get("/criteria", status=302)


def test_the_administrator_publishes_and_retires(browser: Open) -> None:
    edition_id = edition("950", publish=False).id
    url = f"/criteria/{edition_id}"
    admin = browser("admin")
    form = admin.get(f"{url}/publish").form()
    page = admin.follow(admin.send(form))
    assert "Đã ban hành." in page.words
    assert admin.send(form).location == url, "resent: the first result"
    page = admin.submit(f"{url}/publish", status=422)
    assert "Trạng thái bộ tiêu chí đã thay đổi" in page.words
    page = admin.submit(f"{url}/retire", {"reason": " "}, status=422)
    assert page.errors() == ["Ghi lý do, ví dụ văn bản thay thế"]
    stale = admin.get(f"{url}/retire").form()
    page = admin.follow(admin.submit(f"{url}/retire", {"reason": "Có văn bản mới"}))
    assert "Ngừng dùng" in page.words
    page = admin.send(stale, {"reason": "lần nữa"}, status=422)
    assert "Người khác vừa sửa" in page.words


@pytest.mark.parametrize(
    ("who", "status"), [("viewer", 403), ("manager", 403), ("officer", 403), ("operator", 403)]
)
def test_who_may_not_publish_or_retire(browser: Open, who: str, status: int) -> None:
    edition_id = edition("950").id
    for verb in ("publish", "retire"):
        browser(who).get(f"/criteria/{edition_id}/{verb}", status=status)
