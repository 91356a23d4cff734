"""What PostgreSQL refuses when two connections write at the same moment.

The first writes and waits; the second is seen waiting for it, or refused at once. Then the first
commits, or takes it back, and the second must see what the first left.
"""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User

from articles.models import Event
from claims.models import Appearance, Citation, Claim, Evidence, EvidenceLink, Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    VerdictFactory,
)
from tests.sql import PATIENCE, Elsewhere, Sql, copied, delete, insert, rule_of, update

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CITATION, CLAIM, EVIDENCE, VERDICT = (
    "claims_citation",
    "claims_claim",
    "claims_evidence",
    "claims_verdict",
)


@pytest.fixture
def one(transactional_db: None) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere()
    yield elsewhere
    elsewhere.close()


@pytest.fixture
def other(transactional_db: None) -> Iterator[Elsewhere]:
    elsewhere = Elsewhere()
    yield elsewhere
    elsewhere.close()


def refused_elsewhere(elsewhere: Elsewhere, statement: Sql) -> str:
    with pytest.raises(psycopg.Error) as caught:
        elsewhere.send(statement)
    elsewhere.connection.rollback()
    return rule_of(caught.value)


def refused_after(one: Elsewhere, other: Elsewhere, statement: Sql) -> str:
    """The rule by which ``other``, who waits for ``one`` to commit, is then refused."""
    future = other.start(statement)
    one.connection.commit()
    with pytest.raises(psycopg.Error) as caught:
        future.result(timeout=PATIENCE)
    other.connection.rollback()
    return rule_of(caught.value)


def accepted_after_rollback(one: Elsewhere, other: Elsewhere, statement: Sql) -> None:
    """See that ``other`` only waited: nothing stands against it once ``one`` takes it back."""
    future = other.start(statement)
    one.connection.rollback()
    future.result(timeout=PATIENCE)
    other.connection.commit()


def reliance(from_: Evidence, to: Evidence) -> Sql:
    return insert(
        "claims_evidencelink",
        kind="relies_on",
        from_evidence_id=from_.pk,
        to_evidence_id=to.pk,
        recorded_by_id=from_.recorded_by_id,
        void_reason="",
        note="",
    )


def citation(verdict: Verdict, evidence: Evidence) -> Sql:
    return insert(
        CITATION,
        verdict_id=verdict.pk,
        evidence_id=evidence.pk,
        reliability="B",
        credibility="2",
        note="",
    )


def publication(verdict: Verdict, by: User) -> Sql:
    return update(VERDICT, verdict.pk, published_at="2000-01-01T00:00:00Z", reviewer_id=by.pk)


@pytest.fixture
def cited(chief: User) -> tuple[Verdict, Citation, Evidence]:
    """A proposal that needs its one citation, and evidence that it doesn't cite."""
    claim = ClaimFactory(published=True)
    evidence, loose = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim, finding="supported")
    row = Citation.objects.create(verdict=verdict, evidence=evidence)
    return verdict, row, loose


Cited = tuple[Verdict, Citation, Evidence]


def test_circle_closed_together(one: Elsewhere, other: Elsewhere) -> None:
    claim = ClaimFactory()
    a, b, c = (EvidenceFactory(claim=claim) for _ in range(3))
    one.send(reliance(a, b))
    accepted_after_rollback(one, other, reliance(b, a))
    one.send(reliance(a, c))
    assert refused_after(one, other, reliance(c, b)) == "evidencelink_no_circle"
    assert EvidenceLink.objects.count() == 2


def test_claims_merged_in_a_circle_together(one: Elsewhere, other: Elsewhere, chief: User) -> None:
    a, b, c = sorted((ClaimFactory() for _ in range(3)), key=lambda claim: claim.pk)

    def merge(gone: Claim, kept: Claim) -> Sql:
        first, second = sorted((gone.pk, kept.pk))
        return insert(
            "claims_claimlink",
            kind="same_as",
            from_claim_id=first,
            to_claim_id=second,
            survivor_id=kept.pk,
            recorded_by_id=chief.pk,
            void_reason="",
            note="",
        )

    one.send(merge(a, b))
    one.connection.commit()
    one.send(merge(b, c))
    assert refused_after(one, other, merge(c, a)) == "claimlink_survivor_stands"


def test_two_proposals_together(one: Elsewhere, other: Elsewhere) -> None:
    draft = VerdictFactory()
    claim = ClaimFactory(published=True)
    proposal = copied(VERDICT, draft.pk, claim_id=claim.pk)
    one.send(proposal)
    assert refused_after(one, other, proposal) == "verdict_one_draft"
    assert claim.verdicts.count() == 1


def test_first_published_twice_together(one: Elsewhere, other: Elsewhere, chief: User) -> None:
    draft = VerdictFactory()
    one.send(publication(draft, chief))
    assert refused_after(one, other, publication(draft, chief)) == "verdict_frozen"


def test_first_published_while_another_first_comes_in(
    one: Elsewhere, other: Elsewhere, chief: User
) -> None:
    draft = VerdictFactory()
    one.send(publication(draft, chief))
    second = copied(VERDICT, draft.pk)
    assert refused_after(one, other, second) == "verdict_one_first"
    assert draft.claim.verdicts.count() == 1


def test_citation_added_while_publishing(
    one: Elsewhere, other: Elsewhere, cited: Cited, chief: User
) -> None:
    verdict, _row, loose = cited
    one.send(publication(verdict, chief))
    assert refused_after(one, other, citation(verdict, loose)) == "citation_frozen"
    assert verdict.citations.count() == 1


def test_published_while_a_citation_is_added(
    one: Elsewhere, other: Elsewhere, cited: Cited, chief: User
) -> None:
    verdict, _row, loose = cited
    one.send(citation(verdict, loose))
    future = other.start(publication(verdict, chief))
    one.connection.commit()
    future.result(timeout=PATIENCE)
    other.connection.commit()
    assert verdict.citations.count() == 2


def test_citation_taken_away_while_publishing(
    one: Elsewhere, other: Elsewhere, cited: Cited, chief: User
) -> None:
    verdict, row, _loose = cited
    one.send(publication(verdict, chief))
    assert refused_after(one, other, delete(CITATION, row.pk)) == "citation_frozen"


def test_published_while_its_citation_is_taken_away(
    one: Elsewhere, other: Elsewhere, cited: Cited, chief: User
) -> None:
    verdict, row, _loose = cited
    one.send(delete(CITATION, row.pk))
    assert refused_after(one, other, publication(verdict, chief)) == "verdict_cites_evidence"
    assert Verdict.objects.get(pk=verdict.pk).is_draft


def test_published_while_its_evidence_is_voided(
    one: Elsewhere, other: Elsewhere, cited: Cited, chief: User
) -> None:
    verdict, row, _loose = cited
    one.send(update(EVIDENCE, row.evidence_id, void_reason="misread"))
    assert refused_after(one, other, publication(verdict, chief)) == "verdict_cites_live_evidence"


def test_evidence_voided_while_publishing(
    one: Elsewhere, other: Elsewhere, cited: Cited, chief: User
) -> None:
    """It is voided after the verdict was published, and not before it in the same moment."""
    verdict, row, _loose = cited
    one.send(publication(verdict, chief))
    future = other.start(update(EVIDENCE, row.evidence_id, void_reason="misread"))
    one.connection.commit()
    future.result(timeout=PATIENCE)
    other.connection.commit()
    held = Verdict.objects.get(pk=verdict.pk)
    assert held.published_at is not None
    assert held.published_at < Evidence.objects.get(pk=row.evidence_id).known.upper


def test_claim_no_longer_checkable_while_proposing(one: Elsewhere, other: Elsewhere) -> None:
    draft, claim = VerdictFactory(), ClaimFactory(published=True)
    one.send(update(CLAIM, claim.pk, checkable=False))
    proposal = copied(VERDICT, draft.pk, claim_id=claim.pk)
    assert refused_after(one, other, proposal) == "verdict_on_checkable"
    one.send(update(CLAIM, claim.pk, checkable=True))
    one.connection.commit()
    one.send(proposal)
    no_longer = update(CLAIM, claim.pk, checkable=False)
    assert refused_after(one, other, no_longer) == "claim_judged_is_checkable"


def test_voided_twice_together(one: Elsewhere, other: Elsewhere) -> None:
    evidence = EvidenceFactory()
    one.send(update(EVIDENCE, evidence.pk, void_reason="misread"))
    again = update(EVIDENCE, evidence.pk, void_reason="something else")
    assert refused_after(one, other, again) == "known_only_voided"
    assert Evidence.objects.get(pk=evidence.pk).void_reason == "misread"


def test_evidence_twice_together(one: Elsewhere, other: Elsewhere) -> None:
    held = EvidenceFactory()
    claim = ClaimFactory()
    one.send(copied(EVIDENCE, held.pk, claim_id=claim.pk))
    same = copied(EVIDENCE, held.pk, claim_id=claim.pk, stated="[2023-03-01,2023-04-01)")
    assert refused_after(one, other, same) == "evidence_once"


def test_passage_anchored_while_its_text_is_redacted(one: Elsewhere, other: Elsewhere) -> None:
    held = AppearanceFactory()
    text = "articles_snapshot"
    one.send(update(text, held.snapshot_id, text="", redaction_reason="order"))
    the = {"span": "[0,3)", "exact": "The", "prefix": "", "suffix": ""}
    passage = copied("claims_appearance", held.pk, **the)
    assert refused_after(one, other, passage) == "appearance_quotation_in_place"
    assert Appearance.objects.count() == 1


def test_events_of_one_chain_together(one: Elsewhere, other: Elsewhere) -> None:
    claim = ClaimFactory()
    first = Event.objects.get(claim=claim)
    event = copied("articles_event", first.pk)
    one.send(event)
    future = other.start(event)
    one.connection.commit()
    future.result(timeout=PATIENCE)
    other.connection.commit()
    chain = list(Event.objects.filter(claim=claim).order_by("seq"))
    assert [row.seq for row in chain] == [1, 2, 3]
    assert [row.prev_hash for row in chain[1:]] == [row.hash for row in chain[:2]]


def test_events_of_two_chains_together(one: Elsewhere, other: Elsewhere) -> None:
    """Writers of different claims never wait for each other."""
    events = [Event.objects.get(claim=ClaimFactory()).pk for _ in range(2)]
    one.send(copied("articles_event", events[0]))
    other.send(copied("articles_event", events[1]))
    other.connection.commit()
    one.connection.commit()
    assert Event.objects.filter(seq=2).count() == 2


@pytest.mark.parametrize(
    "isolation", [psycopg.IsolationLevel.REPEATABLE_READ, psycopg.IsolationLevel.SERIALIZABLE]
)
def test_rules_are_not_asked_about_the_past(
    isolation: psycopg.IsolationLevel, one: Elsewhere, chief: User
) -> None:
    """A snapshot taken before would hide what stands against it now."""
    claim = ClaimFactory(published=True)
    a, b = EvidenceFactory(claim=claim), EvidenceFactory(claim=claim)
    verdict = VerdictFactory(claim=claim)
    one.connection.isolation_level = isolation
    links = "claims_claimlink"
    statements: list[Any] = [
        reliance(a, b),
        citation(verdict, a),
        publication(verdict, chief),
        update(CLAIM, claim.pk, checkable=False),
        delete(VERDICT, verdict.pk),
        Sql(f"UPDATE {links} SET note = note RETURNING id"),
    ]
    for statement in statements:
        assert refused_elsewhere(one, statement) == "read_committed"
    one.connection.isolation_level = psycopg.IsolationLevel.READ_UNCOMMITTED
    one.send(reliance(a, b))
    one.connection.commit()
    one.connection.isolation_level = None
    one.send(citation(verdict, a))
    one.connection.commit()
