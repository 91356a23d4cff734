"""Draws the picture of a claim, 1200 x 630 pixels, as sites show it for a link."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import astuple, dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from claims.pictures.lettering import Cut, Lines, drawable, fill, runs, width

SIZE = (1200, 630)
# As in static/css/tokens.css, light: fill, text on the fill, line.
PAPER, INK, INK_2, HAIRLINE = "#fbfaf7", "#1a1a1a", "#55524c", "#d9d5cb"
FAMILIES = {
    "support": ("#156fae", "#ffffff", "#156fae"),
    "oppose": ("#8c2708", "#ffffff", "#8c2708"),
    "mixed": ("#f6c945", "#1a1a1a", "#8a6500"),
    "none": ("#dcd8cf", "#1a1a1a", "#87827a"),
    "open": (PAPER, INK, INK),
}
DRAWN = 1
"""Goes up when the same claim is drawn otherwise than before."""

_MARGIN = 72
_FINE = 8  # shapes are drawn that much larger and then made smaller, so that they have no steps
_LEADING = 1.16


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is to be seen. ``words`` are the claim's own; ``instead`` is for want of letters."""

    site: str
    family: str
    icon: str
    status: str
    provisional: bool
    remark: str
    label: str
    words: str
    instead: str
    foot: str

    @property
    def version(self) -> str:
        """What changes when the picture does."""
        told = "\x00".join(map(str, (DRAWN, *astuple(self))))
        return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()[:16]


@lru_cache(maxsize=64)
def png(picture: Picture) -> bytes:
    """The picture as a PNG file."""
    image = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(image)
    _masthead(draw, picture)
    _badge(image, draw, picture)
    _words(draw, picture)
    _text(draw, (_MARGIN, SIZE[1] - 74), picture.foot, Cut.PLAIN, 28, colour=INK_2)
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _masthead(draw: ImageDraw.ImageDraw, picture: Picture) -> None:
    _text(draw, (_MARGIN, 40), picture.site, Cut.BOLD, 40, colour=INK)
    right = SIZE[0] - _MARGIN
    for y in (108, 113):
        draw.line((_MARGIN, y, right, y), INK, 2)
    draw.line((_MARGIN, SIZE[1] - 92, right, SIZE[1] - 92), HAIRLINE, 2)


def _badge(image: Image.Image, draw: ImageDraw.ImageDraw, picture: Picture) -> None:
    """Icon, word and shape; what no editor has reviewed in outline, what is open dashed."""
    fill_, on, line = FAMILIES[picture.family]
    left, top, high, size = _MARGIN, 148, 64, 34
    word = drawable(picture.status, Cut.BOLD) or ""
    wide = int(width(word, Cut.BOLD, size)) + 92
    box = (left, top, left + wide, top + high)
    if picture.family == "open":
        _dashed(draw, box, line)
    elif picture.provisional:
        draw.rounded_rectangle(box, 5, PAPER, line, 3)
    else:
        draw.rounded_rectangle(box, 5, fill_)
    outline = picture.provisional or picture.family == "open"
    image.paste(*_icon(picture.icon, line if outline else on, 34, (left + 20, top + 15)))
    _text(draw, (left + 68, top + 11), word, Cut.BOLD, size, colour=INK if outline else on)
    _text(draw, (box[2] + 24, top + 15), picture.remark, Cut.ITALIC, 28, colour=INK_2)


def _dashed(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], colour: str) -> None:
    left, top, right, bottom = box
    for x in range(left, right, 18):
        for y in (top, bottom):
            draw.line((x, y, min(x + 11, right), y), colour, 3)
    for y in range(top, bottom, 18):
        for x in (left, right):
            draw.line((x, y, x, min(y + 11, bottom)), colour, 3)


def _words(draw: ImageDraw.ImageDraw, picture: Picture) -> None:
    words = drawable(picture.words, Cut.BOLD)
    top, high = 244, SIZE[1] - 92 - 24 - 244
    if words:
        _text(draw, (_MARGIN, top - 8), picture.label, Cut.ITALIC, 30, colour=INK_2)
        top, high = top + 36, high - 36
    text = words or drawable(picture.instead, Cut.BOLD) or ""
    found: Lines = fill(text, Cut.BOLD, range(66, 33, -4), (SIZE[0] - 2 * _MARGIN, high), _LEADING)
    for line in found.lines:
        _text(draw, (_MARGIN, top), line, Cut.BOLD, found.size, colour=INK)
        top += int(found.size * _LEADING)


def _text(
    draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, cut: Cut, size: int, *, colour: str
) -> None:
    """One line, cut off at the margin; nothing where we lack its letters."""
    x: float = at[0]
    baseline = at[1] + size
    for piece, face in runs(drawable(text, cut) or "", cut, size):
        draw.text((x, baseline), piece, colour, face, anchor="ls")
        x += face.getlength(piece)


Drawer = Callable[[ImageDraw.ImageDraw, int], None]


def _icon(
    name: str, colour: str, size: int, at: tuple[int, int]
) -> tuple[str, tuple[int, int, int, int], Image.Image]:
    """The icon as what ``Image.paste`` takes: a colour, a box and a mask."""
    large = size * _FINE
    mask = Image.new("L", (large, large), 0)
    _ICONS[name](ImageDraw.Draw(mask), large)
    box = (at[0], at[1], at[0] + size, at[1] + size)
    return colour, box, mask.resize((size, size), Image.Resampling.LANCZOS)


def _path(draw: ImageDraw.ImageDraw, side: int, points: list[tuple[float, float]]) -> None:
    """A line through points on the icons' own grid of 24, with round ends and joints."""
    unit = side / 24
    thick = round(3 * unit)
    scaled = [(x * unit, y * unit) for x, y in points]
    draw.line(scaled, 255, thick, joint="curve")
    for x, y in (scaled[0], scaled[-1]):
        draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), 255)


def _check(draw: ImageDraw.ImageDraw, side: int) -> None:
    _path(draw, side, [(20, 6), (9, 17), (4, 12)])


def _cross(draw: ImageDraw.ImageDraw, side: int) -> None:
    _path(draw, side, [(18, 6), (6, 18)])
    _path(draw, side, [(6, 6), (18, 18)])


def _circle(draw: ImageDraw.ImageDraw, side: int) -> None:
    unit = side / 24
    draw.ellipse((unit, unit, side - unit, side - unit), outline=255, width=round(2.2 * unit))


def _half(draw: ImageDraw.ImageDraw, side: int) -> None:
    unit = side / 24
    _circle(draw, side)
    draw.pieslice((unit, unit, side - unit, side - unit), -90, 90, 255)


def _ring(draw: ImageDraw.ImageDraw, side: int) -> None:
    unit = side / 24
    for start in range(0, 360, 45):
        box = (unit, unit, side - unit, side - unit)
        draw.arc(box, start - 12, start + 12, 255, round(2.2 * unit))


def _clock(draw: ImageDraw.ImageDraw, side: int) -> None:
    _circle(draw, side)
    _path(draw, side, [(12, 6), (12, 12), (16, 14)])


_ICONS: dict[str, Drawer] = {
    "check": _check,
    "cross": _cross,
    "half": _half,
    "ring": _ring,
    "clock": _clock,
}
