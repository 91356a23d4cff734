"""The simple import of a table: tried and taken back, or done, by the same code."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from articles.policy import require
from claims.exchange.columns import Problem
from claims.exchange.reading import Row, Table
from claims.exchange.rows import Trial
from claims.models import Claim

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

AT_ONCE = 500
"""Rows that are committed together."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row: what it added, or why it was rejected.

    ``resembles`` is a claim that the new one may be the same as: a warning, not a reason to reject.
    """

    row: Row
    claim: str
    added: tuple[StrOrPromise, ...]
    problems: tuple[Problem, ...]
    resembles: Claim | None = None


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

    def rejects(self) -> list[tuple[Row, str]]:
        """The rejected rows with what is wrong, as the file of rejected rows takes them."""
        return [(each.row, "; ".join(map(str, each.problems))) for each in self.rejected]


def check(table: Table, *, by: User) -> Report:
    """What importing ``table`` would do: the very run, taken back before its commit.

    Raises ``NotAllowed``.
    """
    require(by, "claims.import_claims")
    with transaction.atomic():
        report = Report(tuple(_take(table, row, by) for row in table.rows))
        connection.check_constraints()
        transaction.set_rollback(True)
    return report


def run(table: Table, *, by: User) -> Report:
    """Import the rows of ``table`` that are right; the others are in the report.

    Commits every 500 rows, so that the desk isn't kept waiting. Broken off, it can be run again:
    what is here already is left as it is.

    Raises ``NotAllowed``.
    """
    require(by, "claims.import_claims")
    outcomes: list[Outcome] = []
    waiting = iter(table.rows)
    while rows := list(islice(waiting, AT_ONCE)):
        with transaction.atomic():
            outcomes.extend(_take(table, row, by) for row in rows)
    return Report(tuple(outcomes))


class _Rejected(Exception):
    """Takes back what a row with problems has written."""


def _take(table: Table, row: Row, by: User) -> Outcome:
    try:
        cells = table.named(row)
    except ValueError:
        fault = _("The row has %(cells)d cells, and there are %(headings)d headings.") % {
            "cells": len(row.cells),
            "headings": len(table.headings),
        }
        return Outcome(row, "", (), (Problem("", "", fault),))
    trial = Trial(cells, by=by)
    try:
        with transaction.atomic():
            trial.write()
            if trial.problems:
                raise _Rejected  # noqa: TRY301 (it leaves the block that takes back)
    except _Rejected:
        return Outcome(row, cells["claim"], (), tuple(trial.problems))
    return Outcome(row, cells["claim"], tuple(trial.added), (), trial.resembles)
