"""What a search found at another moment, by nothing that the record has learnt since."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import connection

from claims.matching.parsing import Typed
from claims.matching.words import Term, Words

LOOKED_AT = 3000
"""Claims that hold a word that are looked at, the newest of then."""
NEAREST = 60
"""Claims that hold some of the words only that are told."""

_TERMS = """
SELECT w.place - 1, t.term
FROM unnest(%s::text[]) WITH ORDINALITY AS w (word, place) CROSS JOIN LATERAL claims_terms(w.word) t
WHERE t.term !~ '^\\^' ORDER BY 1, 2
"""
# The words of a public claim never change, and tables are those of then: so is the answer. Who
# speaks on a claim counts as if the claim held his name.
_HOLDING = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(places)s::int[], %(terms)s::text[]) AS a (place, term)),
hit AS (
    SELECT p.claim_id, a.place FROM asked a CROSS JOIN LATERAL (
        SELECT t.claim_id FROM claims_term t JOIN claims_claim c ON c.id = t.claim_id
        WHERE t.term = a.term AND c.published_at IS NOT NULL
        ORDER BY t.claim_id DESC LIMIT %(most)s OFFSET 0) p
    UNION ALL
    SELECT e.claim_id, a.place FROM articles_source s JOIN claims_evidence e ON e.source_id = s.id
        JOIN claims_claim c ON c.id = e.claim_id, asked a
    WHERE unaccent(s.name) ILIKE '%%' || unaccent(%(name)s) || '%%'
        AND upper_inf(e.known) AND c.published_at IS NOT NULL)
SELECT claim_id, array_agg(DISTINCT place) FROM hit
GROUP BY claim_id ORDER BY count(DISTINCT place) DESC, claim_id DESC
"""


def found_then(typed: Typed) -> tuple[Words, list[int], list[int]]:
    """The words, the claims that hold all of them, and some that hold some, most words first.

    No other spellings, and no weights: what is rare is known by what came later. The same moment
    gives the same claims in the same order.
    """
    terms = _terms(typed.words)
    meant = sorted(terms)
    words = tuple(typed.words[place] for place in meant)
    given: dict[str, Any] = {
        "places": [new for new, old in enumerate(meant) for _term in terms[old]],
        "terms": [term for old in meant for term in terms[old]],
        "most": LOOKED_AT,
        "name": " ".join(typed.words).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, given)
        held = [(claim, set(places)) for claim, places in cursor.fetchall()] if words else []
    heard = {place for _claim, places in held for place in places}
    unknown = frozenset(range(len(words))) - heard
    asked = zip(given["terms"], given["places"], strict=True)
    looked_for = tuple(Term(term, frozenset({place}), 1.0, 0) for term, place in asked)
    whole = [claim for claim, places in held if len(places) == len(words)]
    near = [claim for claim, places in held if len(places) < len(words)]
    return Words(words, looked_for, unknown, {}), whole, near[:NEAREST]


def _terms(words: tuple[str, ...]) -> dict[int, list[str]]:
    """The terms of each word that has some, by its place."""
    found: dict[int, list[str]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_TERMS, [list(words)])
        for place, term in cursor.fetchall():
            found[place].append(term)
    return found
