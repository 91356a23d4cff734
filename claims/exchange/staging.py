"""Takes files in: uploads them in parts, reads them into staged records, tidies up behind them.

Everything goes through the database, so that no folder need be shared between the processes that
take a file in and those that read it. Memory stays small whatever the size of a file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils.translation import gettext as _

from articles.policy import require
from claims.choices import ImportState, RowState
from claims.exchange.files import Record, Sheet, Unreadable, scratch, sheets
from claims.exchange.mapping import SAMPLES, suggest
from claims.exchange.portions import portions
from claims.models import ImportBatch, ImportFile, ImportPart, ImportRow, ImportSheet
from claims.refusals import Refusal

PERMISSION = "claims.import_claims"
PART = 1024 * 1024
"""Bytes of a part of an upload."""
MOST_BYTES = 2 * 1024 * 1024 * 1024
"""Bytes of all files of an import."""
MOST_FILES = 50
AT_ONCE = 2_000
"""Records that are staged together, unless they are long."""
LONGEST_NAME = 200
SAMPLE_CHARACTERS = 200

_COPY = (
    "COPY claims_importrow (batch_id, sheet_id, number, line, raw, state, unreadable, problems,"
    " added, wrote, resembles) FROM STDIN"
)


class Stopped(Exception):
    """Somebody wants the reading to end."""


@transaction.atomic
def open_batch(*, by: User, name: str) -> ImportBatch:
    """Begin an import. Raises ``NotAllowed``."""
    require(by, PERMISSION)
    return ImportBatch.objects.create(by=by, name=_storable(name) or _("Import"))


@transaction.atomic
def add_file(
    *, by: User, batch: ImportBatch, name: str, content: Iterable[bytes], encoding: str = ""
) -> ImportFile:
    """Keep a file of an import that is still being uploaded, as its bytes come in.

    Raises ``NotAllowed``, and ``Refusal`` where it is too much; nothing of the file is kept then.
    """
    require(by, PERMISSION)
    held = ImportBatch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if held.state != ImportState.UPLOADING:
        raise Refusal("import_state", _("Files can be added only before they are read."))
    others = list(held.files.values_list("size", flat=True))
    if len(others) >= MOST_FILES:
        raise Refusal("import_too_much", _("These are too many files for one import."))
    file = ImportFile.objects.create(
        batch=held, position=len(others) + 1, name=_storable(name), encoding=encoding
    )
    digest, left = hashlib.sha256(), MOST_BYTES - sum(others)
    for position, part in enumerate(_parts(content), 1):
        file.size += len(part)
        if file.size > left:
            raise Refusal("import_too_much", _("An import takes 2 GB at most. Divide it."))
        digest.update(part)
        ImportPart.objects.create(file=file, position=position, content=part)
    file.sha256 = digest.hexdigest()
    file.save(update_fields=["size", "sha256"])
    return file


def _parts(content: Iterable[bytes]) -> Iterator[bytes]:
    held = bytearray()
    for piece in content:
        held += piece
        while len(held) >= PART:
            yield bytes(held[:PART])
            del held[:PART]
    if held:
        yield bytes(held)


def stage(batch: ImportBatch, *, stop: Callable[[], bool]) -> int:
    """Read the files of an import into sheets and staged records, behind those staged already.

    They are committed as they are read; returns how many there are. Raises ``Unreadable`` with the
    name of the file, and ``Stopped`` after the records at hand when ``stop`` says so.
    """
    scratch.sweep()
    number = position = 0
    for file in batch.files.order_by("position"):
        with scratch.folder() as folder:
            path = folder / "file"
            _write(file, path)
            try:
                for sheet in sheets(path, file.name, encoding=file.encoding or None):
                    position += 1
                    number = stage_sheet(file, sheet, position, number, stop)
            except Unreadable as fault:
                raise Unreadable(f"{file.name}: {fault}") from None
    if not number:
        raise Unreadable(_("There are headings and no records."))
    return number


def stage_sheet(
    file: ImportFile,
    sheet: Sheet,
    position: int,
    number: int,
    stop: Callable[[], bool],
) -> int:
    """Stage the records of one sheet after record ``number``; returns the last one's number.

    Those of them that were staged before it broke off are passed over.
    """
    records = sheet.records()
    first = list(islice(records, SAMPLES))
    good = [each.cells for each in first if not each.problem]
    mapping, answers = suggest(sheet.headings, good)
    row, _new = ImportSheet.objects.get_or_create(
        batch_id=file.batch_id,
        position=position,
        defaults={
            "file": file,
            "name": _clean(sheet.name),
            "format": sheet.format.value,
            "encoding": sheet.encoding,
            "headings": [_clean(each) for each in sheet.headings],
            "notes": [_clean(each) for each in sheet.notes],
            "mapping": mapping,
            "answers": answers,
            "samples": [[_clean(cell)[:SAMPLE_CHARACTERS] for cell in cells] for cells in good],
        },
    )
    before, waiting = number, islice(chain(first, records), row.rows, None)
    number += row.rows
    for chunk in portions(waiting, _cells, most=AT_ONCE):
        with transaction.atomic():
            _copy(row, number, chunk)
            number += len(chunk)
            ImportBatch.objects.filter(pk=file.batch_id).update(rows_done=number, attempts=0)
            ImportSheet.objects.filter(pk=row.pk).update(rows=number - before)
        if stop():
            raise Stopped
    return number


def clear(batch: ImportBatch) -> None:
    """Forget what was staged."""
    with transaction.atomic():
        ImportRow.objects.filter(batch=batch).delete()
        ImportSheet.objects.filter(batch=batch).delete()
        ImportBatch.objects.filter(pk=batch.pk).update(rows_total=0, rows_done=0, counts={})


def drop_parts(batch: ImportBatch) -> None:
    """Forget the uploaded bytes: what was read from them stays."""
    ImportPart.objects.filter(file__batch=batch).delete()


def _write(file: ImportFile, path: Path) -> None:
    """Put the parts of a file together, one at a time."""
    with path.open("wb") as whole:
        for position in range(1, -(-file.size // PART) + 1):
            part = file.parts.get(position=position)
            whole.write(part.content)


def _cells(record: Record) -> tuple[str, ...]:
    return record.cells


def _copy(sheet: ImportSheet, number: int, chunk: list[Record]) -> None:
    """Add these records after record ``number``."""
    with connection.cursor() as cursor, cursor.cursor.copy(_COPY) as copy:
        for place, record in enumerate(chunk, number + 1):
            where = (sheet.batch_id, sheet.pk, place, record.line, _array(record.cells))
            state, problems = RowState.STAGED.value, "[]"
            if record.problem:
                fault = {"column": "", "found": "", "fix": _clean(record.problem)}
                state, problems = RowState.REJECTED.value, json.dumps([fault])
            copy.write_row((*where, state, bool(record.problem), problems, "{}", "{}", "[]"))


def _array(cells: Iterable[str]) -> str:
    """``cells`` as PostgreSQL writes an array of texts: several times faster than as a list."""
    quoted = [_clean(cell).replace("\\", "\\\\").replace('"', '\\"') for cell in cells]
    return '{"' + '","'.join(quoted) + '"}' if quoted else "{}"


def _clean(text: str) -> str:
    """``text`` as PostgreSQL can hold it: without NUL, and with marks for half characters."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()


def _storable(name: str) -> str:
    return " ".join(_clean(name).split())[:LONGEST_NAME]
