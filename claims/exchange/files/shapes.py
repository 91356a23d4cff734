"""What every reader of files gives: sheets of records, or one line on why there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Unreadable(Exception):
    """Why a file as a whole can't be read, in one line for a person.

    It can also come while the records are read: a workbook may turn out to be too much then.
    """


class Blank(Unreadable):
    """There is nothing in it: no rows, and perhaps no headings."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file, and the line that it begins on (of a sheet: its row).

    A record with a ``problem`` can't be read, the others can; its cells are what could be saved,
    and may be fewer or more than the headings.
    """

    line: int
    cells: tuple[str, ...]
    problem: str = ""


EXPLANATION = "columns"
EXPLAINED = ("column", "what it holds", "what can stand there", "example")
"""The name and the headings of the sheet that explains our template: nothing to import."""


class Format(StrEnum):
    """How a file is written, by its content: its name decides nothing."""

    CSV = "csv"
    TSV = "tsv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    CLAIMREVIEW = "claimreview"


@dataclass(frozen=True)
class Sheet:
    """One table of a file: its headings, all different, and what an editor should know of it.

    ``encoding`` is what a file of text was read in, guessed or chosen, by the name that an editor
    knows it by; a workbook has none.
    """

    name: str
    format: Format
    headings: tuple[str, ...]
    notes: tuple[str, ...]
    source: Callable[[], Iterator[Record]] = field(repr=False, compare=False)
    encoding: str = ""

    def records(self) -> Iterator[Record]:
        """The records that aren't blank, from the file, read anew each time.

        Raises ``Unreadable``.
        """
        return self.source()
