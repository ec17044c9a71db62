"""Photos of a visit: sent, looked at, deleted, and by whom not."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ocop_points.assessments import photos_queries
from ocop_points.assessments import queries as visits
from ocop_points.assessments.faults import visit_faults
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.photos_service import remove_photo
from ocop_points.assessments.rules_states import VisitState
from ocop_points.assessments.service import return_visit
from ocop_points.audit.models import AuditRow
from ocop_points.core.db import db
from ocop_points.core.errors import Refused
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.queries import file_faults
from ocop_points.points.models import SalesPoint
from tests import factories, factories_papers, factories_visits, people
from tests.browser import PART, Browser, Page
from tests.evidence import files
from tests.factories_papers import line_of, photos, post_files, raw, sent, shot, upload

Open = Callable[[str | None], Browser]
CODE = "III.1"


@pytest.fixture
def visit_id(app: Flask) -> int:
    return factories_visits.visit(team=("second_officer",))


def place(visit_id: int, code: str = CODE) -> str:
    return f"/assessments/{visit_id}/lines/{line_of(visit_id, code).id}/photos"


def send(
    who: Browser,
    visit_id: int,
    *contents: bytes,
    status: int = 303,
    named: Any = None,
    **kwargs: Any,
) -> Page:
    """Send photos by the form of the line's page."""
    form = who.get(place(visit_id)).form(place(visit_id))
    assert form.multipart
    return post_files(who, form, {"photos": named or sent(*contents)}, status=status, **kwargs)


def test_a_team_member_sends_photos(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    page = officer.follow(send(officer, visit_id, shot(1), shot(2)))
    assert "Đã thêm 2 ảnh." in page.words
    assert "chụp 09:12" in page.words
    first, second = photos(visit_id)
    assert (first.position, second.position) == (1, 2)
    assert first.name == "IMG_0001.jpg"
    assert first.added_by_id == people.user("officer").id
    row = db.session.scalars(select(AuditRow).order_by(AuditRow.id.desc()).limit(1)).one()
    assert row.action == "visit.photos_added"
    assert "IMG_0002.jpg" in row.changes
    assert visits.photo_counts(visit_id) == {first.line_id: 2}


def test_htmx_gets_the_part_with_a_new_key(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    page = send(officer, visit_id, shot(1), status=200, headers=PART)
    assert "<html" not in page.text
    assert f'id="photos-{line_of(visit_id, CODE).id}"' in page.text
    again = page.forms()[0]
    post_files(officer, again, {"photos": sent(shot(2))}, status=200, headers=PART)
    assert len(photos(visit_id)) == 2


def test_htmx_gets_the_sentence_in_the_part(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    page = send(officer, visit_id, b"no picture", status=422, headers=PART)
    assert "không phải là ảnh" in page.words
    assert "<html" not in page.text


def test_a_form_sent_twice_adds_once(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    form = officer.get(place(visit_id)).form()
    for _time in range(2):
        post_files(officer, form, {"photos": sent(shot(1))})
    assert len(photos(visit_id)) == 1


def test_the_same_picture_again_is_no_second_photo(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    send(officer, visit_id, shot(1))
    page = officer.follow(send(officer, visit_id, shot(1)))
    assert "Ảnh này đã có" in page.words
    assert len(photos(visit_id)) == 1


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ([], "Chọn ít nhất một ảnh"),
        ([(b"", "trong.jpg")], "“trong.jpg” trống"),
        ([(b"x" * (15 * 1024 * 1024 + 1), "to.jpg")], "“to.jpg” lớn hơn 15 MB"),
        ([(files.SVG, "../../hình.svg")], "“hình.svg” thuộc loại không nhận"),
        ([(files.PDF, "a.pdf")], "“a.pdf” thuộc loại không nhận"),
        ([(files.animated("GIF"), "a.gif")], "thuộc loại không nhận"),
        ([(files.animated("WEBP"), "a.webp")], "là ảnh động"),
        ([(files.bomb(), "bom.png")], "“bom.png” lớn hơn 50 triệu điểm ảnh"),
        ([(shot(1)[:5000], "cụt.jpg")], "“cụt.jpg” bị hỏng"),
        ([(b"MZ", "<script>.jpg")], "“<script>.jpg” không phải là ảnh"),
    ],
)
def test_unfit_files_are_refused_and_nothing_is_stored(
    browser: Open, visit_id: int, named: Any, message: str
) -> None:
    officer = browser("officer")
    good = (shot(9), "tot.jpg")
    for one in ([*named], [good, *named] if named and named[0][1] else [*named]):
        fresh = [upload(content, name) for content, name in one]
        page = send(officer, visit_id, status=422, named=fresh)
        assert any(message in error for error in page.errors()), page.errors()
    assert photos(visit_id) == []
    assert db.session.scalars(select(StoredFile)).all() == []


def test_an_empty_choice_of_a_browser_is_no_file(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    form = officer.get(place(visit_id)).form()
    parts = [f'name="{name}"\r\n\r\n{value}' for name, value in form.fields]
    parts.append('name="photos"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n')
    body = "".join(f"--x\r\nContent-Disposition: form-data; {part}\r\n" for part in parts)
    kind = "multipart/form-data; boundary=x"
    page = officer.post(form.action, f"{body}--x--\r\n", status=422, content_type=kind)
    assert "Chọn ít nhất một ảnh" in page.errors()


def test_the_thirteenth_photo_is_refused(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    small = [shot(number, (160, 120)) for number in range(14)]
    page = send(officer, visit_id, *small[:13], status=422)
    assert any("tối đa 12 ảnh" in error for error in page.errors())
    send(officer, visit_id, *small[:11])
    page = send(officer, visit_id, *small[11:13], status=422)
    assert any("còn thêm được 1 ảnh, bạn chọn 2" in error for error in page.errors())
    send(officer, visit_id, small[11])
    assert len(photos(visit_id)) == 12
    assert "Đã đủ 12 ảnh" in officer.get(place(visit_id)).words
    send_anyway = officer.get(place(visit_id, "III.2")).form()
    send_anyway.action = place(visit_id)
    page = post_files(officer, send_anyway, {"photos": sent(small[12])}, status=422)
    assert any("đã đủ 12 ảnh" in error for error in page.errors())
    assert len(photos(visit_id)) == 12


def test_a_body_over_the_limit_is_a_page(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    page = officer.post(
        place(visit_id),
        b"x",
        status=413,
        headers={"Content-Length": str(400 * 1024 * 1024)},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(400 * 1024 * 1024)},
    )
    assert "quá lớn" in page.words


def test_nothing_of_the_metadata_is_served(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    send(officer, visit_id, files.photo((900, 1200), orientation=6))
    photo = photos(visit_id)[0]
    answer = raw(officer, f"/photos/{photo.id}")
    assert answer.mimetype == "image/jpeg"
    image = Image.open(BytesIO(answer.data))
    assert image.size == (1200, 900)
    assert not image.getexif()
    assert b"MAKER-OF-THE-PHONE" not in answer.data


def test_a_photo_is_served_sealed_and_asked_for_each_time(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    send(officer, visit_id, files.polyglot())
    photo = photos(visit_id)[0]
    for address in (f"/photos/{photo.id}", f"/photos/{photo.id}/small"):
        answer = raw(officer, address)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert b"<script" not in answer.data
        etag = answer.headers["ETag"]
        again = raw(officer, address, headers={"If-None-Match": etag})
        assert (again.status_code, again.data) == (304, b"")
        other = browser("other_officer")
        assert raw(other, address, headers={"If-None-Match": etag}).status_code == 404


def test_a_photo_taken_on_another_day_is_marked(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    send(officer, visit_id, shot(1, taken="2026:11:20 16:00:00"), shot(2, taken=None))
    page = officer.get(place(visit_id))
    assert "chụp ngày 20/11/2026, khác ngày đánh giá" in page.words
    assert "không rõ giờ chụp" in page.words


def test_a_photo_just_before_midnight_keeps_its_day(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    send(officer, visit_id, shot(1, taken="2026:11:23 23:30:00"))
    assert "chụp 23:30" in officer.get(place(visit_id)).words


def test_deleting_asks_first(browser: Open, visit_id: int) -> None:
    officer = browser("officer")
    send(officer, visit_id, shot(1), shot(2))
    first, second = photos(visit_id)
    address = f"/photos/{first.id}/delete"
    page = officer.get(address)
    assert "sẽ bị xóa" in page.words
    assert len(photos(visit_id)) == 2
    page = officer.follow(officer.send(page.form()))
    assert "Đã xóa ảnh." in page.words
    assert [photo.id for photo in photos(visit_id)] == [second.id]
    officer.get(f"/photos/{first.id}", status=404)
    send(officer, visit_id, shot(3))
    assert [photo.position for photo in photos(visit_id)] == [2, 3]


def test_a_photo_is_turned_and_captioned(browser: Open, visit_id: int) -> None:
    """Written anew, four times round the same size; its time stays; the audit tells the books the same story."""
    officer = browser("officer")
    send(officer, visit_id, shot(1))
    before = photos(visit_id)[0]
    was, taken, address = before.file.sha256, before.taken_at, f"/photos/{before.id}/edit"
    stale = officer.get(address)
    sizes = []
    for side in ("right", "left", "left"):
        form = officer.get(address).form()
        form.action = f"/photos/{before.id}/turn/{side}"
        officer.follow(officer.send(form, {"caption": "Biển hiệu mặt tiền"}))
        db.session.rollback()
        image = Image.open(BytesIO(raw(officer, f"/photos/{before.id}").data))
        sizes.append(image.size)
    assert sizes == [(900, 1200), (1200, 900), (900, 1200)]
    # The sky stood above: turned left once in all, it is on the left.
    blue = image.convert("RGB").getchannel("B")
    assert blue.getpixel((30, 600)) > blue.getpixel((800, 600))  # type: ignore[operator]
    photo = photos(visit_id)[0]
    assert (photo.caption, photo.taken_at, photo.position) == ("Biển hiệu mặt tiền", taken, 1)
    assert photo.file.sha256 != was
    assert list(file_faults()) == []
    assert list(visit_faults()) == []
    page = officer.follow(officer.submit(address, {"caption": "Mặt tiền"}))
    assert "Mặt tiền" in page.words
    assert list(visit_faults()) == []
    page = officer.send(stale.form(), {"caption": "Cũ"}, status=422)
    assert "Người khác vừa sửa" in page.words
    assert "Mặt tiền" in page.words


def test_a_photo_is_changed_before_submission_only(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    photo = photos(visit_id)[0]
    officer = browser("officer")
    form = officer.get(f"/photos/{photo.id}/edit").form()
    factories_papers.submit(visit_id)
    form.action = f"/photos/{photo.id}/turn/right"
    assert "Chờ duyệt" in officer.send(form, {"caption": "Muộn"}, status=422).words
    for path in ("edit", "delete"):
        assert officer.get(f"/photos/{photo.id}/{path}", status=302).location
    assert photos(visit_id)[0].caption == ""


@pytest.mark.parametrize(
    ("who", "read", "work"),
    [
        ("second_officer", 200, 200),  # of the team
        ("manager", 200, 403),
        ("admin", 200, 403),
        ("viewer", 404, 403),  # before submission
        ("operator", 404, 403),
        ("other_officer", 404, 404),
        ("other_manager", 404, 404),
        (None, 302, 302),
    ],
)
def test_who_may_see_and_who_may_send(
    browser: Open, visit_id: int, who: str | None, read: int, work: int
) -> None:
    factories.give_point(db.session.scalars(select(SalesPoint)).one())
    factories_papers.photograph(visit_id, CODE, shot(1))
    photo_id, address = photos(visit_id)[0].id, place(visit_id)
    somebody = browser(who)
    for url in (f"/photos/{photo_id}", f"/photos/{photo_id}/small", address):
        assert raw(somebody, url).status_code == read, url
    for verb in ("delete", "edit"):
        assert raw(somebody, f"/photos/{photo_id}/{verb}").status_code == work
    data = {"photos": sent(shot(2)), "csrf_token": _token(somebody)}
    answer = somebody.post(address, data, content_type="multipart/form-data").answer
    assert answer.status_code == {200: 422, 302: answer.status_code}.get(work, work)
    assert len(photos(visit_id)) == 1


def _token(somebody: Browser) -> str:
    page = Page(raw(somebody, "/profile", follow_redirects=True))
    tokens = (form.value("csrf_token") for form in page.forms())  # the search box has none
    return next((token for token in tokens if token), "")


def test_after_submission_photos_are_frozen_and_the_viewer_sees_them(
    browser: Open, visit_id: int
) -> None:
    officer = browser("officer")
    form = officer.get(place(visit_id)).form()
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    photo = photos(visit_id)[0]
    page = post_files(officer, form, {"photos": sent(shot(50))}, status=422)
    assert "Chờ duyệt" in page.words
    assert not [one for one in page.forms() if one.multipart]
    browser("viewer").get(f"/photos/{photo.id}")
    assert db.session.get(AnswerPhoto, photo.id) is not None
    with pytest.raises(DBAPIError, match="protected"):
        db.session.execute(text("DELETE FROM answer_photo"))
    db.session.rollback()


def test_an_operator_sees_the_photos_of_an_approved_visit(browser: Open, visit_id: int) -> None:
    factories.give_point(db.session.scalars(select(SalesPoint)).one())
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_papers.approve(visit_id)
    browser("operator").get(f"/photos/{photos(visit_id)[0].id}")


def test_a_line_of_another_edition_is_not_found(browser: Open, visit_id: int) -> None:
    other = factories_visits.edition("minh-hoa")
    line_id = db.session.scalar(
        text("SELECT id FROM criteria_line WHERE edition_id = :id LIMIT 1"), {"id": other.id}
    )
    browser("officer").get(f"/assessments/{visit_id}/lines/{line_id}/photos", status=404)


def test_the_verb_itself_asks_who_and_when(visit_id: int) -> None:
    """What the view asked before decoding may have changed until the lock is held."""
    with pytest.raises(Refused, match="Chỉ người trong đoàn"):
        factories_papers.photograph(visit_id, CODE, shot(1), by="manager")
    factories_papers.answer(visit_id)
    photo_id = photos(visit_id)[0].id
    factories_papers.submit(visit_id)
    with pytest.raises(Refused, match="Chờ duyệt"):
        factories_papers.photograph(visit_id, CODE, shot(1))
    with pytest.raises(Refused, match="Chờ duyệt"):
        factories_visits.act(
            visit_id,
            lambda record, by: remove_photo(
                record, photos_queries.get_photo_or_404(by, photo_id), by=by
            ),
            by="officer",
        )


def test_a_photo_takes_a_returned_visit_up(browser: Open, visit_id: int) -> None:
    factories_papers.answer(visit_id)
    factories_papers.submit(visit_id)
    factories_visits.act(visit_id, return_visit, by="manager", reason="III.2 thiếu ảnh kệ")
    officer = browser("officer")
    send(officer, visit_id, shot(70))
    assert factories_visits.record(visit_id).state is VisitState.IN_PROGRESS
    factories_papers.submit(visit_id)


def test_photos_count_for_their_own_visit_only(visit_id: int) -> None:
    other = factories_visits.visit(factories.point(name="Điểm khác", address="2 đường khác"))
    factories_papers.photograph(visit_id, CODE, shot(1))
    assert visits.photo_counts(other) == {}
    line_id = line_of(visit_id, CODE).id
    factories_papers.photograph(other, CODE, shot(2), shot(3))
    assert visits.photo_counts(visit_id) == {line_id: 1}
    assert visits.photo_counts(other) == {line_id: 2}


def test_a_wanted_photo_keeps_a_visit_from_being_sent(visit_id: int) -> None:
    factories_visits.answer_all(visit_id)
    with pytest.raises(Refused, match="Còn tiêu chí chưa xong"):
        factories_papers.submit(visit_id)
    factories_papers.photograph(visit_id, "III.1", shot(1))
    factories_papers.photograph(visit_id, "III.2", shot(2))
    factories_papers.submit(visit_id)


def test_the_checklist_and_the_record_show_the_photos(browser: Open, visit_id: int) -> None:
    factories_papers.photograph(visit_id, CODE, shot(1), caption="Biển hiệu mặt tiền")
    officer = browser("officer")
    small = f"/photos/{photos(visit_id)[0].id}/small"
    for address in (f"/assessments/{visit_id}/checklist", f"/assessments/{visit_id}"):
        page = officer.get(address)
        assert small in page.text
        assert 'alt="Biển hiệu mặt tiền"' in page.text
    page = officer.get(f"/assessments/{visit_id}/checklist")
    assert [form for form in page.forms() if form.action == place(visit_id) and form.multipart]


def test_a_draft_goes_with_its_photos(browser: Open, visit_id: int) -> None:
    factories_papers.photograph(visit_id, CODE, shot(1))
    photo_id = photos(visit_id)[0].id
    officer = browser("officer")
    officer.submit(f"/assessments/{visit_id}/delete")
    officer.get(f"/photos/{photo_id}", status=404)
    assert len(db.session.scalars(select(StoredFile)).all()) == 1  # for a week: the sweep's
