"""Passages of texts with too many words to be compared: kept to the letter, or lost."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from articles.anchoring import Change, Kept, Lost, Why, carry, suggest
from articles.verbatim import AROUND, LONG, carry_verbatim
from articles.words import MOST, too_many
from tests.articles.test_anchoring import anything, sentence, sentences, text, untimed

SAID = "The minister said on Monday that 12 tanks had left the town, and that it could rain."
MARK = "This stands here only, and says so in more than sixty characters, all told."
SIZE = 2_000_000


def lengthened(passage, filling="So it goes on. "):
    """A text of two megabytes around ``passage``."""
    half = filling * (SIZE // 2 // len(filling))
    return f"{half}{passage} {half}"


@pytest.mark.parametrize(
    "filling",
    [
        f"{SAID}\n\n",
        f"{SAID} ",
        "a b ",
        "語",
        "“a ",
        "a\n",
        "A. ",
        "a.",
        "12 ",
    ],
)
def test_hostile_text_keeps_what_stands_in_it_once(filling):
    """Repeated paragraphs, one line, no spaces: unique words are kept, repeated ones lost."""
    old = lengthened(MARK, filling)
    new = f"More. {old}"
    start = old.index(MARK)
    spans = [(start, start + len(MARK)), *((n, n + 100) for n in range(0, SIZE - 200, 10_000))]
    assert too_many(old)
    first, *others = carry(old, new, spans)
    assert first == Kept(start + 6, start + 6 + len(MARK), Change.NONE, 1.0)
    kept = [found for found in others if isinstance(found, Kept)]
    assert [new.count(new[found.start : found.end]) for found in kept] == [1] * len(kept)
    assert suggest(new, MARK) == []


def test_one_word_of_two_megabytes_is_lost():
    old = "a" * SIZE
    assert not too_many(old)
    assert carry(old, f"{old}b", [(5, 50)]) == [Lost(Why.GONE)]


def test_text_has_too_many_words_from_the_next_one_on():
    assert [too_many("a " * count) for count in (MOST, MOST + 1)] == [False, True]


@pytest.mark.parametrize(
    ("old", "new", "passage", "why"),
    [
        ("", "", "It rained.", None),
        ("", "Now: ", "It rained.", Why.CHANGED),
        ("", "", f"{MARK} {SAID}", None),
        ("Then. ", "Now. ", f"{MARK} {SAID}", None),
        ("1", "3", f"2 tanks. {MARK}", Why.CHANGED),
        ("", "It rained. ", "It rained.", Why.AMBIGUOUS),
        ("It rained. ", "It rained. ", "It rained.", Why.AMBIGUOUS),
    ],
)
def test_what_stands_around_decides(old, new, passage, why):
    before, now = f"{old}{passage} So it was.", f"{new}{passage} So it was."
    start = before.rindex(passage)
    (found,) = carry_verbatim(before, now, [(start, start + len(passage))])
    here = now.rindex(passage)
    kept = Kept(here, here + len(passage), Change.NONE, 1.0)
    assert found == (kept if why is None else Lost(why))


def test_one_that_overlaps_itself_is_ambiguous():
    assert carry_verbatim("b aba b", "c ababa", [(2, 5)]) == [Lost(Why.AMBIGUOUS)]


@untimed
@given(st.one_of(text, anything), st.one_of(text, anything), st.data())
def test_kept_passage_stands_once_with_the_same_around_it(old, new, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    (found,) = carry_verbatim(old, new, [(start, end)])
    if isinstance(found, Lost):
        return
    passage, far = old[start:end], AROUND if end - start < LONG else 1
    places = [n for n in range(len(new)) if new.startswith(passage, n)]
    assert (found.change, found.score, places) == (Change.NONE, 1.0, [found.start])
    around = [
        (whole[max(first - far, 0) : first], whole[last : last + far])
        for whole, first, last in ((old, start, end), (new, found.start, found.end))
    ]
    assert around[0] == around[1]


@untimed
@given(st.lists(st.lists(sentence, min_size=1, max_size=9), min_size=1, max_size=4), st.data())
def test_deleted_sentence_is_lost_whatever_stays(paragraphs, data):
    """Similar sentences stay, and the very same one elsewhere: it is never moved to those."""
    number = data.draw(st.integers(0, len(paragraphs) - 1))
    place = data.draw(st.integers(0, len(paragraphs[number]) - 1))
    rest = [list(each) for each in paragraphs]
    del rest[number][place]
    old = "\n\n".join(" ".join(each) for each in paragraphs)
    new = "\n\n".join(" ".join(each) for each in rest if each)
    start = sum(len(" ".join(each)) + 2 for each in paragraphs[:number])
    start += sum(len(each) + 1 for each in paragraphs[number][:place])
    span = (start, start + len(paragraphs[number][place]))
    assume(span in sentences(old) and new)
    (found,) = carry_verbatim(old, new, [span])
    assert isinstance(found, Lost)


@untimed
@given(text, text)
def test_what_is_put_before_moves_passages_along_or_loses_them(before, old):
    new = f"{before}\n\n{old}"
    spans, shift = sentences(old), len(before) + 2
    for (start, end), found in zip(spans, carry_verbatim(old, new, spans), strict=True):
        assert isinstance(found, Lost) or (found.start, found.end) == (start + shift, end + shift)
