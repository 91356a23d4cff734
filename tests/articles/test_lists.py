"""The public lists of articles and of sources."""

import pytest
from django.test import Client

from claims.actions.evidence import Passage
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200
    return read(response.content)


def titles(client: Client, address: str) -> list[str]:
    return get(client, address).texts(".entry__title")


@pytest.fixture
def weather() -> None:
    """Two articles with a published claim, one with a draft; the first has its text here."""
    paper = SourceFactory(name="A Paper")
    text = SnapshotFactory(article=ArticleFactory(title="Rain", publisher=paper))
    report = ArticleFactory(title="Été sec", kind="report", published=day("2023-03-09"))
    secret = ArticleFactory(title="Secret", publisher=SourceFactory(name="Secret Paper"))
    public = ClaimFactory(published=True)
    EvidenceFactory(
        claim=public,
        source=SourceFactory(person=True, name="Anna", aliases=["Anya"]),
        passages=[passage_of(text, "It rained"), Passage(article=report)],
    )
    EvidenceFactory(source=SourceFactory(name="Whisperer"), passages=[Passage(article=secret)])


def test_articles_are_listed_newest_first_with_what_is_public(
    reader: Client, weather: None
) -> None:
    page = get(reader, "/articles/")
    assert page.texts(".entry__title") == ["Été sec", "Rain"]
    assert [entry.one(".meta").texts("span")[1:] for entry in page.all(".entry")] == [
        ["9 March 2023", "Report", "1 claim", "known by reference only"],
        ["8 March 2023", "News article", "1 claim"],
    ]


@pytest.mark.parametrize(
    ("q", "expected"),
    [("rain", ["Rain"]), ("ete", ["Été sec"]), ("a paper", ["Rain"]), ("zebra", [])],
)
def test_articles_are_searched(reader: Client, weather: None, q: str, expected: list[str]) -> None:
    assert titles(reader, f"/articles/?q={q}") == expected


def test_sources_are_listed_by_name_with_what_is_public(reader: Client, weather: None) -> None:
    page = get(reader, "/sources/")
    assert page.texts(".entry__title")[:2] == ["A Paper", "Anna"]
    assert page.all(".entry")[1].one(".meta").texts("span") == ["Person", "speaks on 1 claim"]
    assert [title for title in page.texts(".entry__title") if "Secret" in title] == []
    assert [title for title in page.texts(".entry__title") if "Whisperer" in title] == []


@pytest.mark.parametrize(("q", "expected"), [("anya", ["Anna"]), ("zebra", [])])
def test_sources_are_searched(reader: Client, weather: None, q: str, expected: list[str]) -> None:
    assert titles(reader, f"/sources/?q={q}") == expected


@pytest.mark.parametrize("address", ["/articles/", "/sources/"])
@pytest.mark.parametrize("query", ["q=%00", f"q={'x' * 10_000}", "q=%25_%5C", "q=%FF"])
def test_list_survives_any_search(reader: Client, weather: None, address: str, query: str) -> None:
    assert reader.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("address", ["/articles/", "/sources/"])
@pytest.mark.parametrize("page", ["0", "2", "x", "%00"])
def test_list_page_that_is_not_there_is_404(reader: Client, address: str, page: str) -> None:
    assert reader.get(f"{address}?page={page}").status_code == 404


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/articles/", "No articles yet"),
        ("/articles/?q=x", "No article fits"),
        ("/sources/", "No sources yet"),
        ("/sources/?q=x", "No source fits"),
    ],
)
def test_empty_list_says_so(reader: Client, address: str, said: str) -> None:
    assert get(reader, address).texts(".empty__title") == [said]


@pytest.mark.parametrize("address", ["/articles/", "/sources/"])
def test_list_is_public_read_only_and_sets_no_cookie(reader: Client, address: str) -> None:
    response = reader.get(address)
    assert (response.status_code, response.cookies) == (200, {})
    assert reader.post(address).status_code == 405


@pytest.mark.parametrize("address", ["/articles/", "/sources/"])
@pytest.mark.parametrize("size", [1, 3])
def test_list_takes_the_same_queries_for_any_number(
    reader: Client, address: str, size: int, django_assert_num_queries: object
) -> None:
    for _ in range(size):
        article = ArticleFactory()
        EvidenceFactory(
            claim=ClaimFactory(published=True),
            source=article.publisher,
            passages=[Passage(article=article)],
        )
    with django_assert_num_queries(2):
        assert len(titles(reader, address)) == size
