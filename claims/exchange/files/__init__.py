"""Reads files of every format that comes in, as sheets of records: no database, little memory."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from claims.exchange.files import archives, claim_reviews, json_tables, tables, workbooks
from claims.exchange.files.shapes import Format, Record, Sheet, Unreadable
from claims.exchange.files.text import MARK, encoding_of

__all__ = ["Format", "Record", "Sheet", "Unreadable", "has_encoding", "sheets"]

_PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf", b"Rar!", b"\x28\xb5\x2f\xfd")
_OBJECT = re.compile(r"\s*(\{\s*(\"|\}|$)|\[\s*\{)")
_LIST = re.compile(r"\s*\[")
_SUFFIXES = (".json", ".jsonl", ".jsonld", ".ndjson")
_HEAD = 4_096
_PDF = b"%PDF-"
_WORKBOOKS = (workbooks.ZIP, workbooks.EMPTY_ZIP, workbooks.OLE)


def sheets(path: Path, name: str, *, encoding: str | None = None) -> list[Sheet]:
    """The sheets of a file that was uploaded as ``name``, at least one.

    What it holds decides how it is read. ``encoding`` is what an editor has chosen for a file of
    text, or for those in an archive. Raises ``Unreadable``.
    """

    def read(path: Path, name: str) -> list[Sheet]:
        return _sheets(path, name, encoding)

    return archives.sheets(path, read) if archives.is_archive(path, name) else read(path, name)


def has_encoding(head: bytes, name: str) -> bool:
    """Whether a file that begins with ``head`` is text, or may be an archive of such files."""
    if head.startswith(_WORKBOOKS):
        return Path(name).suffix.casefold() == ".zip"
    return bool(head) and not head.startswith((*_PACKED, _PDF))


def _sheets(path: Path, name: str, encoding: str | None) -> list[Sheet]:
    """The sheets of a file that holds no other files."""
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(_WORKBOOKS):
        return workbooks.sheets(path)
    if head.startswith(_PACKED):
        raise Unreadable(_("The file is compressed. Unpack it, and upload what is in it."))
    if head.startswith(_PDF):
        raise Unreadable(_("This is a PDF document. Save its table as CSV (UTF-8) or XLSX."))
    found, notes = encoding_of(path, encoding)
    with path.open(encoding=found, errors=MARK) as file:
        beginning = file.read(_HEAD).removeprefix("\ufeff")
    sheet = _reader(path, name, found, beginning).sheet(path, Path(name).stem, found, notes)
    return [replace(sheet, encoding=found.removesuffix("-sig"))]


def _reader(path: Path, name: str, encoding: str, beginning: str) -> Any:
    """The module that reads a text which begins like this.

    A list of what is no object may as well be a heading in brackets.
    """
    if claim_reviews.is_page(beginning):
        return claim_reviews
    listed = _LIST.match(beginning) and Path(name).suffix.casefold() in _SUFFIXES
    if not (listed or _OBJECT.match(beginning)):
        return tables
    return claim_reviews if claim_reviews.has_reviews(path, encoding) else json_tables
