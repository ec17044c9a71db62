"""What the migrations make is what the models say, told from the catalogue; each migration goes down and up."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from ocop_points.core.db import db
from tests.architecture import schema
from tests.architecture.expected import TRIGGERS
from tests.installations import copy_of
from tests.store import POSTGRESQL

NONE: list[Any] = []


def test_the_upgraded_schema_is_that_of_the_models(app: Flask) -> None:
    assert schema.differences(TRIGGERS) == NONE
    kinds = {thing.kind for thing in schema.current()}
    assert kinds >= {"column", "check", "unique", "primary key", "foreign key", "index", "trigger"}


# SQLAlchemy does not read an index with an expression back from SQLite: the catalogue's own text is held above.
@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
@pytest.mark.filterwarnings(
    "ignore:autogenerate skipping metadata-specified expression-based index"
)
def test_the_next_migration_would_be_empty(app: Flask) -> None:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True}
        context = MigrationContext.configure(connection, opts=options)
        assert list(compare_metadata(context, db.metadata)) == NONE


def in_table(table: str, old: str, new: str) -> list[str]:
    """SQLite keeps a table as the text that made it."""
    return [
        "PRAGMA writable_schema=ON",
        f"UPDATE sqlite_master SET sql = replace(sql, {quoted(old)}, {quoted(new)})"
        f" WHERE name = '{table}' AND instr(sql, {quoted(old)})",
        "PRAGMA writable_schema=OFF",
    ]


def quoted(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"


SIZE = "CONSTRAINT ck_stored_file_size CHECK (size > 0)"
OF_LOT = "CONSTRAINT fk_balance_lot_id FOREIGN KEY(lot_id) REFERENCES lot (id)"
UNIQUE = "CONSTRAINT uq_stored_file_sha256 UNIQUE (sha256)"
# What is broken: what the comparison must tell, on SQLite, on PostgreSQL.
BREAKS: dict[str, tuple[tuple[str, str, str], list[str], list[str]]] = {
    "a CHECK dropped": (
        ("check", "stored_file", "ck_stored_file_size"),
        in_table("stored_file", f", \n\t{SIZE}", ""),
        ["ALTER TABLE stored_file DROP CONSTRAINT ck_stored_file_size"],
    ),
    "a CHECK that refuses less": (
        ("check", "stored_file", "ck_stored_file_size"),
        in_table("stored_file", "size > 0", "size > -1"),
        [
            "ALTER TABLE stored_file DROP CONSTRAINT ck_stored_file_size",
            "ALTER TABLE stored_file ADD CONSTRAINT ck_stored_file_size CHECK (size > -1)",
        ],
    ),
    "a foreign key dropped": (
        ("foreign key", "balance", "fk_balance_lot_id"),
        in_table("balance", f", \n\t{OF_LOT}", ""),
        ["ALTER TABLE balance DROP CONSTRAINT fk_balance_lot_id"],
    ),
    "a foreign key that deletes along": (
        ("foreign key", "balance", "fk_balance_lot_id"),
        in_table("balance", OF_LOT, f"{OF_LOT} ON DELETE CASCADE"),
        [
            "ALTER TABLE balance DROP CONSTRAINT fk_balance_lot_id",
            "ALTER TABLE balance ADD CONSTRAINT fk_balance_lot_id FOREIGN KEY (lot_id)"
            " REFERENCES lot (id) ON DELETE CASCADE",
        ],
    ),
    "an index dropped": (
        ("index", "lot", "ix_lot_expiry"),
        ["DROP INDEX ix_lot_expiry"],
        ["DROP INDEX ix_lot_expiry"],
    ),
    "an index of fewer rows": (
        ("index", "lot", "uq_lot_undated"),
        remade := [
            "DROP INDEX uq_lot_undated",
            "CREATE UNIQUE INDEX uq_lot_undated ON lot (product_id, code)"
            " WHERE expiry IS NULL AND code <> ''",
        ],
        remade,
    ),
    "a trigger dropped": (
        ("trigger", "movement", "movement_no_update"),
        ["DROP TRIGGER movement_no_update"],
        ["DROP TRIGGER movement_no_update ON movement"],
    ),
    "a trigger too many": (
        ("trigger", "balance", "balance_no_update"),
        ["CREATE TRIGGER balance_no_update BEFORE UPDATE ON balance BEGIN SELECT 1; END"],
        [
            "CREATE TRIGGER balance_no_update BEFORE UPDATE ON balance EXECUTE FUNCTION ocop_refuse()"
        ],
    ),
    "a column that may be empty": (
        ("column", "stored_file", "size"),
        in_table("stored_file", "size INTEGER NOT NULL", "size INTEGER"),
        ["ALTER TABLE stored_file ALTER size DROP NOT NULL"],
    ),
}
ON_POSTGRESQL_ONLY = {
    "a trigger switched off": (
        ("trigger", "movement", "movement_no_update"),
        ["ALTER TABLE movement DISABLE TRIGGER movement_no_update"],
    ),
}


# (what the comparison must tell, the statements) on the database of this run.
CASES = [
    pytest.param(told, on_postgresql if POSTGRESQL else on_sqlite, id=name)
    for name, (told, on_sqlite, on_postgresql) in BREAKS.items()
] + [
    pytest.param(told, statements, id=name, marks=pytest.mark.postgres)
    for name, (told, statements) in ON_POSTGRESQL_ONLY.items()
]


@pytest.mark.parametrize(("told", "statements"), CASES)
def test_the_comparison_tells(
    app: Flask, told: tuple[str, str, str], statements: list[str]
) -> None:
    db.session.remove()
    with db.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    db.engine.dispose()  # SQLite reads the changed text when it opens the file anew
    assert schema.differences(TRIGGERS) == [told]


def scripts(app: Flask) -> list[Any]:
    """The migrations from the newest to the first."""
    config = app.extensions["migrate"].migrate.get_config()
    return list(ScriptDirectory.from_config(config).walk_revisions())


def revisions(app: Flask) -> list[str]:
    return [script.revision for script in scripts(app)]


def narrow(kept: dict[str, list[Any]], script: Any) -> None:
    """Words that the schema below does not know and the downgrade says that it puts others for."""
    for table, words in getattr(script.module, "NARROWED", {}).items():
        for new, old in words.items():
            kept[table] = [
                {name: old if value == new else value for name, value in row.items()}
                for row in kept[table]
            ]


def rows() -> dict[str, list[Any]]:
    """Every row of every table that is there."""
    with db.engine.connect() as connection:
        tables = sorted({thing.table for thing in schema.things(connection)})
        return {
            table: list(connection.execute(text(f"SELECT * FROM {table}")).mappings())
            for table in tables
        }


def alike(left: dict[str, list[Any]], kept: dict[str, list[Any]]) -> bool:
    """Do the tables that are left hold the same in the columns that are left?"""

    def told(table: str, found: list[Any]) -> list[str]:
        columns = left[table][0].keys() if left[table] else ()
        return sorted(repr([row[name] for name in columns]) for row in found)

    return all(told(table, left[table]) == told(table, kept[table]) for table in left)


def up_and_down(app: Flask) -> None:
    """From the newest to the first, each taken back, run again and taken back: what is below stays as it is."""
    kept = rows()
    made = {}
    for script in scripts(app):
        revision = script.revision
        made[revision] = schema.current()
        downgrade(revision="-1")
        narrow(kept, script)
        below, left = schema.current(), rows()
        assert alike(left, kept)
        upgrade(revision=revision)
        assert schema.current() == made[revision]
        downgrade(revision="-1")
        assert schema.current() == below
        assert alike(left, rows())
    assert schema.current() == set()
    for revision in reversed(revisions(app)):
        upgrade(revision=revision)
        assert schema.current() == made[revision]
    assert schema.differences(TRIGGERS) == NONE


def test_each_migration_goes_down_and_up_again(app: Flask) -> None:
    db.session.remove()
    up_and_down(app)


@pytest.mark.skipif(bool(POSTGRESQL), reason="of SQLite installations")
def test_each_migration_runs_on_the_demonstration_and_back(
    demonstration: Path, tmp_path: Path
) -> None:
    copy = copy_of(demonstration, tmp_path / "copy")
    with copy.app_context():
        assert len(rows()["movement"]) > 1000
        up_and_down(copy)
        db.engine.dispose()
