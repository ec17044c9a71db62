"""What may be kept: limits, faults, the file's own name, the moment a photo was taken (RULES.md §9)."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from ocop_points.core.clock import VIETNAM
from ocop_points.core.text import clean

MEGABYTE = 1024 * 1024
MAX_FILE_BYTES = 15 * MEGABYTE
MAX_PIXELS = 50_000_000
LONGEST_SIDE = 2048
PICTURES_A_LINE = 12
MAX_NAME = 120
KEEP_UNUSED = timedelta(days=7)

JPEG = "image/jpeg"
PDF = "application/pdf"

_TAKEN = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_OFFSET = re.compile(r"[+-]\d\d:\d\d")


class FileFault(StrEnum):
    """Why a file is not taken in."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    NO_PICTURE = "no_picture"
    OTHER_KIND = "other_kind"
    BROKEN = "broken"
    ANIMATED = "animated"
    TOO_MANY_PIXELS = "too_many_pixels"
    NO_SCAN = "no_scan"


class UnfitFile(ValueError):
    """A file that is not taken in; `fault` says why."""

    def __init__(self, fault: FileFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def size_fault(content: bytes) -> FileFault | None:
    """Say whether there is something, and not more than 15 MB of it."""
    if not content:
        return FileFault.EMPTY
    return FileFault.TOO_BIG if len(content) > MAX_FILE_BYTES else None


def is_pdf(content: bytes) -> bool:
    """A PDF by its first bytes and by its end, which a broken upload lacks."""
    return content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]


def file_name(sent: str | None) -> str:
    """The name a person gave the file, without folders and invisible characters; never used as a path."""
    name = clean((sent or "").replace("\\", "/").split("/")[-1]).lstrip(". ")
    if len(name) <= MAX_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = f"{dot}{ending}" if dot and len(ending) <= 5 else ""
    return f"{(stem if kept else name)[: MAX_NAME - len(kept) - 1]}…{kept}"


def taken_at(text: object, offset: object = None) -> datetime | None:
    """The moment of EXIF's DateTimeOriginal; a camera that names no zone is taken to stand in Việt Nam."""
    match = _TAKEN.fullmatch(str(text).strip("\0 "))
    if match is None:
        return None
    try:
        shown = datetime(*(int(part) for part in match.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        zone = str(offset).strip("\0 ")
        if _OFFSET.fullmatch(zone):
            moment = datetime.fromisoformat(f"{shown.isoformat()}{zone}")
        else:
            moment = shown.replace(tzinfo=VIETNAM)
        return moment.astimezone(UTC) if shown.year >= 1990 else None
    except (ValueError, OverflowError):
        return None
