"""Claims by the words that they share with a text: BM25 over the terms that triggers keep.

A term is the stem of a word in one spelling for all the ways to write a name, or the beginning of
a longer word (migration 0008). The rarest terms of the text are looked up first; the common ones
only weigh what those have found, so that a text of a thousand letters costs little more than a
short one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Any

from django.db import connection

from articles.policy import Reader
from claims.models import Claim

K1, B = 1.2, 0.75
"""Okapi BM25 as it is usually set: saturation of repeated words, and the claims' lengths."""
BEGINNING = 0.3
"""What the beginning of a word weighs, beside the whole word."""
GROWN = 0.5
"""What a word weighs that somebody may be about to type."""
EARLY = 20_000
"""How many places of terms are read before only the claims found so far are weighed further."""
UNKNOWN = 0.25
"""What a word that no claim holds takes from the score of those that share the others."""
COUNTED = 20_000
"""Claims that hold a term are counted no further: beyond that it tells hardly anything."""
LONGEST_WORD = 48
"""Letters beyond which nothing is a word that somebody is typing."""
POOL = 100
"""How many claims are ranked."""

_UNWRITABLE = re.compile(r"[\x00\ud800-\udfff]")
_UNFINISHED = re.compile(r"\w+\Z")

# Compiling queries (JIT) would take longer than running them. How many claims there are, and of
# how many terms, comes from the statistics; small or new tables are looked at.
_ASKED = """
WITH RECURSIVE quick AS MATERIALIZED (SELECT set_config('jit', 'off', false)),
analysed AS MATERIALIZED (
    SELECT c.reltuples AS claims, t.reltuples / c.reltuples AS size FROM pg_class c, pg_class t
    WHERE c.oid = 'claims_claim'::regclass AND t.oid = 'claims_term'::regclass
        AND c.reltuples >= 5000 AND t.reltuples >= c.reltuples),
known AS MATERIALIZED (
    SELECT claims, size FROM analysed
    UNION ALL
    SELECT (SELECT count(*) FROM (SELECT FROM claims_claim LIMIT 20000) few),
        (SELECT 1 / avg(1.0 / size) FROM (SELECT size FROM claims_term LIMIT 20000) few)
    WHERE NOT EXISTS (SELECT FROM analysed)),
part AS MATERIALIZED (
    SELECT claims_fold(lower(unaccent(%(part)s))) COLLATE "C" AS start,
        ARRAY(SELECT term FROM claims_terms(%(part)s) WHERE term !~ '^\\^') AS terms),
grown (term) AS (
    SELECT (SELECT min(t.term) FROM claims_term t
        WHERE t.term >= part.start AND t.term < part.start || chr(1114111))
    FROM part WHERE length(start) >= 3
        AND NOT EXISTS (SELECT FROM claims_term t WHERE t.term = ANY (part.terms))
    UNION ALL
    SELECT (SELECT min(t.term) FROM claims_term t
        WHERE t.term > g.term AND t.term < part.start || chr(1114111))
    FROM grown g, part WHERE g.term IS NOT NULL),
wanted AS (
    SELECT term, false AS grown FROM claims_terms(%(text)s)
    UNION ALL
    (SELECT term, true FROM grown WHERE term IS NOT NULL LIMIT 12))
SELECT w.term, w.grown,
    (SELECT count(*) FROM (SELECT FROM claims_term t WHERE t.term = w.term LIMIT %(counted)s) held),
    k.claims, k.size
FROM quick, known k, wanted w ORDER BY 3, 1
"""

# OFFSET 0 keeps the planner from reading the whole table where it should look up each term.
_RANKED = """
WITH early AS MATERIALIZED (
    SELECT * FROM unnest(%(early)s::text[], %(early_weights)s::float8[], %(early_worded)s::float8[])
        AS e (term, weight, worded)),
found AS MATERIALIZED (
    SELECT p.claim_id, sum(e.weight * p.times / (p.times + {norm})) AS score,
        sum(e.worded * p.times / (p.times + {norm})) AS worded
    FROM early e CROSS JOIN LATERAL (
        SELECT claim_id, times, size FROM claims_term t WHERE t.term = e.term OFFSET 0) p
    GROUP BY p.claim_id),
near AS MATERIALIZED (
    SELECT claim_id, score, worded FROM found {visible}
    ORDER BY score DESC, claim_id LIMIT 4 * %(pool)s)
SELECT n.claim_id, n.score + coalesce(m.score, 0) AS score, n.worded + coalesce(m.worded, 0)
FROM near n CROSS JOIN LATERAL (
    SELECT sum(l.weight * p.times / (p.times + {norm})) AS score,
        sum(l.worded * p.times / (p.times + {norm})) AS worded
    FROM unnest(%(late)s::text[], %(late_weights)s::float8[], %(late_worded)s::float8[])
        AS l (term, weight, worded)
    CROSS JOIN LATERAL (
        SELECT times, size FROM claims_term t
        WHERE t.term = l.term AND t.claim_id = n.claim_id OFFSET 0) p) m
ORDER BY score DESC, n.claim_id LIMIT %(pool)s
"""
_NORM = "%(k1)s * (1 - %(b)s + %(b)s * p.size / %(size)s)"

_ASIDE = "SELECT FROM claims_claim c WHERE c.id = claim_id AND c.set_aside_because <> ''"

_SHARED = """
SELECT c.id, array_agg(DISTINCT w.place) FROM unnest(%s::bigint[]) AS c (id)
CROSS JOIN unnest(%s::text[]) WITH ORDINALITY AS w (word, place)
CROSS JOIN LATERAL (
    SELECT term FROM claims_terms(w.word)
    UNION ALL
    SELECT unnest(%s::text[]) WHERE w.place = %s) AS asked
JOIN claims_term t ON t.term = asked.term AND t.claim_id = c.id
GROUP BY c.id
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the text, what it weighs, and how many claims hold it."""

    term: str
    weight: float
    claims: int
    grown: bool

    @property
    def of_words(self) -> float:
        """What it weighs where numbers weigh nothing."""
        return 0.0 if is_number(self.term) else self.weight


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a text, the rarest first, and how many terms a claim has on average."""

    terms: tuple[Term, ...]
    size: float

    @property
    def most(self) -> float:
        """What a claim would score that says the same and nothing else."""
        weights = (term.weight * (1 if term.claims else UNKNOWN) for term in self.terms)
        return sum(weights) / self._norm

    @property
    def most_of_words(self) -> float:
        """The same without the numbers; nothing for a text that has no words."""
        weights = (term.of_words * (1 if term.claims else UNKNOWN) for term in self.terms)
        return sum(weights) / self._norm

    @property
    def _norm(self) -> float:
        return 1 + K1 * (1 - B + B * len(self.terms) / self.size)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A claim that shares terms with a text, as shares of what the very text would score.

    ``words`` is the share of the words alone, without the numbers; of a text that has no words it
    is the whole share.
    """

    claim: int
    share: float
    words: float


def is_number(term: str) -> bool:
    """Whether a term has no letter: numbers, years and days are in texts about anything."""
    return not any(map(str.isalpha, term))


def storable(text: str) -> str:
    """``text`` without what PostgreSQL can't hold: NUL and lone surrogates."""
    return _UNWRITABLE.sub(" ", text)


def ask(text: str) -> Asked:
    """The terms of ``text``, which may end in the middle of a word."""
    part = _UNFINISHED.search(text)
    begun = part.group() if part and len(part.group()) <= LONGEST_WORD else ""
    given: dict[str, Any] = {"text": text, "part": begun, "counted": COUNTED}
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, given)
        rows = cursor.fetchall()
    terms = []
    for term, grown, held, claims, _size in rows:
        kind = GROWN if grown else BEGINNING if term.startswith("^") else 1.0
        rarity = log(1 + (max(claims, held) - held + 0.5) / (held + 0.5))
        terms.append(Term(term, kind * rarity * (K1 + 1), held, grown))
    return Asked(tuple(terms), float(rows[0][4] or 1) if rows else 1.0)


def rank(asked: Asked, *, user: Reader) -> list[Ranked]:
    """The claims that share most with a text, the best first.

    Only those that ``user`` may see. Equal scores stand in the order of their ids.
    """
    early: list[Term] = []
    late: list[Term] = []
    read = 0
    for term in asked.terms:
        if term.claims:
            (early if not early or read + term.claims <= EARLY else late).append(term)
            read += term.claims
    if not early:
        return []
    visible, values = visible_to(user)
    given = {
        **values,
        "early": [term.term for term in early],
        "early_weights": [term.weight for term in early],
        "early_worded": [term.of_words for term in early],
        "late": [term.term for term in late],
        "late_weights": [term.weight for term in late],
        "late_worded": [term.of_words for term in late],
        "pool": POOL,
        "size": asked.size,
        "k1": K1,
        "b": B,
    }
    with connection.cursor() as cursor:
        cursor.execute(_RANKED.format(norm=_NORM, visible=visible), given)
        rows = cursor.fetchall()
    most, most_of_words = asked.most, asked.most_of_words
    return [
        Ranked(claim, score / most, worded / most_of_words if most_of_words else score / most)
        for claim, score, worded in rows
    ]


def visible_to(user: Reader) -> tuple[str, dict[str, Any]]:
    """The condition that leaves what ``user`` may see, without what was set aside.

    That is asked of whoever sees drafts: what is published isn't set aside.
    """
    seen = Claim.objects.visible_to(user)
    if not seen.query.where:
        return f"WHERE NOT EXISTS ({_ASIDE})", {}
    sql, params = seen.values("pk").order_by().query.sql_with_params()
    names = [f"seen_{place}" for place in range(len(params))]
    for name in names:
        sql = sql.replace("%s", f"%({name})s", 1)
    return f"WHERE claim_id IN ({sql})", dict(zip(names, params, strict=True))


def shared(words: Sequence[str], claims: Sequence[int], *, asked: Asked) -> dict[int, list[int]]:
    """For each of ``claims``, the places in ``words`` (from 0) whose words it shares.

    The last one may be unfinished: then it shares what that grows into.
    """
    grown = [term.term for term in asked.terms if term.grown]
    with connection.cursor() as cursor:
        cursor.execute(_SHARED, [list(claims), list(words), grown, len(words)])
        return {claim: sorted(place - 1 for place in places) for claim, places in cursor.fetchall()}
