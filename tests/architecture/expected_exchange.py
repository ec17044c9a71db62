"""What the exchange package expects of its routes."""

import base64
import io

from werkzeug.datastructures import FileStorage

from ocop_points.core.db import db
from ocop_points.points.models import SalesPoint
from tests.architecture.world import PUBLIC, Post, World
from tests.exchange.sheets import grid, numbered, xlsx

ROUTES = {
    "exchange.points_import": "points.import",
    "exchange.points_import_confirm": "points.import",
    "exchange.points_template": "points.import",
    "public.point_list": PUBLIC,
    "public.point_show": PUBLIC,
    "public.data": PUBLIC,
    "public.point_file": PUBLIC,
    "public.goods_file": PUBLIC,
}
QUERIES = {"public.point_list": ["?q=mien+dong", "?locality=1"]}


def furnish(world: World) -> None:
    point = db.session.get_one(SalesPoint, world.params["point_id"])
    world.params |= {
        "public_code": point.code,
        "point_format": "geojson",
        "goods_format": "json",
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
