"""What a check has found, for a person: problems by remedy, likenesses, the first new rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange

from articles import periods
from claims.choices import RowState
from claims.exchange.asking import orders_of
from claims.exchange.cells import ambiguous
from claims.exchange.columns import BY_NAME, Column, Group
from claims.exchange.parsing import Parser
from claims.models import ImportBatch, ImportRow

PAGE = 20
"""Remedies, and likenesses, on one page."""
VALUES = 10
"""Values of one remedy that are shown, each with a way to mend it."""
LONGEST = 200
"""Characters of a value that can be mended in the wizard: longer ones are mended in the file."""
FIRSTS = 2
"""Records that are shown of each kind of row."""

_REMEDIES = """
WITH problem AS (
    SELECT p.told->>'column' AS name, p.told->>'fix' AS fix, p.told->>'found' AS found,
           coalesce(p.told->>'needs', '') AS needs, r.number, s.position, r.line
      FROM claims_importrow r JOIN claims_importsheet s ON s.id = r.sheet_id
     CROSS JOIN LATERAL jsonb_array_elements(r.problems) AS p(told)
     WHERE r.batch_id = %s AND r.state = 'rejected'),
value AS (
    SELECT name, fix, needs, found, count(*) AS times, min(number) AS first,
           (array_agg(position ORDER BY number))[1:5] AS positions,
           (array_agg(line ORDER BY number))[1:5] AS lines
      FROM problem GROUP BY name, fix, needs, found),
placed AS (
    SELECT *, sum(times) OVER remedy AS total, count(*) OVER remedy AS kinds,
           min(first) OVER remedy AS begins,
           row_number() OVER (PARTITION BY name, fix, needs ORDER BY times DESC, first) AS place
      FROM value WINDOW remedy AS (PARTITION BY name, fix, needs)),
ranked AS (
    SELECT *, dense_rank() OVER (ORDER BY total DESC, begins, name, fix, needs) AS rank FROM placed)
SELECT name, fix, needs, found, times, positions, lines, total, kinds,
       (SELECT max(rank) FROM ranked)
  FROM ranked WHERE rank > %s AND rank <= %s AND place <= %s ORDER BY rank, place
"""

KINDS = {
    "claim": Group.CLAIM,
    "source": Group.SOURCE,
    "article": Group.ARTICLE,
    "evidence": Group.EVIDENCE,
    "appearance": Group.PASSAGE,
    "outsideverdict": Group.OUTSIDE,
    "verdict": Group.VERDICT,
}
"""The kinds of rows of which the first ones are shown, by the columns that fill them."""


class Way(StrEnum):
    """How a problem can be mended without touching the file."""

    ORDER = "order"  # say whether the day or the month comes first
    WORD = "word"  # choose one of our words
    TEXT = "text"  # write what is meant, or leave the cell empty
    COLUMNS = "columns"  # choose the columns again: what is found isn't at fault
    NONE = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A value that is wrong: how often, and in which lines first (sheet, line)."""

    found: str
    times: int
    lines: tuple[tuple[int, int], ...]

    @property
    def mendable(self) -> bool:
        """Whether it can be mended in the wizard."""
        return 0 < len(self.found) <= LONGEST


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would mend some records, and their values: the first ``VALUES`` of ``kinds``.

    ``needs`` is the column without which these values say nothing.
    """

    column: str
    fix: str
    needs: str
    total: int
    kinds: int
    values: tuple[Value, ...]

    @property
    def way(self) -> Way:
        """How it can be mended here."""
        if self.needs:
            return Way.COLUMNS
        column = BY_NAME.get(self.column)
        if column is None or not any(value.mendable for value in self.values):
            return Way.NONE
        if column.dated and all(ambiguous(value.found) for value in self.values):
            return Way.ORDER
        return Way.WORD if column.choices else Way.TEXT

    @property
    def choices(self) -> list[tuple[str, Any]]:
        """Our words, or the orders of day and month with the day that the first value would be."""
        if self.way == Way.ORDER:
            return list(orders_of(self.values[0].found))
        column = BY_NAME.get(self.column)
        return column.choices if column is not None else []

    @property
    def more(self) -> int:
        """Values that aren't shown."""
        return self.kinds - len(self.values)


@dataclass(frozen=True, slots=True)
class First:
    """One of the first records that add a row of a kind: its line, and the row as it would be."""

    line: int
    values: tuple[tuple[Column, str], ...]


def remedies(batch: ImportBatch, *, page: int = 1) -> tuple[list[Remedy], int]:
    """What would mend the rejected records, what mends most first: a page of it, and how many."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEDIES, [batch.pk, PAGE * (page - 1), PAGE * page, VALUES])
        found = cursor.fetchall()
    grouped: dict[tuple[str, str, str, int, int], list[Value]] = defaultdict(list)
    for name, fix, needs, value, times, positions, lines, total, kinds, _ranks in found:
        where = tuple(zip(positions, lines, strict=True))
        grouped[name, fix, needs, int(total), kinds].append(Value(value, times, where))
    told = [
        Remedy(name, fix, needs, total, kinds, tuple(values))
        for (name, fix, needs, total, kinds), values in grouped.items()
    ]
    return told, found[0][9] if found else 0


def first_rows(batch: ImportBatch) -> dict[str, list[First]]:
    """The first rows of each kind that an import would add, by kind."""
    parsers = {
        sheet.pk: Parser(sheet.mapping, sheet.answers) for sheet in batch.sheets.order_by("pk")
    }
    new = ImportRow.objects.filter(batch=batch, state=RowState.NEW).order_by("number")
    found = {}
    for kind in KINDS.keys() & batch.counts.get("added", {}).keys():
        rows = new.filter(added__contains=[kind])[:FIRSTS]
        found[kind] = [_first(kind, row, parsers) for row in rows]
    return {kind: found[kind] for kind in KINDS if found.get(kind)}


def _first(kind: str, row: ImportRow, parsers: Mapping[int, Parser]) -> First:
    values = parsers[row.sheet_id].record(row.raw).values
    return First(row.line, tuple(_shown(values, KINDS[kind])))


def _shown(values: Mapping[str, Any], group: Group) -> Iterator[tuple[Column, str]]:
    for name, value in values.items():
        column = BY_NAME[name]
        if column.group == group or (group == Group.EVIDENCE and name == "source"):
            yield column, _in_words(column, value)


def _in_words(column: Column, value: Any) -> str:
    if isinstance(value, DateRange):
        return periods.in_words(value)
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return str(dict(column.choices)["yes" if value else "no"])
    return str(dict(column.choices).get(value, value))


def claim_of(row: ImportRow, parser: Parser) -> str:
    """The claim of a record, as it would be written."""
    return str(parser.record(row.raw).values.get("claim", ""))
