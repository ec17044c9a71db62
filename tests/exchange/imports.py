"""Files sent by a browser without script, and a worker that works when a test says so."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from python_calamine import CalamineWorkbook
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import encode_multipart

from ocop_points.core.db import db
from ocop_points.exchange import jobs_worker
from ocop_points.exchange.import_kinds import KINDS
from tests.browser import Browser, Page
from tests.exchange.sheets import xlsx


def sheet(kind: str, *rows: Mapping[str, Any], titles: bool = True) -> list[list[Any]]:
    """Titles of a kind's template, then rows by column name."""
    columns = KINDS[kind].columns
    body = [[row.get(column.name, "") for column in columns] for row in rows]
    return [[str(column.title) for column in columns], *body]


def book(kind: str, *rows: Mapping[str, Any]) -> bytes:
    return xlsx(sheet(kind, *rows))


def send(
    who: Browser, path: str, data: bytes, *, status: int = 303, name: str = "tệp.xlsx"
) -> Page:
    """Choose a file on the page of its kind and send it."""
    form = who.get(path).form()
    assert form.multipart
    sent = form.filled({}) | {"workbook": FileStorage(io.BytesIO(data), name)}
    parts = [(k, one) for k, v in sent.items() for one in (v if isinstance(v, list) else [v])]
    boundary, body = encode_multipart(MultiDict(parts))
    kind = f"multipart/form-data; boundary={boundary}"
    return who.post(form.action, body, status=status, content_type=kind)


def work() -> None:
    """What the worker of a server would do by now."""
    db.session.rollback()  # what a server's thread wrote is seen from here on
    while jobs_worker.run_next("của bài thử"):
        pass


def checked(who: Browser, path: str, data: bytes) -> Page:
    """The page of a file that was sent and checked."""
    sent = send(who, path, data)
    assert "Chờ kiểm tra" in who.follow(sent).words
    work()
    return who.get(sent.location)


def agreed(who: Browser, page: Page, values: Mapping[str, Any] | None = None) -> Page:
    """Agree to what the page shows, let the worker carry it out, and look again."""
    answer = who.send(page.form(f"{page.path}/confirm"), dict(values or {}))
    work()
    return who.get(answer.location)


def told(page: Page) -> list[tuple[str, str, str, str]]:
    """The table of faults: row, column, value, sentence."""
    assert page.tree is not None
    rows = [["".join(cell.itertext()) for cell in row.iter("td")] for row in page.tree.iter("tr")]
    return [(row[0], row[1], row[2], row[3]) for row in rows if len(row) == 4]


def handed_back(who: Browser, page: Page) -> list[list[Any]]:
    """The cells of the file that comes back with its faults."""
    answer = who.http.get(f"{page.path}/faults.xlsx")
    assert answer.status_code == 200
    reader = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    return list(reader.to_python(skip_empty_area=False))


def put(cells: Sequence[list[Any]], kind: str, row: int, values: Mapping[str, Any]) -> None:
    """Mend cells of a sheet; `row` as Excel counts."""
    places = {column.name: index for index, column in enumerate(KINDS[kind].columns)}
    for name, value in values.items():
        cells[row - 1][places[name]] = value
