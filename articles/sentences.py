"""Sentences of an article: where each begins and ends, so that a claim can be anchored to one.

A sentence is the editor's unit, and the speaker is suggested from the names in it. A cut between a
quotation and the clause that says who spoke credits it to somebody else, which is the worst error
there is; two sentences left as one only cost a glance. So whatever is in doubt stays together.

Paragraphs
    A blank line ends one. A single line break does too, unless the lines were wrapped by hand: the
    widest is between 40 and 120 code points, and at most of the breaks the next word would not have
    fitted, or begins with a lower-case letter after a line without a stop. So headings, list items
    and one-line paragraphs stand alone.

Quotations and brackets
    What is enclosed is not cut while it belongs to a larger sentence, be it by a clause before it
    (He said: "A. B.") or after it ("A. B," he said). One that stands alone is cut as any text.
    Beyond 600 code points the inside is cut too, and the clause stays with the nearest sentence.
    A closing mark, full stop or footnote number after the end belongs to the sentence before.

Abbreviations
    After those that precede something (Mr., e.g., No. 5) a sentence goes on. After those that can
    also end one (U.S., p.m., etc., initials) it goes on unless a word like "The" or "However"
    follows. Before a lower-case letter it goes on in any case, unless a quotation
    opens there.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from articles.abbreviations import (
    ABBREVIATED,
    AFTER_SAID,
    ALSO_NAMES,
    BEFORE_NUMBER,
    BEGINS,
    CLAUSE,
    INITIALS,
    MAY_BE_LAST,
    MONTH,
    NEVER_LAST,
    NUMBER,
    SAID,
    SAID_CJK,
    WORD,
    is_number_of_item,
    word_before,
)
from articles.enclosures import (
    ALWAYS_CLOSE,
    BRACKETS,
    DASHES,
    FOOTNOTE,
    OPENERS,
    PAUSES,
    STOP,
    STOPS,
    WIDE_STOPS,
    Enclosure,
    enclosures,
)

WRAPPED_FROM, WRAPPED_TO = 40, 120  # code points: the widest line of text that was wrapped by hand
HELD_TOGETHER = 600  # code points: the longest quotation or bracket that is never cut inside
CONTEXT_FROM, CONTEXT_TO = 32, 64  # code points that an anchor keeps on either side


@dataclass(frozen=True, slots=True)
class Span:
    """A sentence: code points of the text, ``end`` exclusive, and its paragraph, counted from 0."""

    start: int
    end: int
    paragraph: int


def split(text: str) -> tuple[Span, ...]:
    """Cut a text into sentences, in order; every character but white space is in exactly one."""
    return tuple(
        Span(start, end, number)
        for number, (first, last) in enumerate(_paragraphs(text))
        for start, end in _Paragraph(text, first, last).sentences()
    )


def context(text: str, start: int, end: int, size: int = 48) -> tuple[str, str]:
    """Return the ``size`` code points before and after a span, fewer at the ends of the text.

    Raises ValueError if the span is not within the text or the size is not from 32 to 64.
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"no such span in a text of {len(text)} characters: {start} to {end}")
    if not CONTEXT_FROM <= size <= CONTEXT_TO:
        raise ValueError(f"context is {CONTEXT_FROM} to {CONTEXT_TO} characters, not {size}")
    return text[max(0, start - size) : start], text[end : end + size]


# Paragraphs

_ITEM = re.compile(r"(?:[•·‣▪◦*–—-]|\(?\d{1,3}[.)]|\(?[a-z]\))\s")


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each paragraph begins and ends, without white space around it."""
    block: list[tuple[int, int]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            start = offset + line.index(stripped[0])
            block.append((start, start + len(stripped)))
        else:
            yield from _unwrapped(text, block)
            block = []
        offset += len(line)
    yield from _unwrapped(text, block)


def _unwrapped(text: str, lines: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join the lines that were wrapped by hand; the others are paragraphs of their own."""
    width = max((end - start for start, end in lines), default=0)
    joins = [_is_wrapped(text, line, after, width) for line, after in pairwise(lines)]
    by_hand = WRAPPED_FROM <= width <= WRAPPED_TO and 2 * sum(joins) > len(joins)
    for number, (start, end) in enumerate(lines):
        if number == 0 or not (by_hand and joins[number - 1]):
            first = start
        if number == len(joins) or not (by_hand and joins[number]):
            yield first, end


def _is_wrapped(text: str, line: tuple[int, int], after: tuple[int, int], width: int) -> bool:
    """Whether a line looks as if it only ended because it was full, or before its sentence did."""
    if _ITEM.match(text, *after):
        return False
    word = text[slice(*after)].split(maxsplit=1)[0]
    full = line[1] - line[0] + 1 + len(word) > width
    return full or (word[0].islower() and text[line[1] - 1] not in STOPS)


class _Paragraph:
    """One paragraph, and the rules that cut it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.enclosures = enclosures(text, start, end)
        self.opening = {each.start for each in self.enclosures}
        self.closing = {each.end for each in self.enclosures}

    def sentences(self) -> list[tuple[int, int]]:
        """Cut; what is only marks goes to the sentence before."""
        found: list[tuple[int, int]] = []
        waiting = deque(self.enclosures)
        around: list[Enclosure] = []
        start, word = self.start, self._next_word(self.start)
        stop = STOP.search(self.text, start, self.end)
        while stop:
            here = stop.start()
            after = self._past_closing(here)
            while waiting and waiting[0].start < here:
                around.append(waiting.popleft())
            around = [each for each in around if each.end >= here]
            if (
                word < here
                and not any(self._holds(each, word, after) for each in around)
                and not self._goes_on(start, here, after)
            ):
                found.append((start, after))
                start = self._next_ink(after)
                word = self._next_word(start)
            stop = STOP.search(self.text, after, self.end)
        if found and word == self.end:
            start = found.pop()[0]
        return [*found, (start, self.end)]

    def _char(self, at: int) -> str:
        """Return the character at a place; a line feed beyond the paragraph."""
        return self.text[at] if self.start <= at < self.end else "\n"

    def _next_ink(self, at: int) -> int:
        while at < self.end and self.text[at].isspace():
            at += 1
        return at

    def _next_word(self, at: int) -> int:
        while at < self.end and not self.text[at].isalnum():
            at += 1
        return at

    # What belongs to the end of a sentence

    def _past_closing(self, at: int) -> int:
        """Return the place after all that ends a sentence with the stop (or mark) at a place."""
        at += 1
        while at < self.end:
            footnote = FOOTNOTE.match(self.text, at, self.end)
            if footnote:
                at = footnote.end()
            elif self.text[at] in STOPS or self._closes(at):
                at += 1
            else:
                ink = self._next_ink(at)
                if ink in self.closing or self._stands_alone(ink):
                    at = ink + 1
                else:
                    break
        return at

    def _stands_alone(self, at: int) -> bool:
        """Whether a stop with space before it is followed by no word: "end. ." or "vrai !"."""
        following = self._char(at + 1)
        return self._char(at) in STOPS and (
            following.isspace() or following in STOPS or at + 1 in self.closing
        )

    def _closes(self, at: int) -> bool:
        """Whether a mark closes, though what it closes isn't in this paragraph."""
        char = self.text[at]
        return at not in self.opening and (
            char in ALWAYS_CLOSE or (char in OPENERS and self._char(at + 1).isspace())
        )

    # What belongs together

    def _holds(self, each: Enclosure, word: int, after: int) -> bool:
        """Whether nothing ends inside: it has words of its sentence before it, or after it."""
        if after > each.end or each.end - each.start > HELD_TOGETHER:
            return False
        if each.followed is None:
            each.followed = self._is_followed(each)
        return word < each.start or each.followed

    def _is_followed(self, each: Enclosure) -> bool:
        inside = each.end - 1
        while self.text[inside].isspace() or inside in self.closing:
            inside -= 1
        after = self._past_closing(each.end)
        if self._next_ink(after) == self.end:
            return False
        outside = STOP.search(self.text, each.end, after)
        if outside:
            return self._continues(outside.start(), after)
        return self.text[inside] not in STOPS or self._continues(inside, after)

    # What goes on after a stop

    def _goes_on(self, start: int, here: int, after: int) -> bool:
        """Whether the sentence goes on after the stop; what ends it reaches up to ``after``."""
        return (
            self._continues(here, after)
            or is_number_of_item(self.text, start, here)
            or (
                self.text[here] == "."
                and self._char(here + 1) not in STOPS
                and self._is_abbreviation(start, here, after)
            )
        )

    def _continues(self, here: int, after: int) -> bool:
        """Whether what follows the stop, taken as a full one, can't begin a sentence."""
        text = self.text
        quoted = any(
            at in self.closing and text[at] not in BRACKETS for at in range(here + 1, after)
        )
        if not self._char(after).isspace():
            if WIDE_STOPS.isdisjoint(text[here:after]):
                return not (after in self.opening and text[after] not in BRACKETS)
            return quoted and SAID_CJK.match(text, after, self.end) is not None
        ink = self._next_ink(after)
        if self._char(ink) in PAUSES or (quoted and self._char(ink) in DASHES):
            return True
        letter = self._past_opening(ink)
        first = self._char(letter)
        if first.islower() and not self._char(letter + 1).isupper():  # but iPhone begins
            in_quotation = any(
                at in self.opening and text[at] not in BRACKETS for at in range(ink, letter)
            )
            return not in_quotation or text[here] == "…" or self._char(here + 1) == "."
        return quoted and self._is_said(text[here], ink)

    def _past_opening(self, at: int) -> int:
        """Return the place of the first letter or digit after the marks before a word, if near."""
        for place in range(at, min(at + 8, self.end)):
            if self.text[place].isalnum():
                return place
        return at

    def _is_said(self, stop: str, at: int) -> bool:
        """Whether a clause like "Reznikov said" follows a quotation.

        After a full stop only one that is complete will do: else it says something new.
        """
        clause = CLAUSE.match(self.text, at, min(at + 100, self.end))
        words = clause[0].split() if clause else []
        for place, word in enumerate(words[1:7], start=1):
            if word.strip(",") in SAID:
                rest = words[place + 1 : place + 2]
                return stop != "." or word.endswith(",") or not rest or rest[0] in AFTER_SAID
        return False

    def _is_abbreviation(self, start: int, here: int, after: int) -> bool:
        """Whether the word before the full stop is an abbreviation, and what follows goes on."""
        word = word_before(self.text, max(start, here - ABBREVIATED), here)
        usual = word.capitalize() if word.isupper() else word[:1].lower() + word[1:]
        if usual in NEVER_LAST:  # MR. SMITH; E.g.
            word = usual
        ink = self._next_ink(after)
        if word in BEFORE_NUMBER:
            return NUMBER.match(self.text, ink, self.end) is not None
        if word.isdigit():
            return len(word) <= 2 and MONTH.match(self.text, ink, self.end) is not None
        if word in NEVER_LAST and after == here + 1:
            return True
        if not (word in NEVER_LAST or word in MAY_BE_LAST or INITIALS.fullmatch(word)):
            return False
        begins = WORD.match(self.text, self._past_opening(ink), self.end)
        if begins is None or begins[0] not in BEGINS or self._char(begins.end()) == ".":
            return True
        return len(word) == 1 and begins[0] in ALSO_NAMES
