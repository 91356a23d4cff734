"""Verdicts: proposed by one person, published by another, corrected in the open."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone
from pytest_django import Settings

from articles.models import Event
from claims.actions.evidence import void_evidence
from claims.actions.verdicts import (
    Grade,
    discard_verdict,
    propose_verdict,
    propose_withdrawal,
    publish_verdict,
    revise_verdict,
)
from claims.models import Citation, Claim, Verdict
from claims.refusals import Refusal
from tests.factories import ClaimFactory, EvidenceFactory, MergeFactory, VerdictFactory, day

pytestmark = pytest.mark.django_db

FOUND: dict[str, Any] = {
    "kind": "first",
    "finding": "insufficient",
    "confidence": "low",
    "summary": "One voice.",
    "reasoning": "Nobody else has seen it.",
}


def verbs(claim: Claim) -> list[str]:
    events = Event.objects.filter(claim=claim, subject_type="verdict")
    return list(events.order_by("seq").values_list("verb", flat=True))


# Proposing


def test_verdict_proposed_with_what_was_given(editor: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    verdict = propose_verdict(
        by=editor,
        claim=evidence.claim,
        kind="first",
        finding="supported",
        confidence="high",
        summary=" In\nshort. ",
        reasoning=" At length. ",
        citations=[Grade(evidence=evidence, reliability="B", credibility="2", note=" Seen. ")],
        dated=day("2023-03-08"),
    )
    held = Verdict.objects.get(pk=verdict.pk)
    assert (held.summary, held.reasoning, held.author, held.dated) == (
        "In short.",
        "At length.",
        editor,
        day("2023-03-08"),
    )
    assert (held.is_draft, held.reviewer, held.without_second_person) == (True, None, False)
    (cited,) = held.citations.all()
    assert (cited.evidence, cited.reliability, cited.credibility, cited.note) == (
        evidence,
        "B",
        "2",
        "Seen.",
    )
    assert Event.objects.filter(claim=evidence.claim).latest("seq").payload["citations"] == [
        {"evidence": evidence.pk, "reliability": "B", "credibility": "2", "note": "Seen."}
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"finding": ""}, "finding"),
        ({"finding": "half true"}, "finding"),
        ({"confidence": ""}, "finding"),
        ({"confidence": "total"}, "confidence"),
        ({"kind": "guess"}, "kind"),
        ({"summary": " "}, "summary"),
        ({"summary": "x" * 401}, "summary"),
        ({"summary": "a\x00"}, "summary"),
        ({"reasoning": ""}, "reasoning"),
        ({"reasoning": "a\ud800"}, "reasoning"),
        ({"reasoning": "x" * 20_001}, "reasoning"),
        ({"kind": "correction"}, "correction_note"),
        ({"kind": "withdrawal", "correction_note": "All."}, "finding"),
        ({"dated": DateRange(date(2023, 3, 8), date(2023, 3, 7))}, "dated"),
    ],
)
def test_verdict_refused_at_its_field(given: dict[str, Any], field: str, editor: User) -> None:
    claim = ClaimFactory(published=True)
    with pytest.raises(ValidationError) as caught:
        propose_verdict(by=editor, claim=claim, **{**FOUND, **given})
    assert list(caught.value.message_dict) == [field]
    assert Verdict.objects.count() == 0


def test_verdict_update_of_nothing(editor: User) -> None:
    with pytest.raises(Refusal) as caught:
        propose_verdict(
            by=editor, claim=ClaimFactory(published=True), **{**FOUND, "kind": "update"}
        )
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "verdict_after_first",
        ["kind"],
    )


def test_verdict_on_what_is_not_checkable(editor: User) -> None:
    claim = ClaimFactory(kind="position", checkable=False, published=True)
    with pytest.raises(Refusal) as caught:
        propose_verdict(by=editor, claim=claim, **FOUND)
    assert caught.value.rule == "verdict_on_checkable"
    propose_withdrawal(by=editor, claim=claim, reason="Not what was said.")


def test_verdict_second_draft(editor: User) -> None:
    verdict = VerdictFactory()
    with pytest.raises(ValidationError) as caught:
        propose_withdrawal(by=editor, claim=verdict.claim, reason="All of it.")
    assert caught.value.messages == ["This claim already has a proposed verdict."]


def test_verdict_second_first(editor: User, chief: User) -> None:
    verdict = VerdictFactory(published_by=chief)
    with pytest.raises(ValidationError) as caught:
        propose_verdict(by=editor, claim=verdict.claim, **FOUND)
    assert caught.value.message_dict == {"kind": ["This claim already has a first verdict."]}


def test_verdict_cites_evidence_of_its_class_only(editor: User) -> None:
    own, elsewhere = EvidenceFactory(claim__published=True), EvidenceFactory()
    grades = [Grade(evidence=own), Grade(evidence=elsewhere)]
    with pytest.raises(Refusal) as caught:
        propose_verdict(by=editor, claim=own.claim, citations=grades, **FOUND)
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "citation_of_this_claim",
        ["citations"],
    )
    assert Verdict.objects.count() == 0
    MergeFactory(duplicate=elsewhere.claim, survivor=own.claim)
    verdict = propose_verdict(by=editor, claim=own.claim, citations=grades, **FOUND)
    assert verdict.citations.count() == 2


@pytest.mark.parametrize(
    ("grade", "field"),
    [
        ({"reliability": "G"}, "reliability"),
        ({"credibility": "7"}, "credibility"),
        ({"note": "a\x00"}, "note"),
        ({"credibility": "1"}, "citations"),
    ],
)
def test_citation_refused_at_its_field(grade: dict[str, str], field: str, editor: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    with pytest.raises(ValidationError) as caught:
        propose_verdict(
            by=editor,
            claim=evidence.claim,
            citations=[Grade(evidence=evidence, **grade)],
            **FOUND,
        )
    assert list(caught.value.message_dict) == [field]
    assert Verdict.objects.count() == Citation.objects.count() == 0


def test_citation_twice(editor: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    with pytest.raises(ValidationError) as caught:
        propose_verdict(
            by=editor, claim=evidence.claim, citations=[Grade(evidence=evidence)] * 2, **FOUND
        )
    assert caught.value.messages == ["The verdict already cites this evidence."]


# Revising and dropping


def test_verdict_revised_by_another_is_published_by_a_third(
    editor: User, second_editor: User, chief: User
) -> None:
    evidence = EvidenceFactory(claim__published=True)
    verdict = VerdictFactory(by=editor, claim=evidence.claim)
    revised = revise_verdict(
        by=second_editor,
        verdict=verdict,
        citations=[Grade(evidence=evidence, reliability="C")],
        **{**FOUND, "finding": "supported"},
    )
    assert (revised.author, revised.finding, revised.citations.get().reliability) == (
        second_editor,
        "supported",
        "C",
    )
    with pytest.raises(Refusal) as caught:
        publish_verdict(by=second_editor, verdict=verdict)
    assert caught.value.rule == "verdict_second_person"
    publish_verdict(by=chief, verdict=verdict)
    assert verbs(evidence.claim) == ["verdict.proposed", "verdict.revised", "verdict.published"]


def test_verdict_dropped(editor: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    verdict = propose_verdict(
        by=editor, claim=evidence.claim, citations=[Grade(evidence=evidence)], **FOUND
    )
    discard_verdict(by=editor, verdict=verdict, reason=" overtaken ")
    assert Verdict.objects.count() == Citation.objects.count() == 0
    told = Event.objects.filter(claim=evidence.claim).latest("seq").payload
    assert (told["reason"], told["summary"], len(told["citations"])) == (
        "overtaken",
        "One voice.",
        1,
    )
    propose_verdict(by=editor, claim=evidence.claim, **FOUND)


@pytest.mark.parametrize("reason", [" ", "a\x00b", "a\ud800b", "x" * 501])
def test_verdict_dropped_without_a_reason_that_can_stand(reason: str, editor: User) -> None:
    verdict = VerdictFactory()
    with pytest.raises(ValidationError) as caught:
        discard_verdict(by=editor, verdict=verdict, reason=reason)
    assert list(caught.value.message_dict) == ["reason"]
    assert Verdict.objects.count() == 1


# Publishing


def test_verdict_published_by_a_second_person(editor: User, chief: User) -> None:
    verdict = VerdictFactory(by=editor)
    held = publish_verdict(by=chief, verdict=verdict)
    assert (held.author, held.reviewer, held.without_second_person) == (editor, chief, False)
    assert held.published_at is not None
    assert verdict.created_at < held.published_at <= timezone.now()
    for act in (
        lambda: publish_verdict(by=chief, verdict=verdict),
        lambda: revise_verdict(by=chief, verdict=verdict, **FOUND),
        lambda: discard_verdict(by=chief, verdict=verdict, reason="no"),
    ):
        with pytest.raises(Refusal) as caught:
            act()
        assert caught.value.rule == "verdict_frozen"


def test_verdict_published_by_its_author(editor: User, settings: Settings) -> None:
    verdict = VerdictFactory(by=editor)
    for alone, allowed in ((False, False), (True, False), (False, True)):
        settings.SAYSO_ALLOW_SOLO_VERDICTS = allowed
        with pytest.raises(Refusal) as caught:
            publish_verdict(by=editor, verdict=verdict, alone=alone)
        assert caught.value.rule == "verdict_second_person"
    settings.SAYSO_ALLOW_SOLO_VERDICTS = True
    held = publish_verdict(by=editor, verdict=verdict, alone=True)
    assert (held.reviewer, held.without_second_person) == (editor, True)
    assert Event.objects.filter(claim=held.claim).latest("seq").payload["without_second_person"]


def test_verdict_published_by_another_carries_no_mark(
    editor: User, chief: User, settings: Settings
) -> None:
    settings.SAYSO_ALLOW_SOLO_VERDICTS = True
    held = publish_verdict(by=chief, verdict=VerdictFactory(by=editor), alone=True)
    assert held.without_second_person is False


@pytest.mark.parametrize("finding", ["supported", "refuted", "conflicting"])
def test_verdict_published_without_citation(finding: str, chief: User) -> None:
    verdict = VerdictFactory(finding=finding)
    with pytest.raises(Refusal) as caught:
        publish_verdict(by=chief, verdict=verdict)
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "verdict_cites_evidence",
        ["citations"],
    )
    assert Verdict.objects.get().is_draft
    assert verbs(verdict.claim) == ["verdict.proposed"]


def test_verdict_published_citing_voided_evidence(editor: User, chief: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    verdict = VerdictFactory(claim=evidence.claim, citations=[Grade(evidence=evidence)])
    void_evidence(by=editor, evidence=evidence, reason="misread")
    with pytest.raises(Refusal) as caught:
        publish_verdict(by=chief, verdict=verdict)
    assert caught.value.rule == "verdict_cites_live_evidence"


def test_verdict_published_on_a_private_claim(chief: User) -> None:
    verdict = VerdictFactory(claim__published=False)
    with pytest.raises(Refusal) as caught:
        publish_verdict(by=chief, verdict=verdict)
    assert caught.value.rule == "verdict_on_published_claim"


def test_prediction_refuted_too_early(chief: User) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    claim = ClaimFactory(
        prediction=True, published=True, window=DateRange(date(2023, 4, 1), tomorrow)
    )
    evidence = EvidenceFactory(claim=claim, stance="denies")
    verdict = VerdictFactory(claim=claim, finding="refuted", citations=[Grade(evidence=evidence)])
    with pytest.raises(Refusal) as caught:
        publish_verdict(by=chief, verdict=verdict)
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "verdict_prediction_still_open",
        ["finding"],
    )


def test_credibility_one_lost_before_publication(editor: User, chief: User) -> None:
    claim = ClaimFactory(published=True)
    evidence, other = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim, citations=[Grade(evidence=evidence, credibility="1")])
    void_evidence(by=editor, evidence=other, reason="misread")
    with pytest.raises(Refusal) as caught:
        publish_verdict(by=chief, verdict=verdict)
    assert caught.value.rule == "citation_confirmed_by_others"


# In the open


def test_correction_stands_beside_what_it_corrects(editor: User, chief: User) -> None:
    first = VerdictFactory(published_by=chief)
    VerdictFactory(
        claim=first.claim,
        kind="correction",
        finding="unresolvable",
        correction_note="The date was wrong.",
        published_by=chief,
    )
    claim = Claim.objects.with_status().get(pk=first.claim_id)
    assert (claim.status_code, claim.verdict_kind) == ("unresolvable", "correction")
    assert list(claim.verdicts.published().values_list("kind", flat=True)) == [
        "correction",
        "first",
    ]


def test_withdrawn_claim_says_so(editor: User, chief: User) -> None:
    claim = ClaimFactory(published=True)
    draft = propose_withdrawal(by=editor, claim=claim, reason="Never said. " * 100)
    assert (draft.summary, draft.finding) == (("Never said. " * 100)[:400].strip(), "")
    publish_verdict(by=chief, verdict=draft)
    assert Claim.objects.with_status().get(pk=claim.pk).status_code == "withdrawn"


@pytest.mark.parametrize("reason", ["", " ", "a\x00b"])
def test_withdrawal_without_a_reason(reason: str, editor: User) -> None:
    with pytest.raises(ValidationError):
        propose_withdrawal(by=editor, claim=ClaimFactory(published=True), reason=reason)
    assert Verdict.objects.count() == 0


def test_verdict_as_of_a_moment(chief: User) -> None:
    first = VerdictFactory(published_by=chief)
    second = VerdictFactory(claim=first.claim, kind="update", published_by=chief)
    draft = VerdictFactory(claim=first.claim, kind="update")
    first.refresh_from_db()
    assert first.published_at is not None
    before = first.published_at - timedelta(microseconds=1)
    assert list(Verdict.objects.as_of(before)) == []
    assert list(Verdict.objects.as_of(first.published_at)) == [first]
    assert list(Verdict.objects.as_of(timezone.now())) == [second, first]
    assert list(Verdict.objects.drafts()) == [draft]
