"""Checks and writes the records of an import a chunk at a time, each in a savepoint of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from claims.actions.evidence import void_appearance, void_evidence
from claims.choices import RowState
from claims.exchange.columns import Problem
from claims.exchange.mapping import cells_of
from claims.exchange.rows import (
    ARTICLE,
    CLAIM,
    EVIDENCE,
    PASSAGE,
    PUBLISHED,
    SOURCE,
    Trial,
)
from claims.models import Appearance, Evidence, ImportBatch, ImportRow, ImportSheet

KINDS = (
    (CLAIM, "claim"),
    (SOURCE, "source"),
    (ARTICLE, "article"),
    (EVIDENCE, "evidence"),
    (PASSAGE, "appearance"),
    (PUBLISHED, "published"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one record, or would: ``row`` is the id of its ``ImportRow``."""

    row: int
    state: RowState
    problems: tuple[Problem, ...]
    added: tuple[str, ...]
    wrote: dict[str, list[int]] = field(default_factory=dict)
    resembles: tuple[int, ...] = ()


def check(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[Outcome]:
    """What writing these records would do. Nothing is written."""
    with transaction.atomic():
        outcomes = _take(rows, batch.by)
        connection.check_constraints()
        transaction.set_rollback(True)
    return outcomes


def write(batch: ImportBatch, rows: Sequence[ImportRow], *, by: User) -> list[Outcome]:
    """Write these records, in the transaction of the caller."""
    return _take(rows, by)


def forget(batch: ImportBatch) -> None:
    """Forget what earlier chunks left for later ones, before the records are walked anew."""


def hindrances(batch: ImportBatch) -> list[str]:
    """What was built on what the import wrote, so that it can't be undone."""
    return []


def undo(batch: ImportBatch, rows: Iterable[ImportRow], *, by: User) -> None:
    """Void what these records wrote, in the transaction of the caller."""
    reason = _("The import “%(name)s” was undone.") % {"name": batch.name}
    for row in rows:
        for pk in row.wrote.get("appearance", []):
            void_appearance(by=by, appearance=Appearance.objects.get(pk=pk), reason=reason)
        for pk in row.wrote.get("evidence", []):
            void_evidence(by=by, evidence=Evidence.objects.get(pk=pk), reason=reason)


class _Rejected(Exception):
    """Takes back what a record with problems has written."""


def _take(rows: Sequence[ImportRow], by: User) -> list[Outcome]:
    sheets = ImportSheet.objects.in_bulk({row.sheet_id for row in rows})
    return [_take_one(row, sheets[row.sheet_id], by) for row in rows]


def _take_one(row: ImportRow, sheet: ImportSheet, by: User) -> Outcome:
    trial = Trial(cells_of(sheet, row.raw), by=by)
    try:
        with transaction.atomic():
            trial.write()
            if trial.problems:
                raise _Rejected  # noqa: TRY301 (it leaves the block that takes back)
    except _Rejected:
        return Outcome(row.pk, RowState.REJECTED, tuple(trial.problems), ())
    resembles = () if trial.resembles is None else (trial.resembles.pk,)
    if not trial.added:
        return Outcome(row.pk, RowState.UNCHANGED, (), ())
    kinds = tuple(kind for word, kind in KINDS if any(each is word for each in trial.added))
    return Outcome(row.pk, RowState.NEW, (), kinds, {}, resembles)
