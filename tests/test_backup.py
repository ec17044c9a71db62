"""A backup taken while people write comes back on an empty machine, and nowhere else."""

import json
import os
import stat
import threading
import zipfile
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import func, select

from ocop_points.audit.models import AuditRow
from ocop_points.audit.queries import broken_row
from ocop_points.backup import BackupError, backup, nobody_serves, restore, serving
from ocop_points.core.db import db, write
from ocop_points.desk.service import prepare_database
from ocop_points.points.models import SalesPoint
from tests import factories, people
from tests.installations import installation
from tests.store import POSTGRESQL

pytestmark = pytest.mark.skipif(bool(POSTGRESQL), reason="of SQLite installations")
HASH = "a1" * 32


@pytest.fixture
def source(tmp_path: Path) -> Flask:
    app = installation(tmp_path / "source")
    with app.app_context():
        upgrade()
        write(lambda: prepare_database(demonstration=False))
        write(people.make_everybody)
    return app


def store(app: Flask, content: bytes) -> str:
    """A file in the store of an installation, under its hash."""
    import hashlib

    digest = hashlib.sha256(content).hexdigest()
    place = Path(app.config["FILES_FOLDER"]) / digest[:2] / digest
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return digest


def test_a_backup_under_write_load_comes_back_whole(source: Flask, tmp_path: Path) -> None:
    digest = store(source, b"a picture")
    stop = threading.Event()
    acknowledged: list[str] = []

    def work() -> None:
        with source.app_context():
            while not stop.is_set():
                made = factories.point(name=f"Điểm {len(acknowledged)}", address="đường thử")
                acknowledged.append(made.code)
                db.session.rollback()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        while len(acknowledged) < 5:
            pass
        before = len(acknowledged)
        with source.app_context():
            manifest = backup(source, tmp_path / "b.zip")
    finally:
        stop.set()
        worker.join()
    assert manifest["files"] == 1
    assert stat.S_IMODE(os.stat(tmp_path / "b.zip").st_mode) == 0o600

    target = installation(tmp_path / "target")
    (tmp_path / "target").mkdir(exist_ok=True)
    (tmp_path / "target" / "ocop.sqlite3-wal").write_bytes(b"left over from before")
    with target.app_context():
        restore(target, tmp_path / "b.zip")
        kept = db.session.scalar(select(func.count()).select_from(SalesPoint)) or 0
        assert before <= kept <= len(acknowledged)
        assert broken_row() is None
        assert db.session.scalar(select(func.count()).select_from(AuditRow))
    assert (tmp_path / "target" / "files" / digest[:2] / digest).read_bytes() == b"a picture"
    assert (tmp_path / "target" / "secret_key").read_text() == "of source"
    assert stat.S_IMODE(os.stat(tmp_path / "target" / "secret_key").st_mode) == 0o600


def test_a_backup_is_not_written_over(source: Flask, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("older")
    with source.app_context(), pytest.raises(BackupError, match="đã có"):
        backup(source, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "older"


def test_restoring_onto_something_is_refused(source: Flask, tmp_path: Path) -> None:
    with source.app_context():
        backup(source, tmp_path / "b.zip")
        with pytest.raises(BackupError, match="không trống"):
            restore(source, tmp_path / "b.zip")


def test_restoring_while_the_server_runs_is_refused(source: Flask, tmp_path: Path) -> None:
    with source.app_context():
        backup(source, tmp_path / "b.zip")
    target = installation(tmp_path / "target")
    with (
        target.app_context(),
        serving(tmp_path / "target"),
        serving(tmp_path / "target"),
        pytest.raises(BackupError, match="đang chạy"),
    ):
        restore(target, tmp_path / "b.zip")
    assert not (tmp_path / "target" / "ocop.sqlite3").exists()


def test_a_server_does_not_start_during_a_restore(tmp_path: Path) -> None:
    with nobody_serves(tmp_path), pytest.raises(Exception, match="locked"), serving(tmp_path):
        pass


@pytest.mark.parametrize("what", ["database", "file", "manifest", "not a zip"])
def test_a_damaged_backup_is_refused(source: Flask, tmp_path: Path, what: str) -> None:
    store(source, b"a picture")
    good, bad = tmp_path / "b.zip", tmp_path / "bad.zip"
    with source.app_context():
        backup(source, good)
    if what == "not a zip":
        bad.write_bytes(b"nothing of the kind")
    else:
        with zipfile.ZipFile(good) as old, zipfile.ZipFile(bad, "w") as new:
            for name in old.namelist():
                content = old.read(name)
                if what == "database" and name.startswith("database"):
                    content += b"x"
                if what == "file" and name.startswith("files/"):
                    content = b"another picture"
                if what == "manifest" and name == "manifest.json":
                    content = json.dumps({"format": 99}).encode()
                new.writestr(name, content)
    target = installation(tmp_path / "target")
    with target.app_context(), pytest.raises(BackupError):
        restore(target, bad)
    assert not (tmp_path / "target" / "ocop.sqlite3").exists()
