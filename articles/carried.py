"""What becomes of a passage when its article is captured again."""

from dataclasses import dataclass
from enum import StrEnum


class Change(StrEnum):
    """What became of the words of a passage that was kept."""

    NONE = "none"
    MARKS = "marks"
    NAMES = "names"
    WORDS = "words"


class Why(StrEnum):
    """Why a passage was lost."""

    GONE = "gone"
    CHANGED = "changed"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a passage is now, what changed in it, and the share of words that stayed, to 1."""

    start: int
    end: int
    change: Change
    score: float


@dataclass(frozen=True, slots=True)
class Lost:
    """A passage that isn't in the new text, or not certainly."""

    why: Why
