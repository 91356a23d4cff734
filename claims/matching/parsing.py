"""What somebody typed into the search box: words, exact phrases in quotes, a claim's number."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 400
"""Characters that are looked at."""
MOST_WORDS = 32
MOST_PHRASES = 4
LONGEST_WORD = 48

_OPEN, _CLOSE = '"“„«»”‟‹›「『', '"”“»«‟›‹」』'
_QUOTED = re.compile(f"[{_OPEN}]([^{_OPEN}{_CLOSE}]*)[{_CLOSE}]")
_QUOTES = re.compile(f"[{_OPEN}{_CLOSE}]")
_WORD = re.compile(r"[^\W_](?:[\w'’.,-]*[^\W_])?")
_CLAIM = re.compile(r"\s*CL[\s‐-–-]?\s?(\d{1,18})\s*", re.IGNORECASE)
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Typed:
    """A query: all its words in order, each once, the phrases among them, and half a word.

    ``begun`` is the last word where nothing follows it: it may still grow. ``claim`` is the number
    where all that was typed is the id of a claim.
    """

    words: tuple[str, ...]
    phrases: tuple[str, ...]
    begun: str
    claim: int | None

    @property
    def without_quotes(self) -> Typed:
        """The same words, in any order."""
        return Typed(self.words, (), self.begun, self.claim)


def parse(text: str) -> Typed:
    """Read a query; any text is one. Quotes that aren't closed quote nothing."""
    text = _UNWRITABLE.sub(" ", text)[:LONGEST]
    phrases = [phrase for found in _QUOTED.findall(text) if (phrase := " ".join(words_of(found)))]
    words = words_of(text)
    number = _CLAIM.fullmatch(text)
    begun = words[-1] if words and not _QUOTES.search(text) and _grows(text) else ""
    return Typed(
        words=tuple(dict.fromkeys(words))[:MOST_WORDS],
        phrases=tuple(dict.fromkeys(phrases))[:MOST_PHRASES],
        begun=begun if len(begun) <= LONGEST_WORD else "",
        claim=int(number[1]) if number else None,
    )


def words_of(text: str) -> list[str]:
    """The words of a text in their order, without what stands around them."""
    return [word for part in text.split() for word in _WORD.findall(part)]


def _grows(text: str) -> bool:
    return text[-1:].isalnum()
