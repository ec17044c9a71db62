"""Keeping, crashing between, forgetting."""

import os
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, func, insert, select
from werkzeug.datastructures import FileStorage

from ocop_points.audit.models import AuditRow
from ocop_points.core import clock
from ocop_points.core.db import Base, db, write
from ocop_points.core.errors import Refused
from ocop_points.evidence import queries, store
from ocop_points.evidence.intake import Prepared, prepare_pictures, prepare_scans
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.service import keep_file, sweep
from tests.conftest import NOW
from tests.evidence import files


@pytest.fixture
def disk(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder of files for this test."""
    monkeypatch.setitem(app.config, "FILES_FOLDER", str(tmp_path / "files"))
    return tmp_path / "files"


@pytest.fixture
def holder(app: Flask) -> Iterator[Table]:
    """A record of some feature that hangs on a file."""
    table = Table(
        "test_holder",
        Base.metadata,
        Column("id", Integer, primary_key=True),
        Column("file_id", ForeignKey("stored_file.id")),
    )
    with db.engine.begin() as connection:
        table.create(connection)
    yield table
    Base.metadata.remove(table)
    assert isinstance(Base.metadata, MetaData)


def upload(content: bytes, name: str = "anh.jpg") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def prepared(content: bytes | None = None) -> Prepared:
    return prepare_pictures([upload(content or files.photo())], field="photos")[0]


def kept() -> int:
    """The id of a row for a photo."""
    ready = prepared()
    return write(lambda: keep_file(ready).id)


def on_disk(disk: Path) -> list[str]:
    return sorted(place.name for place in disk.rglob("*") if place.is_file())


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(StoredFile)) or 0


def test_a_photo_is_kept_by_its_content(disk: Path) -> None:
    ready = prepared()
    made = db.session.get_one(StoredFile, write(lambda: keep_file(ready).id))
    assert on_disk(disk) == [made.sha256]
    assert store.path_of(made.sha256).parent.name == made.sha256[:2]
    assert store.read(made.sha256) == ready.content
    assert (made.mimetype, made.width, made.height) == ("image/jpeg", 640, 480)
    assert made.size == len(ready.content)


def test_the_same_content_is_kept_once(disk: Path) -> None:
    assert kept() == kept()
    assert rows() == 1
    assert len(on_disk(disk)) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows knows no such modes")
def test_nobody_else_may_read_the_files(disk: Path) -> None:
    kept()
    for place in disk.rglob("*"):
        assert place.stat().st_mode & 0o077 == 0, place


def test_one_unfit_file_stores_none(disk: Path) -> None:
    sent = [upload(files.photo()), upload(b"x", "../chữ.txt"), upload(files.bomb(), "to.png")]
    with pytest.raises(Refused) as refused:
        prepare_pictures(sent, field="photos")
    assert "“chữ.txt” không phải là ảnh" in refused.value.message
    assert "“to.png” lớn hơn 50 triệu điểm ảnh" in refused.value.message
    assert refused.value.field == "photos"
    assert on_disk(disk) == []


@pytest.mark.usefixtures("disk")
def test_a_scan_is_a_pdf_or_a_picture() -> None:
    pdf, picture = prepare_scans([upload(files.PDF, "bb.pdf"), upload(files.photo())], field="scan")
    assert pdf.mimetype == "application/pdf"
    assert pdf.content == files.PDF
    assert picture.mimetype == "image/jpeg"
    for bad in (files.SVG, b"<html>", files.PDF[:-10]):
        with pytest.raises(Refused, match="không phải là bản quét"):
            prepare_scans([upload(bad)], field="scan")


def test_a_crash_while_writing_leaves_nothing(disk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Refused, match="chưa ghi được tệp"):
        prepared()
    assert on_disk(disk) == []


def test_a_crash_between_file_and_row_leaves_no_visible_half(disk: Path) -> None:
    ready = prepared()

    def crash() -> None:
        keep_file(ready)
        raise RuntimeError("the power went")

    with pytest.raises(RuntimeError):
        write(crash)
    assert rows() == 0
    assert on_disk(disk) == [ready.sha256]  # unreferenced: the sweep's
    with clock.freeze(NOW + timedelta(days=7, minutes=1)):
        assert write(sweep) == (0, 1)
    assert on_disk(disk) == []


def test_a_content_that_went_meanwhile_is_written_again(disk: Path) -> None:
    ready = prepared()
    store.remove(ready.sha256)
    write(lambda: keep_file(ready).id)
    assert on_disk(disk) == [ready.sha256]


def test_a_fresh_file_without_row_stays(disk: Path) -> None:
    ready = prepared()
    with clock.freeze(NOW + timedelta(days=6, hours=23)):
        assert write(sweep) == (0, 0)
        prepared()  # sent again: it counts from now
    with clock.freeze(NOW + timedelta(days=8)):
        assert write(sweep) == (0, 0)
    assert on_disk(disk) == [ready.sha256]


def test_a_row_goes_after_a_week_without_use_and_its_file_after_that(
    disk: Path, holder: Table
) -> None:
    file_id = kept()
    write(lambda: db.session.execute(insert(holder).values(file_id=file_id)))
    with clock.freeze(NOW + timedelta(days=30)):
        assert write(sweep) == (0, 0)
        write(lambda: db.session.execute(holder.delete()))
        assert write(sweep) == (0, 0)  # unused since now
    with clock.freeze(NOW + timedelta(days=36, hours=23)):
        assert write(sweep) == (0, 0)
    with clock.freeze(NOW + timedelta(days=37)):
        assert write(sweep) == (1, 0)
        assert write(sweep) == (0, 1)
    assert (rows(), on_disk(disk)) == (0, [])
    audited = db.session.scalars(select(AuditRow.action).where(AuditRow.action == "files.swept"))
    assert len(list(audited)) == 2


@pytest.mark.usefixtures("disk")
def test_a_file_in_use_again_counts_anew(holder: Table) -> None:
    file_id = kept()
    write(sweep)
    with clock.freeze(NOW + timedelta(days=6)):
        write(lambda: db.session.execute(insert(holder).values(file_id=file_id)))
    with clock.freeze(NOW + timedelta(days=8)):
        assert write(sweep) == (0, 0)
    assert db.session.get_one(StoredFile, file_id).unused_since is None


def test_the_commands_sweep_and_verify(app: Flask, disk: Path) -> None:
    run = app.test_cli_runner()
    kept()
    swept = run.invoke(args=["sweep-files"])
    assert "Đã bỏ 0 tệp" in swept.output, swept
    assert run.invoke(args=["verify"]).exit_code == 0
    place = next(place for place in disk.rglob("*") if place.is_file())
    place.write_bytes(b"something else")
    assert [fault.split(":")[0] for fault in queries.file_faults()] == [f"Tệp {place.name}"]
    checked = run.invoke(args=["verify"])
    assert checked.exit_code == 1
    assert place.name in checked.output


def test_every_record_that_hangs_on_a_file_is_asked(holder: Table) -> None:
    assert "test_holder" in str(queries.unused().compile())
    assert holder.c.file_id.name == "file_id"


@pytest.mark.usefixtures("disk")
def test_a_content_sent_again_is_no_longer_unused() -> None:
    file_id = kept()
    write(sweep)
    assert db.session.get_one(StoredFile, file_id).unused_since == NOW
    assert kept() == file_id
    assert db.session.get_one(StoredFile, file_id).unused_since is None
