"""Finds the headings of a table, and fits its records to them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.exchange.files.bounds import MAX_COLUMNS, MAX_HEADING
from claims.exchange.files.shapes import Record, Unreadable

_DATUM = re.compile(
    r"[-+]?[\d.,' ]*\d%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*|https?://.*|yes|no|true|false",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Headings:
    """Where a table begins: what its columns are called, and behind which line its records do."""

    names: tuple[str, ...]
    behind: int
    notes: tuple[str, ...]


def find(sample: Sequence[Record]) -> Headings:
    """The headings among the first records of a table, none of which is blank.

    They may stand behind lines on the table as a whole, or be missing. Raises ``Unreadable``.
    """
    width, place = typical_width(sample), 0
    if filled(sample[0]) == 1 and width > 1:
        place = _behind_a_title(sample, width)
    first = sample[place]
    if first.problem:
        raise Unreadable(_("The headings can’t be read: %(problem)s") % {"problem": first.problem})
    cells = trimmed(first.cells)
    if len(cells) > MAX_COLUMNS:
        raise Unreadable(
            _("The table has %(found)s columns. We read %(limit)s at most.")
            % {"found": f"{len(cells):,}", "limit": f"{MAX_COLUMNS:,}"}
        )
    if _is_data(cells):
        names = named(("",) * max(len(cells), min(width, MAX_COLUMNS)))
        note = _("Line %(line)d holds no headings but data: the columns are numbered.")
        return Headings(names, first.line - 1, (note % {"line": first.line},))
    return Headings(named(cells), first.line, (*_skipped(sample[:place]), *_renamed(cells)))


def typical_width(sample: Sequence[Record]) -> int:
    """How many cells most records have."""
    widths = Counter(len(each.cells) for each in sample if not each.problem)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def filled(record: Record) -> int:
    """How many cells hold anything."""
    return sum(1 for cell in record.cells if cell.strip())


def is_blank(record: Record) -> bool:
    """Whether there is nothing in it, not even a problem."""
    return not (record.problem or any(map(str.strip, record.cells)))


def trimmed(cells: Sequence[str]) -> tuple[str, ...]:
    """``cells`` without the empty ones at their end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return tuple(cells[:end])


def named(cells: Sequence[str]) -> tuple[str, ...]:
    """Names for the columns, each in one line and different from the others."""
    names: list[str] = []
    used: set[str] = set()
    for number, cell in enumerate(cells, 1):
        name = " ".join(cell.split())[:MAX_HEADING] or f"Column {number}"
        again = 1
        unique = name
        while unique in used:
            again += 1
            unique = f"{name} ({again})"
        used.add(unique)
        names.append(unique)
    return tuple(names)


def fitted(record: Record, width: int) -> Record:
    """``record`` with as many cells as there are headings, or with a problem."""
    cells = record.cells
    if len(cells) == width and not record.problem:
        return record
    if record.problem:
        return Record(record.line, cells[:MAX_COLUMNS], record.problem)
    if len(cells) > width and len(trimmed(cells)) <= width:
        cells = cells[:width]
    if len(cells) == width:
        return Record(record.line, cells)
    problem = _("The row has %(cells)d cells, and there are %(headings)d headings.") % {
        "cells": len(cells),
        "headings": width,
    }
    return Record(record.line, cells[:MAX_COLUMNS], problem)


def _behind_a_title(sample: Sequence[Record], width: int) -> int:
    """The place of the headings where lines of one cell come first; 0 when they are none.

    A first line of one word may be the heading of a table of one column, whose records are full
    of commas.
    """
    place = next((n for n, each in enumerate(sample) if filled(each) > 1), 0)
    follow = [len(each.cells) for each in sample[place + 1 : place + 4]]
    head = sample[place].cells
    titled = not _WORD.fullmatch(sample[0].cells[0].strip()) or width > 2
    return place if titled and len(head) == width and width in follow else 0


def _is_data(cells: Sequence[str]) -> bool:
    held = [cell.strip() for cell in cells if cell.strip()]
    return all(_DATUM.fullmatch(cell) for cell in held) or any(
        len(cell) > MAX_HEADING or cell.startswith(("http://", "https://")) for cell in held
    )


def _skipped(before: Sequence[Record]) -> tuple[str, ...]:
    if not before:
        return ()
    note = _("What stands before the headings is left out: “%(text)s”.")
    text = " · ".join(" ".join(each.cells).strip() for each in before)
    return (note % {"text": text if len(text) <= 200 else f"{text[:199]}…"},)


def _renamed(cells: Sequence[str]) -> tuple[str, ...]:
    names = [" ".join(cell.split())[:MAX_HEADING] for cell in cells]
    notes: list[str] = []
    if empty := [str(number) for number, name in enumerate(names, 1) if not name]:
        said = ", ".join(empty[:20])
        notes.append(_("These columns have no heading: %(numbers)s.") % {"numbers": said})
    twice = [name for name, count in Counter(names).items() if name and count > 1]
    if twice:
        said = ", ".join(f"“{name}”" for name in twice[:10])
        notes.append(
            _("These headings stand there more than once, and are numbered: %(names)s.")
            % {"names": said}
        )
    return tuple(notes)
