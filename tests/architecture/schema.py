"""What a database is made of, read from its own catalogue: sqlite_master, or pg_catalog."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, create_engine, text

from ocop_points.core.db import db


class Thing(NamedTuple):
    """One column, constraint, index or trigger, with its whole definition."""

    kind: str
    table: str
    name: str
    definition: str


_SQLITE = "SELECT type, tbl_name, name, sql FROM sqlite_master WHERE sql IS NOT NULL"
_POSTGRESQL = """
SELECT CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'foreign key' WHEN 'u' THEN 'unique'
       WHEN 'p' THEN 'primary key' ELSE 'constraint' END, c.relname, k.conname, pg_get_constraintdef(k.oid)
  FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid WHERE c.relnamespace = to_regnamespace(:schema)
   AND k.contype <> 'n'
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = :schema
UNION ALL
SELECT 'trigger', c.relname, t.tgname, t.tgenabled::text || ' ' || pg_get_triggerdef(t.oid) || ' ' || p.prosrc
  FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND c.relnamespace = to_regnamespace(:schema)
UNION ALL
SELECT 'column', c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
       || CASE WHEN a.attnotnull THEN ' NOT NULL ' ELSE ' ' END || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
  FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND c.relnamespace = to_regnamespace(:schema)
"""


def things(connection: Connection, schema: str = "public") -> set[Thing]:
    """Everything in the catalogue but Alembic's own table, and what a downgrade sets aside for the way up."""
    if connection.dialect.name == "postgresql":
        rows = connection.execute(text(_POSTGRESQL), {"schema": schema})
        found = [Thing(kind, table, name, _plain(what, schema)) for kind, table, name, what in rows]
    else:
        rows = connection.execute(text(_SQLITE))
        found = [thing for row in rows for thing in _of_sqlite(*row)]
    return {thing for thing in found if thing.table not in {"alembic_version", "transfer_ends"}}


def _plain(definition: str, schema: str) -> str:
    return re.sub(r"\s+", " ", definition.replace(f"{schema}.", "")).strip()


def _of_sqlite(kind: str, table: str, name: str, sql: str) -> Iterator[Thing]:
    """An index or trigger as it is; a table taken apart, since its parts may stand in any order."""
    if kind != "table":
        yield Thing(kind, table, name, _plain(sql, "main"))
    elif not name.startswith("sqlite_"):
        _head, _open, body = sql.partition("(")
        yield Thing("table", table, name, _plain(sql.rpartition(")")[2], "main"))
        for clause in _clauses(body.rpartition(")")[0]):
            for part in _taken_apart(clause):
                yield Thing(*_named(part, table), _plain(part, "main"))


def _taken_apart(clause: str) -> Iterator[str]:
    """A column added later bears its constraints itself: they are as good as those that stand alone."""
    column, *constraints = re.split(r"\s(?=CONSTRAINT \w+ (?:CHECK|REFERENCES)\b)", clause)
    yield column
    for one in constraints:
        name = column.split()[0]
        yield re.sub(r"(CONSTRAINT \w+) REFERENCES", rf"\1 FOREIGN KEY({name}) REFERENCES", one)


def _named(part: str, table: str) -> tuple[str, str, str]:
    """Kind, table and name of one clause of CREATE TABLE."""
    words = part.split()
    if words[0] != "CONSTRAINT":
        return "column", table, words[0].strip('"')
    kinds = {"CHECK": "check", "FOREIGN": "foreign key", "UNIQUE": "unique"}
    kind = next((kinds[key] for key in kinds if words[2].startswith(key)), "primary key")
    return kind, table, words[1].strip('"')


def _clauses(body: str) -> Iterator[str]:
    """Split at the commas that stand outside parentheses and quotes."""
    depth, quoted, start = 0, False, 0
    for place, sign in enumerate(body):
        quoted ^= sign == "'"
        if not quoted:
            depth += (sign == "(") - (sign == ")")
            if sign == "," and depth == 0:
                yield body[start:place].strip()
                start = place + 1
    yield body[start:].strip()


def of_the_models() -> set[Thing]:
    """The catalogue of a database made afresh from the models; those make no triggers."""
    if db.engine.dialect.name != "postgresql":
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            db.metadata.create_all(connection)
            found = things(connection)
        engine.dispose()
        return found
    with db.engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA fresh"))
        translated = connection.execution_options(schema_translate_map={None: "fresh"})
        db.metadata.create_all(translated)
        found = things(connection, "fresh")
        connection.rollback()
    return found


def current() -> set[Thing]:
    """The catalogue of the application's database."""
    with db.engine.connect() as connection:
        return things(connection)


def differences(triggers: dict[str, set[str]]) -> list[tuple[str, str, str]]:
    """(kind, table, name) of all that is not as the models and the table of triggers say."""
    there = current()
    odd = {thing for thing in there if thing.kind != "trigger"} ^ of_the_models()
    named = {(t.table, t.name) for t in there if t.kind == "trigger"}
    lost: set[Any] = named ^ expected_triggers(triggers)
    # PostgreSQL keeps a trigger that was switched off, and does nothing with it.
    off = {
        t[1:3]
        for t in there
        if t.kind == "trigger" and t.definition[0] != "O" and db.engine.dialect.name == "postgresql"
    }
    return sorted({thing[:3] for thing in odd} | {("trigger", *one) for one in lost | off})


def expected_triggers(triggers: dict[str, set[str]]) -> set[tuple[str, str]]:
    """(table, name) of the triggers that refuse these verbs; PostgreSQL refuses TRUNCATE too."""
    also = {"truncate"} if db.engine.dialect.name == "postgresql" else set()
    return {
        (table, f"{table}_no_{verb}") for table, verbs in triggers.items() for verb in verbs | also
    }
