"""Reads a CSV file into rows, whatever it is, and writes the rejected ones back."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from claims.exchange.columns import BY_NAME, ERROR
from claims.exchange.formulas import bare, guarded

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 100_000
MAX_CELL = 20_000  # code points: twice the longest quotation
DELIMITERS = ",;\t"

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class Unreadable(Exception):
    """Why a file as a whole can't be read, in one line for a person."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of the file: the line that it begins on, and its cells as they stand there."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A file that could be read: its headings, by the names of the columns, and its rows."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]

    def named(self, row: Row) -> dict[str, str]:
        """The cells of ``row`` by column. Raises ``ValueError`` when it is ragged."""
        cells = row.cells
        while len(cells) > len(self.headings) and not cells[-1].strip():
            cells = cells[:-1]
        return dict(zip(self.headings, cells, strict=True))


def read(raw: bytes) -> Table:
    """Read a file in UTF-8, with or without BOM, divided by commas, semicolons or tabs.

    Raises ``Unreadable`` for what concerns the file; what concerns one row is found later.
    """
    text = _decoded(raw)
    delimiter = _delimiter(text)
    records = _records(text, delimiter)
    line, cells = next(records, (1, []))
    headings = _headings(line, cells)
    rows: list[Row] = []
    for line, cells in records:
        if len(rows) == MAX_ROWS:
            raise Unreadable(
                _("The file has more than %(limit)s rows. Divide it.") % {"limit": f"{MAX_ROWS:,}"}
            )
        rows.append(Row(line, tuple(cells)))
    if not rows:
        raise Unreadable(_("The file has headings and no rows."))
    return Table(headings, tuple(rows))


def write_rejected(table: Table, rejected: Iterable[tuple[Row, str]]) -> bytes:
    """The rejected rows as they came, with what is wrong in a column of its own, before the rest.

    Once repaired, the file can be read as it is. The mark at its beginning tells spreadsheets
    that it is UTF-8.
    """
    kept = [number for number, name in enumerate(table.headings) if name != ERROR]
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([ERROR, *(table.headings[number] for number in kept)])
    for row, fault in rejected:
        known = [row.cells[number] for number in kept if number < len(row.cells)]
        writer.writerow(map(guarded, [fault, *known, *row.cells[len(table.headings) :]]))
    return file.getvalue().encode("utf-8-sig")


def template(names: Iterable[str] = tuple(BY_NAME)) -> bytes:
    """A file with the headings of these columns, to be filled in."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(names)
    return file.getvalue().encode("utf-8-sig")


def _decoded(raw: bytes) -> str:
    if len(raw) > MAX_BYTES:
        raise Unreadable(
            _("The file is larger than %(limit)d MB. Divide it.")
            % {"limit": MAX_BYTES // 1024 // 1024}
        )
    if raw.startswith(_WORKBOOKS):
        raise Unreadable(_("This is a workbook. Save it as CSV (UTF-8)."))
    if raw.startswith(_WIDE):
        raise Unreadable(_("The file is in UTF-16. Save it as CSV (UTF-8)."))
    if (place := raw.find(b"\0")) >= 0:
        raise Unreadable(
            _("Line %(line)d holds a NUL character, so this is no CSV file in UTF-8.")
            % {"line": _line_of(raw, place)}
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _("Line %(line)d is not in UTF-8. Save the file as CSV (UTF-8).")
            % {"line": _line_of(raw, error.start)}
        ) from None
    if not text.strip():
        raise Unreadable(_("The file is empty."))
    return text


def _line_of(raw: bytes, place: int) -> int:
    return raw.count(b"\n", 0, place) + 1


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The records that aren't blank, each with the line that it begins on."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(len(cell) > MAX_CELL for cell in cells):
                raise Unreadable(_too_long(line))
            if any(cell.strip() for cell in cells):
                yield line, list(map(bare, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise Unreadable(_said(line, error)) from None


def _said(line: int, error: csv.Error) -> str:
    if "field limit" in str(error):
        return _too_long(line)
    return _(
        "The row that begins on line %(line)d can’t be divided into cells: is a quotation mark "
        "missing? Within quotation marks they are doubled."
    ) % {"line": line}


def _too_long(line: int) -> str:
    return _(
        "The row that begins on line %(line)d has a cell of more than %(limit)s characters: "
        "is a quotation mark missing?"
    ) % {"line": line, "limit": f"{MAX_CELL:,}"}


def _delimiter(text: str) -> str:
    """The delimiter by which the first record has most headings that we know."""

    def known(delimiter: str) -> int:
        try:
            _line, cells = next(_records(text, delimiter), (1, []))
        except Unreadable:
            return -1
        return sum(_heading(cell) in BY_NAME for cell in cells)

    return max(DELIMITERS, key=known)


def _heading(cell: str) -> str:
    return "_".join(cell.casefold().split())


def _headings(line: int, cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    names = tuple(_heading(cell) for cell in cells)
    unknown = [name for name in names if name not in BY_NAME and name != ERROR]
    if unknown:
        raise Unreadable(
            _("Line %(line)d must hold the headings of the columns. Unknown: %(names)s.")
            % {"line": line, "names": ", ".join(_with_likely(name) for name in unknown[:5])}
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unreadable(
            _("These headings stand there more than once: %(names)s.") % {"names": ", ".join(twice)}
        )
    if "claim" not in names:
        raise Unreadable(_("These columns are missing: %(names)s.") % {"names": "claim"})
    return names


def _with_likely(name: str) -> str:
    shown = name if len(name) <= 40 else f"{name[:39]}…"
    likely = difflib.get_close_matches(name[:100], BY_NAME, n=1)
    if not likely:
        return f"“{shown}”"
    return _("“%(name)s” (is it “%(likely)s”?)") % {"name": shown, "likely": likely[0]}
