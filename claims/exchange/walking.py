"""Does the work of an import: walks its records in chunks, each committed with how far it came.

Whatever ends it, at any moment, the next one to take it up goes on behind the last chunk that was
committed: nothing is lost and nothing is done twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from typing import cast

from django.conf import settings
from django.db import connection, reset_queries, transaction
from django.utils.translation import gettext as _

from articles.clock import ClockTimestamp
from articles.room import with_room
from claims.choices import AT_WORK, ImportState, RowState
from claims.exchange import chunks, resembling, staging
from claims.exchange.files import Unreadable
from claims.exchange.holding import hold
from claims.exchange.outcomes import Outcome
from claims.exchange.portions import portions
from claims.models import ImportBatch, ImportRow

MOST_ATTEMPTS = 8
"""How often an import is taken up without getting any further before somebody is asked."""
FEWER = 4
"""How many times fewer records are dealt with together, each time it broke off like that."""

FETCHED = 25
"""Records that are fetched at a time."""

Stop = Callable[[], bool]

_STORE = """
UPDATE claims_importrow AS r
   SET state = o.state, problems = o.problems, added = o.added, wrote = o.wrote,
       resembles = coalesce(o.resembles, r.resembles)
  FROM jsonb_to_recordset(%s) AS o(
       row bigint, state text, problems jsonb, added text[], wrote jsonb, resembles jsonb)
 WHERE r.id = o.row
"""


@with_room
def work(pk: int, *, stop: Stop) -> bool:
    """Do what an import waits for, until it waits for a person or ``stop`` says so.

    Returns whether this was done here: ``False`` where somebody else is at it. What fails is
    raised, after it was noted.
    """
    with hold(pk) as mine:
        if not mine or not _begin(pk):
            return mine
        try:
            while not stop() and _step(pk, stop):
                pass
        except Exception as fault:
            _note(pk, fault)
            raise
    return True


def _begin(pk: int) -> bool:
    """Count an attempt, and say from where it goes; too many of them and it has failed."""
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if batch is None or batch.state not in AT_WORK:
            return False
        if batch.attempts >= MOST_ATTEMPTS:
            told = _("It broke off %(times)d times behind record %(number)s. %(fault)s") % {
                "times": batch.attempts,
                "number": f"{batch.rows_done:,}",
                "fault": batch.fault,
            }
            _move(batch, ImportState.FAILED, fault=told.strip())
            return False
        batch.attempts += 1
        batch.walk_at = ClockTimestamp()
        batch.walk_from = batch.rows_done
        batch.save(update_fields=["attempts", "walk_at", "walk_from"])
    return True


def _note(pk: int, fault: Exception) -> None:
    """Keep why it broke off, for whoever has to look into it."""
    said = " ".join(str(fault).split())[:500]
    ImportBatch.objects.filter(pk=pk, state__in=AT_WORK).update(
        fault=f"{type(fault).__name__}: {said}"
    )


def _step(pk: int, stop: Stop) -> bool:
    """Deal with one chunk; returns whether there may be more to do."""
    reset_queries()  # which DEBUG would keep: ours are long, and there is no request that ends
    batch = ImportBatch.objects.select_related("by").get(pk=pk)
    if batch.state not in AT_WORK:
        return False
    if batch.cancel_wanted and _is_more_to_do(batch):
        _move(batch, ImportState.CANCELLED, cancel_wanted=False)
        return False
    match batch.state:
        case ImportState.READING:
            return _read(batch, stop)
        case ImportState.CHECKING:
            return _check(batch)
        case ImportState.IMPORTING:
            return _import(batch)
    return _undo(batch)


def _is_more_to_do(batch: ImportBatch) -> bool:
    """Whether stopping stops anything: behind the last record only the end is left to be noted."""
    return batch.state == ImportState.READING or batch.rows_done < batch.rows_total


def _move(batch: ImportBatch, state: ImportState, **changes: object) -> None:
    """Set a state that nobody has to work on."""
    ImportBatch.objects.filter(pk=batch.pk).update(state=state, **changes)


def _read(batch: ImportBatch, stop: Stop) -> bool:
    def wanted() -> bool:
        return stop() or ImportBatch.objects.filter(pk=batch.pk, cancel_wanted=True).exists()

    try:
        total = staging.stage(batch, stop=wanted)
    except Unreadable as fault:
        staging.clear(batch)
        _move(batch, ImportState.UNREADABLE, fault=str(fault))
        return False
    except staging.Stopped:
        return not stop()  # if it was cancelled, the next step says so
    told = {"rows_total": total, "rows_done": 0, "fault": "", "attempts": 0}
    _move(batch, ImportState.COLUMNS, **told)
    return False


def _check(batch: ImportBatch) -> bool:
    rows = _next_rows(batch)
    if not rows:
        with transaction.atomic():
            resembling.compare(batch)
        _move(batch, ImportState.CHECKED, checked_at=ClockTimestamp(), fault="", attempts=0)
        return False
    with transaction.atomic():
        sound = [row for row in rows if not row.unreadable]
        _store(batch, rows, chunks.check(batch, sound))
    return True


def _import(batch: ImportBatch) -> bool:
    rows = _next_rows(batch)
    if not rows:
        with transaction.atomic():
            done = {"finished_at": ClockTimestamp(), "fault": "", "attempts": 0}
            _move(batch, ImportState.DONE, **done)
            staging.drop_parts(batch)
        return False
    with transaction.atomic():
        wanted = [row for row in rows if row.state != RowState.REJECTED]
        _store(batch, rows, chunks.write(batch, wanted, by=batch.by))
    return True


def _undo(batch: ImportBatch) -> bool:
    """Take back the last chunk of what was written, the newest first."""
    written = ImportRow.objects.filter(batch=batch, state=RowState.WRITTEN)
    with transaction.atomic():
        rows = list(written.defer("raw").order_by("-number")[: _at_once(batch)])
        if not rows:
            _move(batch, ImportState.UNDONE, fault="", attempts=0)
            return False
        chunks.undo(batch, rows, by=batch.by)
        ImportRow.objects.filter(pk__in=[row.pk for row in rows]).update(state=RowState.UNDONE)
        batch.rows_done += len(rows)
        batch.attempts = 0
        batch.save(update_fields=["rows_done", "attempts"])
    return True


def _next_rows(batch: ImportBatch) -> list[ImportRow]:
    """The records to be dealt with together, fetched a few at a time: they may be long."""
    rows = ImportRow.objects.filter(batch=batch, number__gt=batch.rows_done).order_by("number")
    rows = rows.only("number", "sheet", "raw", "state", "unreadable", "resembles")
    most = _at_once(batch)
    with transaction.atomic():
        fetched = cast("Generator[ImportRow]", rows[:most].iterator(chunk_size=FETCHED))
        with closing(fetched):
            return next(portions(fetched, _cells, most=most), [])


def _cells(row: ImportRow) -> list[str]:
    return row.raw


def _at_once(batch: ImportBatch) -> int:
    """How many records are dealt with, and committed, together."""
    fewer: int = FEWER ** max(batch.attempts - 1, 0)
    return max(settings.IMPORT_AT_ONCE // fewer, 1)


def _store(batch: ImportBatch, rows: Sequence[ImportRow], outcomes: Sequence[Outcome]) -> None:
    """Keep what became of these records, and that the walk is behind them now."""
    with connection.cursor() as cursor:
        cursor.execute(_STORE, [json.dumps([each.kept() for each in outcomes])])
    states = Counter(each.state for each in outcomes)
    counts = batch.counts or {}
    passed_over = len(rows) - len(outcomes)
    added = Counter(counts.get("added", {}))
    added.update(kind for each in outcomes for kind in each.added)
    batch.counts = {
        "new": counts.get("new", 0) + states[RowState.NEW] + states[RowState.WRITTEN],
        "unchanged": counts.get("unchanged", 0) + states[RowState.UNCHANGED],
        "rejected": counts.get("rejected", 0) + states[RowState.REJECTED] + passed_over,
        "added": dict(sorted(added.items())),
    }
    batch.rows_done = rows[-1].number
    batch.attempts = 0
    batch.save(update_fields=["counts", "rows_done", "attempts"])
