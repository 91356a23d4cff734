"""Reads tables of text, divided by commas, semicolons, tabs or bars, as a stream."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from claims.exchange.files import headings
from claims.exchange.files.bounds import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_RECORD,
    SAMPLE_CHARACTERS,
    SAMPLE_LINES,
)
from claims.exchange.files.shapes import Blank, Format, Record, Sheet
from claims.exchange.files.text import Line, Lines, TooLong, lines_of
from claims.exchange.formulas import bare

DELIMITERS = (",", ";", "\t", "|")

_NONE = "\x1f"
"""The delimiter of a table of one column: a character that nobody types."""

# The limit is the process's. Python's own is lower than a long article.
csv.field_size_limit(MAX_CELL)


def sheet(path: Path, name: str, encoding: str, notes: tuple[str, ...]) -> Sheet:
    """The one sheet of a file of text. Raises ``Unreadable``."""
    sample = _sample(path, encoding)
    delimiter = _delimiter(sample)
    first = [each for each in _whole(sample, delimiter) if headings.filled(each)]
    if not first:
        raise Blank(_("The file is empty."))
    found = headings.find(first)

    def records() -> Iterator[Record]:
        width = len(found.names)
        for record in _records(Lines(lines_of(path, encoding)), delimiter):
            if record.line > found.behind and not headings.is_blank(record):
                yield headings.fitted(record, width)

    if next(records(), None) is None:
        raise Blank(_("The file has headings and no rows."))
    format_ = Format.TSV if delimiter == "\t" else Format.CSV
    return Sheet(name, format_, found.names, (*notes, *found.notes), records)


def _sample(path: Path, encoding: str) -> list[Line]:
    sample: list[Line] = []
    size = 0
    for line in lines_of(path, encoding):
        if not sample and not line.text.strip():
            continue
        sample.append(line)
        size += len(line.text)
        if len(sample) == SAMPLE_LINES or size > SAMPLE_CHARACTERS:
            break
    return sample


def _whole(sample: Sequence[Line], delimiter: str) -> list[Record]:
    """The records of a sample. Where it breaks off, the last one looks broken without being so."""
    return list(_records(Lines(sample), delimiter))


def _delimiter(sample: Sequence[Line]) -> str:
    """The delimiter by which most records have as many cells as the headings."""
    by_delimiter = {each: _whole(sample, each) for each in DELIMITERS}
    best = max(DELIMITERS, key=lambda each: _evenness(by_delimiter[each]))
    if _evenness(by_delimiter[best]) > (0.0, 0):
        return best
    single = [each for each in DELIMITERS if all(len(r.cells) <= 1 for r in by_delimiter[each])]
    return single[0] if single else _NONE


def _evenness(records: Sequence[Record]) -> tuple[float, int]:
    """The share of records that have as many cells as the headings, and that width.

    It is 0 for a table of one column. A record that is shorter counts a quarter.
    """
    rows = [each for each in records if headings.filled(each)]
    head = len(rows[0].cells) if rows else 0
    width = head if head > 1 else headings.typical_width(rows)
    if width < 2 or (head < 2 and not _has_title(rows, width)):
        return 0.0, 0
    points = 0.0
    for row in rows:
        if not row.problem and len(row.cells) > 1:
            points += 1 if len(row.cells) == width else 0.25 if len(row.cells) < width else 0
    return points / len(rows), width


def _has_title(rows: Sequence[Record], width: int) -> bool:
    """Whether the first line may be a title above the headings rather than a lone heading."""
    head = rows[0].cells[0].strip() if rows[0].cells else ""
    return width > 2 or any(not (letter.isalnum() or letter in "_-") for letter in head)


def _records(lines: Lines, delimiter: str) -> Iterator[Record]:
    """All records, the blank ones too. Behind one that can't be divided, the next line begins."""
    while True:
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                marked = any("'" in line.text for line in lines.taken)
                held = tuple(map(bare, cells) if marked else cells)
                yield Record(lines.taken[0].number, held, lines.fault)
                lines.done()
        except (csv.Error, TooLong) as error:
            stretched = len(lines.taken) > 1
            first = lines.give_back()
            yield Record(first.number, _saved(first, delimiter), _why(first, error, stretched))
        else:
            return


def _saved(line: Line, delimiter: str) -> tuple[str, ...]:
    """What a line that can't be divided into cells may hold."""
    text = line.text.rstrip("\r\n")
    return tuple(islice(iter(text.split(delimiter)), MAX_COLUMNS))


def _why(line: Line, error: Exception, stretched: bool) -> str:
    if line.fault:
        return line.fault
    if stretched or "field limit" not in str(error):
        return _(
            "The row that begins on line %(line)d can’t be divided into cells: is a quotation "
            "mark missing? Within quotation marks they are doubled."
        ) % {"line": line.number}
    return _("Line %(line)d has a cell of more than %(limit)s characters.") % {
        "line": line.number,
        "limit": f"{min(MAX_CELL, MAX_RECORD):,}",
    }
