"""Our verdicts as ClaimReview: all of ours that stand, nothing of others, and they come back."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Source
from claims.actions.redaction import redact
from claims.actions.verdicts import Grade, propose_withdrawal, publish_verdict
from claims.choices import Credibility, Finding, Reliability
from claims.exchange import flat
from claims.exchange.datafeed import Site, feed
from claims.exchange.files import Format, sheets
from claims.models import Claim, Evidence, OutsideVerdict
from tests.claims.imports import run
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    OutsideVerdictFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    day,
)

pytestmark = pytest.mark.django_db
SITE = Site("Sayso", "https://claims.example")


def reviews() -> list[dict[str, Any]]:
    return json.loads("".join(feed(SITE)))["dataFeedElement"]


def judged(chief: User, claim: Claim, finding: str = "supported", **given: Any) -> Evidence:
    """A claim that somebody asserts in an article, and our verdict on it."""
    ada = Source.objects.filter(name="Ada").first() or SourceFactory(person=True, name="Ada")
    evidence = EvidenceFactory(claim=claim, source=ada)
    graded = Grade(evidence=evidence, reliability=Reliability.B, credibility=Credibility.PROBABLE)
    VerdictFactory(claim=claim, finding=finding, citations=[graded], published_by=chief, **given)
    return evidence


def test_review_says_what_we_found_about_whose_claim(chief: User) -> None:
    claim = ClaimFactory(published=True, text="It rained", language="en")
    evidence = judged(chief, claim, summary="Two gauges were wet.", dated=day("2023-03-10"))
    paper = SourceFactory(name="The Paper")
    for title, published, url in (
        ("Later", "2023-03-09", ""),
        ("First", "2023-03-08", "https://paper.example/first"),
    ):
        article = ArticleFactory(title=title, published=day(published), publisher=paper, url=url)
        snapshot = SnapshotFactory(article=article, text=f"{title}: it rained.")
        AppearanceFactory(evidence=evidence, snapshot=snapshot, exact="it rained")
    publisher = {"@type": "Organization", "name": "The Paper"}
    assert json.loads("".join(feed(SITE))) == {
        "@context": "https://schema.org",
        "@type": "DataFeed",
        "name": "Sayso",
        "url": "https://claims.example/",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "dataFeedElement": [
            {
                "@type": "ClaimReview",
                "url": f"https://claims.example{claim.get_absolute_url()}",
                "claimReviewed": "It rained",
                "author": {
                    "@type": "Organization",
                    "name": "Sayso",
                    "url": "https://claims.example/",
                },
                "inLanguage": "en",
                "dateCreated": "2023-03-10",
                "datePublished": claim.verdicts.get().published_at.date().isoformat(),
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "reviewRating": {
                    "@type": "Rating",
                    "ratingValue": 5,
                    "bestRating": 5,
                    "worstRating": 1,
                    "alternateName": "Supported",
                    "ratingExplanation": "Two gauges were wet.",
                },
                "itemReviewed": {
                    "@type": "Claim",
                    "identifier": claim.public_id,
                    "text": "It rained",
                    "inLanguage": "en",
                    "author": {
                        "@type": "Person",
                        "name": "Ada",
                        "url": f"https://claims.example{evidence.source.get_absolute_url()}",
                    },
                    "datePublished": "2023-03-07",
                    "firstAppearance": {
                        "@type": "NewsArticle",
                        "headline": "First",
                        "url": "https://paper.example/first",
                        "inLanguage": "en",
                        "publisher": publisher,
                        "datePublished": "2023-03-08",
                    },
                    "appearance": [
                        {
                            "@type": "NewsArticle",
                            "headline": "Later",
                            "inLanguage": "en",
                            "publisher": publisher,
                            "datePublished": "2023-03-09",
                        }
                    ],
                },
            }
        ],
    }


@pytest.mark.parametrize(
    ("finding", "confidence", "number"),
    [
        ("supported", "high", 5),
        ("supported", "moderate", 5),
        ("supported", "low", 4),
        ("conflicting", "low", 3),
        ("refuted", "low", 2),
        ("refuted", "high", 1),
        ("insufficient", "high", None),
        ("unresolvable", "low", None),
    ],
)
def test_rating_is_a_number_only_where_something_was_found(
    chief: User, finding: str, confidence: str, number: int | None
) -> None:
    judged(chief, ClaimFactory(published=True), finding, confidence=confidence)
    (review,) = reviews()
    assert review["reviewRating"].get("ratingValue") == number


def test_rating_is_in_the_words_of_the_kind_and_of_the_site(chief: User, reader: Client) -> None:
    judged(chief, ClaimFactory(prediction=True, published=True), Finding.REFUTED)
    answer = reader.get("/data/claimreview.json", headers={"Accept-Language": "fr"})
    (review,) = json.loads(answer.getvalue())["dataFeedElement"]
    assert review["reviewRating"]["alternateName"] == "Did not happen"
    assert review["url"].startswith("http://testserver/claims/")


def test_feed_leaves_out_proposals_withdrawals_and_what_was_removed(chief: User) -> None:
    VerdictFactory(claim=ClaimFactory(published=True))
    withdrawn = ClaimFactory(published=True)
    judged(chief, withdrawn)
    proposal = propose_withdrawal(by=withdrawn.logged_by, claim=withdrawn, reason="Wrong")
    publish_verdict(by=chief, verdict=proposal)
    removed = ClaimFactory(published=True)
    judged(chief, removed)
    redact(by=chief, subject=removed, reason="A court said so")
    assert reviews() == []


def test_verdicts_of_others_are_never_in_the_feed(chief: User) -> None:
    OutsideVerdictFactory(claim=ClaimFactory(published=True))
    claim = ClaimFactory(published=True)
    OutsideVerdictFactory(claim=claim, label="Pants on fire")
    judged(chief, claim)
    assert [review["author"]["name"] for review in reviews()] == ["Sayso"]
    assert "Pants on fire" not in "".join(feed(SITE))


def test_feed_is_the_same_twice_and_the_latest_verdict_counts(chief: User) -> None:
    claim = ClaimFactory(published=True)
    judged(chief, claim)
    VerdictFactory(claim=claim, kind="update", finding="insufficient", published_by=chief)
    assert [review["reviewRating"]["alternateName"] for review in reviews()] == ["Unproven"]
    assert list(feed(SITE)) == list(feed(SITE))


def test_our_importer_reads_the_feed_as_verdicts_of_that_organisation(
    chief: User, editor: User, tmp_path: Path
) -> None:
    claims = [ClaimFactory(published=True, text=f"It rained {n} times") for n in range(3)]
    for claim in claims:
        evidence = judged(chief, claim)
        for number in range(2):
            snapshot = SnapshotFactory(text=f"{number}: {claim.text}")
            AppearanceFactory(evidence=evidence, snapshot=snapshot, exact=claim.text)
    path = tmp_path / "claimreview.json"
    path.write_text("".join(feed(Site("Elsewhere", "https://elsewhere.example"))), "utf-8")
    (sheet,) = sheets(path, path.name)
    assert [record.problem for record in sheet.records()] == [""] * 6
    report = run(sheet, by=editor)
    assert (sheet.format, len(report.rows), report.rejected) == (Format.CLAIMREVIEW, 6, [])
    assert dict(report.kinds) == {"outsideverdict": 3, "source": 1}
    elsewhere = Source.objects.get(name="Elsewhere")
    found = OutsideVerdict.objects.filter(organisation=elsewhere).order_by("claim_id")
    assert [(row.claim, row.label, row.rating, row.url) for row in found] == [
        (claim, "Supported", "5", f"https://elsewhere.example{claim.get_absolute_url()}")
        for claim in claims
    ]


@pytest.mark.parametrize("count", [2, 20])
def test_queries_of_the_feed_do_not_grow(
    count: int, chief: User, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _number in range(count):
        judged(chief, ClaimFactory(published=True))
    with django_assert_num_queries(8):
        assert len(reviews()) == count


def test_feed_goes_on_after_a_chunk_without_a_standing_verdict(
    chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flat, "AT_ONCE", 1)
    for kind in ("withdrawn", "stands", "withdrawn", "stands"):
        claim = ClaimFactory(published=True)
        judged(chief, claim)
        if kind == "withdrawn":
            proposal = propose_withdrawal(by=claim.logged_by, claim=claim, reason="Wrong")
            publish_verdict(by=chief, verdict=proposal)
    assert len(reviews()) == 2
