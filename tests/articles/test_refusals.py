"""What PostgreSQL refuses of articles, sources and events, attacked by SQL; each with its twin.

The order is that of the list in docs/model.md; each attack stands beside the same statement in
the form that is allowed, so that a test can't pass because of something else.
"""

import hashlib

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from psycopg.types.json import Jsonb

from articles.models import Event, Snapshot
from tests.factories import (
    AffiliationFactory,
    ArticleFactory,
    ClaimFactory,
    SnapshotFactory,
    SourceFactory,
)
from tests.sql import Raw, Sql, accepts, copied, delete, fetch, insert, refuses, rule_of, update

pytestmark = pytest.mark.django_db

AFFILIATION, ARTICLE, EVENT, SNAPSHOT, SOURCE = (
    "articles_affiliation",
    "articles_article",
    "articles_event",
    "articles_snapshot",
    "articles_source",
)
NEVER = "2000-01-01T00:00:00Z"


# A change to a snapshot


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("text", "Other words."),
        ("text_sha256", "0" * 64),
        ("raw_sha256", "0" * 64),
        ("archive_url", "https://example.org/"),
        ("method", "file"),
        ("captured_at", NEVER),
        ("captured_by_id", Raw("captured_by_id + 1")),
        ("article_id", Raw("article_id + 1")),
        ("id", Raw("id + 1000")),
        ("redaction_reason", "court order"),  # without blanking the text
        ("text", Raw("text")),  # nothing at all
    ],
)
def test_snapshot_changed(column: str, value: object) -> None:
    refuses("snapshot_immutable", update(SNAPSHOT, SnapshotFactory().pk, **{column: value}))


def test_snapshot_redacted() -> None:
    snapshot = SnapshotFactory()
    blank = {"text": "", "redaction_reason": "court order"}
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, text="", redaction_reason=" \n"))
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, **blank | {"text": " "}))
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, **blank, text_sha256=""))
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, **blank, captured_at=NEVER))
    accepts(update(SNAPSHOT, snapshot.pk, **blank))
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, text="", redaction_reason="other"))
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, text=snapshot.text))
    refuses("snapshot_immutable", update(SNAPSHOT, snapshot.pk, redaction_reason=""))
    held = Snapshot.objects.get(pk=snapshot.pk)
    assert held.text_sha256 == hashlib.sha256(snapshot.text.encode()).hexdigest()


def test_snapshot_deleted() -> None:
    refuses("snapshot_immutable", delete(SNAPSHOT, SnapshotFactory().pk))


def test_snapshot_stamped() -> None:
    snapshot = SnapshotFactory(text="Ünïcode.")
    new = accepts(
        copied(SNAPSHOT, snapshot.pk, text="Other.", text_sha256="forged", captured_at=NEVER)
    )
    held = Snapshot.objects.get(pk=new)
    assert held.text_sha256 == hashlib.sha256(b"Other.").hexdigest()
    assert held.captured_at > snapshot.captured_at


def test_snapshot_born_redacted() -> None:
    snapshot = SnapshotFactory()
    refuses(
        "snapshot_starts_whole", copied(SNAPSHOT, snapshot.pk, text="", redaction_reason="hidden")
    )
    accepts(copied(SNAPSHOT, snapshot.pk, text="Other.", redaction_reason=""))


def test_snapshot_words() -> None:
    snapshot = SnapshotFactory()
    refuses("snapshot_text_not_blank", copied(SNAPSHOT, snapshot.pk, text=" \n\t"))
    refuses("snapshot_method_known", copied(SNAPSHOT, snapshot.pk, text="A.", method="dreamt"))
    refuses("snapshot_text_once", copied(SNAPSHOT, snapshot.pk))
    accepts(copied(SNAPSHOT, snapshot.pk, text="A.", method="archive"))
    accepts(copied(SNAPSHOT, snapshot.pk, article_id=ArticleFactory().pk))


# Overlapping affiliations


def test_affiliation_overlapping() -> None:
    held = AffiliationFactory()  # from 2022 on
    refuses("affiliation_no_overlap", copied(AFFILIATION, held.pk, role="Spokesman"))
    refuses(
        "affiliation_no_overlap", copied(AFFILIATION, held.pk, during="[2021-01-01,2022-01-02)")
    )
    accepts(copied(AFFILIATION, held.pk, during="[2021-01-01,2022-01-01)"))
    accepts(copied(AFFILIATION, held.pk, organisation_id=SourceFactory().pk))


def test_affiliation_moved_onto_another() -> None:
    held = AffiliationFactory()
    earlier = accepts(copied(AFFILIATION, held.pk, during="[2020-01-01,2022-01-01)"))
    refuses("affiliation_no_overlap", update(AFFILIATION, earlier, during="[2020-01-01,)"))
    accepts(update(AFFILIATION, earlier, during="[2019-01-01,2022-01-01)"))


def test_affiliation_words() -> None:
    held = AffiliationFactory()
    refuses(
        "affiliation_not_with_itself",
        update(AFFILIATION, held.pk, organisation_id=Raw("source_id")),
    )
    refuses("affiliation_during_not_empty", update(AFFILIATION, held.pk, during="empty"))
    refuses("affiliation_during_in_calendar", update(AFFILIATION, held.pk, during="[,infinity)"))
    refuses("affiliation_during_in_calendar", update(AFFILIATION, held.pk, during="[12000-01-01,)"))
    refuses("affiliation_role_not_blank", update(AFFILIATION, held.pk, role=" "))
    accepts(update(AFFILIATION, held.pk, role="Spy", during="[2022-02-01,9999-12-31)"))


# An unnamed source with an identity


def test_source_unnamed_with_identity() -> None:
    unnamed = SourceFactory(unnamed=True).pk
    named = SourceFactory(person=True, wikidata="Q1").pk
    refuses("source_unnamed_has_no_identity", update(SOURCE, unnamed, wikidata="Q2"))
    refuses(
        "source_unnamed_has_no_identity",
        update(SOURCE, unnamed, identifiers=Jsonb({"viaf": "1"})),
    )
    refuses("source_unnamed_has_no_identity", update(SOURCE, unnamed, identifiers=Jsonb(None)))
    refuses("source_unnamed_has_no_identity", update(SOURCE, named, kind="unnamed"))
    refuses(
        "source_unnamed_has_no_identity",
        copied(SOURCE, unnamed, slug="other", identifiers=Jsonb([])),
    )
    accepts(update(SOURCE, unnamed, kind="person", wikidata="Q2"))
    accepts(update(SOURCE, named, kind="unnamed", wikidata=""))


def test_source_words() -> None:
    held = SourceFactory(wikidata="Q1").pk
    refuses("source_wikidata_once", copied(SOURCE, held, slug="other"))
    refuses("source_name_not_blank", copied(SOURCE, held, slug="other", wikidata="", name="\t"))
    refuses("source_kind_known", copied(SOURCE, held, slug="other", wikidata="", kind="ghost"))
    refuses("source_slug_not_blank", copied(SOURCE, held, slug="", wikidata=""))
    refuses("source_slug_not_blank", copied(SOURCE, held, slug=" \t", wikidata=""))
    refuses("articles_source_slug_key", copied(SOURCE, held, wikidata=""))
    accepts(copied(SOURCE, held, slug="other", wikidata=""))
    accepts(copied(SOURCE, held, slug="third", wikidata=""))


def test_article_words() -> None:
    held = ArticleFactory(url="https://example.org/1").pk
    free = {"slug": "other", "url": ""}
    refuses("article_url_once", copied(ARTICLE, held, slug="other"))
    refuses("article_title_not_blank", copied(ARTICLE, held, **free, title=" "))
    refuses("article_kind_known", copied(ARTICLE, held, **free, kind="rumour"))
    refuses("article_published_not_empty", copied(ARTICLE, held, **free, published="empty"))
    refuses(
        "article_published_in_calendar",
        copied(ARTICLE, held, **free, published="[0044-03-15 BC,0044-03-16)"),
    )
    refuses("article_slug_not_blank", copied(ARTICLE, held, slug="", url=""))
    refuses("article_slug_not_blank", update(ARTICLE, held, slug=" "))
    refuses("articles_article_slug_key", copied(ARTICLE, held, url=""))
    accepts(copied(ARTICLE, held, **free, published="[2023-03-01,)"))
    accepts(copied(ARTICLE, held, **free | {"slug": "third"}, published=None))


# Any change to an event


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", Jsonb({"text": "forged"})),
        ("payload", Raw("payload || '{}'")),
        ("verb", "claim.praised"),
        ("chain", "claim/0"),
        ("seq", Raw("seq + 1")),
        ("subject_type", "verdict"),
        ("subject_id", Raw("subject_id + 1")),
        ("claim_id", None),
        ("by_id", Raw("by_id + 1")),
        ("at", NEVER),
        ("salt", ""),
        ("digest", "0" * 64),
        ("prev_hash", "0" * 64),
        ("hash", "0" * 64),
        ("id", Raw("id + 1000")),
    ],
)
def test_event_changed(column: str, value: object) -> None:
    claim = ClaimFactory(published=True)
    event = Event.objects.filter(claim=claim).earliest("seq")
    refuses("event_immutable", update(EVENT, event.pk, **{column: value}))


def test_event_deleted() -> None:
    event = Event.objects.get(claim=ClaimFactory())
    refuses("event_immutable", delete(EVENT, event.pk))


def test_event_redacted() -> None:
    event = Event.objects.get(claim=ClaimFactory())
    told = Jsonb({"redacted": "court order"})
    refuses("event_immutable", update(EVENT, event.pk, payload=told))  # keeps the salt
    refuses("event_immutable", update(EVENT, event.pk, salt="", payload=Jsonb({"redacted": " "})))
    refuses("event_immutable", update(EVENT, event.pk, salt="", payload=Jsonb(["redacted"])))
    refuses("event_immutable", update(EVENT, event.pk, salt="", payload=Jsonb({})))
    refuses(
        "event_immutable",
        update(EVENT, event.pk, salt="", payload=Jsonb({"redacted": "x", "text": "forged"})),
    )
    refuses("event_immutable", update(EVENT, event.pk, salt="", payload=told, at=NEVER))
    refuses("event_immutable", update(EVENT, event.pk, salt="", payload=told, digest="0" * 64))
    for hiding in ({"text": "forged"}, ["forged"], "x" * 501):
        refuses(
            "event_redacted_once",
            update(EVENT, event.pk, salt="", payload=Jsonb({"redacted": hiding})),
        )
    accepts(update(EVENT, event.pk, salt="", payload=told))
    refuses(
        "event_redacted_once",
        update(EVENT, event.pk, salt="", payload=Jsonb({"redacted": "another reason"})),
    )


def test_event_redacted_with_scalar_payload() -> None:
    """A scalar has no keys to look at; PostgreSQL says so in an error without a rule."""
    event = Event.objects.get(claim=ClaimFactory())
    with pytest.raises(Exception, match="cannot delete from scalar"), transaction.atomic():
        accepts(update(EVENT, event.pk, salt="", payload=Jsonb("redacted")))


def test_event_inserted_with_own_place_in_chain() -> None:
    claim = ClaimFactory()
    first = Event.objects.get(claim=claim)
    forged = {"seq": 7, "at": NEVER, "salt": "s", "digest": "d", "prev_hash": "p", "hash": "h"}
    held = Event.objects.get(pk=accepts(copied(EVENT, first.pk, **forged)))
    assert (held.seq, held.prev_hash) == (2, first.hash)
    assert held.at > first.at
    assert {held.salt, held.digest, held.hash}.isdisjoint({"s", "d", "h", first.salt, first.hash})


def test_event_copied_in() -> None:
    """COPY goes through the same door as INSERT."""
    claim = ClaimFactory()
    first = Event.objects.get(claim=claim)
    columns = "chain, seq, subject_type, subject_id, claim_id, verb, by_id, at, payload, hash"
    row = (
        first.chain,
        9,
        "claim",
        claim.pk,
        claim.pk,
        "claim.edited",
        first.by_id,
        NEVER,
        "{}",
        "h",
    )
    with connection.cursor() as cursor, cursor.copy(f"COPY {EVENT} ({columns}) FROM STDIN") as copy:
        copy.write_row(row)
    held = Event.objects.filter(claim=claim).latest("seq")
    assert (held.verb, held.seq, held.prev_hash) == ("claim.edited", 2, first.hash)
    assert held.at > first.at


def test_event_overwritten_on_conflict() -> None:
    event = Event.objects.get(claim=ClaimFactory())
    attack = copied(EVENT, event.pk, id=event.pk)
    text = attack.text.replace(
        "RETURNING", "ON CONFLICT (id) DO UPDATE SET payload = '{}', salt = '' RETURNING"
    )
    refuses("event_immutable", Sql(text, attack.values))
    accepts(copied(EVENT, event.pk, id=event.pk + 1000))


def test_event_words() -> None:
    event = Event.objects.get(claim=ClaimFactory())
    source = Event.objects.get(subject_type="source", subject_id=SourceFactory().pk)
    refuses("event_words_plain", copied(EVENT, event.pk, verb="claim.logged\n1"))
    refuses("event_words_plain", copied(EVENT, event.pk, verb="logged"))
    two_words = {"subject_type": "a\nb", "chain": Raw("'a\nb/' || subject_id")}
    refuses("event_words_plain", copied(EVENT, source.pk, **two_words))
    refuses("event_in_its_chain", copied(EVENT, event.pk, chain="claim/0"))
    refuses("event_in_its_chain", copied(EVENT, event.pk, claim_id=None, subject_id=0))
    refuses("event_in_its_chain", copied(EVENT, source.pk, subject_id=Raw("subject_id + 1")))
    refuses("event_payload_is_object", copied(EVENT, event.pk, payload=Jsonb("text")))
    refuses("event_payload_is_object", copied(EVENT, event.pk, payload=Jsonb([])))
    accepts(copied(EVENT, event.pk, verb="claim.looked_at"))
    accepts(copied(EVENT, source.pk, verb="source.edited"))


def test_event_numbers_behind_the_trigger() -> None:
    """The trigger numbers events; these hold where it is switched off, as in a restore."""
    event = Event.objects.get(claim=ClaimFactory())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE articles_event DISABLE TRIGGER event_guard")
    refuses("event_chain_seq", copied(EVENT, event.pk))
    refuses("articles_event_seq_check", copied(EVENT, event.pk, seq=-1))
    accepts(copied(EVENT, event.pk, seq=2))


def test_event_of_nobody(editor: User) -> None:
    """Whatever an event is about, the person and the claim must be there."""
    event = Event.objects.get(claim=ClaimFactory())
    for column in ("by_id", "claim_id"):
        changes = {column: 0, **({"chain": "claim/0"} if column == "claim_id" else {})}
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            accepts(copied(EVENT, event.pk, **changes))
        assert f"articles_event_{column}" in rule_of(caught.value)
    accepts(copied(EVENT, event.pk, by_id=editor.pk))


def test_refusal_speaks_as_a_check() -> None:
    """Every driver reports a refusal as a violated constraint, with the name of its rule."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        fetch("SELECT sayso_refuse('a_rule', 'What to do about it.')")
    assert rule_of(caught.value) == "a_rule"
    assert str(caught.value).startswith("What to do about it.")


def test_insert_needs_a_source() -> None:
    """A foreign key holds at the latest at the commit."""
    empty = dict.fromkeys(("url", "translated_from", "note"), "")
    told = {"kind": "news", "title": "T", "slug": "t", "language": "en", **empty}
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        accepts(insert(ARTICLE, **told, publisher_id=0))
    assert "articles_article_publisher_id" in rule_of(caught.value)
    accepts(insert(ARTICLE, **told, publisher_id=SourceFactory().pk))


# The working state


def test_working_state_twice(editor: User, chief: User) -> None:
    """Each form is sent, kept and open once for each person."""
    sending, draft, presence = (
        [
            insert(f"articles_{table}", by_id=user.pk, key=key, **columns)
            for user, key in ((editor, "a"), (editor, "b"), (chief, "a"))
        ]
        for table, columns in (
            ("sending", {"content": "", "to": "", "told": Jsonb([])}),
            ("draft", {"data": Jsonb({})}),
            ("presence", {}),
        )
    )
    accepts(*sending, *draft, *presence)
    refuses("sending_once", sending[0])
    refuses("draft_once", draft[0])
    refuses("presence_once", presence[0])


# Former values


def test_former_values_are_written_by_a_change_only(editor: User) -> None:
    source = SourceFactory()
    accepts(update(SOURCE, source.pk, name="Another name"))
    former, *held = fetch("SELECT id, row_id, held ->> 'name' FROM articles_former")
    assert held == [source.pk, source.name]
    refuses("former_kept", copied("articles_former", former))
    refuses("former_kept", update("articles_former", former, until=NEVER))
    refuses("former_kept", update("articles_former", former, held=Jsonb({"name": "Invented"})))
    refuses("former_kept", delete("articles_former", former))
