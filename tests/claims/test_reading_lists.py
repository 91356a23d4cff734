"""The front page and the list of claims: rows, filters with counts, search, pages."""

from datetime import date

import pytest
from django.contrib.auth.models import User
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client

from claims.actions.evidence import Passage, void_evidence
from claims.choices import ClaimKind
from claims.models import Claim
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    QuestionFactory,
    SourceFactory,
    VerdictFactory,
    day,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200
    return read(response.content)


def claims_on(page: Element) -> list[str]:
    return [text.removeprefix("Claim: ") for text in page.texts(".claim-row__claim")]


def facet(page: Element, title: str) -> list[tuple[str, str]]:
    """The options of a facet with the query each leads to."""
    (section,) = [
        part for part in page.one("nav.facets").all("section") if part.texts("h2") == [title]
    ]
    return [(link.text, link["href"].partition("?")[2]) for link in section.all("a")]


@pytest.fixture
def rain(chief: User) -> None:
    """Three claims by two sources, one of them judged, one answering a question."""
    question = QuestionFactory(text="Did it rain?")
    anna, bert = (SourceFactory(person=True, name=name) for name in ("Anna", "Bert"))
    wet = ClaimFactory(text="It rained in Rome", question=question, published=True)
    dry = ClaimFactory(text="It was dry in Oslo", published=True)
    storm = ClaimFactory(text="A storm did it", kind=ClaimKind.CAUSE, published=True)
    EvidenceFactory(claim=wet, source=anna)
    EvidenceFactory(claim=wet, source=bert, stance="denies")
    EvidenceFactory(claim=dry, source=anna)
    VerdictFactory(claim=storm, published_by=chief)


def test_list_shows_the_newest_first(reader: Client, rain: None) -> None:
    page = get(reader, "/claims/")
    assert claims_on(page) == ["A storm did it", "It was dry in Oslo", "It rained in Rome"]
    assert page.texts(".badge") == ["Unproven", "Single origin", "Contested"]


def test_list_tells_who_via_whom_and_how_many(reader: Client) -> None:
    claim = ClaimFactory(published=True)
    report = ArticleFactory(publisher=SourceFactory(name="The New York Times"))
    officials = SourceFactory(unnamed=True, name="unnamed officials")
    EvidenceFactory(claim=claim, source=officials, passages=[Passage(article=report)])
    for _ in range(2):
        EvidenceFactory(claim=claim, stated=day("2023-03-09"))
    EvidenceFactory(claim=claim, stance="denies")
    row = get(reader, "/claims/").one(".claim-row")
    assert row.one(".claim-row__who").text == (
        "unnamed officials, via The New York Times, and 2 more"
    )
    assert row.one(".claim-row__counts").all("span")[0].text == "3 for, 1 against"


def test_list_leaves_out_via_where_the_source_published_it_itself(reader: Client) -> None:
    institute = SourceFactory(name="An Institute")
    own = ArticleFactory(publisher=institute)
    EvidenceFactory(
        claim=ClaimFactory(published=True), source=institute, passages=[Passage(article=own)]
    )
    assert get(reader, "/claims/").one(".claim-row__who").text == "An Institute"


@pytest.mark.parametrize(
    ("stance", "told"),
    [
        ("denies", "Disputed by Anna"),
        ("weakens", "Disputed by Anna"),
        ("supports", "Anna"),
        ("context", "Context from Anna"),
    ],
)
def test_list_says_which_side_the_first_source_takes(
    reader: Client, stance: str, told: str
) -> None:
    EvidenceFactory(
        claim=ClaimFactory(published=True),
        source=SourceFactory(name="Anna"),
        stance=stance,
        note="An inference.",
    )
    assert get(reader, "/claims/").one(".claim-row__who").text == told


def test_list_says_where_no_source_is_logged(reader: Client) -> None:
    ClaimFactory(published=True)
    assert get(reader, "/claims/").one(".claim-row__who").text == "No source logged"


def test_list_says_when_a_prediction_is_due(reader: Client) -> None:
    ClaimFactory(
        prediction=True, window=DateRange(date(2023, 3, 8), date(2100, 1, 1)), published=True
    )
    ClaimFactory(prediction=True, published=True)
    counts = [row.all("span")[1].text for row in get(reader, "/claims/").all(".claim-row__counts")]
    assert counts == ["since 1 May 2023", "due 31 Dec 2099"]


def test_list_leaves_out_drafts_and_merged_claims(reader: Client) -> None:
    ClaimFactory(text="Draft")
    kept = ClaimFactory(text="Kept", published=True)
    MergeFactory(duplicate=ClaimFactory(published=True), survivor=kept)
    assert claims_on(get(reader, "/claims/")) == ["Kept"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=contested", ["It rained in Rome"]),
        ("status=insufficient", ["A storm did it"]),
        ("kind=cause", ["A storm did it"]),
        ("source=anna", ["It was dry in Oslo", "It rained in Rome"]),
        ("source=anna&status=contested", ["It rained in Rome"]),
        ("question=did-it-rain", ["It rained in Rome"]),
        ("q=rome", ["It rained in Rome"]),
        ("q=bert", ["It rained in Rome"]),
        ("kind=cause&status=contested", []),
        ("utm_source=elsewhere", ["A storm did it", "It was dry in Oslo", "It rained in Rome"]),
    ],
)
def test_list_is_narrowed_by_its_address(
    reader: Client, rain: None, query: str, expected: list[str]
) -> None:
    assert claims_on(get(reader, f"/claims/?{query}")) == expected


def test_list_counts_each_facet_over_what_the_others_leave(reader: Client, rain: None) -> None:
    page = get(reader, "/claims/?source=anna")
    assert facet(page, "Status") == [
        ("Single origin 1", "status=single_origin&source=anna"),
        ("Contested 1", "status=contested&source=anna"),
    ]
    assert facet(page, "Kind") == [("Event 2", "kind=event&source=anna")]
    assert facet(page, "Question") == [("Did it rain? 1", "source=anna&question=did-it-rain")]
    assert facet(page, "Source") == [("Anna 2", ""), ("Bert 1", "source=bert")]


def test_list_facet_that_is_on_leads_to_the_list_without_it(reader: Client, rain: None) -> None:
    page = get(reader, "/claims/?status=contested&q=rained")
    on = [link for link in page.one("nav.facets").all("a") if "aria-current" in link.attrs]
    assert [(link.text, link["href"]) for link in on] == [("Contested 1", "/claims/?q=rained")]


def test_list_facets_leave_out_voided_evidence(reader: Client, rain: None, editor: User) -> None:
    row = Claim.objects.get(text="It was dry in Oslo").evidence.get()
    void_evidence(by=editor, evidence=row, reason="Wrong city.")
    page = get(reader, "/claims/")
    assert facet(page, "Source") == [("Anna 1", "source=anna"), ("Bert 1", "source=bert")]


def test_list_words_its_statuses_for_the_chosen_kind(reader: Client, chief: User) -> None:
    prediction = ClaimFactory(prediction=True, published=True)
    VerdictFactory(claim=prediction, published_by=chief)
    VerdictFactory(claim=ClaimFactory(published=True), published_by=chief)
    page = get(reader, "/claims/?kind=prediction")
    assert facet(page, "Status") == [("Unproven 1", "status=insufficient&kind=prediction")]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=zzz", "No status is called “zzz”."),
        ("kind=zzz", "No kind of claim is called “zzz”."),
        ("source=zzz", "No source here is called “zzz”."),
        ("question=zzz", "No question here is called “zzz”."),
        ("status=z%00z", "No status is called “z z”."),
    ],
)
def test_list_says_what_it_does_not_know_and_how_to_clear_it(
    reader: Client, rain: None, query: str, said: str
) -> None:
    empty = get(reader, f"/claims/?{query}").one("div.empty")
    lifts = "There are claims without some of that:"
    assert empty.texts("p") == ["No claim fits", said, lifts, "Show all claims"]
    assert empty.texts("li") == [f"Without {query.partition('=')[2].replace('%00', ' ')} 3"]
    assert [link["href"] for link in empty.all("a")] == ["/claims/", "/claims/"]


def test_list_hides_the_slug_of_a_source_that_only_drafts_know(reader: Client) -> None:
    EvidenceFactory(source=SourceFactory(name="Secret"))
    empty = get(reader, "/claims/?source=secret").one("div.empty")
    assert empty.texts("p")[1] == "No source here is called “secret”."


def test_list_says_that_nothing_fits(reader: Client, rain: None) -> None:
    empty = get(reader, "/claims/?q=zebra").one("div.empty")
    assert empty.texts("p") == [
        "No claim fits",
        "Nothing here has any of these words, however they are spelled.",
        "Show all claims",
    ]


@pytest.mark.parametrize(
    "q",
    ["%00", "rome%00", "x" * 10_000, "%22%27%5C%3A%26%7C%21%28%29%3C-%3E*", "%F0%9F%98%80", "%FF"],
)
def test_list_survives_any_search(reader: Client, rain: None, q: str) -> None:
    assert reader.get(f"/claims/?q={q}").status_code == 200


def test_list_keeps_the_search_in_the_box(reader: Client, rain: None) -> None:
    page = get(reader, "/claims/?q=rome%20%22now%22")
    assert page.one("#site-search")["value"] == 'rome "now"'


@pytest.mark.parametrize("page", ["0", "2", "-1", "x", "1e9", "%00", "9" * 40])
def test_list_page_that_is_not_there_is_404(reader: Client, rain: None, page: str) -> None:
    assert reader.get(f"/claims/?page={page}").status_code == 404


def test_list_pages_keep_the_filters(reader: Client) -> None:
    for _ in range(31):
        ClaimFactory(published=True)
    page = get(reader, "/claims/?status=unsourced&page=2")
    assert len(claims_on(page)) == 1
    assert [link["href"] for link in page.one("nav.pager").all("a")] == ["?status=unsourced&page=1"]


@pytest.mark.parametrize("size", [1, 3])
def test_list_takes_the_same_queries_for_any_number_of_claims(
    reader: Client, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        claim = ClaimFactory(question=QuestionFactory(), published=True)
        EvidenceFactory(claim=claim, passages=[Passage(article=ArticleFactory())])
    with django_assert_num_queries(7):
        assert len(claims_on(get(reader, "/claims/"))) == size


@pytest.mark.parametrize("size", [1, 3])
def test_home_takes_the_same_queries_for_any_number_of_claims(
    reader: Client, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        claim = ClaimFactory(question=QuestionFactory(), published=True)
        EvidenceFactory(claim=claim, passages=[Passage(article=ArticleFactory())])
    with django_assert_num_queries(9):
        page = get(reader, "/")
    assert len(page.all(".claim-row")) == size


def test_home_shows_the_five_newest_key_changes(reader: Client) -> None:
    for number in range(6):
        ClaimFactory(text=f"Claim {number}", published=True)
    changes = get(reader, "/").one(".timeline").texts(".claim-row__claim")
    assert changes == [f"Claim: Claim {number}" for number in (5, 4, 3, 2, 1)]


def test_home_of_an_empty_site_says_so(reader: Client) -> None:
    page = get(reader, "/")
    assert page.texts(".empty__title") == ["Nothing is on the record yet"]


def test_home_leads_to_every_claim_and_facet(reader: Client, rain: None) -> None:
    page = get(reader, "/")
    assert "All 3 claims" in page.texts("a")
    assert facet(page, "Kind") == [("Event 2", "kind=event"), ("Cause 1", "kind=cause")]


@pytest.mark.parametrize(
    "address", ["/", "/claims/", "/changes/", "/corrections/", "/data/", "/about/method/"]
)
def test_page_is_public_read_only_and_sets_no_cookie(reader: Client, address: str) -> None:
    response = reader.get(address)
    assert (response.status_code, response.cookies) == (200, {})
    scripts = [script["src"] for script in read(response.content).all("script")]
    assert scripts == (["/static/js/vendor/htmx-4.0.1.min.js"] if address == "/claims/" else [])
    assert reader.head(address).status_code == 200
    assert reader.post(address).status_code == 405
