"""Claims that bear on each other: related, merged into one class, taken apart again."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from articles.models import Event
from claims.actions import upkeep
from claims.actions.evidence import link_evidence, void_evidence
from claims.actions.merging import merge_claims, relate_claims, void_claim_link
from claims.models import Claim, ClaimLink
from claims.refusals import Refusal
from tests.factories import (
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    SourceFactory,
    day,
)

pytestmark = pytest.mark.django_db

STANDING = ("evidence_state", "origins_low", "origins_high", "for_count", "against_count")


def standing(claim: Claim) -> tuple[Any, ...]:
    return Claim.objects.values_list(*STANDING).get(pk=claim.pk)


def test_merged_claims_count_together_and_apart_again(editor: User) -> None:
    one, other, third = ClaimFactory(), ClaimFactory(), ClaimFactory()
    EvidenceFactory(claim=one)
    EvidenceFactory(claim=other)
    EvidenceFactory(claim=other, stance="denies")
    EvidenceFactory(claim=third)
    alone = [standing(claim) for claim in (one, other, third)]
    assert alone == [
        ("single_origin", 1, 1, 1, 0),
        ("contested", 1, 1, 1, 1),
        ("single_origin", 1, 1, 1, 0),
    ]
    first = merge_claims(by=editor, duplicate=other, survivor=one)
    both = ("contested", 2, 2, 2, 1)
    assert [standing(claim) for claim in (one, other, third)] == [both, both, alone[2]]
    second = merge_claims(by=editor, duplicate=one, survivor=third)
    all_three = ("contested", 3, 3, 3, 1)
    assert [standing(claim) for claim in (one, other, third)] == [all_three] * 3
    assert list(Claim.objects.survivors()) == [third]

    void_claim_link(by=editor, link=second, reason="Not the same.")
    assert [standing(claim) for claim in (one, other, third)] == [both, both, alone[2]]
    void_claim_link(by=editor, link=first, reason="Not the same.")
    assert [standing(claim) for claim in (one, other, third)] == alone
    assert set(Claim.objects.survivors()) == {one, other, third}


def test_merge_taken_back_in_the_middle(editor: User) -> None:
    """What is left of the class on either side stands for itself."""
    one, two, three, four = (ClaimFactory() for _ in range(4))
    for claim in (one, two, three, four):
        EvidenceFactory(claim=claim)
    MergeFactory(duplicate=one, survivor=two)
    middle = MergeFactory(duplicate=two, survivor=three)
    MergeFactory(duplicate=three, survivor=four)
    assert {standing(claim)[1] for claim in (one, two, three, four)} == {4}
    void_claim_link(by=editor, link=middle, reason="Not the same.")
    assert [standing(claim)[1] for claim in (one, two, three, four)] == [2, 2, 2, 2]


def test_evidence_of_a_merged_claim_moves_the_class(editor: User) -> None:
    merge = MergeFactory()
    gone, kept = Claim.objects.get(pk=merge.merged_id), merge.survivor
    evidence = link_evidence(
        by=editor, claim=gone, source=SourceFactory(), stated=day("2023-03-07")
    )
    assert standing(kept) == standing(gone) == ("single_origin", 1, 1, 1, 0)
    void_evidence(by=editor, evidence=evidence, reason="misread")
    assert standing(kept) == standing(gone) == ("unsourced", 0, 0, 0, 0)


def test_copy_within_a_class_counts_once(editor: User) -> None:
    one, other = ClaimFactory(), ClaimFactory()
    origin, copy = EvidenceFactory(claim=one), EvidenceFactory(claim=other)
    EvidenceLinkFactory(evidence=copy, other=origin)
    assert (standing(one)[1:3], standing(other)[1:3]) == ((1, 1), (0, 1))
    merge_claims(by=editor, duplicate=other, survivor=one)
    assert (standing(one)[1:3], standing(other)[1:3]) == ((1, 1), (1, 1))


def test_merge_told_in_the_survivors_chain(editor: User) -> None:
    one, other = ClaimFactory(), EvidenceFactory().claim
    link = merge_claims(by=editor, duplicate=other, survivor=one, note=" Two translations. ")
    event = Event.objects.filter(claim=one).latest("seq")
    assert (event.verb, event.payload["merged"], event.payload["note"]) == (
        "claim.merged",
        other.pk,
        "Two translations.",
    )
    assert event.payload["standing"]["to"]["evidence_state"] == "single_origin"
    assert (link.survivor, link.merged_id) == (one, other.pk)


def test_merge_refused(editor: User) -> None:
    one, other, third = (ClaimFactory() for _ in range(3))
    merge_claims(by=editor, duplicate=one, survivor=other)
    for duplicate, survivor in ((one, third), (third, one), (one, other), (other, one)):
        with pytest.raises(ValidationError) as caught:
            merge_claims(by=editor, duplicate=duplicate, survivor=survivor)
        assert list(caught.value.message_dict) == ["other"]
    with pytest.raises(ValidationError) as caught:
        merge_claims(by=editor, duplicate=third, survivor=third)
    assert list(caught.value.message_dict) == ["other"]
    assert ClaimLink.objects.count() == 1


def test_public_claim_is_not_merged_into_a_private_one(editor: User) -> None:
    public, private = ClaimFactory(published=True), ClaimFactory()
    with pytest.raises(Refusal) as caught:
        merge_claims(by=editor, duplicate=public, survivor=private)
    assert caught.value.rule == "claimlink_survivor_public"
    merge_claims(by=editor, duplicate=private, survivor=public)


def test_symmetric_relation_stored_once(editor: User) -> None:
    one, other = ClaimFactory(), ClaimFactory()
    link = relate_claims(by=editor, claim=other, other=one, kind="contradicts")
    assert (link.from_claim, link.to_claim) == (one, other)
    with pytest.raises(ValidationError) as caught:
        relate_claims(by=editor, claim=one, other=other, kind="contradicts")
    assert list(caught.value.message_dict) == ["other"]
    entails = relate_claims(by=editor, claim=other, other=one, kind="entails")
    assert (entails.from_claim, entails.to_claim) == (other, one)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "same_as"}, "kind"),
        ({"kind": "rhymes_with"}, "kind"),
        ({"note": "a\x00"}, "note"),
        ({"note": "x" * 2001}, "note"),
    ],
)
def test_relation_refused_at_its_field(given: dict[str, str], field: str, editor: User) -> None:
    one, other = ClaimFactory(), ClaimFactory()
    with pytest.raises(ValidationError) as caught:
        relate_claims(by=editor, **{"claim": one, "other": other, "kind": "entails", **given})
    assert list(caught.value.message_dict) == [field]


def test_relation_to_itself(editor: User) -> None:
    one = ClaimFactory()
    with pytest.raises(ValidationError) as caught:
        relate_claims(by=editor, claim=one, other=one, kind="entails")
    assert list(caught.value.message_dict) == ["other"]


def test_relation_voided(editor: User) -> None:
    link = ClaimLinkFactory()
    held = void_claim_link(by=editor, link=link, reason=" misread ")
    assert (held.void_reason, ClaimLink.objects.current().count()) == ("misread", 0)
    with pytest.raises(Refusal) as caught:
        void_claim_link(by=editor, link=link, reason="again")
    assert caught.value.rule == "known_only_voided"


@pytest.mark.parametrize("reason", [" ", "a\x00b", "x" * 501])
def test_relation_voided_without_a_reason_that_can_stand(reason: str, editor: User) -> None:
    link = ClaimLinkFactory()
    with pytest.raises(ValidationError) as caught:
        void_claim_link(by=editor, link=link, reason=reason)
    assert list(caught.value.message_dict) == ["reason"]
    assert ClaimLink.objects.current().count() == 1


def test_locks_need_a_transaction() -> None:
    claim = ClaimFactory()
    assert list(upkeep.lock(claim.pk)) == [claim.pk]
    with pytest.raises(Claim.DoesNotExist, match="no claim 0"):
        upkeep.lock(claim.pk, 0)
