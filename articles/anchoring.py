"""Carries passages over from one text of an article to the next, or says that they are lost.

A passage is kept where its words are found again: unchanged, with other quotation marks, spaces or
capitals, with names in another transcription, or with a few words changed in their place. A changed
number, a "not" that came or went, is another statement: it is lost, for a person to look at. So is
what could be in two places. Nothing is ever moved to a sentence that is only similar. A text with
more words than can be compared while somebody waits keeps only what is in it as it was.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from articles.alignment import Pairs, align
from articles.carried import Change, Kept, Lost, Why
from articles.verbatim import carry_verbatim
from articles.words import Word, Words, same_word, too_many, words_of

__all__ = ["Change", "Kept", "Lost", "Why", "carry", "suggest", "words_in"]

ENOUGH = 0.75
"""Share of words, old and new together, that must be the same for a passage to be kept."""
FOUND = 0.4
"""Share of its words by which the place of a lost passage is still known."""
SUPPORT = 6
"""Words in and around a short passage that have to be there as well."""

_QUOTES = frozenset("\"'“”„‟«»‹›‘’‚‛`´＂")  # noqa: RUF001
_DASHES = frozenset("-‐‑‒–—―")  # noqa: RUF001
_NEGATIONS = {
    *("no", "not", "nor", "none", "never", "neither", "without", "cannot"),
    *("nobody", "nothing", "nowhere"),
    *("ne", "pas", "jamais", "aucun", "aucune", "rien", "ni"),
    *("nicht", "nie", "niemals", "kein", "keine", "keinen", "keiner", "keines", "keinem"),
    *("nichts", "niemand", "nein", "ohne"),
    *("nunca", "jamas", "nada", "nadie", "ningun", "ninguna", "sin"),
    *("mai", "nessuno", "nessuna", "niente", "nao", "niet", "geen", "nooit"),
    *("не", "нет", "никогда", "ні", "немає", "ніколи"),
}
_NOT = ("nt",)  # isn't, doesn't: apostrophes are left out of words


def carry(old: str, new: str, spans: Sequence[tuple[int, int]]) -> list[Kept | Lost]:
    """What became of the passages ``spans`` of ``old`` in ``new``, one answer each.

    Spans count code points, end exclusive. Raises ValueError for one that is not in ``old``.
    """
    for start, end in spans:
        if not 0 <= start < end <= len(old):
            raise ValueError(f"no such span in a text of {len(old)} characters: {start} to {end}")
    if old == new:
        return [Kept(start, end, Change.NONE, 1.0) for start, end in spans]
    if too_many(old) or too_many(new):
        return carry_verbatim(old, new, spans)
    ours, theirs = words_of(old), words_of(new)
    starts, ends = [word.start for word in ours.words], [word.end for word in ours.words]
    ranges = [(bisect_right(ends, start), bisect_left(starts, end)) for start, end in spans]
    pairs = align(ours, theirs, ranges)
    taken = {j for j in pairs if j is not None}
    plain = f" {' '.join(word.plain for word in theirs.words)} "
    return [
        _Passage(old, new, ours, theirs, pairs, taken, span, words).judged(plain)
        for span, words in zip(spans, ranges, strict=True)
    ]


def words_in(text: str, wanted: str) -> str:
    """``wanted`` as it stands in ``text``, whatever its case and accents; empty if it doesn't."""
    there, sought = words_of(text).words, [word.plain for word in words_of(wanted).words]
    for n in range(len(there) - len(sought) + 1 if sought else 0):
        found = there[n : n + len(sought)]
        if [word.plain for word in found] == sought:
            return text[found[0].start : found[-1].end]
    return ""


def suggest(text: str, wanted: str, most: int = 3) -> list[tuple[int, int]]:
    """The sentences of ``text`` that share most words with ``wanted``, the likeliest first.

    For a person to look at: similar is not the same. Words that are in few sentences weigh more.
    None of a text with more words than can be compared while somebody waits.
    """
    if too_many(text):
        return []
    there = words_of(text)
    sought = {word.sound for word in words_of(wanted).words}
    sets = [{w.sound for w in there.words[slice(*place)]} for place in there.sentences]
    shared = [found & sought for found in sets]
    spread = Counter(sound for found in shared for sound in found)
    weights = [sum(1 / spread[sound] for sound in found) for found in shared]
    best = sorted(range(len(sets)), key=lambda n: (-weights[n], n))[:most]
    return [
        (there.words[there.sentences[n][0]].start, there.words[there.sentences[n][1] - 1].end)
        for n in best
        if weights[n] >= 1 and len(shared[n]) > 1
    ]


@dataclass(frozen=True, slots=True)
class _Passage:
    """One passage: its code points and its words in the old text."""

    old: str
    new: str
    ours: Words
    theirs: Words
    pairs: Pairs
    taken: set[int]
    span: tuple[int, int]
    words: tuple[int, int]

    def judged(self, plain: str) -> Kept | Lost:
        """``plain``: the words of the new text, with a space before and after each."""
        first, beyond = self.words
        size = beyond - first
        found = self._found()
        if not found:
            return Lost(self._why_missing(plain))
        start, end = self._ends(found)
        ratio = 2 * len(found) / (size + end - start)
        if ratio < ENOUGH or (size < SUPPORT and not self._is_supported(found)):
            return Lost(Why.CHANGED if len(found) >= FOUND * size else self._why_missing(plain))
        whole = len(found) == size == end - start
        if not whole and _weighty(self.ours.words[first:beyond]) != _weighty(
            self.theirs.words[start:end]
        ):
            return Lost(Why.CHANGED)
        return self._kept(found, start, end, round(ratio, 3) if not whole else 1.0, whole)

    def _kept(
        self, found: list[tuple[int, int]], start: int, end: int, score: float, whole: bool
    ) -> Kept:
        here = (self._left(start), self._right(end - 1))
        if self.new[slice(*here)] == self.old[slice(*self.span)]:
            return Kept(*here, Change.NONE, 1.0)
        was, now = self.old[slice(*self.span)], self.new[slice(*here)]
        forms = [[word.plain for word in words_of(text).words] for text in (was, now)]
        if forms[0] == forms[1]:
            return Kept(*here, Change.MARKS, 1.0)
        if whole and not self._is_cut():
            return Kept(*here, Change.NAMES, 1.0)
        return Kept(*here, Change.WORDS, min(score, 0.999))

    def _is_cut(self) -> bool:
        """Whether it begins or ends inside a word."""
        first, last = self.ours.words[self.words[0]], self.ours.words[self.words[1] - 1]
        return self.span[0] > first.start or self.span[1] < last.end

    def _found(self) -> list[tuple[int, int]]:
        """The words that are there again in the same order, as pairs."""
        pairs = []
        for i in range(*self.words):
            j = self.pairs[i]
            if j is not None and same_word(self.ours.words[i], self.theirs.words[j]):
                pairs.append((i, j))
        return _rising(pairs)

    def _ends(self, found: list[tuple[int, int]]) -> tuple[int, int]:
        """Where it begins and ends in the new words, with what took a lost word's place."""
        (i, start), (k, end) = found[0], found[-1]
        words, end = self.theirs.words, end + 1
        for _word in range(i - self.words[0]):
            if start == 0 or start - 1 in self.taken:
                break
            if words[start - 1].paragraph != words[start].paragraph:
                break
            start -= 1
        for _word in range(self.words[1] - 1 - k):
            if end == len(words) or end in self.taken:
                break
            if words[end].paragraph != words[end - 1].paragraph:
                break
            end += 1
        return start, end

    def _is_supported(self, found: list[tuple[int, int]]) -> bool:
        """Whether enough of what stands around a short passage is there too, in its place."""
        paragraph = self.ours.words[found[0][0]].paragraph
        first, beyond = self.words
        lead = found[0][1] - found[0][0]
        around = [
            i
            for i in range(max(0, first - SUPPORT), min(len(self.pairs), beyond + SUPPORT))
            if self.ours.words[i].paragraph == paragraph
        ]
        there = [
            i for i in around if (j := self.pairs[i]) is not None and abs(j - i - lead) <= SUPPORT
        ]
        return len(there) >= min(SUPPORT, len(around))

    def _why_missing(self, plain: str) -> Why:
        words = self.ours.words[slice(*self.words)]
        sought = f" {' '.join(word.plain for word in words)} "
        return Why.AMBIGUOUS if words and sought in plain else Why.GONE

    def _left(self, start: int) -> int:
        """Where the first word begins, with the marks that the passage has before it."""
        first, word = self.ours.words[self.words[0]], self.theirs.words[start]
        if self.span[0] > first.start:
            inside = self.span[0] - first.start
            return word.start + (inside if len(word.text) == len(first.text) else 0)
        held = _marks(self.old[self.span[0] : first.start])
        beyond = self.theirs.words[start - 1].end if start else 0
        return word.start - _taken(held[::-1], self.new[beyond : word.start][::-1])

    def _right(self, last: int) -> int:
        """Where the last word ends, with the marks that the passage has after it."""
        ending, word = self.ours.words[self.words[1] - 1], self.theirs.words[last]
        if self.span[1] < ending.end:
            short = ending.end - self.span[1]
            return word.end - (short if len(word.text) == len(ending.text) else 0)
        held = _marks(self.old[ending.end : self.span[1]])
        words = self.theirs.words
        beyond = words[last + 1].start if last + 1 < len(words) else len(self.new)
        return word.end + _taken(held, self.new[word.end : beyond])


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of ``pairs`` in which both sides rise."""
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for n, (_i, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        before.append(tails[at - 1] if at else -1)
        if at == len(tops):
            tops.append(j)
            tails.append(n)
        else:
            tops[at], tails[at] = j, n
    found = []
    n = tails[-1] if tails else -1
    while n >= 0:
        found.append(pairs[n])
        n = before[n]
    return found[::-1]


def _weighty(words: Iterable[Word]) -> Counter[str]:
    """The numbers and negations, any of which makes another statement."""
    found: Counter[str] = Counter()
    for word in words:
        if any(letter.isdigit() for letter in word.plain):
            found[word.plain] += 1
        elif word.plain in _NEGATIONS or (
            word.plain.endswith(_NOT) and {"'", "’"} & set(word.text)
        ):
            found["not"] += 1
    return found


def _marks(between: str) -> list[str]:
    return [_kind(mark) for mark in between if not mark.isspace()]


def _kind(mark: str) -> str:
    return '"' if mark in _QUOTES else "-" if mark in _DASHES else mark


def _taken(held: list[str], between: str) -> int:
    """How many characters of ``between``, from its beginning, are the marks ``held``."""
    taken = n = 0
    for place, mark in enumerate(between, 1):
        if n == len(held) or mark == "\n":
            break
        if mark.isspace():
            continue
        if _kind(mark) != held[n]:
            break
        n, taken = n + 1, place
    return taken
