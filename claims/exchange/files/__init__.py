"""Reads files of every format that comes in, as sheets of records: no database, little memory."""

from pathlib import Path

from claims.exchange.files import tables
from claims.exchange.files.shapes import Format, Record, Sheet, Unreadable
from claims.exchange.files.text import encoding_of

__all__ = ["Format", "Record", "Sheet", "Unreadable", "sheets"]


def sheets(path: Path, name: str, *, encoding: str | None = None) -> list[Sheet]:
    """The sheets of a file that was uploaded as ``name``, at least one.

    What it holds decides how it is read; its name and ``encoding``, if an editor has chosen one,
    only help. Raises ``Unreadable``.
    """
    found, notes = encoding_of(path, encoding)
    return [tables.sheet(path, Path(name).stem, found, notes)]
