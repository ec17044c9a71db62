"""From an upload to a file that a record may hang on. All of it slow, so all of it before the write lock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from ocop_points.core.errors import Refused
from ocop_points.evidence import store
from ocop_points.evidence.labels import fault_sentence
from ocop_points.evidence.models import StoredFile
from ocop_points.evidence.pictures import read_picture, turned
from ocop_points.evidence.rules import (
    JPEG,
    MAX_FILE_BYTES,
    PDF,
    FileFault,
    UnfitFile,
    file_name,
    is_pdf,
    size_fault,
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A content that lies on disk and waits for its row: see `service.keep_file`."""

    sha256: str
    content: bytes
    mimetype: str
    name: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Read:
    content: bytes
    mimetype: str
    width: int | None
    height: int | None
    taken_at: datetime | None


def chosen(uploads: list[FileStorage]) -> list[FileStorage]:
    """The uploads that hold a file: a browser sends an empty one where nothing was chosen."""
    return [upload for upload in uploads if upload.filename]


def prepare_pictures(uploads: list[FileStorage], *, field: str) -> list[Prepared]:
    """Every upload as a picture. One that is unfit refuses all, before any is stored. Raises Refused."""
    return _prepare(uploads, field, _picture)


def prepare_scans(uploads: list[FileStorage], *, field: str) -> list[Prepared]:
    """Every upload as a PDF or a picture of a signed paper. Raises Refused."""
    return _prepare(uploads, field, _scan)


def prepare_turned(kept: StoredFile, quarters: int) -> Prepared:
    """A kept picture turned clockwise by so many quarters (1 to 3). Raises Refused."""
    try:
        found = turned(store.read(kept.sha256), quarters)
    except OSError as error:
        current_app.logger.error("files: row %s cannot be read: %s", kept.id, error)
        raise Refused(_("Máy chủ không đọc được ảnh này. Báo người quản trị máy chủ")) from error
    return _stored(_Read(found.content, JPEG, found.width, found.height, None), "")


def prepare_made(content: bytes, *, name: str) -> Prepared:
    """A PDF that we made ourselves."""
    return _stored(_Read(content, PDF, None, None, None), name)


def _prepare(
    uploads: list[FileStorage], field: str, read: Callable[[bytes], _Read]
) -> list[Prepared]:
    made: list[tuple[_Read, str]] = []
    faults: list[str] = []
    for upload in uploads:
        name = file_name(upload.filename)
        try:
            made.append((read(upload.stream.read(MAX_FILE_BYTES + 1)), name))
        except UnfitFile as unfit:
            faults.append(fault_sentence(unfit.fault, name))
        finally:
            upload.stream.seek(0)
    if faults:
        raise Refused(". ".join(faults), field)
    return [_stored(one, name, field) for one, name in made]


def _picture(content: bytes) -> _Read:
    found = read_picture(content)
    return _Read(found.content, JPEG, found.width, found.height, found.taken_at)


def _scan(content: bytes) -> _Read:
    if fault := size_fault(content):
        raise UnfitFile(fault)
    if is_pdf(content):
        return _Read(content, PDF, None, None, None)
    try:
        return _picture(content)
    except UnfitFile as unfit:
        if unfit.fault in {FileFault.NO_PICTURE, FileFault.OTHER_KIND}:
            raise UnfitFile(FileFault.NO_SCAN) from unfit
        raise


def _stored(one: _Read, name: str, field: str | None = None) -> Prepared:
    try:
        sha256 = store.put(one.content)
    except OSError as error:
        current_app.logger.error("files: %s", error)
        message = _("Máy chủ chưa ghi được tệp. Thử lại; nếu vẫn vậy, báo người quản trị máy chủ")
        raise Refused(message, field) from error
    return Prepared(sha256, one.content, one.mimetype, name, one.width, one.height, one.taken_at)
