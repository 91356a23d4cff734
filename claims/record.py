"""The record of changes beside the tables: exported to be checked, and compared with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import connection, models

from articles.history import facts
from articles.models import Event, Snapshot
from claims.history_check import Entry
from claims.models import (
    Appearance,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    MatchDecision,
    OutsideVerdict,
    Verdict,
)

_ENTRIES = """
SELECT chain, seq, subject_type, subject_id, claim_id, verb, by_id,
    to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    payload::text, salt, digest, prev_hash, hash
FROM articles_event ORDER BY chain, seq
"""


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose every row has the event that tells of its beginning."""

    name: str
    begins: tuple[str, ...]


# The type of the subject, its table, and the verbs by which its rows begin. An appearance may also
# begin with its evidence.
TABLES = {
    "affiliation": Table("articles_affiliation", ("role.added",)),
    "appearance": Table("claims_appearance", ("appearance.added", "appearance.carried")),
    "article": Table("articles_article", ("article.added",)),
    "claim": Table("claims_claim", ("claim.logged",)),
    "claimlink": Table("claims_claimlink", ("claim.related", "claim.merged")),
    "evidence": Table("claims_evidence", ("evidence.linked",)),
    "evidencelink": Table("claims_evidencelink", ("evidence.related",)),
    "matchdecision": Table("claims_matchdecision", ("match.decided",)),
    "outsideverdict": Table("claims_outsideverdict", ("outsideverdict.recorded",)),
    "question": Table("claims_question", ("question.opened",)),
    "snapshot": Table("articles_snapshot", ("article.captured",)),
    "source": Table("articles_source", ("source.added",)),
    "verdict": Table("claims_verdict", ("verdict.proposed",)),
}
# A reader's report comes from outside: what tells of it is our answer.
_SUBJECTS = {**TABLES, "challenge": Table("claims_challenge", ())}
# What can't be so without the event that tells of it: subject, condition on its row, verbs.
_CHANGES = (
    ("claim", "published_at IS NOT NULL", ("claim.published",)),
    ("challenge", "closed_at IS NOT NULL", ("challenge.closed",)),
    ("verdict", "published_at IS NOT NULL", ("verdict.published",)),
    ("appearance", "NOT upper_inf(known)", ("appearance.voided",)),
    ("claimlink", "NOT upper_inf(known)", ("claim.unrelated", "claim.unmerged")),
    ("evidence", "NOT upper_inf(known)", ("evidence.voided",)),
    ("evidencelink", "NOT upper_inf(known)", ("evidence.unrelated",)),
    ("outsideverdict", "NOT upper_inf(known)", ("outsideverdict.voided",)),
    ("claim", "set_aside_because <> ''", ("claim.set_aside",)),
    ("claim", "redaction_reason <> ''", ("claim.redacted",)),
    ("snapshot", "redaction_reason <> ''", ("snapshot.redacted",)),
)
_UNTOLD = """
SELECT t.id FROM {table} t WHERE {condition} AND NOT EXISTS (
    SELECT FROM articles_event e
    WHERE e.subject_type = %s AND e.subject_id = t.id AND e.verb = ANY(%s))
"""
# An event that was itself blanked by a redaction can't say any more which appearances came along.
_WITH_EVIDENCE = """
AND NOT EXISTS (SELECT FROM articles_event e
    WHERE e.subject_type = 'evidence' AND e.subject_id = t.evidence_id
        AND e.verb = 'evidence.linked' AND (e.salt = ''
            OR e.payload -> 'appearances' @> jsonb_build_array(jsonb_build_object('id', t.id))))
"""
_REDACTED_APPEARANCES = """
SELECT t.id FROM claims_appearance t WHERE t.redaction_reason <> '' AND NOT EXISTS (
    SELECT FROM articles_event e
    WHERE e.verb = 'appearance.redacted' AND e.subject_id = t.id
        OR e.verb = 'snapshot.redacted' AND e.subject_id = t.snapshot_id
            AND e.payload -> 'appearances' @> to_jsonb(t.id))
ORDER BY t.id
"""
# A proposal that was dropped is gone, and its last event says so.
_GONE = """
SELECT DISTINCT e.subject_id FROM articles_event e
WHERE e.subject_type = %s AND NOT EXISTS (SELECT FROM {table} t WHERE t.id = e.subject_id)
    AND NOT EXISTS (SELECT FROM articles_event d WHERE d.verb = 'verdict.discarded'
        AND d.subject_type = e.subject_type AND d.subject_id = e.subject_id)
ORDER BY 1
"""


# Whoever changes the author of a proposal by hand could publish what is his own. One who takes a
# proposal over by the action answers for it from then on, and can't publish it either.
_OTHER_AUTHOR = """
SELECT v.id FROM claims_verdict v CROSS JOIN LATERAL (
    SELECT e.by_id FROM articles_event e
    WHERE e.claim_id = v.claim_id AND e.subject_type = 'verdict' AND e.subject_id = v.id
        AND e.verb IN ('verdict.proposed', 'verdict.revised', 'verdict.taken_over')
    ORDER BY e.seq DESC LIMIT 1) told
WHERE told.by_id <> v.author_id ORDER BY v.id
"""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A row of which the record doesn't tell, or tells otherwise, or an event without its row."""

    subject_type: str
    subject_id: int
    lacks: str

    def __str__(self) -> str:
        return f"{self.subject_type}/{self.subject_id}: {self.lacks}"


@dataclass(frozen=True, slots=True)
class Altered:
    """A column that never changes, and isn't what the record says it was."""

    subject_type: str
    subject_id: int
    column: str

    def __str__(self) -> str:
        return f"{self.subject_type}/{self.subject_id}: {self.column} isn't what was recorded"


def entries() -> Iterator[Entry]:
    """Every event, in the order of chain and number, as the check reads it.

    Streamed by a cursor of the server: memory doesn't grow with the record.
    """
    with connection.chunked_cursor() as cursor:
        cursor.execute(_ENTRIES)
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield Entry(*row)


def orphans() -> list[Orphan]:
    """Rows without their events and events without their rows; none where all is well."""
    found: list[Orphan] = []
    for subject, table in TABLES.items():
        sql = _UNTOLD.format(table=table.name, condition="true")
        if subject == "appearance":
            sql += _WITH_EVIDENCE
        found += _orphans(subject, f"{sql} ORDER BY 1", "no event", subject, [*table.begins])
        found += _orphans(subject, _GONE.format(table=table.name), "the row is gone", subject)
    for subject, condition, verbs in _CHANGES:
        sql = _UNTOLD.format(table=_SUBJECTS[subject].name, condition=condition)
        lacks = f"no event {' or '.join(verbs)}"
        found += _orphans(subject, f"{sql} ORDER BY 1", lacks, subject, [*verbs])
    found += _orphans("appearance", _REDACTED_APPEARANCES, "no event appearance.redacted")
    found += _orphans("verdict", _OTHER_AUTHOR, "proposed by somebody else than its author")
    found += _unknown()
    return found


def _orphans(subject: str, sql: str, lacks: str, *values: str | list[str]) -> list[Orphan]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [Orphan(subject, id_, lacks) for (id_,) in cursor.fetchall()]


def _unknown() -> list[Orphan]:
    """Events about something that no table here holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT subject_type, subject_id FROM articles_event"
            " WHERE subject_type <> ALL(%s) ORDER BY 1, 2",
            [[*_SUBJECTS]],
        )
        return [Orphan(subject, id_, "no such table") for subject, id_ in cursor.fetchall()]


# What is frozen, and the event that tells what it holds. Of an appearance that came with its
# evidence, the evidence's event tells.
_FROZEN: tuple[tuple[type[models.Model], tuple[str, ...]], ...] = (
    (Snapshot, ("article.captured",)),
    (Claim, ("claim.published",)),
    (ClaimLink, ("claim.related", "claim.merged")),
    (Evidence, ("evidence.linked",)),
    (EvidenceLink, ("evidence.related",)),
    (Appearance, ("appearance.added", "appearance.carried")),
    (MatchDecision, ("match.decided",)),
    (OutsideVerdict, ("outsideverdict.recorded",)),
    (Verdict, ("verdict.published",)),
)
# These may come later, by voiding and redacting, which have their own events.
_LATER = frozenset({"void_reason", "redaction_reason"})
_WORDS = frozenset({"exact", "prefix", "suffix", "hedge"})
_OTHER_TEXT = """
SELECT id FROM articles_snapshot WHERE redaction_reason = ''
    AND text_sha256 <> encode(sha256(convert_to(text, 'UTF8')), 'hex') ORDER BY id
"""
_AT_ONCE = 1000


def altered() -> Iterator[Altered]:
    """Frozen rows that say something else than the record; none where all is well.

    Only whoever switched the triggers off can have done that. Events whose payload was blanked
    can't be compared any more.
    """
    for model, verbs in _FROZEN:
        subject = str(model._meta.model_name)
        told = Event.objects.filter(subject_type=subject, verb__in=verbs).exclude(salt="")
        places = told.order_by("pk").values_list("subject_id", "payload").iterator(_AT_ONCE)
        yield from _unlike(model, places)
        if model is Evidence:
            linked = told.order_by("pk").values_list("payload", flat=True).iterator(_AT_ONCE)
            rows = (row for payload in linked for row in payload.get("appearances", ()))
            yield from _unlike(Appearance, ((row["id"], row) for row in rows))
    with connection.cursor() as cursor:
        cursor.execute(_OTHER_TEXT)
        yield from (Altered("snapshot", id_, "text") for (id_,) in cursor.fetchall())


def _unlike(model: Any, told: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Altered]:
    places = iter(told)
    while chunk := dict(islice(places, _AT_ONCE)):
        rows = model.objects.in_bulk(chunk)
        for pk, row in rows.items():
            for column in _columns_unlike(row, chunk[pk]):
                yield Altered(str(model._meta.model_name), pk, column)


def _columns_unlike(row: models.Model, told: dict[str, Any]) -> Iterator[str]:
    blanked = _WORDS if getattr(row, "redaction_reason", "") else frozenset()
    for column, value in facts(row).items():
        if column in told and column not in _LATER | blanked:
            same = told[column] == value
            if not same and isinstance(row._meta.get_field(column), models.DecimalField):
                same = None not in (told[column], value) and Decimal(told[column]) == Decimal(
                    str(value)
                )
            if not same:
                yield column
    if isinstance(row, Verdict) and told.get("citations", []) != _cited(row):
        yield "citations"


def _cited(verdict: Verdict) -> list[dict[str, Any]]:
    names = ("evidence", "reliability", "credibility", "note")
    return [facts(citation, *names) for citation in verdict.citations.order_by("pk")]
