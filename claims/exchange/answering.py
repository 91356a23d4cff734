"""What an editor answers when an import asks: how to read a sheet, a value, a date, a likeness.

Each answer leaves nothing of an older check standing: the records are checked again with it. Who
answers says which ``version`` of the import was read; what somebody else has changed since isn't
overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from claims.choices import ImportState, MatchOutcome
from claims.exchange.cells import ORDERS
from claims.exchange.columns import BY_NAME
from claims.exchange.running import before_import, choose_columns, locked, remember, set_going
from claims.models import ImportBatch, ImportRow
from claims.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Reading:
    """How one sheet is to be read: a column for each heading, and the answers beside it."""

    mapping: Sequence[str]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """How to read cells that could not be read, and which records speak of a claim that is known.

    ``dates`` has the order of day and month by column, ``values`` what is meant instead by column
    and by what was found ("" for an empty cell). ``same`` tells for a record, by its id, which of
    its likenesses is the same claim, counted from 0; -1 for none.
    """

    dates: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    same: Mapping[int, int] = field(default_factory=dict)


@transaction.atomic
def read_as(
    *, by: User, batch: ImportBatch, version: int | None, readings: Mapping[int, Reading]
) -> ImportBatch:
    """Say how sheets are to be read, by their ids; those that are read so already stay checked."""
    one = locked(by, batch, *before_import(batch), version=version)
    for sheet in one.sheets.filter(pk__in=readings):
        told = readings[sheet.pk]
        same = (sheet.mapping, sheet.answers) == (list(told.mapping), dict(told.answers))
        if not (same and one.state == ImportState.CHECKED):
            choose_columns(by=by, sheet=sheet, mapping=told.mapping, answers=told.answers)
    one.refresh_from_db()
    return one


@transaction.atomic
def answer(*, by: User, batch: ImportBatch, version: int | None, answers: Answers) -> ImportBatch:
    """Have all records checked again with what an editor has answered."""
    one = locked(by, batch, ImportState.CHECKED, version=version)
    _vet(answers)
    asked = {*answers.dates, *answers.values}
    for sheet in one.sheets.select_for_update(no_key=True):
        ours = asked.intersection([*sheet.mapping, *sheet.answers.get("fixed", {})])
        if ours:
            sheet.answers = _with(sheet.answers, answers, ours)
            sheet.save(update_fields=["answers"])
            remember(by, sheet)
    _choose(one, answers.same)
    return set_going(one, ImportState.CHECKING, checked_at=None, version=one.version + 1)


def _vet(answers: Answers) -> None:
    unknown = [name for name in (*answers.dates, *answers.values) if name not in BY_NAME]
    if unknown or not set(answers.dates.values()) <= set(ORDERS):
        raise Refusal("import_columns", _("There is no column of that name, or no such order."))


def _with(held: Mapping[str, Any], answers: Answers, ours: Collection[str]) -> dict[str, Any]:
    """The answers of a sheet, and the new ones to what it has."""
    values = {name: dict(told) for name, told in held.get("values", {}).items()}
    for name in ours & answers.values.keys():
        values[name] = {**values.get(name, {}), **answers.values[name]}
    dates = {name: order for name, order in answers.dates.items() if name in ours}
    return {**held, "values": values, "dates": {**held.get("dates", {}), **dates}}


def _choose(batch: ImportBatch, same: Mapping[int, int]) -> None:
    rows = ImportRow.objects.filter(batch=batch, pk__in=same).select_for_update(no_key=True)
    for row in rows.order_by("pk"):
        for place, like in enumerate(row.resembles):
            chosen = place == same[row.pk]
            like["choice"] = MatchOutcome.SAME.value if chosen else MatchOutcome.NEW.value
        row.save(update_fields=["resembles"])
