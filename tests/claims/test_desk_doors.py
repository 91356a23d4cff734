"""Who may come to the desk, by which method, and that nobody else keeps its pages."""

import pytest
from django.test import Client
from django.urls import reverse

from claims.actions.recapture import recapture
from claims.views import desk
from tests.factories import (
    AppearanceFactory,
    ClaimLinkFactory,
    EvidenceLinkFactory,
    SourceFactory,
    VerdictFactory,
)

pytestmark = pytest.mark.django_db

WITHOUT_ROW = ["claims:desk", "claims:new_claim", "articles:article_new", "articles:source_new"]
POST_ONLY = [
    "claims:publish_verdict",
    "claims:discard_verdict",
    "claims:undo_event",
    "claims:accept_passage",
]


@pytest.fixture
def addresses(editor):
    """Every page of the desk, on rows that are there."""
    appearance = AppearanceFactory(evidence__claim__published=True)
    quoted = AppearanceFactory(
        snapshot__text="By Friday it could be dry in the whole of the country.",
        exact="By Friday it could be dry in the whole of the country.",
    )
    (carried,) = recapture(
        by=editor,
        article=quoted.article,
        text="By Friday it will be dry in the whole of the country.",
    ).carried
    evidence = appearance.evidence
    verdict = VerdictFactory(claim=evidence.claim)
    rows = [
        (evidence.claim_id, "edit_claim publish_claim link_evidence relate_claim merge_claim"),
        (evidence.claim_id, "propose_verdict withdraw_claim"),
        (evidence.pk, "void_evidence add_appearance relate_evidence"),
        (appearance.pk, "void_appearance"),
        (appearance.article_id, "desk_article article_capture log_claim"),
        (carried.pk, "repair_passage give_up_passage accept_passage"),
        (EvidenceLinkFactory().pk, "void_evidence_link"),
        (ClaimLinkFactory().pk, "void_claim_link"),
        (verdict.pk, "review_verdict publish_verdict discard_verdict"),
        (evidence.claim.events.first().pk, "undo_event"),
        (SourceFactory().pk, "add_role"),
    ]
    named = [(name, pk) for pk, names in rows for name in names.split()]
    assert sorted({name for name, _pk in named} | {"desk", "new_claim"}) == sorted(desk.__all__)
    article, source = appearance.article_id, SourceFactory().pk
    return [
        *((name, reverse(name)) for name in WITHOUT_ROW),
        *((f"claims:{name}", reverse(f"claims:{name}", args=[pk])) for name, pk in named),
        ("articles:article_edit", reverse("articles:article_edit", args=[article])),
        ("articles:source_edit", reverse("articles:source_edit", args=[source])),
    ]


def statuses(client: Client, method: str, addresses: list[tuple[str, str]]) -> dict[str, int]:
    return {name: getattr(client, method)(path).status_code for name, path in addresses}


def test_visitors_are_sent_to_sign_in(reader, addresses):
    for method in ("get", "post"):
        for name, path in addresses:
            if method == "get" or name not in {"claims:desk", "claims:desk_article"}:
                response = getattr(reader, method)(path)
                assert (response.status_code, response["Location"]) == (
                    302,
                    f"/accounts/login/?next={path}",
                ), name


@pytest.mark.parametrize("method", ["get", "post"])
def test_accounts_without_a_role_may_neither_read_nor_write(stranger_client, addresses, method):
    found = statuses(stranger_client, method, addresses)

    refused = {name for name, _path in addresses}
    closed = {"claims:desk", "claims:desk_article", "claims:review_verdict"}
    wrong = closed if method == "post" else set(POST_ONLY)
    assert {name for name, code in found.items() if code == 405} == wrong
    assert {name for name, code in found.items() if code == 403} == refused - wrong


def test_editors_read_every_page_and_nobody_keeps_it(editor_client, addresses):
    kept = {}
    for name, path in addresses:
        if name not in POST_ONLY:
            response = editor_client.get(path)
            assert response.status_code == (303 if name == "claims:log_claim" else 200), name
            kept[name] = response["Cache-Control"]

    assert set(kept.values()) == {"no-store"}


def test_only_forms_are_sent(editor_client, addresses):
    for name in POST_ONLY:
        assert editor_client.get(dict(addresses)[name]).status_code == 405
    for method in ("put", "patch", "delete"):
        assert set(statuses(editor_client, method, addresses).values()) == {405}


def test_forms_sent_empty_are_refused_and_write_nothing(editor_client, addresses):
    by_itself = {"claims:desk", "claims:desk_article", "claims:review_verdict"}
    by_itself.add("claims:undo_event")  # what somebody else did
    may_be_empty = {"claims:publish_claim", "claims:edit_claim", "articles:source_edit"}
    may_be_empty |= {"claims:accept_passage"}
    sent = [pair for pair in addresses if pair[0] not in by_itself | may_be_empty]

    assert set(statuses(editor_client, "post", sent).values()) == {422}


def test_forms_need_their_token(editor, addresses):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    by_itself = {"claims:desk", "claims:desk_article", "claims:review_verdict"}
    sent = [pair for pair in addresses if pair[0] not in by_itself]

    assert set(statuses(client, "post", sent).values()) == {403}
