"""A real article, captured again: its passages survive what happens to texts, and nothing jumps.

The article isn't ours to publish; see ``test_seed.py`` for where it lies.
"""

import json
import random
import re

import pytest

from articles.anchoring import Lost, carry
from tests.journeys.test_seed import FOLDER

# ruff: noqa: RUF001 (marks that look like others are the subject)

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason=f"the seed article is not at {FOLDER}: set SAYSO_SEED to its folder",
)

NAMES = {
    "Bakhmout": "Bakhmut",
    "Prigojine": "Prigozhin",
    "Evguéni": "Yevgeny",
    "Oleksiï": "Oleksii",
    "Reznikov": "Resnikow",
    "Zelensky": "Zelenskyy",
    "Sloviansk": "Slavyansk",
    "Kyiv": "Kiev",
}


def transliterated(text):
    for name, other in NAMES.items():
        text = text.replace(name, other)
    return text


def guillemets(text):
    return text.replace("“", "«\u00a0").replace("”", "\u00a0»").replace("’", "'")


def straight(text):
    return text.replace("“", '"').replace("”", '"').replace("’", "'")


def single(text):
    return text.replace("“", "‘").replace("”", "’")


def shuffled(text):
    paragraphs = re.split(r"\n{2,}", text)
    random.Random(378).shuffle(paragraphs)
    return "\n\n".join(paragraphs)


@pytest.fixture
def text():
    return (FOLDER / "day-378.txt").read_text("utf-8")


@pytest.fixture
def places():
    annotation = json.loads((FOLDER / "day-378.annotation.json").read_text("utf-8"))
    found = [
        (place["start"], place["end"], place["exact"])
        for claim in annotation["claims"]
        for statement in claim["statements"]
        for place in statement["appearances"]
    ]
    assert len(found) == 44
    return found


MARKS = [guillemets, straight, single]


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [transliterated],
        *([marks] for marks in MARKS),
        [shuffled],
        [shuffled, transliterated],
        *([shuffled, transliterated, marks] for marks in MARKS),
    ],
)
def test_all_passages_survive(text, places, changes):
    new = text
    expected = [exact for _start, _end, exact in places]
    for change in changes:
        new = change(new)
        if change is not shuffled:
            expected = [change(exact) for exact in expected]
    found = carry(text, new, [(start, end) for start, end, _exact in places])
    assert [new[kept.start : kept.end] for kept in found] == [each.strip() for each in expected]


@pytest.mark.parametrize("first", range(6))
@pytest.mark.parametrize(
    "changes", [[], [transliterated], [straight], [shuffled, transliterated, guillemets]]
)
def test_exactly_those_in_removed_paragraphs_are_lost(text, places, first, changes):
    paragraphs = [(found.start(), found.end()) for found in re.finditer(r"\S.*", text)]
    removed = paragraphs[first::6]
    new = text
    for start, end in reversed(removed):
        new = new[:start] + new[end:]
    for change in changes:
        new = change(new)
    found = carry(text, new, [(start, end) for start, end, _exact in places])
    assert [isinstance(each, Lost) for each in found] == [
        any(first <= start and end <= last for first, last in removed)
        for start, end, _exact in places
    ]


def test_sentence_in_two_translations_never_jumps(text, places):
    """Either of the two is taken out in turn: it is lost, and the other stays where it was."""
    pair = [each for each in places if "the way free" in each[2] or "way would be clear" in each[2]]
    assert len(pair) == 2
    for start, end, _exact in pair:
        new = text[:start] + text[end:]
        found = carry(text, new, [(first, last) for first, last, _words in pair])
        assert [
            None if isinstance(each, Lost) else new[each.start : each.end] for each in found
        ] == [None if place[0] == start else place[2] for place in pair]
