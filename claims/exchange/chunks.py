"""Checks or writes a chunk of an import: the same planning, with nothing kept or all of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection, models
from django.utils.translation import gettext as _

from articles.models import Article, Source
from claims.actions import taking_back
from claims.actions.bulk import Additions, add_all, hold_imports, lock_all, next_ids
from claims.choices import RowState
from claims.exchange import resembling
from claims.exchange.columns import BY_NAME, Problem
from claims.exchange.likenesses import chosen, with_choice
from claims.exchange.parsing import Parsed, Parser
from claims.exchange.planning import CLAIM, Plan
from claims.exchange.world import World
from claims.models import Claim, ImportBatch, ImportPlan, ImportRow, ImportSheet, Question

MOST_LOOKED = 1000
"""New claims of an import for which similar ones are looked for."""
AT_ONCE = 500
"""Ids that are fetched at once."""
OF_ONE_KIND = 8
"""More rows than one record adds to any table."""

_CHANGED = ("published", "taken_up")  # claims that were here

# Under which column an error at a field of ours is told.
_COLUMNS = {
    "text": "claim",
    "name": "source",
    "title": "article_title",
    "url": "article_url",
    "exact": "quotation",
    "span": "quotation",
    "article": "article_title",
    "organisation": "reviewer",
    "dated": "reviewed",
}


_KEEP = "COPY claims_importplan (batch_id, key, data) FROM STDIN"
_WROTE = """
SELECT w.key, array_agg(i.id::bigint) FROM claims_importrow r
CROSS JOIN LATERAL jsonb_each(r.wrote) AS w (key, ids)
CROSS JOIN LATERAL jsonb_array_elements_text(w.ids) AS i (id)
WHERE r.batch_id = %s AND r.state = 'written' GROUP BY w.key
"""


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
                for each in self.problems
            ],
            "added": list(self.added),
            "wrote": self.wrote,
            "resembles": list(self.resembles),
        }


def check(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[Outcome]:
    """What importing ``rows`` would do, with nothing written but what later chunks must know.

    Claims that are here in other words are looked for while the new ones are few: a search takes
    some hundredths of a second, and a hundred thousand of them the better part of an hour.
    """
    looked = (batch.counts or {}).get("added", {}).get(CLAIM, 0)
    world = World(batch, checking=True)
    records = _parsed(batch, rows)
    world.load(records)
    outcomes = []
    for row, record in zip(rows, records, strict=True):
        plan = _plan(record, row, by=batch.by, world=world, next_id=_Imagined(row.number))
        outcome = _outcome(row, plan, RowState.NEW)
        likenesses = chosen(row)
        if CLAIM in plan.added and looked < MOST_LOOKED:
            looked += 1
            likenesses = likenesses or _resembling(plan.new.claims[0], batch.by)
        outcomes.append(replace(outcome, resembles=likenesses))
    _remember(batch, world)
    return outcomes


def _remember(batch: ImportBatch, world: World) -> None:
    """Keep what was planned for the chunks that follow."""
    with connection.cursor() as cursor, cursor.copy(_KEEP) as copy:
        for key, data in world.to_remember():
            copy.write_row((batch.pk, key, json.dumps(data)))


def _resembling(claim: Claim, user: User) -> tuple[dict[str, Any], ...]:
    like = resembling.here(claim.text, language=claim.language, user=user)
    return () if like is None else (like.kept(),)


def forget(batch: ImportBatch) -> None:
    """Forget what a check planned: call it before the first chunk of a check or of an import."""
    ImportPlan.objects.filter(batch=batch).delete()


def write(batch: ImportBatch, rows: Sequence[ImportRow], *, by: User) -> list[Outcome]:
    """Write what ``rows`` add; those that turn out to be wrong are told, and the others written.

    Call it in the transaction that also keeps the outcomes.
    """
    hold_imports()
    return _written(batch, rows, by)


def hindrances(batch: ImportBatch) -> list[str]:
    """What was built on what the import wrote, so that it can't be undone, in words."""
    return taking_back.hindrances(_wrote(batch))


def undo(batch: ImportBatch, rows: Sequence[ImportRow], *, by: User) -> None:
    """Take back what these records wrote, in the transaction of the caller."""
    wrote: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        for kind, ids in row.wrote.items():
            wrote[kind].extend(ids)
    reason = _("The import “%(name)s” was undone.") % {"name": batch.name}
    taking_back.take_back(by=by, wrote=wrote, reason=reason[:500])


def _wrote(batch: ImportBatch) -> dict[str, list[int]]:
    """Everything that an import wrote, by kind."""
    with connection.cursor() as cursor:
        cursor.execute(_WROTE, [batch.pk])
        return dict(cursor.fetchall())


def _written(batch: ImportBatch, rows: Sequence[ImportRow], by: User) -> list[Outcome]:
    """What PostgreSQL refuses is looked for by halves, until the row is found that it is."""
    world = World(batch, checking=False)
    records = _parsed(batch, rows)
    world.load(records)
    _lock(records, world)
    outcomes = []
    new, touched, speakers = Additions(), set[int](), set[int]()
    next_id = _Real()
    for row, record in zip(rows, records, strict=True):
        plan = _plan(record, row, by=by, world=world, next_id=next_id)
        outcomes.append(_outcome(row, plan, RowState.WRITTEN))
        if not plan.problems:
            _join(new, plan.new)
            touched |= plan.touched
            speakers |= plan.speakers
    touched -= {claim.pk for claim in new.claims}
    try:
        _free_slugs(new)
        add_all(by=by, additions=new, touched=touched)
    except ValidationError as error:
        if len(rows) == 1:
            return [_refused(rows[0], records[0], error)]
        half = len(rows) // 2
        return _written(batch, rows[:half], by) + _written(batch, rows[half:], by)
    _remember(batch, world)
    return outcomes


def _parsed(batch: ImportBatch, rows: Iterable[ImportRow]) -> list[Parsed]:
    parsers = {
        sheet.pk: Parser(sheet.mapping, sheet.answers)
        for sheet in ImportSheet.objects.filter(batch=batch)
    }
    return [with_choice(parsers[row.sheet_id].record(row.raw), row) for row in rows]


def _lock(records: Iterable[Parsed], world: World) -> None:
    """Hold the claims that may get evidence, and the sources that may give it."""
    claims, sources = set[int](), set[int]()
    for record in records:
        claims.update(claim.pk for claim in world.claims_of(record.values))
        sources.update(source.pk for source in world.speakers_of(record.values))
    lock_all(claims, sources)


def _plan(record: Parsed, row: ImportRow, *, by: User, world: World, next_id: Any) -> Plan:
    plan = Plan(record, by=by, world=world, next_id=next_id, resembles=row.resembles)
    plan.make()
    if plan.problems:
        plan.take_back()
    return plan


def _outcome(row: ImportRow, plan: Plan, taken: RowState) -> Outcome:
    if plan.problems:
        return Outcome(row.pk, RowState.REJECTED, tuple(plan.problems), resembles=chosen(row))
    if not plan.added:
        return Outcome(row.pk, RowState.UNCHANGED, resembles=chosen(row))
    wrote = _ids(plan.new) if taken == RowState.WRITTEN else {}
    return Outcome(row.pk, taken, (), tuple(plan.added), wrote, tuple(row.resembles))


def _ids(new: Additions) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for each in fields(new):
        if each.name != "addresses":
            for row in getattr(new, each.name):
                kind = each.name if each.name in _CHANGED else str(row._meta.model_name)
                found[kind].append(row.pk)
    return dict(found)


def _join(all_of_them: Additions, new: Additions) -> None:
    for each in fields(new):
        getattr(all_of_them, each.name).extend(getattr(new, each.name))


def _refused(row: ImportRow, record: Parsed, error: ValidationError) -> Outcome:
    told = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    problems = []
    for name, messages in told.items():
        column = _COLUMNS.get(name, name if name in BY_NAME else "")
        if name == NON_FIELD_ERRORS:
            column = ""
        found = record.cells.get(column, "").strip()
        problems.append(Problem(column, found, " ".join(messages)))
    return Outcome(row.pk, RowState.REJECTED, tuple(problems))


def _free_slugs(new: Additions) -> None:
    """Give what has an address of its own one that is free: numbered by its id where needed."""
    for model, rows in ((Source, new.sources), (Article, new.articles), (Question, new.questions)):
        _number(model, rows)


def _number(model: Any, rows: Sequence[Any]) -> None:
    if not rows:
        return
    wanted = {row.slug for row in rows}
    taken = set(model.objects.filter(slug__in=wanted).values_list("slug", flat=True))
    for row in rows:
        if row.slug in taken:
            row.slug = f"{row.slug}-{row.pk}"
        taken.add(row.slug)


class _Imagined:
    """Ids below zero, which no row has: the same for the same record."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.given = 0

    def __call__(self, model: type[models.Model]) -> int:
        self.given += 1
        return -(self.number * OF_ONE_KIND * 2 + self.given)


class _Real:
    """Ids from the database, fetched some at a time."""

    def __init__(self) -> None:
        self.left: dict[type[models.Model], list[int]] = defaultdict(list)

    def __call__(self, model: type[models.Model]) -> int:
        if not self.left[model]:
            self.left[model] = next_ids(model, AT_ONCE)[::-1]
        return self.left[model].pop()
