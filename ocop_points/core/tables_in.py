"""Lists in: the first sheet of an xlsx file, read only after it was seen to be small enough to read."""

import io
import json
import re
import subprocess
import sys
import zipfile
import zlib
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from flask_babel import gettext as _

from ocop_points.core.errors import Refused

MOST_UNPACKED = 32 * 1024 * 1024
MOST_PARTS = 300
MOST_SECONDS = 60
_READER = Path(__file__).with_name("sheet_reader.py")
_KINDS: dict[str, Any] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "str": str,
}
# The reader fills the whole rectangle up to the farthest cell, so one at XFD1048576 would take all memory
# there is: addresses are looked at before it is let near. A row says its number without letters.
_CELL = re.compile(rb"""\sr\s*=\s*["']\s*([A-Za-z]{1,8})(\d{1,4000})\s*["']""")
_ROW = re.compile(
    rb"""<(?:\w+:)?row\b(?:[^>"']|"[^"]*"|'[^']*')*?\sr\s*=\s*["']\s*(\d{1,4000})\s*["']"""
)


def raw_cells(data: bytes) -> bytes:
    """The cells of the first sheet of a workbook that was checked, as text to keep: `cells_in` reads it.

    Raises Refused when the reader gives up.
    """
    # In a process of its own: a file made to harm may end the reader, never the server.
    command = [sys.executable, "-I", "-X", "utf8", str(_READER)]
    try:
        done = subprocess.run(  # noqa: S603  # our own program, nothing of the user's in the command
            command, input=data, capture_output=True, timeout=MOST_SECONDS, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise _no_table() from error
    return done.stdout


def cells_in(raw: bytes) -> list[list[Any]]:
    """The cells that `raw_cells` gave, from A1 on: text, float, bool, date, datetime, time or ""."""
    rows: list[list[Any]] = json.loads(raw, object_hook=_untagged)
    return rows


def _untagged(tagged: dict[str, str]) -> Any:
    ((kind, text),) = tagged.items()
    return _KINDS[kind](text)


def check_workbook(data: bytes, *, most_rows: int, most_columns: int) -> None:
    """Raises Refused, with a sentence, for what is no xlsx file, is packed to harm, or is too large.

    Look at the directory first, then unpack with an end in sight; what the directory says may be a lie.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names or {"content.xml", "xl/workbook.bin"} & names:
                raise _no_table()
            if len(parts) > MOST_PARTS or sum(p.file_size for p in parts) > MOST_UNPACKED:
                raise Refused(_("Tệp này nén quá nhiều dữ liệu nên không được mở"))
            for part in parts:
                _check_addresses(packed, part, most_rows, most_columns)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise _no_table() from error


def _check_addresses(
    packed: zipfile.ZipFile, part: zipfile.ZipInfo, most_rows: int, most_columns: int
) -> None:
    content = packed.read(
        part
    )  # to the end, so that a directory that lied about the size is found out
    far = any(
        int(cell[2]) > most_rows or _column(cell[1]) > most_columns
        for cell in _CELL.finditer(content)
    )
    if far or any(int(row[1]) > most_rows for row in _ROW.finditer(content)):
        raise Refused(_("Bảng quá rộng hoặc quá dài: tối đa %(rows)s dòng", rows=most_rows))


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _no_table() -> Refused:
    return Refused(
        _("Tệp này không phải bảng Excel (.xlsx) hoặc đã hỏng. Lưu lại dạng .xlsx rồi chọn lại")
    )
