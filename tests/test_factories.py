"""The factories make what they say, with its events."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from articles.models import Event
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
    day,
)

pytestmark = pytest.mark.django_db


def test_factories_write_events() -> None:
    appearance = AppearanceFactory(evidence__claim__published=True)
    assert appearance.evidence.claim.is_published
    assert list(Event.objects.order_by("pk").values_list("chain", "verb")) == [
        (f"claim/{appearance.evidence.claim_id}", "claim.logged"),
        (f"claim/{appearance.evidence.claim_id}", "claim.published"),
        (f"source/{appearance.evidence.source_id}", "source.added"),
        (f"claim/{appearance.evidence.claim_id}", "evidence.linked"),
        (f"source/{appearance.article.publisher_id}", "source.added"),
        (f"article/{appearance.article_id}", "article.added"),
        (f"snapshot/{appearance.snapshot_id}", "article.captured"),
        (f"claim/{appearance.evidence.claim_id}", "appearance.added"),
    ]


def test_factories_each_make_a_row(chief: User) -> None:
    assert UserFactory(group="chief").has_perm("claims.redact")
    assert SourceFactory(unnamed=True).is_unnamed
    assert SnapshotFactory(text="One. Two.").text == "One. Two."
    assert QuestionFactory(text="Who?").text == "Who?"
    assert ClaimFactory(prediction=True, published=True).window == day("2023-04")
    assert EvidenceFactory(stance="denies").stance == "denies"
    assert EvidenceLinkFactory().kind == "repeats"
    assert ClaimLinkFactory().kind == "contradicts"
    assert MergeFactory().kind == "same_as"
    assert AffiliationFactory().role == "Minister"
    assert VerdictFactory(published_by=chief).reviewer == chief
    assert VerdictFactory().is_draft
    assert ChallengeFactory().outcome == "open"


def test_cast_signed_in(reader: Client, editor_client: Client, chief_client: Client) -> None:
    assert reader.cookies == {}
    assert sorted(editor_client.cookies) == ["sessionid"]
    assert User.objects.get(username="editor").has_perm("claims.publish_claim")
    assert not User.objects.get(username="editor").has_perm("claims.redact")
    assert User.objects.get(username="chief").has_perm("claims.redact")
