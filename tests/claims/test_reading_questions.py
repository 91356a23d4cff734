"""The page of a question: its claims against the sources."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from claims.actions.evidence import void_evidence
from claims.choices import ClaimLinkKind
from claims.models import Question
from tests.factories import (
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    SourceFactory,
    day,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def question() -> Question:
    return QuestionFactory(text="Who did it?")


def get(client: Client, question: Question) -> Element:
    response = client.get(question.get_absolute_url())
    assert response.status_code == 200
    return read(response.content)


def cells(page: Element) -> list[list[str]]:
    table = page.one(".matrix").one("table")
    return [row.texts("td") for row in table.one("tbody").all("tr")]


def test_question_sets_claims_against_sources_with_empty_cells(
    reader: Client, question: Question
) -> None:
    group, state = (
        ClaimFactory(text=text, question=question, published=True)
        for text in ("A group did it", "A state did it")
    )
    kremlin, minister = SourceFactory(name="The Kremlin"), SourceFactory(name="A Minister")
    denial = EvidenceFactory(
        claim=group, source=minister, stance="denies", scope="narrower", stated=day("2023-03-08")
    )
    EvidenceFactory(claim=state, source=minister, stance="denies", stated=day("2023-03-08"))
    EvidenceFactory(claim=state, source=kremlin)
    page = get(reader, question)
    assert page.one("thead").texts("th") == ["Claim", "A Minister", "The Kremlin"]
    assert page.one("tbody").texts("th") == [
        "1 Unsourced not yet reviewed A group did it",
        "2 Contested not yet reviewed A state did it",
    ]
    assert cells(page) == [
        ["Denies something narrower 8 March 2023", "–Nothing logged"],
        ["Denies 8 March 2023", "Asserts 7 March 2023"],
    ]
    links = [link["href"] for link in page.one("tbody").all("td")[0].all("a")]
    assert links == [f"{group.get_absolute_url()}#evidence-{denial.pk}"]


def test_question_says_what_its_note_says(reader: Client) -> None:
    question = QuestionFactory(text="Who did it?", note="<b>Both</b> may be so.")
    ClaimFactory(question=question, published=True)
    assert get(reader, question).one(".lede").text == "<b>Both</b> may be so."


def test_question_shows_a_source_that_changed_its_mind(reader: Client, question: Question) -> None:
    claim = ClaimFactory(question=question, published=True)
    source = SourceFactory()
    EvidenceFactory(claim=claim, source=source, stated=day("2023-03-07"))
    EvidenceFactory(claim=claim, source=source, stance="denies", stated=day("2023-03-09"))
    assert cells(get(reader, question)) == [["Asserts 7 March 2023 Denies 9 March 2023"]]


def test_question_leaves_out_drafts_context_and_voided_evidence(
    reader: Client, question: Question, editor: User
) -> None:
    claim = ClaimFactory(text="Public", question=question, published=True)
    EvidenceFactory(claim=ClaimFactory(question=question))
    EvidenceFactory(claim=claim, stance="context")
    voided = EvidenceFactory(claim=claim)
    void_evidence(by=editor, evidence=voided, reason="Wrong.")
    page = get(reader, question)
    assert page.one("thead").texts("th") == ["Claim"]
    assert cells(page) == [[]]


def test_question_counts_merged_evidence_with_what_it_became(
    reader: Client, question: Question
) -> None:
    kept = ClaimFactory(text="Kept", question=question, published=True)
    gone = ClaimFactory(text="Gone", question=question, published=True)
    private = ClaimFactory(text="Private")
    EvidenceFactory(claim=gone, source=SourceFactory(name="Anna"))
    EvidenceFactory(claim=private, source=SourceFactory(name="Whisperer"))
    MergeFactory(duplicate=gone, survivor=kept)
    MergeFactory(duplicate=private, survivor=kept)
    page = get(reader, question)
    assert cells(page) == [["Asserts 7 March 2023"]]


def test_question_names_what_excludes_and_what_hangs_on_what(
    reader: Client, question: Question
) -> None:
    one, two, three = (
        ClaimFactory(text=text, question=question, published=True) for text in ("1", "2", "3")
    )
    ClaimLinkFactory(claim=one, other=two, note="Unless both.")
    ClaimLinkFactory(claim=three, other=one, kind=ClaimLinkKind.CONDITIONAL_ON)
    ClaimLinkFactory(claim=three, other=two, kind=ClaimLinkKind.SUPPORTS)
    assert get(reader, question).one("ul.entries").texts("li") == [
        "These exclude each other: 1 and 2 Unless both.",
        "3 holds only if 1",
    ]


def test_answers_that_exclude_or_hang_on_each_other_are_marked_in_the_matrix(
    reader: Client, question: Question
) -> None:
    one, two, three = (
        ClaimFactory(text=text, question=question, published=True) for text in ("A", "B", "C")
    )
    ClaimLinkFactory(claim=one, other=two)
    ClaimLinkFactory(claim=three, other=one)
    ClaimLinkFactory(claim=three, other=two, kind=ClaimLinkKind.CONDITIONAL_ON)
    heads = get(reader, question).one("tbody").all("th")
    assert [head.texts(".matrix__tie") for head in heads] == [
        ["Excludes 2 3"],
        ["Excludes 1"],
        ["Excludes 1", "Only if 2"],
    ]
    assert [link["href"] for link in heads[2].all(".matrix__tie")[1].all("a")] == ["#answer-2"]
    assert [head["id"] for head in heads] == ["answer-1", "answer-2", "answer-3"]


def test_matrix_names_itself_and_its_heads_to_screen_readers(
    reader: Client, question: Question
) -> None:
    EvidenceFactory(claim=ClaimFactory(question=question, published=True))
    page = get(reader, question)
    region = page.one(".matrix")
    assert (region["role"], region["tabindex"], region["aria-label"]) == (
        "region",
        "0",
        "Answers against sources",
    )
    assert region.one("caption").text == "Answers against sources"
    assert [head["scope"] for head in region.all("th")] == ["col", "col", "row"]


def test_question_without_a_published_claim_is_404_for_readers(
    reader: Client, question: Question
) -> None:
    ClaimFactory(question=question)
    assert reader.get(question.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", ["/questions/nothing/", "/questions/%00/"])
def test_question_that_is_not_there_is_404(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("size", [1, 3])
def test_question_takes_the_same_queries_for_any_number_of_claims(
    reader: Client, question: Question, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        claim = ClaimFactory(question=question, published=True)
        EvidenceFactory(claim=claim)
        ClaimLinkFactory(claim=claim, other=ClaimFactory(question=question))
    with django_assert_num_queries(5):
        page = get(reader, question)
    assert len(cells(page)) == size
