"""A small disk of its own, to be filled and made read-only: a tmpfs, so Linux and root only."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.engine import make_url


class Disk:
    """24 MB, mounted at `place`."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._ballast = place / "ballast"

    def fill(self) -> None:
        """Leave not one byte."""
        with self._ballast.open("wb", buffering=0) as ballast:
            for size in (1 << 20, 4096, 1):
                try:
                    while ballast.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def empty(self) -> None:
        self._ballast.unlink()

    def remount(self, how: str) -> None:
        """`ro` or `rw`; nobody may have a file open for writing."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.place)], check=True)

    def take(self, app: Flask) -> dict[str, str]:
        """Copy the installation here; the settings of a server that runs on the copy."""
        target = self.place / "ocop.sqlite3"
        source = str(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new)
        scratch = self.place / "tmp"
        scratch.mkdir(exist_ok=True)
        return {
            "DATABASE_URL": f"sqlite:///{target}",
            "FILES_FOLDER": str(self.place / "files"),
            "TMPDIR": str(scratch),
        }


def mounted(place: Path) -> Iterator[Disk]:
    """Mount, and unmount in the end. Skips where that cannot be; with CI=true that is an error."""
    place.mkdir()
    try:
        if not hasattr(os, "geteuid") or os.geteuid() != 0:
            raise PermissionError("a disk is mounted by root on Linux only")
        command = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)]
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no small disk: {error}")
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
