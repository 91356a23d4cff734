"""Evidence and its appearances: linked, related, voided; what the claim amounts to follows."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db.backends.postgresql.psycopg_any import DateRange

from articles.models import Event
from claims.actions.evidence import (
    Passage,
    add_appearance,
    link_evidence,
    relate_evidence,
    void_appearance,
    void_evidence,
    void_evidence_link,
)
from claims.actions.intake import log_claim
from claims.models import Appearance, Claim, Evidence, EvidenceLink
from claims.refusals import Refusal
from tests.factories import (
    AppearanceFactory,
    ArticleFactory,
    ClaimFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    SnapshotFactory,
    SourceFactory,
    day,
    passage_of,
)

pytestmark = pytest.mark.django_db


def origins(claim: Claim) -> tuple[int, int]:
    held = Claim.objects.get(pk=claim.pk)
    return held.origins_low, held.origins_high


def standing(claim: Claim) -> tuple[str, int, int, int, int]:
    held = Claim.objects.get(pk=claim.pk)
    return (
        held.evidence_state,
        held.origins_low,
        held.origins_high,
        held.for_count,
        held.against_count,
    )


def told(claim: Claim) -> Any:
    return Event.objects.filter(claim=claim).latest("seq").payload


# The worked example of the model


def test_nord_stream(editor: User) -> None:
    """The numbers of the worked example in docs/model.md, step by step, through the actions."""
    claim = log_claim(by=editor, text="A pro-Ukrainian group sabotaged the Nord Stream pipelines")

    def speaks(name: str, kind: str) -> Evidence:
        source = SourceFactory(name=name, kind=kind)
        return link_evidence(by=editor, claim=claim, source=source, stated=day("2023-03-07"))

    officials = speaks("unnamed US intelligence officials, as described by the NYT", "unnamed")
    assert standing(claim) == ("single_origin", 1, 1, 1, 0)
    speaks("other unnamed US officials, as described by another paper", "unnamed")
    assert standing(claim) == ("single_origin", 1, 2, 2, 0)
    investigation = speaks("A newspaper that investigated", "organisation")
    assert standing(claim) == ("corroborated", 2, 3, 3, 0)
    for number in range(10):
        outlet = speaks(f"Outlet {number}", "organisation")
        relate_evidence(by=editor, evidence=outlet, other=officials, kind="repeats")
        assert origins(claim) == (2, 3)
    assert standing(claim) == ("corroborated", 2, 3, 13, 0)
    void_evidence(by=editor, evidence=investigation, reason="It was retracted.")
    assert standing(claim) == ("single_origin", 1, 2, 12, 0)


# Linking


def test_evidence_linked_with_what_was_given(editor: User) -> None:
    claim, source = ClaimFactory(), SourceFactory(person=True)
    evidence = link_evidence(
        by=editor,
        claim=claim,
        source=source,
        stated=day("2023-03"),
        stance="asserts",
        scope="narrower",
        p_low=Decimal("0.2"),
        p_high=Decimal("0.4"),
        language="uk",
        note=" Said twice. ",
        interested=True,
    )
    held = Evidence.objects.get(pk=evidence.pk)
    assert (held.claim, held.source, held.stated, held.stance, held.scope) == (
        claim,
        source,
        day("2023-03"),
        "asserts",
        "narrower",
    )
    assert (held.p_low, held.p_high, held.language, held.note, held.interested) == (
        Decimal("0.200"),
        Decimal("0.400"),
        "uk",
        "Said twice.",
        True,
    )
    assert (held.recorded_by, held.is_void, held.known.upper) == (editor, False, None)
    payload = told(claim)
    assert (payload["p_low"], payload["stated"], payload["appearances"]) == (
        "0.2",
        "2023-03-01/2023-04-01",
        [],
    )
    assert payload["standing"] == {
        "from": {
            "evidence_state": "unsourced",
            "origins_low": 0,
            "origins_high": 0,
            "for_count": 0,
            "against_count": 0,
        },
        "to": {
            "evidence_state": "single_origin",
            "origins_low": 1,
            "origins_high": 1,
            "for_count": 1,
            "against_count": 0,
        },
    }


def test_evidence_linked_with_its_chain(editor: User) -> None:
    snapshot = SnapshotFactory(text="NYT reports: officials could not exclude it. So it was.")
    reported = ArticleFactory(title="The report")
    evidence = link_evidence(
        by=editor,
        claim=ClaimFactory(),
        source=SourceFactory(unnamed=True),
        stated=day("2023-03-07"),
        passages=[
            Passage(article=reported),
            passage_of(
                snapshot,
                "officials could not exclude it",
                via=0,
                hedge=" could not exclude ",
                basis="inferred",
                seen=True,
                verbatim=True,
            ),
        ],
    )
    origin, quoted = evidence.appearances.all()
    assert (origin.article, origin.snapshot, origin.span, origin.via) == (
        reported,
        None,
        None,
        None,
    )
    assert (quoted.via, quoted.hedge, quoted.basis, quoted.seen, quoted.verbatim) == (
        origin,
        "could not exclude",
        "inferred",
        True,
        True,
    )
    assert snapshot.text[quoted.span.lower : quoted.span.upper] == quoted.exact
    assert (quoted.prefix, quoted.suffix) == ("NYT reports: ", ". So it was.")
    appearances = told(evidence.claim)["appearances"]
    assert [(row["id"], row["via"], row["exact"]) for row in appearances] == [
        (origin.pk, None, ""),
        (quoted.pk, origin.pk, "officials could not exclude it"),
    ]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"stated": DateRange(empty=True)}, "stated"),
        ({"stated": DateRange(date(2023, 3, 8), date(2023, 3, 7))}, "stated"),
        ({"stance": "hints"}, "stance"),
        ({"scope": "vaguer"}, "scope"),
        ({"stance": "supports"}, "note"),
        ({"stance": "weakens", "note": " "}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"note": "a\ud800b"}, "note"),
        ({"note": "x" * 4001}, "note"),
        ({"language": "?"}, "language"),
        ({"p_low": Decimal("0.5")}, "p_low"),
        ({"p_high": Decimal("0.5")}, "p_low"),
        ({"p_low": Decimal("0.6"), "p_high": Decimal("0.5")}, "p_low"),
        ({"p_low": Decimal("-0.1"), "p_high": Decimal("0.5")}, "p_low"),
        ({"p_low": Decimal("0.5"), "p_high": Decimal("1.1")}, "p_low"),
        ({"p_low": Decimal("0.5"), "p_high": Decimal("0.5"), "stance": "denies"}, "p_low"),
        ({"p_low": Decimal("0.1234"), "p_high": Decimal("0.5")}, "p_low"),
    ],
)
def test_evidence_refused_at_its_field(given: dict[str, Any], field: str, editor: User) -> None:
    claim, source = ClaimFactory(), SourceFactory()
    with pytest.raises(ValidationError) as caught:
        link_evidence(
            by=editor, **{"claim": claim, "source": source, "stated": day("2023-03-07"), **given}
        )
    assert list(caught.value.message_dict) == [field]
    assert Evidence.objects.count() == 0
    assert standing(claim) == ("unsourced", 0, 0, 0, 0)


def test_evidence_twice(editor: User) -> None:
    held = EvidenceFactory()
    again = {"claim": held.claim, "source": held.source, "stated": day("2023-03")}
    with pytest.raises(ValidationError) as caught:
        link_evidence(by=editor, **again)
    assert caught.value.message_dict == {
        "source": ["This source already takes this stance on this claim at that date."]
    }
    link_evidence(by=editor, **again, stance="denies")
    void_evidence(by=editor, evidence=held, reason="misread")
    link_evidence(by=editor, **again)
    assert standing(held.claim) == ("contested", 1, 1, 1, 1)


# Passages


def test_passage_shifted_by_one(editor: User) -> None:
    held = EvidenceFactory()
    passage = passage_of(SnapshotFactory(), "it could be dry")
    assert passage.start is not None
    assert passage.end is not None
    for by in (-1, 1):
        shifted = replace(passage, start=passage.start + by, end=passage.end + by)
        with pytest.raises(Refusal) as caught:
            add_appearance(by=editor, evidence=held, passage=shifted)
        assert (caught.value.rule, list(caught.value.message_dict)) == (
            "appearance_quotation_in_place",
            ["exact"],
        )
    assert Appearance.objects.count() == 0


@pytest.mark.parametrize(
    ("start", "end"), [(-1, 3), (5, 3), (0, 10_000), (10_000, 10_003), (2**40, 2**41), (3, 3)]
)
def test_passage_beyond_the_text(start: int, end: int, editor: User) -> None:
    held, snapshot = EvidenceFactory(), SnapshotFactory()
    passage = Passage(
        article=snapshot.article, snapshot=snapshot, start=start, end=end, exact="The"
    )
    with pytest.raises(ValidationError) as caught:
        add_appearance(by=editor, evidence=held, passage=passage)
    assert list(caught.value.message_dict) == ["exact"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"hedge": "might"}, "hedge"),
        ({"hedge": "a\x00"}, "hedge"),
        ({"exact": "it could be d\x00y"}, "exact"),
        ({"basis": "hearsay"}, "basis"),
        ({"start": None, "end": None}, "exact"),
    ],
)
def test_passage_refused_at_its_field(change: dict[str, Any], field: str, editor: User) -> None:
    held = EvidenceFactory()
    passage = replace(passage_of(SnapshotFactory(), "it could be dry"), **change)
    with pytest.raises(ValidationError) as caught:
        add_appearance(by=editor, evidence=held, passage=passage)
    assert list(caught.value.message_dict) == [field]
    assert Appearance.objects.count() == 0


def test_passage_of_another_article(editor: User) -> None:
    passage = replace(passage_of(SnapshotFactory(), "It rained"), article=ArticleFactory())
    with pytest.raises(Refusal) as caught:
        add_appearance(by=editor, evidence=EvidenceFactory(), passage=passage)
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "appearance_snapshot_of_article",
        ["article"],
    )


def test_passage_via_other_evidence(editor: User) -> None:
    other = AppearanceFactory()
    passage = passage_of(SnapshotFactory(), "It rained", via=other)
    with pytest.raises(Refusal) as caught:
        add_appearance(by=editor, evidence=EvidenceFactory(), passage=passage)
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "appearance_via_same_evidence",
        ["via"],
    )


def test_passage_twice(editor: User) -> None:
    held = AppearanceFactory()
    passage = passage_of(held.snapshot, held.exact)
    with pytest.raises(ValidationError) as caught:
        add_appearance(by=editor, evidence=held.evidence, passage=passage)
    assert list(caught.value.message_dict) == ["exact"]
    void_appearance(by=editor, appearance=held, reason="misread")
    add_appearance(by=editor, evidence=held.evidence, passage=passage)


def test_bad_passage_leaves_no_evidence(editor: User) -> None:
    claim = ClaimFactory()
    passage = replace(passage_of(SnapshotFactory(), "It rained"), exact="It snowed")
    with pytest.raises(Refusal):
        link_evidence(
            by=editor,
            claim=claim,
            source=SourceFactory(),
            stated=day("2023-03-07"),
            passages=[passage],
        )
    assert Evidence.objects.count() == 0
    assert standing(claim) == ("unsourced", 0, 0, 0, 0)


# Voiding


def test_evidence_voided(editor: User) -> None:
    evidence = EvidenceFactory()
    held = void_evidence(by=editor, evidence=evidence, reason=" misread ")
    assert (held.is_void, held.void_reason) == (True, "misread")
    assert held.known.upper is not None
    assert standing(evidence.claim) == ("unsourced", 0, 0, 0, 0)
    assert told(evidence.claim)["reason"] == "misread"
    assert told(evidence.claim)["standing"]["to"]["evidence_state"] == "unsourced"
    with pytest.raises(Refusal) as caught:
        void_evidence(by=editor, evidence=evidence, reason="again")
    assert caught.value.rule == "known_only_voided"


@pytest.mark.parametrize("reason", ["", " \n", "a\x00b", "a\ud800b", "x" * 501])
def test_voided_without_a_reason_that_can_stand(reason: str, editor: User) -> None:
    appearance = AppearanceFactory()
    link = EvidenceLinkFactory(evidence=appearance.evidence)
    for void in (
        lambda: void_evidence(by=editor, evidence=appearance.evidence, reason=reason),
        lambda: void_appearance(by=editor, appearance=appearance, reason=reason),
        lambda: void_evidence_link(by=editor, link=link, reason=reason),
    ):
        with pytest.raises(ValidationError) as caught:
            void()
        assert list(caught.value.message_dict) == ["reason"]
    assert Evidence.objects.current().count() == 2
    assert Appearance.objects.current().count() == 1
    assert EvidenceLink.objects.current().count() == 1


# Relations


def test_relation_in_a_circle(editor: User) -> None:
    held = EvidenceLinkFactory()
    with pytest.raises(Refusal) as caught:
        relate_evidence(
            by=editor, evidence=held.to_evidence, other=held.from_evidence, kind="relies_on"
        )
    assert (caught.value.rule, list(caught.value.message_dict)) == (
        "evidencelink_no_circle",
        ["to_evidence"],
    )
    assert EvidenceLink.objects.count() == 1


@pytest.mark.parametrize("kind", ["repeats", "responds_to"])
def test_relation_to_itself(kind: str, editor: User) -> None:
    held = EvidenceFactory()
    with pytest.raises(ValidationError) as caught:
        relate_evidence(by=editor, evidence=held, other=held, kind=kind)
    assert list(caught.value.message_dict) == ["to_evidence"]


def test_relation_twice(editor: User) -> None:
    held = EvidenceLinkFactory()
    again = {"evidence": held.from_evidence, "other": held.to_evidence, "kind": "repeats"}
    with pytest.raises(ValidationError) as caught:
        relate_evidence(by=editor, **again)
    assert list(caught.value.message_dict) == ["to_evidence"]
    void_evidence_link(by=editor, link=held, reason="misread")
    relate_evidence(by=editor, **again)


def test_relation_moves_the_standing_of_both_claims(editor: User) -> None:
    copy, origin = EvidenceFactory(), EvidenceFactory()
    assert (origins(copy.claim), origins(origin.claim)) == ((1, 1), (1, 1))
    link = relate_evidence(by=editor, evidence=copy, other=origin, kind="repeats")
    assert (origins(copy.claim), origins(origin.claim)) == ((0, 1), (1, 1))
    assert told(copy.claim)["standing"]["to"]["origins_low"] == 0
    void_evidence_link(by=editor, link=link, reason="misread")
    assert (origins(copy.claim), origins(origin.claim)) == ((1, 1), (1, 1))


def test_withdrawal_reaches_the_copies_on_other_claims(editor: User) -> None:
    """What was taken back is no origin, over however many claims its copies are spread."""
    said, between, copy = (EvidenceFactory() for _ in range(3))
    relate_evidence(by=editor, evidence=copy, other=between, kind="repeats")
    tie = relate_evidence(by=editor, evidence=between, other=said, kind="repeats")
    assert origins(copy.claim) == (0, 1)
    took_back = EvidenceFactory(source=said.source, claim=said.claim, stance="denies")
    withdrawal = relate_evidence(by=editor, evidence=took_back, other=said, kind="withdraws")
    assert (origins(copy.claim), origins(between.claim)) == ((0, 0), (0, 0))
    void_evidence_link(by=editor, link=tie, reason="misread")
    assert (origins(copy.claim), origins(between.claim)) == ((0, 1), (1, 1))
    void_evidence_link(by=editor, link=withdrawal, reason="misread")
    assert origins(said.claim) == (1, 1)


def test_withdrawal_by_the_source(editor: User) -> None:
    claim = ClaimFactory()
    said = EvidenceFactory(claim=claim)
    copy = EvidenceFactory(claim=claim)
    relate_evidence(by=editor, evidence=copy, other=said, kind="repeats")
    took_back = EvidenceFactory(
        claim=claim, source=said.source, stance="denies", stated=day("2023-03-09")
    )
    assert standing(claim) == ("contested", 1, 1, 2, 1)
    relate_evidence(by=editor, evidence=took_back, other=said, kind="withdraws")
    assert standing(claim) == ("denied_only", 0, 0, 2, 1)
