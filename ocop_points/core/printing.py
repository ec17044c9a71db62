"""Papers: a Typst template of templates/print and plain data in, an accessible PDF out.

What a user typed only ever travels as JSON, so no text can become markup, and the compiler sees a
folder made for this one paper: nothing else of the machine can be read into it.
"""

import io
import json
import re
import shutil
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ocop_points.core.clock import local

if TYPE_CHECKING:
    import typst

# typst, num2words and segno are imported where a paper is made: a server that prints nothing is 13 MB smaller.
FONTS = Path(__file__).resolve().parents[1] / "fonts"
TEMPLATES = FONTS.parents[1] / "templates" / "print"
FAMILIES = frozenset({"Liberation Serif", "DejaVu Sans"})
# One file meets both: "ua" is for screen readers, "a" for the archive; 2a needs the same tags.
STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")  # also a SHA-256; no dot, no slash, no way out
NO_GLYPH = re.compile(r'the text (?:contains the disallowed codepoint )?`"(.+?)"`')
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
BOX = "□"  # stands for a character that our fonts do not hold


class PrintingError(Exception):
    """A paper could not be made; the text names the template's line and is for the log."""


def render_pdf(
    template: str,
    data: Mapping[str, object],
    *,
    pictures: Mapping[str, bytes] | None = None,
    standards: "Sequence[typst.PDFStandard]" = STANDARDS,
) -> bytes:
    """The PDF (A-2a and UA-1) of ``templates/print/<template>.typ`` filled with ``data``.

    The comment at the top of each template says what ``data`` holds: texts, whole numbers,
    booleans, None, dates, aware datetimes, lists and mappings of those. ``data["date"]`` is the
    day of the paper and of the file; the same input gives the same bytes. ``pictures`` are JPEG,
    PNG, WebP or SVG by the key that ``data`` names them with; ``check_url`` brings its QR code.
    A character our fonts lack is printed as □. Raises PrintingError.
    """
    import typst

    text = json.dumps(_plain(data), ensure_ascii=False)
    address = data.get("check_url")
    files = {**(pictures or {}), **({"check-qr": qr_svg(str(address))} if address else {})}
    with TemporaryDirectory(prefix="paper-", ignore_cleanup_errors=True) as folder:
        main = _lay_out(Path(folder), template, files)
        for _attempt in range(3):
            main.with_name("data.json").write_text(text, encoding="utf-8")
            try:
                return typst.compile(
                    main, root=main.parent, font_paths=_fonts(), pdf_standards=list(standards)
                )
            except typst.TypstError as error:
                before, failed = text, error
            for found in NO_GLYPH.findall(failed.diagnostic):
                letter = ESCAPED.sub(lambda code: chr(int(code[1], 16)), found)
                text = text if letter.isascii() else text.replace(letter, BOX)
            if text == before:
                break
        raise PrintingError(re.sub(r"┌─ .*?([\w-]+\.typ)", r"┌─ \1", failed.diagnostic)) from failed


def bundle_pdf(papers: Sequence[tuple[bytes, int]], *, on: date) -> bytes:
    """PDFs, each with its number of pages, one behind the other: a plain PDF to print. Raises PrintingError.

    Pages of a PDF cannot go into a tagged archive file, so this is never what is kept.
    """
    pages = [
        {"key": f"paper{place}", "page": number}
        for place, (_content, count) in enumerate(papers)
        for number in range(1, count + 1)
    ]
    files = {f"paper{place}": content for place, (content, _count) in enumerate(papers)}
    data = {"date": on, "pages": pages}
    return render_pdf("bundle", data, pictures=files, standards=())


def qr_svg(address: str) -> bytes:
    """A QR code of ``address`` as SVG, with the quiet zone of four modules that scanners need."""
    import segno

    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", light="#fff", border=4)
    return out.getvalue()


def amount_in_words(vnd: int) -> str:
    """Whole đồng in Vietnamese words as accountants write them; ValueError below zero."""
    if vnd < 0:
        raise ValueError("an amount on a voucher is not negative")
    words = " ".join(_words(vnd, inside=False)) or "không"
    return f"{words[0].upper()}{words[1:]} đồng"


def _words(number: int, *, inside: bool) -> list[str]:
    # num2words drops "không trăm" inside a sum (1.050.000 as "một triệu năm mươi nghìn"), which
    # leaves room to write something in; so only the groups below 1,000 are its own.
    from num2words import num2words

    parts: list[str] = []
    if number >= 10**9:
        parts, number = [*_words(number // 10**9, inside=inside), "tỷ"], number % 10**9
    for size, unit in ((10**6, ["triệu"]), (10**3, ["nghìn"]), (1, [])):
        if group := number // size % 1000:
            zero = ["không trăm"] if group < 100 else []
            zero += ["lẻ"] if group < 10 else []
            full = bool(parts) or inside
            parts += [*(zero if full else []), str(num2words(group, lang="vi")), *unit]
    return parts


@cache  # read once for the process
def _fonts() -> "typst.Fonts":
    import typst

    ours = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    if missing := FAMILIES - set(ours.families()):
        raise PrintingError(f"fonts not found in {FONTS}: {', '.join(sorted(missing))}")
    return ours


def _lay_out(root: Path, template: str, pictures: Mapping[str, bytes]) -> Path:
    if strange := [name for name in (template, *pictures) if not NAME.fullmatch(name)]:
        raise PrintingError(f"not the name of a template or picture: {strange[0]!r}")
    for source in TEMPLATES.glob("*.typ"):
        shutil.copyfile(source, root / source.name)
    (root / "pictures").mkdir()
    for name, content in pictures.items():
        (root / "pictures" / name).write_bytes(content)
    if not (main := root / f"{template}.typ").is_file():
        raise PrintingError(f"no template {template}.typ")
    return main


def _plain(value: object) -> object:
    """What JSON can carry. Fractions are refused: they are written out the Vietnamese way first."""
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    if isinstance(value, datetime) and value.tzinfo:
        return local(value).isoformat()
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if value is None or isinstance(value, int):
        return value
    raise PrintingError(f"{type(value).__name__} cannot be printed: write it out as text first")


def _printable(text: str) -> str:
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    if text.isprintable():
        return text
    # Out go the invisible ones: marks of direction, joiners, byte order.
    seen = ((c, unicodedata.category(c)) for c in text)
    return "".join(BOX if kind[0] == "C" and c != "\n" else c for c, kind in seen if kind != "Cf")
