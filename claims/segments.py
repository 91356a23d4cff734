"""Cuts a text at every boundary of the passages marked in it, so that overlaps can be shown.

No Django here: plain text and positions in code points go in, pieces come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Generic, TypeVar

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Mark(Generic[K]):
    """A passage: code points from ``start`` up to, not including, ``end``."""

    start: int
    end: int
    key: K


@dataclass(frozen=True, slots=True)
class Segment(Generic[K]):
    """A piece of the text in which the same marks hold from its first to its last character.

    ``starts`` and ``ends`` are those of its ``marks`` that no earlier, or no later, piece shows.
    """

    start: int
    end: int
    text: str
    marks: tuple[K, ...]
    starts: tuple[K, ...] = ()
    ends: tuple[K, ...] = ()


def segments(text: str, marks: Iterable[Mark[K]], cuts: Iterable[int] = ()) -> list[Segment[K]]:
    """All of ``text`` in pieces: one after the other they are the text again.

    Marks that reach beyond the text are shortened to it; those that hold nothing are left out.
    ``cuts`` are further places to cut at. Within a piece, longer marks come first.
    """
    held = sorted(
        (
            (max(mark.start, 0), min(mark.end, len(text)), order, mark.key)
            for order, mark in enumerate(marks)
        ),
        key=lambda mark: (mark[0], -mark[1], mark[2]),
    )
    held = [mark for mark in held if mark[0] < mark[1]]
    places = {0, len(text), *(cut for cut in cuts if 0 < cut < len(text))}
    for start, end, _, _ in held:
        places.update((start, end))
    pieces = []
    open_: list[tuple[int, int, int, K]] = []
    coming = 0
    for start, end in pairwise(sorted(places)):
        open_ = [mark for mark in open_ if mark[1] > start]
        while coming < len(held) and held[coming][0] <= start:
            open_.append(held[coming])
            coming += 1
        pieces.append(
            Segment(
                start=start,
                end=end,
                text=text[start:end],
                marks=tuple(mark[3] for mark in open_),
                starts=tuple(mark[3] for mark in open_ if mark[0] == start),
                ends=tuple(mark[3] for mark in open_ if mark[1] == end),
            )
        )
    return pieces


def paragraphs(
    text: str, marks: Iterable[Mark[K]], bounds: Sequence[tuple[int, int]]
) -> list[list[Segment[K]]]:
    """The segments of each paragraph; the white space between paragraphs is left out.

    ``bounds`` are where each paragraph starts and ends, in order, with nothing but white space
    before, between and after them. A mark that starts or ends in
    that white space starts or ends at the nearest shown piece, if any of it is shown.
    """
    shown = [trimmed for mark in marks if (trimmed := _trim(text, mark)) is not None]
    cuts = [place for bound in bounds for place in bound]
    pieces = iter(segments(text, shown, cuts))
    grouped = []
    piece = next(pieces, None)
    for start, end in bounds:
        group = []
        while piece is not None and piece.end <= end:
            if piece.start >= start:
                group.append(piece)
            piece = next(pieces, None)
        grouped.append(group)
    return grouped


def _trim(text: str, mark: Mark[K]) -> Mark[K] | None:
    """The mark without white space at its ends; None when nothing is left."""
    start, end = max(mark.start, 0), min(mark.end, len(text))
    inside = text[start:end]
    start += len(inside) - len(inside.lstrip())
    end -= len(inside) - len(inside.rstrip())
    return Mark(start, end, mark.key) if start < end else None
