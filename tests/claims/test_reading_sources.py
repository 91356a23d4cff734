"""The page of a source: counts that link to lists, and never a score."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from articles.models import Source
from claims.actions.evidence import Passage, void_evidence
from claims.actions.verdicts import Grade
from claims.choices import ClaimKind
from tests.factories import (
    AffiliationFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    OutsideVerdictFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    day,
    passage_of,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


def get(client: Client, source: Source, query: str = "") -> Element:
    response = client.get(source.get_absolute_url() + query)
    assert response.status_code == 200
    return read(response.content)


def tally(page: Element, term: str) -> list[tuple[str, str]]:
    """What a row of counts says, and where each leads."""
    (row,) = [part for part in page.all("div") if part.texts("dt") == [term]]
    return [(item.text, "".join(link["href"] for link in item.all("a"))) for item in row.all("li")]


@pytest.fixture
def anna() -> Source:
    return SourceFactory(person=True, name="Anna")


def test_source_counts_its_claims_by_status_and_kind(
    reader: Client, anna: Source, chief: User
) -> None:
    for kind in (ClaimKind.EVENT, ClaimKind.EVENT, ClaimKind.CAUSE):
        EvidenceFactory(claim=ClaimFactory(kind=kind, published=True), source=anna)
    judged = ClaimFactory(published=True)
    EvidenceFactory(claim=judged, source=anna, stance="denies")
    VerdictFactory(claim=judged, published_by=chief)
    page = get(reader, anna)
    assert tally(page, "By status") == [
        ("Unproven 1", "/claims/?status=insufficient&source=anna"),
        ("Single origin 3", "/claims/?status=single_origin&source=anna"),
    ]
    assert tally(page, "By kind") == [
        ("Event 3", "/claims/?kind=event&source=anna"),
        ("Cause 1", "/claims/?kind=cause&source=anna"),
    ]
    assert tally(page, "Its stances") == [("Asserts 3", ""), ("Denies 1", "")]


def test_source_counts_lead_to_lists_of_that_length(reader: Client, anna: Source) -> None:
    for _ in range(2):
        EvidenceFactory(claim=ClaimFactory(published=True), source=anna)
    EvidenceFactory(claim=ClaimFactory(), source=anna)
    ((label, address),) = tally(get(reader, anna), "By status")
    rows = read(reader.get(address).content).all(".claim-row")
    assert (label, len(rows)) == ("Single origin 2", 2)


def test_source_tells_how_its_predictions_came_out(
    reader: Client, anna: Source, chief: User
) -> None:
    came_true, open_, denied = (ClaimFactory(prediction=True, published=True) for _ in range(3))
    for claim in (came_true, open_):
        EvidenceFactory(claim=claim, source=anna)
    EvidenceFactory(claim=denied, source=anna, stance="denies")
    VerdictFactory(
        claim=came_true,
        finding="supported",
        citations=[Grade(evidence=came_true.evidence.get())],
        published_by=chief,
    )
    assert tally(get(reader, anna), "Predictions") == [
        ("Came true 1", "/claims/?status=supported&kind=prediction&source=anna"),
        ("Overdue 1", "/claims/?status=overdue&kind=prediction&source=anna"),
    ]


def test_source_says_what_the_counts_do_not_mean(reader: Client, anna: Source) -> None:
    EvidenceFactory(claim=ClaimFactory(published=True), source=anna)
    said = [text for text in get(reader, anna).texts("p") if "not how reliable" in text]
    assert len(said) == 1


def test_source_tells_what_it_said_newest_first(reader: Client, anna: Source) -> None:
    snapshot = SnapshotFactory(article=ArticleFactory(title="Weather"))
    wet = ClaimFactory(text="It rained", published=True)
    dry = ClaimFactory(text="It was dry", published=True)
    EvidenceFactory(claim=wet, source=anna, stated=day("2023-03-07"))
    row = EvidenceFactory(
        claim=dry,
        source=anna,
        stance="denies",
        scope="narrower",
        stated=day("2023-03-08"),
        passages=[passage_of(snapshot, "it could be dry")],
    )
    first, second = get(reader, anna).all(".claim-row")
    assert first.one(".claim-row__claim").text == "Claim: It was dry"
    assert first.one(".claim-row__who").text == "it could be dry"
    assert first.one(".claim-row__counts").texts("span") == [
        "Denies something narrower",
        "8 March 2023",
    ]
    assert [link["href"] for link in first.all("a")] == [
        f"{dry.get_absolute_url()}#evidence-{row.pk}",
        f"/articles/weather/#p-{row.appearances.get().pk}",
    ]
    assert second.one(".claim-row__claim").text == "Claim: It rained"


def test_source_tells_of_a_merged_claim_as_the_one_it_became(reader: Client, anna: Source) -> None:
    gone, kept = ClaimFactory(published=True), ClaimFactory(text="Kept", published=True)
    EvidenceFactory(claim=gone, source=anna)
    MergeFactory(duplicate=gone, survivor=kept)
    assert get(reader, anna).texts(".claim-row__claim") == ["Claim: Kept"]


def test_source_leaves_out_drafts_and_voided_evidence(
    reader: Client, anna: Source, editor: User
) -> None:
    EvidenceFactory(claim=ClaimFactory(text="Draft"), source=anna)
    voided = EvidenceFactory(claim=ClaimFactory(text="Void", published=True), source=anna)
    EvidenceFactory(claim=ClaimFactory(text="Live", published=True), source=anna)
    void_evidence(by=editor, evidence=voided, reason="Wrong person.")
    assert get(reader, anna).texts(".claim-row__claim") == ["Claim: Live"]


def test_source_tells_its_roles_over_time(reader: Client, anna: Source) -> None:
    EvidenceFactory(claim=ClaimFactory(published=True), source=anna)
    office = SourceFactory(name="Weather Office")
    AffiliationFactory(
        source=anna,
        organisation=office,
        role="Clerk",
        during=DateRange(date(2020, 1, 1), date(2021, 1, 1)),
    )
    AffiliationFactory(
        source=anna,
        organisation=office,
        role="Head",
        during=DateRange(date(2022, 5, 1), None),
        one_voice=True,
    )
    assert get(reader, anna).one("aside").texts(".entry") == [
        "Head, Weather Office since 1 May 2022 speaks for it",
        "Clerk, Weather Office 2020",
    ]


def test_source_that_is_an_organisation_tells_who_spoke_for_it(reader: Client) -> None:
    office = SourceFactory(name="Weather Office")
    EvidenceFactory(claim=ClaimFactory(published=True), source=office)
    AffiliationFactory(
        source=SourceFactory(person=True, name="Anna"), organisation=office, role="Head"
    )
    assert get(reader, office).one("aside").texts(".entry") == ["Anna, Head since 1 January 2022"]


def test_source_that_publishes_lists_its_articles(reader: Client) -> None:
    paper = SourceFactory(name="A Paper")
    article = ArticleFactory(publisher=paper, title="Weather")
    ArticleFactory(publisher=paper, title="Unread")
    EvidenceFactory(claim=ClaimFactory(published=True), passages=[Passage(article=article)])
    page = get(reader, paper)
    assert page.one("aside").texts(".entry") == ["Weather 8 March 2023"]
    assert page.texts(".empty__title") == ["No statement of its own is logged"]


def test_source_without_a_name_is_called_by_its_description(reader: Client) -> None:
    officials = SourceFactory(unnamed=True, name="unnamed officials")
    EvidenceFactory(claim=ClaimFactory(published=True), source=officials)
    page = get(reader, officials)
    assert page.one("h1").texts("i") == ["unnamed officials"]


def test_source_that_only_drafts_know_is_404_for_readers(reader: Client, anna: Source) -> None:
    EvidenceFactory(source=anna)
    assert reader.get(anna.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("address", ["/sources/nobody/", "/sources/%00/"])
def test_source_that_is_not_there_is_404(reader: Client, address: str) -> None:
    assert reader.get(address).status_code == 404


@pytest.mark.parametrize("page", ["0", "2", "x"])
def test_source_page_that_is_not_there_is_404(reader: Client, anna: Source, page: str) -> None:
    EvidenceFactory(claim=ClaimFactory(published=True), source=anna)
    assert reader.get(f"{anna.get_absolute_url()}?page={page}").status_code == 404


@pytest.mark.parametrize("size", [1, 3])
def test_source_takes_the_same_queries_for_any_number_of_claims(
    reader: Client, anna: Source, size: int, django_assert_num_queries: object
) -> None:
    for number in range(size):
        claim = ClaimFactory(prediction=True, published=True)
        passages = [Passage(article=ArticleFactory(publisher=anna), exact="words")]
        EvidenceFactory(claim=claim, source=anna, passages=passages)
        AffiliationFactory(source=anna, during=DateRange(date(2020 + number, 1, 1), None))
        OutsideVerdictFactory(claim=claim, organisation=anna)
    with django_assert_num_queries(15):
        page = get(reader, anna)
    assert len(page.all(".claim-row")) == size
