"""Files that were damaged on purpose, and files that are several things at once."""

import io
import random
import zipfile
from functools import cache
from typing import Any

from PIL import Image

from ocop_points.core.tables_in import cells_in, check_workbook, raw_cells
from tests.evidence import files
from tests.exchange.sheets import grid, numbered, xlsx

PAGE = b"<html><script>alert(document.domain)</script></html>"
_LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 50}">' for n in range(9)
).encode()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(name, content)
    return target.getvalue()


def read(data: bytes) -> list[list[Any]]:
    """The cells of a workbook, as an import reads one that was sent. Raises Refused."""
    check_workbook(data, most_rows=1100, most_columns=60)
    return cells_in(raw_cells(data))


@cache
def workbook() -> bytes:
    """A good workbook of one point."""
    return xlsx(grid(numbered(1)))


def with_part(name: str, old: bytes, new: bytes, base: bytes | None = None) -> bytes:
    """A good workbook with a part of it replaced."""
    parts = parts_of(base or workbook())
    assert old in parts[name], (name, old, parts[name][:300])
    parts[name] = parts[name].replace(old, new, 1)
    return packed(parts)


_STRINGS = "xl/sharedStrings.xml"
_HEAD = b'standalone="yes"?>\n'


def laughing(reference: bytes = b"&l8;") -> bytes:
    """Entities that expand to 10 GB."""
    doctype = b"<!DOCTYPE sst [" + _LAUGHS + b"]>"
    data = with_part(_STRINGS, _HEAD, _HEAD + doctype)
    return with_part(_STRINGS, b"<t>", b"<t>" + reference, data)


def reading_a_file() -> bytes:
    """An entity that stands for a file of the server."""
    doctype = b'<!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    data = with_part(_STRINGS, _HEAD, _HEAD + doctype)
    return with_part(_STRINGS, b"<t>", b"<t>&x;", data)


def swollen() -> bytes:
    """30 MB of one letter in the texts of a workbook of 100 kB: below the limit, to be read to the end."""
    return with_part(_STRINGS, b"<t>", b"<t>" + b"a" * (30 * 1024 * 1024))


def deep() -> bytes:
    """A hundred thousand elements inside each other."""
    return with_part("xl/worksheets/sheet1.xml", b"<sheetData>", b"<a>" * 100_000 + b"<sheetData>")


def climbing() -> bytes:
    """A good workbook with a part that would be unpacked outside."""
    return packed({**parts_of(workbook()), "../../../../tmp/zq.txt": b"zq", "/etc/zq": b"zq"})


def jpeg_and_zip() -> bytes:
    """A photo and a workbook in one file, each read from its own end."""
    return files.photo() + workbook()


def gif_and_page() -> bytes:
    return b"GIF89a/*\x01\x00\x01\x00\x80\x00\x00*/=1;" + PAGE


def pdf_and_page() -> bytes:
    return b"%PDF-1.7\n" + PAGE + b"\n%%EOF"


def page_and_pdf() -> bytes:
    """Some readers look for the head of a PDF anywhere in the first 1024 bytes."""
    return PAGE + files.PDF


def truncated(kind: str) -> bytes:
    image = Image.effect_noise((400, 300), 60).convert("RGB")
    whole = files.encoded(image, kind)
    return whole[: len(whole) // 2]


def flipped(data: bytes, seed: int) -> bytes:
    """The file with up to 30 of its bytes changed, or pieces cut out and doubled."""
    chance = random.Random(seed)
    out = bytearray(data)
    for _ in range(chance.randint(1, 30)):
        at = chance.randrange(len(out))
        out[at] = chance.choice(
            [0, 0xFF, chance.randrange(256), out[at] ^ 1 << chance.randrange(8)]
        )
    if chance.random() < 0.3:
        start, end = sorted(chance.sample(range(len(out)), 2))
        out[start:end] = out[start:end] * chance.randint(0, 2)
    return bytes(out)


def flipped_workbook(seed: int) -> bytes:
    """A workbook that unpacks well, one of its parts damaged inside: what the reader must survive."""
    parts = parts_of(workbook())
    chance = random.Random(seed)
    name = chance.choice([n for n in parts if n.startswith(("xl/w", "xl/s", "[", "_rels", "xl/_"))])
    if chance.random() < 0.5:
        parts[name] = flipped(parts[name], seed)
    else:
        parts[name] = _reworded(parts[name], chance)
    return packed(parts)


def _reworded(part: bytes, chance: random.Random) -> bytes:
    """Numbers in an XML part replaced by odd ones."""
    odd = [
        b"-1",
        b"0",
        b"4294967296",
        b"99999999999999999999",
        b"NaN",
        b"",
        b"1e400",
        b"A1",
        b"&#0;",
        b"&#x110000;",
    ]
    out = bytearray()
    for byte_or_number in _pieces(part):
        number = byte_or_number.isdigit() and chance.random() < 0.08
        out += chance.choice(odd) if number else byte_or_number
    return bytes(out)


def _pieces(part: bytes) -> list[bytes]:
    import re

    return re.findall(rb"\d+|\D+", part)


def flipped_picture(seed: int) -> bytes:
    chance = random.Random(seed)
    return flipped(_pictures()[chance.randrange(len(_pictures()))], seed)


@cache
def _pictures() -> list[bytes]:
    image = files.colours((160, 120))
    exif = files.exif(orientation=6, offset="+07:00")
    return [
        files.encoded(image, "JPEG", exif=exif, quality=80),
        files.encoded(image, "JPEG", exif=exif, progressive=True),
        files.encoded(image, "PNG", exif=exif),
        files.encoded(image.convert("P"), "PNG", transparency=1),
        files.encoded(image, "WEBP", exif=exif),
        files.encoded(image.convert("RGBA"), "WEBP", lossless=True),
    ]


def laughing_address() -> bytes:
    """An entity in the address of a cell."""
    doctype = b'<!DOCTYPE worksheet [<!ENTITY f "1048576">]>'
    sheet = "xl/worksheets/sheet1.xml"
    data = with_part(sheet, _HEAD, _HEAD + doctype)
    return with_part(sheet, b'r="A2"', b'r="A&f;"', data)


def countless() -> bytes:
    """A workbook that asks its reader for 100 GB at once."""
    return with_part(_STRINGS, b'uniqueCount="31"', b'uniqueCount="4294967296"')


def far_away() -> bytes:
    return with_part("xl/worksheets/sheet1.xml", b'r="L2"', b'r="L99999999999999999999"')
