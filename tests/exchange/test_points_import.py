"""Points in from Excel: template, looking first, all or nothing, once."""

import base64
import io
import zipfile
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from ocop_points.audit.models import AuditRow
from ocop_points.core import tables_in
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.exchange import service
from ocop_points.exchange.labels import TITLE
from ocop_points.exchange.rules_shapes import EXAMPLE_NAME, FAULTS_TITLE, Column, PointRow
from ocop_points.localities.service import set_reach
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.points.service import register_point
from tests import factories, people
from tests.browser import Browser, Page
from tests.exchange.sheets import grid, numbered, xlsx

Open = Callable[[str | None], Browser]
PATH = "/points/import"


def points() -> int:
    return db.session.scalar(select(func.count()).select_from(SalesPoint)) or 0


def upload(who: Browser, data: bytes, *, status: int = 200, name: str = "điểm.xlsx") -> Page:
    form = who.get(PATH).form()
    assert form.multipart
    sent = form.filled({}) | {"workbook": FileStorage(io.BytesIO(data), name)}
    return send(who, form.action, sent, status)


def send(who: Browser, url: str, sent: dict[str, Any], status: int) -> Page:
    """As one body in memory: the test client would leave a large one open in a file."""
    parts = [(k, one) for k, v in sent.items() for one in (v if isinstance(v, list) else [v])]
    boundary, body = encode_multipart(MultiDict(parts))
    kind = f"multipart/form-data; boundary={boundary}"
    return who.post(url, body, status=status, content_type=kind)


def confirm(
    who: Browser, page: Page, values: dict[str, Any] | None = None, *, status: int = 303
) -> Page:
    form = page.form()
    assert form.action == f"{PATH}/confirm"
    sent = form.filled(values or {})
    return send(who, form.action, sent, status)


def faults(page: Page) -> list[list[str]]:
    """The table of faults: row, column, value, sentence."""
    assert page.tree is not None
    rows = [["".join(cell.itertext()) for cell in row.iter("td")] for row in page.tree.iter("tr")]
    return [row for row in rows if row]


def two_good() -> bytes:
    second = {**numbered(2), Column.OPENED_ON: "", Column.DECISION: ""}
    return xlsx(grid({Column.OPENED_ON: date(2022, 9, 2)}, second))


def test_the_template_is_filled_in_and_comes_back(browser: Open) -> None:
    officer = browser("officer")
    data = officer.http.get(f"{PATH}/template.xlsx").data
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book.sheet_names == ["Điểm bán", "Danh mục"]
    rows = book.get_sheet_by_index(0).to_python()
    assert [str(title).rstrip(" *") for title in rows[0]] == [str(TITLE[c]) for c in Column]
    assert rows[1][1] == EXAMPLE_NAME
    lists = book.get_sheet_by_index(1).to_python()
    assert (lists[0][0], lists[1][0], lists[2][0]) == ("Địa phương", "Quảng Ninh", "")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count('<dataValidation type="list"') == 5
    page = upload(officer, data, status=422)
    assert "Tệp chưa có điểm nào" in page.words, page.errors()
    rows[1] = [*rows[1]]
    rows[1][1] = "Điểm thật"
    page = upload(officer, xlsx(rows))
    assert "1 điểm sẽ được đăng ký" in page.words


def test_looking_writes_nothing_and_confirming_registers_all(browser: Open) -> None:
    officer = browser("officer")
    page = upload(officer, two_good())
    assert "2 điểm sẽ được đăng ký" in page.words
    assert points() == 0
    done = officer.follow(confirm(officer, page))
    assert "Đã đăng ký 2 điểm bán từ điểm.xlsx." in done.words
    first, second = db.session.scalars(select(SalesPoint).order_by(SalesPoint.id))
    assert (first.status, first.opened_on) == (PointStatus.OPEN, date(2022, 9, 2))
    assert (second.status, second.opened_on) == (PointStatus.PROPOSED, None)
    rows = list(db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(3)))
    assert [row.action for row in rows] == [
        "points.imported",
        "point.registered",
        "point.registered",
    ]
    assert rows[0].locality_id == people.locality().id
    assert '"codes": [null, ["QNI-0001", "QNI-0002"]]' in rows[0].changes


def test_a_resent_confirmation_imports_once(browser: Open) -> None:
    officer = browser("officer")
    page = upload(officer, two_good())
    first = confirm(officer, page)
    again = confirm(officer, page)
    assert again.location == first.location
    assert points() == 2


def test_faults_are_told_by_row_column_and_value_and_nothing_is_registered(browser: Open) -> None:
    officer = browser("officer")
    bad = {**numbered(2), Column.AREA: "rộng", Column.LOCALITY: "Cà Mau"}
    page = upload(officer, xlsx(grid({}, bad)), status=422)
    assert faults(page) == [
        ["3", "Địa phương", "Cà Mau", "Địa phương này không thuộc phạm vi được giao cho bạn"],
        ["3", "Diện tích (m²)", "rộng", "Nhập số, ví dụ 146,5"],
    ]
    assert page.form(PATH).multipart
    assert points() == 0


def test_the_file_comes_back_with_its_faults_and_is_mended_there(browser: Open) -> None:
    officer = browser("officer")
    cells = grid(
        {Column.OPENED_ON: date(2022, 9, 2)},
        {**numbered(2), Column.AREA: "=rộng", Column.LOCALITY: ""},
    )
    page = upload(officer, xlsx([[], *cells]), status=422)
    form = page.form(f"{PATH}/faults.xlsx")
    marked = officer.send(form, status=200).answer
    assert "điểm-loi.xlsx" in unquote(marked.headers["Content-Disposition"])
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(marked.data))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    assert not any(rows[0]), "each row where it was"
    assert rows[1][-1] == FAULTS_TITLE
    assert rows[2][-1] == ""
    assert rows[3][-1] == "Địa phương: Chưa nhập; Diện tích (m²): Nhập số, ví dụ 146,5"
    columns = list(Column)
    assert rows[2][columns.index(Column.OPENED_ON)] == date(2022, 9, 2)
    assert rows[3][columns.index(Column.AREA)] == "=rộng"
    # Mended in the file that came back, its column of faults still in it, it is taken in.
    rows[3][columns.index(Column.AREA)], rows[3][columns.index(Column.LOCALITY)] = 20, "Quảng Ninh"
    confirm(officer, upload(officer, xlsx(rows)))
    assert points() == 2


@pytest.mark.parametrize("ticked", [False, True])
def test_duplicates_need_a_tick(browser: Open, ticked: bool) -> None:
    factories.point()
    officer = browser("officer")
    page = upload(officer, two_good(), status=422)
    assert "Có thể đã đăng ký rồi: Trung tâm OCOP Bãi Cháy (QNI-0001)" in page.words
    confirm(officer, page, {"anyway": "y"} if ticked else {}, status=303 if ticked else 422)
    assert points() == (3 if ticked else 1)


def test_a_duplicate_in_the_file_needs_the_tick_too(browser: Open) -> None:
    officer = browser("officer")
    page = upload(officer, xlsx(grid({}, {})), status=422)
    assert "Có thể trùng với dòng 2 của tệp này" in page.words
    confirm(officer, page, {"anyway": "y"})
    assert points() == 2


def test_what_was_registered_meanwhile_is_seen_at_confirmation(browser: Open) -> None:
    officer = browser("officer")
    page = upload(officer, two_good())
    factories.point()
    page = confirm(officer, page, status=422)
    assert "Có thể đã đăng ký rồi" in page.words
    assert points() == 1
    confirm(officer, page, {"anyway": "y"})
    assert points() == 3


def test_what_was_registered_at_the_last_moment_is_seen_under_the_lock(app: Flask) -> None:
    """After the file was read again and before the lock was taken: the row is named, nothing is kept."""
    factories.point()
    facts = {**asdict(factories.facts()), "address": "1 đường khác"}
    new = {**facts, "name": "Điểm mới"}
    here = people.locality().id
    rows = [PointRow(2, here, new, None, ""), PointRow(3, here, facts, None, "")]

    def verb(anyway: bool) -> None:
        service.import_points(rows, by=people.user("officer"), file_name="a", anyway=anyway)

    with pytest.raises(Refused, match=r"^Dòng 3: Có thể đã đăng ký rồi"):
        write(lambda: verb(False))
    assert points() == 1
    write(lambda: verb(True))
    assert points() == 3


def test_all_or_nothing(browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row refused under the lock takes the earlier ones back with it, and the form stays usable."""
    officer = browser("officer")
    page = upload(officer, two_good())
    real, seen = register_point, []

    def second_fails(*args: Any, **kwargs: Any) -> SalesPoint:
        seen.append(1)
        if len(seen) == 2:
            raise Refused("Xã, phường này không thuộc tỉnh", "ward_code")
        return real(*args, **kwargs)

    monkeypatch.setattr(service, "register_point", second_fails)
    page = confirm(officer, page, status=422)
    assert "Dòng 3: Xã, phường này không thuộc tỉnh" in page.words
    assert points() == 0
    confirm(officer, page)
    assert points() == 2


def _zip(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return target.getvalue()


def _with_cell(address: str) -> bytes:
    """A sound workbook with one cell moved far away."""
    return _changed(b'r="A2"', f'r="{address}"'.encode())


def _with_row(number: int) -> bytes:
    """One whose last row stands far away, behind an attribute that a simple pattern would stop at."""
    return _changed(b'<row r="2"', f'<row x=">" r="{number}"'.encode())


def _changed(old: bytes, new: bytes) -> bytes:
    data = xlsx(grid({}))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert old in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(old, new)
    return _zip(parts)


def _lying() -> bytes:
    """A workbook whose directory says less than it holds."""
    data = bytearray(_zip({"xl/workbook.xml": b"x" * 4000}))
    at = data.rindex(b"PK\x01\x02") + 24
    data[at : at + 4] = (10).to_bytes(4, "little")
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "không phải bảng Excel"),
        (b"<html>khong phai</html>", "không phải bảng Excel"),
        (_zip({"readme.txt": b"x"}), "không phải bảng Excel"),
        (_zip({"xl/workbook.xml": b"<broken"}), "không phải bảng Excel"),
        (two_good()[:-300], "không phải bảng Excel"),
        (_zip({"xl/workbook.xml": b"0" * (33 * 1024 * 1024)}), "nén quá nhiều"),
        (_zip({"xl/workbook.xml": b"", **{f"p{n}": b"" for n in range(301)}}), "nén quá nhiều"),
        (_lying(), "không phải bảng Excel"),
        (_with_cell("XFD2"), "quá rộng hoặc quá dài"),
        (_with_cell("A1048576"), "quá rộng hoặc quá dài"),
        (_with_row(1048576), "quá rộng hoặc quá dài"),
        (b"PK" + b"0" * (2 * 1024 * 1024), "lớn hơn 2 MB"),
    ],
    ids=[
        "empty",
        "text",
        "zip",
        "broken",
        "cut",
        "bomb",
        "parts",
        "lying",
        "wide",
        "long",
        "far row",
        "large",
    ],
)
def test_a_file_that_is_not_read(browser: Open, data: bytes, message: str) -> None:
    page = upload(browser("officer"), data, status=422)
    assert any(message in error for error in page.errors()), page.errors()


def test_a_bomb_is_refused_before_it_is_unpacked(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: Any) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(tables_in, "_check_addresses", never)
    bomb = _zip({"xl/workbook.xml": b"0" * (33 * 1024 * 1024)})
    upload(browser("officer"), bomb, status=422)


def test_no_file_chosen(browser: Open) -> None:
    page = browser("officer").submit(PATH, {}, status=422)
    assert page.errors() == ["Chọn tệp .xlsx đã điền theo mẫu"]


def test_a_body_over_the_limit(browser: Open) -> None:
    upload(browser("officer"), b"0" * (5 * 1024 * 1024), status=413)


@pytest.mark.parametrize(
    "content", ["", "không phải base64", base64.b64encode(b"x" * 3_000_000).decode()]
)
def test_a_carried_file_that_did_not_come_back(browser: Open, content: str) -> None:
    officer = browser("officer")
    page = confirm(officer, upload(officer, two_good()), {"content": content}, status=422)
    assert "Tệp không còn trong trang" in page.words
    assert page.form().action == PATH
    assert points() == 0


def test_a_changed_carried_file_is_checked_again(browser: Open) -> None:
    officer = browser("officer")
    other = base64.b64encode(xlsx(grid({Column.LOCALITY: "Cà Mau"}))).decode()
    page = confirm(officer, upload(officer, two_good()), {"content": other}, status=422)
    assert "không thuộc phạm vi" in page.words
    assert points() == 0


def test_reach_taken_away_between_looking_and_confirming(browser: Open) -> None:
    officer = browser("officer")
    page = upload(officer, two_good())
    elsewhere = people.locality(people.ELSEWHERE).id
    write(lambda: set_reach(people.user("officer"), [elsewhere]))
    confirm(officer, page, status=422)
    assert points() == 0


@pytest.mark.parametrize("who", ["admin", "viewer", "operator"])
def test_who_may_not_import(browser: Open, who: str) -> None:
    someone = browser(who)
    someone.get(PATH, status=403)
    someone.get(f"{PATH}/template.xlsx", status=403)


def test_the_list_leads_to_the_import_for_those_who_may(browser: Open) -> None:
    assert PATH in browser("officer").get("/points").links()
    assert PATH not in browser("viewer").get("/points").links()


def test_a_thousand_points(browser: Open) -> None:
    officer = browser("officer")
    page = upload(officer, xlsx(grid(*(numbered(n) for n in range(1000)))))
    assert "1.000 điểm sẽ được đăng ký" in page.words
    confirm(officer, page)
    assert points() == 1000
