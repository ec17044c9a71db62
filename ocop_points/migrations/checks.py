"""Changing a named CHECK in place, on both databases, without building the table anew.

SQLite builds a table anew by dropping it, which rows that point to it forbid and which loses its triggers. A CHECK
changes nothing of what is stored, so its text may be changed in place: https://sqlite.org/lang_altertable.html#otheralter
"""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from sqlalchemy import text


def replace_check(table: str, name: str, old: str, new: str, *, new_name: str = "") -> None:
    """Put one condition in the place of another; rows that break the new one must not exist."""
    bind, new_name = op.get_bind(), new_name or name
    if bind.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {new_name} CHECK ({new})")
        return
    before, after = f"CONSTRAINT {name} CHECK ({old})", f"CONSTRAINT {new_name} CHECK ({new})"
    kept = bind.scalar(text("SELECT sql FROM sqlite_master WHERE name = :t"), {"t": table}) or ""
    if kept.count(before) != 1:
        raise RuntimeError(f"{table} has no such constraint: {before}")
    version = bind.scalar(text("PRAGMA schema_version")) or 0
    op.execute("PRAGMA writable_schema=ON")
    change = text("UPDATE sqlite_master SET sql = :sql WHERE type = 'table' AND name = :t")
    bind.execute(change, {"sql": kept.replace(before, after), "t": table})
    op.execute(f"PRAGMA schema_version={version + 1}")
    op.execute("PRAGMA writable_schema=OFF")


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """Without the triggers that refuse changes of a table; they stand again afterwards, as they were."""
    bind = op.get_bind()
    if bind.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    known = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :t")
    triggers = bind.execute(known, {"t": table}).all()
    for name, _sql in triggers:
        op.execute(f"DROP TRIGGER {name}")
    yield
    for _name, sql in triggers:
        bind.exec_driver_sql(sql)
