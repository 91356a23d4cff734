"""Imports generated rows into the database that it is given, by three ways; see import.py."""

from __future__ import annotations

import csv
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Any

import django

django.setup()

import tablib
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from import_export import fields, resources

from articles import dates
from articles.history import facts, record
from articles.models import Article, Event, Source
from articles.slugs import free_slug, slug_of
from bench.generate import Newsroom
from claims.actions import upkeep
from claims.actions.rows import columns_of
from claims.exchange import running, staging, walking
from claims.models import Appearance, Claim, Evidence, ImportBatch, ImportRow

HEADINGS = (
    *("claim", "source", "source_kind", "stated", "article_title", "publisher", "article_url"),
    *("article_published", "quotation"),
)
TABLES: tuple[Any, ...] = (Source, Article, Claim, Evidence, Appearance)
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


def peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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
    print(f"  {done.state}: {done.counts}; peak memory {peak():.0f} MB", flush=True)
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
            files.append((f"COPY {table} ({columns}) FROM STDIN", path))
        names = ", ".join(model._meta.db_table for model in (*TABLES, Event))
        cursor.execute("TRUNCATE claims_importplan, claims_importrow CASCADE")
        cursor.execute(f"TRUNCATE {names} CASCADE")

        def put() -> None:
            for statement, path in files:
                with path.open("rb") as file, cursor.copy(statement) as copy:
                    while part := file.read(1 << 20):
                        copy.write(part)

        return timed("a bare COPY of the same rows", number, put)


class ClaimResource(resources.ModelResource):  # type: ignore[misc]  # the package has no types
    """What one writes after the manual: the claim, and what hangs on it after it was saved."""

    text = fields.Field(attribute="text", column_name="claim")

    class Meta:
        model = Claim
        import_id_fields = ("text",)
        fields = ("text",)
        skip_unchanged = True

    def __init__(self, by: User) -> None:
        super().__init__()
        self.by = by

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.slug = slug_of(instance.text, "claim")
        instance.logged_by = self.by

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        source = self.source(row["source"], row["source_kind"])
        paper = self.source(row["publisher"], "organisation")
        article = Article.objects.filter(url=row["article_url"]).first()
        if article is None:
            title = row["article_title"]
            article = Article.objects.create(
                title=title,
                slug=free_slug(title, "article", Article.objects),
                url=row["article_url"],
                publisher=paper,
                published=dates.read(row["article_published"]),
            )
        evidence = Evidence.objects.create(
            claim=instance, source=source, stated=dates.read(row["stated"]), recorded_by=self.by
        )
        Appearance.objects.create(
            evidence=evidence, article=article, exact=row["quotation"], recorded_by=self.by
        )

    def source(self, name: str, kind: str) -> Source:
        """The source of that name, found or added."""
        held = Source.objects.filter(name=name, kind=kind).first()
        if held is None:
            slug = free_slug(name, "source", Source.objects)
            held = Source.objects.create(name=name, kind=kind, slug=slug)
        return held


class RecordedResource(ClaimResource):
    """The same, leaving what our import leaves: events of each change, and the evidence state."""

    class Meta(ClaimResource.Meta):
        pass

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        record(by=self.by, verb="claim.logged", subject=instance, claim=instance)
        before = Source.objects.count(), Article.objects.count()
        super().after_save_instance(instance, row, **kwargs)
        pairs: tuple[Any, ...] = (Source, Article)
        for model, held, verb in zip(pairs, before, ("source.added", "article.added"), strict=True):
            for added in model.objects.order_by("-pk")[: model.objects.count() - held]:
                record(by=self.by, verb=verb, subject=added)
        evidence = instance.evidence.get()
        moved = upkeep.refresh(instance.pk)
        payload = {
            **facts(evidence),
            "appearances": [facts(place) for place in evidence.appearances.all()],
            "standing": moved.get(instance.pk),
        }
        record(
            by=self.by, verb="evidence.linked", subject=evidence, claim=instance, payload=payload
        )


def peer(resource: Any, name: str, number: int, seed: int, by: User) -> float:
    """django-import-export with such a resource, into emptied tables."""
    table = tablib.Dataset(*rows(number, seed), headers=HEADINGS)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE claims_claim, articles_source CASCADE")

    def put() -> None:
        done = resource(by).import_data(table, dry_run=False, raise_errors=True)
        assert done.totals["new"] == number, done.totals

    return timed(name, number, put)


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
    some = min(peer_rows, number)
    plain = peer(ClaimResource, "django-import-export", some, seed, by)
    told = peer(RecordedResource, "the same, with events and state", some, seed, by)
    for name, rate in our.items():
        print(
            f"  {name}: {rate / bare:.2f} of the bare COPY; {rate / plain:.1f} times"
            f" django-import-export, {rate / told:.1f} times the one that does the same"
        )


if __name__ == "__main__":
    main()
