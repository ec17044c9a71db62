"""Lists out: read back with the reader that lists in are read with."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from ocop_points.core.tables_out import Column, Table, download, write_csv, write_xlsx


def written(*values: Any) -> list[Any]:
    columns = [Column(f"Cột {n}") for n in range(len(values))]
    target = io.BytesIO()
    write_xlsx(target, Table(columns, [values], sheet="Bảng", notes=["Lập lúc nào"]))
    target.seek(0)
    book = CalamineWorkbook.from_filelike(target)
    assert book.sheet_names == ["Bảng", "Ghi chú"]
    return book.get_sheet_by_index(0).to_python()[1]


@pytest.mark.parametrize(
    "text", ["=1+1", "+84", "-5", "@x", "0101234567", "http://a.example", "{=1}", "đặc sản"]
)
def test_text_stays_text(app: Flask, text: str) -> None:
    assert written(text) == [text]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (5, 5.0),
        (Decimal("146.5"), 146.5),
        (35_576_000, 35_576_000.0),
        (date(2026, 11, 23), date(2026, 11, 23)),
        (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), datetime(2026, 11, 23, 23, 30)),  # noqa: DTZ001
        (True, "Có"),
        (False, "Không"),
    ],
)
def test_numbers_and_days_are_what_they_are(app: Flask, value: Any, read: Any) -> None:
    assert written(value) == [read]


def test_nothing_leaves_a_cell_empty(app: Flask) -> None:
    assert written("a", None, "", "b") == ["a", "", "", "b"]


def test_a_name_with_vietnamese_letters(app: Flask) -> None:
    heads = download(b"x", "điểm bán.xlsx").headers["Content-Disposition"]
    assert "filename*=UTF-8''%C4%91i%E1%BB%83m%20b%C3%A1n.xlsx" in heads
    assert heads.isascii()


def test_a_csv_keeps_text_text_and_is_no_formula(app: Flask) -> None:
    cells: list[tuple[Any, str, str]] = [  # the value, for people, for programs
        ("=1+1", "'=1+1", "'=1+1"),
        ("+84 912", "'+84 912", "'+84 912"),
        ("-", "'-", "'-"),
        ("@x", "'@x", "'@x"),
        ("\t=1", "'\t=1", "'\t=1"),
        ("0101234567", "'0101234567", "0101234567"),
        ("0912 345 678", "'0912 345 678", "0912 345 678"),
        ("1-2", "'1-2", "1-2"),
        ("01/02/2026", "'01/02/2026", "01/02/2026"),
        ("1E5", "'1E5", "1E5"),
        ("12/BB-SCT", "12/BB-SCT", "12/BB-SCT"),
        ('Chợ "Ba\nĐồn", 5', 'Chợ "Ba\nĐồn", 5', 'Chợ "Ba\nĐồn", 5'),
        (5, "5", "5"),
        (Decimal("-146.5"), "-146.5", "-146.5"),
        (date(2026, 2, 1), "2026-02-01", "2026-02-01"),
        (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "2026-11-23 23:30", "2026-11-23 23:30"),
        (True, "Có", "Có"),
        (None, "", ""),
    ]
    for place, for_people in ((1, True), (2, False)):
        target = io.BytesIO()
        table = Table([Column("Cột")], [[cell[0]] for cell in cells], sheet="")
        write_csv(target, table, for_people=for_people)
        data = target.getvalue()
        assert data.startswith(b"\xef\xbb\xbfC")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
        assert [row[0] if row else "" for row in rows[1:]] == [cell[place] for cell in cells]
