"""The words of a query as terms of the index: other spellings, halves of words, misspelt ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import log
from typing import Any

from django.db import connection

from claims.matching import spelling
from claims.matching.parsing import Typed

COUNTED = 2000
"""Claims that hold a term are counted no further; beyond that the planner's statistics tell."""
GROWN, NEAR, BEGINNING = 0.5, 0.6, 0.3
"""What a word weighs that is only the beginning of one, one spelled otherwise, and its first
letters, beside the whole word."""
HALF = 3
"""Letters from which half of a word can be a word of its own."""
LOOKED_UP = 3
"""Words for which other spellings are looked for."""
VOCABULARY = 3000
"""Terms that are compared with a word."""

_LOOK = """
WITH term AS MATERIALIZED (
    SELECT DISTINCT w.place, t.term
    FROM unnest(%s::text[]) WITH ORDINALITY AS w (word, place)
    CROSS JOIN LATERAL claims_terms(w.word) t),
held AS MATERIALIZED (
    SELECT t.place, t.term,
        (SELECT count(*) FROM (SELECT FROM claims_term c WHERE c.term = t.term LIMIT %s) h) AS held,
        EXISTS (SELECT FROM claims_name_term n WHERE n.about IN ('source', 'article', 'question')
            AND n.term = t.term) AS named
    FROM term t),
common AS MATERIALIZED (
    SELECT v.term, f.share FROM pg_stats s
    CROSS JOIN LATERAL unnest(s.most_common_vals::text::text[], s.most_common_freqs)
        AS f (val, share)
    JOIN held v ON v.term = f.val
    WHERE s.tablename = 'claims_term' AND s.attname = 'term'
        AND v.held >= %s)
SELECT h.place, h.term, greatest(h.held, coalesce((
        SELECT max(share) FROM common WHERE common.term = h.term) * (
        SELECT reltuples FROM pg_class WHERE oid = 'claims_term'::regclass), 0))::bigint, h.named,
    (SELECT greatest(reltuples, 1000) FROM pg_class WHERE oid = 'claims_claim'::regclass)
FROM held h ORDER BY h.place, h.term
"""
_GROWN = """
WITH RECURSIVE part AS MATERIALIZED (
    SELECT claims_fold(lower(unaccent(%s))) COLLATE "C" AS start),
grown (term) AS (
    SELECT (SELECT min(t.term) FROM claims_term t
        WHERE t.term >= part.start AND t.term < part.start || chr(1114111))
    FROM part WHERE length(start) >= 3
    UNION ALL
    SELECT (SELECT min(t.term) FROM claims_term t
        WHERE t.term > g.term AND t.term < part.start || chr(1114111))
    FROM grown g, part WHERE g.term IS NOT NULL),
part_of (term) AS (SELECT term FROM grown WHERE term IS NOT NULL LIMIT 40),
named AS (
    SELECT DISTINCT n.term FROM part, claims_name_term n
    WHERE length(part.start) >= 3 AND n.about = 'source'
        AND n.term >= part.start AND n.term < part.start || chr(1114111) LIMIT 12)
SELECT s.term, (SELECT count(*) FROM (
    SELECT FROM claims_term t WHERE t.term = s.term LIMIT 200) few) AS held
FROM (SELECT term FROM part_of UNION SELECT term FROM named) s
ORDER BY held DESC, s.term LIMIT 12
"""
_VOCABULARY = """
WITH RECURSIVE known (term) AS (
    SELECT (SELECT min(t.term) FROM claims_term t WHERE t.term >= %(start)s AND t.term < %(end)s)
    UNION ALL
    SELECT (SELECT min(t.term) FROM claims_term t WHERE t.term > k.term AND t.term < %(end)s)
    FROM known k WHERE k.term IS NOT NULL)
(SELECT term FROM known WHERE term IS NOT NULL LIMIT %(most)s)
UNION
(SELECT DISTINCT term FROM claims_name_term
    WHERE about = 'source' AND term >= %(start)s AND term < %(end)s LIMIT %(most)s)
"""


@dataclass(frozen=True, slots=True)
class Term:
    """A term that is asked for: for which words of the query it stands, and what it weighs.

    ``words`` are the places of words that a claim holds which holds it; none for the beginning of
    a word. ``claims`` is about how many hold it.
    """

    term: str
    words: frozenset[int]
    weight: float
    claims: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a query that mean something, the terms by which they are looked for.

    ``instead``: other spellings that were looked for beside a word, or in its place; ``unknown``:
    the places of words that nothing here holds.
    """

    words: tuple[str, ...]
    terms: tuple[Term, ...]
    unknown: frozenset[int]
    instead: dict[str, list[str]]

    @property
    def known(self) -> frozenset[int]:
        """The places of words that something here holds."""
        return frozenset(range(len(self.words))) - self.unknown


@dataclass(frozen=True, slots=True)
class _Held:
    term: str
    claims: int
    named: bool

    @property
    def whole(self) -> bool:
        return not self.term.startswith("^")


def look_up(typed: Typed, *, may_split: bool = True) -> Words:
    """The terms of what was typed, with what it may have meant.

    A word that nothing here holds is taken for two, where both halves are here: Nordstream.
    """
    given = typed.words
    pairs = [one + other for one, other in pairwise(given)]
    held, total = _held([*given, *pairs])
    meant = [place for place in range(len(given)) if held[place]]
    places = {old: new for new, old in enumerate(meant)}
    words = tuple(given[old] for old in meant)
    terms = [
        _term(each, {places[old]}, total, 1.0 if each.whole else BEGINNING)
        for old in meant
        for each in held[old]
    ]
    for first in range(len(pairs)):  # Nord Stream is Nordstream too
        if first in places and first + 1 in places:
            both = {places[first], places[first + 1]}
            whole = [each for each in held[len(given) + first] if each.whole]
            terms += [_term(each, both, total, 1.0) for each in whole if each.claims or each.named]
    nowhere = {
        places[old]
        for old in meant
        if not any((each.claims or each.named) and each.whole for each in held[old])
    }
    if may_split and (halves := _halves([words[place] for place in nowhere])):
        split = [half for word in given for half in halves.get(word, (word,))]
        return look_up(replace(typed, words=tuple(dict.fromkeys(split))), may_split=False)
    if typed.begun and words and words[-1] == typed.begun and len(words) - 1 in nowhere:
        grown = _grown(typed.begun)
        terms += [_term(each, {len(words) - 1}, total, GROWN) for each in grown]
        if grown:
            nowhere.discard(len(words) - 1)
    instead: dict[str, list[str]] = {}
    for place in _worth_a_look(words, nowhere):
        [own] = [each.term for each in held[meant[place]] if each.whole][:1] or [""]
        others = _spelled(own, unknown=place in nowhere)
        terms += [_term(each, {place}, total, NEAR) for each in others]
        if others:
            nowhere.discard(place)
            instead[words[place]] = [each.term for each in others]
    asked = tuple(sorted(_once(terms), key=lambda term: (term.claims, term.term)))
    return Words(words, asked, frozenset(nowhere), instead)


def _term(held: _Held, words: set[int], total: float, kind: float) -> Term:
    rarity = log(1 + (max(total, held.claims) - held.claims + 0.5) / (held.claims + 0.5))
    standing = frozenset(words) if held.whole else frozenset[int]()
    return Term(held.term, standing, kind * rarity, held.claims)


def _once(terms: Sequence[Term]) -> list[Term]:
    """Each term once, for all words that it stands for, at the most that it weighs."""
    by: dict[str, Term] = {}
    for each in terms:
        known = by.get(each.term, each)
        weight = max(known.weight, each.weight)
        by[each.term] = Term(each.term, known.words | each.words, weight, each.claims)
    return list(by.values())


def _held(words: Sequence[str]) -> tuple[dict[int, list[_Held]], float]:
    """For each word the terms that it has; and about how many claims there are."""
    by: dict[int, list[_Held]] = defaultdict(list)
    total = 1000.0
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, [list(words), COUNTED, COUNTED])
        for place, term, claims, named, all_claims in cursor.fetchall():
            by[place - 1].append(_Held(term, claims, named))
            total = float(all_claims)
    return by, total


def _halves(words: Iterable[str]) -> dict[str, tuple[str, str]]:
    """For each word that is two words run together these two, the more common the better."""
    wholes = [word for word in words if len(word) >= 2 * HALF and word.isalpha()][:LOOKED_UP]
    cuts = [(w, w[:at], w[at:]) for w in wholes for at in range(HALF, len(w) - HALF + 1)]
    if not cuts:
        return {}
    held, _total = _held([half for _word, *halves in cuts for half in halves])
    best: dict[str, tuple[int, tuple[str, str]]] = {}
    for place, (word, one, other) in enumerate(cuts):
        common = min(
            max((each.claims for each in held[at] if each.whole), default=0)
            for at in (2 * place, 2 * place + 1)
        )
        if common > best.get(word, (0,))[0]:
            best[word] = (common, (one, other))
    return {word: halves for word, (_common, halves) in best.items()}


def _grown(begun: str) -> list[_Held]:
    with connection.cursor() as cursor:
        cursor.execute(_GROWN, [begun])
        return [_Held(term, claims, named=True) for term, claims in cursor.fetchall()]


def _worth_a_look(words: Sequence[str], nowhere: set[int]) -> list[int]:
    """The words whose other spellings are looked for: those that nothing holds, then names."""
    names = [
        place
        for place, word in enumerate(words)
        if place not in nowhere and (len(words) < 3 or word[:1].isupper())
    ]
    return [*sorted(nowhere), *names][:LOOKED_UP]


def _spelled(term: str, *, unknown: bool) -> list[_Held]:
    """Terms that are ``term`` in another spelling; where nothing holds it, also near ones."""
    if len(term) < spelling.SHORTEST or not term.isalpha():
        return []
    start = term[:2]
    given: dict[str, Any] = {"start": start, "end": start + chr(0x10FFFF), "most": VOCABULARY}
    with connection.cursor() as cursor:
        cursor.execute(_VOCABULARY, given)
        vocabulary = [known for (known,) in cursor.fetchall()]
    if unknown:
        others = spelling.near(term, vocabulary)[:4]
    else:
        others = [known for known in vocabulary if spelling.alike(term, known)][:4]
    if not others:
        return []
    counted = "SELECT count(*) FROM (SELECT FROM claims_term c WHERE c.term = o.term LIMIT %s) h"
    with connection.cursor() as cursor:
        sql = f"SELECT o.term, ({counted}) FROM unnest(%s::text[]) AS o (term)"  # noqa: S608 (ours)
        cursor.execute(sql, [COUNTED, others])
        found = dict(cursor.fetchall())
    return [_Held(other, found[other], named=True) for other in others]
