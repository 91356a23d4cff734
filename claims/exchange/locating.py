"""Finds a quotation in a text: at exactly one place, or it says what is in the way. No Django."""

from __future__ import annotations

import re

LOOKED_FOR = 400  # code points: the longest quotation whose likeness is searched for
_ALIKE = (
    "'`\u00b4\u2018\u2019\u201a\u201b",
    '"\u00ab\u00bb\u201c\u201d\u201e\u201f',
    "-\u2010\u2011\u2012\u2013\u2014",
)
_LOOSE = {char: f"[{re.escape(alike)}]" for alike in _ALIKE for char in alike}


class NotThere(Exception):
    """The quotation isn't in the text. ``likely`` is what stands there instead, if it is close."""

    def __init__(self, likely: str = "") -> None:
        super().__init__(likely)
        self.likely = likely


class Repeated(Exception):
    """The quotation is at more than one place; ``times`` says at how many."""

    def __init__(self, times: int) -> None:
        super().__init__(times)
        self.times = times


def locate(text: str, quotation: str) -> int:
    """Where ``quotation`` begins in ``text``, in code points from 0.

    Raises ``NotThere`` or ``Repeated``. What differs in case, white space or the shape of its
    marks is never taken for the quotation; it is only told.
    """
    start = text.find(quotation)
    if start < 0 or not quotation:
        raise NotThere(_likely(text, quotation))
    times = _times(text, quotation)
    if times > 1:
        raise Repeated(times)
    return start


def _times(text: str, quotation: str) -> int:
    times, start = 0, text.find(quotation)
    while start >= 0:
        times += 1
        start = text.find(quotation, start + 1)
    return times


def _likely(text: str, quotation: str) -> str:
    words = quotation.split()
    if not words or len(quotation) > LOOKED_FOR:
        return ""
    pattern = r"\s+".join(
        "".join(_LOOSE.get(char, re.escape(char)) for char in word) for word in words
    )
    found = re.search(pattern, text, re.IGNORECASE)
    return found.group() if found else ""
