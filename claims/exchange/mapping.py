"""Which heading is which of our columns: suggested by names, samples and what was chosen before."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from claims.exchange.cells import order_of
from claims.exchange.columns import BY_NAME, ERROR, Column, Group
from claims.models import ImportMemory

SAMPLES = 20
_OF_REVIEWS = frozenset(
    {"claimreviewed", "claim reviewed", "reviewbody", "ratingvalue", "alternatename"}
)
_DATE = re.compile(r"\d{4}-\d\d?(-\d\d?)?([T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)


def folded(heading: str) -> str:
    """``heading`` without case, accents and punctuation, in single spaces."""
    plain = unicodedata.normalize("NFKD", heading.casefold())
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return " ".join(re.sub(r"[\W_]+", " ", letters).split())


def headings_key(headings: Sequence[str]) -> str:
    """By what a set of headings is known again; the column of errors makes no difference."""
    names = [folded(each) for each in headings if each.strip().casefold() != ERROR]
    return hashlib.sha256("\n".join(names).encode("utf-8", "replace")).hexdigest()


def suggest(
    headings: Sequence[str], samples: Sequence[Sequence[str]]
) -> tuple[list[str], dict[str, Any]]:
    """A column for each heading, or "", and the answers that belong to it.

    What was chosen for the same headings last time comes first; then our own names, then what
    others call them, then what the cells look like. No column is suggested twice.
    """
    known = ImportMemory.objects.filter(headings_key=headings_key(headings)).first()
    if known is not None:
        chosen = iter(known.mapping)
        mapping = [
            "" if each.strip().casefold() == ERROR else next(chosen, "") for each in headings
        ]
        return [name if name in BY_NAME else "" for name in mapping], dict(known.answers)
    names = [folded(each) for each in headings]
    found: dict[int, str] = {}
    for place, name in enumerate(names):
        ours = name.replace(" ", "_")
        if ours in BY_NAME and ours not in found.values():
            found[place] = ours
    for column, told in _in_order(names):
        if column in found.values():
            continue
        for other in told.known_as:
            if other in names and names.index(other) not in found:
                found[names.index(other)] = column
                break
    _by_samples(found, headings, samples)
    return [found.get(place, "") for place in range(len(headings))], _answers(found, samples)


def _in_order(names: Sequence[str]) -> list[tuple[str, Column]]:
    """Our columns; first those of outside verdicts in a table of such, whose "url" is theirs."""
    reviews = any(name in _OF_REVIEWS for name in names)
    return sorted(BY_NAME.items(), key=lambda each: reviews and each[1].group != Group.OUTSIDE)


def _answers(found: Mapping[int, str], samples: Sequence[Sequence[str]]) -> dict[str, Any]:
    """The order of day and month, in each column where one of the samples can be read one way."""
    orders = {
        name: order
        for place, name in found.items()
        if BY_NAME[name].dated
        and (order := order_of([row[place] for row in samples if place < len(row)]))
    }
    return {"dates": orders} if orders else {}


def _by_samples(
    found: dict[int, str], headings: Sequence[str], samples: Sequence[Sequence[str]]
) -> None:
    """Add the one column of addresses and the one of dates, where nothing else tells them."""
    for column, looks in (("article_url", _ADDRESS), ("stated", _DATE)):
        if column in found.values() or column not in BY_NAME:
            continue
        alike = [
            place
            for place in range(len(headings))
            if place not in found and _all_look(samples, place, looks)
        ]
        if len(alike) == 1:
            found[alike[0]] = column


def _all_look(samples: Sequence[Sequence[str]], place: int, looks: re.Pattern[str]) -> bool:
    cells = [row[place].strip() for row in samples if place < len(row) and row[place].strip()]
    return bool(cells) and all(looks.fullmatch(cell) for cell in cells)
