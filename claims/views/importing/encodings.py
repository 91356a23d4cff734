"""The encodings in which a file can be read anew, where the guess was wrong."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BinaryField, F, Func, Value

from claims.exchange.files import Format, has_encoding
from claims.exchange.files.text import ENCODINGS
from claims.models import ImportBatch, ImportFile, ImportPart

_HEAD = Func(F("content"), Value(1), Value(16), function="substring", output_field=BinaryField())


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
    known = set(read) if batch.sheets.exists() else _texts(batch)
    return [
        Choice(file, file.encoding or read.get(file.pk, ""))
        for file in batch.files.all()
        if file.pk in known
    ]


def _texts(batch: ImportBatch) -> set[int]:
    """The files that may be text, by how they begin: nobody could read them."""
    first = ImportPart.objects.filter(file__batch=batch, position=1)
    heads = first.annotate(head=_HEAD).values_list("file", "file__name", "head")
    return {file for file, name, head in heads if has_encoding(bytes(head), name)}
