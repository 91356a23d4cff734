"""Claims for what somebody typed into the search box: those that say all of it, then near ones.

The rarest words are looked up first, and of each only as many claims as fit a limit, the newest
first; the common words only weigh what those have found. So a search takes no longer, however many
claims there are; where the limit was met, ``cut`` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from articles import moment
from claims.matching.naming import Named, bits_of, named
from claims.matching.parsing import Typed, parse
from claims.matching.phrases import holding, quoting
from claims.matching.then import found_then
from claims.matching.words import Term, Words, look_up

LOOKED_AT = 2000
"""Claims that are looked at for their words."""
LISTED = 1000
"""Claims that are listed, of those that say all of it: nobody reads on to the thousandth."""
PROBED = 2500
"""Pairs of a common word and a claim that are looked up."""
NEAREST = 60
"""Near matches that are listed."""
LEAST = 0.2
"""The share of the best score from which a near match is told."""
SPEAKERS = 5
"""Sources that are taken for meant by their names."""
SAID = 200
"""Claims of each of them that are looked at, the newest."""
AVERAGE = 20.0
"""Terms of an average claim, to weigh its length by."""
SEVERAL = 2
"""Words from which quotations are asked for all of them, where no claim says them."""
SPOKEN = 0.7
"""What a word weighs that is in a source's name, beside one in the claim itself."""

_NORM = "(0.3 + 0.9 * p.size / %(size)s)"
# OFFSET 0 keeps the planner from reading whole tables where it should look up each term.
_EARLY = f"""
WITH early AS MATERIALIZED (
    SELECT * FROM unnest(%(terms)s::text[], %(bits)s::bigint[], %(weights)s::float8[],
        %(limits)s::int[]) AS e (term, bits, weight, most)),
spoken AS MATERIALIZED (
    SELECT * FROM unnest(%(sources)s::bigint[], %(said)s::bigint[], %(told)s::float8[])
        AS s (source, bits, weight)),
hit AS (
    SELECT p.claim_id, e.weight * p.times / (p.times + {_NORM}) AS score, e.bits, 0 AS place
    FROM early e CROSS JOIN LATERAL (
        SELECT claim_id, times, size FROM claims_term t WHERE t.term = e.term
        ORDER BY claim_id DESC LIMIT e.most OFFSET 0) p
    UNION ALL
    SELECT p.claim_id, s.weight, s.bits, row_number() OVER (PARTITION BY s.source)
    FROM spoken s CROSS JOIN LATERAL (
        SELECT claim_id FROM claims_listed l WHERE l.list = s.source AND l.shown
        ORDER BY published_at DESC, claim_id DESC LIMIT %(each)s OFFSET 0) p)
SELECT claim_id, sum(score) AS score, bit_or(bits), max(place) FROM hit
GROUP BY claim_id ORDER BY score DESC, claim_id DESC
"""  # noqa: S608 (our own words)
_LATE = f"""
SELECT p.claim_id, sum(l.weight * p.times / (p.times + {_NORM})), bit_or(l.bits)
FROM unnest(%(claims)s::bigint[]) AS c (id)
CROSS JOIN unnest(%(terms)s::text[], %(bits)s::bigint[], %(weights)s::float8[])
    AS l (term, bits, weight)
CROSS JOIN LATERAL (
    SELECT claim_id, times, size FROM claims_term t
    WHERE t.term = l.term AND t.claim_id = c.id OFFSET 0) p
GROUP BY p.claim_id
"""  # noqa: S608 (our own words)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: ``ids`` say all of it, or ``near`` some, both the best first.

    ``cut``: there may be more than were looked at. ``more``: there are more that say all of it
    than are listed. ``unheard``: phrases that nothing here has.
    ``names``: sources, articles and questions that are meant. ``phrased``: claims found by a
    phrase in a quotation, and that quotation.
    """

    typed: Typed
    words: Words
    ids: tuple[int, ...]
    near: tuple[int, ...]
    cut: bool
    more: bool
    unheard: tuple[str, ...]
    names: tuple[Named, ...]
    phrased: dict[int, str]

    @property
    def best(self) -> list[int]:
        """The claims that say all of it, or else those that come near, best first."""
        return [*(self.ids or self.near)]

    @property
    def terms(self) -> list[str]:
        """The terms that were looked for."""
        return [term.term for term in self.words.terms if term.words]

    @property
    def missing(self) -> list[str]:
        """The words that nothing here holds, no quotation that was found either."""
        return (
            []
            if self.phrased
            else [self.words.words[place] for place in sorted(self.words.unknown)]
        )


def find(text: str) -> Found:
    """What ``text`` finds, whoever may see it: leave out of it what isn't to be seen.

    In another moment by the words alone: all else that helps here is learnt from the record of now.
    """
    typed = parse(text)
    if moment.asked() is not None:
        words, full_then, near = found_then(typed)
        return Found(
            typed=typed,
            words=words,
            ids=tuple(full_then),
            near=tuple(near),
            cut=False,
            more=False,
            unheard=(),
            names=(),
            phrased={},
        )
    words = look_up(typed) if typed.words else Words((), (), frozenset(), {})
    names = named(words)
    unheard: list[str] = []
    phrased: dict[int, str] = {}
    among: set[int] | None = None
    for phrase in typed.phrases:
        heard = holding(phrase)
        if heard:
            phrased |= {pk: quoted for pk, quoted in heard.items() if quoted}
            among = heard.keys() if among is None else among & heard.keys()  # type: ignore[assignment]
        else:
            unheard.append(phrase)
    everything = frozenset(range(len(words.words)))
    if among:
        quoted = {word for phrase in typed.phrases for word in phrase.split()}
        wanted = frozenset(p for p in everything if words.words[p] not in quoted)
        scored = _weighed(dict.fromkeys(among, (0.0, 0)), words.terms)
        cut = len(among) >= LOOKED_AT
    else:
        wanted = everything
        scored, cut = _candidates(words, names)
    ranked = sorted(scored.items(), key=lambda pair: (-round(pair[1][0], 6), -pair[0]))
    whole = bits_of(wanted)
    full: list[int] = []
    if wanted or among:
        full = [pk for pk, (_score, bits) in ranked if bits & whole == whole]
    quoted_by: dict[int, str] = {}
    if not full and (typed.phrases or len(words.words) >= SEVERAL):
        quoted_by = quoting(" ".join(typed.words))
    if not typed.phrases:
        full += quoted_by
    elif unheard:
        full = []
    best = ranked[0][1][0] if ranked else 0.0
    rest = [
        *quoted_by,
        *(pk for pk, (score, _bits) in ranked[: 2 * NEAREST] if score >= LEAST * best),
    ]
    kept = set(full)
    return Found(
        typed=typed,
        words=words,
        ids=tuple(full[:LISTED]),
        near=tuple([pk for pk in dict.fromkeys(rest) if pk not in kept][:NEAREST]),
        cut=cut,
        more=len(full) > LISTED,
        unheard=tuple(unheard),
        names=tuple(each for each in names if each.is_meant(len(words.words))),
        phrased={**quoted_by, **phrased},
    )


def _candidates(words: Words, names: Sequence[Named]) -> tuple[dict[int, tuple[float, int]], bool]:
    """Claims with their scores and the words that they hold; and whether there are more."""
    early, limits, late, left = [], [], [], LOOKED_AT
    for term in words.terms:
        if not term.claims:
            continue
        if left > 0:
            early.append(term)
            limits.append(left)
            left -= term.claims
        else:
            late.append(term)
    speakers = [each for each in names if each.about == "source" and _meant(each, words)][:SPEAKERS]
    if not early and not speakers:
        return {}, False
    given = {
        **_asked(early),
        "limits": limits,
        "sources": [each.id for each in speakers],
        "said": [bits_of(each.words) for each in speakers],
        "told": [SPOKEN * _weight(each.words, words.terms) for each in speakers],
        "each": SAID,
    }
    with connection.cursor() as cursor:
        cursor.execute(_EARLY, given)
        rows = cursor.fetchall()
    scored = {pk: (float(score), int(bits)) for pk, score, bits, _place in rows}
    all_said = any(place == SAID for *_claim, place in rows)
    probes = [*late, *(early if speakers else ())]
    if probes:
        most = max(250, PROBED // len(probes))
        first = dict(list(scored.items())[:most])
        if speakers:  # their claims weren't looked up by their words
            scored |= _weighed({pk: (0.0, bits) for pk, (_s, bits) in first.items()}, probes)
        else:
            scored |= _weighed(first, probes)
    return scored, left < 0 or all_said


def _meant(name: Named, words: Words) -> bool:
    return name.is_meant(len(words.words)) or name.is_somebody


def _weight(places: Iterable[int], terms: Iterable[Term]) -> float:
    """What the words at these places weigh together."""
    best: dict[int, float] = {}
    for term in terms:
        for place in term.words:
            best[place] = max(best.get(place, 0.0), term.weight)
    return sum(best.get(place, 0.0) for place in places)


def _weighed(
    scored: dict[int, tuple[float, int]], terms: Sequence[Term]
) -> dict[int, tuple[float, int]]:
    """The same claims with what these terms add."""
    given = {**_asked(terms), "claims": sorted(scored)}  # neighbours in the index
    with connection.cursor() as cursor:
        cursor.execute(_LATE, given)
        rows = cursor.fetchall()
    weighed = dict(scored)
    for pk, more, held in rows:
        score, bits = weighed[pk]
        weighed[pk] = (score + float(more), bits | int(held))
    return weighed


def _asked(terms: Sequence[Term]) -> dict[str, Any]:
    return {
        "terms": [term.term for term in terms],
        "bits": [bits_of(term.words) for term in terms],
        "weights": [term.weight for term in terms],
        "size": AVERAGE,
    }
