"""Empty files with the headings of our columns, to be filled in and imported."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook

from claims.exchange.columns import COLUMNS
from claims.exchange.datapackage import of_column
from claims.exchange.exporting import headings, typed
from claims.exchange.files.shapes import EXPLAINED, EXPLANATION


def blank_csv(names: Sequence[str] = ()) -> bytes:
    """A table with headings only, of these columns or of all, which spreadsheets know as UTF-8."""
    return (",".join(names or headings()) + "\r\n").encode("utf-8-sig")


def blank_workbook() -> bytes:
    """A workbook with a sheet to fill in, and one that says what each column takes.

    Our readers pass over the latter.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("claims")
    sheet.freeze_panes = "B2"
    sheet.append(headings())
    sheet = book.create_sheet(EXPLANATION)
    for letter, width in zip("ABCD", (20, 80, 60, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.append(EXPLAINED)
    for column in COLUMNS:
        told = of_column(column)
        words = [*told.get("trueValues", ()), *told.get("falseValues", ())]
        words = words or told.get("constraints", {}).get("enum", [])
        row = (column.name, str(column.help), ", ".join(words), column.example)
        sheet.append([typed(sheet, cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
