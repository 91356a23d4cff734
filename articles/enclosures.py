"""Marks of quotations and brackets, and which of them belong together. No Django."""

# ruff: noqa: RUF001 (marks and letters that look like others are the subject)

import re
from collections import deque
from dataclasses import dataclass

NEARBY = 300  # code points: how far a mark is looked for that may end a quotation
NESTED = 8  # marks open at once; more are a mistake, and keeping them would cost time

# Each pair of an opening and a closing mark; who writes „so“ must not lose who writes “so”.
_PAIRS = (
    *("()", "[]", "{}", "（）", "【】", "「」", "『』", "《》", "〈〉"),
    *("«»", "»«", "»»", "‹›", "›‹", "››"),
    *("„“", "„”", '„"', "“”", "““", '“"', "””", '""', '"”'),
    *("‚‘", "‚’", "‘’", "''", "'’"),
)
_OPENS = frozenset(pair[0] for pair in _PAIRS)
OPENERS = {
    closer: "".join(pair[0] for pair in _PAIRS if pair[1] == closer)
    for closer in {pair[1] for pair in _PAIRS}
}
_MARK = re.compile("[" + re.escape("".join({*_OPENS, *OPENERS})) + "]")
_ALWAYS_OPEN = frozenset("([{（【「『《〈«‹„‚")
ALWAYS_CLOSE = frozenset(")]}）】」』》〉»›”’")
BRACKETS = frozenset("()[]{}（）【】")
_SINGLE = re.compile("['’‘]")
WIDE_STOPS = frozenset("。！？｡．।॥።։။។")  # no space needs to follow
STOPS = WIDE_STOPS | frozenset(".!?…؟۔‼⁇⁈⁉‽")
STOP = re.compile("[" + re.escape("".join(STOPS)) + "]")
PAUSES = frozenset(",;:،؛，、；：")
DASHES = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}")
FOOTNOTE = re.compile(r"(?:\[\d{1,3}\])+|[⁰¹²³⁴-⁹]{1,4}")


@dataclass(slots=True)
class Enclosure:
    """A quotation or bracket, from its opening mark to its closing one."""

    start: int
    end: int
    followed: bool | None = None  # by a clause of the same sentence; None: not looked at yet


def enclosures(text: str, start: int, end: int) -> list[Enclosure]:
    """Pair the marks of a paragraph; those without a partner are left out. None cross."""
    found: list[Enclosure] = []
    unclosed: deque[int] = deque(maxlen=NESTED)
    for match in _MARK.finditer(text, start, end):
        at, mark = match.start(), match[0]
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if mark in "'’‘" and _is_apostrophe(text, at, end):
            continue
        fresh = before.isspace() or before in _OPENS or before in DASHES
        tight = not (after.isspace() or after in STOPS or after in PAUSES)
        depth = None
        if mark in ALWAYS_CLOSE or not (fresh and tight):
            depth = _opened(text, unclosed, OPENERS.get(mark, ""))
        if depth is not None:
            for _ in range(depth):
                unclosed.pop()
            found.append(Enclosure(unclosed.pop(), at))
        elif mark in _ALWAYS_OPEN or (
            mark in _OPENS and _may_open(mark, after, fresh or before in STOPS, tight)
        ):
            unclosed.append(at)
    return sorted(found, key=lambda each: each.start)


def _opened(text: str, unclosed: deque[int], openers: str) -> int | None:
    """Return how many marks were opened after the latest that one of the openers opened."""
    for depth, at in enumerate(reversed(unclosed)):
        if text[at] in openers:
            return depth
    return None


def _may_open(mark: str, after: str, fresh: bool, tight: bool) -> bool:
    if mark in "'‘" and after.isdigit():  # the '90s
        return False
    if mark in "“‘":
        return tight or (fresh and after.isspace())
    return fresh and tight


def _is_apostrophe(text: str, at: int, end: int) -> bool:
    """Whether it is part of a word: don't, or soldiers' while a later mark ends the quotation."""
    if not text[at - 1 : at].isalnum():
        return False
    if text[at + 1 : at + 2].isalnum():
        return True
    for match in _SINGLE.finditer(text, at + 1, min(at + NEARBY, end)):
        before = text[match.start() - 1]
        if not before.isalnum():
            return before in STOPS or before in PAUSES
    return False
