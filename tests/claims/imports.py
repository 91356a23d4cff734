"""Imports for tests: files put in, and walked in this process as a worker would."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob

from claims.exchange import running, staging, walking
from claims.models import ImportBatch

HEADINGS = ("claim", "source", "source_kind", "stated")


def table(rows: Iterable[Sequence[str]], headings: Sequence[str] = HEADINGS) -> bytes:
    file = io.StringIO(newline="")
    csv.writer(file).writerows([headings, *rows])
    return file.getvalue().encode()


def good(count: int) -> list[Sequence[str]]:
    return [(f"It rained on day {n}", "Jane Doe", "person", "2024-03-07") for n in range(count)]


def uploaded(by: User, *contents: bytes) -> ImportBatch:
    batch = staging.open_batch(by=by, name="Rain")
    for number, content in enumerate(contents, 1):
        staging.add_file(by=by, batch=batch, name=f"rain-{number}.csv", content=[content])
    return batch


def go(batch: ImportBatch) -> ImportBatch:
    """Work on it as a worker would, as long as there is work."""
    assert walking.work(batch.pk, stop=lambda: False)
    batch.refresh_from_db()
    return batch


def checked(by: User, *contents: bytes) -> ImportBatch:
    batch = go(running.start(by=by, batch=uploaded(by, *contents)))
    assert batch.state == "columns", batch.fault
    return go(running.check(by=by, batch=batch))


def imported(by: User, *contents: bytes) -> ImportBatch:
    return go(running.run(by=by, batch=checked(by, *contents)))


def jobs(batch: ImportBatch, *states: str) -> int:
    ours = ProcrastinateJob.objects.filter(lock=f"import-{batch.pk}")
    return (ours.filter(status__in=states) if states else ours).count()
