"""What brings down the kept page of a claim: any change to anything that it shows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.actions import capture, edit_article, edit_source
from articles.models import Affiliation, Snapshot
from claims.actions.evidence import void_appearance, void_evidence, void_evidence_link
from claims.actions.intake import edit_claim, publish_claim
from claims.actions.merging import void_claim_link
from claims.actions.outside import void_outside_verdict
from claims.actions.redaction import redact
from claims.actions.roles import edit_affiliation
from claims.choices import VerdictKind
from claims.models import Claim, ClaimLink, Evidence, EvidenceLink, OutsideVerdict
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    OutsideVerdictFactory,
    SnapshotFactory,
    SourceFactory,
    UserFactory,
    VerdictFactory,
    passage_of,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@dataclass
class World:
    """A claim with something of everything around it."""

    editor: User
    chief: User
    claim: Claim
    evidence: Evidence
    snapshot: Snapshot
    role: Affiliation
    other: Evidence
    tie: EvidenceLink
    relation: ClaimLink
    merge: ClaimLink
    draft: Claim
    outside: OutsideVerdict


def world() -> World:
    claim = ClaimFactory(text="It rained", published=True)
    snapshot = SnapshotFactory(text="It rained. Nobody saw it.")
    evidence = EvidenceFactory(
        claim=claim, passages=[passage_of(snapshot, "It rained.", seen=True)]
    )
    other = EvidenceFactory(claim=ClaimFactory(text="It was wet", published=True))
    tie = EvidenceLinkFactory(evidence=evidence, other=other)
    related = ClaimFactory(text="It was dry", published=True)
    merged = ClaimFactory(text="Rain fell", published=True)
    EvidenceFactory(claim=merged)
    draft = ClaimFactory(text="A draft")
    ClaimLinkFactory(claim=draft, other=claim, kind="entails")
    return World(
        editor=UserFactory(group="editor"),
        chief=UserFactory(group="chief"),
        claim=claim,
        evidence=evidence,
        snapshot=snapshot,
        role=AffiliationFactory(source=evidence.source),
        other=other,
        tie=tie,
        relation=ClaimLinkFactory(claim=related, other=claim),
        merge=MergeFactory(duplicate=merged, survivor=claim),
        draft=draft,
        outside=OutsideVerdictFactory(claim=claim),
    )


def _judge(w: World) -> None:
    VerdictFactory(by=w.editor, claim=w.claim, published_by=w.chief)


def _correct(w: World) -> None:
    _judge(w)
    note = {"kind": VerdictKind.CORRECTION, "correction_note": "We had misread it."}
    VerdictFactory(by=w.editor, claim=w.claim, published_by=w.chief, finding="unresolvable", **note)


CHANGES: dict[str, Callable[[World], Any]] = {
    "evidence for it": lambda w: EvidenceFactory(claim=w.claim),
    "evidence of what was merged": lambda w: EvidenceFactory(claim=w.merge.from_claim),
    "evidence of what was merged, too": lambda w: EvidenceFactory(claim=w.merge.to_claim),
    "evidence voided": lambda w: void_evidence(by=w.editor, evidence=w.evidence, reason="No"),
    "evidence linked": lambda w: EvidenceLinkFactory(
        evidence=w.other, other=w.evidence, kind="withdraws"
    ),
    "evidence unlinked": lambda w: void_evidence_link(by=w.editor, link=w.tie, reason="No"),
    "what it repeats is taken back": lambda w: EvidenceLinkFactory(
        evidence=EvidenceFactory(claim=ClaimFactory(published=True)),
        other=w.other,
        kind="withdraws",
    ),
    "a place more": lambda w: AppearanceFactory(evidence=w.evidence, exact="it could be dry"),
    "a place less": lambda w: void_appearance(
        by=w.editor, appearance=w.evidence.appearances.get(), reason="No"
    ),
    "a source renamed": lambda w: edit_source(by=w.editor, source=w.evidence.source, name="Mr X"),
    "a publisher renamed": lambda w: edit_source(
        by=w.editor, source=w.snapshot.article.publisher, name="The X"
    ),
    "an organisation renamed": lambda w: edit_source(
        by=w.editor, source=w.role.organisation, name="House of X"
    ),
    "a checker renamed": lambda w: edit_source(
        by=w.editor, source=w.outside.organisation, name="X"
    ),
    "a source elsewhere renamed": lambda w: edit_source(
        by=w.editor, source=w.other.source, name="Y"
    ),
    "an article moved": lambda w: edit_article(
        by=w.editor, article=w.snapshot.article, url="https://paper.example/moved"
    ),
    "a text more": lambda w: capture(
        by=w.editor, article=w.snapshot.article, text="Something new."
    ),
    "a text redacted": lambda w: redact(by=w.chief, subject=w.snapshot, reason="Private"),
    "a quotation redacted": lambda w: redact(
        by=w.chief, subject=w.evidence.appearances.get(), reason="Private"
    ),
    "a role more": lambda w: AffiliationFactory(source=w.evidence.source, role="Speaker"),
    "a role changed": lambda w: edit_affiliation(
        by=w.editor,
        affiliation=w.role,
        role="Speaker",
        during=DateRange(date(2021, 1, 1), None),
        one_voice=True,
    ),
    "a relation more": lambda w: ClaimLinkFactory(
        claim=ClaimFactory(text="Mud", published=True), other=w.claim, kind="entails"
    ),
    "a relation less": lambda w: void_claim_link(by=w.editor, link=w.relation, reason="No"),
    "a related claim judged": lambda w: VerdictFactory(
        claim=w.relation.to_claim, by=w.editor, published_by=w.chief
    ),
    "a related claim published": lambda w: publish_claim(by=w.editor, claim=w.draft),
    "a related claim redacted": lambda w: redact(
        by=w.chief,
        subject=w.relation.to_claim,
        reason="Private",
    ),
    "a claim merged": lambda w: MergeFactory(
        duplicate=ClaimFactory(text="Drops", published=True), survivor=w.claim
    ),
    "a merge taken back": lambda w: void_claim_link(by=w.editor, link=w.merge, reason="No"),
    "language changed": lambda w: edit_claim(by=w.editor, claim=w.claim, language="fr"),
    "wording redacted": lambda w: redact(by=w.chief, subject=w.claim, reason="Private"),
    "verdict published": _judge,
    "verdict corrected": _correct,
    "found by others": lambda w: OutsideVerdictFactory(claim=w.claim, label="True enough"),
    "found by others, voided": lambda w: void_outside_verdict(
        by=w.editor, verdict=w.outside, reason="No"
    ),
}


def test_kept_claim_falls_with_whatever_it_shows() -> None:
    reader, found = Client(), {}
    for name, change in CHANGES.items():
        around = world()
        path = around.claim.get_absolute_url()
        before = reader.get(path).content
        change(around)
        after = reader.get(path).content
        found[name] = (after == before, after == Client().get(path).content)
    assert found == dict.fromkeys(CHANGES, (False, True))


UNRELATED: dict[str, Callable[[World], Any]] = {
    "another claim": lambda w: EvidenceFactory(claim=ClaimFactory(published=True)),
    "another source": lambda w: SourceFactory(),
    "another article": lambda w: ArticleFactory(),
    "somebody signs in": lambda w: Client().force_login(w.editor),
}


def test_kept_claim_stands_while_others_change() -> None:
    reader, found, around = Client(), {}, world()
    path = around.claim.get_absolute_url()
    before = reader.get(path)
    for name, change in UNRELATED.items():
        change(around)
        with CaptureQueriesContext(connection) as queries:
            after = reader.get(path)
        found[name] = (len(queries), after.content == before.content)
    assert found == dict.fromkeys(UNRELATED, (2, True))
