"""The encodings in which a file can be read anew, where the guess was wrong."""

from __future__ import annotations

from dataclasses import dataclass

from claims.exchange.files import Format
from claims.exchange.files.text import ENCODINGS
from claims.models import ImportBatch, ImportFile


@dataclass(frozen=True, slots=True)
class Choice:
    """A file of text, what its encoding can be, and which it was read in; "" if nobody knows."""

    file: ImportFile
    current: str
    encodings: tuple[str, ...] = ENCODINGS


def encodings_of(batch: ImportBatch) -> list[Choice]:
    """The files of an import whose encoding can be chosen: those that are text."""
    text = batch.sheets.exclude(format=Format.XLSX)
    read = dict(text.values_list("file_id", "encoding"))
    unread = not batch.sheets.exists()
    return [
        Choice(file, file.encoding or read.get(file.pk, ""))
        for file in batch.files.all()
        if unread or file.pk in read
    ]
