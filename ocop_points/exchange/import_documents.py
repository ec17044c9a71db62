"""The workbook of a kind: titles, lists to choose from, one example; and a sheet handed back with what is wrong."""

import io
from collections.abc import Mapping, Sequence
from datetime import date, time
from math import isfinite
from typing import Any

from flask_babel import gettext as _

from ocop_points.accounts.models import User
from ocop_points.core import clock
from ocop_points.exchange.import_shapes import Col, Kind
from ocop_points.exchange.rules_cells import cell_text, key
from ocop_points.exchange.rules_shapes import FAULTS_TITLE

_DAY = "dd/mm/yyyy"


def _book() -> tuple[io.BytesIO, Any]:
    import xlsxwriter  # when the first workbook is made

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    return target, book


def template_xlsx(kind: Kind, user: User) -> bytes:
    """A workbook of two sheets: the list to fill in, and what its cells may be chosen from."""
    target, book = _book()
    page = book.add_worksheet(str(kind.words.sheet))
    page.freeze_panes(1, 0)
    _titles(book, page, kind.columns)
    _example(book, page, kind, user)
    _choices(book, page, kind, user)
    book.close()
    return target.getvalue()


def _titles(book: Any, page: Any, columns: Sequence[Col]) -> None:
    needed = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    other = book.add_format({"bottom": 1, "text_wrap": True, "valign": "top"})
    looks = {
        "text": book.add_format({"num_format": "@"}),
        "day": book.add_format({"num_format": _DAY}),
    }
    for index, column in enumerate(columns):
        title = f"{column.title} *" if column.needed else str(column.title)
        page.set_column(index, index, column.width, looks.get(column.look))
        page.write_string(0, index, title, needed if column.needed else other)
        if column.note:
            page.write_comment(0, index, str(column.note))


def _example(book: Any, page: Any, kind: Kind, user: User) -> None:
    """A row that shows the shapes; the import passes it over."""
    looks = {"italic": True, "font_color": "#6b6b6b"}
    plain, day = book.add_format(looks), book.add_format({**looks, "num_format": _DAY})
    values = kind.example(user)
    for index, column in enumerate(kind.columns):
        value = values.get(column.name, "")
        if isinstance(value, date):
            page.write_datetime(1, index, value, day)
        elif isinstance(value, str):
            page.write_string(1, index, value, plain)
        else:
            page.write(1, index, value, plain)


def _choices(book: Any, page: Any, kind: Kind, user: User) -> None:
    lists: Mapping[str, Sequence[str]] = kind.lists(user)
    sheet = book.add_worksheet(_("Danh mục"))
    head = book.add_format({"bold": True, "bottom": 1})
    columns = [(index, one) for index, one in enumerate(kind.columns) if one.name in lists]
    for place, (index, column) in enumerate(columns):
        texts = lists[column.name]
        sheet.set_column(place, place, 40)
        sheet.write_string(0, place, str(column.title), head)
        for row, text in enumerate(texts, start=1):
            sheet.write_string(row, place, text)
        if texts:
            letter = chr(ord("A") + place)
            options = {
                "validate": "list",
                "source": f"='{sheet.get_name()}'!${letter}$2:${letter}${len(texts) + 1}",
                "error_type": "warning",
                "error_title": _("Không có trong danh sách"),
                "error_message": _("Chọn một mục trong danh sách của ô."),
            }
            page.data_validation(1, index, kind.most_rows + 1, index, options)


def marked_xlsx(
    kind: Kind, rows: Sequence[Sequence[Any]], faults: Sequence[Sequence[Any]]
) -> bytes:
    """The sheet as it was sent, each cell where it was; faulty cells in red, what to mend in words behind the row.

    `faults`: [row, title of the column, value, sentence] of each.
    """
    target, book = _book()
    page = book.add_worksheet(str(kind.words.sheet))
    red = {"bg_color": "#fbe3e0", "font_color": "#9f1c14"}
    looks = {
        (bad, day): book.add_format(
            {**(red if bad else {}), **({"num_format": _DAY} if day else {})}
        )
        for bad in (False, True)
        for day in (False, True)
    }
    head = next((n for n, row in enumerate(rows) if any(cell_text(cell) for cell in row)), 0)
    titles = [key(cell_text(cell).rstrip("* ")) for cell in (rows[head] if rows else ())]
    places = {title: index for index, title in enumerate(titles)}
    behind = places.get(key(FAULTS_TITLE), max((len(row) for row in rows), default=0))
    said: dict[int, list[Sequence[Any]]] = {}
    for fault in faults:
        said.setdefault(fault[0] - 1, []).append(fault)
    for number, row in enumerate(rows):
        told = said.get(number, [])
        bad = {places.get(key(title)) for _row, title, _value, _words in told if title}
        for index, value in enumerate(row):
            if index != behind:
                _write_back(page, number, index, value, looks, index in bad)
        if told:
            words = (f"{title}: {text}" if title else text for _row, title, _value, text in told)
            page.write_string(number, behind, "; ".join(words), looks[True, False])
    page.write_string(head, behind, FAULTS_TITLE, book.add_format({"bold": True}))
    page.set_column(0, behind, 18)
    page.set_column(behind, behind, 60)
    book.close()
    return target.getvalue()


def _write_back(page: Any, row: int, column: int, value: Any, looks: Any, bad: bool) -> None:
    if isinstance(value, bool | time) or (isinstance(value, float) and not isfinite(value)):
        value = cell_text(value)
    if isinstance(value, date):
        page.write_datetime(row, column, value, looks[bad, True])
    elif isinstance(value, int | float):
        page.write_number(row, column, value, looks[bad, False])
    elif value or bad:
        page.write_string(row, column, str(value), looks[bad, False])
