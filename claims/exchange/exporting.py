"""Writes rows of our columns as CSV, JSON Lines or a workbook, as a stream."""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import IO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet._write_only import WriteOnlyWorksheet as WriteOnlySheet

from claims.exchange.columns import COLUMNS
from claims.exchange.flat import Cells
from claims.exchange.formulas import guarded

PIECE = 64 * 1024
"""Code points, or more, that are sent together."""
SHEET_ROWS = 1_048_576
"""The most rows, with the headings, that a sheet of a workbook can have."""
MOST_IN_CELL = 32_767
"""The most code points that a cell of a workbook can have."""

_MARK = "\ufeff"
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Form(StrEnum):
    """How rows are written, by the ending of the file's name."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.JSONL: "application/x-ndjson; charset=utf-8",
}


def headings() -> list[str]:
    """The names of all columns, in their order."""
    return [column.name for column in COLUMNS]


def as_csv(rows: Iterable[Cells], *, raw: bool = False, names: Sequence[str] = ()) -> Iterator[str]:
    """A table with commas and CRLF (RFC 4180), in pieces; ``names`` are our columns unless given.

    For spreadsheets it begins with a byte order mark, and no cell can be run as a formula. ``raw``
    is for programs: neither the mark nor the apostrophes.
    """
    names = names or headings()
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    file.write("" if raw else _MARK)
    writer.writerow(names)
    for cells in rows:
        row = (cells.get(name, "") for name in names)
        writer.writerow(row if raw else map(guarded, row))
        if file.tell() >= PIECE:
            yield file.getvalue()
            file.seek(0)
            file.truncate()
    yield file.getvalue()


def as_json_lines(rows: Iterable[Cells]) -> Iterator[str]:
    """One JSON object for each row, without the cells that are empty, in pieces."""
    names = headings()
    piece: list[str] = []
    size = 0
    for cells in rows:
        held = {name: cells[name] for name in names if cells.get(name)}
        piece.append(json.dumps(held, ensure_ascii=False) + "\n")
        size += len(piece[-1])
        if size >= PIECE:
            yield "".join(piece)
            piece, size = [], 0
    yield "".join(piece)


def as_workbook(rows: Iterable[Cells], *, sheet_rows: int = SHEET_ROWS) -> IO[bytes]:
    """A workbook in a temporary file, at its beginning; another sheet where one is full.

    Every cell is text. What Excel can't hold in a cell is left out: control characters, and
    whatever goes beyond ``MOST_IN_CELL``.
    """
    book = Workbook(write_only=True)
    names = headings()
    sheet = None
    count = 0
    for cells in rows:
        if sheet is None or count == sheet_rows:
            sheet = _sheet(book, names)
            count = 1
        sheet.append([typed(sheet, cells.get(name, "")) for name in names])
        count += 1
    if sheet is None:
        _sheet(book, names)
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    book.save(file)
    file.seek(0)
    return file


def _sheet(book: Workbook, names: list[str]) -> WriteOnlySheet:
    number = len(book.worksheets) + 1
    sheet = book.create_sheet("claims" if number == 1 else f"claims {number}")
    sheet.freeze_panes = "A2"
    sheet.append(names)
    return sheet


def typed(sheet: WriteOnlySheet, text: str) -> str | WriteOnlyCell | None:
    """``text`` as a cell of text, whatever it looks like; nothing for an empty one."""
    text = _NOT_IN_XML.sub("", text)[:MOST_IN_CELL]
    if text and text[0] in "=#":  # else openpyxl takes it for a formula or an error
        cell = WriteOnlyCell(sheet)
        cell.value = text
        cell.data_type = "s"
        cell.quotePrefix = True
        return cell
    return text or None
