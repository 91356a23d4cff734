"""The page of a source: counts that link to lists, and never a score."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from articles.models import Source
from claims.actions.evidence import Passage, void_evidence
from claims.actions.verdicts import Grade
from claims.choices import ClaimKind
from claims.models import Claim
from tests.factories import (
    AffiliationFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
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
    assert tally(page, "Its stances") == [
        ("Asserts 3", "/claims/?source=anna&stance=asserts"),
        ("Denies 1", "/claims/?source=anna&stance=denies"),
    ]


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
    page = get(reader, anna)
    assert tally(page, "How they came out") == [
        ("Came true 1", "/claims/?status=supported&kind=prediction&source=anna&stance=asserts"),
        ("Overdue 1", "/claims/?status=overdue&kind=prediction&source=anna&stance=asserts"),
    ]
    assert tally(page, "Can they be scored?") == [
        (
            "No probability was given 2",
            "/claims/?kind=prediction&source=anna&stance=asserts&scoring=unnumbered",
        )
    ]
    assert page.one("#predictions").text == "What it predicted"
    assert [text for text in page.texts("dt") if text == "Brier score"] == []
    assert page.one(".helptext").text.startswith("There is no score:")


def predicted(
    source: Source,
    chief: User,
    finding: str,
    low: str | None = None,
    high: str | None = None,
    **given: object,
) -> Claim:
    """A prediction that the source gave that probability, and how it came out."""
    claim = ClaimFactory(prediction=True, published=True)
    odds = {} if low is None else {"p_low": Decimal(low), "p_high": Decimal(high or low)}
    row = EvidenceFactory(claim=claim, source=source, **odds, **given)
    if finding:
        cited = [Grade(evidence=row)]
        VerdictFactory(claim=claim, finding=finding, citations=cited, published_by=chief)
    return claim


def brier(page: Element) -> list[str]:
    return [row.one("dd").text for row in page.all("div") if row.texts("dt") == ["Brier score"]]


def test_source_that_gave_probabilities_is_scored_by_brier(
    reader: Client, anna: Source, chief: User
) -> None:
    predicted(anna, chief, "supported", "0.7")
    predicted(anna, chief, "refuted", "0.2")
    page = get(reader, anna)
    assert brier(page) == ["0.07 over 2 predictions"]  # (0.3² + 0.2²) / 2
    assert "both of its ends" not in page.text


def test_source_that_gave_a_range_is_scored_as_a_range(
    reader: Client, anna: Source, chief: User
) -> None:
    predicted(anna, chief, "supported", "0.6", "0.8")
    predicted(anna, chief, "refuted", "0.1", "0.3")
    page = get(reader, anna)
    assert brier(page) == ["0.03–0.12 over 2 predictions"]  # 0.025 to 0.125
    assert "both of its ends were scored" in page.one(".helptext").text


def test_source_is_scored_by_the_first_probability_that_it_gave(
    reader: Client, anna: Source, chief: User
) -> None:
    claim = predicted(anna, chief, "supported", "0.5")
    EvidenceFactory(
        claim=claim,
        source=anna,
        stated=day("2023-04-20"),
        p_low=Decimal("0.9"),
        p_high=Decimal("0.9"),
    )
    assert brier(get(reader, anna)) == ["0.25 over 1 prediction"]


def test_source_is_told_which_predictions_are_not_scored_and_why(
    reader: Client, anna: Source, chief: User
) -> None:
    predicted(anna, chief, "supported", "0.5")
    predicted(anna, chief, "supported")
    predicted(anna, chief, "", "0.5")
    predicted(anna, chief, "insufficient", "0.5")
    predicted(anna, chief, "supported", "0.5", scope="broader")
    predicted(anna, chief, "supported", "0.5", stated=day("2023-05-01"))
    predicted(anna, chief, "supported", stance="denies")
    page = get(reader, anna)
    assert [text for text, _link in tally(page, "Can they be scored?")] == [
        "Scored 1",
        "No probability was given 1",
        "It hasn’t clearly come true or failed 2",
        "The probability was of something broader or narrower, or given too late 2",
    ]
    assert brier(page) == ["0.25 over 1 prediction"]


def test_every_count_of_a_source_leads_to_a_list_of_just_that_length(
    reader: Client, anna: Source, editor: User, chief: User
) -> None:
    predicted(anna, chief, "supported", "0.5")
    predicted(anna, chief, "refuted")
    predicted(anna, chief, "", "0.5")
    predicted(anna, chief, "supported", "0.5", scope="narrower")
    predicted(anna, chief, "refuted", stance="denies")
    for stance in ("asserts", "context"):
        EvidenceFactory(claim=ClaimFactory(published=True), source=anna, stance=stance)
    corrected = ClaimFactory(published=True)
    first = EvidenceFactory(claim=corrected, source=anna)
    VerdictFactory(claim=corrected, published_by=chief)
    VerdictFactory(
        claim=corrected, kind="correction", correction_note="We erred.", published_by=chief
    )
    later = EvidenceFactory(claim=corrected, source=anna, stance="denies", stated=day("2023-03-09"))
    EvidenceLinkFactory(evidence=later, other=first, kind="withdraws")
    page = get(reader, anna)
    found = []
    for row in page.all("ul.tally"):
        for item in row.all("li"):
            (link,) = item.all("a")
            behind = read(reader.get(link["href"]).content)
            listed = [
                *behind.all(".claim-row"),
                *(entry for timeline in behind.all("ol.timeline") for entry in timeline.all("li")),
            ]
            found.append((item.text.rpartition(" ")[0], int(item.one(".count").text), len(listed)))
    assert [each for each in found if each[1] != each[2]] == []
    assert [label for label, _said, _listed in found] == [
        *("Supported", "Refuted", "Unproven", "Overdue", "Unsourced", "Single origin"),
        *("Event", "Prediction"),
        *("Asserts", "Denies", "Gives context"),
        *("Our verdicts on its claims that we corrected", "What it took back itself"),
        *("Came true", "Did not happen", "Overdue"),
        *("Scored", "No probability was given", "It hasn’t clearly come true or failed"),
        "The probability was of something broader or narrower, or given too late",
    ]


def test_source_tells_its_role_at_the_time_of_each_statement(reader: Client, anna: Source) -> None:
    office = SourceFactory(name="Weather Office")
    for role, start, end in (("Clerk", 2020, 2022), ("Head", 2023, 2024)):
        AffiliationFactory(
            source=anna,
            organisation=office,
            role=role,
            during=DateRange(date(start, 1, 1), date(end, 1, 1)),
        )
    for stated in ("2021-05-01", "2022-05-01", "2023-05-01"):
        claim = ClaimFactory(published=True)
        EvidenceFactory(claim=claim, source=anna, stated=day(stated))
    rows = get(reader, anna).all(".claim-row")
    assert [row.texts(".claim-row__who") for row in rows] == [
        ["Head, Weather Office"],
        [],
        ["Clerk, Weather Office"],
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
    with django_assert_num_queries(18):
        page = get(reader, anna)
    assert len(page.all(".claim-row")) == size
