"""Editions beside each other and as files: what differs is told, what is the same is said to be the same."""

import io
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings

from ocop_points.criteria.compare import LIKE, Part, Row, compare, word_changes
from ocop_points.criteria.edition_file import edition_yaml, read_edition
from ocop_points.criteria.labels import words_of
from ocop_points.criteria.rules import EditionSpec, LineSpec, PhotoRule
from tests import people
from tests.browser import Browser, Page
from tests.criteria.specs import editions
from tests.criteria.test_drafts import COPY, actions, draft_of, line_id, stored
from tests.factories_visits import edition, shipped

Open = Callable[[str | None], Browser]


def told(before: EditionSpec, after: EditionSpec) -> list[str]:
    return [_told(row) for row in compare(before, after).rows if not row.is_same]


def _told(row: Row) -> str:
    if row.before is None or row.after is None:
        return f"{'+' if row.before is None else '-'}{row.code}"
    return f"{'>' if row.moved else ''}{row.code}:{','.join(row.fields)}"


def with_lines(spec: EditionSpec, part: int, lines: list[LineSpec]) -> EditionSpec:
    parts = list(spec.sections)
    parts[part] = replace(parts[part], lines=tuple(lines))
    return replace(spec, sections=tuple(parts))


def test_each_kind_of_difference_is_told_alone() -> None:
    old = shipped("950")
    first, third = list(old.sections[0].lines), list(old.sections[2].lines)
    new = LineSpec("III.9", third[0].kind, "Nơi để xe cho khách", source="Điều 4")
    nearly = third[3].text.replace("truy xuất được nguồn gốc", "tra được nơi sản xuất")
    for lines, part, said in (
        ([*third, new], 2, ["+III.9"]),
        ([third[0], *third[2:]], 2, ["-III.2"]),
        ([third[1], third[0], *third[2:]], 2, [">III.2:"]),
        ([*third[1:], third[0]], 2, [">III.1:"]),
        ([replace(third[0], photo=PhotoRule.MET), *third[1:]], 2, ["III.1:photo"]),
        ([*third[:3], replace(third[3], text=nearly), *third[4:]], 2, ["III.4:text"]),
        ([*third[:3], replace(third[3], code="III.4a", text=nearly), *third[4:]], 2,
         ["III.4a:code,text"]),
        ([*third[:4], replace(third[4], measure_least=Decimal(50)), *third[5:]], 2,
         ["III.5:measure_least"]),
        ([replace(third[0], text="Điều hoàn toàn khác hẳn"), *third[1:]], 2, ["-III.1", "+III.1"]),
        ([first[1], first[0]], 0, [">I.2:"]),
    ):  # fmt: skip
        assert sorted(told(old, with_lines(old, part, lines))) == sorted(said), said
    across = with_lines(with_lines(old, 0, first[1:]), 1, [first[0], *old.sections[1].lines])
    assert told(old, across) == [">I.1:"]
    assert told(old, old) == []
    # 920 to 950: 8 kinds of place, another wording of two; the rest is told by its source.
    assert all(":source" in one or "choices" in one for one in told(shipped("920"), old))
    kinds = next(row for row in compare(shipped("920"), old).rows if "choices" in row.fields)
    parts = words_of(kinds, "choices")
    assert any(part is Part.SAME and "nhà ga, sân bay" in text for part, text in parts)
    assert any(part is Part.ADDED and "bưu điện văn hóa xã" in text for part, text in parts)


@settings(max_examples=40, deadline=None)
@given(editions(), editions())
def test_every_line_of_both_stands_once(before: EditionSpec, after: EditionSpec) -> None:
    found = compare(before, after)
    assert [row.after for row in found.rows if row.after] == list(after.lines)
    old = [row.before for row in found.rows if row.before]
    assert sorted(old, key=lambda one: one.code) == sorted(before.lines, key=lambda one: one.code)
    assert compare(before, before).same == list(compare(before, before).rows)
    for row in found.rows:
        if row.before and row.after:
            words = word_changes(row.before.text, row.after.text)
            was = [text for part, text in words if part != "added"]
            now = [text for part, text in words if part != "removed"]
            assert " ".join(was).split() == row.before.text.split()
            assert " ".join(now).split() == row.after.text.split()
    assert 0 < LIKE < 1


def upload(browser: Browser, content: str | bytes, *, status: int, locality: str = "") -> Page:
    data = content.encode() if isinstance(content, str) else content
    sent = {"edition_file": (io.BytesIO(data), "bo.yaml"), "locality_id": locality}
    form = browser.get("/criteria/import").form()
    return browser.post("/criteria/import", {**form.filled({}), **sent}, status=status)


def test_a_draft_goes_out_as_a_file_and_comes_back(browser: Open) -> None:
    admin = browser("admin")
    made = draft_of(admin, edition("minh-hoa").id)
    answer = admin.http.get(f"/criteria/{made}/edition.yaml")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="950-2026.yaml"'
    text = answer.get_data(as_text=True)
    assert read_edition(text.replace("issuer: Minh họa", "issuer: Minh họa")) == stored(made).spec()
    page = upload(admin, text, status=422)
    assert page.errors() == ["Tệp giống hệt bộ “Tiêu chí 2026–2030” đang có: không có gì để thay."]
    changed = text.replace("Diện tích trưng bày", "Diện tích bày hàng OCOP")
    page = upload(admin, changed, status=200)
    assert "0 thêm, 0 bỏ, 0 chuyển chỗ, 1 đổi nội dung, 7 giữ nguyên" in page.words
    form = page.form(f"/criteria/{made}/replace")
    admin.submit(f"/criteria/{made}/lines/{line_id(made, 'A.2')}", {"guidance": "Nhìn kệ"})
    assert "Người khác vừa sửa bản nháp này" in admin.send(form, status=422).words
    form = upload(admin, changed, status=200).form(f"/criteria/{made}/replace")
    admin.send(form)
    assert stored(made).spec() == read_edition(changed)
    assert actions(made)[-1] == "criteria.replaced"
    assert admin.send(form, {"content": "x"}, status=422).words


def test_a_file_becomes_a_draft_or_is_refused_in_words(browser: Open) -> None:
    admin = browser("admin")
    text = edition_yaml(replace(shipped("950"), code="tu-tep"))
    made = int(upload(admin, text, status=303).location.split("/")[2])
    assert stored(made).spec() == read_edition(text)
    edition("950")
    bad = text.replace("kind: one_of", "kind: one").replace("2025-12-31", "2020-01-01")
    words = upload(admin, bad, status=422).words
    assert "2 chỗ sai trong tệp" in words
    assert "phần I, dòng I.2" in words
    assert "trước ngày bắt đầu hiệu lực" in words
    for content, said in (
        (b"\xff\xfe", "Tệp không phải văn bản UTF-8"),
        (b"#" * (256 * 1024 + 1), "Tệp lớn hơn 256 kB"),
        (text.replace("tu-tep", "950-2023").replace("Vị trí", "Chỗ"), "Mã 950-2023 là của bộ"),
        ("", "tệp trống"),
    ):
        assert said in upload(admin, content, status=422).words
    page = upload(browser("manager"), text, status=422, locality=str(people.locality().id))
    assert page.errors() == ["Mã tu-tep đã dùng cho một bộ khác. Đổi mã (code) trong tệp."]


def test_two_editions_are_compared_on_a_page(browser: Open) -> None:
    admin = browser("admin")
    old = edition("950").id
    made = draft_of(admin, old, **COPY)
    line = line_id(made, "III.3")
    admin.submit(f"/criteria/{made}/lines/{line}", {"text": "Niêm yết giá bán đầy đủ, rõ ràng"})
    page = admin.get(f"/criteria/{made}/compare?with={old}")
    assert page.tree is not None
    assert ["".join(one.itertext()) for one in page.tree.iter("ins")] == ["đầy đủ,"]
    assert "0 thêm, 0 bỏ, 0 chuyển chỗ, 1 đổi nội dung, 12 giữ nguyên" in page.words
    assert "01/11/2026" in page.words
    other = browser("officer").get(f"/criteria/{old}/compare?with={made}")
    assert "Tiêu chí 2026–2030" not in other.words, "a draft of the ministry's is for nobody else"
