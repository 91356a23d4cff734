"""Imports into the database that it is given while workers are killed, and looks; see kill.py."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import connection

from articles.models import Event
from bench.kill import parser
from bench.throwaway import ROOT
from claims import record
from claims.exchange import running, staging
from claims.exchange.holding import IMPORTS, held
from claims.history_check import check
from claims.models import Claim, Evidence, ImportBatch, ImportRow
from config import embedded

PATIENCE = 60.0
"""Seconds that a new worker has to take an import up, before we give up."""
WORKERS = 3
"""One at work, one that stands by, and one that may still be starting."""
NEXT = {"columns": running.check, "checked": running.run}


def main() -> int:
    """Print what happened; end with 1 where anything was lost, doubled or orphaned."""
    asked = parser().parse_args()
    # Processes are killed here, and nobody pulls the plug: no need to wait for the disk.
    embedded.join(settings.DATA_DIR / "database", durable=False)
    call_command("migrate", verbosity=0, interactive=False, stdout=StringIO())
    editor = User.objects.create_user("bench")
    editor.groups.add(Group.objects.get(name="editor"))
    batch = staging.open_batch(by=editor, name="bench")
    staging.add_file(by=editor, batch=batch, name="bench.csv", content=_table(asked.rows))
    running.start(by=editor, batch=batch)
    begun, dice, waits = time.monotonic(), random.Random(asked.seed), []
    workers: dict[str, subprocess.Popen[bytes]] = {}
    at_work = 0
    for number in range(asked.kills + 1):
        while len(workers) < WORKERS:
            name = f"bench-{number}-{len(workers)}"
            workers[name] = _worker(name)
        try:
            waits.append(_wait(lambda: held() == {batch.pk} or _ended(batch)))
            if number == asked.kills:
                _finish(editor, batch)
            else:
                time.sleep(dice.random() * asked.longest)
            holder = _holder()
            at_work += holder is not None
        except BaseException:
            _kill(workers, *workers)
            raise
        _kill(workers, holder or next(iter(workers)))
        _go_on(editor, batch)
        if batch.state == "done":
            break
    _kill(workers, *workers)
    print(f"{asked.rows:,} records, {number} kills, {time.monotonic() - begun:.0f} s in all")
    print(f"{at_work} of the killed were at work on the import, the others between two steps of it")
    usual = sum(waits) / len(waits)
    print(f"taken up {usual:.1f} s after the one before was killed, {max(waits):.1f} at most")
    print(f"this process took {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
    return _look(batch, asked.rows)


def _worker(name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "manage.py", "work", "--skip-checks"]
    return subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PGAPPNAME": name})


def _kill(workers: dict[str, subprocess.Popen[bytes]], *names: str) -> None:
    for name in names:
        worker = workers.pop(name)
        worker.kill()
        worker.wait()


def _holder() -> str | None:
    """The worker that holds an import, by the name that it gave PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.application_name FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.classid = %s AND l.granted",
            [IMPORTS],
        )
        row = cursor.fetchone()
        return None if row is None else str(row[0])


def _look(batch: ImportBatch, rows: int) -> int:
    told = Event.objects.filter(verb="claim.logged")
    with ThreadPoolExecutor(1) as beside:  # by the other core
        checked = beside.submit(_faults)
        orphans = len(record.orphans())
    figures = {
        "state": (batch.state, "done"),
        "records written": (ImportRow.objects.filter(state="written").count(), rows),
        "claims": (Claim.objects.count(), rows),
        "different claims": (Claim.objects.values("text").distinct().count(), rows),
        "pieces of evidence": (Evidence.objects.count(), rows),
        "events of claims": (told.count(), rows),
        "claims with an event": (told.values("subject_id").distinct().count(), rows),
        "orphans": (orphans, 0),
        "faults of the hash chains": (checked.result(), 0),
    }
    for name, (found, wanted) in figures.items():
        print(f"{name}: {found}" + ("" if found == wanted else f", and not {wanted}"))
    return int(any(found != wanted for found, wanted in figures.values()))


def _faults() -> int:
    try:
        return len(check(record.entries()).faults)
    finally:
        connection.close()


def _table(rows: int) -> Iterator[bytes]:
    yield b"claim,source,source_kind,stated\n"
    for number in range(rows):
        yield f"Station {number} measured rain,Jane Doe,person,2024-03-07\n".encode()


def _wait(happens: Callable[[], bool]) -> float:
    begun = time.monotonic()
    while not happens():
        if time.monotonic() - begun > PATIENCE:
            raise TimeoutError
        time.sleep(0.02)
    return time.monotonic() - begun


def _ended(batch: ImportBatch) -> bool:
    batch.refresh_from_db()
    return batch.state in (*NEXT, "done", "failed")


def _go_on(editor: User, batch: ImportBatch) -> None:
    """What a person would click."""
    if _ended(batch) and batch.state in NEXT:
        NEXT[batch.state](by=editor, batch=batch)


def _finish(editor: User, batch: ImportBatch) -> None:
    """Let the last worker live until all is done."""
    while batch.state not in ("done", "failed"):
        _go_on(editor, batch)
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
