"""Checks or writes a chunk of an import: the same planning, with nothing kept or all of it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from claims.actions import taking_back
from claims.actions.behind import Copier, copying
from claims.actions.bulk import Additions, add_all, hold_imports, lock_all
from claims.choices import RowState
from claims.exchange import resembling
from claims.exchange.columns import BY_NAME, Problem
from claims.exchange.likenesses import chosen
from claims.exchange.numbering import Imagined, Real, Slugs
from claims.exchange.outcomes import ROWS, Outcome, outcome_of, parsed, planned
from claims.exchange.parsing import Parsed
from claims.exchange.planning import CLAIM, Plan
from claims.exchange.world import World
from claims.models import Claim, ImportBatch, ImportPlan, ImportRow

MOST_LOOKED = 1000
"""New claims of an import for which similar ones are looked for."""
PARTS = (10, 20, 30)
"""Hundredths of a chunk after which PostgreSQL gets them to write, while the next are planned.

The first are few, so that it needn't wait long for them; the last part is what is left.
"""

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


def check(batch: ImportBatch, rows: Sequence[ImportRow]) -> list[Outcome]:
    """What importing ``rows`` would do, with nothing written but what later chunks must know.

    Claims that are here in other words are looked for while the new ones are few: a search takes
    some hundredths of a second, and a hundred thousand of them the better part of an hour.
    """
    looked = (batch.counts or {}).get("added", {}).get(CLAIM, 0)
    world = World(batch, checking=True)
    records = parsed(batch, rows)
    world.load(records)
    outcomes = []
    with copying() as copier:
        for some in _in_parts(rows, records):
            mark = len(world.new)
            for row, record in some:
                plan = planned(record, row, by=batch.by, world=world, next_id=Imagined(row.number))
                outcome = outcome_of(row, plan, RowState.NEW)
                likenesses = chosen(row)
                if CLAIM in plan.added and looked < MOST_LOOKED:
                    looked += 1
                    likenesses = likenesses or _resembling(plan.new.claims[0], batch.by)
                outcomes.append(replace(outcome, resembles=likenesses))
            _remember(copier, batch, world, mark)
    return outcomes


def _in_parts(
    rows: Sequence[ImportRow], records: Sequence[Parsed]
) -> Iterator[list[tuple[ImportRow, Parsed]]]:
    pairs = zip(rows, records, strict=True)
    for hundredths in (*PARTS, 100):
        if some := list(islice(pairs, -(-len(rows) * hundredths // 100))):
            yield some


def _remember(copier: Copier, batch: ImportBatch, world: World, since: int = 0) -> None:
    """Have what was planned kept for the chunks that follow."""
    found = world.to_remember(since)
    if kept := [(batch.pk, key, json.dumps(data)) for key, data in found]:
        copier.copy(_KEEP, kept)


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
    records = parsed(batch, rows)
    world.load(records)
    _lock(records, world)
    outcomes: list[Outcome] = []
    try:
        add_all(by=by, parts=_parts(rows, records, world, by, outcomes))
    except ValidationError as error:
        if len(rows) == 1:
            return [_refused(rows[0], records[0], error)]
        half = len(rows) // 2
        return _written(batch, rows[:half], by) + _written(batch, rows[half:], by)
    with copying() as copier:
        _remember(copier, batch, world)
    return outcomes


def _parts(
    rows: Sequence[ImportRow],
    records: Sequence[Parsed],
    world: World,
    by: User,
    outcomes: list[Outcome],
) -> Iterator[Additions]:
    """What the records add, a part of them at a time; what becomes of each goes to ``outcomes``."""
    next_id = Real(len(rows))
    slugs = Slugs(record.values for record in records)
    for some in _in_parts(rows, records):
        part = Additions()
        for row, record in some:
            plan = planned(record, row, by=by, world=world, next_id=next_id)
            outcomes.append(outcome_of(row, plan, RowState.WRITTEN))
            if not plan.problems:
                _join(part, plan)
        slugs.free(part)
        yield part


def _join(part: Additions, plan: Plan) -> None:
    part.addresses.extend(plan.new.addresses)
    part.touched.update(plan.touched)
    for name in ROWS:
        if rows := getattr(plan.new, name):
            getattr(part, name).extend(rows)


def _lock(records: Iterable[Parsed], world: World) -> None:
    """Hold the claims that may get evidence, and the sources that may give it."""
    claims, sources = set[int](), set[int]()
    for record in records:
        claims.update(claim.pk for claim in world.claims_of(record.values))
        sources.update(source.pk for source in world.speakers_of(record.values))
    lock_all(claims, sources)


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
