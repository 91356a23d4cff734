"""Passages carried over to a new text: what is kept, what is lost, and nothing to a lookalike."""

import random
import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from articles.anchoring import Change, Kept, Lost, Why, carry, suggest, words_in
from articles.sentences import split
from articles.words import words_of

# ruff: noqa: RUF001 (marks and letters that look like others are the subject)

ARTICLE = Path(__file__).parents[2] / "docs" / "examples" / "day-378" / "article.txt"
NAMES = {
    "Bakhmut": "Bakhmout",
    "Prigozhin": "Prigojine",
    "Yevgeny": "Evguéni",
    "Zelensky": "Zelenskyy",
    "Oleksii": "Oleksiï",
    "Reznikov": "Resnikow",
    "Shoigu": "Choïgou",
    "Kramatorsk": "Kramatorskʼ",
    "Sloviansk": "Slavyansk",
    "Tymofii": "Timofiy",
}
untimed = settings(deadline=None)  # a busy machine is no failure


def transliterated(text):
    for name, other in NAMES.items():
        text = text.replace(name, other)
    return text


def marked(text, opening="« ", closing=" »"):
    return text.replace("“", opening).replace("”", closing).replace("’", "'")


def plainly_marked(text):
    return marked(text, '"', '"')


def shuffled(text):
    paragraphs = text.split("\n\n")
    random.Random(7).shuffle(paragraphs)
    return "\n\n".join(paragraphs)


def article():
    return ARTICLE.read_text("utf-8").strip()


def sentences(text):
    return [(span.start, span.end) for span in split(text)]


def outcome(old, quotation, new):
    """What became of a quotation, as (change, what it is now) or the reason why it is lost."""
    start = old.index(quotation)
    (found,) = carry(old, new, [(start, start + len(quotation))])
    if isinstance(found, Lost):
        return found.why
    return found.change, new[found.start : found.end]


def changed(text, changes):
    for change in changes:
        text = change(text)
    return text


@pytest.mark.parametrize(
    "changes",
    [
        [transliterated],
        [marked],
        [plainly_marked],
        [shuffled],
        [transliterated, marked],
        [shuffled, marked, transliterated],
        [str.upper],
        [lambda text: text.replace("\n\n", "\n\n\n\n").replace(" ", "  ")],
        [lambda text: " ".join(text.split())],
    ],
)
def test_every_sentence_survives(changes):
    old = article()
    new = changed(old, changes)
    spans = sentences(old)
    found = carry(old, new, spans)
    assert [new[kept.start : kept.end] for kept in found] == [
        # what was done to the whole text, done to the sentence
        changed(old[start:end], [change for change in changes if change is not shuffled])
        for start, end in spans
    ]
    assert {kept.score for kept in found} == {1.0}


@pytest.mark.parametrize("first", range(6))
@pytest.mark.parametrize("changes", [[], [transliterated, plainly_marked], [shuffled]])
def test_what_was_in_removed_paragraphs_is_lost_and_nothing_else(first, changes):
    old = article()
    paragraphs = old.split("\n\n")
    removed = set(range(first, len(paragraphs), 6))
    stay = [text for number, text in enumerate(paragraphs) if number not in removed]
    new = changed("\n\n".join(stay), changes)
    spans = split(old)
    found = carry(old, new, [(span.start, span.end) for span in spans])
    assert [isinstance(each, Lost) for each in found] == [
        span.paragraph in removed for span in spans
    ]


# One passage


OLD = (
    "The mayor spoke on Monday. The town could fall within days, he said.\n\n"
    "Background\n\n"
    "The mayor spoke on Tuesday. “We lost 40 men”, he said. Nobody confirmed it."
)


@pytest.mark.parametrize(
    ("quotation", "old", "new", "expected"),
    [
        ("could fall", "", "", (Change.NONE, "could fall")),
        ("within", "town could fall", "big town could fall", (Change.NONE, "within")),
        ("The town could fall within days", "could", "will", (Change.WORDS, ...)),
        ("The town could fall within days", "could", "could not", Why.CHANGED),
        ("The town could fall within days", " within days", "", (Change.WORDS, ...)),
        ("The town could fall within days", " fall within days", "", Why.CHANGED),
        ("“We lost 40 men”", "40", "400", Why.CHANGED),
        ("“We lost 40 men”", "“We lost 40 men”", "„We lost 40 men“", (Change.MARKS, ...)),
        ("“We lost 40 men”", "“We lost 40 men”", "We lost 40 men", (Change.MARKS, ...)),
        ("The mayor spoke on Monday", "The mayor spoke on Monday. ", "", Why.GONE),
        ("The mayor spoke on Tuesday", "The mayor spoke on Tuesday. ", "", Why.GONE),
        ("Background", "Background", "Context", Why.GONE),
        ("Background", "Background\n\n", "", Why.GONE),
        ("Nobody confirmed it", " Nobody confirmed it.", "", Why.GONE),
    ],
)
def test_passage_after_a_change(quotation, old, new, expected):
    text = OLD.replace(old, new) if old else OLD
    if isinstance(expected, tuple) and expected[1] is ...:
        expected = (expected[0], quotation.replace(old, new))
    assert outcome(OLD, quotation, text) == expected


def test_sentence_that_is_there_twice_is_told_apart_by_its_neighbours():
    first, second = "It rained in the town. ", "It snowed in the hills. "
    twice = "Nobody spoke of it again. "
    old = first + twice + second + twice + "That was all there was."
    spans = [(m.start(), m.end() - 1) for m in re.finditer(re.escape(twice), old)]
    without_first = first + second + twice + "That was all there was."
    without_second = first + twice + second + "That was all there was."
    assert carry(old, without_first, spans) == [
        Lost(Why.AMBIGUOUS),
        Kept(*at(without_first, twice.strip()), Change.NONE, 1.0),
    ]
    assert carry(old, without_second, spans) == [
        Kept(*at(without_second, twice.strip()), Change.NONE, 1.0),
        Lost(Why.AMBIGUOUS),
    ]


def at(text, words):
    return text.index(words), text.index(words) + len(words)


def test_twin_without_neighbours_is_ambiguous():
    old = "Nobody spoke of it again. Nobody spoke of it again."
    found = carry(old, "Nobody spoke of it again.", sentences(old))
    assert found == [Lost(Why.AMBIGUOUS), Lost(Why.AMBIGUOUS)]


def test_lookalike_in_another_translation_is_no_home():
    """The same words of one speaker, twice, in two translations; one of them goes."""
    one = "Losing the town would open the road for their army in the east, the president said."
    other = "If we lose it, the road would be open for their army, the president warned."
    old = f"{one}\n\nNobody else spoke.\n\n{other}"
    assert outcome(old, one, f"Nobody else spoke.\n\n{other}") == Why.GONE
    assert outcome(old, other, f"{one}\n\nNobody else spoke.") == Why.GONE


def test_edited_sentence_is_not_mixed_up_with_a_similar_one_that_went():
    one, other = "The Kremlin rejected the report on Monday", "The Kremlin rejected it on Tuesday"
    old = f"Nobody spoke. {one}. {other}. That was all."
    new = "Nobody spoke. The Kremlin rejected it late on Tuesday. That was all."
    assert outcome(old, one, new) == Why.GONE
    assert outcome(old, other, new) == (Change.WORDS, "The Kremlin rejected it late on Tuesday")


def test_span_outside_the_text_is_refused():
    for span in [(-1, 2), (2, 2), (3, 1), (0, 99)]:
        with pytest.raises(ValueError, match="no such span"):
            carry("A text.", "A text!", [span])


def test_marks_alone_have_no_place_in_another_text():
    assert carry("One – two.", "One — two!", [(4, 5)]) == [Lost(Why.GONE)]


# Properties


words = st.sampled_from(
    [
        "the",
        "town",
        "fell",
        "army",
        "could",
        "will",
        "likely",
        "not",
        "said",
        "men",
        "river",
        "40",
        "war",
    ]
)
sentence = st.lists(words, min_size=1, max_size=7).map(
    lambda found: " ".join(found).capitalize() + "."
)
paragraph = st.lists(sentence, min_size=1, max_size=4).map(" ".join)
text = st.lists(paragraph, min_size=1, max_size=5).map("\n\n".join)
anything = st.text(
    st.sampled_from("aAbB éß\n\n.,!?“”\"'«»-—1٣中ก‍ʼ\u2028\x85\U0001f600"), min_size=1, max_size=80
)


@untimed
@given(st.one_of(text, anything), st.one_of(text, anything), st.data())
def test_kept_passage_is_in_the_text_and_says_what_its_change_allows(old, new, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    (found,) = carry(old, new, [(start, end)])
    if isinstance(found, Lost):
        return
    assert 0 <= found.start < found.end <= len(new)
    was, now = old[start:end], new[found.start : found.end]
    forms = [[w.plain for w in words_of(each).words] for each in (was, now)]
    if found.change is Change.NONE:
        assert now == was
    elif found.change is Change.MARKS:
        assert forms[0] == forms[1]
    elif found.change is Change.NAMES:
        assert len(forms[0]) == len(forms[1])
    else:
        assert found.score < 1
        assert set(forms[0]) & set(forms[1])


@untimed
@given(st.one_of(text, anything), st.data())
def test_same_text_keeps_everything_in_its_place(old, data):
    start = data.draw(st.integers(0, len(old) - 1))
    end = data.draw(st.integers(start + 1, len(old)))
    assert carry(old, old, [(start, end)]) == [Kept(start, end, Change.NONE, 1.0)]


@untimed
@given(st.lists(st.lists(sentence, min_size=1, max_size=4), min_size=1, max_size=4), st.data())
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
    (found,) = carry(old, new, [span])
    assert isinstance(found, Lost)


@untimed
@given(text, text)
def test_what_is_put_before_moves_unique_sentences_along(before, old):
    """All that stands in the old text once, and not in what was put before it."""
    new = f"{before}\n\n{old}"
    spans = split(old)
    plain = [words_of(old[s.start : s.end]).key(0, by_sound=True) for s in spans]
    added = {words_of(before[s.start : s.end]).key(0, by_sound=True) for s in split(before)}
    for span, found in zip(spans, carry(old, new, [(s.start, s.end) for s in spans]), strict=True):
        key = words_of(old[span.start : span.end]).key(0, by_sound=True)
        shift = len(before) + 2
        if isinstance(found, Kept):
            assert (found.start, found.end) == (span.start + shift, span.end + shift)
        else:
            assert plain.count(key) > 1 or key in added or len(key) < 4


# What the desk asks beside


def test_words_are_found_as_they_stand():
    assert words_in("It “Could” well fall", "could") == "Could"
    assert words_in("It could well fall", "could  well") == "could well"
    assert words_in("It couldn't fall", "could") == ""
    assert words_in("It fell", "") == ""


def test_suggestions_share_words_that_are_rare():
    new = "The mayor spoke. Forty men were lost in the town. The mayor left the town."
    assert [new[slice(*span)] for span in suggest(new, "We lost forty men")] == [
        "Forty men were lost in the town"
    ]
    assert suggest(new, "Quite another matter") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 100_000, "a " * 99_000 + "b"),
        ("A b. " * 40_000, "A b. " * 39_000 + "C"),
        ("A b c d.\n\n" * 20_000, "A b c d.\n\n" * 19_000),
        ("“" * 200_000, "“a" * 100_000),
        ("a" * 200_000, "a" * 199_999),
    ],
)
def test_hostile_text_ends(old, new):
    """Each of them would take hours if time grew with the square of the length."""
    spans = [(n, n + 50) for n in range(0, len(old) - 50, len(old) // 300)]
    assert len(carry(old, new, spans)) == len(spans)
