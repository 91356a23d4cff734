"""What may be done with an import, and when: each step asks its state and calls for a worker.

A step that the state doesn't allow is refused in words. Two clicks are one: the second finds the
state changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from articles.clock import ClockTimestamp
from articles.policy import require
from articles.refusals import CHANGED_SINCE
from claims.choices import ImportState, RowState
from claims.exchange import chunks, staging
from claims.exchange.columns import BY_NAME, ERROR
from claims.exchange.holding import held
from claims.exchange.mapping import headings_key
from claims.exchange.queue import enqueue
from claims.exchange.staging import PERMISSION
from claims.models import ImportBatch, ImportFile, ImportMemory, ImportRow, ImportSheet
from claims.refusals import Refusal

BROKEN_OFF = (ImportState.CANCELLED, ImportState.FAILED)


@transaction.atomic
def start(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Have the uploaded files read; also those that could not be read, with another encoding."""
    one = locked(by, batch, ImportState.UPLOADING, ImportState.UNREADABLE)
    if not one.files.exists():
        raise Refusal("import_empty", _("Choose a file first."))
    return set_going(one, ImportState.READING, rows_total=0)


@transaction.atomic
def choose_encoding(*, by: User, file: ImportFile, encoding: str) -> ImportBatch:
    """Have a file read in another encoding than was guessed, and so all of the import again."""
    one = locked(by, file.batch, ImportState.UNREADABLE, *before_import(file.batch))
    ImportFile.objects.filter(pk=file.pk).update(encoding=encoding)
    staging.clear(one)
    return set_going(one, ImportState.READING, rows_total=0, version=one.version + 1)


@transaction.atomic
def choose_columns(
    *, by: User, sheet: ImportSheet, mapping: Sequence[str], answers: Mapping[str, Any]
) -> ImportBatch:
    """Say which heading of a sheet is which column, and how its cells are meant.

    Its records are unchecked again. The choice is remembered for the next sheet with the same
    headings.
    """
    one = locked(by, sheet.batch, *before_import(sheet.batch))
    held_sheet = ImportSheet.objects.select_for_update(no_key=True).get(pk=sheet.pk)
    _vet_mapping(held_sheet, mapping)
    held_sheet.mapping, held_sheet.answers = list(mapping), dict(answers)
    held_sheet.save(update_fields=["mapping", "answers"])
    remember(by, held_sheet)
    chunks.forget(one)
    checked = ImportRow.objects.filter(batch=one, sheet=held_sheet, unreadable=False)
    checked.exclude(state=RowState.STAGED).update(
        state=RowState.STAGED, problems=[], added=[], wrote={}, resembles=[]
    )
    one.state, one.counts, one.rows_done = ImportState.COLUMNS, {}, 0
    one.version += 1
    one.checked_at = None
    one.save(update_fields=["state", "counts", "rows_done", "version", "checked_at"])
    return one


@transaction.atomic
def check(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Have all records checked: what is wrong with them, and what importing them would add."""
    one = locked(by, batch, ImportState.COLUMNS, ImportState.CHECKED)
    if not any(any(mapping) for mapping in one.sheets.values_list("mapping", flat=True)):
        raise Refusal("import_columns", _("Say first which heading is which column."))
    return set_going(one, ImportState.CHECKING, checked_at=None)


@transaction.atomic
def run(*, by: User, batch: ImportBatch, version: int | None = None) -> ImportBatch:
    """Have the records imported that are right, as they were checked in ``version``."""
    one = locked(by, batch, ImportState.CHECKED, version=version)
    return set_going(one, ImportState.IMPORTING, by=by, started_at=ClockTimestamp())


@transaction.atomic
def cancel(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Stop after the records at hand; what was imported until then stays, and can be undone."""
    one = locked(by, batch, ImportState.READING, ImportState.CHECKING, ImportState.IMPORTING)
    if one.pk in held():
        one.cancel_wanted = True
    else:
        one.state = ImportState.CANCELLED
    one.save(update_fields=["cancel_wanted", "state"])
    return one


@transaction.atomic
def resume(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Go on where it was stopped or broke off."""
    one = locked(by, batch, *BROKEN_OFF)
    one.state, one.attempts, one.fault, one.cancel_wanted = _phase(one), 0, "", False
    one.save(update_fields=["state", "attempts", "fault", "cancel_wanted"])
    enqueue(one.pk)
    return one


@transaction.atomic
def undo(*, by: User, batch: ImportBatch) -> ImportBatch:
    """Have all that was imported voided, unless later work depends on it: then say what does."""
    one = locked(by, batch, ImportState.DONE, *BROKEN_OFF)
    if one.started_at is None:
        raise Refusal("import_nothing", _("Nothing of it was imported."))
    if hindrances := chunks.hindrances(one):
        raise Refusal("import_built_on", " ".join(hindrances))
    one.finished_at = Coalesce("finished_at", ClockTimestamp())
    return set_going(one, ImportState.UNDOING, by=by, counts=one.counts)


@transaction.atomic
def discard(*, by: User, batch: ImportBatch) -> None:
    """Forget an import of which nothing was imported."""
    states = (ImportState.UPLOADING, ImportState.UNREADABLE, *before_import(batch))
    one = locked(by, batch, *states, ImportState.FAILED)
    if one.started_at is not None:
        raise Refusal("import_begun", _("Some of it was imported: undo it instead."))
    chunks.forget(one)
    staging.clear(one)
    staging.drop_parts(one)
    one.files.all().delete()
    one.delete()


def locked(
    by: User, batch: ImportBatch, *states: ImportState, version: int | None = None
) -> ImportBatch:
    """The import, locked, when it is in one of ``states``, and in the version that was read."""
    require(by, PERMISSION)
    one = ImportBatch.objects.select_for_update(no_key=True).filter(pk=batch.pk).first()
    if one is None:
        raise Refusal("import_gone", _("This import is no longer here."))
    if one.state not in states:
        told = _("This can’t be done now. The import: %(state)s.")
        raise Refusal("import_state", told % {"state": one.get_state_display()})
    if version not in (None, one.version):
        raise Refusal(
            CHANGED_SINCE, _("Somebody else has changed meanwhile how this import is to be read.")
        )
    return one


def before_import(batch: ImportBatch) -> tuple[ImportState, ...]:
    """The states in which nothing was imported and nobody is at work."""
    quiet = (ImportState.COLUMNS, ImportState.CHECKED)
    begun = ImportBatch.objects.filter(pk=batch.pk, started_at__isnull=False).exists()
    return quiet if begun else (*quiet, ImportState.CANCELLED)


def set_going(one: ImportBatch, state: ImportState, **changes: Any) -> ImportBatch:
    """Begin a walk at the first record, and call a worker."""
    chunks.forget(one)
    one.state, one.rows_done, one.counts = state, 0, {}
    one.attempts, one.fault, one.cancel_wanted = 0, "", False
    for name, value in changes.items():
        setattr(one, name, value)
    one.save()
    enqueue(one.pk)
    return one


def _phase(one: ImportBatch) -> ImportState:
    """What was under way when it was stopped or broke off."""
    if one.finished_at is not None:
        return ImportState.UNDOING
    if one.started_at is not None:
        return ImportState.IMPORTING
    return ImportState.CHECKING if one.rows_total else ImportState.READING


def _vet_mapping(sheet: ImportSheet, mapping: Sequence[str]) -> None:
    if len(mapping) != len(sheet.headings):
        raise Refusal("import_columns", _("Say for each heading which column it is, or none."))
    chosen = [name for name in mapping if name]
    for name in chosen:
        if name not in BY_NAME:
            raise Refusal("import_columns", _("There is no column “%(name)s”.") % {"name": name})
        if chosen.count(name) > 1:
            raise Refusal(
                "import_columns",
                _("Two headings can’t both be the column “%(name)s”.") % {"name": name},
            )


def remember(by: User, sheet: ImportSheet) -> None:
    pairs = zip(sheet.headings, sheet.mapping, strict=True)
    kept = [name for heading, name in pairs if heading.strip().casefold() != ERROR]
    ImportMemory.objects.update_or_create(
        headings_key=headings_key(sheet.headings),
        defaults={"mapping": kept, "answers": sheet.answers, "by": by, "at": ClockTimestamp()},
    )
