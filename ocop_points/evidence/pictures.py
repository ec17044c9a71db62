"""Pictures made safe: decoded, upright, shrunk, written anew; only what is seen remains of the file."""

import threading
import warnings
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, UnidentifiedImageError

from ocop_points.evidence.rules import (
    LONGEST_SIDE,
    MAX_PIXELS,
    PDF,
    FileFault,
    UnfitFile,
    size_fault,
    taken_at,
)

_READ = ("JPEG", "PNG", "WEBP")
_QUALITY = 85
_THUMB = 320
# Copies for paper, from good to small: the first that fits its share of the file is taken.
_PRINTED = ((800, 78), (800, 60), (640, 55), (480, 50), (320, 45), (240, 35))
_ORIENTATION, _EXIF, _ORIGINAL, _DIGITIZED, _OFFSET_ORIGINAL = (
    0x0112,
    0x8769,
    0x9003,
    0x9004,
    0x9011,
)
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Pictures by other names: the sentence may then say which kinds are taken.
_OTHER_KINDS = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%PDF-", b"<svg", b"<?xml")
_HEIF = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"avif")

# Pillow's own guard, at our limit; between the limit and its double it only warns unless told so.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

# 50 megapixels are 150 MB while they are looked at: two at a time, whatever the server's threads.
_decoding = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to be kept: JPEG without metadata, upright, at most 2048 px; `taken_at` stood in its EXIF."""

    content: bytes
    width: int
    height: int
    taken_at: datetime | None


def read_picture(content: bytes) -> Picture:
    """Take a JPEG, PNG or WebP in, known by its content. Raises UnfitFile."""
    if fault := size_fault(content):
        raise UnfitFile(fault)
    with _decoding, _opened(content) as image:
        moment, turn = _facts(image)
        try:
            upright = _upright(_flat(image), turn)
        except Exception as error:  # the decoders raise whatever they stumble over
            raise UnfitFile(FileFault.BROKEN) from error
    return Picture(_jpeg(upright, _QUALITY), upright.width, upright.height, moment)


def turned(content: bytes, quarters: int) -> Picture:
    """A kept picture turned clockwise by so many quarters: written anew, so that all who look see the same."""
    turn = {1: Image.Transpose.ROTATE_270, 2: Image.Transpose.ROTATE_180}.get(quarters % 4)
    with _decoding, Image.open(BytesIO(content), formats=_READ) as image:
        image.load()
        upright = image.transpose(turn or Image.Transpose.ROTATE_90)
    return Picture(_jpeg(upright, _QUALITY), upright.width, upright.height, None)


def print_copy(content: bytes, *, most_bytes: int) -> bytes:
    """A copy of a kept picture for paper: at most 800 px, smaller where `most_bytes` wants it."""
    copy = b""
    with _decoding, Image.open(BytesIO(content), formats=_READ) as image:
        image.draft("RGB", (1600, 1600))
        image.thumbnail((_PRINTED[0][0],) * 2)
        for longest, quality in _PRINTED:
            image.thumbnail((longest, longest))
            copy = _jpeg(image, quality)
            if len(copy) <= most_bytes:
                break
    return copy


def thumbnail(content: bytes) -> bytes:
    """A copy of a kept picture for lists on screen."""
    with _decoding, Image.open(BytesIO(content), formats=_READ) as image:
        image.draft("RGB", (2 * _THUMB, 2 * _THUMB))
        image.thumbnail((_THUMB, _THUMB))
        return _jpeg(image, 75)


def _opened(content: bytes) -> Image.Image:
    """The picture with its header read and judged, nothing decoded yet."""
    try:
        image = Image.open(BytesIO(content), formats=_READ)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise UnfitFile(FileFault.TOO_MANY_PIXELS) from error
    except UnidentifiedImageError as error:
        raise UnfitFile(_other(content)) from error
    except Exception as error:  # a header made to confuse, a text chunk that swells
        raise UnfitFile(FileFault.BROKEN) from error
    if image.width * image.height > MAX_PIXELS:
        raise UnfitFile(FileFault.TOO_MANY_PIXELS)
    # Phones hide a second picture (depth, brightness) in a JPEG, called MPO: the first one is the photo.
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise UnfitFile(FileFault.ANIMATED)
    return image


def _other(content: bytes) -> FileFault:
    start = content[:512].lstrip()
    known = start.startswith(_OTHER_KINDS) or (content[4:8] == b"ftyp" and content[8:12] in _HEIF)
    if content[:3] == b"\xff\xd8\xff" or content[:8] == b"\x89PNG\r\n\x1a\n":
        return FileFault.BROKEN
    return FileFault.OTHER_KIND if known else FileFault.NO_PICTURE


def _facts(image: Image.Image) -> tuple[datetime | None, int]:
    """When it was taken and how it lies; broken metadata says nothing and spoils nothing."""
    try:
        exif = image.getexif()
        inner = exif.get_ifd(_EXIF)
        text = inner.get(_ORIGINAL) or inner.get(_DIGITIZED)
        return taken_at(text, inner.get(_OFFSET_ORIGINAL)), int(exif.get(_ORIENTATION) or 1)
    except Exception:  # every camera writes its own; the picture is what counts
        return None, 1


def _flat(image: Image.Image) -> Image.Image:
    """RGB of the web's colours on white, at most 2048 px."""
    profile = image.info.get("icc_profile")
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # JPEG only: decodes at half or quarter size
    image.load()
    if image.has_transparency_data:
        clear = image.convert("RGBA")
        clear.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        flat = Image.new("RGB", clear.size, "white")
        flat.paste(clear, mask=clear.getchannel("A"))
    else:
        flat = image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")
        flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _in_srgb(flat, profile)


def _in_srgb(image: Image.Image, profile: object) -> Image.Image:
    if isinstance(profile, bytes):
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            changed = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            return changed or image.convert("RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a profile of another colour space, or none at all: the colours as they are
    return image.convert("RGB")


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """The pixels alone: Pillow would carry comment and profile over from `info`."""
    bare = image.convert("RGB").copy()
    bare.info = {}
    out = BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def measures(place: Path) -> tuple[int, str, int | None, int | None]:
    """Size in bytes, kind, width and height of a kept file, from its first bytes; a PDF has no measures."""
    size = place.stat().st_size
    try:
        with Image.open(place, formats=_READ) as image:
            return size, Image.MIME[image.format or ""], image.width, image.height
    except UnidentifiedImageError:
        return size, PDF, None, None
