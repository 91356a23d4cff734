"""Lists as flat tables: what their pages show, all of it, without a limit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from claims.api import listing
from claims.api.listing import Asked
from claims.api.shapes import Listed, Period
from claims.exchange.datafeed import Site
from claims.reading.corrected import Asked as Chosen
from claims.reading.corrected import Corrected

T = TypeVar("T")
AT_ONCE = 500
"""Rows that are read together; no cursor stays open between."""

CHANGES = ("at", "claim_id", "claim", "old", "new", "what", "why", "happened", "evidence", "url")
CORRECTIONS = (
    *("at", "claim_id", "claim", "kind", "old", "new", "changed"),
    *("what_was_wrong", "summary", "stood_seconds", "author", "reviewer", "url"),
)
SOURCES = (
    *("slug", "name", "kind", "description", "also_written", "wikidata", "claim_count"),
    *("article_count", "url"),
)
ARTICLES = (
    *("slug", "title", "kind", "language", "publisher", "published", "original_url"),
    *("claim_count", "held", "url"),
)
Cells = dict[str, str]


def changes(site: Site) -> Iterator[Cells]:
    """All changes, the newest first."""
    for row in _all(site, listing.changes):
        yield _flat(row.model_dump(exclude={"claim", "old", "new", "happened"})) | {
            "claim_id": row.claim.id,
            "claim": row.claim.text or "",
            "old": row.old.label if row.old else "",
            "new": row.new.label if row.new else "",
            "happened": _period(row.happened),
        }


def corrections(site: Site) -> Iterator[Cells]:
    """All corrections, the newest first."""
    everything = Corrected(listing.NOBODY, Chosen())
    for row in _all(site, lambda asked: listing.corrections(everything, asked)):
        yield _flat(row.model_dump(exclude={"claim", "old", "new"})) | {
            "claim_id": row.claim.id,
            "claim": row.claim.text or "",
            "old": row.old.label,
            "new": row.new.label,
        }


def sources(site: Site) -> Iterator[Cells]:
    """All sources, as they came onto the record."""
    for row in _all(site, lambda asked: listing.sources("", asked)):
        names = "; ".join(row.also_written)
        yield _flat(row.model_dump(exclude={"also_written"})) | {"also_written": names}


def articles(site: Site) -> Iterator[Cells]:
    """All articles, as they came onto the record."""
    for row in _all(site, lambda asked: listing.articles("", asked)):
        yield _flat(row.model_dump(exclude={"publisher", "published"})) | {
            "publisher": row.publisher.name,
            "published": _period(row.published),
        }


def _all(site: Site, listed: Callable[[Asked], Listed[T]]) -> Iterator[T]:
    cursor = ""
    while True:
        page = listed(Asked(site, "", {}, limit=AT_ONCE, cursor=cursor))
        yield from page.items
        if page.next is None:
            return
        cursor = page.next.rpartition("cursor=")[2]


def _flat(held: dict[str, Any]) -> Cells:
    """Values as text; a moment as ISO 8601, yes and no for what is or isn't so."""
    return {name: _cell(value) for name, value in held.items()}


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case _ if hasattr(value, "isoformat"):
            return str(value.isoformat())
    return str(value)


def _period(stretch: Period | None) -> str:
    return "" if stretch is None else stretch.text
