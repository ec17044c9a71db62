"""Many rows at once: read plainly; numbers, ids and statements for verbs that would take too long one by one.

All but `read_rows` inside `write` only.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, func, insert, select, text, update

from ocop_points.core.db import db

_NEXT_NUMBERS = text(
    "INSERT INTO counter (name, value) VALUES (:name, :many)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + :many RETURNING value"
)
_NEXT_IDS = text(
    "SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :many)"
)


@contextmanager
def much_at_once() -> Iterator[None]:
    """For some seconds of making very many small objects: Python's search for cycles would go through all of them
    again and again, a third of the time, and find none.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_rows(rows: Any) -> Any:
    """Past the session: columns are read, no entities, which take several times as long to make."""
    return db.session.connection().execute(rows)


def next_numbers(name: str, many: int) -> range:
    """So many next numbers of a series, without gaps, as `core.db.next_number` gives one."""
    if not many:
        return range(0)
    last = int(db.session.connection().scalar(_NEXT_NUMBERS, {"name": name, "many": many}) or 0)
    return range(last - many + 1, last + 1)


def new_ids(model: Any, many: int) -> Sequence[int]:
    """Ids for so many new rows, known before they are inserted: audit rows and children can be made with them.

    On SQLite the write lock keeps others from taking the same ones; on PostgreSQL they come from the sequence.
    """
    connection, table = db.session.connection(), model.__table__
    if connection.dialect.name == "postgresql":
        rows = connection.execute(_NEXT_IDS, {"table": table.name, "many": many})
        return [int(number) for (number,) in rows]
    last = connection.scalar(select(func.max(table.c.id))) or 0
    return range(last + 1, last + many + 1)


def insert_rows(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows of the same columns by one statement, past the session: nothing need watch them."""
    if rows:
        _send(insert(model.__table__), model.__table__, rows)


def update_rows(model: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Set the same columns of many rows, each known by its `id`, by one statement; `version` counts on."""
    if not rows:
        return
    table = model.__table__
    values: dict[str, Any] = {
        name: bindparam(f"_{name}", type_=table.c[name].type) for name in rows[0] if name != "id"
    }
    if "version" in table.c:
        values["version"] = table.c.version + 1
    change = update(table).where(table.c.id == bindparam("_id")).values(values)
    db.session.connection().execute(
        change, [{f"_{name}": value for name, value in row.items()} for row in rows]
    )


def _send(statement: Any, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Straight to the driver, values made ready column by column: SQLAlchemy takes as long over each row again as the
    database does.
    """
    connection = db.session.connection()
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(rows[0]))
    ready = {
        name: table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in rows[0]
    }
    if compiled.positional:
        columns = [
            [row[name] for row in rows]
            if ready[name] is None
            else list(map(ready[name], (row[name] for row in rows)))
            for name in compiled.positiontup
        ]
        connection.exec_driver_sql(compiled.string, list(zip(*columns, strict=True)))
    else:
        given = [
            {n: v if ready[n] is None else ready[n](v) for n, v in row.items()} for row in rows
        ]
        connection.exec_driver_sql(compiled.string, given)
