"""How much memory an import needs, in the server and in a worker, whatever is sent.

What is measured is what Python holds at once; a PostgreSQL of its own holds the rest.
"""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.test import Client

from claims.exchange import running, staging
from claims.models import ImportBatch, ImportRow
from tests.claims.exchange_files.reading import peak
from tests.claims.imports import checked, go, good, table, uploaded

pytestmark = pytest.mark.django_db

MB = 1024 * 1024
LONG = 199_000
"""Characters of a cell that is read."""


def long_rows(count: int) -> bytes:
    """As many records of two cells, the first of them long, and too long for any claim of ours."""
    rows = [(f"{n} " + "x" * LONG, "Ada", "person", "03/04/2024") for n in range(count)]
    return table([*good(3), *rows])


CASES: dict[str, Callable[[], bytes]] = {
    "one long line": lambda: b"claim\n" + b"x" * (30 * MB) + b"\nIt rained\n",
    "nothing but one line": lambda: b"x" * (30 * MB),
    "a million columns": lambda: b"a," * 1_000_000 + b"\n" + b"1," * 1_000_000 + b"\n",
    "zeros": lambda: bytes(30 * MB),
    "broken quotation marks": lambda: b"a,b,c\n1,2,3\n" + b'x",""",y\n' * 2_000,
    "deep JSON": lambda: b'[{"claim": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
    "JSON that does not end": lambda: b'[{"claim": "' + b"x" * (30 * MB),
    "long cells": lambda: long_rows(200),
}


@pytest.mark.parametrize("name", CASES)
def test_worker_stays_small_while_it_reads(editor: User, name: str) -> None:
    batch = running.start(by=editor, batch=uploaded(editor, CASES[name]()))
    assert peak(lambda: go(batch)) < 25 * MB
    assert batch.state in ("columns", "unreadable")


def test_worker_stays_small_while_it_checks(editor: User) -> None:
    batch = go(running.start(by=editor, batch=uploaded(editor, long_rows(200))))
    running.check(by=editor, batch=batch)
    assert peak(lambda: go(batch)) < 25 * MB
    assert batch.counts["rejected"] == 200
    long = ImportRow.objects.filter(state="rejected", problems__0__column="claim")
    assert {len(row.problems[0]["found"]) for row in long} == {300}


@pytest.mark.parametrize("step", ["columns/", "check/", "rejected/"])
def test_pages_on_long_rows_stay_small(editor_client: Client, editor: User, step: str) -> None:
    batch = checked(editor, long_rows(200))
    ImportBatch.objects.update(state="checked")

    def ask() -> None:
        answer = editor_client.get(f"/desk/import/{batch.pk}/{step}")
        assert answer.status_code == 200
        if answer.streaming:
            for _piece in answer:
                pass

    assert peak(ask) < 25 * MB


def test_server_stays_small_while_it_keeps_a_file(editor: User) -> None:
    batch = staging.open_batch(by=editor, name="Rain")
    with TemporaryUploadedFile("rain.csv", "text/csv", 0, None) as file:
        for _megabyte in range(60):
            file.write(b"It rained\n" * (MB // 10))
        file.size = file.tell()
        file.seek(0)
        given = {"by": editor, "batch": batch, "name": "rain.csv"}
        assert peak(lambda: staging.add_file(**given, content=file.chunks())) < 10 * MB
    assert batch.files.get().size == 60 * (MB // 10) * 10
