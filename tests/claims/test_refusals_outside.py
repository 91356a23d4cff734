"""What PostgreSQL refuses of outside verdicts and of claims set aside, each with its twin."""

from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User

from claims.actions.evidence import void_evidence
from claims.actions.merging import void_claim_link
from claims.actions.outside import void_outside_verdict
from claims.actions.setting_aside import set_aside, take_up
from claims.actions.verdicts import discard_verdict
from claims.models import Claim, ClaimLink, Evidence, OutsideVerdict
from tests.factories import (
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    OutsideVerdictFactory,
    SourceFactory,
    VerdictFactory,
)
from tests.sql import Elsewhere, Sql, accepts, copied, refuses, rule_of, update

CLAIM, SOURCE, OUTSIDE = "claims_claim", "articles_source", "claims_outsideverdict"
ASIDE = {"set_aside_because": "Too vague"}

pytestmark = pytest.mark.django_db


def another(held: OutsideVerdict, **changes: Any) -> Sql:
    """Like ``held``, but from another address."""
    return copied(OUTSIDE, held.pk, **{"url": "https://checks.example/other", **changes})


# Outside verdicts


def test_label_of_others_is_blank() -> None:
    held = OutsideVerdictFactory()
    refuses("outsideverdict_label_not_blank", another(held, label=""))
    refuses("outsideverdict_label_not_blank", another(held, label=" \n\t"))
    accepts(another(held, label="–"))


def test_finding_of_others_is_none_of_ours() -> None:
    held = OutsideVerdictFactory()
    refuses("outsideverdict_finding_known", another(held, finding="Mostly false"))
    accepts(another(held, finding="refuted"))
    accepts(another(held, finding="", url=""))


def test_date_of_others_is_empty_or_outside_the_calendar() -> None:
    held = OutsideVerdictFactory()
    refuses("outsideverdict_dated_not_empty", another(held, dated="empty"))
    rule = "outsideverdict_dated_in_calendar"
    refuses(rule, another(held, dated="[2023-01-01,infinity)"))
    refuses(rule, another(held, dated="[20000-01-01,20000-01-02)"))
    accepts(another(held, dated=None))
    accepts(another(held, dated="[2023-01-01,2024-01-01)"))


@pytest.mark.parametrize(("url", "dated"), [("https://a.example/", None), ("", None), ("", "x")])
def test_verdict_of_others_twice(url: str, dated: str | None, editor: User) -> None:
    """Nothing is like nothing: neither a missing date nor a missing address makes another one."""
    held = OutsideVerdictFactory(url=url, **({} if dated else {"dated": None}))
    refuses("outsideverdict_once", copied(OUTSIDE, held.pk))
    refuses("outsideverdict_once", copied(OUTSIDE, held.pk, finding="refuted", note="Again."))
    accepts(copied(OUTSIDE, held.pk, label="Pants on fire"))
    accepts(copied(OUTSIDE, held.pk, url="https://b.example/"))
    accepts(copied(OUTSIDE, held.pk, dated="[2020-01-01,2020-01-02)"))
    accepts(copied(OUTSIDE, held.pk, claim_id=ClaimFactory().pk))
    accepts(copied(OUTSIDE, held.pk, organisation_id=SourceFactory().pk))
    void_outside_verdict(by=editor, verdict=held, reason="Another claim")
    accepts(copied(OUTSIDE, held.pk, void_reason=""))


def test_longest_address_and_label_of_others_fit() -> None:
    """What an index can hold is no limit: 2,000 and 300 characters that can't be packed."""
    address = "https://x.example/" + "".join(chr(0x4E00 + n * 7 % 20000) for n in range(1982))
    label = "".join(chr(0x1F300 + n * 11 % 700) for n in range(300))
    held = OutsideVerdictFactory()
    accepts(copied(OUTSIDE, held.pk, url=address, label=label))
    refuses("outsideverdict_once", copied(OUTSIDE, held.pk, url=address, label=label))


def test_verdict_of_somebody_unnamed() -> None:
    held, unnamed = OutsideVerdictFactory(), SourceFactory(unnamed=True)
    refuses("outsideverdict_by_named", another(held, organisation_id=unnamed.pk))
    accepts(another(held, organisation_id=SourceFactory(person=True).pk))


def test_somebody_who_gave_verdicts_loses_the_name(editor: User) -> None:
    held = OutsideVerdictFactory()
    rule, source = "source_gave_verdicts", held.organisation_id
    refuses(rule, update(SOURCE, source, kind="unnamed"))
    void_outside_verdict(by=editor, verdict=held, reason="Another claim")
    refuses(rule, update(SOURCE, source, kind="unnamed"))
    accepts(update(SOURCE, source, kind="person"))
    accepts(update(SOURCE, SourceFactory().pk, kind="unnamed"))


# A claim set aside


def test_published_claim_set_aside() -> None:
    claim, draft = ClaimFactory(published=True), ClaimFactory()
    refuses("claim_set_aside_is_draft", update(CLAIM, claim.pk, **ASIDE))
    accepts(update(CLAIM, draft.pk, **ASIDE))
    published = {"published_at": "2000-01-01T00:00:00Z"}
    refuses("claim_set_aside_is_draft", update(CLAIM, draft.pk, **published))
    accepts(update(CLAIM, draft.pk, **published, set_aside_because=""))


def test_claim_with_evidence_set_aside(editor: User) -> None:
    held = EvidenceFactory()
    refuses("claim_set_aside_bare", update(CLAIM, held.claim_id, **ASIDE))
    void_evidence(by=editor, evidence=held, reason="Misread")
    accepts(update(CLAIM, held.claim_id, **ASIDE))


def test_claim_with_verdict_of_others_set_aside(editor: User) -> None:
    held = OutsideVerdictFactory()
    refuses("claim_set_aside_bare", update(CLAIM, held.claim_id, **ASIDE))
    void_outside_verdict(by=editor, verdict=held, reason="Another claim")
    accepts(update(CLAIM, held.claim_id, **ASIDE))


def test_claim_with_proposed_verdict_set_aside(editor: User) -> None:
    held = VerdictFactory(claim=ClaimFactory())
    refuses("claim_set_aside_bare", update(CLAIM, held.claim_id, **ASIDE))
    discard_verdict(by=editor, verdict=held, reason="Too early")
    accepts(update(CLAIM, held.claim_id, **ASIDE))


def test_claim_with_relation_set_aside(editor: User) -> None:
    held = ClaimLinkFactory()
    for claim in held.from_claim_id, held.to_claim_id:
        refuses("claim_set_aside_bare", update(CLAIM, claim, **ASIDE))
    void_claim_link(by=editor, link=held, reason="Wrong")
    for claim in held.from_claim_id, held.to_claim_id:
        accepts(update(CLAIM, claim, **ASIDE))


def test_something_hung_on_a_claim_set_aside(editor: User) -> None:
    claim = set_aside(by=editor, claim=ClaimFactory(), reason="Too vague")
    statements = [
        copied("claims_evidence", EvidenceFactory().pk, claim_id=claim.pk),
        copied(OUTSIDE, OutsideVerdictFactory().pk, claim_id=claim.pk),
        copied("claims_verdict", VerdictFactory(claim=ClaimFactory()).pk, claim_id=claim.pk),
        copied("claims_claimlink", ClaimLinkFactory(kind="entails").pk, to_claim_id=claim.pk),
        copied("claims_claimlink", ClaimLinkFactory(kind="entails").pk, from_claim_id=claim.pk),
    ]
    for statement in statements:
        refuses("claim_taken_up", statement)
    take_up(by=editor, claim=claim)
    for statement in statements:
        accepts(statement)


# Two writers of the same moment


@pytest.fixture
def elsewhere(db: None) -> Any:
    opened: list[Elsewhere] = []

    def make(isolation: psycopg.IsolationLevel | None = None) -> Elsewhere:
        opened.append(Elsewhere(isolation))
        return opened[-1]

    yield make
    for other in opened:
        other.close()


def refused_elsewhere(other: Elsewhere, statement: Sql) -> str:
    with pytest.raises(psycopg.Error) as caught:
        other.send(statement)
    other.connection.rollback()
    return rule_of(caught.value)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_claim_set_aside_while_evidence_comes(elsewhere: Any) -> None:
    claim, held = ClaimFactory(), EvidenceFactory()
    one, two = elsewhere(), elsewhere()
    one.send(copied("claims_evidence", held.pk, claim_id=claim.pk))
    waiting = two.start(update(CLAIM, claim.pk, **ASIDE))
    one.connection.commit()
    with pytest.raises(psycopg.Error) as caught:
        waiting.result()
    assert rule_of(caught.value) == "claim_set_aside_bare"
    assert Evidence.objects.filter(claim=claim).count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_evidence_comes_while_claim_is_set_aside(elsewhere: Any) -> None:
    claim, held = ClaimFactory(), EvidenceFactory()
    one, two = elsewhere(), elsewhere()
    one.send(update(CLAIM, claim.pk, **ASIDE))
    waiting = two.start(copied("claims_evidence", held.pk, claim_id=claim.pk))
    one.connection.commit()
    with pytest.raises(psycopg.Error) as caught:
        waiting.result()
    assert rule_of(caught.value) == "claim_taken_up"
    assert Claim.objects.get(pk=claim.pk).is_set_aside
    assert ClaimLink.objects.count() == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_source_loses_its_name_while_its_verdict_comes(elsewhere: Any) -> None:
    held, source = OutsideVerdictFactory(), SourceFactory()
    one, two = elsewhere(), elsewhere()
    one.send(copied(OUTSIDE, held.pk, organisation_id=source.pk))
    waiting = two.start(update(SOURCE, source.pk, kind="unnamed"))
    one.connection.commit()
    with pytest.raises(psycopg.Error) as caught:
        waiting.result()
    assert rule_of(caught.value) == "source_gave_verdicts"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_verdict_of_others_under_another_isolation(elsewhere: Any) -> None:
    held = OutsideVerdictFactory()
    strict = elsewhere(psycopg.IsolationLevel.REPEATABLE_READ)
    assert refused_elsewhere(strict, another(held)) == "read_committed"
    renamed = update(SOURCE, held.organisation_id, kind="person")
    assert refused_elsewhere(strict, renamed) == "read_committed"
    plain = elsewhere()
    plain.send(another(held))
    plain.send(renamed)
    plain.connection.commit()
