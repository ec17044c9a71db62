"""The disk is full or read-only under a running server: plain words, nothing lost, and it recovers by itself."""

import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from werkzeug.datastructures import FileStorage

from ocop_points.core.db import db
from tests import factories_papers, factories_visits
from tests.browser import PART
from tests.live import shop
from tests.live.disk import Disk, mounted
from tests.live.served import ROOT, Answer, Client, Server, running, signed_in
from tests.points.test_register import filled

OTHER = {"name": "Quầy số 1", "address": "3 thôn Đông Nam", "operator_tax_code": ""}


@pytest.fixture
def disk(app: Flask, tmp_path: Path) -> Iterator[Disk]:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its own disk")
    yield from mounted(tmp_path / "disk")


def not_now(answer: Answer) -> Answer:
    assert answer.status == 503, answer.words
    assert "Việc bạn vừa làm chưa được lưu" in answer.words
    assert "báo người quản trị máy chủ" in answer.words
    return answer


def verify(server: Server) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "verify"]
    done = subprocess.run(
        command, cwd=ROOT, env=server.environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "Không thấy lỗi."), done.stderr


def photo(megapixels: float, number: int = 1) -> FileStorage:
    """A photo whose file is about a megabyte for 3 megapixels."""
    side = int((megapixels * 1e6) ** 0.5)
    noise = Image.effect_noise((side, side), 60 + number).convert("RGB")
    file = BytesIO()
    noise.save(file, "JPEG", quality=60)
    return FileStorage(BytesIO(file.getvalue()), filename=f"IMG_{number}.jpg")


def send_photo(who: Client, page: str, sent: FileStorage) -> Answer:
    form = who.get(page).form(page)
    return who.send(form, photos=sent)


def test_a_full_disk(app: Flask, disk: Disk, tmp_path: Path) -> None:
    visit_id = factories_visits.visit(on=shop.IN_ON)
    line_id = factories_papers.line_of(visit_id, "III.1").id
    photos = f"/assessments/{visit_id}/lines/{line_id}/photos"
    with running(app, tmp_path, environment=disk.take(app)) as (server,):
        officer = signed_in(server, "officer")
        form = officer.get("/points/new").form()
        assert send_photo(officer, photos, photo(3.0)).status == 303
        disk.fill()
        page = not_now(officer.send(form, **filled(**OTHER)))
        part = officer.post(form.action, form.filled(filled(**OTHER)), headers=PART)
        assert "<html" not in not_now(part).text
        refused = send_photo(officer, photos, photo(0.1, 2))
        assert "Máy chủ chưa ghi được tệp" in refused.words
        # A body this long is laid down on the disk while it is received.
        for size in (1.0, 3.0):
            large = send_photo(officer, photos, photo(size, 3))
            assert large.status in {422, 503}, large.words
            assert "ghi được" in large.words
        assert officer.get("/points").status == 200
        assert officer.get("/healthz").status == 200
        disk.empty()
        done = officer.send(page.form())
        assert done.status == 303, done.words
        assert "Quầy số 1" in officer.get(done.location).words
        assert officer.get("/points").text.count("Quầy số 1") == 1
        assert send_photo(officer, photos, photo(3.0, 3)).status == 303
        assert not [line for line in officer.unfit if " 500 " in line]
        verify(server)
        assert not list((disk.place / "files").glob("??/new-*"))


def test_minutes_that_find_no_room(
    app: Flask, disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files lie on the full disk, the database elsewhere: the approval stands, its paper is made later."""
    # Its own folder: the one of all tests has become larger than the small disk.
    monkeypatch.setitem(app.config, "FILES_FOLDER", str(tmp_path / "files"))
    visit_id = factories_visits.visit(on=shop.IN_ON)
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    files = disk.place / "files"
    subprocess.run(["cp", "-r", app.config["FILES_FOLDER"], str(files)], check=True)
    url = f"/assessments/{visit_id}"
    with running(app, tmp_path, environment={"FILES_FOLDER": str(files)}) as (server,):
        manager = signed_in(server, "manager")
        form = manager.get(f"{url}/approve").form()
        disk.fill()
        answer = manager.send(form, number="7")
        assert answer.status == 303, answer.words
        page = manager.get(url)
        assert "7/BB-SCT" in page.words
        assert "Biên bản chưa được lưu" in page.words
        keep = f"{url}/minutes"
        again = manager.send(manager.get(keep).form())
        assert again.status == 422
        assert "ghi được" in again.words
        disk.empty()
        assert manager.send(manager.get(keep).form()).status == 303
        paper = manager.get(f"{url}/minutes.pdf")
        assert paper.status == 200
        assert paper.body.rstrip().endswith(b"%%EOF")
        verify(server)


def test_a_disk_that_turned_read_only(app: Flask, disk: Disk, tmp_path: Path) -> None:
    with running(app, tmp_path, environment=disk.take(app)) as (server,):
        officer = signed_in(server, "officer")
        form = officer.get("/points/new").form()
        server.kill()
        disk.remount("ro")
        server.start()
        page = not_now(officer.send(form, **filled(**OTHER)))
        assert officer.get("/points").status == 200
        disk.remount("rw")
        done = officer.send(page.form())
        assert done.status == 303, done.words
        assert "Quầy số 1" in officer.get(done.location).words
        verify(server)
