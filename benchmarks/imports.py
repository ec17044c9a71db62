"""An import of 10,000 products with certificates beside what reading the file and a bare bulk insert take, as ratios.

`python -m benchmarks.imports`: half a minute, in a folder that is removed at the end. Each turn does both on a fresh copy
of one prepared database (synchronous=FULL), so that whatever else the machine does falls on both. The aim (issue 6) is 3.
"""

import io
import resource
import shutil
import sqlite3
import statistics
import tempfile
import time
import zlib
from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

import xlsxwriter
from flask import Flask
from flask_migrate import upgrade
from python_calamine import CalamineWorkbook

from ocop_points import create_app
from ocop_points.accounts.models import User
from ocop_points.accounts.service import add_user
from ocop_points.catalogue.rules import SupplierKind
from ocop_points.catalogue.service import SupplierFacts, register_supplier
from ocop_points.core.access import Role
from ocop_points.core.db import db, write
from ocop_points.core.tables_in import check_workbook, raw_cells
from ocop_points.desk.service import prepare_database
from ocop_points.exchange import jobs_service as jobs
from ocop_points.exchange import jobs_worker as worker
from ocop_points.exchange.import_products import KIND
from ocop_points.exchange.jobs_models import ImportJob, JobState
from ocop_points.localities.models import Locality

ROWS, MAKERS, TURNS = 10_000, 500, 5


def prepared(folder: Path) -> Flask:
    """An installation with places, an administrator and producers."""
    app = create_app(
        {"INSTANCE": folder, "SQLALCHEMY_DATABASE_URI": f"sqlite:///{folder / 'a.sqlite3'}"}
    )
    with app.app_context():
        upgrade()
        write(lambda: prepare_database(demonstration=False))
        write(_people)
    return app


def _people() -> None:
    admin = add_user(
        username="quantri",
        full_name="Quản trị",
        role=Role.MINISTRY_ADMIN,
        password_hash="x",
        by=None,
    )
    homes = list(db.session.query(Locality).order_by(Locality.id))
    for number in range(MAKERS):
        facts = SupplierFacts(
            SupplierKind.COOPERATIVE, f"Hợp tác xã Suối Mơ {number}", tax_code=f"{number:010d}"
        )
        register_supplier(homes[number % len(homes)], facts, by=admin)


def workbook(app: Flask) -> bytes:
    """10,000 products as a department would write them: 34 columns, of which 20 filled."""
    with app.app_context():
        names = [one.name for one in db.session.query(Locality).order_by(Locality.id)]
        db.session.rollback()
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    page, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    page.write_row(0, 0, [str(column.title) for column in KIND.columns])
    for number in range(ROWS):
        maker = number % MAKERS
        cells = {
            "locality": names[maker % len(names)],
            "name": f"Chè Shan tuyết cổ thụ loại {number}, hộp 200 g",
            "producer_tax_code": f"{maker:010d}",
            "producer": f"Hợp tác xã Suối Mơ {maker}",
            "group148": "Đồ uống",
            "specification": f"Chè xanh sao tay, lô {number % 37}",
            "base_unit": "hộp",
            "units": "thùng = 24",
            "basis_d": "Có",
            "shelf_life_months": 12,
            "reference_price": 180_000 + number,
            "active": "Có",
            "number": f"{number:05d}/GCN-OCOP",
            "stars": "4 sao",
            "score": 70 + number % 199 / 10,
            "issued_on": date(2025, 3, 14),
            "issuer": "Ủy ban nhân dân tỉnh",
            "decision": f"{number % 900}/QĐ-UBND",
        }
        for index, column in enumerate(KIND.columns):
            value = cells.get(column.name)
            if isinstance(value, date):
                page.write_datetime(number + 1, index, value, day)
            elif value is not None:
                page.write(number + 1, index, value)
    book.close()
    return target.getvalue()


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def agree(job_id: int, user_id: int) -> None:
    user = db.session.get_one(User, user_id)
    jobs.confirm(db.session.get_one(ImportJob, job_id), KIND, by=user)


def imported(app: Flask, data: bytes) -> tuple[float, float, float]:
    """Seconds of the check, of the import, and the longest that the write lock was held."""
    cells = zlib.compress(raw_cells(data), 1)
    with app.app_context():
        user = db.session.query(User).one()
        user_id = user.id
        job_id = write(
            lambda: jobs.send(KIND, cells, "a.xlsx", by=db.session.get_one(User, user_id)).id
        )
        check = timed(lambda: worker.run_next("bench"))
        write(lambda: agree(job_id, user_id))
        held = []
        real = jobs.carry_out

        def watched(*args: object, **kwargs: object) -> None:
            held.append(timed(lambda: real(*args, **kwargs)))

        jobs.carry_out = watched  # type: ignore[assignment]
        took = timed(lambda: worker.run_next("bench"))
        jobs.carry_out = real
        job = db.session.get_one(ImportJob, job_id)
        assert (job.state, job.new_count) == (JobState.DONE, ROWS), (job.state, job.message)
        db.session.remove()
        db.engine.dispose()
    return check, took, held[0]


def bare(database: Path, rows: dict[str, list[tuple[object, ...]]]) -> float:
    """Seconds of inserting the same rows by hand: products, pack units, certificates; nothing else."""
    with closing(sqlite3.connect(database, isolation_level=None)) as book:
        book.execute("PRAGMA synchronous=FULL")
        book.execute("PRAGMA foreign_keys=ON")

        def work() -> None:
            book.execute("BEGIN IMMEDIATE")
            for table, given in rows.items():
                marks = ", ".join("?" * len(given[0]))
                book.executemany(f"INSERT INTO {table} VALUES ({marks})", given)
            book.execute("COMMIT")

        return timed(work)


def main() -> None:
    """Prepare, measure in turn, print the figures."""
    with tempfile.TemporaryDirectory(prefix="ocop-bench-") as name:
        folder = Path(name)
        app = prepared(folder)
        data = workbook(app)
        with app.app_context():
            db.engine.dispose()
        database, kept = folder / "a.sqlite3", folder / "kept.sqlite3"
        shutil.copyfile(database, kept)

        def fresh() -> None:
            for suffix in ("-wal", "-shm"):
                database.with_name(database.name + suffix).unlink(missing_ok=True)
            shutil.copyfile(kept, database)

        imported(app, data)  # once to warm up, and for the rows that it leaves
        with closing(sqlite3.connect(database)) as book:
            tables = ("product", "product_unit", "certificate")
            rows = {one: book.execute(f"SELECT * FROM {one}").fetchall() for one in tables}
        turns = []
        for _turn in range(TURNS):
            look = timed(lambda: check_workbook(data, most_rows=ROWS + 100, most_columns=60))
            read = timed(lambda: zlib.compress(raw_cells(data), 1))
            raw = timed(
                lambda: (
                    CalamineWorkbook.from_filelike(io.BytesIO(data))
                    .get_sheet_by_index(0)
                    .to_python()
                )
            )
            fresh()
            insert = bare(database, rows)
            fresh()
            turns.append((look, read, raw, insert, *imported(app, data)))
        look, read, raw, insert, check, took, held = (
            statistics.median(x) for x in zip(*turns, strict=True)
        )
        floor = look + read + insert
        print(f"File: {len(data) / 1e6:.1f} MB, {ROWS} rows, {len(KIND.columns)} columns")
        print(
            f"Reading: looking whether it may be read {look:.2f} s, reading it apart {read:.2f} s"
        )
        print(f"Bare bulk insert of products, units, certificates: {insert:.2f} s")
        print(
            f"Import: check {check:.2f} s, carrying out {took:.2f} s (write lock held {held:.2f} s)"
        )
        once = look + read + took
        print(f"Reading and carrying out ÷ (reading + bare insert): {once / floor:.2f}")
        print(f"The same with the check before it: {(once + check) / floor:.2f}")
        print(
            f"Reading and carrying out ÷ (bare reader {raw:.2f} s + bare insert): {once / (raw + insert):.2f}"
        )
        print(
            f"Peak memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB"
        )


if __name__ == "__main__":
    main()
