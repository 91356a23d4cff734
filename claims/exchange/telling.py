"""What is told of an import: how fast it goes, what is wrong by remedy, the rejected records."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from claims.choices import AT_WORK, RowState
from claims.exchange.columns import ERROR, Problem
from claims.exchange.formulas import guarded
from claims.exchange.portions import portions
from claims.models import ImportBatch, ImportRow, ImportSheet

AT_ONCE = 20
"""Records that are fetched at a time: they may be long."""
PAGE = 50
"""Groups on one page."""

_GROUPS = """
SELECT p.problem->>'column', p.problem->>'fix', p.problem->>'found', count(*),
       (array_agg(r.line ORDER BY r.number))[1:5], count(*) OVER ()
  FROM claims_importrow r
 CROSS JOIN LATERAL jsonb_array_elements(r.problems) AS p(problem)
 WHERE r.batch_id = %s AND r.state = 'rejected'
 GROUP BY 1, 2, 3
 ORDER BY 4 DESC, min(r.number), 1, 3
 LIMIT %s OFFSET %s
"""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast the walk goes, in records a second, and how long it will take yet."""

    rate: float
    left: timedelta


@dataclass(frozen=True, slots=True)
class Group:
    """The rejected records with the same problem: how many, and the lines of the first of them."""

    problem: Problem
    count: int
    lines: tuple[int, ...]


def pace(batch: ImportBatch) -> Pace | None:
    """How fast an import goes; nothing while that can't be told."""
    done = batch.rows_done - batch.walk_from
    if batch.state not in AT_WORK or batch.walk_at is None or done <= 0:
        return None
    seconds = max((timezone.now() - batch.walk_at).total_seconds(), 0.001)
    left = max(batch.rows_total - batch.rows_done, 0)
    return Pace(done / seconds, timedelta(seconds=round(left * seconds / done)))


def groups(batch: ImportBatch, *, page: int = 1) -> tuple[list[Group], int]:
    """What is wrong, the most frequent first: one page of it, and how many groups there are."""
    with connection.cursor() as cursor:
        cursor.execute(_GROUPS, [batch.pk, PAGE, PAGE * (page - 1)])
        found = cursor.fetchall()
    told = [
        Group(Problem(column, value, fix), count, tuple(lines))
        for column, fix, value, count, lines, _groups in found
    ]
    return told, found[0][5] if found else 0


def rejected(batch: ImportBatch) -> Iterator[bytes]:
    """The rejected records as a CSV file, in pieces: what is wrong first, then as they came.

    Once repaired it can be imported as it is, alone. Sheets with different headings share one
    table. The mark at its beginning tells spreadsheets that it is UTF-8.
    """
    sheets = {sheet.pk: sheet for sheet in batch.sheets.all()}
    rows = ImportRow.objects.filter(batch=batch, state=RowState.REJECTED).order_by("number")
    used = set(rows.order_by().values_list("sheet", flat=True).distinct())
    headings = list(
        dict.fromkeys(
            heading
            for sheet in sorted(sheets.values(), key=lambda sheet: sheet.position)
            if sheet.pk in used
            for heading in sheet.headings
            if not is_error(heading)
        )
    )
    yield _csv([[ERROR, *headings]], mark=True)
    fetched = rows.iterator(chunk_size=AT_ONCE)
    lines = (_line(row, sheets[row.sheet_id], headings) for row in fetched)
    for some in portions(lines, list, most=AT_ONCE):
        yield _csv(some)


def _line(row: ImportRow, sheet: ImportSheet, headings: list[str]) -> list[str]:
    cells = dict(zip(sheet.headings, row.raw, strict=False))
    beyond = row.raw[len(sheet.headings) :]
    faults = "; ".join(str(Problem(**problem)) for problem in row.problems)
    return [faults, *(cells.get(heading, "") for heading in headings), *beyond]


def is_error(heading: str) -> bool:
    """Whether a heading is that of the errors in a file of rejected records."""
    return heading.strip().casefold() == ERROR


def _csv(lines: list[list[str]], *, mark: bool = False) -> bytes:
    writer = csv.writer(_Through(), lineterminator="\r\n")
    written = b"".join(writer.writerow(map(guarded, line)).encode() for line in lines)
    return codecs.BOM_UTF8 + written if mark else written


class _Through:
    """What ``writerow`` gives back: in a file of its own, a letter would take four bytes."""

    def write(self, text: str) -> str:
        return text
