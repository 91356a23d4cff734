"""Claims as a newsroom might have them, as many as wanted, the same for the same seed.

Words are made of syllables and used as often as words are (the n-th 1/n as often as the first),
among English function words, names, numbers and dates. A query is what somebody else would write
of the same: words left out, exchanged and moved, names spelled otherwise.
"""

from __future__ import annotations

import itertools
from bisect import bisect
from collections.abc import Iterator, Sequence
from random import Random

_OFTEN = (
    "the of to and in a that for on with by from at as was is has have will would after before",
    "against under over into near during between its their more than not all been are were",
)
_STARTS = ("b br c ch d dr f g gr h j k kr l m n p", "pr r s sh st t tr v w z")
FUNCTION_WORDS = [word for line in _OFTEN for word in line.split()]
STARTS = [start for line in _STARTS for start in line.split()]
VOWELS = ("a", "e", "i", "o", "u", "ai", "ea", "ou")
ENDS = ("", "", "n", "r", "l", "m", "s", "t", "ck", "nd", "rt", "st")
ENDINGS = ("", "", "", "ed", "ing", "s", "er", "ion", "al", "ity")
NAME_ENDS = ("ov", "in", "sky", "enko", "uk", "man", "son", "ev", "ia", "grad", "mut", "iv", "burg")
# How other newsrooms spell what these letters stand for.
SPELLINGS = (("zh", "j"), ("kh", "ch"), ("u", "ou"), ("sky", "skyy"), ("v", "w"), ("sh", "sch"))
MONTHS = ("January", "March", "May", "June", "September", "October", "November", "December")


class Zipf:
    """Draws from a list, the n-th with a probability of about 1/n."""

    def __init__(self, items: Sequence[str], shift: float = 2.7) -> None:
        self.items = items
        self.sums = list(itertools.accumulate(1 / (n + shift) for n in range(len(items))))

    def draw(self, chance: Random) -> str:
        return self.items[bisect(self.sums, chance.random() * self.sums[-1])]


class Newsroom:
    """Makes claims, and queries that mean them."""

    def __init__(self, seed: int = 1, words: int = 25_000, names: int = 6_000) -> None:
        self.chance = Random(seed)
        self.words = Zipf(self._distinct(self._word, words))
        self.names = Zipf(self._distinct(self._name, names))
        self.functions = Zipf(FUNCTION_WORDS)

    def _distinct(self, make: object, wanted: int) -> list[str]:
        assert callable(make)
        made: dict[str, None] = {}
        while len(made) < wanted:
            made[make()] = None
        return list(made)

    def _syllable(self) -> str:
        pick = self.chance.choice
        return pick(STARTS) + pick(VOWELS) + pick(ENDS)

    def _word(self) -> str:
        syllables = self.chance.choice((1, 1, 2, 2, 2, 3))
        return "".join(self._syllable() for _ in range(syllables)) + self.chance.choice(ENDINGS)

    def _name(self) -> str:
        first = self.chance.choice((*STARTS, "zh", "kh", "yu", "ye"))
        middle = self._syllable() if self.chance.random() < 0.5 else ""
        vowel = self.chance.choice(VOWELS)
        return (first + vowel + middle + self.chance.choice(NAME_ENDS)).capitalize()

    def claim(self) -> str:
        """One sentence of 7 to 24 words."""
        chance = self.chance
        words = [self.names.draw(chance)]
        for _ in range(chance.randint(6, 23)):
            kind = chance.random()
            if kind < 0.36:
                words.append(self.functions.draw(chance))
            elif kind < 0.50:
                words.append(self.names.draw(chance))
            elif kind < 0.54:
                words.append(f"{chance.randint(2, 999) * 10:,}")
            elif kind < 0.56:
                words.append(
                    f"{chance.randint(1, 28)} {chance.choice(MONTHS)} 20{chance.randint(10, 29)}"
                )
            else:
                words.append(self.words.draw(chance))
        return " ".join(words)

    def claims(self, number: int) -> Iterator[str]:
        """That many claims."""
        return (self.claim() for _ in range(number))

    def query(self, claim: str) -> str:
        """What somebody else would write of the same."""
        chance = self.chance
        words = [self._otherwise(word) for word in claim.split() if chance.random() > 0.3]
        for _ in range(len(words) // 5):
            words.insert(chance.randint(0, len(words)), self.words.draw(chance))
        if chance.random() < 0.5 and len(words) > 4:
            cut = chance.randint(1, len(words) - 1)
            words = words[cut:] + words[:cut]
        return " ".join(words) or claim

    def respelled(self, words: str) -> str:
        """Names in another spelling, where they have one."""
        old, new = self.chance.choice(SPELLINGS)
        return words[:1] + words[1:].replace(old, new)

    def _otherwise(self, word: str) -> str:
        chance = self.chance.random()
        if word[:1].isupper() and chance < 0.5:
            return self.respelled(word)
        if chance < 0.15 and not word[:1].isdigit():
            return self.words.draw(self.chance)
        return word
