"""Cutting a text at the boundaries of the passages marked in it."""

import re

from hypothesis import given
from hypothesis import strategies as st

from claims.segments import Mark, Segment, paragraphs, segments

texts = st.text(alphabet="ab é\n\t😀\u2028", max_size=60)


@st.composite
def marked_texts(draw: st.DrawFn) -> tuple[str, list[Mark[int]]]:
    text = draw(texts)
    places = st.integers(-3, len(text) + 3)
    spans = draw(st.lists(st.tuples(places, places), max_size=8))
    return text, [Mark(start, end, key) for key, (start, end) in enumerate(spans)]


def bounds_of(text: str) -> list[tuple[int, int]]:
    """Each line is a paragraph, without the white space around it."""
    return [found.span() for found in re.finditer(r"\S(?:[^\n]*\S)?", text)]


def covers(mark: Mark[int], place: int) -> bool:
    return mark.start <= place < mark.end


@given(marked_texts())
def test_segments_one_after_the_other_give_back_the_text(
    given_: tuple[str, list[Mark[int]]],
) -> None:
    text, marks = given_
    assert "".join(piece.text for piece in segments(text, marks)) == text


@given(marked_texts())
def test_segments_carry_exactly_the_marks_that_cover_each_character(
    given_: tuple[str, list[Mark[int]]],
) -> None:
    text, marks = given_
    for piece in segments(text, marks):
        for place in range(piece.start, piece.end):
            assert set(piece.marks) == {mark.key for mark in marks if covers(mark, place)}


@given(marked_texts())
def test_segments_each_mark_starts_once_and_ends_once(
    given_: tuple[str, list[Mark[int]]],
) -> None:
    text, marks = given_
    pieces = segments(text, marks)
    seen = sorted({key for piece in pieces for key in piece.marks})
    assert sorted(key for piece in pieces for key in piece.starts) == seen
    assert sorted(key for piece in pieces for key in piece.ends) == seen


@given(marked_texts())
def test_paragraphs_hold_the_text_of_their_bounds(given_: tuple[str, list[Mark[int]]]) -> None:
    text, marks = given_
    bounds = bounds_of(text)
    groups = paragraphs(text, marks, bounds)
    written = ["".join(piece.text for piece in group) for group in groups]
    assert written == [text[start:end] for start, end in bounds]


@given(marked_texts())
def test_paragraphs_show_the_start_and_end_of_each_mark_that_has_something_to_show(
    given_: tuple[str, list[Mark[int]]],
) -> None:
    text, marks = given_
    shown = [mark.key for mark in marks if text[max(mark.start, 0) : max(mark.end, 0)].strip()]
    pieces = [piece for group in paragraphs(text, marks, bounds_of(text)) for piece in group]
    assert sorted(key for piece in pieces for key in piece.starts) == shown
    assert sorted(key for piece in pieces for key in piece.ends) == shown


def test_segments_of_overlapping_marks_are_cut_at_every_boundary() -> None:
    assert segments("abcdef", [Mark(1, 4, "x"), Mark(2, 6, "y")]) == [
        Segment(0, 1, "a", ()),
        Segment(1, 2, "b", ("x",), starts=("x",)),
        Segment(2, 4, "cd", ("x", "y"), starts=("y",), ends=("x",)),
        Segment(4, 6, "ef", ("y",), ends=("y",)),
    ]


def test_segments_of_an_empty_text_are_none() -> None:
    assert segments("", [Mark(0, 3, "x")]) == []


def test_paragraphs_carry_a_mark_over_their_boundary() -> None:
    first, second = paragraphs("one\n\ntwo", [Mark(1, 7, "x")], [(0, 3), (5, 8)])
    assert [(piece.text, piece.starts, piece.ends) for piece in first] == [
        ("o", (), ()),
        ("ne", ("x",), ()),
    ]
    assert [(piece.text, piece.starts, piece.ends) for piece in second] == [
        ("tw", (), ("x",)),
        ("o", (), ()),
    ]
