"""Which words our fonts can draw, and how they fill a box: lines, a size, an ellipsis."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont
from PIL.ImageFont import FreeTypeFont

FONTS = Path(settings.BASE_DIR) / "static" / "fonts"
# A cut of the typeface is three files, as browsers load them; the first that has a letter is taken.
ALPHABETS = ("latin", "latin-ext", "cyrillic")
ELLIPSIS = "…"
_ABSENT = "\uffff"


class Cut(StrEnum):
    """The cuts of Source Serif that we have."""

    PLAIN = "400-normal"
    BOLD = "600-normal"
    ITALIC = "400-italic"


@dataclass(frozen=True, slots=True)
class Lines:
    """Text broken into lines that fit, at ``size`` pixels."""

    lines: list[str]
    size: int


@cache
def font(cut: Cut, alphabet: str, size: int) -> FreeTypeFont:
    """One file of a cut. Letters stand side by side: none of these scripts needs more."""
    path = FONTS / f"source-serif-4-{alphabet}-{cut}.woff2"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _alphabet_of(letter: str, cut: Cut) -> str | None:
    """The file that has ``letter``; None where none has, and a box would be drawn."""
    for alphabet in ALPHABETS:
        face = font(cut, alphabet, 32)
        if bytes(face.getmask(letter)) != bytes(face.getmask(_ABSENT)):
            return alphabet
    return None


def drawable(text: str, cut: Cut) -> str | None:
    """``text`` as it can be drawn: one line, without the signs that our fonts lack.

    None where they lack a letter, a digit or an accent: then nothing of it may be drawn.
    """
    kept = []
    for letter in unicodedata.normalize("NFC", " ".join(text.split())):
        if letter == " " or _alphabet_of(letter, cut) is not None:
            kept.append(letter)
        elif unicodedata.category(letter)[0] in "LMN":
            return None
    return " ".join("".join(kept).split())


def runs(text: str, cut: Cut, size: int) -> Iterator[tuple[str, FreeTypeFont]]:
    """``text``, which is drawable, in pieces that one file has, each with its font."""
    piece, of = "", ALPHABETS[0]
    for letter in text:
        known = of if letter == " " else (_alphabet_of(letter, cut) or of)
        if known != of and piece:
            yield piece, font(cut, of, size)
            piece = ""
        piece, of = piece + letter, known
    if piece:
        yield piece, font(cut, of, size)


def width(text: str, cut: Cut, size: int) -> float:
    """How wide the text is drawn, in pixels."""
    return sum(face.getlength(piece) for piece, face in runs(text, cut, size))


def fill(text: str, cut: Cut, sizes: range, box: tuple[int, int], leading: float) -> Lines:
    """``text`` at the largest of ``sizes`` (falling) at which it fits into ``box`` (wide, high).

    What doesn't fit even at the smallest ends in an ellipsis.
    """
    wide, high = box
    for size in sizes:
        most = max(1, int(high // (size * leading)))
        lines = _broken(text, cut, size, wide)
        if len(lines) <= most:
            return Lines(lines, size)
    size = sizes[-1]
    most = max(1, int(high // (size * leading)))
    lines = _broken(text, cut, size, wide)[:most]
    last = lines[-1]
    while last and width(last + ELLIPSIS, cut, size) > wide:
        last = last[:-1]
    lines[-1] = last.rstrip() + ELLIPSIS
    return Lines(lines, size)


def _broken(text: str, cut: Cut, size: int, wide: int) -> list[str]:
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, cut, size) <= wide:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:  # a word that is wider than the line goes on in the next
            if width(lines[-1] + letter, cut, size) > wide:
                lines.append("")
            lines[-1] += letter
    return lines
