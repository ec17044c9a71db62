"""Lists out: xlsx for Excel and CSV for other programs; text stays text, no cell becomes a formula."""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import IO, Any
from urllib.parse import quote

from flask import Response, send_file

from ocop_points.core import clock
from ocop_points.core.text import fold

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Column:
    """A column of an exported list; `width` in characters."""

    title: str
    width: int = 16


@dataclass(frozen=True)
class Table:
    """A list as it leaves the house: `rows` are read as they are written. `notes` (filters, day) stand beside it."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    sheet: str
    notes: Sequence[str] = ()


def write_xlsx(target: IO[bytes], table: Table) -> None:
    """A workbook with one list, and its notes on a sheet of their own. Memory does not grow with the rows."""
    import xlsxwriter  # when the first list is taken out

    book = xlsxwriter.Workbook(
        target, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    # The file's own moment, not the machine's, so that the same list gives the same bytes.
    book.set_properties({"created": clock.now().replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    page = book.add_worksheet(table.sheet[:31])
    page.freeze_panes(1, 0)
    for index, column in enumerate(table.columns):
        page.set_column(index, index, column.width)
        page.write_string(0, index, column.title, head)
    for number, row in enumerate(table.rows, start=1):
        for index, value in enumerate(row):
            _write(page, number, index, value, day, moment)
    if table.notes:
        about = book.add_worksheet("Ghi chú")
        about.set_column(0, 0, 80)
        for number, note in enumerate(table.notes):
            about.write_string(number, 0, note)
    book.close()


def _write(page: Any, row: int, column: int, value: Any, day: Any, moment: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        page.write_string(row, column, "Có" if value else "Không")
    elif isinstance(value, int | float | Decimal):
        page.write_number(row, column, value)
    elif isinstance(value, datetime):
        page.write_datetime(row, column, clock.local(value).replace(tzinfo=None), moment)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, day)
    else:
        page.write_string(row, column, str(value.value if isinstance(value, Enum) else value))


def write_csv(target: IO[bytes], table: Table, *, for_people: bool = True) -> None:
    """The same list as CSV of RFC 4180 in UTF-8 with its mark: days as 2026-11-23, numbers with a point.

    An apostrophe stands before text that a spreadsheet would take for a formula, and `for_people` also before digits
    that would lose their zeros (0912345678): programs want those as they are.
    """
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    shapes = _NOT_TEXT if for_people else _FORMULA
    writer.writerow([column.title for column in table.columns])
    writer.writerows([_csv_cell(value, shapes) for value in row] for row in table.rows)
    text.flush()
    text.detach()


_FORMULA = re.compile(r"[=+\-@\t\r].*", re.DOTALL)
# Digits that a spreadsheet would make a number or a day of.
_NOT_TEXT = re.compile(
    r"[=+\-@\t\r].*|\s*\d[\d\s]*(?:[.,/:-][\d\s]+)*(?:e\d+)?", re.DOTALL | re.IGNORECASE
)


def _csv_cell(value: Any, shapes: re.Pattern[str]) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # as a workbook shows it
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return f"{clock.local(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    text = str(value.value if isinstance(value, Enum) else value)
    return f"'{text}" if shapes.fullmatch(text) else text


def disposition(kind: str, filename: str) -> str:
    """The header that names a file, "inline" or "attachment". Headers hold no Vietnamese letters: twice, then."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", fold(filename)) or "tep"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


FILES: Mapping[str, tuple[str, Callable[[IO[bytes], Table], None]]] = {
    "xlsx": (XLSX, write_xlsx),
    "csv": (CSV, write_csv),
}


def send_table(table: Table, name: str, kind: str) -> Response:
    """A list to save, "xlsx" or "csv". It is made on disk and sent from there: memory does not grow with the rows."""
    mimetype, write = FILES[kind]
    target = tempfile.TemporaryFile()  # noqa: SIM115  # the answer closes it
    write(target, table)
    size = target.tell() if kind == "csv" else target.seek(0, io.SEEK_END)
    target.seek(0)
    answer = send_file(target, mimetype=mimetype)
    answer.content_length = size
    del answer.headers["Cache-Control"]  # as every page: not to be stored
    answer.headers["Content-Disposition"] = disposition("attachment", f"{name}.{kind}")
    return answer


def download(content: bytes, filename: str, mimetype: str = XLSX) -> Response:
    """A file to save; the name may hold Vietnamese letters."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = disposition("attachment", filename)
    return answer
