"""The workbook to fill in: titles, lists to choose from, one example."""

import io
from collections.abc import Sequence
from datetime import date, time
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.exchange.labels import NO, TITLE, YES, sentence
from ocop_points.exchange.rules_cells import cell_text, key
from ocop_points.exchange.rules_shapes import (
    EXAMPLE_NAME,
    FAULTS_TITLE,
    MOST_ROWS,
    REQUIRED,
    Column,
    Fault,
)
from ocop_points.localities import queries as localities
from ocop_points.localities.models import Locality
from ocop_points.points import labels
from ocop_points.points import queries as points

_WIDTHS = {Column.NAME: 38, Column.KIND: 34, Column.ADDRESS: 28, Column.OPERATOR_NAME: 34}
_AS_TEXT = {Column.TAX_CODE, Column.PHONE, Column.DECISION, Column.HOURS}


def template_xlsx(user: User) -> bytes:
    """A workbook of two sheets: the list to fill in, and what its cells may be chosen from."""
    import xlsxwriter  # when the first list is taken out

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    page = book.add_worksheet(_("Điểm bán"))
    reached = localities.reached(user)
    page.freeze_panes(1, 2)
    _titles(book, page)
    _example(book, page, reached[0] if reached else None)
    _choices(book, page, reached)
    book.close()
    return target.getvalue()


def _titles(book: Any, page: Any) -> None:
    needed = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    other = book.add_format({"bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    for index, column in enumerate(Column):
        title = f"{TITLE[column]} *" if column in REQUIRED else str(TITLE[column])
        cells = text if column in _AS_TEXT else day if column is Column.OPENED_ON else None
        page.set_column(index, index, _WIDTHS.get(column, 18), cells)
        page.write_string(0, index, title, needed if column in REQUIRED else other)
    page.write_comment(0, 0, _("Cột có dấu * phải điền. Tên tỉnh cũ (trước 01/07/2025)."))
    opened = _("Có ngày: điểm vào danh sách đang hoạt động. Bỏ trống: điểm đề xuất.")
    page.write_comment(0, list(Column).index(Column.OPENED_ON), opened)


def _example(book: Any, page: Any, locality: Locality | None) -> None:
    """A row that shows the shapes; the import passes it over."""
    looks = {"italic": True, "font_color": "#6b6b6b"}
    plain, day = book.add_format(looks), book.add_format({**looks, "num_format": "dd/mm/yyyy"})
    wards = localities.wards_of_province(locality.province_code) if locality else []
    values: dict[Column, Any] = {
        Column.LOCALITY: locality.name if locality else "",
        Column.NAME: EXAMPLE_NAME,
        Column.KIND: points.kinds()[3].name,
        Column.WARD: f"{wards[0].kind} {wards[0].name}" if wards else "",
        Column.ADDRESS: "88 đường Hạ Long",
        Column.AREA: 146.5,
        Column.LATITUDE: 20.9563,
        Column.LONGITUDE: 107.0448,
        Column.OPERATOR_NAME: "Hợp tác xã Ví Dụ",
        Column.OPERATOR_KIND: "Hợp tác xã",
        Column.TAX_CODE: "0101234567",
        Column.PHONE: "0912 345 678",
        Column.HOURS: "07:30 – 22:00",
        Column.SUPPORTED: NO,
        Column.OPENED_ON: date(2022, 9, 2),
        Column.DECISION: "3127/QĐ-UBND",
    }
    for index, column in enumerate(Column):
        if column is Column.OPENED_ON:
            page.write_datetime(1, index, values[column], day)
        else:
            page.write(1, index, values.get(column, ""), plain)


def _choices(book: Any, page: Any, reached: Sequence[Locality]) -> None:
    lists = {
        Column.LOCALITY: [locality.name for locality in reached],
        Column.KIND: [kind.name for kind in points.kinds()],
        Column.OPERATOR_KIND: [str(text) for text in labels.OPERATOR_KIND.values()],
        Column.REGIME: [str(text) for text in labels.REGIME.values()],
        Column.SUPPORTED: [YES, NO],
    }
    sheet = book.add_worksheet(_("Danh mục"))
    head = book.add_format({"bold": True, "bottom": 1})
    for place, (column, texts) in enumerate(lists.items()):
        sheet.set_column(place, place, 40)
        sheet.write_string(0, place, str(TITLE[column]), head)
        for row, text in enumerate(texts, start=1):
            sheet.write_string(row, place, text)
        if texts:
            letter = chr(ord("A") + place)
            source = f"='{sheet.get_name()}'!${letter}$2:${letter}${len(texts) + 1}"
            index = list(Column).index(column)
            options = {
                "validate": "list",
                "source": source,
                "error_type": "warning",
                "error_title": _("Không có trong danh sách"),
                "error_message": _("Chọn một mục trong danh sách của ô."),
            }
            page.data_validation(1, index, MOST_ROWS + 1, index, options)


def marked_xlsx(rows: Sequence[Sequence[Any]], faults: Sequence[Fault]) -> bytes:
    """The sheet as it was sent, each cell where it was; faulty cells in red, what to mend in words behind the row."""
    import xlsxwriter  # when the first list is taken out

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    page = book.add_worksheet(_("Điểm bán"))
    red = {"bg_color": "#fbe3e0", "font_color": "#9f1c14"}
    looks = {
        (bad, day): book.add_format(
            {**(red if bad else {}), **({"num_format": day} if day else {})}
        )
        for bad in (False, True)
        for day in ("", "dd/mm/yyyy")
    }
    head = next((n for n, row in enumerate(rows) if any(cell_text(cell) for cell in row)), 0)
    places = {
        key(cell_text(cell).rstrip("* ")): index
        for index, cell in enumerate(rows[head] if rows else ())
    }
    behind = places.get(key(FAULTS_TITLE), max((len(row) for row in rows), default=0))
    said: dict[int, list[Fault]] = {}
    for fault in faults:
        said.setdefault(fault.row - 1, []).append(fault)
    for number, row in enumerate(rows):
        told = said.get(number, [])
        bad = {places.get(key(str(TITLE[one.column]))) for one in told if one.column}
        for index, value in enumerate(row):
            if index != behind:
                _write_back(page, number, index, value, looks, index in bad)
        if told:
            page.write_string(
                number, behind, "; ".join(_in_words(one) for one in told), looks[True, ""]
            )
    page.write_string(head, behind, FAULTS_TITLE, book.add_format({"bold": True}))
    page.set_column(0, behind, 18)
    page.set_column(behind, behind, 60)
    book.close()
    return target.getvalue()


def _in_words(fault: Fault) -> str:
    return f"{TITLE[fault.column]}: {sentence(fault)}" if fault.column else sentence(fault)


def _write_back(page: Any, row: int, column: int, value: Any, looks: Any, bad: bool) -> None:
    if isinstance(value, bool | time):
        value = cell_text(value)
    if isinstance(value, date):
        page.write_datetime(row, column, value, looks[bad, "dd/mm/yyyy"])
    elif isinstance(value, int | float):
        page.write_number(row, column, value, looks[bad, ""])
    elif value or bad:
        page.write_string(row, column, str(value), looks[bad, ""])
