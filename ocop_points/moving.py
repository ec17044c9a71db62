"""Moving an installation from SQLite to PostgreSQL: every row as it is, in one transaction, counted and compared."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Column, Connection, Engine, Table, func, insert, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ocop_points.backup import BackupError, nobody_serves
from ocop_points.core.db import Base, db

_BATCH = 2000
_REVISION = text("SELECT version_num FROM alembic_version")


def move(app: Flask, target: Flask) -> dict[str, int]:
    """Copy all rows into the empty database of `target`; rows by table. The source stays as it is.

    Raises BackupError, and leaves the target without a row, when the server runs, the target holds
    something, or what arrived is not what left.
    """
    with nobody_serves(Path(app.instance_path)):
        with app.app_context():
            source = db.engine
        with target.app_context():
            try:
                _refuse_unless_empty(db.engine)
                upgrade()
                with source.connect() as old, db.engine.begin() as new:
                    return _copy(old, new)
            except SQLAlchemyError as error:
                raise BackupError(f"Chưa chuyển gì: {getattr(error, 'orig', error)}") from error
            finally:
                db.session.remove()
                db.engine.dispose()
                source.dispose()


def check_addresses(app: Flask, address: str) -> None:
    """Raises BackupError unless this moves SQLite to PostgreSQL."""
    try:
        backend = make_url(address).get_backend_name()
    except ArgumentError as error:
        raise BackupError(f"Địa chỉ “{address}” không đọc được.") from error
    if backend != "postgresql" or not address.startswith("postgresql+psycopg://"):
        raise BackupError("Đích phải là postgresql+psycopg://người-dùng:mật-khẩu@máy/tên")
    source = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if source.get_backend_name() != "sqlite":
        raise BackupError("Hệ thống này đã dùng PostgreSQL.")
    if not Path(str(source.database)).exists():
        raise BackupError(f"Không có cơ sở dữ liệu {source.database}.")


def _refuse_unless_empty(engine: Engine) -> None:
    """No table at all, or our tables without a row."""
    try:
        tables = set(inspect(engine).get_table_names())
        with engine.connect() as connection:
            filled = [
                table.name
                for table in Base.metadata.sorted_tables
                if table.name in tables and connection.scalar(select(1).select_from(table).limit(1))
            ]
    except SQLAlchemyError as error:
        raise BackupError(f"Không vào được đích: {getattr(error, 'orig', error)}") from error
    if filled or tables - Base.metadata.tables.keys() - {"alembic_version"}:
        raise BackupError("Cơ sở dữ liệu đích không trống; chỉ chuyển vào nơi trống.")


def _copy(old: Connection, new: Connection) -> dict[str, int]:
    if old.scalar(_REVISION) != new.scalar(_REVISION):
        raise BackupError(
            "Cơ sở dữ liệu SQLite chưa ở bản mới nhất: chạy flask --app wsgi db upgrade rồi chuyển."
        )
    moved = {}
    for table in Base.metadata.sorted_tables:
        # Our triggers guard what people do; here posted vouchers and approved visits come in as they are.
        new.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER USER"))
        left: list[dict[str, Any]] = []
        for row in _rows(old, table):
            left.append(row)
            if len(left) == _BATCH:
                new.execute(insert(table), left)
                left = []
        if left:
            new.execute(insert(table), left)
        new.execute(text(f"ALTER TABLE {table.name} ENABLE TRIGGER USER"))
        _go_on_counting(new, table)
        moved[table.name] = _compare(old, new, table)
    return moved


def _rows(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """In the order of the key: a row of the same table that another one names was there before it."""
    rows = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    with connection.execute(rows) as found:
        for row in found.mappings():
            yield dict(row)


def _go_on_counting(new: Connection, table: Table) -> None:
    """The next id comes after the last one moved."""
    key: Column[Any] | None = table.autoincrement_column
    if key is None:
        return
    last = new.scalar(select(func.max(key)))
    sequence = new.scalar(
        text("SELECT pg_get_serial_sequence(:name, :key)"), {"name": table.name, "key": key.name}
    )
    if last is not None and sequence is not None:
        new.execute(text("SELECT setval(:name, :last)"), {"name": sequence, "last": last})


def _compare(old: Connection, new: Connection, table: Table) -> int:
    """The number of rows on both sides; raises BackupError unless they are the same, value by value."""
    (there, left), (here, arrived) = _digest(old, table), _digest(new, table)
    if (there, left) != (here, arrived):
        raise BackupError(
            f"Bảng {table.name}: {there} dòng ở nguồn, {here} dòng ở đích, hoặc nội dung khác nhau."
        )
    return here


def _digest(connection: Connection, table: Table) -> tuple[int, int]:
    """Count and sum of the hashes of all rows: the two databases do not sort text alike."""
    count = total = 0
    for row in _rows(connection, table):
        count += 1
        total += int.from_bytes(hashlib.sha256(repr(list(row.values())).encode()).digest()[:16])
    return count, total
