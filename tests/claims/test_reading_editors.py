"""The readers' pages as an editor sees them: drafts marked as such, and a bar of things to do."""

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from claims.actions.evidence import Passage, void_evidence
from claims.actions.verdicts import propose_withdrawal, publish_verdict
from claims.choices import ClaimKind
from claims.models import Claim
from tests.factories import (
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    passage_of,
)
from tests.pages import Element, read

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> Element:
    response = client.get(address)
    assert response.status_code == 200
    return read(response.content)


def bar(page: Element) -> list[tuple[str, str]]:
    return [(link.text, link["href"]) for link in page.one("nav.editor-bar").all("a")]


def test_editor_reads_a_draft_marked_as_one(editor_client: Client) -> None:
    draft = ClaimFactory(text="A draft")
    page = get(editor_client, draft.get_absolute_url())
    assert page.one(".notice").texts("strong") == ["Draft"]
    row = get(editor_client, "/claims/").one(".claim-row")
    assert row.one(".claim-row__who").texts("strong") == ["Draft, not public."]


def test_editor_reads_articles_sources_and_questions_of_drafts(editor_client: Client) -> None:
    article, question = ArticleFactory(), QuestionFactory()
    row = EvidenceFactory(
        claim=ClaimFactory(question=question), passages=[Passage(article=article)]
    )
    for about in (article, row.source, question):
        assert editor_client.get(about.get_absolute_url()).status_code == 200


def test_editor_sees_drafts_marked_on_every_page(editor_client: Client) -> None:
    snapshot, question = SnapshotFactory(), QuestionFactory()
    draft = ClaimFactory(question=question)
    row = EvidenceFactory(
        claim=draft,
        passages=[passage_of(snapshot, "It rained"), Passage(article=(told := ArticleFactory()))],
    )
    public = ClaimFactory(published=True)
    ClaimLinkFactory(claim=draft, other=public)
    for about in (snapshot.article, told, row.source, question, public):
        strong = get(editor_client, about.get_absolute_url()).texts("strong")
        assert [text for text in strong if "Draft" in text] == ["Draft, not public."]


def test_stranger_with_an_account_reads_what_readers_read(
    stranger_client: Client, stranger: User
) -> None:
    draft, public = ClaimFactory(), ClaimFactory(published=True)
    assert stranger_client.get(draft.get_absolute_url()).status_code == 404
    page = get(stranger_client, public.get_absolute_url())
    assert page.all("nav.editor-bar") == []


def test_editor_may_do_this_with_a_draft(editor_client: Client) -> None:
    pk = (draft := ClaimFactory()).pk
    assert bar(get(editor_client, draft.get_absolute_url())) == [
        ("Edit", reverse("claims:edit_claim", args=[pk])),
        ("Link evidence", reverse("claims:link_evidence", args=[pk])),
        ("Outside verdict", reverse("claims:add_outside_verdict", args=[pk])),
        ("Relate", reverse("claims:relate_claim", args=[pk])),
        ("Merge", reverse("claims:merge_claim", args=[pk])),
        ("Propose verdict", reverse("claims:propose_verdict", args=[pk])),
        ("Publish", reverse("claims:publish_claim", args=[pk])),
        ("Set aside", reverse("claims:set_aside_claim", args=[pk])),
    ]


def labels(client: Client, claim: Claim) -> list[str]:
    return [label for label, _ in bar(get(client, claim.get_absolute_url()))]


def test_editor_may_do_this_with_a_published_claim(editor_client: Client) -> None:
    claim = ClaimFactory(published=True)
    assert labels(editor_client, claim) == [
        "Edit",
        "Link evidence",
        "Outside verdict",
        "Relate",
        "Merge",
        "Propose verdict",
        "Withdraw",
    ]


def test_editor_may_do_this_with_each_piece_of_evidence(
    editor_client: Client, editor: User
) -> None:
    row = EvidenceFactory(claim=ClaimFactory(published=True))
    void_evidence(by=editor, evidence=EvidenceFactory(claim=row.claim), reason="Doubled.")
    page = get(editor_client, row.claim.get_absolute_url())
    links = [link for item in page.all("ul.marks") for link in item.all("a.no-print")]
    assert [(link.text, link["aria-label"], link["href"]) for link in links] == [
        ("Relate", f"Relate E-{row.pk}", reverse("claims:relate_evidence", args=[row.pk])),
        ("Void", f"Void E-{row.pk}", reverse("claims:void_evidence", args=[row.pk])),
    ]


def test_reader_is_offered_nothing_with_evidence(reader: Client) -> None:
    row = EvidenceFactory(claim=ClaimFactory(published=True))
    page = reader.get(row.claim.get_absolute_url()).content
    assert b"desk/" not in page
    assert b'class="no-print"' not in page


def test_editor_reviews_a_proposal(editor_client: Client) -> None:
    verdict = VerdictFactory(summary="Not enough.")
    page = get(editor_client, verdict.claim.get_absolute_url())
    assert bar(page)[-1] == (
        "Review verdict",
        reverse("claims:review_verdict", args=[verdict.pk]),
    )
    assert page.one("#proposal").text == "Proposed verdict"
    assert page.one(".verdict").one(".lede").text == "Not enough."


def test_reader_sees_no_proposal(reader: Client) -> None:
    verdict = VerdictFactory()
    page = get(reader, verdict.claim.get_absolute_url())
    assert page.all(".verdict") == []
    assert page.one(".status-line").one(".badge").text == "Unsourced"


def test_editor_is_not_offered_a_verdict_on_what_cannot_be_checked(editor_client: Client) -> None:
    claim = ClaimFactory(kind=ClaimKind.POSITION, checkable=False, published=True)
    assert labels(editor_client, claim) == [
        "Edit",
        "Link evidence",
        "Outside verdict",
        "Relate",
        "Merge",
        "Withdraw",
    ]


def test_editor_is_not_offered_to_withdraw_twice(
    editor_client: Client, editor: User, chief: User
) -> None:
    claim = ClaimFactory(published=True)
    publish_verdict(
        by=chief, verdict=propose_withdrawal(by=editor, claim=claim, reason="Mistranslated.")
    )
    assert labels(editor_client, claim)[-1] == "Propose verdict"


def test_editor_may_do_this_with_an_article_and_a_source(editor_client: Client) -> None:
    article, source = ArticleFactory(), SourceFactory()
    assert bar(get(editor_client, article.get_absolute_url())) == [
        ("Log claims", reverse("claims:desk_article", args=[article.pk])),
        ("Edit", reverse("articles:article_edit", args=[article.pk])),
        ("Capture text", reverse("claims:article_capture", args=[article.pk])),
    ]
    assert bar(get(editor_client, source.get_absolute_url())) == [
        ("Edit", reverse("articles:source_edit", args=[source.pk])),
        ("Add a role", reverse("claims:add_role", args=[source.pk])),
    ]


def test_editor_lists_count_drafts(editor_client: Client, reader: Client) -> None:
    article = ArticleFactory(title="Weather")
    for published in (True, False):
        EvidenceFactory(
            claim=ClaimFactory(published=published), passages=[Passage(article=article)]
        )
    counts = [
        get(client, "/articles/").one(".entry").one(".meta").texts("span")[3]
        for client in (reader, editor_client)
    ]
    assert counts == ["1 claim", "2 claims"]
