"""Photos, scans and papers of visits, by the real verbs."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from ocop_points.assessments import minutes_service, photos_queries, photos_service, service
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.queries import get_visit_to_edit
from ocop_points.assessments.rules import Answer
from ocop_points.core.db import db, write
from ocop_points.criteria import queries as criteria
from ocop_points.criteria.queries import KnownLine
from ocop_points.criteria.rules import PhotoRule
from ocop_points.evidence.intake import Prepared, prepare_pictures, prepare_scans
from tests import factories_visits, people
from tests.browser import Browser, Form, Page
from tests.evidence import files


def shot(number: int, size: tuple[int, int] = (1200, 900), **facts: Any) -> bytes:
    """A photo that differs from every other, by a phone that tells when."""
    image = Image.new("RGB", size, (60 + number * 37 % 190, 90 + number * 11 % 120, 150))
    draw = ImageDraw.Draw(image)
    for step in range(0, size[0], 120):
        draw.rectangle((step, size[1] // 2, step + 80, size[1]), fill=(230, 210 - step // 8, 90))
    draw.text((40, 60), f"{number:03d}", fill="white", font_size=140)
    return files.encoded(image, exif=files.exif(**facts), quality=85)


def upload(content: bytes, name: str = "IMG_0417.jpg") -> FileStorage:
    return FileStorage(BytesIO(content), filename=name)


def sent(*contents: bytes) -> list[FileStorage]:
    """Several files of one field."""
    return [upload(one, f"IMG_{number:04d}.jpg") for number, one in enumerate(contents, 1)]


def post_files(
    who: Browser, form: Form, values: dict[str, Any], *, status: int = 303, **kwargs: Any
) -> Page:
    """Send a form with files. The body is made in memory: the test client's own temporary files stay open."""
    boundary, body = encode_multipart(form.filled(values))
    kind = f"multipart/form-data; boundary={boundary}"
    return who.post(form.action, body, status=status, content_type=kind, **kwargs)


def raw(who: Browser, url: str, **kwargs: Any) -> TestResponse:
    """The answer to a GET, whatever it is."""
    return who.get(url, status=None, **kwargs).answer


def prepared(*contents: bytes) -> list[Prepared]:
    return prepare_pictures([upload(one) for one in contents], field="photos")


def visit_of(visit_id: int) -> Visit:
    return db.session.get_one(Visit, visit_id)


def lines_of(visit_id: int) -> tuple[KnownLine, ...]:
    """The lines of the visit's edition, in order."""
    return criteria.whole_edition(visit_of(visit_id).edition_id).lines


def line_of(visit_id: int, code: str) -> KnownLine:
    return next(line for line in lines_of(visit_id) if line.code == code)


def photograph(
    visit_id: int, code: str, *contents: bytes, by: str = "officer", caption: str = ""
) -> None:
    """Hang photos on a line."""
    line_id, ready = line_of(visit_id, code).id, prepared(*contents)

    def verb() -> None:
        user = people.user(by)
        record = get_visit_to_edit(user, visit_id)
        line = photos_queries.line_or_404(record, line_id)
        photos_service.add_photos(record, line, ready, caption=caption, by=user)

    write(verb)


def photos(visit_id: int) -> list[AnswerPhoto]:
    """All photos of a visit."""
    found = photos_queries.photos_by_line(visit_id)
    return [photo for held in found.values() for photo in held]


def attach(visit_id: int, *scans: FileStorage, by: str = "officer") -> None:
    """Attach the signed paper."""
    ready = prepare_scans(list(scans), field="scan")

    def verb() -> None:
        user = people.user(by)
        minutes_service.attach_scan(get_visit_to_edit(user, visit_id), ready, by=user)

    write(verb)


def answer(visit_id: int, changed: Mapping[str, Answer] = {}) -> None:
    """Answer every line well but those named by code, with the photos that are wanted."""
    factories_visits.answer_all(visit_id, changed)
    for line in lines_of(visit_id):
        if line.photo in {PhotoRule.ALWAYS, PhotoRule.MET}:
            photograph(visit_id, line.code, shot(line.id))


def submit(visit_id: int, **facts: Any) -> None:
    """Send a visit to the manager, photos and all."""
    known = {"conclusion": "", "representative": "Đặng Thị Nga"}
    verb = service.submit_visit
    factories_visits.act(visit_id, verb, by="officer", **{**known, **facts})


def approve(visit_id: int, *, number: int = 12) -> None:
    factories_visits.approve(visit_id, number=number)


def approved(changed: Mapping[str, Answer] = {}, **options: Any) -> int:
    """A visit from start to approval; its id."""
    made = factories_visits.visit(**options)
    answer(made, changed)
    submit(made)
    approve(made)
    return made
