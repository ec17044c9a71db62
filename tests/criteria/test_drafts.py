"""A draft from its first line to its publication, by pages alone; what cannot be, is refused in a sentence."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from ocop_points.criteria import queries
from ocop_points.criteria.measures_rules import MeasureBy
from ocop_points.criteria.models import Edition
from ocop_points.criteria.rules import EditionStatus, LineKind
from tests import people
from tests.browser import PART, Browser, Page
from tests.factories_visits import edition
from tests.statements import statements

Open = Callable[[str | None], Browser]

COPY = {"code": "950-2026", "title": "Tiêu chí 2026–2030", "valid_from": "01/11/2026"}


def draft_of(admin: Browser, source: int | None = None, **changed: Any) -> int:
    """A draft begun on the page; its id."""
    values = {**COPY, "source_id": str(source) if source else "", **changed}
    return int(admin.submit("/criteria/new", values).location.split("/")[2])


def stored(edition_id: int) -> Edition:
    db.session.rollback()
    return queries.fresh_edition(edition_id)


def codes(edition_id: int) -> list[list[str]]:
    """The codes of the lines, section by section, in their order."""
    return [[line.code for line in part.lines] for part in stored(edition_id).sections]


def line_id(edition_id: int, code: str) -> int:
    return next(line.id for line in stored(edition_id).lines if line.code == code)


def press(browser: Browser, page: Page, name: str, *, part: bool = False) -> Page:
    """Press the button of the outline that is called this."""
    assert page.tree is not None
    button = next(
        one for one in page.tree.iter("button") if " ".join(one.itertext()).split() == name.split()
    )
    form = page.form(page.path)
    sent = form.filled({"place": button.get("value")} if button.get("name") else {})
    headers = PART if part else {}
    return browser.post(button.get("formaction") or "", sent, headers=headers)


def actions(edition_id: int) -> list[str]:
    db.session.rollback()
    rows = select(AuditRow.action).where(
        AuditRow.object_type == "edition", AuditRow.object_id == edition_id
    )
    return list(db.session.scalars(rows.order_by(AuditRow.id)))


def test_a_draft_is_written_from_nothing(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin)
    page = admin.get(f"/criteria/{made}/edit")
    assert "chưa có phần nào" in page.words
    admin.submit(
        f"/criteria/{made}/sections/new",
        {"code": "I", "title": "Không gian", "minimum_score": "50,5"},
    )
    section = stored(made).sections[0].id
    url = f"/criteria/{made}/sections/{section}/lines/new"
    score = {"text": "Bày hàng", "kind": "score", "maximum": "15", "weight": "12,5"}
    assert admin.submit(url, {**score, "unit": "m²"}).location.endswith(
        f"/edit#line-{line_id(made, 'I.1')}"
    )
    rows = "a) Trong tỉnh\nNgoài tỉnh\n\nCả hai: trong và ngoài"
    admin.submit(url, {"text": "Nguồn hàng", "kind": "one_of", "choice_rows": rows, "photo": "met"})
    first, second = stored(made).lines
    assert (first.code, first.kind, first.unit) == ("I.1", LineKind.SCORE, "")
    assert [(one.code, one.text) for one in second.choices] == [
        ("a", "Trong tỉnh"),
        ("1", "Ngoài tỉnh"),
        ("2", "Cả hai: trong và ngoài"),
    ]
    page = admin.get(f"/criteria/{made}/edit")
    assert "Tiêu chí I.2: số điểm đang để trống" in page.words
    assert "Phần I: đạt từ 50,5 % số điểm của phần." in page.words
    assert actions(made) == [
        "criteria.drafted",
        "criteria.section_added",
        "criteria.line_added",
        "criteria.line_added",
    ]


def test_what_a_line_cannot_be_is_told_at_its_field(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin, edition("950").id)
    url = f"/criteria/{made}/lines/{line_id(made, 'III.3')}"
    for values, told in (
        ({"text": " "}, "Chưa nhập nội dung này"),
        ({"text": "a" * 501}, "Viết ngắn lại, tối đa 500 ký tự"),
        ({"code": "iii.4"}, "Mã iii.4 đã có trong bộ này. Chọn mã khác."),
        ({"code": "III 3"}, "Chỉ gồm chữ, số, dấu chấm, gạch nối; không có dấu cách"),
        ({"kind": "number"}, "Đang để trống"),
        ({"kind": "number", "minimum": "101", "unit": "%"}, "Phải từ 0 đến 100"),
        ({"kind": "score", "maximum": "5", "minimum": "6"}, "Lớn hơn điểm tối đa"),
        ({"mandatory": "y"}, "Dòng bắt buộc không được ở trạng thái «chờ xác nhận»"),
        ({"kind": "one_of", "choice_rows": "none) Khác"}, "Lựa chọn 1: «none» dành cho"),
        ({"measure": "share_three_stars", "measure_least": "100,5"}, "Phải từ 0 đến 100"),
        (
            {"measure": "share_three_stars", "measure_least": "1", "measure_most": "2"},
            "Chỉ ghi một mức",
        ),
        ({"measure": "hàng"}, "Chọn một mục trong danh sách"),
        ({"kind": "khác"}, "Chọn một mục trong danh sách"),
        ({"section_id": "999999"}, "Chọn một mục trong danh sách"),
    ):
        page = admin.submit(url, values, status=422)
        assert any(told in error for error in page.errors()), (values, page.errors())
    assert actions(made) == ["criteria.drafted"]


def test_a_line_is_given_a_figure_and_its_bound(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin, edition("950").id)
    line = line_id(made, "III.5")
    url = f"/criteria/{made}/lines/{line}"
    share = {"measure": "every_product_has_a_basis", "measure_by": "value", "measure_least": "62,5"}
    admin.submit(url, {**share, "base_ticks": ["2", "4"], "measure_stars": "4"})
    spec = queries.line_in(stored(made), line).spec()
    assert (spec.measure_by, spec.measure_bases, spec.measure_least) == (
        MeasureBy.VALUE,
        "bd",
        Decimal("62.5"),
    )
    assert spec.measure_stars is None  # what the figure has no use for is not kept
    form = admin.get(url).form()
    ticked = [value for name, value in form.fields if name == "base_ticks"]
    assert (form.value("measure_by"), form.value("measure_least"), ticked) == (
        "value",
        "62,5",
        ["2", "4"],
    )
    page = admin.get(f"/criteria/{made}").words
    assert "Đạt hoặc chưa đạt: từ 62,5 %" in page
    assert "số liệu tham khảo: Tỷ lệ giá trị hàng có căn cứ b, d" in page
    tried = admin.get(f"/criteria/{made}/preview").words
    assert "Số liệu tính từ sổ kho: Tỷ lệ giá trị hàng có căn cứ b, d; đạt từ 62,5 %" in tried
    # Without a figure nothing of it stays; a number has its bound in its minimum.
    admin.submit(url, {"kind": "number", "minimum": "60", "unit": "%"})
    spec = queries.line_in(stored(made), line).spec()
    assert (spec.measure_by, spec.measure_least) == (MeasureBy.VALUE, None)
    admin.submit(url, {"measure": ""})
    spec = queries.line_in(stored(made), line).spec()
    assert (spec.measure, spec.measure_by, spec.measure_bases) == (None, None, "")


def test_order_is_changed_with_and_without_script(browser: Open) -> None:
    """Across sections too; a copy stands below its line; the same click twice says the same."""
    admin = browser("admin")
    made = draft_of(admin, edition("950").id)
    url = f"/criteria/{made}/edit"
    for name, part, order in (
        ("Chuyển I.2 lên", False, [["I.2", "I.1"], ["II.1", "II.2", "II.3"]]),
        ("Chuyển I.1 xuống phần II", True, [["I.2"], ["I.1", "II.1", "II.2", "II.3"]]),
        ("Chuyển I.1 lên phần I", True, [["I.2", "I.1"], ["II.1", "II.2", "II.3"]]),
        ("Chép II.1", True, [["I.2", "I.1"], ["II.1", "II.1-2", "II.2", "II.3"]]),
        ("Chuyển phần I xuống", False, [["II.1", "II.1-2", "II.2", "II.3"], ["I.2", "I.1"]]),
    ):
        page = admin.get(url)
        for _twice in (1, 2):
            assert press(admin, page, name, part=part).status == (200 if part else 303)
            assert codes(made)[:2] == order, name
    assert actions(made).count("criteria.moved") == 4
    assert actions(made).count("criteria.line_added") == 1


def test_a_line_opens_is_saved_and_removed_in_place(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin, edition("950").id)
    line = line_id(made, "III.3")
    url = f"/criteria/{made}/lines/{line}"
    form = admin.part(url).form(url)
    other = admin.part(url).form(url)
    part = admin.post(url, form.filled({"text": "Niêm yết giá rõ ràng"}), headers=PART, status=200)
    assert "Niêm yết giá rõ ràng" in part.words
    # Somebody else had it open: both texts, and a choice.
    page = admin.send(other, {"text": "Giá bán ghi rõ", "guidance": "Nhìn kệ"}, status=422)
    assert "Niêm yết giá rõ ràng" in page.words
    again = page.form(url)
    admin.send(again, {"choose-text": "mine", "choose-guidance": "mine"})
    assert next(one for one in stored(made).lines if one.id == line).text == "Giá bán ghi rõ"
    assert "“Giá bán ghi rõ” bị xóa" in admin.get(f"{url}/delete").words
    admin.submit(f"{url}/delete")
    assert "III.3" not in codes(made)[2]
    admin.get(url, status=404)
    section = stored(made).sections[1].id
    admin.submit(f"/criteria/{made}/sections/{section}/delete")
    assert [part.code for part in stored(made).sections] == ["I", "III"]
    admin.submit(f"/criteria/{made}/delete")
    assert db.session.get(Edition, made) is None
    assert actions(made)[-4:] == [
        "criteria.line_edited",
        "criteria.line_removed",
        "criteria.section_removed",
        "criteria.draft_deleted",
    ]


def test_what_is_typed_outlives_the_place_it_was_typed_for(browser: Open) -> None:
    """Somebody deletes a line, a section, all of them while another writes there: nothing typed is lost."""
    admin, made = browser("admin"), draft_of(browser("admin"), edition("950").id)
    line, sections = line_id(made, "III.3"), stored(made).sections
    url, second = f"/criteria/{made}/lines/{line}", sections[1]
    opened, part = admin.get(url).form(url), admin.part(url).form(url)
    admin.submit(f"{url}/delete")
    typed = {"text": "Giá bán ghi rõ", "guidance": "Nhìn kệ"}
    page = admin.post(url, part.filled(typed), headers=PART, status=422)
    assert "Người khác vừa xóa tiêu chí này" in page.words
    page = admin.send(opened, typed, status=422)
    again = next(form for form in page.forms() if form.action.endswith("/lines/new"))
    assert [again.value(name) for name in typed] == list(typed.values())
    admin.send(again)
    assert codes(made)[2][-1] == "III.3"
    new = f"/criteria/{made}/sections/{second.id}/lines/new"
    late, section_url = admin.get(new).form(new), f"/criteria/{made}/sections/{second.id}"
    heading = admin.get(section_url).form(section_url)
    for section in sections:
        admin.submit(f"/criteria/{made}/sections/{section.id}/delete")
    page = admin.send(late, {"text": "Hàng có nguồn gốc", "source": "Điều 2"}, status=422)
    assert "Người khác vừa xóa phần này" in page.words
    assert "Hàng có nguồn gốc" in page.text
    page = admin.send(heading, {"title": "Sản phẩm OCOP"}, status=422)
    new = f"/criteria/{made}/sections/new"
    admin.send(page.form(new))
    assert [part.title for part in stored(made).sections] == ["Sản phẩm OCOP"]
    # What was typed first finds a place again.
    lost = admin.send(late, {"text": "Hàng có nguồn gốc", "source": "Điều 2"}, status=422)
    admin.send(next(form for form in lost.forms() if form.action.endswith("/lines/new")))
    assert [one.text for one in stored(made).lines] == ["Hàng có nguồn gốc"]
    # Nor is it put over what somebody else wrote since, though SQLite gives the id of the deleted line again.
    url = f"/criteria/{made}/lines/{stored(made).lines[0].id}"
    stale = admin.get(url).form(url)
    admin.submit(f"{url}/delete")
    admin.submit(
        f"/criteria/{made}/sections/{stored(made).sections[0].id}/lines/new", {"text": "Dòng khác"}
    )
    page = admin.send(stale, {"text": "Sửa dòng đã xóa"}, status=422)
    assert "Sửa dòng đã xóa" in page.text
    assert [one.text for one in stored(made).lines] == ["Dòng khác"]


def test_points_go_when_no_score_is_counted_any_more(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin, edition("minh-hoa").id)
    url = f"/criteria/{made}/head"
    stale = admin.get(url).form()
    admin.submit(f"/criteria/{made}/lines/{line_id(made, 'A.1')}", {"weight": "16"})
    admin.send(stale, {"minimum_score": ""})  # a line was changed: no conflict with the head
    assert {line.weight for line in stored(made).lines} == {None}
    page = admin.submit(url, {"valid_to": "31/12/2025"}, status=422)
    assert page.errors() == ["Trước ngày bắt đầu hiệu lực"]
    page = admin.submit(url, {"code": "minh-hoa-100"}, status=422)
    assert page.errors() == ["Đã có bộ tiêu chí mang mã minh-hoa-100"]


def test_publication_asks_for_the_decision_and_lists_what_is_missing(browser: Open) -> None:
    admin = browser("admin")
    empty = draft_of(admin, code="trong")
    page = admin.get(f"/criteria/{empty}/publish")
    assert "Các phần chưa có phần nào" in page.words
    assert "luôn luôn đạt" in page.words
    assert not any(form.action.endswith("/publish") for form in page.forms())
    made = draft_of(admin, edition("950").id)
    url = f"/criteria/{made}/publish"
    act = {"legal_number": "12/QĐ-BCT", "legal_issued_on": "20/11/2026", "valid_from": "1/12/2026"}
    stale = admin.get(url).form()
    admin.submit(f"/criteria/{made}/lines/{line_id(made, 'III.3')}", {"source": ""})
    page = admin.send(stale, act, status=422)
    assert "Người khác vừa sửa" in page.words
    assert "Tiêu chí III.3: căn cứ đang để trống" in page.words
    admin.submit(f"/criteria/{made}/lines/{line_id(made, 'III.3')}", {"source": "Điều 3"})
    page = admin.submit(url, {"legal_number": "", "legal_issued_on": ""}, status=422)
    assert len(page.errors()) == 2
    page = admin.submit(url, {**act, "valid_from": "19/11/2026"}, status=422)
    assert any("trước ngày ban hành" in error.lower() for error in page.errors()), page.errors()
    admin.submit(url, act)
    found = stored(made)
    assert (found.status, found.legal_number) == (EditionStatus.PUBLISHED, "12/QĐ-BCT")
    for late in ("edit", "head", f"lines/{found.lines[0].id}", "sections/new"):
        assert admin.get(f"/criteria/{made}/{late}", status=302).location == f"/criteria/{made}"


def test_a_manager_drafts_for_the_own_locality_only(browser: Open) -> None:
    manager = browser("manager")
    here, there = people.locality().id, people.locality(people.ELSEWHERE).id
    source = edition("950").id
    page = manager.submit("/criteria/new", {**COPY, "locality_id": str(there)}, status=422)
    assert page.errors() == ["Chọn một mục trong danh sách"]
    assert manager.submit("/criteria/new", {**COPY, "locality_id": ""}, status=422).errors()
    own = draft_of(manager, source, locality_id=str(here))
    assert stored(own).locality_id == here
    ministry = draft_of(browser("admin"), source, code="bo-2026")
    line = stored(own).lines[0].id
    manager.get(f"/criteria/{own}/lines/{line}")
    manager.get(f"/criteria/{ministry}/edit", status=404)
    manager.get(f"/criteria/{source}/edit", status=403)
    browser("other_manager").get(f"/criteria/{own}/lines/{line}", status=404)
    browser("officer").get(f"/criteria/{own}/edit", status=403)


def test_lists_and_the_editor_cost_the_same_for_few_and_for_many(browser: Open) -> None:
    """Editions in the lists, sections and lines in the outline; each number with what is asked."""
    admin = browser("admin")
    made = draft_of(admin, edition("950").id)
    pages = {
        "/criteria": 2,  # who is signed in; the editions
        "/criteria/new": 3,  # and the localities
        f"/criteria/{made}": 5,  # sections, lines, choices
        f"/criteria/{made}/edit": 10,  # may it be changed; then the whole (4) before the verb and as it is after it
        f"/criteria/{made}/publish": 10,  # the same
        f"/criteria/{made}/compare": 6,
        f"/criteria/{made}/preview": 9,  # and as the checklist reads it (4)
    }

    def asked() -> dict[str, int]:
        found = {}
        for url in pages:
            db.session.remove()
            found[url] = statements(admin.get, url)
        return found

    few = asked()
    for number in range(4):
        draft_of(admin, edition("950").id, code=f"nhap-{number}")
        admin.submit(
            f"/criteria/{made}/sections/new", {"code": f"P{number}", "title": f"Phần {number}"}
        )
        section = stored(made).sections[-1].id
        for _line in range(3):
            new = {"text": "Dòng mới", "kind": "one_of", "choice_rows": "Một\nHai"}
            admin.submit(f"/criteria/{made}/sections/{section}/lines/new", new)
    assert asked() == few
    assert few == pages
