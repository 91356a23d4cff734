"""Imports generated rows into the database that it is given, and exports them; see import.py."""

from __future__ import annotations

import csv
import os
import platform
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import django

django.setup()

import tablib
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from articles.models import Article, Event, Source
from bench.generate import Newsroom
from bench.resources import ClaimResource, RecordedResource
from claims.actions.rows import columns_of
from claims.exchange import running, staging, walking
from claims.exchange.dumping import dump
from claims.exchange.exporting import as_csv, as_json_lines
from claims.exchange.flat import Cells, rows_of
from claims.models import Appearance, Claim, Evidence, ImportBatch, ImportRow

HEADINGS = (
    *("claim", "source", "source_kind", "stated", "article_title", "publisher", "article_url"),
    *("article_published", "quotation"),
)
TABLES: tuple[Any, ...] = (Source, Article, Claim, Evidence, Appearance)
FIRST = 2000
"""Rows of each table that are copied before PostgreSQL counts them."""
PUBLISHERS = 50


def rows(number: int, seed: int) -> Iterator[Sequence[str]]:
    """Claims of a newsroom: each by one of many sources, in an article that holds three of them."""
    room = Newsroom(seed)
    chance = Random(seed)
    people = [
        f"{room.names.draw(chance)} {room.names.draw(chance)} {n}" for n in range(number // 20 + 1)
    ]
    papers = [f"The {room.names.draw(chance)} Post {n}" for n in range(PUBLISHERS)]
    for n, claim in enumerate(room.claims(number)):
        article, day = n // 3, f"20{10 + n % 14}-0{1 + n % 9}-1{n % 10}"
        paper = papers[article % PUBLISHERS]
        yield (
            *(claim, people[chance.randrange(len(people))], "person", day),
            *(f"Report {article} of the day", paper, f"https://news.example/{article}", day),
            claim[:120],
        )


def timed(name: str, number: int, act: Callable[[], object]) -> float:
    """Print what ``act`` took; returns rows a second."""
    begun = time.perf_counter()
    act()
    took = time.perf_counter() - begun
    print(f"  {name:<44} {took:8.1f} s {number / took:10,.0f} rows/s", flush=True)
    return number / took


def peaks() -> str:
    """The most memory so far: of this process, its children, and PostgreSQL where it serves us."""
    own, children = (
        resource.getrusage(who).ru_maxrss // 1024
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    serving = int(found[1]) // 1024 if found else 0
    return f"peak memory {own} MB, children {children} MB, PostgreSQL {serving} MB"


def ours(number: int, seed: int, by: User, path: Path) -> dict[str, float]:
    """The engine of imports itself, step by step, in this process."""

    def upload() -> None:
        with path.open("rb") as file:
            content = iter(lambda: file.read(1 << 20), b"")
            staging.add_file(by=by, batch=batch, name="rows.csv", content=content)

    def go() -> None:
        assert walking.work(batch.pk, stop=lambda: False)

    batch = staging.open_batch(by=by, name="Bench")
    begun = time.perf_counter()
    timed("ours: upload", number, upload)
    running.start(by=by, batch=batch)
    timed("ours: read and stage", number, go)
    running.check(by=by, batch=ImportBatch.objects.get(pk=batch.pk))
    timed("ours: check", number, go)
    running.run(by=by, batch=ImportBatch.objects.get(pk=batch.pk))
    rate = timed("ours: import", number, go)
    done = ImportBatch.objects.get(pk=batch.pk)
    whole = number / (time.perf_counter() - begun)
    print(f"  {'ours: all of it':<44} {number / whole:8.1f} s {whole:10,.0f} rows/s")
    print(f"  {done.state}: {done.counts}; {peaks()}", flush=True)
    assert done.counts["new"] == number, ImportRow.objects.filter(batch=batch).exclude(problems=[])[
        :3
    ]
    return {"import": rate, "whole": whole}


def bare_copy(number: int, folder: Path) -> float:
    """The very rows that our import wrote, copied into the same tables, emptied before."""
    files = []
    with connection.cursor() as cursor:
        for model in (*TABLES, Event):
            table = model._meta.db_table
            if model is Event:
                columns = "chain, subject_type, subject_id, claim_id, verb, by_id, payload"
            else:
                columns = ", ".join(
                    connection.ops.quote_name(str(c.column)) for c in columns_of(model)
                )
            path = folder / table
            ask = f"COPY (SELECT {columns} FROM {table} ORDER BY id) TO STDOUT"
            with path.open("wb") as file, cursor.copy(ask) as copy:
                for part in copy:
                    file.write(part)
            files.append((f"COPY {table} ({columns}) FROM STDIN", table, path))
        names = ", ".join(model._meta.db_table for model in (*TABLES, Event))
        cursor.execute("TRUNCATE claims_importplan, claims_importrow CASCADE")
        cursor.execute(f"TRUNCATE {names} CASCADE")

        def put() -> None:
            for statement, table, path in files:
                with path.open("rb") as file:
                    with cursor.copy(statement) as copy:
                        for line in islice(file, FIRST):
                            copy.write(line)
                    # The triggers' plans for an empty table would read all of it for each row.
                    cursor.execute(f"ANALYZE {table}")
                    with cursor.copy(statement) as copy:
                        while part := file.read(1 << 20):
                            copy.write(part)

        return timed("a bare COPY of the same rows", number, put)


def exports(number: int, by: User, folder: Path) -> None:
    """All claims in the forms that have no limit, and the whole record."""
    for form, written in (("CSV", as_csv), ("JSON Lines", as_json_lines)):

        def put(written: Callable[[Iterable[Cells]], Iterator[str]] = written) -> None:
            with (folder / "export").open("w", encoding="utf-8", newline="") as file:
                file.writelines(written(rows_of(Claim.objects.all(), by)))

        timed(f"export: {form}", number, put)

    def whole() -> None:
        with (folder / "export").open("wb") as file:
            dump(file)

    timed("export: dump", number, whole)
    print(f"  {peaks()}", flush=True)


def main() -> None:
    number, peer_rows, seed = map(int, sys.argv[1:])
    call_command("migrate", verbosity=0)
    by = User.objects.create_superuser("bench")
    print(
        f"{number:,} rows; {os.cpu_count()} cores, {platform.machine()}, Python"
        f" {platform.python_version()}, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADINGS)
            writer.writerows(rows(number, seed))
        our = ours(number, seed, by, path)
        bare = bare_copy(number, folder)
        exports(number, by, folder)
    some = min(peer_rows, number)
    table = tablib.Dataset(*rows(some, seed), headers=HEADINGS)
    plain = peer(ClaimResource, "django-import-export", table, by)
    twice = peer(ClaimResource, "the same, after its dry run", table, by, dry=True)
    told = peer(RecordedResource, "the same, with events and state", table, by)
    fair = {"import": plain, "whole": twice}
    for name, rate in our.items():
        print(
            f"  {name}: {rate / bare:.2f} of the bare COPY; {rate / fair[name]:.1f} times"
            f" django-import-export, {rate / told:.1f} times the one that does the same"
        )


def peer(resource: Any, name: str, table: Any, by: User, *, dry: bool = False) -> float:
    """django-import-export with such a resource, into emptied tables; ``dry``: tried before."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_claim, articles_source CASCADE")

    def put() -> None:
        for trying in (True, False) if dry else (False,):
            done = resource(by).import_data(table, dry_run=trying, raise_errors=True)
            assert done.totals["new"] == len(table), done.totals

    return timed(name, len(table), put)


if __name__ == "__main__":
    main()
