"""Which report may be a copy of which: nearly the same words, or an agency's credit line.

No Django here. A likeness is a hint and no more: only a person says that a report repeats another,
because as a link it takes an origin away.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

ALIKE = 0.6
"""The share of the shorter quotation's shingles from which two are nearly the same."""
SHINGLE = 3
"""Words in a shingle. Quotations with fewer words than two of them prove nothing."""
MOST = 5

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Report:
    """One piece of evidence, as far as this needs it.

    ``words`` is its quotation, ``around`` what stands before and after it; ``names`` are those of
    its source and of the publisher of its document, by which others may credit it.
    """

    id: int
    source: int
    stance: str
    stated: date
    words: str
    around: str
    names: frozenset[str]


@dataclass(frozen=True, slots=True)
class Likeness:
    """That ``copy`` may repeat ``origin``: by the share of its words (0 to 1), or by a credit."""

    copy: int
    origin: int
    share: float
    credit: str


def likenesses(
    reports: Iterable[Report], settled: Collection[frozenset[int]] = ()
) -> list[Likeness]:
    """What may repeat what, the surest first, at most ``MOST``; each copy once.

    ``settled`` are the pairs about which a person has spoken. The later report is the copy.
    """
    rows = sorted(reports, key=lambda row: (row.stated, row.id))
    found = [*_alike(rows), *_credited(rows)]
    best: dict[int, Likeness] = {}
    for likeness in sorted(found, key=lambda one: (-one.share, one.copy, one.origin)):
        if frozenset({likeness.copy, likeness.origin}) not in settled:
            best.setdefault(likeness.copy, likeness)
    return list(best.values())[:MOST]


def _alike(rows: list[Report]) -> Iterable[Likeness]:
    """Compare only those that share a shingle at all."""
    shingles = {row.id: _shingles(row.words) for row in rows}
    holding: defaultdict[tuple[str, ...], list[Report]] = defaultdict(list)
    for row in rows:
        shared: defaultdict[int, int] = defaultdict(int)
        earlier: dict[int, Report] = {}
        for shingle in shingles[row.id]:
            for other in holding[shingle][: MOST * 10]:
                shared[other.id] += 1
                earlier[other.id] = other
        for id_, count in shared.items():
            share = count / min(len(shingles[row.id]), len(shingles[id_]))
            other = earlier[id_]
            if share >= ALIKE and other.source != row.source and other.stance == row.stance:
                yield Likeness(row.id, id_, share, "")
        for shingle in shingles[row.id]:
            holding[shingle].append(row)


def _shingles(words: str) -> set[tuple[str, ...]]:
    found = _WORD.findall(words.casefold())
    if len(found) < 2 * SHINGLE:
        return set()
    return {tuple(found[n : n + SHINGLE]) for n in range(len(found) - SHINGLE + 1)}


def _credited(rows: list[Report]) -> Iterable[Likeness]:
    """A credit such as “(Reuters)”, “Reuters reported” or “according to AFP” in or by the words."""
    for row in rows:
        text = f"{row.words} {row.around}"
        for other in rows:
            if other.source == row.source or other.stance != row.stance:
                continue
            for name in sorted(other.names - row.names):
                if _credits(text, name):
                    yield Likeness(row.id, other.id, 0.0, name)
                    break


def _credits(text: str, name: str) -> bool:
    if name not in text:
        return False
    whole = rf"(?<!\w){re.escape(name)}(?!\w)"
    return (
        re.search(
            rf"\({whole}\)|{whole}\s+(?:reported|reports|wrote|said|says|has reported)\b"
            rf"|\b(?:according to|citing|reported by|told|with|via|from|selon|d’après)\s+"
            rf"(?:the\s+)?(?:news agency\s+|agency\s+)?{whole}|[—–-]\s*{whole}\s*\Z",
            text,
        )
        is not None
    )
