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

# ruff: noqa: RUF001 (marks and letters that look like others are the subject)

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

WRAPPED_FROM, WRAPPED_TO = 40, 120  # code points: the widest line of text that was wrapped by hand
HELD_TOGETHER = 600  # code points: the longest quotation or bracket that is never cut inside
ABBREVIATED = 24  # code points: a longer word is no abbreviation
NEARBY = 300  # code points: how far a mark is looked for that may end a quotation
NESTED = 8  # marks open at once; more are a mistake, and keeping them would cost time
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
    return full or (word[0].islower() and text[line[1] - 1] not in _STOPS)


# Marks

# Each pair of an opening and a closing mark; who writes „so“ must not lose who writes “so”.
_PAIRS = (
    *("()", "[]", "{}", "（）", "【】", "「」", "『』", "《》", "〈〉"),
    *("«»", "»«", "»»", "‹›", "›‹", "››"),
    *("„“", "„”", '„"', "“”", "““", '“"', "””", '""', '"”'),
    *("‚‘", "‚’", "‘’", "''", "'’"),
)
_OPENS = frozenset(pair[0] for pair in _PAIRS)
_OPENERS = {
    closer: "".join(pair[0] for pair in _PAIRS if pair[1] == closer)
    for closer in {pair[1] for pair in _PAIRS}
}
_MARK = re.compile("[" + re.escape("".join({*_OPENS, *_OPENERS})) + "]")
_ALWAYS_OPEN = frozenset("([{（【「『《〈«‹„‚")
_ALWAYS_CLOSE = frozenset(")]}）】」』》〉»›”’")
_BRACKETS = frozenset("()[]{}（）【】")
_SINGLE = re.compile("['’‘]")
_WIDE_STOPS = frozenset("。！？｡．।॥።։။។")  # no space needs to follow
_STOPS = _WIDE_STOPS | frozenset(".!?…؟۔‼⁇⁈⁉‽")
_STOP = re.compile("[" + re.escape("".join(_STOPS)) + "]")
_PAUSES = frozenset(",;:،؛，、；：")
_DASHES = frozenset("-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}\N{EM DASH}\N{HORIZONTAL BAR}")
_FOOTNOTE = re.compile(r"(?:\[\d{1,3}\])+|[⁰¹²³⁴-⁹]{1,4}")


@dataclass(slots=True)
class _Enclosure:
    """A quotation or bracket, from its opening mark to its closing one."""

    start: int
    end: int
    followed: bool | None = None  # by a clause of the same sentence; None: not looked at yet


class _Paragraph:
    """One paragraph, and the rules that cut it."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.start, self.end = text, start, end
        self.enclosures = _enclosures(text, start, end)
        self.opening = {each.start for each in self.enclosures}
        self.closing = {each.end for each in self.enclosures}

    def sentences(self) -> list[tuple[int, int]]:
        """Cut; what is only marks goes to the sentence before."""
        found: list[tuple[int, int]] = []
        waiting = deque(self.enclosures)
        around: list[_Enclosure] = []
        start, word = self.start, self._next_word(self.start)
        stop = _STOP.search(self.text, start, self.end)
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
            stop = _STOP.search(self.text, after, self.end)
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
            footnote = _FOOTNOTE.match(self.text, at, self.end)
            if footnote:
                at = footnote.end()
            elif self.text[at] in _STOPS or self._closes(at):
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
        return self._char(at) in _STOPS and (
            following.isspace() or following in _STOPS or at + 1 in self.closing
        )

    def _closes(self, at: int) -> bool:
        """Whether a mark closes, though what it closes isn't in this paragraph."""
        char = self.text[at]
        return at not in self.opening and (
            char in _ALWAYS_CLOSE or (char in _OPENERS and self._char(at + 1).isspace())
        )

    # What belongs together

    def _holds(self, each: _Enclosure, word: int, after: int) -> bool:
        """Whether nothing ends inside: it has words of its sentence before it, or after it."""
        if after > each.end or each.end - each.start > HELD_TOGETHER:
            return False
        if each.followed is None:
            each.followed = self._is_followed(each)
        return word < each.start or each.followed

    def _is_followed(self, each: _Enclosure) -> bool:
        inside = each.end - 1
        while self.text[inside].isspace() or inside in self.closing:
            inside -= 1
        after = self._past_closing(each.end)
        if self._next_ink(after) == self.end:
            return False
        outside = _STOP.search(self.text, each.end, after)
        if outside:
            return self._continues(outside.start(), after)
        return self.text[inside] not in _STOPS or self._continues(inside, after)

    # What goes on after a stop

    def _goes_on(self, start: int, here: int, after: int) -> bool:
        """Whether the sentence goes on after the stop; what ends it reaches up to ``after``."""
        return (
            self._continues(here, after)
            or _is_number_of_item(self.text, start, here)
            or (
                self.text[here] == "."
                and self._char(here + 1) not in _STOPS
                and self._is_abbreviation(start, here, after)
            )
        )

    def _continues(self, here: int, after: int) -> bool:
        """Whether what follows the stop, taken as a full one, can't begin a sentence."""
        text = self.text
        quoted = any(
            at in self.closing and text[at] not in _BRACKETS for at in range(here + 1, after)
        )
        if not self._char(after).isspace():
            if _WIDE_STOPS.isdisjoint(text[here:after]):
                return not (after in self.opening and text[after] not in _BRACKETS)
            return quoted and _SAID_CJK.match(text, after, self.end) is not None
        ink = self._next_ink(after)
        if self._char(ink) in _PAUSES or (quoted and self._char(ink) in _DASHES):
            return True
        letter = self._past_opening(ink)
        first = self._char(letter)
        if first.islower() and not self._char(letter + 1).isupper():  # but iPhone begins
            in_quotation = any(
                at in self.opening and text[at] not in _BRACKETS for at in range(ink, letter)
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
        clause = _CLAUSE.match(self.text, at, min(at + 100, self.end))
        words = clause[0].split() if clause else []
        for place, word in enumerate(words[1:7], start=1):
            if word.strip(",") in _SAID:
                rest = words[place + 1 : place + 2]
                return stop != "." or word.endswith(",") or not rest or rest[0] in _AFTER_SAID
        return False

    def _is_abbreviation(self, start: int, here: int, after: int) -> bool:
        """Whether the word before the full stop is an abbreviation, and what follows goes on."""
        word = _word_before(self.text, max(start, here - ABBREVIATED), here)
        usual = word.capitalize() if word.isupper() else word[:1].lower() + word[1:]
        if usual in _NEVER_LAST:  # MR. SMITH; E.g.
            word = usual
        ink = self._next_ink(after)
        if word in _BEFORE_NUMBER:
            return _NUMBER.match(self.text, ink, self.end) is not None
        if word.isdigit():
            return len(word) <= 2 and _MONTH.match(self.text, ink, self.end) is not None
        if word in _NEVER_LAST and after == here + 1:
            return True
        if not (word in _NEVER_LAST or word in _MAY_BE_LAST or _INITIALS.fullmatch(word)):
            return False
        begins = _WORD.match(self.text, self._past_opening(ink), self.end)
        if begins is None or begins[0] not in _BEGINS or self._char(begins.end()) == ".":
            return True
        return len(word) == 1 and begins[0] in _ALSO_NAMES


def _enclosures(text: str, start: int, end: int) -> list[_Enclosure]:
    """Pair the marks of a paragraph; those without a partner are left out. None cross."""
    found: list[_Enclosure] = []
    unclosed: deque[int] = deque(maxlen=NESTED)
    for match in _MARK.finditer(text, start, end):
        at, mark = match.start(), match[0]
        before = text[at - 1] if at > start else " "
        after = text[at + 1] if at + 1 < end else " "
        if mark in "'’‘" and _is_apostrophe(text, at, end):
            continue
        fresh = before.isspace() or before in _OPENS or before in _DASHES
        tight = not (after.isspace() or after in _STOPS or after in _PAUSES)
        depth = None
        if mark in _ALWAYS_CLOSE or not (fresh and tight):
            depth = _opened(text, unclosed, _OPENERS.get(mark, ""))
        if depth is not None:
            for _ in range(depth):
                unclosed.pop()
            found.append(_Enclosure(unclosed.pop(), at))
        elif mark in _ALWAYS_OPEN or (
            mark in _OPENS and _may_open(mark, after, fresh or before in _STOPS, tight)
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
            return before in _STOPS or before in _PAUSES
    return False


# Words


def _word_before(text: str, start: int, end: int) -> str:
    """Return the word up to a full stop, dots inside included; or nothing for an address."""
    found = _TOKEN.search(text, start, end)
    token = found[0] if found else ""
    if len(token) >= ABBREVIATED or _IN_ADDRESS.search(token):
        return ""
    return _JOINT.split(token)[-1].lstrip(".")


def _is_number_of_item(text: str, start: int, here: int) -> bool:
    """Whether the full stop only follows the number of a heading or list item: "2.1.", "IV."."""
    return text[here] == "." and _ITEM_NUMBER.fullmatch(text, start, here) is not None


_LETTER = "[A-Za-zÀ-ɏͰ-ϿЀ-ӿ԰-֏ء-ي]"  # scripts with initials
_TOKEN = re.compile(r"[^\s()\[\]{}“”„«»‹›‘\"]*\Z")
_IN_ADDRESS = re.compile("[@/:=?]")
_JOINT = re.compile(r"[-\u2010-\u2015’',]")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"[#№(]?\d|[IVXLC]+\b")
_ITEM_NUMBER = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[IVXLC]{1,6}|" + _LETTER + ")")
_INITIALS = re.compile(f"{_LETTER}|(?:{_LETTER}{{1,2}}\\.)+{_LETTER}{{1,2}}")
_CLAUSE = re.compile(
    r"[A-ZÀ-Þ](?:(?<=Mr|Ms|Dr|Lt)\.|(?<=Mrs|Gen|Col|Maj|Sen|Rep|Gov)\.|[^.!?…:;“”«»\"])*"
)
_MONTH = re.compile("Jan|Jän|Feb|März|April|Mai|Jun|Jul|Aug|Sept|Okt|Nov|Dez|Jahrhundert|Weltkrieg")
_SAID_CJK = re.compile("と|って|[^。！？，、：]{0,10}?(?:说|說|道|表示|称|稱|指出|问|問)")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SAID = _words(
    """
    says said asks asked tells told adds added warns warned writes wrote tweeted posted replies
    replied answered declares declared explains explained insists insisted concludes concluded
    notes noted stresses stressed shouted cried exclaimed wondered continued recalled remarked
    """
)
_AFTER_SAID = _words(
    """
    on in at to reporters during after before earlier later yesterday today again
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    """
)
# Something always follows these.
_NEVER_LAST = _words(
    """
    Mr Mrs Ms Mx Messrs Dr Drs Prof Gen Lt Col Maj Capt Cmdr Cdr Sgt Cpl Pvt Adm Brig Rev Hon Sen
    Sens Rep Reps Gov Govs Pres Amb Supt Det Insp Msgr Mgr Fr Mt Ft vs cf viz approx ca eg ie e.g
    i.e esp incl
    M MM Mme Mmes Mlle Mlles Pr Ste env Hr Frl bzw evtl ggf inkl sog vgl z.B d.h u.a p.ex Sra Srta
    Dra Gral Sig Dott np tzw św płk
    ул вул пл просп ген проф акад доц св см див ср напр рис табл гл изд т.е т.к т.н
    """
)
# Only before a number.
_BEFORE_NUMBER = _words(
    """
    No Nos no nos p pp Vol vol Vols vols Fig fig Figs figs Art art Arts arts Sec sec Ch ch Chap chap
    Para para Pt pt Eq eq Nr nr Bd Abs Núm núm pág págs n° стр ст
    """
)
# These may end a sentence, or not; so may initials and what has dots inside, such as U.S.
_MAY_BE_LAST = _words(
    """
    Inc Corp Co Cos Ltd Bros Jr Sr Esq St Ave Blvd Rd Sq etc al dept Dept univ Univ
    ft lb lbs oz hr hrs min mins secs ed eds ex tel Tel
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri
    Ala Ariz Ark Calif Colo Conn Del Fla Ga Ill Ind Kan Ky La Mass Md Mich Minn Miss Mo Mont Neb
    Nev Okla Ont Ore Pa Penn Que Tenn Tex Va Vt Wash Wis Wyo
    av janv févr juil déc usw Mio Mrd Std Str EE UU Ud Uds tys mln mld ul im prof им ім
    гг вв рр тыс тис млн млрд трлн руб грн коп долл чел др проч пр обл кв корп
    """
)
# Words that begin a sentence more often than a name.
_BEGINS = _words(
    """
    The A An He She It They We You I This That These Those There Here But And Or Nor So Yet If When
    While Where What Who Why How As At By For From In Into On Since To With After Before During
    Until Although Though However Meanwhile Moreover Also Still Then Thus His Her Its Their Our My
    Your No Not Only Some Many Most All Both Each Every Even According Earlier Later Last Now Once
    Another Others Over Between Among Despite Because Asked
    Les Un Une Il Elle Ils Elles Ce Cette Ces Mais En Dans Selon Pour Sur Puis Der Die Das Ein Eine
    Er Sie Es Aber Im Am Auf Nach Los Las Pero Según Una
    Он Она Они Оно Мы Это Эта Этот Но И А В На По Как Однако Также При После Он Він Вона Вони Це Але
    Та У За Для
    """
)
_ALSO_NAMES = _words("A An He I You So In My No To How All Last La Un Er Im Am Los Las Die")
