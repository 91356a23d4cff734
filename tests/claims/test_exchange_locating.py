"""Quotations are found at exactly one place, or nowhere at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.exchange.locating import NotThere, Repeated, locate

TEXT = "“It’s not ours,” she said.\nIt rained; it – perhaps – snowed. It rained again."


def test_quotation_at_one_place_is_found() -> None:
    assert locate(TEXT, "it – perhaps – snowed") == TEXT.index("it – perhaps")


def test_quotation_at_two_places_is_not_guessed() -> None:
    with pytest.raises(Repeated) as refused:
        locate(TEXT, "It rained")
    assert refused.value.times == 2


def test_overlapping_places_count() -> None:
    with pytest.raises(Repeated) as refused:
        locate("ananana", "ana")
    assert refused.value.times == 3


@pytest.mark.parametrize(
    ("quotation", "likely"),
    [
        ('"It\'s not ours," she said', "“It’s not ours,” she said"),
        ("it - PERHAPS -  snowed", "it – perhaps – snowed"),
        ("she said. It rained;", "she said.\nIt rained;"),
        ("It hailed", ""),
        ("(.*)+", ""),
        ("", ""),
    ],
)
def test_quotation_that_is_not_there_is_told_what_is(quotation: str, likely: str) -> None:
    with pytest.raises(NotThere) as refused:
        locate(TEXT, quotation)
    assert refused.value.likely == likely


def places(text: str, quotation: str) -> list[int]:
    return [start for start in range(len(text)) if text.startswith(quotation, start)]


@given(st.text("ab "), st.text("ab ", min_size=1, max_size=4))
def test_only_the_one_place_is_found(text: str, quotation: str) -> None:
    found = places(text, quotation)
    if len(found) == 1:
        assert locate(text, quotation) == found[0]
    else:
        with pytest.raises(Repeated if found else NotThere):
            locate(text, quotation)


@given(st.text(), st.text(min_size=1), st.text())
def test_quotation_is_found_whatever_its_characters(
    before: str, quotation: str, after: str
) -> None:
    text = before + quotation + after
    if len(places(text, quotation)) == 1:
        assert locate(text, quotation) == len(before)
