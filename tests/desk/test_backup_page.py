"""The administrator takes a backup away by a button, and it comes back on an empty installation."""

import io
import json
import os
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from ocop_points import backup as backups
from ocop_points.accounts.models import SignInFailure
from ocop_points.accounts.rules import MOST_FAILURES
from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from ocop_points.evidence.models import StoredFile
from ocop_points.points.models import SalesPoint
from tests import factories_papers, people
from tests.browser import Browser
from tests.installations import blank_database, installation
from tests.store import POSTGRESQL

Open = Callable[[str | None], Browser]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
PAGE = "/admin/backup"


def taken() -> list[AuditRow]:
    db.session.rollback()
    rows = select(AuditRow).where(AuditRow.action == "installation.backup_taken")
    return list(db.session.scalars(rows))


def kept_at(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_the_button_gives_comes_back_on_an_empty_installation(
    app: Flask, browser: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    # Its own files: those of all tests stand in one folder, of which this database knows a part.
    monkeypatch.setitem(app.config, "FILES_FOLDER", str(tmp_path / "files"))
    factories_papers.approved()
    admin = browser("admin")
    page = admin.get(PAGE)
    assert "chưa có lần nào" in page.words
    assert "khóa ký" in page.words
    assert "dữ liệu cá nhân" in page.words
    with admin.http.post(PAGE, data=page.form().filled({"password": people.PASSWORD})) as answer:
        content = answer.get_data()
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Length"] == str(len(content))
        assert "filename=ocop-2026-11-23-1000.zip" in answer.headers["Content-Disposition"]
    assert not kept_at(scratch)

    book = zipfile.ZipFile(io.BytesIO(content))
    assert book.read("secret_key").decode() == "of the tests"
    (row,) = taken()
    assert (row.user_name, row.object_text) == ("Trần Quản Trị", "Hệ thống")
    facts = json.loads(row.changes)
    assert facts == {"stored_files": [None, len(book.namelist()) - 3], "size": [None, len(content)]}
    assert facts["stored_files"][1] == len(db.session.scalars(select(StoredFile)).all()) > 1
    assert "10:00 23/11/2026, Trần Quản Trị" in admin.get(PAGE).words

    (tmp_path / "b.zip").write_bytes(content)
    url = blank_database(POSTGRESQL, f"restored_{WORKER}") if POSTGRESQL else ""
    target = installation(tmp_path / "target", url)
    with target.app_context():
        run = target.test_cli_runner().invoke
        restored = run(args=["restore", str(tmp_path / "b.zip")])
        assert restored.exit_code == 0, restored.output
        verified = run(args=["verify"])
        assert (verified.exit_code, verified.output.strip()) == (0, "Không thấy lỗi.")
        assert db.session.scalar(select(func.count()).select_from(SalesPoint)) == 1
        db.session.remove()
        db.engine.dispose()


def test_without_the_password_nothing_is_given(browser: Open) -> None:
    """Counted like a wrong sign-in: nobody tries passwords at a browser that was left open."""
    admin = browser("admin")
    for typed, words in (("", "Nhập mật khẩu"), ("sai", "Mật khẩu không đúng")):
        page = admin.submit(PAGE, {"password": typed}, status=422)
        assert page.errors() == [words]
        assert page.form().value("password") in {None, ""}
    for _time in range(MOST_FAILURES - 1):
        admin.submit(PAGE, {"password": "sai"}, status=422)
    page = admin.submit(PAGE, {"password": people.PASSWORD}, status=422)
    assert page.errors() == ["Sai quá nhiều lần. Đợi 15 phút rồi thử lại."]
    assert db.session.scalar(select(func.count()).select_from(SignInFailure)) == MOST_FAILURES
    assert taken() == []


def test_what_cannot_be_copied_is_told(
    app: Flask, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A PostgreSQL whose client tools are missing on the server."""
    admin = browser("admin")
    form = admin.get(PAGE).form()
    if not POSTGRESQL:
        address = "postgresql+psycopg://ocop:bi-mat@nowhere.invalid/ocop"
        monkeypatch.setitem(app.config, "SQLALCHEMY_DATABASE_URI", address)
    monkeypatch.setenv("PATH", "/nowhere")
    page = admin.post(PAGE, form.filled({"password": people.PASSWORD}), status=422)
    assert "Không tìm thấy pg_dump; cài bộ công cụ máy khách của PostgreSQL" in page.words
    assert taken() == []


def test_the_password_of_the_database_stands_in_no_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: list[tuple[list[str], str]] = []

    def run(command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        seen.append((command, dict(options["env"])["PGPASSWORD"]))  # type: ignore[call-overload]
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr("subprocess.run", run)
    url = make_url("postgresql+psycopg://ocop:bi-mat@db.example:5433/ocop?sslmode=require")
    backups._dump_postgresql(url, tmp_path / "dump")
    ((command, secret),) = seen
    assert secret == "bi-mat"
    assert command[-1] == "postgresql://ocop@db.example:5433/ocop?sslmode=require"
