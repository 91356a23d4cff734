"""What may be a copy of what, and what must not be taken for one."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.copies import ALIKE, MOST, Likeness, Report, likenesses

WORDS = "The town fell on Monday after a siege of seven months, two officials said"


def report(id_: int, words: str = WORDS, **given: object) -> Report:
    told = {"source": id_, "stance": "asserts", "stated": date(2023, 3, id_), "around": ""}
    return Report(id=id_, words=words, **{"names": frozenset({f"Paper {id_}"}), **told, **given})


def test_nearly_the_same_words_of_another_source() -> None:
    changed = WORDS.replace("The town", "Bakhmut").replace("two officials", "officials")
    (found,) = likenesses([report(2, changed), report(1)])
    assert (found.copy, found.origin, found.credit) == (2, 1, "")
    assert ALIKE <= found.share < 1


@pytest.mark.parametrize(
    ("other", "given"),
    [
        (WORDS, {"source": 1}),
        (WORDS, {"stance": "denies"}),
        ("The town stands, and its people are leaving for the west of the country", {}),
        ("It fell", {}),
    ],
)
def test_no_copy(other: str, given: dict[str, object]) -> None:
    assert likenesses([report(1), report(2, other, **given)]) == []


@pytest.mark.parametrize(
    "words",
    [
        "It rained (Reuters)",
        "It rained, Reuters reported",
        "It rained, according to Reuters",
        "It rained, a witness told Reuters",
        "It rained, citing the news agency Reuters",
    ],
)
def test_agency_that_is_credited(words: str) -> None:
    agency = report(2, "Rain fell", names=frozenset({"Reuters"}))
    assert likenesses([agency, report(1, words)]) == [Likeness(1, 2, 0.0, "Reuters")]


def test_agency_that_only_stands_there() -> None:
    agency = report(2, "Rain fell", names=frozenset({"Reuters"}))
    assert likenesses([agency, report(1, "It rained on the Reuters building")]) == []
    assert likenesses([agency, report(1, "It rained", around="Paris — Reuters")]) != []


def test_what_a_person_has_settled_is_not_suggested() -> None:
    assert likenesses([report(1), report(2)], {frozenset({1, 2})}) == []


def test_surest_first_each_copy_once_and_not_too_many() -> None:
    many = [report(day) for day in range(1, 20)]
    found = likenesses(many)
    assert len(found) == MOST
    assert len({likeness.copy for likeness in found}) == MOST


@given(st.lists(st.text("ab ", max_size=60), max_size=8))
def test_copies_are_later_and_shares_are_shares(texts: list[str]) -> None:
    for likeness in likenesses(report(n, text) for n, text in enumerate(texts, start=1)):
        assert likeness.origin < likeness.copy
        assert 0 <= likeness.share <= 1
