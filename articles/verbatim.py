"""Carries passages over between texts with too many words to compare them, letter by letter.

Only what is there exactly as it was, once in either text, with enough around it to be sure. So it
ends in a time that grows with the length of the texts and the number of passages alone.
"""

from collections.abc import Sequence

from articles.carried import Change, Kept, Lost, Why

LONG = 60
"""Characters from which on a passage is sure by itself."""
AROUND = 30
"""Characters that have to be the same on either side of a shorter one."""


def carry_verbatim(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Kept | Lost]:
    """What became of the passages ``spans`` of ``old`` in ``new``, one answer each."""
    known: dict[tuple[int, int], Kept | Lost] = {}
    for span in spans:
        if span not in known:
            known[span] = _carry(old, new, *span)
    return [known[span] for span in spans]


def _carry(old: str, new: str, start: int, end: int) -> Kept | Lost:
    passage = old[start:end]
    place = new.find(passage)
    if place < 0:
        return Lost(Why.GONE)
    if not (_stands_once(old, passage, start) and _stands_once(new, passage, place)):
        return Lost(Why.AMBIGUOUS)
    around = AROUND if end - start < LONG else 1  # at least not within another word or number
    here = place + end - start
    if _before(old, start, around) != _before(new, place, around):
        return Lost(Why.CHANGED)
    if old[end : end + around] != new[here : here + around]:
        return Lost(Why.CHANGED)
    return Kept(place, here, Change.NONE, 1.0)


def _stands_once(text: str, passage: str, place: int) -> bool:
    """Whether ``passage`` stands at ``place`` alone, overlapping ones counted."""
    return text.find(passage) == place and text.find(passage, place + 1) < 0


def _before(text: str, place: int, most: int) -> str:
    return text[max(place - most, 0) : place]
