"""Divides rows into portions that are few and small enough to be held in memory together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

MOST_CHARACTERS = 4_000_000
"""Code points that are held together: some thousand ordinary rows, or four of the longest."""

T = TypeVar("T")


def portions(
    rows: Iterable[T], cells: Callable[[T], Iterable[str]], *, most: int
) -> Iterator[list[T]]:
    """``rows`` in lists of ``most``, or of fewer where their ``cells`` are long."""
    held: list[T] = []
    size = 0
    for row in rows:
        held.append(row)
        size += sum(len(cell) for cell in cells(row) if cell)
        if len(held) == most or size >= MOST_CHARACTERS:
            yield held
            held, size = [], 0
    if held:
        yield held
