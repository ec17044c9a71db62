"""A program of its own: a workbook on standard input, the cells of its first sheet as JSON on standard output.

The reader allocates what a file says it needs: `uniqueCount="4294967296"` ends the whole process, not the call.
So it runs in a process that may end (`core.tables_in`), with at most 1 GB where the system can limit that.
"""

import io
import json
import sys
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineWorkbook

MOST_MEMORY = 1024**3


def _tagged(value: Any) -> dict[str, str]:
    for kind in (datetime, date, time):  # a datetime is a date as well
        if isinstance(value, kind):
            return {kind.__name__: value.isoformat()}
    return {"str": str(value)}


def main() -> None:
    """Read, or end with an exit status other than 0."""
    try:
        import resource
    except ImportError:  # Windows
        pass
    else:
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    sys.stdout.write(json.dumps(rows, default=_tagged))


if __name__ == "__main__":
    main()
