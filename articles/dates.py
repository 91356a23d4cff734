"""Reads and writes a date as precisely as it is known: a day, a month, a year, or a stretch."""

from __future__ import annotations

import re
from datetime import date, timedelta
from functools import lru_cache

Stretch = tuple[date | None, date | None]
"""The first day and the day after the last; ``None`` where it is open."""

EARLIEST, LATEST = 1000, 9998
_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sept oct nov dec",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    )
    for number, name in enumerate(names.split(), 1)
} | {"sep": 9, "fevrier": 2, "aout": 8, "decembre": 12}
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(?:-([0-9]{2}))?")
_WORDS = re.compile(r"(?:([0-9]{1,2})(?:st|nd|rd|th|er)? )?([^\W\d]+)\.? ([0-9]{4})")
_AMERICAN = re.compile(r"([^\W\d]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)? ([0-9]{4})")


def read(text: str) -> Stretch:
    """The stretch that ``text`` names.

    ``2023-03-08`` and ``8 March 2023`` are a day, ``2023-03`` and ``March 2023`` that whole month,
    ``2023`` that year. ``2023-03-08/2023-03-15`` runs from the one to the end of the other;
    ``2022-01/`` and ``/2023`` are open. Dates such as 8/3/2023 are refused: nobody knows which
    number is the month.

    Raises ``ValueError`` for what is no date, and for a stretch that ends before it begins.
    """
    first, slash, last = (part.strip() for part in text.partition("/"))
    if not slash:
        return _one(first)
    start = _one(first)[0] if first else None
    beyond = _one(last)[1] if last else None
    if start is None and beyond is None:
        raise ValueError("a stretch needs a beginning or an end")
    if start is not None and beyond is not None and beyond <= start:
        raise ValueError("the dates are reversed")
    return start, beyond


@lru_cache(maxsize=10_000)
def write(start: date | None, beyond: date | None) -> str:
    """The shortest text that ``read`` gives ``start`` and ``beyond`` for."""
    if start is not None and beyond is not None:
        for form in ("%Y", "%Y-%m", "%Y-%m-%d"):
            if _reads(text := start.strftime(form), start, beyond):
                return text
    last = "" if beyond is None else (beyond - timedelta(days=1)).isoformat()
    return f"{start.isoformat() if start else ''}/{last}"


def _reads(text: str, start: date, beyond: date) -> bool:
    try:
        return read(text) == (start, beyond)
    except ValueError:
        return False


def _one(text: str) -> Stretch:
    words = " ".join(text.casefold().replace(",", " ").split())
    if found := _ISO.fullmatch(words):
        return _span(*(int(part) if part else None for part in found.groups()))
    if found := _WORDS.fullmatch(words):
        day, name, year = found.groups()
    elif found := _AMERICAN.fullmatch(words):
        name, day, year = found.groups()
    else:
        raise ValueError("not a date")
    if name not in _MONTHS:
        raise ValueError("not a month")
    return _span(int(year), _MONTHS[name], int(day) if day else None)


def _span(year: int | None, month: int | None, day: int | None) -> Stretch:
    if year is None or not EARLIEST <= year <= LATEST:
        raise ValueError("not a year that we can hold")
    first = date(year, month or 1, day or 1)
    if month is None:
        return first, date(year + 1, 1, 1)
    if day is None:
        return first, (first + timedelta(days=31)).replace(day=1)
    return first, first + timedelta(days=1)
