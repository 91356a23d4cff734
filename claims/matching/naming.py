"""Sources, articles and questions whose names share words with a query."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from claims.matching.words import Words

READ = 200
"""How many names that hold a word are read, of each kind."""
RARE = 50
"""Names that hold a word up to which half of a source's name will do: a surname."""
MOST = 20
"""How many of each kind are told."""
SHARE = {"source": 1.0, "article": 0.7, "question": 0.7}
"""Which part of a name a query must hold that says more than the name."""

_NAMED = """
WITH asked AS MATERIALIZED (
    SELECT k.about, a.term, a.bits, (SELECT count(*) FROM (
        SELECT FROM claims_name_term n WHERE n.about = k.about AND n.term = a.term LIMIT %s) h
    ) AS names
    FROM unnest(ARRAY['source', 'article', 'question']) AS k (about),
        unnest(%s::text[], %s::bigint[]) AS a (term, bits)),
hit AS (
    SELECT a.about, n.id, n.variant, bit_or(a.bits) AS bits, count(DISTINCT n.term) AS shared,
        min(n.size) AS size, min(a.names) AS rarest
    FROM asked a CROSS JOIN LATERAL (
        SELECT id, variant, size, term FROM claims_name_term n
        WHERE n.about = a.about AND n.term = a.term LIMIT %s OFFSET 0) n
    GROUP BY 1, 2, 3),
best AS (
    SELECT DISTINCT ON (about, id) about, id, bits, shared::float / size AS share, rarest, size
    FROM hit ORDER BY about, id, bit_count(bits::bit(64)) DESC, share DESC),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY about
        ORDER BY bit_count(bits::bit(64)) DESC, share DESC, size, id) AS place FROM best)
SELECT about, id, bits, share, rarest FROM ranked WHERE place <= %s ORDER BY about, place
"""


@dataclass(frozen=True, slots=True)
class Named:
    """Something whose name shares words: what, which, the places of those words, how much of it."""

    about: str
    id: int
    words: frozenset[int]
    share: float
    rarest: int

    def is_meant(self, asked: int) -> bool:
        """Whether a query of so many words means it: by all of them, or by its whole name."""
        return len(self.words) == asked or self.share >= SHARE[self.about]

    @property
    def is_somebody(self) -> bool:
        """Whether it is a source that a part of its name is enough to call by."""
        return self.about == "source" and self.share >= 0.5 and self.rarest <= RARE


def named(words: Words) -> list[Named]:
    """The sources, articles and questions that share most with these words, the best first."""
    terms = [term for term in words.terms if term.words]
    if not terms:
        return []
    given: list[Any] = [
        READ,
        [term.term for term in terms],
        [bits_of(term.words) for term in terms],
        READ,
        MOST,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, given)
        return [
            Named(about, pk, places_of(bits), float(share), rarest)
            for about, pk, bits, share, rarest in cursor.fetchall()
        ]


def bits_of(places: Sequence[int] | frozenset[int]) -> int:
    """Places of words as the bits of a number."""
    return sum(1 << place for place in places)


def places_of(bits: int) -> frozenset[int]:
    """The places that the bits of a number say."""
    return frozenset(place for place in range(bits.bit_length()) if bits >> place & 1)
