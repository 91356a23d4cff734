"""Writes the whole record into one zip: the same record gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.db import connection, models, transaction

from claims.exchange.checkpoint import Checkpoint, checkpoint_of, heads
from claims.exchange.datapackage import of_dump
from claims.exchange.dumped import (
    CHECKPOINT,
    HEADS,
    HEADS_HEADING,
    LICENCE,
    PACKAGE,
    SUMS,
    TABLES,
    copy_out,
    counters,
    file_of,
    rows_in,
    settle_session,
)

LICENCE_TEXT = """\
What this site wrote itself (the wording of claims, the evidence as logged, verdicts and their
reasons) is licensed under Creative Commons Attribution 4.0 International (CC BY 4.0):
https://creativecommons.org/licenses/by/4.0/

Quotations, the texts of articles and the verdicts of other organisations belong to those who said
or published them. This licence does not cover them.

Drafts, and what editors wrote to each other about them, are in these files as well. They were not
published: treat the whole as you treat the database that it came from.
"""
PIECE = 1024 * 1024
_BEGINNING = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold


@dataclass(frozen=True, slots=True)
class Written:
    """What is in one file of a dump."""

    rows: int
    size: int
    sha256: str


def dump(file: IO[bytes]) -> Checkpoint:
    """Write the whole record into ``file``, as it is at one moment. Memory doesn't grow with it."""
    fresh = not connection.in_atomic_block
    with transaction.atomic():
        if fresh:  # else the caller's transaction says what is seen
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        settle_session()
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            return _write(archive)


def _write(archive: ZipFile) -> Checkpoint:
    written: dict[str, Written] = {}
    for model in TABLES:
        counted = rows_in(model)
        written[file_of(model)] = _add(archive, file_of(model), _rows(model), counted)
    checkpoint = checkpoint_of(heads())
    lines = (f"{head.line}\n".encode() for head in heads())
    written[HEADS] = _add(
        archive, HEADS, _after(f"{HEADS_HEADING}\n".encode(), lines), checkpoint.chains
    )
    written[CHECKPOINT] = _add(archive, CHECKPOINT, [_json(checkpoint.as_json())])
    written[LICENCE] = _add(archive, LICENCE, [LICENCE_TEXT.encode()])
    package = of_dump(
        {name: (each.rows, each.size, each.sha256) for name, each in written.items()}, counters()
    )
    written[PACKAGE] = _add(archive, PACKAGE, [_json(package)])
    sums = "".join(f"{each.sha256}  {name}\n" for name, each in written.items())
    _add(archive, SUMS, [sums.encode()])
    return checkpoint


def _rows(model: type[models.Model]) -> Iterator[bytes]:
    with connection.cursor() as cursor, cursor.copy(copy_out(model)) as copy:
        for piece in copy:
            yield bytes(piece)


def _after(first: bytes, others: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _add(archive: ZipFile, name: str, pieces: Iterable[bytes], rows: int = 0) -> Written:
    info = ZipInfo(name, _BEGINNING)
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    size, sums = 0, sha256()
    with archive.open(info, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
            sums.update(piece)
            size += len(piece)
    return Written(rows, size, sums.hexdigest())


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
