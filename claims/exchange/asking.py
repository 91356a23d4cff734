"""What an import has to ask about a sheet before it can be checked: dates, labels, fixed values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from articles import periods
from claims.exchange.cells import ambiguous, period
from claims.exchange.columns import BY_NAME, Column
from claims.exchange.labels import Suggestion, suggest
from claims.models import ImportSheet

LOOKED_AT = 1_000
"""Records in which dates are looked for that can be read in two ways."""
MOST_LABELS = 200
"""Labels that are asked about, the most frequent ones."""
FIXABLE = (
    *("language", "kind", "source", "source_kind", "stance", "stated", "publisher"),
    *("article_kind", "article_language", "reviewer", "reviewed"),
)
"""Columns that often are the same for a whole file, and so have no heading in it."""

_LABELS = """
SELECT label, count(*), mode() WITHIN GROUP (ORDER BY organisation),
       (array_agg(rating))[1], (array_agg(best))[1], (array_agg(worst))[1]
  FROM (SELECT btrim(raw[%(label)s]) AS label, raw[%(reviewer)s] AS organisation,
               raw[%(rating)s] AS rating, raw[%(rating_best)s] AS best,
               raw[%(rating_worst)s] AS worst
          FROM claims_importrow WHERE batch_id = %(batch)s AND sheet_id = %(sheet)s) AS r
 WHERE label <> '' AND length(label) <= 300 GROUP BY label ORDER BY 2 DESC, 1 LIMIT %(most)s
"""

# What may be a date of numbers: whether it is one, and says which is the month, is asked in Python.
_DATES = r"""
SELECT c.place - 1, btrim(c.cell)
  FROM (SELECT number, raw FROM claims_importrow
         WHERE batch_id = %s AND sheet_id = %s ORDER BY number LIMIT %s) AS r
 CROSS JOIN LATERAL unnest(r.raw) WITH ORDINALITY AS c (cell, place)
 WHERE c.place <= %s AND length(c.cell) < 40 AND c.cell ~ '^\s*\d{1,2}\D{1,3}\d{1,2}\D{1,3}\d'
 ORDER BY r.number, c.place
"""


@dataclass(frozen=True, slots=True)
class Label:
    """A label of another organisation: how often it occurs, and what we would take it for."""

    text: str
    count: int
    suggestion: Suggestion

    @property
    def folded(self) -> str:
        """As the answers of a sheet know it."""
        return folded(self.text)

    @property
    def key(self) -> str:
        """A short name of it for a form."""
        return hashlib.sha256(self.folded.encode()).hexdigest()[:12]


def folded(label: str) -> str:
    """``label`` by which its finding is kept."""
    return " ".join(label.split()).casefold()


def labels(sheet: ImportSheet) -> list[Label]:
    """The labels of the verdicts in a sheet, the most frequent first; at most ``MOST_LABELS``."""
    if "label" not in sheet.mapping:
        return []
    told = {"batch": sheet.batch_id, "sheet": sheet.pk, "most": MOST_LABELS}
    for name in ("label", "reviewer", "rating", "rating_best", "rating_worst"):
        told[name] = sheet.mapping.index(name) + 1 if name in sheet.mapping else 0  # 0: no cell
    fixed = sheet.answers.get("fixed", {}).get("reviewer", "")
    found: dict[str, Label] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LABELS, told)
        for text, count, organisation, rating, best, worst in cursor.fetchall():
            key = folded(text)
            if key in found:
                found[key] = Label(found[key].text, found[key].count + count, found[key].suggestion)
                continue
            meant = suggest(
                text,
                organisation=organisation or fixed,
                rating=rating or "",
                best=best or "",
                worst=worst or "",
            )
            found[key] = Label(text, count, meant)
    return list(found.values())


def undecided_dates(sheet: ImportSheet) -> dict[int, str]:
    """The headings, by their places, under which a date can be read in two ways, with one such."""
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DATES, [sheet.batch_id, sheet.pk, LOOKED_AT, len(sheet.headings)])
        for place, cell in cursor.fetchall():
            if place not in found and ambiguous(cell):
                found[place] = cell
    return found


def orders_of(cell: str) -> list[tuple[str, str]]:
    """The orders in which a date can be read, each with the day that it would be."""
    return list(_read_both_ways(cell))


def _read_both_ways(cell: str) -> Iterator[tuple[str, str]]:
    for order in ("DMY", "MDY"):
        try:
            yield order, periods.in_words(period(cell, order))
        except ValueError:
            continue


def fixable(mapping: Sequence[str]) -> list[Column]:
    """Columns that may be given a value for all records."""
    return [BY_NAME[name] for name in FIXABLE if name not in mapping]
