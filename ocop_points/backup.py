"""Backup and restore of one installation: the database first, then the files it names, with the secret key.

A backup is a zip that any tool opens: `manifest.json`, `database.sqlite3` or `database.dump`, `secret_key`, `files/…`.
A content is on disk before its row is, so files copied after the database hold all that the database names.
"""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Any, cast

from flask import Flask
from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from ocop_points.core import clock
from ocop_points.core.db import db, is_empty

FORMAT = 1
_MANIFEST, _KEY, _FILES = "manifest.json", "secret_key", "files/"
_SQLITE, _POSTGRESQL = "database.sqlite3", "database.dump"


class BackupError(RuntimeError):
    """What cannot be done, in a sentence for whoever runs the command."""


def backup(app: Flask, target: Path) -> dict[str, Any]:
    """Write a backup, readable by its owner only; returns its manifest. Works while people write."""
    if target.exists():
        raise BackupError(f"Tệp {target} đã có; chọn tên khác để không ghi đè bản sao lưu.")
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_RDWR, 0o600), "rb+") as written:
            manifest = backup_into(app, written)
            os.fsync(written.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def backup_into(app: Flask, target: IO[bytes]) -> dict[str, Any]:
    """Write a backup into an open file; returns its manifest. Works while people write."""
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(target, "w") as book:
        manifest = _fill(app, book, Path(scratch))
    target.flush()
    return manifest


def _fill(app: Flask, book: zipfile.ZipFile, scratch: Path) -> dict[str, Any]:
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    sqlite = url.get_backend_name() == "sqlite"
    name = _SQLITE if sqlite else _POSTGRESQL
    copy = scratch / name
    (_copy_sqlite if sqlite else _dump_postgresql)(url, copy)
    book.write(copy, name, zipfile.ZIP_DEFLATED)
    book.writestr(_KEY, str(app.config["SECRET_KEY"]))
    count = 0
    for place in _stored_files(Path(app.config["FILES_FOLDER"])):
        book.write(place, _FILES + place.name)
        count += 1
    manifest = {
        "format": FORMAT,
        "database": name,
        "sha256": _hash(copy),
        "files": count,
        "made_at": clock.now().isoformat(timespec="seconds"),
    }
    book.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return manifest


def _copy_sqlite(url: URL, target: Path) -> None:
    """SQLite's own online backup: a consistent copy while others write."""
    with (
        closing(sqlite3.connect(str(url.database))) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=2000, sleep=0.01)
        copy.execute("PRAGMA journal_mode=DELETE")


def _dump_postgresql(url: URL, target: Path) -> None:
    _run(url, ["pg_dump", "--format=custom", "--no-owner", f"--file={target}", _libpq(url)])


def _libpq(url: URL) -> str:
    """Without the password: every user of the machine can read a command line."""
    plain = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    return plain.render_as_string()


def _run(url: URL, command: list[str]) -> None:
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    environment = {**os.environ, **secret}
    try:
        done = subprocess.run(  # noqa: S603
            command, check=False, capture_output=True, text=True, env=environment
        )
    except FileNotFoundError as error:
        raise BackupError(
            f"Không tìm thấy {command[0]}; cài bộ công cụ máy khách của PostgreSQL."
        ) from error
    if done.returncode:
        raise BackupError(f"{command[0]}: {done.stderr.strip()}")


def _stored_files(folder: Path) -> Iterator[Path]:
    """The contents of the store: two letters, then the hash; unfinished ones have another shape of name."""
    for place in sorted(folder.glob("??/*")):
        if place.is_file() and len(place.name) == 64:
            yield place


def _hash(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def restore(app: Flask, source: Path) -> dict[str, Any]:
    """Bring a backup back into an installation that is empty and not running; returns its manifest.

    Raises BackupError for anything else, before anything is changed.
    """
    with (
        _opened(source) as book,
        nobody_serves(Path(app.instance_path)),
        tempfile.TemporaryDirectory() as scratch,
    ):
        manifest = _read_manifest(book)
        name = manifest["database"]
        copy = Path(book.extract(name, scratch))
        if _hash(copy) != manifest["sha256"]:
            raise BackupError("Bản sao lưu bị hỏng: cơ sở dữ liệu không khớp mã kiểm tra.")
        _check_files(book)
        _refuse_unless_empty(app, name)
        _restore_files(book, Path(app.config["FILES_FOLDER"]))
        _restore_database(app, copy)
        _restore_key(book, Path(app.instance_path))
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as book:
            yield book
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise BackupError(f"Không đọc được bản sao lưu {source}: {error}") from error


def _read_manifest(book: zipfile.ZipFile) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(book.read(_MANIFEST))
    if manifest.get("format") != FORMAT or manifest.get("database") not in {_SQLITE, _POSTGRESQL}:
        raise BackupError(
            "Bản sao lưu này do phiên bản khác tạo ra, không phục hồi được bằng bản này."
        )
    return manifest


def _refuse_unless_empty(app: Flask, name: str) -> None:
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    sqlite = url.get_backend_name() == "sqlite"
    if sqlite != (name == _SQLITE):
        raise BackupError("Bản sao lưu và DATABASE_URL thuộc hai loại cơ sở dữ liệu khác nhau.")
    # Looking into a SQLite file that is not there would make it.
    if not (sqlite and not Path(str(url.database)).exists()) and not is_empty(inspect(db.engine)):
        raise BackupError(
            "Cơ sở dữ liệu đích không trống; phục hồi chỉ vào nơi trống để không ghi đè."
        )
    db.engine.dispose()
    if any(_stored_files(Path(app.config["FILES_FOLDER"]))):
        raise BackupError(
            "Thư mục tệp đích không trống; phục hồi chỉ vào nơi trống để không ghi đè."
        )


def _names(book: zipfile.ZipFile) -> list[str]:
    return [name for name in book.namelist() if name.startswith(_FILES)]


def _check_files(book: zipfile.ZipFile) -> None:
    """Each file's content must be the one its name says: that also keeps paths of another shape out."""
    for name in _names(book):
        digest = name.removeprefix(_FILES)
        with book.open(name) as content:
            if hashlib.file_digest(cast(BytesIO, content), "sha256").hexdigest() != digest:
                raise BackupError(f"Bản sao lưu bị hỏng: tệp {digest[:12]} không khớp mã kiểm tra.")


def _restore_files(book: zipfile.ZipFile, folder: Path) -> None:
    for name in _names(book):
        digest = name.removeprefix(_FILES)
        place = folder / digest[:2] / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        with book.open(name) as content, place.open("wb") as target:
            shutil.copyfileobj(content, target)


def _restore_database(app: Flask, copy: Path) -> None:
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        _run(
            url,
            [
                "pg_restore",
                "--no-owner",
                "--exit-on-error",
                "--single-transaction",
                f"--dbname={_libpq(url)}",
                str(copy),
            ],
        )
        return
    target = Path(str(url.database))
    target.parent.mkdir(parents=True, exist_ok=True)
    # Left over from a database that was here before: SQLite would mix them into the restored one.
    for suffix in ("-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    part = target.with_name(target.name + ".part")
    shutil.copyfile(copy, part)
    part.replace(target)


def _restore_key(book: zipfile.ZipFile, instance: Path) -> None:
    place = instance / "secret_key"
    place.unlink(missing_ok=True)
    place.touch(mode=0o600)
    place.write_bytes(book.read(_KEY))


def _serving_mark(instance: Path) -> sqlite3.Connection:
    """A tiny database whose lock says that a server runs: SQLite's locks work alike on every system."""
    instance.mkdir(parents=True, exist_ok=True)
    mark = sqlite3.connect(
        instance / "serving.lock", timeout=0, isolation_level=None, check_same_thread=False
    )
    mark.execute("CREATE TABLE IF NOT EXISTS serving (id INTEGER)")
    return mark


@contextmanager
def serving(instance: Path) -> Iterator[None]:
    """While the server runs: a shared lock, so several processes may serve one installation."""
    with closing(_serving_mark(instance)) as mark:
        mark.execute("BEGIN")
        mark.execute("SELECT count(*) FROM serving").fetchone()
        yield


@contextmanager
def nobody_serves(instance: Path) -> Iterator[None]:
    """For a restore: raises BackupError while a server of this installation runs, and keeps one from starting."""
    busy = "Hệ thống đang chạy; dừng máy chủ rồi phục hồi."
    try:
        mark = _serving_mark(instance)
        mark.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as error:
        raise BackupError(busy) from error
    with closing(mark):
        yield
