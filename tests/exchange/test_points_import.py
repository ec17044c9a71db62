"""Points in from Excel: looked at first, all or nothing, by code; and files that are made to harm."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select

from ocop_points.audit.models import AuditRow
from ocop_points.core import tables_in
from ocop_points.core.db import db, write
from ocop_points.core.errors import Refused
from ocop_points.exchange import import_points
from ocop_points.exchange.import_points import EXAMPLE_NAME
from ocop_points.exchange.labels import TITLE
from ocop_points.exchange.rules_shapes import Column
from ocop_points.localities.service import set_reach
from ocop_points.points.models import SalesPoint
from ocop_points.points.rules import PointStatus
from ocop_points.points.service import register_point
from tests import factories, people
from tests.browser import Browser
from tests.exchange.imports import agreed, book, checked, handed_back, send, told, work
from tests.exchange.sheets import GOOD, grid, numbered, xlsx

Open = Callable[[str | None], Browser]
PATH = "/points/import"


def points() -> int:
    return db.session.scalar(select(func.count()).select_from(SalesPoint)) or 0


def two_good() -> bytes:
    second = {**numbered(2), Column.OPENED_ON: "", Column.DECISION: ""}
    return xlsx(grid({Column.OPENED_ON: date(2022, 9, 2)}, second))


def test_the_template_is_filled_in_and_comes_back(browser: Open) -> None:
    officer = browser("officer")
    data = officer.http.get(f"{PATH}/template.xlsx").data
    book_ = CalamineWorkbook.from_filelike(io.BytesIO(data))
    assert book_.sheet_names == ["Điểm bán", "Danh mục"]
    rows = book_.get_sheet_by_index(0).to_python()
    titles = [str(title).rstrip(" *") for title in rows[0]]
    assert titles == ["Mã điểm bán", *(str(TITLE[c]) for c in Column)]
    assert rows[1][2] == EXAMPLE_NAME
    lists = book_.get_sheet_by_index(1).to_python()
    assert (lists[0][0], lists[1][0], lists[2][0]) == ("Địa phương", "Quảng Ninh", "")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        cells = packed.read("xl/worksheets/sheet1.xml").decode()
    assert cells.count('<dataValidation type="list"') == 5
    assert "Tệp chưa có dòng nào" in told(checked(officer, PATH, data))[0][3]
    rows[1] = [*rows[1]]
    rows[1][2] = "Điểm thật"
    assert "Mới1" in checked(officer, PATH, xlsx(rows)).words


def test_looking_writes_nothing_and_agreeing_registers_all(browser: Open) -> None:
    officer = browser("officer")
    page = checked(officer, PATH, two_good())
    assert "Mới2" in page.words
    assert points() == 0
    assert "Đã nhập" in agreed(officer, page).words
    first, second = db.session.scalars(select(SalesPoint).order_by(SalesPoint.id))
    assert (first.code, first.status, first.opened_on) == (
        "QNI-0001",
        PointStatus.OPEN,
        date(2022, 9, 2),
    )
    assert (second.status, second.opened_on) == (PointStatus.PROPOSED, None)
    rows = list(db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(3)))
    assert [row.action for row in rows] == ["file.imported", "point.registered", "point.registered"]
    assert {row.note for row in rows} == {"Nhập từ tệp tệp.xlsx"}


def test_a_code_changes_that_point(browser: Open) -> None:
    """Empty cells keep what there is; its state stays, since states change by steps only."""
    factories.point(phone="0203 382 5123")
    factories.point(name="Điểm đề xuất", address="2 đường khác", opened_on=None)
    factories.point(people.ELSEWHERE)
    officer = browser("officer")
    new = {column.value: value for column, value in {**GOOD, **numbered(3)}.items()}
    rows = (
        {"code": "qni-0001", "area": "146,5", "ward": "P. Hạ Long", "opened_on": "03/09/2022"},
        {"code": "QNI-0002"},
        new,
    )  # fmt: skip
    page = checked(officer, PATH, book("points", *rows))
    assert "Mới1 Đổi1 Giữ nguyên1" in page.words, told(page)
    assert "Diện tích (m²): 146,5" in page.words
    assert "Ngày khai trương: 02/09/2022 → 03/09/2022" in page.words
    agreed(officer, page)
    db.session.rollback()
    point = db.session.scalar(select(SalesPoint).where(SalesPoint.code == "QNI-0001"))
    assert point is not None
    assert (point.area_dm2, point.phone, point.opened_on) == (
        14650,
        "0203 382 5123",
        date(2022, 9, 3),
    )
    bad = (
        ({"code": "CMA-0001"}, "Mã điểm bán", "Không có điểm bán nào mã này"),
        ({"code": "QNI-0002", "opened_on": "01/01/2024"}, "Ngày khai trương", "bước “Khai trương”"),
        ({"code": "QNI-0001", "latitude": 107.0, "longitude": 20.9}, "Vĩ độ", "nằm ngoài Việt Nam"),
        ({"code": "QNI-0001", "decision_number": "1/QĐ"}, "Số quyết định công nhận", "ở từng bước"),
        ({"code": "QNI-0003", "kind": "Nhà riêng"}, "Loại địa điểm", "Chọn một mục"),
    )  # fmt: skip
    found = told(checked(officer, PATH, book("points", *(row for row, _c, _w in bad))))
    for number, (_row, column, words) in enumerate(bad, start=2):
        said = [one for one in found if one[:2] == (str(number), column)]
        assert said, (number, found)
        assert words in said[0][3]


def test_faults_are_told_and_mended_in_the_file_that_comes_back(browser: Open) -> None:
    officer = browser("officer")
    bad = {**numbered(2), Column.AREA: "=rộng", Column.LOCALITY: "Cà Mau"}
    page = checked(officer, PATH, xlsx([[], *grid({Column.OPENED_ON: date(2022, 9, 2)}, bad)]))
    assert told(page) == [
        ("4", "Địa phương", "Cà Mau", "Địa phương này không thuộc phạm vi được giao cho bạn"),
        ("4", "Diện tích (m²)", "=rộng", "Nhập số, ví dụ 146,5"),
    ]
    assert points() == 0
    rows = handed_back(officer, page)
    assert not any(rows[0]), "each row where it was"
    assert (rows[1][-1], rows[2][-1]) == ("Lỗi cần sửa", "")
    columns = list(Column)
    assert rows[2][columns.index(Column.OPENED_ON)] == date(2022, 9, 2)
    assert rows[3][columns.index(Column.AREA)] == "=rộng"
    rows[3][columns.index(Column.AREA)], rows[3][columns.index(Column.LOCALITY)] = 20, "Quảng Ninh"
    agreed(officer, checked(officer, PATH, xlsx(rows)))
    assert points() == 2


def test_what_may_be_a_point_already_needs_a_tick(browser: Open) -> None:
    factories.point()
    officer = browser("officer")
    page = checked(officer, PATH, two_good())
    assert "Có thể đã đăng ký rồi: Trung tâm OCOP Bãi Cháy (QNI-0001)" in page.words
    refused = officer.send(page.form(f"{page.path}/confirm"), {}, status=422)
    assert "Đánh dấu ô dưới đây" in refused.words
    officer.send(page.form(f"{page.path}/confirm"), {"anyway": "y"})
    for words in (officer.get(page.path).words, officer.get("/imports").words):
        assert "cần xem lại" not in words, "what was agreed to is nothing to mend"
        assert "cần sửa" not in words
    work()
    assert points() == 3
    page = checked(officer, PATH, xlsx(grid(numbered(7), numbered(7))))
    assert "Có thể trùng với dòng 2 của tệp này" in page.words


def test_what_was_registered_meanwhile_is_seen_before_writing(browser: Open) -> None:
    officer = browser("officer")
    page = checked(officer, PATH, two_good())
    factories.point()
    page = agreed(officer, page)
    assert "Có thể đã đăng ký rồi" in page.words
    assert points() == 1
    agreed(officer, page, {"anyway": "y"})
    assert points() == 3


def test_all_or_nothing(browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row refused under the lock takes the earlier ones back with it, and is named."""
    officer = browser("officer")
    page = checked(officer, PATH, two_good())
    seen: list[int] = []

    def second_fails(*args: Any, **kwargs: Any) -> SalesPoint:
        seen.append(1)
        if len(seen) == 2:
            raise Refused("Xã, phường này không thuộc tỉnh", "ward_code")
        return register_point(*args, **kwargs)

    monkeypatch.setattr(import_points, "register_point", second_fails)
    page = agreed(officer, page)
    assert "Dòng 3: Xã, phường này không thuộc tỉnh" in page.words
    assert points() == 0


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
        (b"PK" + b"0" * (8 * 1024 * 1024), "lớn hơn 8 MB"),
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
    page = send(browser("officer"), PATH, data, status=422)
    assert any(message in error for error in page.errors()), page.errors()


def test_a_bomb_is_refused_before_it_is_unpacked(
    browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_args: Any) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(tables_in, "_check_addresses", never)
    bomb = _zip({"xl/workbook.xml": b"0" * (33 * 1024 * 1024)})
    send(browser("officer"), PATH, bomb, status=422)


def test_no_file_chosen(browser: Open) -> None:
    page = browser("officer").submit(PATH, {}, status=422)
    assert page.errors() == ["Chọn tệp .xlsx đã điền theo mẫu"]


def test_a_body_over_the_limit(browser: Open) -> None:
    send(browser("officer"), PATH, b"0" * (9 * 1024 * 1024), status=413)


def test_reach_taken_away_between_looking_and_agreeing(browser: Open) -> None:
    officer = browser("officer")
    page = checked(officer, PATH, two_good())
    elsewhere = people.locality(people.ELSEWHERE).id
    write(lambda: set_reach(people.user("officer"), [elsewhere]))
    page = agreed(officer, officer.get(page.path))
    assert "không thuộc phạm vi" in page.words
    assert points() == 0


@pytest.mark.parametrize("who", ["admin", "viewer", "operator"])
def test_who_may_not_import(browser: Open, who: str) -> None:
    someone = browser(who)
    someone.get(PATH, status=403)
    someone.get(f"{PATH}/template.xlsx", status=403)


def test_the_list_leads_to_the_import_for_those_who_may(browser: Open) -> None:
    assert PATH in browser("officer").get("/points").links()
    assert PATH not in browser("viewer").get("/points").links()
