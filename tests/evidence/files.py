"""Files as people send them, good and bad, made small on disk."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin
from PIL.TiffImagePlugin import IFDRational

TAKEN = "2026:11:23 09:12:33"


def colours(size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Four quarters, each of its own colour: which way is up can be seen."""
    image = Image.new("RGB", size, (200, 30, 30))
    width, height = size
    image.paste((30, 160, 60), (width // 2, 0, width, height // 2))
    image.paste((40, 60, 200), (0, height // 2, width // 2, height))
    image.paste((240, 240, 240), (width // 2, height // 2, width, height))
    return image


def encoded(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def exif(*, orientation: int = 1, taken: str | None = TAKEN, offset: str | None = None) -> bytes:
    """EXIF of a phone: where, when, with what."""
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x010F] = "MAKER-OF-THE-PHONE"
    inner = found.get_ifd(0x8769)
    if taken is not None:
        inner[0x9003] = taken
    if offset is not None:
        inner[0x9011] = offset
    place = found.get_ifd(0x8825)
    place[1], place[2] = "N", (IFDRational(20), IFDRational(57), IFDRational(22))
    place[3], place[4] = "E", (IFDRational(107), IFDRational(2), IFDRational(41))
    return found.tobytes()


def photo(size: tuple[int, int] = (640, 480), **facts: Any) -> bytes:
    """A JPEG from a phone."""
    return encoded(colours(size), exif=exif(**facts), comment=b"COMMENT-OF-THE-PHONE")


def noisy(size: tuple[int, int] = (2048, 1536)) -> bytes:
    """The worst a camera can do: nothing in it can be compressed."""
    return encoded(Image.effect_noise(size, 90).convert("RGB"), quality=85)


def noisy_series(count: int, size: tuple[int, int] = (1000, 750)) -> list[bytes]:
    """As `noisy`, so many different ones: windows of one large noise."""
    width, height = size
    noise = Image.effect_noise((width + 8 * count, height), 90).convert("RGB")
    windows = ((8 * n, 0, 8 * n + width, height) for n in range(count))
    return [encoded(noise.crop(window), quality=85) for window in windows]


def png_header(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A PNG that says to be so large; `pixels` is what really follows."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(pixels, 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


def bomb(width: int = 10_000, height: int = 10_000) -> bytes:
    """A real picture of 100 megapixels, all black, in about 100 kB."""
    return png_header(width, height, bytes((width + 1) * height))


def text_bomb() -> bytes:
    """A small PNG with a text chunk that swells to 80 MB."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "a" * 80_000_000, zip=True)
    return encoded(Image.new("RGB", (8, 8)), "PNG", pnginfo=info)


def animated(kind: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "green", "blue")]
    return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)


def polyglot() -> bytes:
    """A JPEG that is a web page as well."""
    page = b"<html><script>alert(document.cookie)</script></html>"
    return encoded(colours(), comment=page) + page


PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
