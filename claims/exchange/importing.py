"""Imports one sheet at once, without a worker: the engine of all imports, walked in this process.

For tables that come with us and aren't an editor's upload: no import stays behind to be undone.
"""

from __future__ import annotations

from django.contrib.auth.models import User

from claims.choices import ImportState
from claims.exchange import chunks, running, staging, walking
from claims.exchange.files import Sheet
from claims.models import ImportBatch, ImportFile, ImportRow


def check(sheet: Sheet, *, by: User) -> list[ImportRow]:
    """What importing ``sheet`` would do with each record; nothing of it is kept.

    Raises ``NotAllowed``, and ``Unreadable`` as reading does.
    """
    return _walked(sheet, by, write=False)


def run(sheet: Sheet, *, by: User) -> list[ImportRow]:
    """Import the records that are right; returns what became of each, the rejected ones too.

    Broken off, it can be run again: what is here already is left as it is. Raises what ``check``
    does.
    """
    return _walked(sheet, by, write=True)


def _walked(sheet: Sheet, by: User, *, write: bool) -> list[ImportRow]:
    batch = staging.open_batch(by=by, name=sheet.name)
    try:
        file = ImportFile.objects.create(batch=batch, position=1, name=sheet.name)
        batch.rows_total = staging.stage_sheet(file, sheet, 1, 0, _never)
        batch.state, batch.rows_done = ImportState.COLUMNS, 0
        batch.save(update_fields=["rows_total", "state", "rows_done"])
        running.check(by=by, batch=batch)
        walking.work(batch.pk, stop=_never)
        if write:
            running.run(by=by, batch=batch)
            walking.work(batch.pk, stop=_never)
        return list(ImportRow.objects.filter(batch=batch).order_by("number"))
    finally:
        chunks.forget(batch)
        staging.clear(batch)
        batch.files.all().delete()
        ImportBatch.objects.filter(pk=batch.pk).delete()


def _never() -> bool:
    return False
