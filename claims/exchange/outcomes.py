"""What becomes of each record of an import: read, planned, and told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any

from django.contrib.auth.models import User

from claims.actions.bulk import Additions
from claims.choices import RowState
from claims.exchange.columns import Problem
from claims.exchange.likenesses import chosen, with_choice
from claims.exchange.parsing import Parsed, Parser
from claims.exchange.planning import Plan
from claims.exchange.planning.draft import NextId
from claims.exchange.world import World
from claims.models import ImportBatch, ImportRow, ImportSheet

_CHANGED = ("published", "taken_up")  # claims that were here
ROWS = tuple(each.name for each in fields(Additions) if each.name not in ("addresses", "touched"))
"""The lists of rows that are added or changed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one record: what it adds, or why it is rejected.

    ``row`` is the id of the staged record, ``added`` the kinds of what it adds, ``wrote`` the ids
    of what it has added, ``resembles`` what its new claim may be the same as.
    """

    row: int
    state: RowState
    problems: tuple[Problem, ...] = ()
    added: tuple[str, ...] = ()
    wrote: dict[str, list[int]] = field(default_factory=dict)
    resembles: tuple[dict[str, Any], ...] = ()

    def kept(self) -> dict[str, Any]:
        """As ``ImportRow`` keeps it, with ``row`` to say which."""
        return {
            "row": self.row,
            "state": str(self.state),
            "problems": [
                {"column": each.column, "found": each.beginning, "fix": str(each.fix)}
                | ({"needs": each.needs} if each.needs else {})
                for each in self.problems
            ],
            "added": list(self.added),
            "wrote": self.wrote,
            "resembles": list(self.resembles),
        }


def parsed(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[Parsed]:
    """The cells of these records, read."""
    parsers = {
        sheet.pk: Parser(sheet.mapping, sheet.answers)
        for sheet in ImportSheet.objects.filter(batch=batch)
    }
    return [with_choice(parsers[row.sheet_id].record(row.raw), row) for row in rows]


def planned(record: Parsed, row: ImportRow, *, by: User, world: World, next_id: NextId) -> Plan:
    """What a record adds; one with problems is forgotten by the world."""
    plan = Plan(record, by=by, world=world, next_id=next_id, resembles=row.resembles)
    plan.make()
    if plan.problems:
        plan.take_back()
    return plan


def outcome_of(row: ImportRow, plan: Plan, taken: RowState) -> Outcome:
    """What is told of a record that was planned, ``taken`` where it adds something."""
    if plan.problems:
        return Outcome(row.pk, RowState.REJECTED, tuple(plan.problems), resembles=chosen(row))
    if not plan.added:
        return Outcome(row.pk, RowState.UNCHANGED, resembles=chosen(row))
    wrote = _ids(plan.new) if taken == RowState.WRITTEN else {}
    return Outcome(row.pk, taken, (), tuple(plan.added), wrote, tuple(row.resembles))


def _ids(new: Additions) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for name in ROWS:
        for row in getattr(new, name):
            kind = name if name in _CHANGED else str(row._meta.model_name)
            found[kind].append(row.pk)
    return dict(found)
