"""What is filed for the records of a chunk, and what a record may speak of by that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from articles.models import Article, Snapshot, Source
from claims.choices import Stance
from claims.exchange.keys import NAMED_BY, Key, claim_key, digest, packed, source_key
from claims.exchange.parsing import Values
from claims.models import (
    Claim,
    Evidence,
    ImportBatch,
)

TEXTS_KEPT = 8
"""Texts of articles that are held at once, of up to two million characters each."""


class Shelf:
    """Rows by the keys that a record asks by, the oldest first."""

    def __init__(self, batch: ImportBatch, *, checking: bool) -> None:
        self.batch = batch
        self.checking = checking
        self.shelf: dict[Key, list[Any]] = defaultdict(list)
        self.tops: dict[int, Claim] = {}
        self.captured: set[int] = set()
        self.new: list[tuple[Key, Any]] = []
        self.defined: dict[tuple[str, str], list[Values]] = defaultdict(list)
        self._texts: dict[int, Snapshot] = {}

    def get(self, key: Key) -> list[Any]:
        """All that is filed under ``key``, the oldest first."""
        return self.shelf.get(key, [])

    def file(self, row: Any, *keys: Key) -> None:
        """File a planned row; ``back`` takes it from the shelf again."""
        for key in keys:
            self.shelf[key].append(row)
            self.new.append((key, row))

    def back(self, mark: int) -> None:
        """Forget what was filed after ``mark``, a length that ``new`` had."""
        for key, row in reversed(self.new[mark:]):
            held = self.shelf[key]
            held.pop(next(at for at in range(len(held) - 1, -1, -1) if held[at] is row))
        del self.new[mark:]

    def top(self, claim: Claim) -> Claim:
        """The claim that ``claim`` was merged into, at last; itself when it wasn't."""
        return self.tops.get(claim.pk, claim)

    def newest_text(self, article: Article) -> Snapshot | None:
        """The newest capture of a document, if there is one."""
        if article.pk not in self.captured:
            return None
        if article.pk not in self._texts:
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.pop(next(iter(self._texts)))
            self._texts[article.pk] = article.snapshots.all()[0]
        return self._texts[article.pk]

    def to_remember(self, since: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
        """What was planned and the chunks that follow must know, by the key that they ask by.

        ``since``: a length that ``new`` had, what was filed before that is left out.
        """
        for key, row in self.new[since:]:
            if self.checking or key[0] == "id":
                yield digest(key), packed(row)

    def named(self, name: str) -> Iterator[Source]:
        """The sources of that name or spelling, those of that very name first."""
        yield from self.get(source_key(name))
        yield from self.get(("alias", name))

    def told_of(self, kind: str, each: Values) -> Iterator[Values]:
        """The record itself, and those of this chunk that say what its id stands for."""
        yield each
        if not any(name in each for name in NAMED_BY[kind]):
            yield from self.defined.get((kind, each.get(f"{kind}_id", "")), ())

    def claims_of(self, each: Values) -> Iterator[Claim]:
        """The claims, as they were kept, that a record may speak of."""
        found = list(self.get(("id", "claim", each.get("claim_id"))))
        for told in self.told_of("claim", each):
            if "claim" in told:
                found.extend(self.get(claim_key(told)))
        for row in found:
            yield self.top(row)

    def articles_of(self, each: Values) -> Iterator[Article]:
        """The documents that a record may speak of."""
        yield from self.get(("id", "article", each.get("article_id")))
        for told in self.told_of("article", each):
            yield from self.get(("url", told.get("article_url")))
            for publisher in self.named(told.get("publisher", "")):
                yield from self.get(("title", told.get("article_title"), publisher.pk))

    def names_of(self, each: Values) -> set[str]:
        """The names by which a record may speak of its source."""
        known = self.get(("id", "source", each.get("source_id")))
        told = [other["source"] for other in self.told_of("source", each) if "source" in other]
        return {*told, *(source.name for source in known)}

    def speakers_of(self, each: Values) -> Iterator[Source]:
        """The sources that a record may speak of."""
        yield from self.get(("id", "source", each.get("source_id")))
        for name in self.names_of(each):
            yield from self.named(name)

    def spoken_by(self, each: Values) -> Iterator[Evidence]:
        stance = each.get("stance", Stance.ASSERTS)
        for claim in self.claims_of(each):
            for source in self.speakers_of(each):
                yield from self.get(("evidence", claim.pk, source.pk, stance))
            for name in self.names_of(each):
                yield from self.get(("held", claim.pk, stance, name))
