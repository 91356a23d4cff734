"""Which words are the same in another spelling, or one letter away: pure, about folded terms."""

from __future__ import annotations

from collections.abc import Iterable

VOWELS = frozenset("aeiouy")
SHORTEST = 4
"""Letters from which a word can be misspelt rather than another one."""
LONG = 8
"""Letters from which two of them may be wrong."""


def alike(term: str, other: str) -> bool:
    """Whether both are one name, written by people who hear its vowels or its end otherwise.

    Kharkiv and Kharkov, Donbas and Donbass; not Kherson and Kharkiv.
    """
    if term == other or min(len(term), len(other)) < SHORTEST or term[0] != other[0]:
        return False
    return abs(len(term) - len(other)) < 3 and _bones(term) == _bones(other)


def _bones(term: str) -> str:
    bones = "".join(letter for letter in term if letter not in VOWELS)
    return bones[:-1] if len(bones) > 3 and bones.endswith("s") else bones


def near(term: str, vocabulary: Iterable[str]) -> list[str]:
    """The words of ``vocabulary`` that somebody may have meant, the nearest first."""
    most = 0 if len(term) < SHORTEST else 1 if len(term) < LONG else 2
    found = []
    for other in vocabulary:
        if other == term or abs(len(other) - len(term)) > max(most, 2):
            continue
        away = distance(term, other, most)
        if away <= most:
            found.append((away, other))
        elif alike(term, other):
            found.append((most + 1, other))
    return [other for _away, other in sorted(found)]


def distance(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap with the next; more than ``most`` is ``most + 1``."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i] + [0] * len(other)
        for j, their in enumerate(other, 1):
            row[j] = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != their))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == their:
                row[j] = min(row[j], earlier[j - 2] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]
