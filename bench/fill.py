"""Fills the empty database that it is given with a generated record, by COPY; see browse.py.

The triggers that stamp, number and refuse are passed over, and so are foreign keys: what they would
refuse isn't generated. Those that keep what is derived (terms, lists) run, once for each COPY.
Indexes that refuse nothing are made at the end. The record of changes holds the publication of the
newest claims only.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import django

django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection, transaction
from psycopg.types.range import DateRange

from articles.history import facts
from articles.slugs import slug_of
from bench.records import Entry, Record
from claims.actions.behind import copying
from claims.actions.bulk import Told
from claims.models import Claim

CHUNK = 50_000
TOLD = 20_000
"""How many of the newest claims have an event."""
COLUMNS = {
    "articles_source": "id, kind, name, slug, aliases, description, wikidata, identifiers",
    "articles_article": "id, kind, title, slug, url, publisher_id, language, published,"
    " translated_from, note",
    "claims_question": "id, text, slug, note",
    "claims_claim": 'id, text, slug, language, kind, checkable, "window", criteria, question_id,'
    " logged_at, logged_by_id, published_at, redaction_reason, evidence_state, state_since,"
    " origins_low, origins_high, for_count, against_count",
    "claims_evidence": "id, claim_id, source_id, stance, scope, stated, language, note, interested,"
    " known, recorded_by_id, void_reason",
    "claims_appearance": "id, evidence_id, article_id, exact, prefix, suffix, verbatim, hedge,"
    " basis, seen, redaction_reason, known, recorded_by_id, void_reason",
    "claims_verdict": "id, claim_id, kind, finding, confidence, summary, reasoning,"
    " correction_note, author_id, reviewer_id, without_second_person, created_at, published_at",
    "claims_claimlink": "id, from_claim_id, to_claim_id, kind, survivor_id, note, known,"
    " recorded_by_id, void_reason",
}
DERIVING = """
SELECT format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', c.relname, t.tgname),
    format('ALTER TABLE %I ENABLE TRIGGER %I', c.relname, t.tgname)
FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
WHERE NOT t.tgisinternal AND t.tgnewtable IS NOT NULL AND t.tgtype & 4 <> 0
"""
PLAIN = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
FROM pg_index i WHERE NOT i.indisunique AND NOT i.indisexclusion
    AND i.indrelid = ANY (%s::regclass[]) ORDER BY 1
"""
Rows = list[Sequence[Any]]


def fill(claims: int, *, seed: int = 1) -> None:
    """Write a record of so many claims; the database has its tables and nothing in them."""
    author, other = (User.objects.create_user(name) for name in ("author", "reviewer"))
    record = Record(claims, seed)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET work_mem = '512MB'")
        cursor.execute(DERIVING)
        switches = cursor.fetchall()
        for on, _off in switches:
            cursor.execute(on)
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(PLAIN, [list(COLUMNS)])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    copy("articles_source", sources(record))
    copy("articles_article", articles(record))
    copy("claims_question", questions(record))
    ids = {"claims_evidence": 0, "claims_verdict": 0, "claims_claimlink": 0}
    entries = record.entries()
    done = 0
    while some := list(islice(entries, CHUNK)):
        begun = time.perf_counter()
        copy("claims_claim", (claim_row(entry, author.pk) for entry in some))
        hang(some, ids, author.pk, other.pk)
        done += len(some)
        print(f"  {done:,} claims, these in {time.perf_counter() - begun:.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = origin")
        for _on, off in switches:
            cursor.execute(off)
        for table in COLUMNS:
            cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        for _name, definition in indexes:
            cursor.execute(definition)
    tell(author)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def copy(table: str, rows: Iterator[Sequence[Any]] | Rows) -> None:
    """Copy rows into a table."""
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as writing,
    ):
        for row in rows:
            writing.write_row(row)


def sources(record: Record) -> Iterator[Sequence[Any]]:
    """Rows of sources."""
    for number, kind, name, aliases in record.sources():
        yield number, kind, name, f"{slug_of(name, 'source')}-{number}", aliases, "", "", "{}"


def articles(record: Record) -> Iterator[Sequence[Any]]:
    """Rows of articles, known by reference only."""
    for number, title, publisher, day in record.articles():
        slug, url = f"{slug_of(title, 'article')}-{number}", f"https://news.example/{number}"
        yield number, "news", title, slug, url, publisher, "en", on(day), "", ""


def questions(record: Record) -> Iterator[Sequence[Any]]:
    """Rows of questions."""
    for number, text in record.questions():
        yield number, text, f"{slug_of(text, 'question')}-{number}", ""


def claim_row(entry: Entry, by: int) -> Sequence[Any]:
    """The row of a claim."""
    stances = [each.stance for each in entry.weighed]
    window = DateRange(entry.logged.date(), entry.closes) if entry.closes else None
    return (
        *(entry.number, entry.text, slug_of(entry.text, "claim"), "en", entry.kind, True, window),
        *("It is counted by the end." if window else "", entry.question, entry.logged, by),
        *(entry.published, "", str(entry.standing.state), entry.logged),
        *(entry.standing.low, entry.standing.high),
        sum(stance in ("asserts", "supports") for stance in stances),
        sum(stance in ("denies", "weakens") for stance in stances),
    )


def hang(entries: Sequence[Entry], ids: dict[str, int], by: int, reviewer: int) -> None:
    """Write what hangs on these claims."""
    evidence, places, verdicts, links = Rows(), Rows(), Rows(), Rows()
    for entry in entries:
        known = f"[{entry.logged.isoformat()},)"
        for said in entry.said:
            ids["claims_evidence"] += 1
            number = ids["claims_evidence"]
            head = (number, entry.number, said.source, said.stance, "same", on(said.day))
            evidence.append((*head, "en", "A note.", False, known, by, ""))
            place = (number, number, said.article, said.words, "", "", True, "", "credited", True)
            places.append((*place, "", known, by, ""))
        for after, (kind, finding) in enumerate(entry.judged, 1):
            ids["claims_verdict"] += 1
            at = entry.logged.replace(hour=12 + after)
            words = ("high" if finding else "", "In short.", "Because.", "It was wrong.")
            row = (ids["claims_verdict"], entry.number, kind, finding, *words, by, reviewer)
            verdicts.append((*row, False, at, at))
        if entry.survivor is not None:
            ids["claims_claimlink"] += 1
            kept = entry.survivor.number
            pair = (ids["claims_claimlink"], kept, entry.number, "same_as")
            links.append((*pair, kept, "", known, by, ""))
    copy("claims_evidence", evidence)
    copy("claims_appearance", places)
    copy("claims_verdict", verdicts)
    copy("claims_claimlink", links)


@transaction.atomic
def tell(by: User) -> None:
    """Write the events of the newest claims, through their triggers."""
    told = Told(by)
    newest = list(Claim.objects.published().order_by("-pk")[:TOLD])
    for claim in reversed(newest):
        payload = facts(claim, "text", "kind", "window", "criteria", "published_at")
        told.add("claim.published", claim, claim.pk, payload)
    with copying() as copier:
        told.write(copier)


def on(day: Any) -> DateRange:
    """That one day."""
    return DateRange(day, day, bounds="[]")


if __name__ == "__main__":
    began = time.perf_counter()
    call_command("migrate", verbosity=0)
    fill(int(sys.argv[1]), seed=int(sys.argv[2]))
    print(f"  filled in {time.perf_counter() - began:.0f} s", flush=True)
