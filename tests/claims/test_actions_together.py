"""Actions at the same moment: nothing is lost, nobody waits for ever, the record stays whole."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from articles.models import Event
from claims import record
from claims.actions import upkeep
from claims.actions.evidence import (
    add_appearance,
    link_evidence,
    relate_evidence,
    void_evidence,
)
from claims.actions.intake import edit_claim, publish_claim
from claims.actions.merging import merge_claims, void_claim_link
from claims.actions.redaction import redact
from claims.actions.roles import affiliate
from claims.actions.verdicts import propose_verdict, publish_verdict
from claims.history_check import check
from claims.models import Appearance, Claim, ClaimLink, Evidence, Verdict
from tests.factories import (
    AppearanceFactory,
    ClaimFactory,
    EvidenceFactory,
    MergeFactory,
    SourceFactory,
    VerdictFactory,
    day,
    passage_of,
)
from tests.sql import PATIENCE, Elsewhere, Sql, until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

AT_ONCE = 6  # the pool of connections holds ten


def together(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of these at once, each on a connection of its own; return results and errors."""
    barrier = Barrier(min(len(acts), AT_ONCE))

    def run(number: int) -> Any:
        try:
            if number < barrier.parties:
                barrier.wait(PATIENCE)
            return acts[number]()
        except ValidationError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(run, range(len(acts)), timeout=10 * PATIENCE))


def whole() -> tuple[Any, ...]:
    """What must be empty after anything."""
    drifts = [
        drift
        for pk in Claim.objects.values_list("pk", flat=True)
        for drift in upkeep.recompute(claim=pk, store=False)
    ]
    return check(record.entries()).faults, record.orphans(), drifts


WHOLE = ((), [], [])


def refusals(results: Iterable[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, ValidationError)]


def test_forty_publish_and_edit_one_claim(editor: User) -> None:
    """Every wording that was accepted is in the record once; none comes after the publication."""
    claim = ClaimFactory(text="It rained")

    def edit(number: int) -> Callable[[], Any]:
        return lambda: edit_claim(by=editor, claim=claim, text=f"It rained {number} times")

    def publish() -> Any:
        return publish_claim(by=editor, claim=claim)

    acts = [publish if number % 10 == 5 else edit(number) for number in range(40)]
    results = together(*acts)
    refused = refusals(results)
    assert {error.rule for error in refused} <= {"claim_frozen"}
    events = list(Event.objects.filter(claim=claim).order_by("seq"))
    edited = [event for event in events if event.verb == "claim.edited"]
    assert len(edited) == 36 - len(refused)
    assert [event.verb for event in events] == [
        "claim.logged",
        *["claim.edited"] * len(edited),
        "claim.published",
    ]
    wordings = ["It rained", *(event.payload["to"]["text"] for event in edited)]
    assert [event.payload["from"]["text"] for event in edited] == wordings[:-1]
    held = Claim.objects.get(pk=claim.pk)
    assert (held.text, events[-1].payload["text"]) == (wordings[-1], wordings[-1])
    assert whole() == WHOLE


def test_evidence_linked_voided_and_related_at_once(editor: User) -> None:
    claim = ClaimFactory()
    held = [EvidenceFactory(claim=claim) for _ in range(6)]
    sources = [SourceFactory() for _ in range(6)]

    def link(number: int) -> Callable[[], Any]:
        return lambda: link_evidence(
            by=editor, claim=claim, source=sources[number], stated=day("2023-03-07")
        )

    def void(number: int) -> Callable[[], Any]:
        return lambda: void_evidence(by=editor, evidence=held[number], reason="misread")

    def copy(number: int) -> Callable[[], Any]:
        return lambda: relate_evidence(
            by=editor, evidence=held[number], other=held[(number + 1) % 6], kind="repeats"
        )

    acts = [act(number) for number in range(6) for act in (link, void, copy)]
    results = together(*acts)
    (circle,) = refusals(results)
    assert circle.rule == "evidencelink_no_circle"
    assert Evidence.objects.current().count() == 6
    stored = Claim.objects.get(pk=claim.pk)
    assert (stored.origins_low, stored.for_count) == (6, 6)
    assert whole() == WHOLE


def test_merges_that_cross(editor: User) -> None:
    """Six claims merged in both directions at once: some are refused, and nobody waits for ever."""
    claims = [ClaimFactory() for _ in range(6)]
    for claim in claims:
        EvidenceFactory(claim=claim)

    def merge(gone: int, kept: int) -> Callable[[], Any]:
        return lambda: merge_claims(by=editor, duplicate=claims[gone], survivor=claims[kept])

    pairs = [(n, (n + 1) % 6) for n in range(6)] + [((n + 1) % 6, n) for n in range(6)]
    results = together(*(merge(gone, kept) for gone, kept in pairs))
    links = [result for result in results if isinstance(result, ClaimLink)]
    assert len(links) + len(refusals(results)) == len(pairs)
    assert len(Claim.objects.survivors()) == 6 - len(links)
    assert whole() == WHOLE

    results = together(
        *(
            (lambda link=link: void_claim_link(by=editor, link=link, reason="not the same"))
            for link in links
        )
    )
    assert refusals(results) == []
    assert len(Claim.objects.survivors()) == 6
    assert whole() == WHOLE


def test_merges_while_evidence_comes_in(editor: User) -> None:
    claims = [ClaimFactory() for _ in range(4)]
    sources = [SourceFactory() for _ in range(12)]

    def link(number: int) -> Callable[[], Any]:
        return lambda: link_evidence(
            by=editor, claim=claims[-1 - number % 4], source=sources[number], stated=day("2023-03")
        )

    def merge(number: int) -> Callable[[], Any]:
        return lambda: merge_claims(by=editor, duplicate=claims[number + 1], survivor=claims[0])

    acts = (
        [link(n) for n in range(6)] + [merge(n) for n in range(3)] + [link(n) for n in range(6, 12)]
    )
    assert refusals(together(*acts)) == []
    assert {claim.origins_low for claim in Claim.objects.all()} == {12}
    assert whole() == WHOLE


def test_locks_taken_again_when_a_merge_came_in_between(editor: User) -> None:
    """The lower claim is locked first, though it belongs to the class only since we waited."""
    low, high = ClaimFactory(), ClaimFactory()
    other = Elsewhere()
    waiting = Sql("SELECT id FROM claims_claim WHERE id = %s FOR UPDATE", [high.pk])
    other.send(waiting)

    def lock() -> list[int]:
        try:
            with transaction.atomic():
                return list(upkeep.lock(high.pk))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        future = threads.submit(lock)
        until(lambda: blocked_by(other))
        other.send(
            Sql(
                "INSERT INTO claims_claimlink (kind, from_claim_id, to_claim_id, survivor_id,"
                " recorded_by_id, void_reason, note)"
                " VALUES ('same_as', %s, %s, %s, %s, '', '') RETURNING id",
                [low.pk, high.pk, low.pk, editor.pk],
            )
        )
        other.connection.commit()
        assert future.result(PATIENCE) == [low.pk, high.pk]
    other.close()


def blocked_by(elsewhere: Elsewhere) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
            [elsewhere.connection.info.backend_pid],
        )
        return cursor.fetchone()[0] > 0


def test_locks_need_a_transaction() -> None:
    """Outside of one they would be let go at once."""
    claim = ClaimFactory()
    with pytest.raises(transaction.TransactionManagementError):
        upkeep.lock(claim.pk)


def test_role_and_evidence_added_at_once(editor: User) -> None:
    """Whoever comes second weighs with what the first has added."""
    minister, president = SourceFactory(person=True), SourceFactory(person=True)
    ministry = SourceFactory()
    during = DateRange(day("2023-01-01").lower, None)
    affiliate(
        by=editor,
        source=president,
        organisation=ministry,
        role="President",
        during=during,
        one_voice=True,
    )
    claims = [EvidenceFactory(source=president).claim for _ in range(5)]

    def link(claim: Claim) -> Callable[[], Any]:
        return lambda: link_evidence(
            by=editor, claim=claim, source=minister, stated=day("2023-03-07")
        )

    def hold_office() -> Any:
        return affiliate(
            by=editor,
            source=minister,
            organisation=ministry,
            role="Minister",
            during=during,
            one_voice=True,
        )

    results = together(hold_office, *(link(claim) for claim in claims))
    assert refusals(results) == []
    assert {(claim.origins_low, claim.origins_high) for claim in Claim.objects.all()} == {(1, 2)}
    assert whole() == WHOLE


def test_text_redacted_while_passages_are_anchored(editor: User, chief: User) -> None:
    """Each passage either came before and is blanked, or comes too late."""
    held = AppearanceFactory()
    snapshot = held.snapshot
    others = [EvidenceFactory() for _ in range(5)]

    def anchor(evidence: Evidence) -> Callable[[], Any]:
        passage = passage_of(snapshot, "It rained")
        return lambda: add_appearance(by=editor, evidence=evidence, passage=passage)

    results = together(
        *(anchor(evidence) for evidence in others[:2]),
        lambda: redact(by=chief, subject=snapshot, reason="Court order"),
        *(anchor(evidence) for evidence in others[2:]),
    )
    refused = refusals(results)
    assert {error.rule for error in refused} <= {"appearance_quotation_in_place"}
    rows = Appearance.objects.filter(snapshot=snapshot)
    assert len(rows) == 6 - len(refused)
    assert {(row.exact, row.redaction_reason) for row in rows} == {("", "Court order")}
    assert whole() == WHOLE


def test_verdict_published_twice_at_once(editor: User, second_editor: User, chief: User) -> None:
    verdict = VerdictFactory(by=editor)
    results = together(
        lambda: publish_verdict(by=second_editor, verdict=verdict),
        lambda: publish_verdict(by=chief, verdict=verdict),
    )
    (refused,) = refusals(results)
    assert refused.rule == "verdict_frozen"
    assert Event.objects.filter(verb="verdict.published").count() == 1
    assert whole() == WHOLE


def test_verdict_proposed_twice_at_once(editor: User, second_editor: User) -> None:
    claim = ClaimFactory(published=True)
    found = {
        "kind": "first",
        "finding": "insufficient",
        "confidence": "low",
        "summary": "One voice.",
        "reasoning": "Nobody else has seen it.",
    }
    results = together(
        *(
            (lambda by=by: propose_verdict(by=by, claim=claim, **found))
            for by in (editor, second_editor)
        )
    )
    (refused,) = refusals(results)
    assert refused.messages == ["This claim already has a proposed verdict."]
    assert Verdict.objects.count() == 1
    assert whole() == WHOLE


def test_merged_claim_is_locked_with_its_class() -> None:
    merge = MergeFactory()
    with transaction.atomic():
        held = list(upkeep.lock(merge.merged_id))
    assert held == sorted([merge.from_claim_id, merge.to_claim_id])
