"""Bombs, polyglots, wrong kinds, damaged files and odd names, sent to the three routes that take a file."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from ocop_points.core.errors import Refused
from ocop_points.evidence.pictures import read_picture
from ocop_points.evidence.rules import UnfitFile
from tests import factories_papers as papers
from tests import factories_visits as visits
from tests.architecture.world import fingerprint, plumbing
from tests.browser import Browser, Page
from tests.evidence import files
from tests.hostile import damaged

Open = Callable[[str | None], Browser]
NAMES = [
    "../../../../etc/cron.d/zq.jpg", "..\\..\\zq.jpg", "C:\\Windows\\zq.jpg", "/etc/passwd", "zq\x00.jpg",
    "zq.jpg\x00.exe",
    "x" * 5000 + ".jpg", "Ảnh " * 300, "CON", "NUL.jpg", ".htaccess", "..", "zq.jpg/", "\u202egpj.exe",
    "<script>zq.jpg",
    'zq"; filename="b.jpg', "zq\r\nX-Zq: 1.jpg", "=cmd|'/C calc'!A0.jpg", "%2e%2e%2fzq.jpg", "😀.jpg",
]  # fmt: skip


class Sender:
    """An officer of the team with a visit begun, and the addresses that take files."""

    def __init__(self, browser: Open) -> None:
        self.visit_id = visits.visit()
        line = papers.line_of(self.visit_id, "I.1")
        visit = f"/assessments/{self.visit_id}"
        self.routes = {
            "photos": f"{visit}/lines/{line.id}/photos",
            "scan": f"{visit}/scan",
            "workbook": "/points/import",
        }
        self.officer = browser("officer")

    def send(self, field: str, content: bytes, name: str = "IMG_0417.jpg") -> Page:
        body: dict[str, Any] = plumbing(self.officer, "officer")
        body[field] = papers.upload(content, name)
        return self.officer.post(self.routes[field], body, content_type="multipart/form-data")


@pytest.fixture
def sender(app: Flask, browser: Open) -> Sender:
    return Sender(browser)


# What each route answers to a content, whatever its name and type say: 303 is taken.
CONTENTS: list[tuple[str, Callable[[], bytes], tuple[int, int, int]]] = [
    ("a photo", files.photo, (303, 303, 422)),
    ("a photo that is a workbook as well", damaged.jpeg_and_zip, (303, 303, 303)),
    ("a photo that is a page as well", files.polyglot, (303, 303, 422)),
    ("a GIF that is a page as well", damaged.gif_and_page, (422, 422, 422)),
    ("a drawing with a script", lambda: files.SVG, (422, 422, 422)),
    ("a PDF that is a page as well", damaged.pdf_and_page, (422, 303, 422)),
    ("a page with a PDF behind it", damaged.page_and_pdf, (422, 422, 422)),
    ("a page", lambda: damaged.PAGE, (422, 422, 422)),
    ("a PDF cut off", lambda: files.PDF[:-20], (422, 422, 422)),
    ("half a JPEG", lambda: damaged.truncated("JPEG"), (422, 422, 422)),
    ("half a PNG", lambda: damaged.truncated("PNG"), (422, 422, 422)),
    ("half a WebP", lambda: damaged.truncated("WEBP"), (422, 422, 422)),
    ("a picture of 100 megapixels", files.bomb, (422, 422, 422)),
    ("a picture with a text that swells", files.text_bomb, (422, 422, 422)),
    ("a workbook", damaged.workbook, (422, 422, 303)),
    ("a workbook with a part above itself", damaged.climbing, (422, 422, 303)),
    ("entities that swell to 10 GB", damaged.laughing, (422, 422, 422)),
    ("entities in an attribute", damaged.laughing_address, (422, 422, 422)),
    ("an entity that reads a file", damaged.reading_a_file, (422, 422, 422)),
    ("a workbook that says 4 billion texts", damaged.countless, (422, 422, 422)),
    ("a cell in a row of 20 digits", damaged.far_away, (422, 422, 422)),
    ("a program", lambda: b"MZ\x90\x00" * 100, (422, 422, 422)),
    ("nothing", lambda: b"", (422, 422, 422)),
]


@pytest.mark.parametrize(
    ("content", "answers"), [c[1:] for c in CONTENTS], ids=[c[0] for c in CONTENTS]
)
def test_what_a_file_is_decides_not_what_it_says(
    sender: Sender, content: Callable[[], bytes], answers: tuple[int, int, int]
) -> None:
    names = {"photos": "anh.jpg", "scan": "bien-ban.pdf", "workbook": "diem.xlsx"}
    for (field, name), status in zip(names.items(), answers, strict=True):
        before = fingerprint()
        page = sender.send(field, content(), name)
        assert page.status == status, f"{field}: {page.status} {page.words[:400]}"
        if status != 303:
            assert fingerprint() == before, field
        if status == 422:
            assert page.errors(), field


@pytest.mark.parametrize("content", [damaged.jpeg_and_zip, files.polyglot])
def test_only_the_picture_of_a_polyglot_is_served(
    sender: Sender, content: Callable[[], bytes]
) -> None:
    sender.send("photos", content())
    photo = papers.photos(sender.visit_id)[0]
    for path in (f"/photos/{photo.id}", f"/photos/{photo.id}/small"):
        answer = papers.raw(sender.officer, path)
        assert answer.mimetype == "image/jpeg"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"].split("; ")
        assert {"default-src 'none'", "sandbox", "frame-ancestors 'none'"} <= set(policy)
        assert not any(mark in answer.data for mark in (b"PK\x03\x04", b"<script", b"xl/"))


def test_a_scan_that_is_a_page_as_well_is_saved_not_shown(sender: Sender) -> None:
    sender.send("scan", damaged.pdf_and_page(), "bien-ban.pdf")
    page = sender.officer.get(f"/assessments/{sender.visit_id}")
    link = next(one for one in page.links() if re.fullmatch(r"/scans/\d+", one))
    answer = papers.raw(sender.officer, link)
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("sent", "content", "saved"),
    [
        ("zq.exe", files.PDF, "zq.exe.pdf"),
        ("ky.PDF", files.PDF, "ky.pdf"),
        ("zq.html", files.PDF, "zq.html.pdf"),
    ],
)
def test_a_scan_is_saved_with_the_ending_of_what_it_is(
    sender: Sender, sent: str, content: bytes, saved: str
) -> None:
    sender.send("scan", content, sent)
    page = sender.officer.get(f"/assessments/{sender.visit_id}")
    link = next(one for one in page.links() if re.fullmatch(r"/scans/\d+", one))
    shown = papers.raw(sender.officer, link).headers["Content-Disposition"]
    assert f'filename="{saved}"' in shown, shown


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_only_ever_a_word(app: Flask, sender: Sender, name: str) -> None:
    folder = Path(app.config["FILES_FOLDER"])
    sender.send("photos", files.photo())  # the folder exists
    around = {path for path in folder.parent.iterdir() if not path.name.startswith("test.sqlite3")}
    assert sender.send("scan", files.PDF + name.encode(), name).status in {303, 422}
    page = sender.send("workbook", damaged.workbook(), name)
    assert page.status in {303, 422}
    for one in folder.rglob("*"):
        assert one.is_dir() or len(one.stem) == 64, one
    now = {path for path in folder.parent.iterdir() if not path.name.startswith("test.sqlite3")}
    assert now == around
    page = sender.officer.get(f"/assessments/{sender.visit_id}")
    for link in {one for one in page.links() if re.fullmatch(r"/scans/\d+", one)}:
        answer = papers.raw(sender.officer, link)
        shown = answer.headers["Content-Disposition"]
        assert "X-Zq" not in answer.headers
        assert not set(shown.partition("filename=")[2].partition(";")[0]) & set("/\\\r\n\x00")


def test_damaged_files_are_read_or_refused(app: Flask) -> None:
    """A thousand more are tried in `make soak`."""
    ends = {"read": 0, "refused": 0}
    for seed in range(40):
        try:
            damaged.read(damaged.flipped_workbook(seed))
            ends["read"] += 1
        except Refused:
            ends["refused"] += 1
    for seed in range(300):
        try:
            read_picture(damaged.flipped_picture(seed))
            ends["read"] += 1
        except UnfitFile:
            ends["refused"] += 1
    assert min(ends.values()) > 20, ends
