"""Where two texts differ, word by word, for people to see side by side: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 4_000
"""Longer texts are shown whole, without marks: finding them would keep somebody waiting."""
_PARTS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text, and whether the other text lacks it."""

    text: str
    differs: bool


def differences(one: str, other: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces; the pieces of each, put together, are that text."""
    first, second = _PARTS.findall(one), _PARTS.findall(other)
    if max(len(first), len(second)) > MOST_WORDS:
        return _whole(one, differs=one != other), _whole(other, differs=one != other)
    left: list[Piece] = []
    right: list[Piece] = []
    for tag, i, j, k, m in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        left += _whole("".join(first[i:j]), differs=tag != "equal")
        right += _whole("".join(second[k:m]), differs=tag != "equal")
    return left, right


def _whole(text: str, *, differs: bool) -> list[Piece]:
    return [Piece(text, differs)] if text else []
