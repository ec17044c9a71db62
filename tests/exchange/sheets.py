"""Workbooks for the tests of the import."""

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from ocop_points.exchange.labels import TITLE
from ocop_points.exchange.rules_shapes import Column

GOOD: dict[Column, Any] = {
    Column.LOCALITY: "Quảng Ninh",
    Column.NAME: "Trung tâm OCOP Bãi Cháy",
    Column.KIND: "Khu du lịch",
    Column.WARD: "Phường Bãi Cháy",
    Column.ADDRESS: "88 đường Hạ Long",
    Column.AREA: 146.5,
    Column.LATITUDE: 20.9563,
    Column.LONGITUDE: 107.0448,
    Column.OPERATOR_NAME: "HTX Bãi Cháy",
    Column.OPERATOR_KIND: "Hợp tác xã",
    Column.TAX_CODE: 5700123456.0,
    Column.REGIME: "",
    Column.REPRESENTATIVE: "Đặng Thị Nga",
    Column.PHONE: 912345678.0,
    Column.HOURS: "07:30 – 22:00",
    Column.SUPPORTED: "Có",
    Column.OPENED_ON: "02/09/2022",
    Column.DECISION: "3127/QĐ-UBND",
}


def grid(*rows: dict[Column, Any], titles: Sequence[str] | None = None) -> list[list[Any]]:
    """A sheet as the reader gives it: titles, then rows that differ from GOOD where said."""
    head = [str(TITLE[column]) for column in Column] if titles is None else list(titles)
    return [head, *([{**GOOD, **row}[column] for column in Column] for row in rows)]


def numbered(n: int) -> dict[Column, Any]:
    """What makes a row unlike the others."""
    return {Column.NAME: f"Điểm OCOP số {n}", Column.ADDRESS: f"{n} đường Hạ Long"}


def xlsx(cells: Sequence[Sequence[Any]]) -> bytes:
    """The grid as a workbook; days become date cells."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page = book.add_worksheet()
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for number, row in enumerate(cells):
        for index, value in enumerate(row):
            if hasattr(value, "year"):
                page.write_datetime(number, index, value, day)
            elif isinstance(value, str):
                page.write_string(number, index, value)
            else:
                page.write(number, index, value)
    book.close()
    return target.getvalue()
