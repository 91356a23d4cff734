"""Tampering with the record is named: the check by itself, against PostgreSQL, and by property."""

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Event
from claims import record
from claims.actions.challenges import close_challenge
from claims.actions.outside import void_outside_verdict
from claims.actions.redaction import redact
from claims.actions.reviewing import take_over
from claims.actions.setting_aside import set_aside, take_up
from claims.actions.verdicts import Grade, discard_verdict, publish_verdict, revise_verdict
from claims.history_check import (
    ORIGIN,
    Entry,
    Fault,
    FaultKind,
    Report,
    check,
    digest_of,
    hash_of,
)
from claims.models import Claim
from claims.record import TABLES, Altered, Orphan
from tests.factories import (
    AffiliationFactory,
    AppearanceFactory,
    ChallengeFactory,
    ClaimFactory,
    ClaimLinkFactory,
    EvidenceFactory,
    EvidenceLinkFactory,
    MatchDecisionFactory,
    MergeFactory,
    OutsideVerdictFactory,
    QuestionFactory,
    SnapshotFactory,
    SourceFactory,
    VerdictFactory,
    passage_of,
)
from tests.sql import Raw, Sql, accepts, copied, delete, insert, update

NOW = "2023-03-08T09:30:00.000000Z"


def written(rows: list[tuple[str, str]], chain: str = "claim/1") -> list[Entry]:
    """A chain as PostgreSQL writes it: (verb, payload) each."""
    entries: list[Entry] = []
    for seq, (verb, payload) in enumerate(rows, 1):
        bare = Entry(
            chain=chain,
            seq=seq,
            subject_type="claim",
            subject_id=1,
            claim_id=None if chain.startswith("source") else 1,
            verb=verb,
            by_id=7,
            at=NOW,
            payload=payload,
            salt=f"{seq:064x}",
            digest="",
            prev_hash=entries[-1].hash if entries else ORIGIN,
            hash="",
        )
        digested = replace(bare, digest=digest_of(bare))
        entries.append(replace(digested, hash=hash_of(digested)))
    return entries


def five() -> list[Entry]:
    return written([(f"claim.act_{letter}", f'{{"n": "{letter}"}}') for letter in "abcde"])


def faults(entries: list[Entry]) -> list[tuple[int, str]]:
    return [(fault.seq, str(fault.kind)) for fault in check(entries).faults]


# The check by itself


def test_untouched() -> None:
    other = written([("source.added", "{}")], chain="source/3")
    assert check([*five(), *other]) == Report(chains=2, events=6, redacted=0, faults=())
    assert check([]) == Report(chains=0, events=0, redacted=0, faults=())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject_type", "verdict"),
        ("subject_id", 2),
        ("claim_id", 2),
        ("claim_id", None),
        ("verb", "claim.published"),
        ("by_id", 8),
        ("at", "2023-03-08T09:30:00.000001Z"),
        ("digest", "0" * 64),
        ("prev_hash", "0" * 64),
        ("hash", "0" * 64),
    ],
)
def test_column_changed(column: str, value: object) -> None:
    entries = five()
    entries[2] = replace(entries[2], **{column: value})
    assert faults(entries) == [(3, "changed")]


@pytest.mark.parametrize("column", ["payload", "salt"])
def test_payload_changed(column: str) -> None:
    entries = five()
    changed = {"payload": '{"n": "x"}', "salt": "f" * 64}[column]
    entries[2] = replace(entries[2], **{column: changed})
    assert faults(entries) == [(3, "payload")]


def test_characters_lent_from_salt_to_payload() -> None:
    """Salt and payload are joined: where the one ends must be settled."""
    (entry,) = written([("claim.logged", "12")])
    lent = replace(entry, salt=entry.salt[:-1], payload=entry.salt[-1] + entry.payload)
    assert digest_of(lent) == entry.digest
    assert faults([lent]) == [(1, "payload")]


def test_middle_missing() -> None:
    entries = five()
    assert faults([*entries[:2], *entries[3:]]) == [(4, "missing")]
    assert faults([*entries[:1], *entries[4:]]) == [(5, "missing")]
    assert faults(entries[1:]) == [(2, "missing")]


def test_middle_missing_and_the_rest_renumbered() -> None:
    entries = five()
    closed = [*entries[:2], *(replace(row, seq=row.seq - 1) for row in entries[3:])]
    assert faults(closed) == [(3, "moved"), (4, "moved")]


def test_swapped() -> None:
    entries = five()
    entries[1], entries[2] = replace(entries[2], seq=2), replace(entries[1], seq=3)
    assert faults(entries) == [(2, "moved"), (3, "moved")]


def test_inserted() -> None:
    entries = five()
    forged = replace(entries[1], seq=3, verb="claim.praised", prev_hash=entries[1].hash)
    forged = replace(forged, hash=hash_of(forged))
    opened = [*entries[:2], forged, *(replace(row, seq=row.seq + 1) for row in entries[2:])]
    assert faults(opened) == [(4, "moved"), (5, "moved"), (6, "moved")]


def test_replaced_by_one_whose_own_hash_fits() -> None:
    entries = five()
    forged = replace(entries[2], verb="claim.praised")
    entries[2] = replace(forged, hash=hash_of(forged))
    assert faults(entries) == [(4, "broken")]


def test_two_of_one_number() -> None:
    entries = five()
    assert faults([*entries[:3], entries[2], *entries[3:]]) == [(3, "doubled")]


def test_moved_to_another_chain() -> None:
    stray = replace(five()[2], chain="claim/2", claim_id=2)
    assert faults([*five(), stray]) == [(3, "changed")]


def test_redaction_that_is_told() -> None:
    entries = written(
        [
            ("claim.logged", '{"text": "secret"}'),
            ("claim.redacted", '{"events": [["claim/1", 1]], "reason": "order"}'),
        ]
    )
    entries[0] = replace(entries[0], salt="", payload='{"redacted": "order"}')
    assert check(entries) == Report(chains=1, events=2, redacted=1, faults=())


@pytest.mark.parametrize(
    "told",
    [
        "{}",
        '{"events": [["claim/1", 2]]}',
        '{"events": [["claim/2", 1]]}',
        '{"events": "claim/1"}',
        '{"events": [1, [], ["claim/1"], ["claim/1", 1, 1]]}',
        "[]",
    ],
)
def test_redaction_that_is_not_told(told: str) -> None:
    entries = written([("claim.logged", "{}"), ("claim.redacted", told)])
    entries[0] = replace(entries[0], salt="", payload='{"redacted": "order"}')
    assert faults(entries) == [(1, "untold")]


def test_redaction_told_by_an_event_that_was_changed() -> None:
    entries = written([("claim.logged", "{}"), ("claim.redacted", "{}")])
    entries[0] = replace(entries[0], salt="", payload='{"redacted": "order"}')
    entries[1] = replace(entries[1], payload='{"events": [["claim/1", 1]]}')
    assert faults(entries) == [(1, "untold"), (2, "payload")]


@pytest.mark.parametrize(
    "payload", ['{"text": "forged"}', '{"redacted": {}}', '{"redacted": " "}', "[]", '"redacted"']
)
def test_tombstone_that_holds_something(payload: str) -> None:
    told = '{"events": [["claim/1", 1]]}'
    entries = written([("claim.logged", "{}"), ("claim.redacted", told)])
    entries[0] = replace(entries[0], salt="", payload=payload)
    assert faults(entries) == [(1, "payload")]


def test_fault_in_words() -> None:
    fault = Fault("claim/17", 3, FaultKind.MISSING)
    assert str(fault) == "claim/17 #3: an event before it is missing"


def test_what_a_chain_cannot_tell() -> None:
    """Cut tails, deleted chains and full rewrites fit together; --help says so."""
    assert faults(five()[:3]) == []
    assert faults([]) == []
    assert faults(written([("claim.praised", "{}")] * 5)) == []


ENTRY_COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "chain": st.just("claim/9"),
    "subject_type": st.sampled_from(["verdict", "evidence"]),
    "subject_id": st.integers(2, 99),
    "claim_id": st.none() | st.integers(2, 99),
    "verb": st.sampled_from(["claim.praised", "claim.act_z"]),
    "by_id": st.integers(8, 99),
    "at": st.just("2024-01-01T00:00:00.000000Z"),
    "payload": st.sampled_from(['{"n": "z"}', '{"redacted": "order"}']),
    "salt": st.sampled_from(["", "f" * 64]),
    "digest": st.just("f" * 64),
    "prev_hash": st.just("f" * 64),
    "hash": st.just("f" * 64),
}


@st.composite
def tampered(draw: st.DrawFn) -> list[Entry]:
    """A chain after one to three acts, none of which only cuts the tail or leaves it as it was."""
    length = draw(st.integers(2, 8))
    entries = written([(f"claim.act_{n}", f'{{"n": {n}}}') for n in range(length)])
    for _ in range(draw(st.integers(1, 3))):
        if len(entries) < 2:
            break
        place = draw(st.integers(0, len(entries) - 2))
        act = draw(st.sampled_from(["change", "drop", "swap", "insert"]))
        if act == "change":
            column = draw(st.sampled_from(sorted(ENTRY_COLUMNS)))
            entries[place] = replace(entries[place], **{column: draw(ENTRY_COLUMNS[column])})
        elif act == "drop":
            del entries[place]
        elif act == "swap":
            one, other = entries[place], entries[place + 1]
            entries[place : place + 2] = [
                replace(other, seq=one.seq),
                replace(one, seq=other.seq),
            ]
        else:
            forged = replace(entries[place], verb="claim.praised", prev_hash=entries[place].hash)
            entries.insert(place + 1, replace(forged, hash=hash_of(forged)))
        if draw(st.booleans()):  # numbered anew, so that no gap shows
            entries = [replace(row, seq=seq) for seq, row in enumerate(entries, 1)]
    return entries


@given(tampered())
@settings(deadline=None)
def test_tampering_is_always_found(entries: list[Entry]) -> None:
    untouched = written([(f"claim.act_{n}", f'{{"n": {n}}}') for n in range(8)])
    cut = entries == untouched[: len(entries)]
    assert (check(entries).faults == ()) is cut


@given(st.integers(1, 8))
def test_untouched_is_never_accused(length: int) -> None:
    entries = written([(f"claim.act_{n}", f'{{"n": {n}}}') for n in range(length)])
    assert check(entries).faults == ()


# Against PostgreSQL


def full_house(editor: User, chief: User) -> Claim:
    """A record with an event of every kind, in several chains."""
    claim = ClaimFactory(prediction=True, published=True, text='Quotes " and ünïcode 🌧 \\ /')
    snapshot = SnapshotFactory()
    evidence = EvidenceFactory(claim=claim, passages=[passage_of(snapshot, "it could be dry")])
    AppearanceFactory(evidence=evidence, snapshot=snapshot, exact="It rained")
    EvidenceLinkFactory(evidence=EvidenceFactory(claim=claim), other=evidence)
    AffiliationFactory(source=evidence.source)
    MergeFactory(survivor=claim)
    ClaimLinkFactory()
    MatchDecisionFactory(suggested=claim)
    void_outside_verdict(by=editor, verdict=OutsideVerdictFactory(), reason="Another claim")
    OutsideVerdictFactory(claim=claim)
    take_up(by=editor, claim=set_aside(by=editor, claim=ClaimFactory(), reason="Too vague"))
    set_aside(by=editor, claim=ClaimFactory(), reason="Too vague")
    QuestionFactory()
    VerdictFactory(claim=claim, citations=[Grade(evidence=evidence)], published_by=chief)
    dropped = VerdictFactory(claim=claim, kind="update")
    discard_verdict(by=editor, verdict=dropped, reason="overtaken")
    redact(by=chief, subject=snapshot, reason="order")
    return claim


@pytest.mark.django_db
def test_check_computes_what_postgresql_computed(editor: User, chief: User) -> None:
    full_house(editor, chief)
    entries = list(record.entries())
    assert len(entries) == Event.objects.count()
    assert [hash_of(entry) for entry in entries] == [entry.hash for entry in entries]
    whole = [entry for entry in entries if not entry.is_redacted]
    assert [digest_of(entry) for entry in whole] == [entry.digest for entry in whole]
    assert len(entries) - len(whole) == 2
    report = check(entries)
    assert (report.events, report.redacted, report.faults) == (len(entries), 2, ())
    assert report.chains == Event.objects.values("chain").distinct().count()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "payload",
    [
        '{"b": 1, "a": 2, "a": 3}',
        '{"n": 1.10, "e": 1e3, "big": 123456789012345678901234567890.000}',
        '{"s": "\\u00e9 \\"quoted\\" \\\\ / \\n \\t 🌧", "z": null, "t": [true, {}, []]}',
        "{}",
    ],
)
def test_digest_is_of_the_payload_as_jsonb_prints_it(payload: str) -> None:
    event = Event.objects.get(claim=ClaimFactory())
    accepts(copied("articles_event", event.pk, payload=payload))
    last = list(record.entries())[-1]
    assert (last.seq, digest_of(last)) == (2, last.digest)
    assert json.loads(last.payload) == json.loads(payload)


def without_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE articles_event DISABLE TRIGGER USER")
        for table in TABLES.values():
            cursor.execute(f"ALTER TABLE {table.name} DISABLE TRIGGER USER")


STRANGER = "SELECT id FROM auth_user WHERE username = 'stranger'"
MUTATIONS: dict[str, Callable[[Event], list[Sql]]] = {
    "subject_type": lambda event: [changed(event, subject_type=Raw("subject_type || 'x'"))],
    "subject_id": lambda event: [changed(event, subject_id=Raw("subject_id + 1000"))],
    "verb": lambda event: [changed(event, verb="claim.praised")],
    "by": lambda event: [changed(event, by_id=Raw(f"({STRANGER})"))],
    "at": lambda event: [changed(event, at=Raw("at - interval '1 microsecond'"))],
    "payload": lambda event: [changed(event, payload='{"text": "forged"}')],
    "payload blanked": lambda event: [
        changed(event, salt="", payload='{"redacted": "court order"}')
    ],
    "salt": lambda event: [changed(event, salt="f" * 64)],
    "digest": lambda event: [changed(event, digest="f" * 64)],
    "prev_hash": lambda event: [changed(event, prev_hash="f" * 64)],
    "hash": lambda event: [changed(event, hash="f" * 64)],
    "deleted": lambda event: [delete("articles_event", event.pk)],
    "swapped": lambda event: [
        changed(event, seq=event.seq + 1000),
        Sql(
            "UPDATE articles_event SET seq = %s WHERE chain = %s AND seq = %s RETURNING id",
            [event.seq, event.chain, event.seq + 1],
        ),
        changed(event, seq=event.seq + 1),
    ],
    "inserted": lambda event: [
        Sql(
            "UPDATE articles_event SET seq = seq + 1000 WHERE chain = %s AND seq > %s"
            " RETURNING (SELECT 1)",
            [event.chain, event.seq],
        ),
        copied("articles_event", event.pk, seq=event.seq + 1, prev_hash=event.hash),
    ],
}


def changed(event: Event, **columns: Any) -> Sql:
    return update("articles_event", event.pk, **columns)


@pytest.mark.django_db
@given(st.data())
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_tampering_by_the_owner_is_found(record_of_a_day: list[int], data: st.DataObject) -> None:
    pk = data.draw(st.sampled_from(record_of_a_day), label="event")
    mutation = data.draw(st.sampled_from(sorted(MUTATIONS)), label="mutation")
    event = Event.objects.get(pk=pk)
    with transaction.atomic():
        for statement in MUTATIONS[mutation](event):
            with connection.cursor() as cursor:
                cursor.execute(statement.text, statement.values)
        found = check(record.entries()).faults
        transaction.set_rollback(True)
    assert found
    assert {fault.chain for fault in found} == {event.chain}
    assert min(abs(fault.seq - event.seq) for fault in found) <= 1001
    assert check(record.entries()).faults == ()


@pytest.fixture
def record_of_a_day(editor: User, chief: User, stranger: User) -> list[int]:
    """The ids of events that aren't the last of their chain, with the triggers switched off."""
    claim = full_house(editor, chief)
    without_triggers()
    last = Event.objects.filter(claim=claim).latest("seq")
    events = Event.objects.filter(claim=claim, seq__lt=last.seq).exclude(salt="")
    return list(events.order_by("seq").values_list("pk", flat=True))


# No orphan either way


@pytest.mark.django_db
def test_no_orphans(editor: User, chief: User) -> None:
    full_house(editor, chief)
    assert record.orphans() == []


@pytest.mark.django_db
def test_every_table_is_looked_at() -> None:
    """Reports come from readers, citations with verdicts; the rest is what the desk works with."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r'"
            " AND (relname LIKE 'articles\\_%' OR relname LIKE 'claims\\_%')"
        )
        ours = {name for (name,) in cursor.fetchall()}
    assert ours - {table.name for table in TABLES.values()} == {
        "articles_draft",
        "articles_event",
        "articles_former",
        "articles_presence",
        "articles_sending",
        "claims_assignment",
        "claims_challenge",
        "claims_citation",
        "claims_importbatch",
        "claims_importfile",
        "claims_importmemory",
        "claims_importpart",
        "claims_importplan",
        "claims_importrow",
        "claims_importsheet",
        "claims_listed",
        "claims_name_term",
        "claims_noclaim",
        "claims_notacopy",
        "claims_reportsent",
        "claims_savedfilter",
        "claims_term",
        "claims_vector",
    }


@pytest.mark.django_db
@pytest.mark.parametrize("subject", sorted(TABLES))
def test_row_without_its_event(subject: str, editor: User, chief: User) -> None:
    full_house(editor, chief)
    AppearanceFactory()
    without_triggers()
    table = TABLES[subject].name
    slug = {"slug": "other"} if subject in ("article", "question", "source") else {}
    unlike: dict[str, dict[str, Any]] = {
        "affiliation": {"during": "[1999-01-01,1999-01-02)"},
        "appearance": {"snapshot_id": None, "span": None},
        "article": {"url": ""},
        "claimlink": {"kind": "conditional_on", "survivor_id": None},
        "evidence": {"stance": "context"},
        "evidencelink": {"kind": "responds_to"},
        "matchdecision": {"outcome": "same", "claim_id": Raw("suggested_id")},
        "outsideverdict": {"url": "https://other.example/"},
        "snapshot": {"text_sha256": "f" * 64},
        "source": {"wikidata": ""},
        "verdict": {"kind": "update", "published_at": None, "reviewer_id": None},
    }
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT max(id) FROM {table}")
        (pk,) = cursor.fetchone()
    new = accepts(copied(table, pk, **slug, **unlike.get(subject, {})))
    assert Orphan(subject, new, "no event") in record.orphans()
    assert {(orphan.subject_type, orphan.subject_id) for orphan in record.orphans()} == {
        (subject, new)
    }


@pytest.mark.django_db
def test_event_without_its_row(editor: User, chief: User) -> None:
    full_house(editor, chief)
    gone = EvidenceFactory()
    without_triggers()
    accepts(delete("claims_evidence", gone.pk))
    assert record.orphans() == [Orphan("evidence", gone.pk, "the row is gone")]


@pytest.mark.django_db
def test_change_without_its_event(editor: User, chief: User) -> None:
    full_house(editor, chief)
    claim, verdict, evidence = ClaimFactory(), VerdictFactory(), EvidenceFactory()
    appearance, link, claims = AppearanceFactory(), EvidenceLinkFactory(), ClaimLinkFactory()
    for statement in (
        update("claims_claim", claim.pk, published_at=NOW),
        update("claims_verdict", verdict.pk, published_at=NOW, reviewer_id=chief.pk),
        update("claims_evidence", evidence.pk, void_reason="misread"),
        update("claims_evidencelink", link.pk, void_reason="misread"),
        update("claims_claimlink", claims.pk, void_reason="misread"),
        update(
            "claims_appearance",
            appearance.pk,
            exact="",
            prefix="",
            suffix="",
            redaction_reason="order",
        ),
        update("claims_appearance", appearance.pk, void_reason="misread"),
        update("articles_snapshot", appearance.snapshot_id, text="", redaction_reason="order"),
    ):
        accepts(statement)
    redacted = ClaimFactory()
    accepts(update("claims_claim", redacted.pk, text="", redaction_reason="order"))
    assert [str(orphan) for orphan in record.orphans()] == [
        f"claim/{claim.pk}: no event claim.published",
        f"verdict/{verdict.pk}: no event verdict.published",
        f"appearance/{appearance.pk}: no event appearance.voided",
        f"claimlink/{claims.pk}: no event claim.unrelated or claim.unmerged",
        f"evidence/{evidence.pk}: no event evidence.voided",
        f"evidencelink/{link.pk}: no event evidence.unrelated",
        f"claim/{redacted.pk}: no event claim.redacted",
        f"snapshot/{appearance.snapshot_id}: no event snapshot.redacted",
        f"appearance/{appearance.pk}: no event appearance.redacted",
    ]


@pytest.mark.django_db
def test_author_changed_to_publish_ones_own(editor: User, second_editor: User) -> None:
    """No rule of the tables knows who is at the keyboard; the record does."""
    verdict = VerdictFactory(by=editor)
    assert record.orphans() == []
    accepts(update("claims_verdict", verdict.pk, author_id=second_editor.pk))
    publish_verdict(by=editor, verdict=verdict)
    assert [str(orphan) for orphan in record.orphans()] == [
        f"verdict/{verdict.pk}: proposed by somebody else than its author"
    ]
    assert list(record.altered()) == []


@pytest.mark.django_db
def test_author_changed_by_revising(editor: User, second_editor: User, chief: User) -> None:
    verdict = VerdictFactory(by=editor)
    revise_verdict(
        by=second_editor,
        verdict=verdict,
        kind="first",
        finding="unresolvable",
        confidence="low",
        summary="Nobody can tell.",
        reasoning="Nobody was there.",
    )
    publish_verdict(by=chief, verdict=verdict)
    assert record.orphans() == []


@pytest.mark.django_db
def test_author_changed_by_taking_over(editor: User, second_editor: User) -> None:
    verdict = VerdictFactory(by=editor)
    take_over(by=second_editor, verdict=verdict)
    publish_verdict(by=editor, verdict=verdict)
    assert record.orphans() == []
    assert list(record.altered()) == []


@pytest.mark.django_db
def test_report_closed_without_its_event(editor: User) -> None:
    answered, silent = ChallengeFactory(), ChallengeFactory()
    close_challenge(by=editor, challenge=answered, outcome="clarified", answer="We meant Monday.")
    assert record.orphans() == []
    closed = {"outcome": "rejected", "answer": "No.", "closed_at": NOW}
    accepts(update("claims_challenge", silent.pk, **closed))
    assert [str(orphan) for orphan in record.orphans()] == [
        f"challenge/{silent.pk}: no event challenge.closed"
    ]


@pytest.mark.django_db
def test_event_about_nothing_we_know(editor: User) -> None:
    accepts(
        insert(
            "articles_event",
            chain="horoscope/1",
            subject_type="horoscope",
            subject_id=1,
            verb="horoscope.cast",
            by_id=editor.pk,
            payload="{}",
        )
    )
    assert record.orphans() == [Orphan("horoscope", 1, "no such table")]


# What is frozen is what was recorded


@pytest.mark.django_db
def test_nothing_altered(editor: User, chief: User) -> None:
    claim = full_house(editor, chief)
    EvidenceFactory(claim=claim, p_low=Decimal("0.2"), p_high=Decimal("0.45"))
    assert list(record.altered()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "column", "value"),
    [
        ("snapshot", "text", "Other words."),
        ("snapshot", "method", "file"),
        ("claim", "text", "It snowed"),
        ("claim", "criteria", "Whatever suits."),
        ("claim", "published_at", NOW),
        ("claimlink", "kind", "entails"),
        ("claimlink", "note", "Other."),
        ("evidence", "scope", "narrower"),
        ("evidence", "source_id", Raw("(SELECT max(id) FROM articles_source)")),
        ("evidence", "stated", "[2020-01-01,2020-01-02)"),
        ("evidence", "p_low", "0.1"),
        ("evidence", "p_low", None),
        ("evidencelink", "kind", "relies_on"),
        ("outsideverdict", "label", "True"),
        ("outsideverdict", "dated", None),
        ("appearance", "exact", "it could be wet"),
        ("appearance", "span", "[0,3)"),
        ("verdict", "finding", "refuted"),
        ("verdict", "summary", "Other."),
        ("verdict", "reviewer_id", Raw("author_id")),
        ("verdict", "published_at", NOW),
    ],
)
def test_frozen_row_altered(subject: str, column: str, value: object, chief: User) -> None:
    claim = ClaimFactory(prediction=True, published=True)
    evidence = EvidenceFactory(claim=claim, p_low=Decimal("0.2"), p_high=Decimal("0.45"))
    rows = {
        "claim": claim,
        "claimlink": ClaimLinkFactory(),
        "evidence": evidence,
        "evidencelink": EvidenceLinkFactory(),
        "outsideverdict": OutsideVerdictFactory(),
        "appearance": AppearanceFactory(),
        "verdict": VerdictFactory(claim=claim, published_by=chief),
    }
    rows["snapshot"] = rows["appearance"].snapshot
    SourceFactory()
    without_triggers()
    if column == "reviewer_id":
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE claims_verdict DROP CONSTRAINT verdict_second_person")
    if column == "p_low" and value is None:
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE claims_evidence DROP CONSTRAINT evidence_probability_in_order"
            )
    pk = rows[subject].pk
    accepts(update(TABLES[subject].name, pk, **{column: value}))
    named = column.removesuffix("_id")
    assert list(record.altered()) == [Altered(subject, pk, named)]
    assert str(Altered(subject, pk, named)) == (f"{subject}/{pk}: {named} isn't what was recorded")


@pytest.mark.django_db
def test_appearance_altered_that_came_with_its_evidence(editor: User) -> None:
    evidence = EvidenceFactory(passages=[passage_of(SnapshotFactory(), "It rained")])
    without_triggers()
    pk = evidence.appearances.get().pk
    accepts(update("claims_appearance", pk, verbatim=True))
    assert list(record.altered()) == [Altered("appearance", pk, "verbatim")]


@pytest.mark.django_db
def test_citation_altered(chief: User) -> None:
    evidence = EvidenceFactory(claim__published=True)
    verdict = VerdictFactory(
        claim=evidence.claim, citations=[Grade(evidence=evidence)], published_by=chief
    )
    without_triggers()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_citation DISABLE TRIGGER USER")
    accepts(update("claims_citation", verdict.citations.get().pk, reliability="A"))
    assert list(record.altered()) == [Altered("verdict", verdict.pk, "citations")]


# The command


def run(**options: Any) -> str:
    out = StringIO()
    call_command("verify_history", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_command_on_an_empty_record() -> None:
    assert run() == (
        "0 events in 0 chains, 0 of them redacted.\n"
        "Every hash fits, and every row is as its events tell.\n"
    )


@pytest.mark.django_db
def test_command_names_what_is_wrong(editor: User, chief: User) -> None:
    claim = full_house(editor, chief)
    assert run().endswith("Every hash fits, and every row is as its events tell.\n")
    without_triggers()
    event = Event.objects.get(claim=claim, seq=1)
    accepts(changed(event, payload='{"text": "forged"}'))
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("verify_history", stdout=out)
    assert (str(caught.value), caught.value.returncode) == ("Faults found: 1.", 1)
    assert out.getvalue().splitlines()[1:] == [
        f"claim/{claim.pk} #1: its payload was changed after it was written"
    ]


@pytest.mark.django_db
def test_command_names_the_first_and_counts_the_rest(editor: User) -> None:
    claims = [ClaimFactory() for _ in range(23)]
    without_triggers()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE articles_event SET verb = 'claim.praised'")
    for options, lines in (({}, 22), ({"all": True}, 1 + 2 * len(claims))):
        out = StringIO()
        with pytest.raises(CommandError, match="Faults found: 46"):
            call_command("verify_history", stdout=out, **options)
        assert len(out.getvalue().splitlines()) == lines
