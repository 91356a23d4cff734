"""What a passage hints at, and what it must not be taken to hint at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.cues import LONGEST, cues_of, plain, quoted_in, says


@pytest.mark.parametrize(
    ("passage", "said"),
    [
        ("“It will rain,” said Jane Doe on Monday.", "It will rain"),
        ("“It will rain”, Jane Doe told reporters.", "It will rain"),
        ("“It rains”, said the head of the council, Jane Doe, at a meeting.", "It rains"),
        ("According to Le Monde, it rained.", "It rained"),
        ("It rained in the east, officials said.", "It rained in the east"),
        ("It rained, according to two officials.", "It rained"),
        ("Jane Doe said on Monday that it rained.", "It rained"),
        ("Jane Doe denied that it rained.", "It rained"),
        ("“It rains,” he said, “and it is cold.”", "It rains and it is cold."),
        ("But the town has “likely” fallen.", "The town has likely fallen"),
        ("« Il pleuvra », a déclaré Jane Doe.", "Il pleuvra"),
        ("It rained.", "It rained"),
    ],
)
def test_plain_sentence_has_neither_marks_nor_attribution(passage: str, said: str) -> None:
    assert plain(passage).rstrip(".") == said.rstrip(".")


@pytest.mark.parametrize(
    "passage",
    [
        "“We cannot exclude that it will rain,” said Jane Doe.",
        "“It’s not our action,” Reznikov said.",
        "The Kremlin also rejected this report.",
        "“I saw it.”",
        " \n ",
        "”",
        f"It rained {'and rained ' * LONGEST}.",
    ],
)
def test_what_is_no_claim_by_itself_begins_none(passage: str) -> None:
    assert plain(passage) == ""


@pytest.mark.parametrize(
    ("passage", "name"),
    [
        ("“It rains,” Jane Doe said.", "Jane Doe"),
        ("“It rains,” said Jane Doe.", "Jane Doe"),
        ("“It rains,” said the mayor of the city, Jane Doe, on Monday.", "Jane Doe"),
        ("It rains, according to President Jane Doe.", "Jane Doe"),
        ("Jane Doe, the mayor, said that it rains.", "Jane Doe"),
        ("Jane Doe told John Roe that it rains.", "Jane Doe"),
        ("Mayor Doe warned of rain.", "Doe"),
        ("The city’s mayor, Jane Doe, said on Monday that it rains.", "Jane Doe"),
    ],
)
def test_speaker_stands_next_to_a_word_of_saying(passage: str, name: str) -> None:
    assert says(passage, name)


@pytest.mark.parametrize(
    ("passage", "name"),
    [
        ("The town was claimed by the group Wagner on Wednesday.", "Wagner"),
        ("He estimated that Kremlin troops had left.", "Kremlin"),
        ("“It is so”, underlined the Secretary General of NATO.", "NATO"),
        ("Jane Doe told John Roe that it rains.", "John Roe"),
        ("John Roe was in town. It rained.", "John Roe"),
        ("Roebuck said so.", "Roe"),
    ],
)
def test_name_that_only_stands_there_is_no_speaker(passage: str, name: str) -> None:
    assert not says(passage, name)


@pytest.mark.parametrize(
    ("passage", "prediction", "denial", "hedge"),
    [
        ("The town could fall.", True, False, "could"),
        ("The town will fall.", True, False, ""),
        ("We cannot exclude that it will fall.", True, False, "cannot exclude"),
        ("They have likely taken it.", False, False, "likely"),
        ("He denied the report.", False, True, ""),
        ("“It’s not our action,” he said.", False, True, ""),
        ("While its value is disputed, it stands.", False, False, ""),
        ("La ville pourrait tomber.", True, False, "pourrait"),
        ("It rained.", False, False, ""),
    ],
)
def test_cue_words(passage: str, prediction: bool, denial: bool, hedge: str) -> None:
    cues = cues_of(passage)
    assert (cues.prediction, cues.denial, cues.hedge) == (prediction, denial, hedge)


def test_quotation_in_pieces() -> None:
    assert quoted_in("“It rains,” he said, “and it is cold.”") == ("It rains", "and it is cold.")
    assert quoted_in("No marks, and “one that is left open") == ()


@given(st.text(alphabet="aIwe “”«»\",.'’ said to by\n", max_size=200))
def test_any_text_is_read(text: str) -> None:
    cues = cues_of(text)
    assert cues.hedge in text
    assert all(piece in text for piece in cues.quoted)
    assert len(cues.plain) <= LONGEST
