"""Imports for tests: files put in, and walked in this process as a worker would."""

import csv
import io
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.contrib.auth.models import User
from procrastinate.contrib.django.models import ProcrastinateJob

from claims.exchange import importing, running, staging, walking
from claims.exchange.columns import Problem
from claims.exchange.files import Format, Record, Sheet, sheets
from claims.models import ImportBatch, ImportRow

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


# One sheet at once, without a worker


def sheet_of(*rows: dict[str, str]) -> Sheet:
    """A sheet with one of these columns for each key, the first record on line 2."""
    headings = tuple(dict.fromkeys(name for row in rows for name in row))
    records = [
        Record(line, tuple(row.get(name, "") for name in headings))
        for line, row in enumerate(rows, 2)
    ]
    return Sheet("rows", Format.CSV, headings, (), lambda: iter(records))


def sheet_in(content: bytes) -> Sheet:
    """The one sheet of a file of text, its records read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        path.write_bytes(content)
        (sheet,) = sheets(path, path.name)
        records = list(sheet.records())
    return Sheet(sheet.name, sheet.format, sheet.headings, sheet.notes, lambda: iter(records))


@dataclass(frozen=True)
class Report:
    """What became of all records of a sheet."""

    rows: list[ImportRow]

    @cached_property
    def rejected(self) -> list[ImportRow]:
        return [row for row in self.rows if row.state == "rejected"]

    @property
    def new(self) -> int:
        return sum(row.state in ("new", "written") for row in self.rows)

    @property
    def unchanged(self) -> int:
        return sum(row.state == "unchanged" for row in self.rows)

    @property
    def kinds(self) -> Counter[str]:
        return Counter(kind for row in self.rows for kind in row.added)


def check(sheet: Sheet, *, by: User) -> Report:
    return Report(importing.check(sheet, by=by))


def run(sheet: Sheet, *, by: User) -> Report:
    return Report(importing.run(sheet, by=by))


def problems_of(row: ImportRow) -> list[Problem]:
    return [Problem(**problem) for problem in row.problems]
