"""The encodings in which a file can be read anew, where the guess was wrong."""

from __future__ import annotations

from dataclasses import dataclass

from claims.exchange.files import Format
from claims.exchange.files.text import ENCODINGS
from claims.models import ImportBatch, ImportFile


@dataclass(frozen=True, slots=True)
class Choice:
    """A file of text, and what its encoding can be."""

    file: ImportFile
    encodings: tuple[str, ...] = ENCODINGS


def encodings_of(batch: ImportBatch) -> list[Choice]:
    """The files of an import whose encoding can be chosen: those that are text."""
    workbooks = set(
        batch.sheets.filter(format=Format.XLSX).values_list("file_id", flat=True).distinct()
    )
    return [Choice(file) for file in batch.files.all() if file.pk not in workbooks]
