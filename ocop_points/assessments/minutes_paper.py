"""The minutes of a visit with its pictures as one file of at most 10 MB. Slow: never inside the write lock."""

from typing import Any

from ocop_points.assessments.documents import minutes_data
from ocop_points.assessments.models import Visit
from ocop_points.assessments.photos_models import AnswerPhoto
from ocop_points.assessments.photos_queries import photos_by_line
from ocop_points.core.printing import PrintingError, render_pdf
from ocop_points.evidence.pictures import print_copy
from ocop_points.evidence.queries import content_of
from ocop_points.evidence.rules import MEGABYTE

# Of the 10 MB that minutes may weigh, what pictures may take; text and fonts need less than the rest.
PICTURE_BYTES = 9 * MEGABYTE
LARGEST_COPY = 400 * 1024


def minutes_pdf(visit: Visit, *, as_approved: bool = False) -> tuple[bytes, str]:
    """The PDF, and the check address printed on it ("" for none). The visit as `get_visit_or_404` loads it.

    `as_approved` leaves out that the visit was declared void since. Raises PrintingError.
    """
    data, pictures = _parts(visit)
    if as_approved:
        data["void"] = None
    return render_pdf("minutes", data, pictures=pictures), str(data["check_url"] or "")


def minutes_word(visit: Visit) -> bytes:
    """The same as a Word file for editing. The visit as `get_visit_or_404` loads it. Raises PrintingError."""
    from ocop_points.assessments.minutes_word import (
        minutes_docx,  # 20 MB that most servers never need
    )

    return minutes_docx(*_parts(visit))


def _parts(visit: Visit) -> tuple[dict[str, object], dict[str, bytes]]:
    """The data of the paper, and its pictures by their key: together small enough for one paper."""
    photos = photos_by_line(visit.id)
    every = [photo for held in photos.values() for photo in held]
    most_bytes = min(LARGEST_COPY, PICTURE_BYTES // max(len(every), 1))
    named = {line_id: [_named(photo) for photo in held] for line_id, held in photos.items()}
    return minutes_data(visit, named), {_key(photo): _copy(photo, most_bytes) for photo in every}


def _key(photo: AnswerPhoto) -> str:
    return f"p{photo.id}"


def _named(photo: AnswerPhoto) -> dict[str, Any]:
    return {"key": _key(photo), "taken_at": photo.taken_at, "caption": photo.caption or None}


def _copy(photo: AnswerPhoto, most_bytes: int) -> bytes:
    try:
        return print_copy(content_of(photo.file), most_bytes=most_bytes)
    except OSError as error:
        raise PrintingError(f"stored file {photo.stored_file_id} cannot be read") from error
