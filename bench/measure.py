"""Loads claims into the database that it is given, asks, and prints figures; see matching.py."""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from itertools import islice
from random import Random

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from bench import judged
from bench.generate import Newsroom
from bench.matching import parser
from claims.actions.embedding import fill_vectors
from claims.actions.intake import log_claim
from claims.matching import model, similar

FIRST = 10
COLUMNS = (
    "id, text, slug, language, kind, checkable, criteria, logged_by_id, evidence_state,"
    " origins_low, origins_high, for_count, against_count, redaction_reason"
)
LEXICAL, FUSED = "lexical", "fused"
EMBEDDED = 3000
WRITTEN = 300  # claims that are written one by one
LONGEST = 1000  # characters of a claim
TS_RANK = """
WITH asked AS MATERIALIZED (
    SELECT string_agg(quote_literal(lexeme), '|')::tsquery AS q
    FROM unnest(to_tsvector('sayso', %(text)s)))
SELECT id FROM claims_claim, asked WHERE to_tsvector('sayso', text) @@ q
ORDER BY ts_rank(to_tsvector('sayso', text), q) DESC, id LIMIT 10
"""
TRIGRAMS = "SELECT id FROM claims_claim ORDER BY similarity(text, %(text)s) DESC, id LIMIT 10"
NOISY = """
INSERT INTO claims_vector (claim_id, model, vector)
SELECT c.id, v.model, ARRAY(
    SELECT (x + 0.1 / sqrt(384) * (2 * random() - 1))::real FROM unnest(v.vector) AS x)
FROM claims_claim c JOIN (
    SELECT row_number() OVER (ORDER BY claim_id) - 1 AS place, model, vector FROM claims_vector) v
    ON v.place = c.id %% %s
ON CONFLICT DO NOTHING
"""
Finder = Callable[[str], list[int]]


def finder(user: User) -> Finder:
    """The engine itself, asked as an editor."""
    return lambda text: [match.claim.pk for match in similar(text, user=user, limit=FIRST, least=0)]


def baseline(sql: str) -> Finder:
    """A ranking by one statement."""

    def find(text: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"text": text})
            return [claim for (claim,) in cursor.fetchall()]

    return find


def load(texts: Iterable[str], *, by: User) -> float:
    """Write claims numbered from 1 by COPY; returns the seconds that took."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY claims_claim ({COLUMNS}) FROM STDIN") as copy:
            for number, text in enumerate(texts, 1):
                fixed = ("claim", "en", "event", True, "", by.pk, "unsourced", 0, 0, 0, 0, "")
                copy.write_row((number, text[:LONGEST].strip() or "-", *fixed))
        took = time.perf_counter() - begun
        cursor.execute("VACUUM ANALYZE")
    return took


def timed(find: Finder, texts: Sequence[str]) -> list[float]:
    """Milliseconds of each query, after some that don't count."""
    for text in texts[:10]:
        find(text)
    took = []
    for text in texts:
        begun = time.perf_counter()
        find(text)
        took.append((time.perf_counter() - begun) * 1000)
    return sorted(took)


def line(name: str, took: Sequence[float]) -> None:
    """Print the quantiles."""
    at = [took[min(len(took) - 1, int(len(took) * part))] for part in (0.5, 0.95, 0.99)]
    print(f"  {name:<34} p50 {at[0]:6.0f}  p95 {at[1]:6.0f}  p99 {at[2]:6.0f} ms", flush=True)


def speed(
    number: int, *, seed: int, asked: int, user: User, modes: Sequence[str], baselines: bool
) -> None:
    """Queries and upkeep at one number of claims."""
    room = Newsroom(seed)
    claims = list(room.claims(number))
    took = load(claims, by=user)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE claims_claim DISABLE TRIGGER claim_terms_of_many")
        bare = load_more(room, user)
        cursor.execute("ALTER TABLE claims_claim ENABLE TRIGGER claim_terms_of_many")
        kept = load_more(room, user)
        cursor.execute("SELECT pg_total_relation_size('claims_term') / 1048576.0")
        size = cursor.fetchone()[0]
    print(f"{number:,} claims: COPY {took:.0f} s, terms {size:.0f} MB", flush=True)
    print(f"  upkeep of terms {kept - bare:.2f} ms a claim, of {kept:.2f} ms in all")
    for mode in modes:
        turn(mode, vectors=number)
        print(f" {mode}", flush=True)
        ask(room, claims, asked=asked, user=user, baselines=baselines and mode == LEXICAL)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_claim CASCADE")


def turn(mode: str, *, vectors: int = 0) -> None:
    """Switch to a mode; for the fused one, store what the claims mean and index it.

    Embedding hundreds of thousands of claims takes an hour on two cores: beyond the first
    ``EMBEDDED`` each vector is one of theirs, a tenth of it noise. That is for speed alone.
    """
    settings.SIMILAR_BY_MEANING = mode == FUSED
    if mode == LEXICAL:
        return
    begun = time.perf_counter()
    if vectors > EMBEDDED:
        stored = 0
        for some in fill_vectors():
            stored += some
            if stored >= EMBEDDED:
                break
        with connection.cursor() as cursor:
            cursor.execute(NOISY, [stored])
    call_command("embed_claims", verbosity=0, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE claims_vector")
    print(f"  vectors stored and indexed in {time.perf_counter() - begun:.0f} s", flush=True)


def ask(room: Newsroom, claims: Sequence[str], *, asked: int, user: User, baselines: bool) -> None:
    """Queries of each kind, and whether reworded claims are found again."""
    number = len(claims)
    chosen = Random(1).sample(range(number), min(asked, number))
    find = finder(user)
    if settings.SIMILAR_BY_MEANING:
        begun = time.perf_counter()
        for text in room.claims(50):
            log_claim(by=user, text=text)
        print(f"  a claim logged in {(time.perf_counter() - begun) * 20:.0f} ms, vector and all")
    sentences = [room.query(claims[place]) for place in chosen]
    line("sentences", timed(find, sentences))
    line("their first 10 characters", timed(find, [claims[place][:10] for place in chosen]))
    long = [" ".join(claims[place : place + 15])[:LONGEST] for place in chosen[:50]]
    line("texts of 1000 characters", timed(find, long))
    wanted = {str(place): {str(place + 1)} for place in chosen}
    queries = dict(zip(wanted, sentences, strict=True))
    names = [str(place) for place in range(1, number + 1 + 3 * WRITTEN)]
    scores("reworded claims found again", find, queries, wanted, names)
    if baselines:
        for name, sql in (("ts_rank over OR", TS_RANK), ("trigram similarity", TRIGRAMS)):
            some = dict(islice(queries.items(), 50))
            line(name, timed(baseline(sql), list(some.values())))
            scores(name, baseline(sql), some, wanted, names)


def load_more(room: Newsroom, user: User, number: int = WRITTEN) -> float:
    """Milliseconds to insert one claim, each in a transaction of its own."""
    columns = COLUMNS.removeprefix("id, ")
    holes = ", ".join(["%s"] * 13)
    fixed = ("claim", "en", "event", True, "", user.pk, "unsourced", 0, 0, 0, 0, "")
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")  # the disk isn't what is measured
        cursor.execute("SELECT setval('claims_claim_id_seq', (SELECT max(id) FROM claims_claim))")
        for text in room.claims(number):
            cursor.execute(f"INSERT INTO claims_claim ({columns}) VALUES ({holes})", (text, *fixed))
    return (time.perf_counter() - begun) / number * 1000


def scores(
    name: str,
    find: Finder,
    queries: dict[str, str],
    relevant: dict[str, set[str]],
    names: Sequence[str],
) -> None:
    """Print how high the relevant documents stand, over the queries that have any."""
    precision = reciprocal = hits = 0.0
    for query, text in queries.items():
        wanted = relevant[query]
        found = [names[claim - 1] in wanted for claim in find(text)]
        places = [place for place, good in enumerate(found, 1) if good]
        best = [place for place in places if place <= 5]
        precision += sum((n + 1) / place for n, place in enumerate(best)) / len(wanted)
        reciprocal += 1 / places[0] if places else 0
        hits += bool(places)
    n = max(1, len(queries))
    told = f"MAP@5 {precision / n:.4f}  MRR {reciprocal / n:.4f}  hit@10 {hits / n:.4f}"
    print(f"  {name:<34} {told}  ({n} queries)", flush=True)


def quality(given: object, *, user: User, modes: Sequence[str]) -> None:
    """Judged queries over their documents."""
    path = vars(given)
    docs, asked = judged.texts(path["docs"]), judged.texts(path["queries"])
    relevant = judged.judgements(path["qrels"])
    queries = {name: text for name, text in asked.items() if name in relevant}
    lost = {doc for name in queries for doc in relevant[name]} - docs.keys()
    print(f"{len(docs):,} documents, {len(queries):,} of {len(asked):,} queries are judged")
    print(
        f"  relevant, but no document: {len(lost)};"
        f" empty documents: {sum(not text for text in docs.values())}"
    )
    print(f"  cut after {LONGEST} characters: {sum(len(t) > LONGEST for t in docs.values())}")
    if not queries:
        raise SystemExit("No query has a judgement: do the ids of the files agree?")
    names = list(docs)
    print(f"  loaded in {load(docs.values(), by=user):.0f} s", flush=True)
    find = finder(user)
    for mode in modes:
        turn(mode)
        line(f"{mode}: queries", timed(find, list(queries.values())[:500]))
        scores(mode, find, queries, relevant, names)
    if path["baselines"]:
        scores("ts_rank over OR", baseline(TS_RANK), queries, relevant, names)
        scores("trigram similarity", baseline(TRIGRAMS), queries, relevant, names)


def machine() -> None:
    """Print what this ran on, without its name."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0].split()[0]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.machine()}, Linux;"
        f" Python {platform.python_version()}, PostgreSQL {version}; load {os.getloadavg()[0]:.1f}"
    )


def main() -> None:
    """Measure what was asked for."""
    given = parser().parse_args()
    call_command("migrate", verbosity=0)
    user = User.objects.create_superuser("bench")
    machine()
    modes = [LEXICAL, FUSED] if given.mode == "both" else [given.mode]
    if FUSED in modes and not model.installed():
        modes.remove(FUSED)
        print("Without the extra `similar`: lexical only.")
    if given.queries is not None:
        quality(given, user=user, modes=modes)
        return
    for number in given.claims:
        speed(
            number,
            seed=given.seed,
            asked=given.asked,
            user=user,
            modes=modes,
            baselines=given.baselines,
        )


if __name__ == "__main__":
    main()
