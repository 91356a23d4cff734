"""Where two texts differ: the pieces are the texts, and what is marked is what differs."""

from hypothesis import given
from hypothesis import strategies as st

from articles.differences import MOST_WORDS, Piece, differences

WORDS = st.lists(st.sampled_from(["rain", "snow", "fell", ",", " ", "\n", "é"]), max_size=20)
TEXTS = WORDS.map("".join)


@given(TEXTS, TEXTS)
def test_pieces_put_together_are_the_texts(one: str, other: str) -> None:
    left, right = differences(one, other)
    assert ["".join(piece.text for piece in side) for side in (left, right)] == [one, other]


@given(TEXTS, TEXTS)
def test_what_is_not_marked_is_the_same_on_both_sides(one: str, other: str) -> None:
    left, right = (
        "".join(piece.text for piece in side if not piece.differs)
        for side in differences(one, other)
    )
    assert left == right


@given(TEXTS)
def test_nothing_is_marked_in_the_same_text(text: str) -> None:
    assert differences(text, text) == ([Piece(text, differs=False)] * bool(text),) * 2


def test_words_are_marked() -> None:
    left, right = differences("It rained on Monday.", "It rained on 6 March.")
    assert left == [Piece("It rained on ", False), Piece("Monday", True), Piece(".", False)]
    assert right == [Piece("It rained on ", False), Piece("6 March", True), Piece(".", False)]


def test_long_texts_are_shown_whole() -> None:
    long = "word " * MOST_WORDS
    assert differences(long, "x") == ([Piece(long, True)], [Piece("x", True)])
