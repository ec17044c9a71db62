"""Whole installations in folders of their own: a blank one, and copies of one that holds the demonstration."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from ocop_points import create_app
from ocop_points.cli import load_shipped_criteria
from ocop_points.core.db import db
from ocop_points.demo.load import load

DATABASE = "ocop.sqlite3"
AS_OF = date(2026, 11, 23)


def installation(folder: Path, url: str = "") -> Flask:
    """An application with a folder of its own; on SQLite in it unless a database is named."""
    return create_app(
        {
            "INSTANCE": folder,
            "SQLALCHEMY_DATABASE_URI": url or f"sqlite:///{(folder / DATABASE).as_posix()}",
            "FILES_FOLDER": str(folder / "files"),
            "SECRET_KEY": f"of {folder.name}",
            "PASSWORD_MEMORY_KIB": 8,
            "PASSWORD_ROUNDS": 1,
        }
    )


def load_demonstration(folder: Path) -> None:
    """Make an installation with the demonstration of a fixed day, unless another worker has made it."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / "lock", timeout=300, isolation_level=None)) as lock:
        lock.execute("BEGIN EXCLUSIVE")
        if (folder / "ready").exists():
            return
        app = installation(folder)
        with app.app_context():
            upgrade()
            load(as_of=AS_OF, load_criteria=load_shipped_criteria)
            db.session.remove()
            db.engine.dispose()
        (folder / "ready").touch()


def copy_of(source: Path, folder: Path) -> Flask:
    """A copy of an installation on SQLite whose server is stopped."""
    folder.mkdir(exist_ok=True)
    with (
        closing(sqlite3.connect(source / DATABASE)) as old,
        closing(sqlite3.connect(folder / DATABASE)) as new,
    ):
        old.backup(new)
    shutil.copytree(source / "files", folder / "files")
    return installation(folder)


def blank_database(server: str, name: str) -> str:
    """A new database on the PostgreSQL server of this address; its address."""
    engine = create_engine(make_url(server).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)
