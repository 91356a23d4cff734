"""Imports a small table at once, without a worker: checked, or written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from articles.policy import require
from claims.choices import ImportState, RowState
from claims.exchange import chunks, resembling
from claims.exchange.columns import BY_NAME, Problem
from claims.exchange.planning import CLAIM
from claims.exchange.reading import Row, Table
from claims.exchange.resembling import Likeness
from claims.models import ImportBatch, ImportFile, ImportPlan, ImportRow, ImportSheet

AT_ONCE = 500
"""Rows that are committed together."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: the kinds of what it added, or why it was rejected.

    ``resembles`` is what its new claim may be the same as: a warning, no reason to reject.
    """

    row: Row
    claim: str
    added: tuple[str, ...]
    problems: tuple[Problem, ...]
    resembles: Likeness | None = None


@dataclass(frozen=True)
class Report:
    """What became of all rows."""

    outcomes: tuple[Outcome, ...]

    @cached_property
    def rejected(self) -> tuple[Outcome, ...]:
        """The rows that were not taken."""
        return tuple(each for each in self.outcomes if each.problems)

    @cached_property
    def new(self) -> int:
        """How many rows added something."""
        return sum(1 for each in self.outcomes if each.added)

    @cached_property
    def resembling(self) -> tuple[Outcome, ...]:
        """The rows whose claim is new and may be here already, in other words."""
        return tuple(each for each in self.outcomes if each.resembles is not None)

    @property
    def unchanged(self) -> int:
        """How many rows say what is here already."""
        return self.accepted - self.new

    @property
    def accepted(self) -> int:
        """How many rows were taken."""
        return len(self.outcomes) - len(self.rejected)

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many rows of each kind were added."""
        return Counter(kind for each in self.outcomes for kind in each.added)

    def rejects(self) -> list[tuple[Row, str]]:
        """The rejected rows with what is wrong, as the file of rejected rows takes them."""
        return [(each.row, "; ".join(map(str, each.problems))) for each in self.rejected]


def check(table: Table, *, by: User) -> Report:
    """What importing ``table`` would do; nothing is kept.

    Raises ``NotAllowed``.
    """
    return _walk(table, by, write=False)


def run(table: Table, *, by: User) -> Report:
    """Import the rows of ``table`` that are right; the others are in the report.

    Commits every 500 rows, so that the desk isn't kept waiting. Broken off, it can be run again:
    what is here already is left as it is.

    Raises ``NotAllowed``.
    """
    return _walk(table, by, write=True)


def _walk(table: Table, by: User, *, write: bool) -> Report:
    require(by, "claims.import_claims")
    batch, sheet = _batch(table, by)
    outcomes: list[Outcome] = []
    try:
        records = list(_records(table, batch, sheet))
        likenesses = _likenesses(
            table, batch, [staged for _row, staged, fault in records if not fault]
        )
        waiting = iter(records)
        while some := list(islice(waiting, AT_ONCE)):
            with transaction.atomic():
                outcomes.extend(_taken(batch, some, likenesses, by, write=write))
    finally:
        _forget(batch)
    return Report(tuple(outcomes))


def _likenesses(
    table: Table, batch: ImportBatch, staged: Sequence[ImportRow]
) -> dict[int, Likeness]:
    """What the new claims resemble, by the numbers of their rows."""
    if "claim" not in table.headings:
        return {}
    at = table.headings.index("claim")
    spoken = table.headings.index("language") if "language" in table.headings else None
    with transaction.atomic():
        told = chunks.check(batch, staged)
        transaction.set_rollback(True)
    adding = {outcome.row for outcome in told if CLAIM in outcome.added}
    new = {row.number: row for row in staged if row.pk in adding}
    found = resembling.within({number: row.raw[at] for number, row in new.items()})
    for number, row in new.items():
        language = row.raw[spoken].strip() if spoken is not None else ""
        if like := resembling.here(row.raw[at], language=language or "en", user=batch.by):
            found[number] = like
            row.resembles = [like.kept()]
    return found


def _taken(
    batch: ImportBatch,
    records: Sequence[tuple[Row, ImportRow, str]],
    likenesses: Mapping[int, Likeness],
    by: User,
    *,
    write: bool,
) -> Iterator[Outcome]:
    whole = [staged for _row, staged, fault in records if not fault]
    told = chunks.write(batch, whole, by=by) if write else chunks.check(batch, whole)
    found = {outcome.row: outcome for outcome in told}
    mapping = records[0][1].sheet.mapping
    at = mapping.index(CLAIM) if CLAIM in mapping else None
    for row, staged, fault in records:
        if fault:
            yield Outcome(row, "", (), (Problem("", "", fault),))
            continue
        outcome = found[staged.pk]
        claim = "" if at is None else staged.raw[at]
        like = likenesses.get(staged.number) if not outcome.problems else None
        yield Outcome(row, claim, outcome.added, outcome.problems, like)


def _batch(table: Table, by: User) -> tuple[ImportBatch, ImportSheet]:
    """A batch for as long as this takes: what is planned hangs on it."""
    batch = ImportBatch.objects.create(name="-", by=by, state=ImportState.IMPORTING)
    file = ImportFile.objects.create(batch=batch, position=0, name="-")
    mapping = [name if name in BY_NAME else "" for name in table.headings]
    sheet = ImportSheet.objects.create(
        batch=batch, file=file, position=0, name="-", format="csv", mapping=mapping
    )
    return batch, sheet


def _records(
    table: Table, batch: ImportBatch, sheet: ImportSheet
) -> Iterator[tuple[Row, ImportRow, str]]:
    """Each row as it would be staged, and what is wrong with its shape."""
    for number, row in enumerate(table.rows, 1):
        cells, fault = list(row.cells), ""
        try:
            cells = list(table.named(row).values())
        except ValueError:
            fault = _("The row has %(cells)d cells, and there are %(headings)d headings.") % {
                "cells": len(row.cells),
                "headings": len(table.headings),
            }
        staged = ImportRow(
            pk=-number,
            batch=batch,
            sheet=sheet,
            number=number,
            line=row.line,
            raw=cells,
            state=RowState.STAGED,
        )
        yield row, staged, fault


def _forget(batch: ImportBatch) -> None:
    ImportPlan.objects.filter(batch=batch).delete()
    ImportSheet.objects.filter(batch=batch).delete()
    ImportFile.objects.filter(batch=batch).delete()
    batch.delete()
