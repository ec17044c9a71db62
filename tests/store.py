"""Where the tests' database lives, on SQLite or PostgreSQL."""

import os
import shutil
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

POSTGRESQL = os.environ.get("TEST_DATABASE_URL", "")


class Store:
    """Where the tests' database lives: a template made once, copied for each test."""

    def __init__(self, folder: Path, worker: str) -> None:
        self.folder = folder
        self.name = f"ocop_{worker}"

    @property
    def url(self) -> str:
        if POSTGRESQL:
            return self._named(self.name)
        return f"sqlite:///{(self.folder / 'test.sqlite3').as_posix()}"

    def _named(self, name: str) -> str:
        return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)

    def _server(self, *statements: str) -> None:
        engine = create_engine(self._named("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    def create(self) -> None:
        """An empty database to be filled."""
        if POSTGRESQL:
            self._server(
                f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}"
            )

    def keep(self, name: str = "template") -> None:
        """Keep what is there now as the template, or under another name."""
        if POSTGRESQL:
            self._server(
                f"DROP DATABASE IF EXISTS {self.name}_{name} WITH (FORCE)",
                f"CREATE DATABASE {self.name}_{name} TEMPLATE {self.name}",
            )
        else:
            shutil.copyfile(self.folder / "test.sqlite3", self.folder / f"{name}.sqlite3")

    def reset(self, name: str = "template") -> None:
        """A fresh copy of the template, or of what was kept under another name."""
        if POSTGRESQL:
            self._server(
                f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)",
                f"CREATE DATABASE {self.name} TEMPLATE {self.name}_{name}",
            )
            return
        for suffix in ("-wal", "-shm"):
            (self.folder / f"test.sqlite3{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.folder / f"{name}.sqlite3", self.folder / "test.sqlite3")
