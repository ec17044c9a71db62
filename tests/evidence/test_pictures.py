"""What becomes of a picture, and what never becomes one."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from ocop_points.evidence import pictures
from ocop_points.evidence.pictures import print_copy, read_picture, thumbnail
from ocop_points.evidence.rules import MAX_FILE_BYTES, FileFault, UnfitFile
from tests.evidence import files


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def near(image: Image.Image, x: int, y: int, colour: tuple[int, int, int]) -> bool:
    found = image.convert("RGB").getpixel((x, y))
    assert isinstance(found, tuple)
    return all(abs(a - b) < 30 for a, b in zip(found, colour, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_are_known_by_content_and_become_jpeg(kind: str) -> None:
    made = read_picture(files.encoded(files.colours(), kind))
    image = opened(made.content)
    assert image.format == "JPEG"
    assert (made.width, made.height) == image.size == (640, 480)
    assert near(image, 10, 10, (200, 30, 30))
    assert near(image, 630, 10, (30, 160, 60))


@pytest.mark.parametrize(
    ("sent", "kept"),
    [((5000, 3000), (2048, 1229)), ((900, 4096), (450, 2048)), ((800, 600), (800, 600))],
)
def test_the_longest_side_is_2048(sent: tuple[int, int], kept: tuple[int, int]) -> None:
    made = read_picture(files.encoded(files.colours(sent)))
    assert (made.width, made.height) == kept


def test_nothing_of_the_metadata_remains() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = files.encoded(
        files.colours(),
        exif=files.exif(),
        comment=b"COMMENT-OF-THE-PHONE",
        icc_profile=profile,
        xmp=b"<x:xmpmeta>SECRET-PLACE</x:xmpmeta>",
        dpi=(300, 300),
    )
    for trace in (b"MAKER-OF-THE-PHONE", b"COMMENT-OF-THE-PHONE", b"SECRET-PLACE", b"Exif"):
        assert trace in sent
    made = read_picture(sent)
    for copy in (made.content, print_copy(made.content, most_bytes=10**6), thumbnail(made.content)):
        for trace in (b"MAKER", b"COMMENT", b"SECRET", b"Exif", b"ICC_PROFILE", b"xmpmeta"):
            assert trace not in copy
        assert not opened(copy).getexif()
        assert not {"exif", "icc_profile", "xmp", "comment", "dpi"} & set(opened(copy).info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int) -> None:
    # What a camera stores so that the viewer, who turns it, sees `colours()`.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    image = files.colours()
    turned = image if orientation == 1 else image.transpose(Image.Transpose(undo[orientation]))
    made = read_picture(files.encoded(turned, exif=files.exif(orientation=orientation)))
    upright = opened(made.content)
    assert upright.size == (640, 480)
    assert near(upright, 10, 10, (200, 30, 30))
    assert near(upright, 630, 10, (30, 160, 60))
    assert near(upright, 10, 470, (40, 60, 200))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, datetime(2026, 11, 23, 2, 12, 33, tzinfo=UTC)),
        ({"offset": "+07:00"}, datetime(2026, 11, 23, 2, 12, 33, tzinfo=UTC)),
        ({"offset": "+09:00"}, datetime(2026, 11, 23, 0, 12, 33, tzinfo=UTC)),
        ({"offset": "giờ"}, datetime(2026, 11, 23, 2, 12, 33, tzinfo=UTC)),
        ({"taken": "0000:00:00 00:00:00"}, None),
        ({"taken": "2026:02:31 09:00:00"}, None),
        ({"taken": "hôm qua"}, None),
        ({"taken": "1970:01:01 00:00:00"}, None),
        ({"taken": None}, None),
    ],
)
def test_the_moment_is_kept_and_stands_in_viet_nam(
    facts: dict[str, str], expected: datetime | None
) -> None:
    assert read_picture(files.photo(**facts)).taken_at == expected  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_the_moment_is_read_from_every_kind(kind: str) -> None:
    sent = files.encoded(files.colours(), kind, exif=files.exif())
    assert read_picture(sent).taken_at == datetime(2026, 11, 23, 2, 12, 33, tzinfo=UTC)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")  # what the log of a server would show
def test_broken_metadata_spoils_nothing() -> None:
    sent = files.encoded(files.colours(), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff garbage")
    made = read_picture(sent)
    assert made.taken_at is None
    assert made.width == 640


def test_transparent_becomes_white_and_other_modes_are_shown() -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert near(opened(read_picture(files.encoded(clear, "PNG")).content), 20, 20, (255, 255, 255))
    for mode in ("L", "P", "1", "CMYK"):
        kind = "JPEG" if mode == "CMYK" else "PNG"
        assert read_picture(files.encoded(files.colours().convert(mode), kind)).width == 640


def test_a_colour_profile_is_applied_not_dropped() -> None:
    sent = files.encoded(files.colours(), icc_profile=_swapped_profile())
    plain = files.encoded(files.colours())
    seen = opened(read_picture(sent).content).getpixel((10, 10))
    assert seen != opened(read_picture(plain).content).getpixel((10, 10))


def _swapped_profile() -> bytes:
    """A profile whose red is not the web's: the sRGB one with its first two primaries' names changed."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"tmp_").replace(b"gXYZ", b"rXYZ").replace(b"tmp_", b"gXYZ")


def test_a_second_picture_inside_a_jpeg_is_no_animation() -> None:
    """Phones store depth or brightness as a second frame ("MPO")."""
    sent = files.encoded(
        files.colours(), "MPO", save_all=True, append_images=[files.colours((64, 48))]
    )
    assert Image.open(BytesIO(sent)).format == "MPO"
    assert read_picture(sent).width == 640


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (b"", FileFault.EMPTY),
        (b"\xff\xd8\xff" + bytes(MAX_FILE_BYTES), FileFault.TOO_BIG),
        ("xin chào".encode(), FileFault.NO_PICTURE),
        (b"MZ\x90\0", FileFault.NO_PICTURE),
        (b"<html><img src=x></html>", FileFault.NO_PICTURE),
        (files.SVG, FileFault.OTHER_KIND),
        (files.PDF, FileFault.OTHER_KIND),
        (b"\0\0\0\x18ftypheic\0\0\0\0", FileFault.OTHER_KIND),
        (files.animated("GIF"), FileFault.OTHER_KIND),
        (files.encoded(files.colours(), "GIF"), FileFault.OTHER_KIND),
        (files.encoded(files.colours(), "BMP"), FileFault.OTHER_KIND),
        (files.encoded(files.colours(), "TIFF"), FileFault.OTHER_KIND),
        (files.animated("WEBP"), FileFault.ANIMATED),
        (files.animated("PNG"), FileFault.ANIMATED),
        (files.photo()[:3000], FileFault.BROKEN),
        (files.photo()[:40], FileFault.BROKEN),
        (files.encoded(files.colours(), "PNG")[:-60], FileFault.BROKEN),
        (files.encoded(files.colours(), "WEBP")[:-60], FileFault.BROKEN),
        (files.png_header(300, 300, b"too few"), FileFault.BROKEN),
        (files.png_header(7072, 7072), FileFault.TOO_MANY_PIXELS),
        (files.png_header(60_000, 60_000), FileFault.TOO_MANY_PIXELS),
    ],
)
def test_what_is_not_taken(sent: bytes, fault: FileFault) -> None:
    with pytest.raises(UnfitFile) as refused:
        read_picture(sent)
    assert refused.value.fault is fault


def test_a_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    sent = files.bomb()
    assert len(sent) < 200_000
    monkeypatch.setattr(pictures, "_flat", lambda _image: pytest.fail("decoded"))
    with pytest.raises(UnfitFile) as refused:
        read_picture(sent)
    assert refused.value.fault is FileFault.TOO_MANY_PIXELS


def test_a_text_chunk_that_swells_is_refused() -> None:
    sent = files.text_bomb()
    assert len(sent) < 200_000
    with pytest.raises(UnfitFile) as refused:
        read_picture(sent)
    assert refused.value.fault is FileFault.BROKEN


def test_fifty_megapixels_are_taken() -> None:
    sent = files.png_header(7071, 7071, bytes(7072 * 7071))
    assert read_picture(sent).width == 2048


def test_a_polyglot_keeps_its_picture_only() -> None:
    sent = files.polyglot()
    assert sent.count(b"<script>") == 2
    assert b"script" not in read_picture(sent).content


def test_the_same_picture_gives_the_same_bytes() -> None:
    assert read_picture(files.photo()).content == read_picture(files.photo()).content


@pytest.mark.parametrize("most_bytes", [400_000, 150_000, 40_000])
def test_a_copy_for_paper_is_small_enough(most_bytes: int) -> None:
    copy = print_copy(files.noisy(), most_bytes=most_bytes)
    assert max(opened(copy).size) <= 800
    assert len(copy) <= most_bytes
