"""Drawings that stand in for photos: a sign, a shelf, a price tag, a label. Nobody's shop is shown."""

import io

from PIL import Image, ImageDraw

SIZE = (960, 720)
_PAPER, _GREEN, _GOLD, _WOOD, _INK = "#f4f5f1", "#14603f", "#ffc43d", "#b98a5a", "#17211b"


def sign() -> bytes:
    """A shop front with its sign."""
    picture, draw = _blank()
    draw.rectangle((120, 320, 840, 660), fill="#e5e0d5", outline=_INK, width=4)
    draw.rectangle((90, 180, 870, 320), fill=_GREEN)
    draw.polygon([(200, 205), (250, 255), (200, 305), (150, 255)], fill=_GOLD)
    for left in (320, 420, 520, 620, 720):
        draw.rectangle((left, 225, left + 70, 275), fill="white")
    draw.rectangle((430, 430, 540, 660), fill=_WOOD)
    return _jpeg(picture)


def shelf() -> bytes:
    """Three boards with goods."""
    picture, draw = _blank()
    for row, top in enumerate((150, 350, 550)):
        draw.rectangle((80, top + 120, 880, top + 140), fill=_WOOD)
        for column in range(8):
            left = 100 + column * 98
            colour = (_GREEN, _GOLD, "#9f1c14")[(row + column) % 3]
            draw.rectangle((left, top + 20 + column % 3 * 15, left + 70, top + 120), fill=colour)
    return _jpeg(picture)


def price_tag() -> bytes:
    """A tag with a price that cannot be read."""
    picture, draw = _blank()
    draw.rounded_rectangle((220, 220, 740, 500), 30, fill="white", outline=_INK, width=5)
    for line, width in enumerate((420, 300, 360)):
        top = 270 + line * 70
        draw.rectangle((270, top, 270 + width, top + 26), fill=_INK)
    return _jpeg(picture)


def jar(colour: str) -> bytes:
    """Goods in a jar with a label, on a board."""
    picture, draw = _blank()
    draw.rectangle((60, 640, 900, 670), fill=_WOOD)
    draw.rounded_rectangle((330, 170, 630, 640), 50, fill=colour, outline=_INK, width=5)
    draw.rectangle((350, 120, 610, 180), fill=_GREEN)
    draw.rectangle((370, 330, 590, 520), fill="white")
    draw.polygon([(480, 350), (530, 400), (480, 450), (430, 400)], fill=_GOLD)
    for top in (465, 490):
        draw.rectangle((400, top, 560, top + 12), fill=_INK)
    return _jpeg(picture)


def paper() -> bytes:
    """A sheet with lines that cannot be read, and a seal."""
    picture, draw = _blank()
    draw.rectangle((260, 30, 700, 690), fill="white", outline=_INK, width=3)
    for line in range(9):
        draw.rectangle((310, 130 + line * 45, 650 - line % 3 * 60, 145 + line * 45), fill=_INK)
    draw.ellipse((520, 540, 640, 660), outline="#9f1c14", width=8)
    return _jpeg(picture)


def _blank() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", SIZE, _PAPER)
    return picture, ImageDraw.Draw(picture)


def _jpeg(picture: Image.Image) -> bytes:
    picture.thumbnail((800, 600))  # no larger than a copy on paper: they are printed on many
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=80)
    return target.getvalue()
