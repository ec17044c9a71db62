"""What the exchange package expects of its routes."""

import io
import zlib

from werkzeug.datastructures import FileStorage

from ocop_points.core.db import db, write
from ocop_points.core.tables_in import raw_cells
from ocop_points.exchange import jobs_service
from ocop_points.exchange.api_service import make_token
from ocop_points.exchange.import_kinds import KINDS
from ocop_points.exchange.jobs_models import ImportFile, JobState
from ocop_points.points.models import SalesPoint
from tests import people
from tests.architecture.world import PUBLIC, Post, World
from tests.exchange.sheets import grid, numbered, xlsx

ROUTES = {
    "imports.points_import": "points.import",
    "imports.points_template": "points.import",
    "imports.suppliers_import": "catalogue.edit",
    "imports.suppliers_template": "catalogue.edit",
    "imports.products_import": "catalogue.edit",
    "imports.products_template": "catalogue.edit",
    "imports.opening_import": "stock.write",
    "imports.opening_template": "stock.write",
    "imports.users_import": "users.edit",
    "imports.users_template": "users.edit",
    "imports.import_list": "imports.own",
    "imports.import_show": "imports.own",
    "imports.import_confirm": "imports.own",
    "imports.import_again": "imports.own",
    "imports.import_forget": "imports.own",
    "imports.import_faults": "imports.own",
    "api.description": PUBLIC,
    "api.records": PUBLIC,
    "tokens.token_list": "api.manage",
    "tokens.token_new": "api.manage",
    "tokens.token_revoke": "api.manage",
    "public.point_list": PUBLIC,
    "public.point_show": PUBLIC,
    "public.data": PUBLIC,
    "public.point_file": PUBLIC,
    "public.goods_file": PUBLIC,
}
QUERIES = {
    "imports.import_list": ["?page=2"],
    "public.point_list": ["?q=mien+dong", "?locality=1"],
}


def furnish(world: World) -> None:
    point = db.session.get_one(SalesPoint, world.params["point_id"])
    world.params |= {
        "public_code": point.code,
        "point_format": "geojson",
        "goods_format": "json",
        "resource": "points",
        "token_id": write(a_token),
        "job_id": write(lambda: a_job(JobState.READY)),
    }
    world.ids["failed_job"] = write(lambda: a_job(JobState.FAILED))
    world.ids["faulty_job"] = write(lambda: a_job(JobState.FAULTY))


def a_job(state: JobState) -> int:
    """A file of the officer; checked, it has a row that may be a record already."""
    job = jobs_service.send(
        KINDS["suppliers"],
        zlib.compress(raw_cells(workbook())),
        "a.xlsx",
        by=people.user("officer"),
    )
    job.state, job.new_count, job.fault_count = state, 1, 1
    file = db.session.get_one(ImportFile, job.id)
    file.faults = '[[2, "Tên", "a", "Có thể đã có"]]'
    file.sample = '[[2, "a", "new", [["Tên", "", "a"]]]]'
    return job.id


def workbook() -> bytes:
    return xlsx(grid(numbered(1)))


def uploaded(world: World) -> dict[str, FileStorage]:
    return {"workbook": FileStorage(io.BytesIO(workbook()), "a.xlsx")}


def a_token() -> int:
    made, _text = make_token(people.locality(), "Cổng dữ liệu mở", by=people.user("manager"))
    return made.id


def new_token(world: World) -> dict[str, str]:
    return {"name": "Kho dữ liệu", "locality_id": str(people.locality().id)}


POSTS = [
    # Anybody with the right may send a file; its rows are looked at later, within their own reach.
    Post("imports.suppliers_import", "officer", uploaded, elsewhere=None),
    Post("imports.products_import", "admin", uploaded, elsewhere=None),
    Post("imports.opening_import", "operator", uploaded, elsewhere=None),
    Post("imports.users_import", "manager", uploaded, elsewhere=None),
    Post("imports.import_confirm", "officer", also={"admin": 404, "manager": 404, "operator": 404}),
    Post(
        "imports.import_again",
        "officer",
        params=lambda world: {"job_id": world.ids["failed_job"]},
        also={"admin": 404, "manager": 404, "operator": 404},
    ),
    Post(
        "imports.import_forget",
        "officer",
        params=lambda world: {"job_id": world.ids["faulty_job"]},
        also={"admin": 404, "manager": 404, "operator": 404},
    ),
    # The form offers localities in reach only: another one is no choice.
    Post("tokens.token_new", "manager", new_token, elsewhere=422, done=200),
    Post("tokens.token_revoke", "manager"),
    Post("imports.points_import", "officer", uploaded, elsewhere=None),
]
_WORKER = "the worker's: changes nothing but the job"
SERVICES = {
    "claim": _WORKER,
    "note_progress": _WORKER,
    "note_plan": _WORKER,
    "note_failure": _WORKER,
    "forget_old": "only throws files away that were sent a week ago",
    "note_use": "only keeps the day on which a key was used",
    "token_hash": "only computes",
}
