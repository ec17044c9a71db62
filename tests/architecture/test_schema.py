"""What the migrations make is what the models say: columns, CHECKs and triggers; each migration goes down and up."""

import re
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import Connection, create_engine, inspect, text

from ocop_points.core.db import db
from tests.architecture.expected import TRIGGERS


def differences() -> list[Any]:
    with db.engine.connect() as connection:
        options = {"compare_type": True, "render_as_batch": True}
        return list(
            compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)
        )


def checks(connection: Connection, schema: str | None = None) -> dict[str, dict[str, str]]:
    """Of every table its CHECK constraints: name to text, white space and quotes folded."""
    seen = inspect(connection)
    return {
        table: {
            str(check["name"]): re.sub(r'[\s"()]+', " ", check["sqltext"]).strip()
            for check in seen.get_check_constraints(table, schema=schema)
        }
        for table in seen.get_table_names(schema=schema)
        if table != "alembic_version"
    }


def checks_of_the_models() -> dict[str, dict[str, str]]:
    """The same of a database made from the models."""
    if db.engine.dialect.name != "postgresql":
        engine = create_engine("sqlite://")
        with engine.begin() as connection:
            db.metadata.create_all(connection)
            found = checks(connection)
        engine.dispose()
        return found
    with db.engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA fresh"))
        translated = connection.execution_options(schema_translate_map={None: "fresh"})
        db.metadata.create_all(translated)
        found = checks(connection, "fresh")
        connection.rollback()
    return found


def triggers() -> set[tuple[str, str]]:
    sql = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    if db.engine.dialect.name == "postgresql":
        sql = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT t.tgisinternal"
        )
    with db.engine.connect() as connection:
        return {(str(table), str(name)) for table, name in connection.execute(text(sql))}


def expected_triggers() -> set[tuple[str, str]]:
    verbs = {table: set(found) for table, found in TRIGGERS.items()}
    if db.engine.dialect.name == "postgresql":
        for found in verbs.values():
            found.add("truncate")
    return {(table, f"{table}_no_{verb}") for table, found in verbs.items() for verb in found}


def test_the_upgraded_schema_is_that_of_the_models(app: Flask) -> None:
    assert differences() == []


def test_the_checks_are_those_of_the_models(app: Flask) -> None:
    with db.engine.connect() as connection:
        there = checks(connection)
    assert there == checks_of_the_models()
    assert sum(len(found) for found in there.values()) >= 10


def test_the_triggers_are_those_expected(app: Flask) -> None:
    assert triggers() == expected_triggers()


def test_each_migration_goes_down_and_up_again(app: Flask) -> None:
    """On a filled database: from the newest to the first and back."""
    db.session.remove()
    config = app.extensions["migrate"].migrate.get_config()
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    for revision in revisions:
        downgrade(revision="-1")
        upgrade(revision=revision)
        downgrade(revision="-1")
    assert triggers() == set()
    upgrade()
    assert differences() == []
    assert triggers() == expected_triggers()
