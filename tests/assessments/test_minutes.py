"""The minutes as a PDF: drafts, the one paper after approval, the signed scan, and who gets them."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.assessments import minutes_paper, minutes_queries, minutes_service, minutes_views
from ocop_points.assessments.kinds import VisitKind
from ocop_points.assessments.models import Visit
from ocop_points.assessments.queries import get_visit_to_edit
from ocop_points.assessments.rules import Answer
from ocop_points.assessments.service import VisitFacts, edit_visit, void_visit
from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db, write
from ocop_points.core.printing import PrintingError
from ocop_points.criteria import service as criteria
from ocop_points.criteria.queries import get_edition_to_change
from ocop_points.evidence import store
from ocop_points.evidence.intake import prepare_made
from ocop_points.extensions import limiter
from ocop_points.points import service as points
from ocop_points.points.models import SalesPoint
from tests import factories, factories_papers, factories_visits, people
from tests.browser import Browser, Page
from tests.evidence import files
from tests.factories_papers import post_files, raw, shot, upload

Open = Callable[[str | None], Browser]
MISSED = {"III.4": Answer(value=False, note="6 lọ Ruốc hàu Vân Đồn không có tem truy xuất")}


@pytest.fixture
def visit_id(app: Flask) -> int:
    return factories_visits.visit(team=("second_officer",))


def words(content: bytes, *, layout: bool = False) -> str:
    options = ["-layout"] if layout else []
    done = subprocess.run(
        ["pdftotext", *options, "-", "-"], input=content, capture_output=True, check=True
    )
    return " ".join(done.stdout.decode().split())


def about(tool: str, content: bytes, tmp_path: Path) -> str:
    """What pdffonts or pdfinfo says; they read from a file."""
    place = tmp_path / "minutes.pdf"
    place.write_bytes(content)
    return subprocess.run([tool, str(place)], capture_output=True, check=True).stdout.decode()


def pdf(who: Browser, visit_id: int, query: str = "") -> bytes:
    answer = raw(who, f"/assessments/{visit_id}/minutes.pdf{query}")
    assert answer.status_code == 200, answer.status_code
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")
    return answer.data


def test_a_draft_says_so_and_has_no_number(browser: Open, visit_id: int) -> None:
    text_ = words(pdf(browser("officer"), visit_id))
    assert "DỰ THẢO" in text_
    assert "Số: ……/BB-SCT" in text_
    assert "kt/" not in text_
    assert minutes_queries.minutes_file(visit_id) is None


def test_a_draft_follows_the_visit(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    before = pdf(officer, visit_id)
    factories_papers.answer(visit_id, MISSED)
    after = pdf(officer, visit_id)
    assert before != after
    assert "Ruốc hàu Vân Đồn không có tem truy xuất" in words(after)


def test_the_approved_paper_is_read_back(browser: Open, visit_id: int, tmp_path: Path) -> None:
    guest = "Bùi Khắc Duẩn, Phòng Kinh tế phường Bãi Cháy"
    team = [people.user("second_officer").id]
    facts = VisitFacts(VisitKind.PERIODIC, team, guests=guest, representative="Đặng Thị Nga")
    factories_visits.act(visit_id, edit_visit, by="officer", facts=facts, planned_on=None)
    factories_papers.answer(visit_id, MISSED)
    factories_papers.submit(visit_id, opinion="Cửa hàng nhất trí", conclusion="Đề nghị công nhận")
    factories_papers.approve(visit_id)
    content = pdf(browser("officer"), visit_id)
    read = words(content)
    for expected in (
        "Số: 12/BB-SCT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "SỞ CÔNG THƯƠNG",
        "ngày 23 tháng 11 năm 2026",
        "hồi 10 giờ 00 phút",
        "Trung tâm OCOP Bãi Cháy",
        "QNI-0001",
        "Ông/bà Nguyễn Thị Thu Hà",
        "Trưởng đoàn",
        "Lê Đức Mạnh",
        "Bùi Khắc Duẩn",
        "Đặng Thị Nga",
        "950/QĐ-BCT",
        "chưa có văn bản thay thế trong hệ thống",
        "Cửa hàng ở nhà ga, sân bay, bến xe, bến tàu",
        "6 lọ Ruốc hàu Vân Đồn không có tem truy xuất",
        "ĐẠT",
        "Đề nghị công nhận",
        "Cửa hàng nhất trí",
        "chụp 09:12",
    ):
        assert expected in read, expected
    visit = db.session.get_one(Visit, visit_id)
    assert f"https://ocop.example/kt/{visit.token}" in read.replace(" ", "")
    assert "DỰ THẢO" not in read
    fonts = about("pdffonts", content, tmp_path).splitlines()[2:]
    assert fonts
    for font in fonts:
        assert "LiberationSerif" in font or "DejaVuSans" in font
        embedded, _subset, unicode_ = font.split()[-5:-2]
        assert (embedded, unicode_) == ("yes", "yes"), font
    info = about("pdfinfo", content, tmp_path)
    assert "A4" in info
    assert "Tagged:          yes" in info
    xmp = content.decode("latin-1")
    assert "<pdfaid:part>2</pdfaid:part>" in xmp
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in xmp
    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp


def test_the_same_bytes_for_ever(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    browser("manager").submit(f"/assessments/{visit_id}/approve", {"number": "7"})
    officer = browser("officer")
    first = pdf(officer, visit_id)
    kept = minutes_queries.minutes_file(visit_id)
    assert kept is not None
    assert store.read(kept.file.sha256) == first
    assert pdf(officer, visit_id) == first
    edition_id = db.session.get_one(Visit, visit_id).edition_id
    admin = people.user("admin")
    write(
        lambda: criteria.retire_edition(
            get_edition_to_change(admin, edition_id), by=admin, reason="Có bộ mới"
        )
    )
    point_id = db.session.get_one(Visit, visit_id).point_id
    write(
        lambda: points.edit_point(
            db.session.get_one(SalesPoint, point_id),
            factories.facts(name="Tên mới sau khi duyệt"),
            opened_on=date(2022, 9, 2),
            by=people.user("officer"),
        )
    )
    assert pdf(officer, visit_id) == first
    actions = db.session.scalars(
        select(AuditRow.action).where(AuditRow.action == "visit.minutes_made")
    )
    assert len(list(actions)) == 1


def test_a_paper_declared_void_says_so_and_the_original_stays(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    officer = browser("officer")
    first = pdf(officer, visit_id)
    factories_visits.act(visit_id, void_visit, by="manager", reason="Ghi nhầm điểm bán")
    void = words(pdf(officer, visit_id))
    assert "ĐÃ HỦY" in void
    assert "Đã hủy ngày 23/11/2026: Ghi nhầm điểm bán" in void
    assert pdf(officer, visit_id, "?original=1") == first


def test_the_original_of_a_void_paper_is_made_as_it_was_due(browser: Open, visit_id: int) -> None:
    """Rendering failed at the approval, and the visit was declared void before anybody asked again."""
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    factories_visits.act(visit_id, void_visit, by="manager", reason="Ghi nhầm điểm bán")
    assert "ĐÃ HỦY" not in words(pdf(browser("officer"), visit_id, "?original=1"))


def test_a_failed_rendering_is_tried_again_by_a_button(
    browser: Open, visit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    manager = browser("manager")
    monkeypatch.setattr(minutes_paper, "render_pdf", _fails)
    page = manager.follow(manager.submit(f"/assessments/{visit_id}/approve", {"number": "12"}))
    assert "Đã duyệt" in page.words
    assert "Biên bản chưa được lưu trên máy chủ" in page.words
    assert "chưa được lưu" not in browser("officer").get(f"/assessments/{visit_id}").words
    assert raw(manager, f"/assessments/{visit_id}/minutes.pdf").status_code == 503
    refused = manager.submit(f"/assessments/{visit_id}/minutes", {}, status=422)
    assert "Chưa lập được tệp PDF" in refused.words
    assert minutes_queries.minutes_file(visit_id) is None
    monkeypatch.undo()
    shown = pdf(manager, visit_id)
    assert minutes_queries.minutes_file(visit_id) is None  # looking at it keeps nothing
    page = manager.follow(manager.submit(f"/assessments/{visit_id}/minutes", {}))
    assert "Đã lập và lưu biên bản" in page.words
    assert "chưa được lưu" not in page.words
    kept = minutes_queries.minutes_file(visit_id)
    assert kept is not None
    assert store.read(kept.file.sha256) == shown == pdf(manager, visit_id)


def test_minutes_are_kept_of_approved_visits_only(browser: Open, visit_id: int) -> None:
    browser("manager").get(f"/assessments/{visit_id}/minutes", status=404)


def test_an_unforeseen_error_does_not_hold_the_approval_up(
    browser: Open, visit_id: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    monkeypatch.setattr(minutes_views, "prepare_made", lambda *_args, **_named: 1 / 0)
    manager = browser("manager")
    page = manager.follow(manager.submit(f"/assessments/{visit_id}/approve", {"number": "12"}))
    assert "Đã duyệt" in page.words


def test_two_who_make_the_paper_at_once_keep_the_first(app: Flask, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    for content in (files.PDF, files.PDF + b"%"):
        made = prepare_made(content, name="minutes.pdf")
        write(
            lambda made=made: minutes_service.keep_minutes(  # type: ignore[misc]
                get_visit_to_edit(people.user("manager"), visit_id), made, check_url=""
            )
        )
    kept = minutes_queries.minutes_file(visit_id)
    assert kept is not None
    assert store.read(kept.file.sha256) == files.PDF


def _fails(*_args: object, **_kwargs: object) -> bytes:
    raise PrintingError("no room on the disk")


def test_approval_makes_the_paper(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    manager = browser("manager")
    manager.submit(f"/assessments/{visit_id}/approve", {"number": "7"})
    kept = minutes_queries.minutes_file(visit_id)
    assert kept is not None
    assert "Số: 07/BB-SCT" in words(store.read(kept.file.sha256))


def test_without_public_url_no_code_is_printed_and_the_page_says_so(
    browser: Open, visit_id: int, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PUBLIC_URL", "")
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    officer = browser("officer")
    read = words(pdf(officer, visit_id))
    assert "Quét mã" not in read
    assert "/kt/" not in read
    assert "chưa đặt PUBLIC_URL" in officer.get(f"/assessments/{visit_id}").words


@pytest.mark.parametrize(
    ("who", "drafts", "approved"),
    [
        ("officer", 200, 200),
        ("manager", 200, 200),
        ("admin", 200, 200),
        ("viewer", 404, 200),
        ("operator", 404, 200),
        ("other_officer", 404, 404),
        ("other_manager", 404, 404),
        (None, 302, 302),
    ],
)
def test_who_reads_the_minutes(
    browser: Open, visit_id: int, who: str | None, drafts: int, approved: int
) -> None:
    factories.give_point(db.session.scalars(select(SalesPoint)).one())
    somebody = browser(who)
    address = f"/assessments/{visit_id}/minutes.pdf"
    assert raw(somebody, address).status_code == drafts
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    assert raw(somebody, address).status_code == approved


def test_sixty_photos_stay_below_ten_megabytes(
    browser: Open, visit_id: int, tmp_path: Path
) -> None:
    noisy = files.noisy_series(60)
    codes = ("III.1", "III.2", "III.3", "III.4", "III.5")
    for start, code in zip(range(0, 60, 12), codes, strict=True):
        own = noisy[start : start + 12]
        factories_papers.photograph(visit_id, code, *own, caption=f"Ảnh của {code}")
    assert len(factories_papers.photos(visit_id)) == 60
    content = pdf(browser("officer"), visit_id)
    assert len(content) <= 10_000_000
    read = words(content)
    assert "Còn 8 ảnh ở phụ lục" in read
    assert "PHỤ LỤC ẢNH" in read
    assert "Ảnh 60" in read
    place = tmp_path / "minutes.pdf"
    place.write_bytes(content)
    listed = subprocess.run(["pdfimages", "-list", str(place)], capture_output=True, check=True)
    widths = [line.split()[3] for line in listed.stdout.decode().splitlines()[2:]]
    assert len(widths) >= 60
    assert max(int(width) for width in widths) <= 800


def test_a_visit_that_has_not_begun_has_no_minutes(browser: Open, app: Flask) -> None:
    planned = factories_visits.visit(planned=True, on=factories_visits.TOMORROW)
    officer = browser("officer")
    officer.get(f"/assessments/{planned}/minutes.pdf", status=404)
    officer.get(f"/assessments/{planned}/scan", status=404)
    officer.get("/assessments/999/minutes.pdf", status=404)


def test_the_kept_minutes_cannot_be_changed(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    browser("manager").submit(f"/assessments/{visit_id}/approve", {"number": "7"})
    assert minutes_queries.minutes_file(visit_id) is not None
    for statement in ("UPDATE minutes_file SET check_url = ''", "DELETE FROM minutes_file"):
        with pytest.raises(DBAPIError, match="protected"):
            db.session.execute(text(statement))
        db.session.rollback()


# --- the signed paper -----------------------------------------------------------------------------


def attach(who: Browser, visit_id: int, *named: tuple[bytes, str], status: int = 303) -> Page:
    address = f"/assessments/{visit_id}/scan"
    form = who.get(address).form(address)
    scans = [upload(content, name) for content, name in named]
    return post_files(who, form, {"scan": scans}, status=status)


def test_the_signed_scan_is_shown_first(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    officer = browser("officer")
    attach(officer, visit_id, (files.PDF, "Bản ký.pdf"), (shot(1), "trang 2.jpg"))
    page = officer.get(f"/assessments/{visit_id}")
    assert page.words.index("Bản đã ký") < page.words.index("Biên bản số 12/BB-SCT")
    one, two = minutes_queries.scans_of(visit_id)
    answer = raw(officer, f"/scans/{one.id}")
    assert answer.data == files.PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert raw(officer, f"/scans/{two.id}").mimetype == "image/jpeg"
    assert raw(officer, f"/scans/{two.id}/small").status_code == 200
    assert raw(officer, f"/scans/{one.id}/small").status_code == 404


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (files.SVG, "không phải là bản quét"),
        (b"<html>%PDF-1.7 %%EOF", "không phải là bản quét"),
        (files.PDF[:-12], "không phải là bản quét"),
        (b"%PDF-1.7" + b" " * (15 * 1024 * 1024) + b"%%EOF", "lớn hơn 15 MB"),
        (shot(1)[:4000], "bị hỏng"),
    ],
)
def test_what_is_no_scan(browser: Open, visit_id: int, content: bytes, message: str) -> None:
    page = attach(browser("officer"), visit_id, (content, "a.pdf"), status=422)
    assert any(message in error for error in page.errors())
    assert minutes_queries.scans_of(visit_id) == []


def test_a_wrong_scan_is_taken_off(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    attach(officer, visit_id, (files.PDF, "nhầm.pdf"))
    scan = minutes_queries.scans_of(visit_id)[0]
    page = officer.get(f"/scans/{scan.id}/delete")
    assert "“nhầm.pdf”" in page.words
    officer.send(page.form())
    assert minutes_queries.scans_of(visit_id) == []
    officer.get(f"/scans/{scan.id}", status=404)


@pytest.mark.parametrize(
    ("who", "read", "change"),
    [
        ("second_officer", 200, 200),
        ("manager", 200, 200),
        ("admin", 200, 403),
        ("viewer", 404, 403),
        ("operator", 404, 403),
        ("other_manager", 404, 404),
        (None, 302, 302),
    ],
)
def test_who_sees_and_changes_the_scan(
    browser: Open, visit_id: int, who: str | None, read: int, change: int
) -> None:
    factories.give_point(db.session.scalars(select(SalesPoint)).one())
    attach(browser("officer"), visit_id, (files.PDF, "ký.pdf"))
    scan = minutes_queries.scans_of(visit_id)[0]
    somebody = browser(who)
    assert raw(somebody, f"/scans/{scan.id}").status_code == read
    assert raw(somebody, f"/scans/{scan.id}/delete").status_code == change
    assert raw(somebody, f"/assessments/{visit_id}/scan").status_code == change


def test_an_officer_outside_the_team_leaves_the_scan_alone(browser: Open, app: Flask) -> None:
    alone = factories_visits.visit()
    attach(browser("officer"), alone, (files.PDF, "ký.pdf"))
    scan = minutes_queries.scans_of(alone)[0]
    other = browser("second_officer")
    other.get(f"/scans/{scan.id}")
    other.get(f"/scans/{scan.id}/delete", status=403)
    other.get(f"/assessments/{alone}/scan", status=403)


# --- is this paper genuine? -----------------------------------------------------------------------


@pytest.fixture
def fresh_limits(app: Flask) -> Iterator[None]:
    limiter.reset()
    yield
    limiter.reset()


@pytest.mark.usefixtures("fresh_limits")
def test_anyone_can_check_a_paper(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id, MISSED)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    token = db.session.get_one(Visit, visit_id).token
    anybody = browser(None)
    page = anybody.get(f"/kt/{token}")
    for shown in ("12/BB-SCT", "23/11/2026", "Trung tâm OCOP Bãi Cháy", "Đạt", "còn giá trị"):
        assert shown in page.words, shown
    for hidden in ("Nguyễn Thị Thu Hà", "Đặng Thị Nga", "Ruốc hàu", "88 đường Hạ Long"):
        assert hidden not in page.text
    assert page.answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    factories_visits.act(visit_id, void_visit, by="manager", reason="Bí mật")
    page = anybody.get(f"/kt/{token}")
    assert "Đã hủy" in page.words
    assert "Bí mật" not in page.text


@pytest.mark.usefixtures("fresh_limits")
@pytest.mark.parametrize("token", ["0" * 32, "x", "%00", "a" * 500, "'; DROP TABLE visit; --"])
def test_an_unknown_paper_is_a_plain_page(browser: Open, token: str) -> None:
    page = browser(None).get(f"/kt/{token}", status=404)
    assert "Không tìm thấy" in page.words


@pytest.mark.usefixtures("fresh_limits")
def test_asking_too_often_is_slowed_down(browser: Open) -> None:
    anybody = browser(None)
    for _time in range(30):
        anybody.get("/kt/unknown", status=404)
    page = anybody.get("/kt/unknown", status=429)
    assert "Đợi một phút" in page.words
    assert int(page.answer.headers["Retry-After"]) <= 61
    other = raw(anybody, "/kt/unknown", environ_overrides={"REMOTE_ADDR": "10.1.2.3"})
    assert other.status_code == 404
