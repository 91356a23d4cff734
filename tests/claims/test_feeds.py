"""Feeds: read as feed readers do, compared with the page, quiet where nothing matters."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import feedparser
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from articles.actions import edit_source
from articles.models import Event
from claims.actions.evidence import relate_evidence, void_evidence
from claims.actions.intake import publish_claim
from claims.actions.merging import merge_claims, relate_claims
from claims.actions.redaction import redact
from claims.actions.verdicts import Grade, propose_withdrawal, publish_verdict
from claims.choices import ClaimLinkKind, EvidenceLinkKind, Finding, VerdictKind
from claims.models import Claim, Verdict
from tests.factories import (
    ClaimFactory,
    EvidenceFactory,
    QuestionFactory,
    SourceFactory,
    VerdictFactory,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db
HOME = "http://testserver"


def atom(client: Client, address: str) -> Any:
    """An Atom feed as feedparser reads it, which finds nothing to complain about."""
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    parsed = feedparser.parse(response.content)
    assert (parsed.bozo, parsed.version) == (False, "atom10")
    return parsed


def json_feed(client: Client, address: str) -> dict[str, Any]:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    return json.loads(response.content)


def titles(feed: Any) -> list[str]:
    return [entry.title for entry in feed.entries]


def paragraphs(entry: Any) -> list[str]:
    return read(entry.content[0].value).texts("p")


def updated(feed: Any) -> dict[str, str]:
    return {entry.id: entry.updated for entry in feed.entries}


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def page(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200
    return read(response.content)


@pytest.fixture
def told(editor: User, chief: User) -> Claim:
    """A claim with a history: published, contested, refuted, corrected."""
    claim = ClaimFactory(text="It rained", question=QuestionFactory(text="Did it rain?"))
    EvidenceFactory(claim=claim, source=SourceFactory(name="Anna"))
    publish_claim(by=editor, claim=claim)
    denial = EvidenceFactory(claim=claim, source=SourceFactory(name="Bert"), stance="denies")
    VerdictFactory(
        claim=claim,
        finding=Finding.REFUTED,
        summary="Bert was there.",
        citations=[Grade(evidence=denial)],
        published_by=chief,
    )
    VerdictFactory(
        claim=claim,
        kind=VerdictKind.CORRECTION,
        finding=Finding.INSUFFICIENT,
        summary="Only Anna says so.",
        correction_note="We believed Bert.",
        published_by=chief,
    )
    claim.refresh_from_db()
    return claim


def test_changes_are_told_with_the_status_first(reader: Client, told: Claim) -> None:
    feed = atom(reader, "/changes/feed.atom")
    assert titles(feed) == [
        "Unproven: It rained",
        "Refuted: It rained",
        "Contested: It rained",
        "Single origin: It rained",
    ]
    assert [paragraphs(entry) for entry in feed.entries] == [
        ["Refuted → Unproven", "Verdict corrected: We believed Bert.", "Claim: It rained"],
        ["Contested → Refuted", "First verdict: Bert was there.", "Claim: It rained"],
        [
            "Single origin → Contested (not yet reviewed)",
            "Denied by Bert.",
            "When: 7 March 2023",
            "Claim: It rained",
        ],
        [
            "Single origin (not yet reviewed)",
            "Claim put on the public record.",
            "Claim: It rained",
        ],
    ]


@pytest.mark.parametrize(
    ("feed_of", "shown_on"),
    [
        (lambda claim: "/changes/feed", lambda claim: "/changes/"),
        (lambda claim: f"{claim.get_absolute_url()}feed", lambda claim: "/changes/"),
    ],
    ids=["all", "of the claim"],
)
def test_changes_are_those_of_the_page(
    reader: Client, told: Claim, feed_of: Callable[..., str], shown_on: Callable[..., str]
) -> None:
    entries = page(reader, shown_on(told)).all("ol.timeline")[-1].all("li")
    links = [entry.one(".claim-row__claim").one("a")["href"] for entry in entries]
    badges = [entry.texts(".badge")[-1] for entry in entries]
    feed = atom(reader, f"{feed_of(told)}.atom")
    assert [entry.link for entry in feed.entries] == [HOME + link for link in links]
    assert titles(feed) == [f"{badge}: It rained" for badge in badges]
    items = json_feed(reader, f"{feed_of(told)}.json")["items"]
    assert [(item["url"], item["title"], item["id"]) for item in items] == [
        (entry.link, entry.title, entry.id) for entry in feed.entries
    ]


def test_entry_of_a_change_is_named_by_the_number_of_its_claim(reader: Client, told: Claim) -> None:
    events = Event.objects.filter(verb__in=("claim.published", "verdict.published")).order_by("-pk")
    feed = atom(reader, "/changes/feed.atom")
    assert [entry.id for entry in feed.entries if "Contested" not in entry.title] == [
        f"{HOME}/claims/{told.pk}/#event-{event.pk}" for event in events
    ]


def test_feed_was_updated_when_its_newest_entry_was(reader: Client, told: Claim) -> None:
    verdict = Verdict.objects.latest("published_at")
    event = Event.objects.get(verb="verdict.published", subject_id=verdict.pk)
    assert atom(reader, "/changes/feed.atom").feed.updated == iso(event.at)
    assert verdict.published_at is not None
    for address in ("/claims/feed.atom", "/corrections/feed.atom"):
        assert atom(reader, address).feed.updated == iso(verdict.published_at)


def test_empty_feed_says_the_same_whenever_it_is_asked(reader: Client) -> None:
    for address in ("/changes/feed.atom", "/corrections/feed.atom", "/claims/feed.atom?q=zz"):
        feed = atom(reader, address)
        assert (feed.entries, feed.feed.updated) == ([], "1970-01-01T00:00:00+00:00")


def test_corrections_are_those_of_the_page(reader: Client, told: Claim) -> None:
    entry = page(reader, "/corrections/").one("ol.timeline").one("li")
    feed = atom(reader, "/corrections/feed.atom")
    assert titles(feed) == [f"{entry.texts('.badge')[-1]}: It rained"]
    assert feed.entries[0].link == HOME + entry.one(".claim-row__claim").one("a")["href"]
    told_on_page = entry.texts(".timeline__why")
    assert paragraphs(feed.entries[0]) == ["Refuted → Unproven", *told_on_page, "Claim: It rained"]


def test_withdrawal_is_told_among_the_corrections(
    reader: Client, editor: User, chief: User
) -> None:
    claim = ClaimFactory(published=True, text="It snowed")
    withdrawal = propose_withdrawal(by=editor, claim=claim, reason="It was mistranslated.")
    publish_verdict(by=chief, verdict=withdrawal)
    feed = atom(reader, "/corrections/feed.atom")
    assert titles(feed) == ["Withdrawn: It snowed"]
    assert paragraphs(feed.entries[0]) == [
        "Unsourced → Withdrawn",
        "Withdrawn: It was mistranslated.",
        "Claim: It snowed",
    ]


def test_list_tells_of_each_claim_as_it_stands(reader: Client, told: Claim) -> None:
    other = ClaimFactory(published=True, text="It snowed")
    feed = atom(reader, "/claims/feed.atom")
    rows = page(reader, "/claims/").all(".claim-row")
    shown = {row.one("a")["href"]: row.texts(".badge")[0] for row in rows}
    assert [(entry.link, entry.title) for entry in feed.entries] == [
        (HOME + claim.get_absolute_url(), f"{shown[claim.get_absolute_url()]}: {claim.text}")
        for claim in (other, told)
    ]
    assert [entry.id for entry in feed.entries] == [
        f"{HOME}/claims/{claim.pk}/" for claim in (other, told)
    ]
    assert [paragraphs(entry) for entry in feed.entries] == [
        [
            f"Unsourced (not yet reviewed) since {today()}",
            "0 for, 0 against",
            "Claim: It snowed",
        ],
        [
            f"Unproven since {today()}",
            "We believed Bert.",
            "1 for, 1 against",
            "Claim: It rained",
        ],
    ]


def today() -> str:
    now = datetime.now(UTC)
    return f"{now.day} {now:%B %Y}"


def test_filter_has_its_feed(reader: Client, told: Claim) -> None:
    ClaimFactory(published=True, text="It snowed")
    for query in ("q=snowed", "status=unsourced", "kind=event&q=snowed"):
        feed = atom(reader, f"/claims/feed.atom?{query}")
        assert titles(feed) == ["Unsourced: It snowed"]
        assert feed.feed.links[1].href == feed.feed.id
        assert urlsplit(feed.feed.id).path == "/claims/feed.atom"
        listed = page(reader, feed.feed.link.removeprefix(HOME)).texts(".claim-row__claim")
        assert listed == ["Claim: It snowed"]


def test_question_and_source_have_their_feeds(reader: Client, told: Claim) -> None:
    ClaimFactory(published=True, text="It snowed")
    bert = told.evidence.get(source__name="Bert").source
    assert told.question is not None
    for about in (bert, told.question):
        feed = atom(reader, f"{about.get_absolute_url()}feed.atom")
        assert titles(feed) == ["Unproven: It rained"]
        assert feed.feed.title == f"{about} · Sayso"


def test_drafts_are_in_no_feed_whoever_asks(editor_client: Client) -> None:
    draft = EvidenceFactory(claim=ClaimFactory(question=QuestionFactory())).claim
    source = draft.evidence.get().source
    for address in ("/changes/feed.atom", "/claims/feed.atom", "/corrections/feed.json"):
        assert "rained" not in editor_client.get(address).content.decode()
    assert draft.question is not None
    for about in (draft, source, draft.question):
        assert editor_client.get(f"{about.get_absolute_url()}feed.atom").status_code == 404


def test_desk_moves_no_entry(reader: Client, editor: User, told: Claim) -> None:
    addresses = ("/changes/feed.atom", "/claims/feed.atom", f"{told.get_absolute_url()}feed.atom")
    before = [updated(atom(reader, address)) for address in addresses]
    anna, bert = told.evidence.order_by("pk")
    relate_evidence(by=editor, evidence=bert, other=anna, kind=EvidenceLinkKind.RESPONDS_TO)
    relate_claims(
        by=editor, claim=told, other=ClaimFactory(text="Draft"), kind=ClaimLinkKind.CONTRADICTS
    )
    edit_source(by=editor, source=anna.source, name="Anna B.")
    EvidenceFactory(claim=told)
    void_evidence(by=editor, evidence=bert, reason="Misheard.")
    VerdictFactory(claim=told, kind=VerdictKind.UPDATE)
    assert [updated(atom(reader, address)) for address in addresses] == before


def test_removed_words_move_what_told_them(reader: Client, chief: User, told: Claim) -> None:
    feeds = ("/changes/feed.atom", "/claims/feed.atom", "/corrections/feed.atom")
    before = {address: updated(atom(reader, address)) for address in feeds}
    redact(by=chief, subject=told, reason="A court said so")
    at = iso(Event.objects.get(verb="claim.redacted").at)
    for address in feeds:
        feed = atom(reader, address)
        assert "rained" not in str(feed)
        now = updated(feed)
        assert {id_: now[id_] for id_ in before[address]} == dict.fromkeys(before[address], at)
    assert titles(atom(reader, "/changes/feed.atom"))[0] == ("Unproven: [removed: A court said so]")


def test_claim_that_becomes_overdue_is_told_again(reader: Client) -> None:
    claim = ClaimFactory(prediction=True, published=True, text="It will rain")
    assert claim.published_at is not None
    feed = atom(reader, "/claims/feed.atom")
    assert titles(feed) == ["Overdue: It will rain"]
    assert feed.entries[0].updated == iso(claim.published_at)  # it was overdue before
    with connection.cursor() as cursor:  # as if it had been published in time
        cursor.execute("SET LOCAL session_replication_role = replica")
        Claim.objects.filter(pk=claim.pk).update(published_at=datetime(2023, 4, 3, tzinfo=UTC))
        cursor.execute("SET LOCAL session_replication_role = origin")
    feed = atom(reader, "/claims/feed.atom")
    assert feed.entries[0].updated == "2023-05-01T00:00:00+00:00"


def test_list_begins_with_what_moved_last(reader: Client, chief: User) -> None:
    """Whatever moved it: each of these claims moved last in another way."""
    claims = [ClaimFactory(published=True, text=f"It rained {n}") for n in range(5)]
    redact(by=chief, subject=claims[3], reason="Private")
    EvidenceFactory(claim=claims[0])
    VerdictFactory(claim=claims[2], published_by=chief)
    assert titles(atom(reader, "/claims/feed.atom")) == [
        "Unproven: It rained 2",
        "Single origin: It rained 0",
        "Unsourced: [removed: Private]",
        "Unsourced: It rained 4",
        "Unsourced: It rained 1",
    ]


def test_feed_of_a_merged_claim_leads_to_the_one_kept(
    reader: Client, editor: User, told: Claim
) -> None:
    other = ClaimFactory(published=True, text="Rain fell")
    merge_claims(by=editor, duplicate=other, survivor=told)
    for address in (
        f"{other.get_absolute_url()}feed.json",
        f"/claims/{told.pk}-something-else/feed.json",
    ):
        answer = reader.get(address)
        assert (answer.status_code, answer.headers["Location"]) == (
            302,
            f"{told.get_absolute_url()}feed.json",
        )


def test_characters_that_no_xml_may_hold_are_left_out(reader: Client) -> None:
    told = "A \x01 & <b> \ufffe\uffff\x7f ]]> “ü”"
    ClaimFactory(published=True, text=told)
    feed = atom(reader, "/claims/feed.atom")
    assert titles(feed) == ["Unsourced: A  & <b> \x7f ]]> “ü”"]
    assert "&lt;b&gt;" in feed.entries[0].content[0].value
    assert json_feed(reader, "/claims/feed.json")["items"][0]["title"] == f"Unsourced: {told}"


def test_json_feed_has_what_its_version_asks_for(reader: Client, told: Claim) -> None:
    feed = json_feed(reader, "/changes/feed.json")
    assert {name: feed[name] for name in ("version", "title", "home_page_url", "feed_url")} == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "What changed · Sayso",
        "home_page_url": f"{HOME}/changes/",
        "feed_url": f"{HOME}/changes/feed.json",
    }
    for item in feed["items"]:
        assert datetime.fromisoformat(item["date_published"]).utcoffset() == timedelta(0)
        assert datetime.fromisoformat(item["date_modified"]).utcoffset() == timedelta(0)
        assert item["_sayso"]["claim"] == told.public_id
    assert [item["tags"] for item in feed["items"]] == [
        ["insufficient", "event"],
        ["refuted", "event"],
        ["contested", "event"],
        ["single_origin", "event"],
    ]


def test_pages_name_their_feeds(reader: Client, told: Claim) -> None:
    bert = told.evidence.get(source__name="Bert").source
    assert told.question is not None
    pages = [
        *("/changes/", "/corrections/", "/claims/", told.get_absolute_url()),
        *(bert.get_absolute_url(), told.question.get_absolute_url()),
    ]
    for address in pages:
        links = [
            link
            for link in page(reader, address).all("link")
            if link["rel"] == "alternate" and link["title"] in ("Atom", "JSON Feed")
        ]
        assert [(link["type"], link["href"]) for link in links] == [
            ("application/atom+xml", f"{address}feed.atom"),
            ("application/feed+json", f"{address}feed.json"),
        ]
    narrowed = page(reader, "/claims/?status=insufficient&q=rain")
    hrefs = [link["href"] for link in narrowed.all("link") if link["rel"] == "alternate"]
    assert hrefs[0] == "/claims/feed.atom?status=insufficient&q=rain"
    assert titles(atom(reader, hrefs[0])) == ["Unproven: It rained"]


@pytest.mark.parametrize("size", [1, 4])
def test_feeds_take_the_same_queries_for_any_number(
    reader: Client, chief: User, size: int, django_assert_num_queries: Any
) -> None:
    for _ in range(size):
        claim = EvidenceFactory(claim=ClaimFactory(published=True)).claim
        VerdictFactory(claim=claim, published_by=chief)
    for address, queries in (
        ("/changes/feed.atom", 2),
        ("/corrections/feed.atom", 1),
        ("/claims/feed.atom", 9),
    ):
        with django_assert_num_queries(queries):
            reader.get(address)
