"""What the exchange package expects of its routes."""

import base64
import io

from werkzeug.datastructures import FileStorage

from tests.architecture.world import Post, World
from tests.exchange.sheets import grid, numbered, xlsx

ROUTES = {
    "exchange.points_import": "points.import",
    "exchange.points_import_confirm": "points.import",
    "exchange.points_template": "points.import",
}


def workbook() -> bytes:
    return xlsx(grid(numbered(1)))


def carried(world: World) -> dict[str, str]:
    return {"content": base64.b64encode(workbook()).decode(), "file_name": "a.xlsx"}


def uploaded(world: World) -> dict[str, FileStorage]:
    return {"workbook": FileStorage(io.BytesIO(workbook()), "a.xlsx")}


POSTS = [
    # Elsewhere the rows are out of reach: told as faults of the file.
    Post(
        "exchange.points_import", "officer", uploaded, elsewhere=422, silent="a dry run", done=200
    ),
    Post("exchange.points_import_confirm", "officer", carried, elsewhere=422),
]
