"""The files on disk: `<folder>/<aa>/<sha256>`. Written whole or not at all, never changed."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from flask import current_app

from ocop_points.core import clock


def folder() -> Path:
    """Where the files of this installation lie."""
    return Path(current_app.config["FILES_FOLDER"])


def path_of(sha256: str) -> Path:
    """Where a content lies, whether it is there or not."""
    return folder() / sha256[:2] / sha256


def put(content: bytes) -> str:
    """Keep a content on disk and return its SHA-256; one that is there already counts as new again."""
    sha256 = hashlib.sha256(content).hexdigest()
    place = path_of(sha256)
    if place.is_file() and place.stat().st_size == len(content):
        _touch(place)
        return sha256
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(prefix="new-", dir=place.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, place)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _touch(place)
    _keep_entry(place.parent)
    return sha256


def read(sha256: str) -> bytes:
    """The content. Raises FileNotFoundError."""
    return path_of(sha256).read_bytes()


def remove(sha256: str) -> None:
    """Take a content off the disk."""
    path_of(sha256).unlink(missing_ok=True)


def old_files(older_than: float) -> Iterator[Path]:
    """Files, half-written ones too, that were last put before this moment (seconds since 1970)."""
    for place in sorted(folder().glob("??/*")):
        if place.is_file() and place.stat().st_mtime < older_than:
            yield place


def is_sound(sha256: str) -> bool:
    """Does the content still make its own name?"""
    try:
        with path_of(sha256).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def _touch(place: Path) -> None:
    now = clock.now().timestamp()
    os.utime(place, (now, now))


def _keep_entry(parent: Path) -> None:
    """The new name must survive a power cut too; Windows has no such call."""
    if os.name == "posix":
        handle = os.open(parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
