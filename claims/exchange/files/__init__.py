"""Reads files of every format that comes in, as sheets of records: no database, little memory."""

from pathlib import Path

from django.utils.translation import gettext as _

from claims.exchange.files import tables, workbooks
from claims.exchange.files.shapes import Format, Record, Sheet, Unreadable
from claims.exchange.files.text import encoding_of

__all__ = ["Format", "Record", "Sheet", "Unreadable", "sheets"]

_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_WORKBOOKS = (workbooks.ZIP, workbooks.EMPTY_ZIP, workbooks.OLE)


def sheets(path: Path, name: str, *, encoding: str | None = None) -> list[Sheet]:
    """The sheets of a file that was uploaded as ``name``, at least one.

    What it holds decides how it is read. ``encoding`` is what an editor has chosen for a file of
    text. Raises ``Unreadable``.
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_WORKBOOKS):
        return workbooks.sheets(path)
    if head.startswith(_PACKED):
        raise Unreadable(_("The file is compressed. Unpack it, and upload what is in it."))
    if head.startswith(b"%PDF-"):
        raise Unreadable(_("This is a PDF document. Save its table as CSV (UTF-8) or XLSX."))
    found, notes = encoding_of(path, encoding)
    return [tables.sheet(path, Path(name).stem, found, notes)]
