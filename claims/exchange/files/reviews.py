"""Reads one ClaimReview (schema.org/ClaimReview) as records of our columns, in every shape of it.

Publishers write each property as a text, as an object or as a list of either. Each of those who
say a claim has a record for each place where it appeared; the first one has the review with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from claims.exchange.files.json_ld import Node, plain, text_of, types

COLUMNS = (
    *("claim", "language", "source", "source_kind", "stated"),
    *("article_title", "article_url", "publisher", "article_published"),
    *("reviewer", "reviewer_url", "review_url", "review_title"),
    *("label", "rating", "rating_best", "rating_worst", "reviewed", "review_note"),
)
"""Which of our columns a review can fill, in their order."""

MOST_ROWS = 1_000
"""Records of one claim in a review: speakers times appearances."""

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)[T ]\d\d:?\d\d.*", re.DOTALL)
_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?")
_ADDRESS = re.compile(r"(https?:)?//\S+", re.IGNORECASE)


class TooMany(Exception):
    """A review of more speakers and places than we read."""


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of one review, what of it is left out, and whether its rating is out of range."""

    rows: tuple[tuple[str, ...], ...]
    left: tuple[str, ...]
    beyond: bool


def read(value: Mapping[str, Any], known: Mapping[str, Any]) -> Read:
    """One review as rows of ``COLUMNS``. A claim without words has an empty cell there.

    Raises ``TooMany``.
    """
    review = Node(plain(value), known)
    about = _about_review(review)
    rows: list[tuple[str, ...]] = []
    for claim, items in _claims(review):
        places = _places(items)
        said = {"claim": claim, "language": _first(items, _language) or about["language"]}
        speakers = _speakers(items)
        if len(speakers) * len(places) > MOST_ROWS:
            raise TooMany
        each_of_both = product(speakers or [{}], places or [{}])
        for number, (speaker, place) in enumerate(each_of_both):
            cells = {**(about if number == 0 else {}), **said, **speaker, **place}
            rows.append(tuple(cells.get(name, "") for name in COLUMNS))
    numbers = [_float(about[name]) for name in ("rating_worst", "rating", "rating_best")]
    worst, rating, best = numbers
    beyond = rating is not None and (
        (best is not None and rating > best) or (worst is not None and rating < worst)
    )
    return Read(tuple(rows), tuple(dict.fromkeys(review.left())), beyond)


def _claims(review: Node) -> Iterator[tuple[str, list[Any]]]:
    """Each claim that is reviewed, with the items that say more of it."""
    texts = list(dict.fromkeys(filter(None, map(text_of, review.get("claimReviewed")))))
    items = review.nodes("itemReviewed")
    own = [_own_text(item) for item in items]
    if len(texts) > 1:
        for number, text in enumerate(texts):
            yield text, items[number : number + 1] if len(items) == len(texts) else items
    elif len(items) > 1 and len(set(filter(None, own))) > 1:
        for text, item in zip(own, items, strict=True):
            yield text or "".join(texts), [item]
    else:
        yield "".join(texts) or next(filter(None, own), ""), items


def _own_text(item: Any) -> str:
    """What a claim says of itself; the title of a work is no claim."""
    if isinstance(item, Node) and "Claim" in types(item.held):
        return item.text("text", "claimReviewed", "name", "description")
    return ""


def _first(items: list[Any], ask: Callable[[Node], str]) -> str:
    """The first thing that an item answers."""
    return next(filter(None, (ask(item) for item in items if isinstance(item, Node))), "")


def _speakers(items: list[Any]) -> list[dict[str, str]]:
    """Everybody who says so, and when. A date of which nobody is said to be the speaker is none."""
    found: dict[str, dict[str, str]] = {}
    for item in items:
        authors = item.nodes("author", "creator") if isinstance(item, Node) else []
        for author in authors:
            if (name := _name(author)) and name not in found:
                stated = _said_on(item) or _first(items, _said_on)
                found[name] = {"source": name, "source_kind": _kind(author), "stated": stated}
    return list(found.values())


def _said_on(item: Node) -> str:
    return day(item.text("datePublished", "dateCreated"))


def _places(items: list[Any]) -> list[dict[str, str]]:
    """Where a claim appeared, each place once; a work that is reviewed is one itself."""
    found: list[dict[str, str]] = []
    for item in items:
        if not isinstance(item, Node):
            found.append(_place(item))
            continue
        inner = [*item.nodes("firstAppearance"), *item.nodes("appearance")]
        found.extend(map(_place, inner))
        if not inner and not ("Claim" in types(item.held) and not item.get("url")):
            found.append(_place(item))
    unique: dict[str, dict[str, str]] = {}
    for place in found:
        if place:
            unique.setdefault(place["article_url"] or place["article_title"], place)
    return list(unique.values())


def _place(value: Any) -> dict[str, str]:
    """What can be known of a place; nothing of one without address and title."""
    if not isinstance(value, Node):
        text = text_of(value)
        names = ("article_url", "article_title")
        found = (text, "") if _ADDRESS.fullmatch(text) else ("", text)
        return dict(zip(names, found, strict=True)) if text else {}
    title, url = value.text("headline", "name"), _address(value, "url", "sameAs", "@id")
    if not title and not url:
        return {}
    return {
        "article_title": title,
        "article_url": url,
        "publisher": _name(next(iter(value.nodes("publisher")), "")),
        "article_published": day(value.text("datePublished")),
    }


def _about_review(review: Node) -> dict[str, str]:
    author = next(iter(review.nodes("author", "publisher", "sdPublisher", "creator")), "")
    rating = _rating(review)
    return {
        "language": _language(review),
        "reviewer": _name(author),
        "reviewer_url": _address(author, "url", "sameAs", "@id"),
        "review_url": _address(review, "url", "mainEntityOfPage", "sameAs", "@id"),
        "review_title": review.text("headline", "name"),
        "reviewed": day(review.text("datePublished", "dateCreated", "dateModified")),
        **rating,
        "review_note": rating["review_note"] or review.text("description", "reviewBody", "text"),
    }


def _rating(review: Node) -> dict[str, str]:
    """The rating in words and numbers, from all ratings: publishers divide one over several."""
    parts: dict[str, str] = dict.fromkeys(
        ("label", "rating", "rating_best", "rating_worst", "review_note"), ""
    )

    def take(name: str, text: str) -> None:
        parts[name] = parts[name] or text

    for value in review.nodes("reviewRating"):
        node = value if isinstance(value, Node) else Node({"ratingValue": value})
        given, words = node.text("ratingValue"), node.text("alternateName", "name")
        is_number = bool(_NUMBER.fullmatch(given))
        take("label", words or ("" if is_number else given))
        take("rating", given if is_number or words else "")
        take("rating_best", node.text("bestRating"))
        take("rating_worst", node.text("worstRating"))
        take("review_note", node.text("ratingExplanation", "description"))
    return parts


def _name(value: Any) -> str:
    if isinstance(value, Node):
        return value.text("name", "legalName", "alternateName")
    text = text_of(value)
    return "" if _ADDRESS.fullmatch(text) else text


def _kind(value: Any) -> str:
    if not isinstance(value, Node):
        return ""
    given = types(value.held)
    if "Person" in given:
        return "person"
    return "organisation" if any(each.endswith("Organization") for each in given) else ""


def _address(value: Any, *names: str) -> str:
    """The first address among these properties."""
    if not isinstance(value, Node):
        text = text_of(value)
        return text if _ADDRESS.fullmatch(text) else ""
    for name in names:
        for each in value.get(name):
            text = text_of(each)
            if _ADDRESS.fullmatch(text):
                return text
    return ""


def _language(value: Node) -> str:
    given = next(iter(value.get("inLanguage")), "")
    if isinstance(given, dict):
        given = given.get("alternateName") or given.get("name")
    return text_of(given)


def day(text: str) -> str:
    """The day of a date with a time, where it was written; every other text as it is."""
    found = _DAY.fullmatch(text)
    return found[1] if found else text


def _float(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
