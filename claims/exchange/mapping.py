"""Which heading is which of our columns: suggested by names, samples and what was chosen before."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from claims.exchange.columns import BY_NAME, ERROR
from claims.models import ImportMemory, ImportSheet

ALIASES: Mapping[str, tuple[str, ...]] = {
    "claim": ("statement", "claim text", "claim reviewed", "quote claim", "text", "assertion"),
    "language": ("lang", "claim language", "locale"),
    "kind": ("claim kind", "claim type", "type"),
    "window": ("period", "time window", "when"),
    "criteria": ("resolution criteria", "settled by"),
    "question": ("topic question", "research question"),
    "source": ("claimant", "speaker", "said by", "claimed by", "who", "originator", "author"),
    "source_kind": ("claimant type", "speaker type", "source type"),
    "stated": ("claim date", "date stated", "said on", "statement date", "date", "date said"),
    "note": ("notes", "comment", "remarks"),
    "article_title": ("title", "headline", "article", "document"),
    "article_url": ("url", "link", "article link", "web address", "source url", "href"),
    "article_kind": ("article type", "document type", "medium"),
    "publisher": ("outlet", "published by", "newspaper", "site", "media"),
    "article_published": ("published", "publication date", "date published", "article date"),
    "quotation": ("quote", "exact words", "passage", "excerpt"),
    "p_low": ("probability", "probability low", "at least"),
    "p_high": ("probability high", "at most"),
    "reviewer": ("fact checker", "review author", "checked by", "organisation", "organization"),
    "reviewer_url": ("reviewer site", "fact checker url"),
    "review_url": ("fact check url", "review link", "check url"),
    "review_title": ("fact check title", "review headline"),
    "label": ("verdict", "rating label", "textual rating", "ruling", "alternate name"),
    "rating": ("rating value", "score"),
    "rating_best": ("best rating",),
    "rating_worst": ("worst rating",),
    "reviewed": ("review date", "date reviewed", "fact check date", "date checked"),
    "review_note": ("review note", "explanation", "justification"),
}
"""What others call our columns, folded; those of a column that isn't ours yet are passed over."""

SAMPLES = 20
_DATE = re.compile(r"\d{4}-\d\d?(-\d\d?)?([T ].*)?|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DAY = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})")


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
    for column, others in ALIASES.items():
        if column not in BY_NAME or column in found.values():
            continue
        for other in others:
            if other in names and names.index(other) not in found:
                found[names.index(other)] = column
                break
    _by_samples(found, headings, samples)
    return [found.get(place, "") for place in range(len(headings))], {}


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


def cells_of(sheet: ImportSheet, raw: Sequence[str]) -> dict[str, str]:
    """The cells of a record by our columns, with the answers of the editor put in."""
    answers: dict[str, Any] = sheet.answers
    cells = {column: cell for column, cell in zip(sheet.mapping, raw, strict=False) if column}
    for column, values in answers.get("values", {}).items():
        cell = cells.get(column, "").strip()
        if cell in values:
            cells[column] = values[cell]
    for column, order in answers.get("dates", {}).items():
        if column in cells:
            cells[column] = iso(cells[column], order)
    for column, value in answers.get("fixed", {}).items():
        if not cells.get(column, "").strip():
            cells[column] = value
    return cells


def iso(cell: str, order: str) -> str:
    """A date written in figures in the order "DMY", "MDY" or "YMD", as YYYY-MM-DD."""
    match = _DAY.fullmatch(cell.strip())
    if match is None or sorted(order) != ["D", "M", "Y"]:
        return cell
    parts = dict(zip(order, match.groups(), strict=True))
    if len(parts["Y"]) != 4:
        return cell
    return f"{parts['Y']}-{parts['M']:0>2}-{parts['D']:0>2}"
