"""Which word of an earlier text is which of a later one, also where paragraphs changed places.

Only what is beyond doubt is paired, and every word once:

1. whole sentences that both texts hold exactly once, first word by word, then as they sound;
2. their neighbours, where those are the same too: a sentence that is there twice is told apart by
   what stands around it. What can be reached from two sides with different results stays unpaired;
3. in the sentences that are left: runs of six, four or three words that both texts hold once
   within one sentence, then the words around them by the rule of the neighbours;
4. beside words that are paired, as far as their sentence goes, the longest common sequence, where
   it is the only one and somebody wants to know.

In 3 and 4 a sentence that stands in both texts is only paired with itself: it can't be another one
that was edited.

Counting is over the whole of both texts, so that what is deleted is never taken for a similar
sentence that stayed. The time grows with the length of the texts, not with its square: the
sequences of step 4 are bounded, each and all together.
"""

from collections.abc import Callable, Sequence

from articles.words import Key, Words, same_word

RUNS = (6, 4, 3)
"""Words of a run that may be looked for anywhere, the longest first."""
ALONE = 4
"""Words of a sentence that may be looked for anywhere; a shorter one if it is a paragraph."""
GAP, CELLS, ALL_CELLS = 200, 10_000, 1_000_000
"""Words of a gap to either side, pairs of words compared in one gap, and in all of them."""

Pairs = list[int | None]


def align(old: Words, new: Words, wanted: Sequence[tuple[int, int]] = ()) -> Pairs:
    """For each word of ``old`` the place of the same word in ``new``, or ``None``.

    ``wanted`` are the ranges of old words of which somebody wants to know every single one.
    """
    to: Pairs = [None] * len(old.words)
    back: Pairs = [None] * len(new.words)
    _pair_sentences(old, new, to, back)
    if None in to and None in back:
        match = _Match(old, new)
        _pair_runs(match, to, back)
        _spread(
            to,
            back,
            lambda i, j: match.kin(i, j) and old.words[i].sound == new.words[j].sound,
            lambda i: old.words[i].paragraph,
            lambda j: new.words[j].paragraph,
        )
        _fill(match, to, back, wanted)
    return to


class _Match:
    """Two texts, and which of their words may be the same one."""

    def __init__(self, old: Words, new: Words) -> None:
        self.old, self.new = old, new
        keys = [{t.key(n, by_sound=True) for n in range(len(t.sentences))} for t in (old, new)]
        both = {key: number for number, key in enumerate(keys[0] & keys[1], 1)}
        self.ours, self.theirs = old.kinds(both), new.kinds(both)

    def kin(self, i: int, j: int) -> bool:
        """Whether neither word is of a sentence that stands in both texts, or both of that one."""
        return self.ours[i] == self.theirs[j]

    def edited(self, i: int, j: int) -> bool:
        """Whether they are the same word, of two sentences each of which is in one text only."""
        both = (self.ours[i], self.theirs[j]) == (0, 0)
        return both and same_word(self.old.words[i], self.new.words[j])


# Sentences


def _pair_sentences(old: Words, new: Words, to: Pairs, back: Pairs) -> None:
    ours: Pairs = [None] * len(old.sentences)
    theirs: Pairs = [None] * len(new.sentences)
    for by_sound in (False, True):
        old_keys = [old.key(n, by_sound=by_sound) for n in range(len(ours))]
        new_keys = [new.key(n, by_sound=by_sound) for n in range(len(theirs))]
        once, found = _once(old_keys), _once(new_keys)
        for key, i in once.items():
            j = found.get(key, -1)
            if i < 0 or j < 0 or ours[i] is not None or theirs[j] is not None:
                continue
            if len(key) >= ALONE or (old.alone[i] and new.alone[j]):
                ours[i], theirs[j] = j, i
        _spread(
            ours,
            theirs,
            lambda i, j, a=old_keys, b=new_keys: a[i] == b[j],  # type: ignore[misc]
            old.paragraphs.__getitem__,
            new.paragraphs.__getitem__,
        )
    for i, found_at in enumerate(ours):
        if found_at is not None:
            first, start = old.sentences[i][0], new.sentences[found_at][0]
            for n in range(old.sentences[i][1] - first):
                to[first + n], back[start + n] = start + n, first + n


def _once(keys: Sequence[Key]) -> dict[Key, int]:
    """Where each key is; -1 where it is more than once."""
    places: dict[Key, int] = {}
    for n, key in enumerate(keys):
        places[key] = -1 if key in places else n
    return places


def _spread(
    to: Pairs,
    back: Pairs,
    same: Callable[[int, int], bool],
    old_block: Callable[[int], int],
    new_block: Callable[[int], int],
) -> None:
    """Pair what stands next to a pair and is the same, as far as that goes.

    Over the end of a block (a paragraph) only what is reached from both sides, for paragraphs
    change places; and nothing that two neighbours would pair differently.
    """
    ahead = _reached(to, back, same, 1)
    behind = _reached(to, back, same, -1)
    claims: dict[int, list[int]] = {}
    for i in ahead.keys() | behind.keys():
        reached = {ahead.get(i, behind.get(i, 0)), behind.get(i, ahead.get(i, 0))}
        if len(reached) > 1:
            for j in reached:
                claims.setdefault(j, []).append(-1)
            continue
        (j,) = reached
        before = i in ahead and i > 0 and _together(old_block, new_block, i, j, -1)
        after = i in behind and i + 1 < len(to) and _together(old_block, new_block, i, j, 1)
        sure = before or after or (i in ahead and i in behind)
        claims.setdefault(j, []).append(i if sure else -1)
    for j, wanting in claims.items():
        if len(wanting) == 1 and wanting[0] >= 0:
            to[wanting[0]], back[j] = j, wanting[0]


def _together(
    old_block: Callable[[int], int], new_block: Callable[[int], int], i: int, j: int, step: int
) -> bool:
    return old_block(i) == old_block(i + step) and new_block(j) == new_block(j + step)


def _reached(to: Pairs, back: Pairs, same: Callable[[int, int], bool], step: int) -> dict[int, int]:
    """What is reached from pairs by going on in step, while both texts are the same."""
    reached: dict[int, int] = {}
    size = len(to)
    for i in range(size) if step > 0 else range(size - 1, -1, -1):
        before = i - step
        if to[i] is not None:
            continue
        came: int | None = -1 if step > 0 else len(back)  # the ends of both texts
        if 0 <= before < size:
            came = to[before] if to[before] is not None else reached.get(before)
        if came is None or not 0 <= came + step < len(back):
            continue
        j = came + step
        if back[j] is None and same(i, j):
            reached[i] = j
    return reached


# Runs of words


def _pair_runs(match: _Match, to: Pairs, back: Pairs) -> None:
    for size in RUNS:
        ours, theirs = _runs(match.old, size), _runs(match.new, size)
        for run, i in ours.items():
            j = theirs.get(run, -1)
            if i < 0 or j < 0 or not match.kin(i, j):
                continue
            places = [(i + n, j + n) for n in range(size)]
            if all(to[a] in (None, b) and back[b] in (None, a) for a, b in places):
                for a, b in places:
                    to[a], back[b] = b, a


def _runs(text: Words, size: int) -> dict[Key, int]:
    """Where each run of ``size`` words within a sentence is; -1 where it is more than once."""
    sounds = [word.sound for word in text.words]
    places: dict[Key, int] = {}
    for first, beyond in text.sentences:
        for n in range(first, beyond - size + 1):
            run = tuple(sounds[n : n + size])
            places[run] = -1 if run in places else n
    return places


# Gaps


def _fill(match: _Match, to: Pairs, back: Pairs, wanted: Sequence[tuple[int, int]]) -> None:
    left = ALL_CELLS
    for first, beyond in wanted:
        n = first
        while n < beyond and left > 0:
            if to[n] is None:
                start, end = _gap(match.old, to, n)
                low, high = _opposite(match, to, back, start, end)
                cells = (end - start) * (high - low)
                if 0 < cells <= CELLS:
                    left -= cells
                    _pair_common(match, to, back, (start, end), (low, high))
                n = max(end, n + 1)
            else:
                n += 1


def _gap(old: Words, to: Pairs, n: int) -> tuple[int, int]:
    """The unpaired words around ``n``, within its sentence; GAP to either side at most."""
    sentence = old.words[n].sentence
    start = end = n
    while start > 0 and n - start < GAP and _is_free(old, to, start - 1, sentence):
        start -= 1
    while end < len(to) and end - n < GAP and _is_free(old, to, end, sentence):
        end += 1
    return start, end


def _is_free(text: Words, pairs: Pairs, n: int, sentence: int) -> bool:
    return pairs[n] is None and text.words[n].sentence == sentence


def _opposite(match: _Match, to: Pairs, back: Pairs, start: int, end: int) -> tuple[int, int]:
    """The unpaired new words that stand where the old words ``start`` to ``end`` stood."""
    old, new = match.old, match.new
    sentence = old.words[start].sentence
    after = _paired(old, to, start - 1, sentence)
    before = _paired(old, to, end, sentence)
    most = 2 * (end - start) + 20
    if after is not None:
        low = high = after + 1
        block = new.words[after].sentence
        while high < len(back) and high - low < most and _is_free(new, back, high, block):
            high += 1
        return (low, high) if before is None or before == high else (low, low)
    if before is not None:
        low = high = before
        block = new.words[before].sentence
        while low > 0 and high - low < most and _is_free(new, back, low - 1, block):
            low -= 1
        return low, high
    return 0, 0


def _paired(old: Words, to: Pairs, n: int, sentence: int) -> int | None:
    inside = 0 <= n < len(to) and old.words[n].sentence == sentence
    return to[n] if inside else None


def _pair_common(
    match: _Match, to: Pairs, back: Pairs, ours: tuple[int, int], theirs: tuple[int, int]
) -> None:
    """Pair the longest common sequence of two short runs, as far as it is the only one.

    It is sought from either end; a word that could be this one or that one is left alone.
    """
    left, right = range(*ours), range(*theirs)
    forward = _common(match, left, right)
    for i, j in forward & _common(match, left[::-1], right[::-1]):
        to[i], back[j] = j, i


def _common(match: _Match, ours: range, theirs: range) -> set[tuple[int, int]]:
    longest = [[0] * (len(theirs) + 1) for _row in range(len(ours) + 1)]
    for i in range(len(ours) - 1, -1, -1):
        for j in range(len(theirs) - 1, -1, -1):
            if match.edited(ours[i], theirs[j]):
                longest[i][j] = longest[i + 1][j + 1] + 1
            else:
                longest[i][j] = max(longest[i + 1][j], longest[i][j + 1])
    found = set()
    i = j = 0
    while i < len(ours) and j < len(theirs):
        if match.edited(ours[i], theirs[j]):
            found.add((ours[i], theirs[j]))
            i, j = i + 1, j + 1
        elif longest[i + 1][j] >= longest[i][j + 1]:
            i += 1
        else:
            j += 1
    return found
