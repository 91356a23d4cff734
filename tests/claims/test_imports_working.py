"""Workers: processes of their own that are started, killed and ended, with the tests' database."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections
from django.utils.translation import override
from procrastinate.contrib.django.models import ProcrastinateJob

from articles.models import Event
from claims import jobs as jobs_of_imports
from claims import record
from claims.exchange import running, walking
from claims.exchange.holding import held, hold
from claims.history_check import check
from claims.models import Claim, Evidence, ImportBatch, ImportRow
from tests.claims.imports import checked, go, good, jobs, table, uploaded
from tests.config.test_embedded import ROOT

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

CHUNK = 10
PATIENCE = 60  # seconds until a test that waits for a worker gives up


@pytest.fixture(autouse=True)
def no_jobs() -> Iterator[None]:
    """Leave no job behind: its table is no model's of ours, so nothing else empties it."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")


class Workers:
    """Worker processes on the database of this test."""

    def __init__(self) -> None:
        params = connection.get_connection_params()
        address = f"{quote(params['host'], safe='')}:{params.get('port', 5432)}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"postgresql://{params['user']}@{address}/{params['dbname']}",
            "LOCAL": "1",
            "IMPORT_AT_ONCE": str(CHUNK),
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *options: str) -> subprocess.Popen[str]:
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "work", *options],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(worker)
        return worker

    def end(self) -> None:
        for worker in self.started:
            worker.kill()
            worker.communicate()


@pytest.fixture
def workers() -> Iterator[Workers]:
    started = Workers()
    yield started
    started.end()


def eventually(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def has_state(batch: ImportBatch, state: str) -> Callable[[], bool]:
    return lambda: ImportBatch.objects.filter(pk=batch.pk, state=state).exists()


def test_worker_does_what_waits_and_ends(editor: User, workers: Workers) -> None:
    batch = running.start(by=editor, batch=uploaded(editor, table(good(3))))
    worker = workers.start("--once")
    assert (worker.communicate(timeout=PATIENCE)[0], worker.returncode) == ("", 0)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_total) == ("columns", 3)
    assert jobs(batch) == 0


def test_worker_speaks_the_language_of_whoever_asked(editor: User, workers: Workers) -> None:
    rows = table([("", "Jane Doe", "person", "2024-03-07")])
    batch = go(running.start(by=editor, batch=uploaded(editor, rows)))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")  # what `go` has done already
    with override("fr"):
        running.check(by=editor, batch=batch)
    workers.start("--once").communicate(timeout=PATIENCE)
    (row,) = ImportRow.objects.filter(batch=batch)
    assert [problem["fix"] for problem in row.problems] == ["Cette cellule ne peut pas être vide."]


def test_worker_hears_of_new_work_and_ends_when_told(editor: User, workers: Workers) -> None:
    worker = workers.start()
    batch = running.start(by=editor, batch=uploaded(editor, table(good(3))))
    eventually(has_state(batch, "columns"))
    worker.send_signal(signal.SIGTERM)
    assert (worker.communicate(timeout=PATIENCE)[0], worker.returncode) == ("", 0)


def test_worker_ends_with_the_program_at_its_other_end(editor: User, workers: Workers) -> None:
    worker = workers.start("--until-closed")
    batch = running.start(by=editor, batch=uploaded(editor, table(good(3))))
    eventually(has_state(batch, "columns"))
    assert (worker.communicate(timeout=PATIENCE)[0], worker.returncode) == ("", 0)


def test_worker_told_to_end_leaves_the_rest_to_the_next(editor: User, workers: Workers) -> None:
    batch = checked(editor, table(good(150)))
    running.run(by=editor, batch=batch)
    worker = workers.start()
    eventually(lambda: ImportBatch.objects.filter(pk=batch.pk, rows_done__gt=0).exists())
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=PATIENCE)
    batch.refresh_from_db()
    assert (batch.state, batch.rows_done < 150) == ("importing", True)
    workers.start("--once").communicate(timeout=PATIENCE)
    batch.refresh_from_db()
    assert (batch.state, Claim.objects.count()) == ("done", 150)


def test_killed_again_and_again(editor: User, workers: Workers) -> None:
    """Nothing is lost, nothing is doubled, no event is without its row or row without its event."""
    dice = random.Random("kill")
    batch = running.start(by=editor, batch=uploaded(editor, table(good(2000))))
    steps = {"columns": running.check, "checked": running.run}
    killed = 0
    while killed < 5:
        worker = workers.start()
        eventually(lambda: held() == {batch.pk})
        time.sleep(dice.random() / 2)
        worker.kill()
        worker.communicate()
        killed += 1
        batch.refresh_from_db()
        if batch.state in steps:
            steps[batch.state](by=editor, batch=batch)
    while batch.state != "done":
        workers.start("--once").communicate(timeout=PATIENCE)
        batch.refresh_from_db()
        if batch.state in steps:
            steps[batch.state](by=editor, batch=batch)
    assert (batch.rows_done, batch.counts["new"], batch.counts["rejected"]) == (2000, 2000, 0)
    assert Claim.objects.values("text").distinct().count() == Claim.objects.count() == 2000
    assert Evidence.objects.count() == 2000
    assert ImportRow.objects.filter(state="written").count() == 2000
    assert (check(record.entries()).faults, record.orphans()) == ((), [])
    told = Event.objects.filter(subject_type="claim", verb="claim.logged")
    assert told.values("subject_id").distinct().count() == told.count() == 2000


def test_work_of_a_killed_worker_is_taken_up(editor: User, workers: Workers) -> None:
    batch = running.run(by=editor, batch=checked(editor, table(good(60))))
    worker = workers.start()
    eventually(lambda: held() == {batch.pk})
    worker.kill()
    worker.communicate()
    assert ProcrastinateJob.objects.get().status == "doing"
    workers.start()
    eventually(has_state(batch, "done"))
    eventually(lambda: jobs(batch) == 0)
    assert Claim.objects.count() == 60


def test_import_without_a_job_is_taken_up(editor: User) -> None:
    batch = running.start(by=editor, batch=uploaded(editor, table(good(1))))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    assert (jobs_of_imports.rescue(), jobs(batch, "todo")) == (1, 1)
    assert (jobs_of_imports.rescue(), jobs(batch, "todo")) == (0, 1)


def test_import_that_somebody_works_on_is_left_alone(editor: User) -> None:
    batch = running.start(by=editor, batch=uploaded(editor, table(good(1))))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    with hold(batch.pk) as mine:
        assert (mine, jobs_of_imports.rescue()) == (True, 0)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(work_elsewhere, batch.pk).result() is False
    batch.refresh_from_db()
    assert batch.state == "reading"
    assert go(batch).state == "columns"


def work_elsewhere(pk: int) -> bool:
    try:
        return walking.work(pk, stop=lambda: False)
    finally:
        connections.close_all()


def test_cancel_while_a_worker_is_at_it(editor: User, workers: Workers) -> None:
    batch = running.run(by=editor, batch=checked(editor, table(good(150))))
    workers.start()
    eventually(lambda: ImportBatch.objects.filter(pk=batch.pk, rows_done__gt=0).exists())
    assert running.cancel(by=editor, batch=batch).cancel_wanted
    eventually(has_state(batch, "cancelled"))
    batch.refresh_from_db()
    assert Claim.objects.count() == batch.rows_done < 150
    running.resume(by=editor, batch=batch)
    eventually(has_state(batch, "done"))
    assert Claim.objects.count() == 150


def test_two_workers_share_nothing(editor: User, workers: Workers) -> None:
    batch = running.start(by=editor, batch=uploaded(editor, table(good(500))))
    other = running.start(by=editor, batch=uploaded(editor, table(good(500))))
    two = [workers.start("--once"), workers.start("--once")]
    assert [worker.communicate(timeout=PATIENCE)[0] for worker in two] == ["", ""]
    for each in (batch, other):
        each.refresh_from_db()
        assert (each.state, each.rows_total, each.rows.count()) == ("columns", 500, 500)


def test_job_of_a_dead_worker_is_called_for_anew_in_its_language(editor: User) -> None:
    with override("fr"):
        batch = running.start(by=editor, batch=uploaded(editor, table(good(1))))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing'")
        cursor.execute("TRUNCATE procrastinate_events")  # so that it did not begin just now
    assert (jobs_of_imports.rescue(), jobs_of_imports.rescue()) == (1, 0)
    assert [*ProcrastinateJob.objects.values_list("status", "args")] == [
        ("todo", {"batch": batch.pk, "language": "fr"})
    ]
