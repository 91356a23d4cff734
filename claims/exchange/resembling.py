"""Which new claims of an import may be here already in other words, or earlier in the same file."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

from django.db import connection

from claims.choices import MatchMethod
from claims.matching import ASKED, is_number, similar
from claims.models import ImportBatch

if TYPE_CHECKING:
    from articles.policy import Reader

RAREST = 4
"""Terms of a claim by which others in the file are looked for."""
COMMON = 50
"""Claims that share a term beyond which it leads to none of them."""

# The stems of ``claims_terms``, of many texts at once: each word is folded once, however many of
# the texts hold it.
_TERMS = r"""
WITH word AS MATERIALIZED (
    SELECT t.number, left(w.lexeme, 64) AS lexeme
    FROM unnest(%s::int[], %s::text[]) AS t (number, text) CROSS JOIN LATERAL unnest(
        to_tsvector('sayso', regexp_replace(t.text, '(\d)[,.](?=\d{3}(?!\d))', '\1', 'g'))) w
), known AS MATERIALIZED (
    SELECT array_agg(lexeme) AS lexemes, string_agg(lexeme, ' ') AS joined
    FROM (SELECT DISTINCT lexeme FROM word) d
), folded AS MATERIALIZED (
    SELECT f.lexeme, left(f.stem, 48) AS stem
    FROM known, unnest(lexemes, string_to_array(claims_fold(joined), ' ')) AS f (lexeme, stem)
    WHERE f.stem <> ''
)
SELECT w.number, array_agg(DISTINCT f.stem) FROM word w JOIN folded f USING (lexeme)
GROUP BY w.number
"""

MOST_COMPARED = 10_000
"""New claims of an import that are compared with each other."""
_NEW = """
SELECT r.number, r.raw[array_position(s.mapping, 'claim')]
FROM claims_importrow r JOIN claims_importsheet s ON s.id = r.sheet_id
WHERE r.batch_id = %s AND r.state = 'new' AND 'claim' = ANY(r.added) ORDER BY r.number LIMIT %s
"""
_NOTE = """
UPDATE claims_importrow r SET resembles = r.resembles || o.likeness
FROM jsonb_to_recordset(%s) AS o (number int, likeness jsonb)
WHERE r.batch_id = %s AND r.number = o.number
AND NOT jsonb_path_exists(r.resembles, '$[*].choice')
"""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a new claim resembles: the claim ``claim`` that is here, or else the record ``record``.

    ``score`` runs from 0 to 1.
    """

    text: str
    score: float
    method: str
    claim: int | None = None
    record: int | None = None

    def kept(self) -> dict[str, Any]:
        """As ``ImportRow`` keeps it."""
        return {
            "text": self.text,
            "score": round(self.score, 4),
            "method": self.method,
            "claim": self.claim,
            "record": self.record,
        }


def here(text: str, *, language: str, user: Reader) -> Likeness | None:
    """The claim of this site that ``text`` is likest to, if it is worth a person's look."""
    for match in similar(text, user=user, language=language, limit=1, least=ASKED):
        return Likeness(match.claim.text, match.score, match.method, claim=match.claim.pk)
    return None


def within(texts: Mapping[int, str]) -> dict[int, Likeness]:
    """For each text, by its number, the earlier one that it is likest to, if one is worth a look.

    By the words that both have, the rare ones first, in one spelling of names as everywhere.
    Numbers raise a likeness that the words alone would be enough for.
    """
    terms = terms_of(texts)
    holders: dict[str, list[int]] = defaultdict(list)
    for number in sorted(terms):
        for term in terms[number]:
            holders[term].append(number)
    total = max(1, len(terms))
    rarity = {term: log(1 + total / len(held)) for term, held in holders.items()}
    return dict(_likest(texts, terms, holders, rarity))


def compare(batch: ImportBatch) -> None:
    """Note which new claims of an import say much the same as an earlier one of it."""
    with connection.cursor() as cursor:
        cursor.execute(_NEW, [batch.pk, MOST_COMPARED])
        texts: dict[int, str] = {number: text for number, text in cursor.fetchall() if text}
        found = within(texts) if texts else {}
        told = [{"number": number, "likeness": [like.kept()]} for number, like in found.items()]
        cursor.execute(_NOTE, [json.dumps(told), batch.pk])


def terms_of(texts: Mapping[int, str]) -> dict[int, frozenset[str]]:
    """The stems of each text, in one spelling of names; a text without any is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [list(texts), list(texts.values())])
        return {number: frozenset(found) for number, found in cursor.fetchall()}


def _likest(
    texts: Mapping[int, str],
    terms: Mapping[int, frozenset[str]],
    holders: Mapping[str, Sequence[int]],
    rarity: Mapping[str, float],
) -> Iterator[tuple[int, Likeness]]:
    weights = {number: sum(rarity[term] for term in own) for number, own in terms.items()}
    words = {term: 0.0 if is_number(term) else weight for term, weight in rarity.items()}
    for number in sorted(terms):
        own, weight = terms[number], weights[number]
        known = sorted((t for t in own if len(holders[t]) <= COMMON), key=lambda t: -rarity[t])
        earlier = {other for t in known[:RAREST] for other in holders[t] if other < number}
        best, score = None, ASKED
        for other in sorted(earlier):
            both = sum(map(rarity.__getitem__, own & terms[other]))
            share = both / (weight + weights[other] - both)
            if share > score and _share(own, terms[other], words) > ASKED:
                best, score = other, share
        if best is not None:
            yield number, Likeness(texts[best], score, MatchMethod.LEXICAL, record=best)


def _share(one: frozenset[str], other: frozenset[str], weights: Mapping[str, float]) -> float:
    """How much of what two texts hold both hold; all of it where nothing of it weighs."""
    whole = sum(map(weights.__getitem__, one | other))
    return sum(map(weights.__getitem__, one & other)) / whole if whole else 1.0
