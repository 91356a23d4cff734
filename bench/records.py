"""A whole record as a newsroom might have it: claims, who said them where, and what was found.

The same for the same seed. Few sources say much and many little, few questions have many claims;
one claim in twelve is a draft, one in a hundred was merged, one in four was judged.
"""

from __future__ import annotations

import itertools
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

from bench.generate import Newsroom
from claims.standing import Standing, Testimony, assess

BEGAN = datetime(2018, 1, 1, tzinfo=UTC)
SECONDS = 8 * 365 * 86_400
"""How long the record has been kept, in seconds: it ends in December 2025."""
KINDS = {
    "event": 30,
    "quantity": 14,
    "responsibility": 10,
    "cause": 7,
    "prediction": 12,
    "intention": 8,
    "authenticity": 3,
    "assessment": 10,
    "position": 6,
}
STANCES = {"asserts": 78, "denies": 12, "context": 5, "supports": 3, "weakens": 2}
FINDINGS = {
    "supported": 38,
    "refuted": 30,
    "conflicting": 12,
    "insufficient": 15,
    "unresolvable": 5,
}
PIECES = {0: 6, 1: 52, 2: 22, 3: 11, 4: 5, 6: 3, 9: 1}
"""How many pieces of evidence a claim has."""
MANY = 50
"""How many pieces of evidence the last claim has."""
DRAFT, ASKED, JUDGED, CORRECTED, WITHDRAWN, MERGED, ALIAS = 0.08, 0.7, 0.25, 0.03, 0.015, 0.01, 0.2
PAPERS = 200


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of evidence: by which source (its number), how, when, and its words."""

    source: int
    stance: str
    day: date
    words: str
    article: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A claim with all that hangs on it. ``judged``: pairs of a verdict's kind and finding."""

    number: int
    text: str
    kind: str
    logged: datetime
    published: datetime | None
    question: int | None
    closes: date | None
    said: tuple[Said, ...]
    standing: Standing
    judged: tuple[tuple[str, str], ...]
    survivor: Entry | None

    @property
    def weighed(self) -> tuple[Said, ...]:
        """What counts for it: all that is said of the claim that is kept."""
        return self.said if self.survivor is None else self.survivor.said


class Weighted:
    """Draws a key with a probability in proportion to its weight."""

    def __init__(self, weights: dict[str, int] | dict[int, int]) -> None:
        self.keys: list[str | int] = list(weights)
        self.sums = list(itertools.accumulate(weights.values()))

    def draw(self, chance: Random) -> str | int:
        return self.keys[bisect(self.sums, chance.random() * self.sums[-1])]


class Record:
    """Makes ``claims`` entries, and what they refer to. Sources and questions count from 1."""

    def __init__(self, claims: int, seed: int = 1) -> None:
        self.claims = claims
        self.room = Newsroom(seed)
        self.chance = Random(seed)
        self.source_count = max(PAPERS + 50, claims // 20)
        self.question_count = max(20, claims // 6)
        self.article_count = max(50, claims // 3)
        self.kept: list[Entry] = []

    def sources(self) -> Iterator[tuple[int, str, str, list[str]]]:
        """Number, kind, name and aliases: the first are newspapers, then people."""
        for number in range(1, self.source_count + 1):
            name = self.room.names.draw(self.chance)
            if number <= PAPERS:
                yield number, "organisation", f"The {name} Post", []
                continue
            full = f"{name} {self.room.names.draw(self.chance)}"
            aliases = [self.room.respelled(full)] if self.chance.random() < ALIAS else []
            yield number, "person", full, aliases

    def questions(self) -> Iterator[tuple[int, str]]:
        """Number and text."""
        for number in range(1, self.question_count + 1):
            words = self.room.claim().split()[:9]
            yield number, f"Did {' '.join(words)}?"

    def articles(self) -> Iterator[tuple[int, str, int, date]]:
        """Number, title, publisher and day."""
        for number in range(1, self.article_count + 1):
            words = self.room.claim().split()[:10]
            day = self._when(number / self.article_count).date()
            yield number, " ".join(words), self._often(PAPERS), day

    def entries(self) -> Iterator[Entry]:
        """The claims from number 1, the oldest first."""
        draws = [Weighted(weights) for weights in (KINDS, STANCES, FINDINGS)]
        pieces = Weighted(PIECES)
        for number in range(1, self.claims + 1):
            kind, _stance, finding = (str(each.draw(self.chance)) for each in draws)
            many = MANY if number == self.claims else int(pieces.draw(self.chance))
            yield self._entry(number, kind, finding, many, draws[1])

    def _entry(self, number: int, kind: str, finding: str, many: int, stances: Weighted) -> Entry:
        chance, text = self.chance, self.room.claim()
        logged = self._when(number / self.claims)
        public = number == self.claims or chance.random() > DRAFT
        closes = None
        if kind == "prediction":
            closes = logged.date() + timedelta(days=chance.randint(20, 1200))
        judged: list[tuple[str, str]] = []
        past = closes is None or closes < BEGAN.date() + timedelta(seconds=SECONDS)
        if public and past and chance.random() < JUDGED:
            judged.append(("first", finding))
            if chance.random() < CORRECTED:
                judged.append(("correction", "refuted" if finding == "supported" else "supported"))
            if chance.random() < WITHDRAWN:
                judged.append(("withdrawal", ""))
        survivor = None
        if public and not judged and self.kept and chance.random() < MERGED:
            survivor, many = chance.choice(self.kept), 0
        said = tuple(self._said(number, text, logged, many, stances))
        entry = Entry(
            number=number,
            text=text,
            kind=kind,
            logged=logged,
            published=logged + timedelta(minutes=5) if public else None,
            question=self._often(self.question_count) if chance.random() < ASKED else None,
            closes=closes,
            said=said,
            standing=standing_of(said) if survivor is None else survivor.standing,
            judged=tuple(judged),
            survivor=survivor,
        )
        if public and survivor is None and number % 50 == 0:
            self.kept.append(entry)
        return entry

    def _said(
        self, number: int, text: str, logged: datetime, many: int, stances: Weighted
    ) -> Iterator[Said]:
        words, sources = text.split(), set[int]()
        around = number * self.article_count // self.claims
        while len(sources) < many:
            sources.add(self._often(self.source_count, 12))
        for source in sorted(sources):
            begin = self.chance.randint(0, max(0, len(words) - 6))
            quoted = " ".join(words[begin : begin + 12])
            article = min(self.article_count, max(1, around - self.chance.randint(0, 300)))
            day = logged.date() - timedelta(days=self.chance.randint(0, 3))
            yield Said(source, str(stances.draw(self.chance)), day, quoted, article)

    def _often(self, count: int, shift: float = 5) -> int:
        """A number from 1 to ``count``, the n-th with a probability of about 1/(n + shift)."""
        span = (count + shift + 1) / (shift + 1)
        return min(count, max(1, int((shift + 1) * span ** self.chance.random() - shift)))

    def _when(self, part: float) -> datetime:
        return BEGAN + timedelta(seconds=int(part * SECONDS))


def standing_of(said: tuple[Said, ...]) -> Standing:
    """How a claim stands by what was said, none of it copied."""
    nobody: frozenset[int] = frozenset()
    return assess(
        [
            Testimony(number, each.source, each.stance, "same", nobody, unnamed=False, live=True)
            for number, each in enumerate(said)
        ],
        [],
    )
