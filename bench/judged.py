"""Reads queries, documents and judgements of relevance in the shapes that people publish them in.

Texts: TSV, CSV or JSONL, with or without a heading, gzipped or not, or a folder of such files.
Judgements: ``query 0 document grade`` as TREC writes them, or ``query document grade``.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

_IDS = (
    "_id id qid docid doc_id docno pid query_id queryid query-id corpus-id document_id tweet_id",
    "iclaim_id vclaim_id claim_id fact_check_id post_id",
)
_TEXTS = (
    "title headline vclaim iclaim claim tweet_content tweet query question text content contents",
    "body",
)
IDS = {name for line in _IDS for name in line.split()}
TEXTS = [name for line in _TEXTS for name in line.split()]


def texts(path: Path) -> dict[str, str]:
    """The texts of a file or folder by their ids; of one id only the first is taken."""
    found: dict[str, str] = {}
    for file in _files(path):
        for name, text in _texts_of(file):
            found.setdefault(name, " ".join(text.split()))
    return found


def judgements(path: Path) -> dict[str, set[str]]:
    """The documents that are relevant to each query."""
    relevant: dict[str, set[str]] = {}
    for file in _files(path):
        for line in _lines(file):
            parts = [part.strip() for part in _split(line)]
            grade = _number(parts[-1]) if len(parts) in (3, 4) else None
            if grade is not None and grade > 0:
                relevant.setdefault(parts[0], set()).add(parts[-2])
    return relevant


def _split(line: str) -> list[str]:
    if "\t" in line:
        return line.strip("\r\n").split("\t")
    return line.split(",") if line.count(",") in (2, 3) and " " not in line else line.split()


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from (file for file in sorted(path.rglob("*")) if file.is_file())


def _read(file: Path) -> str:
    raw = file.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8-sig", "replace").replace("\x00", " ")


def _lines(file: Path) -> list[str]:
    lines = (line.rstrip("\r") for line in _read(file).split("\n"))
    return [line for line in lines if line.strip()]


def _texts_of(file: Path) -> Iterator[tuple[str, str]]:
    lines = _lines(file)
    if not lines:
        return
    if lines[0].lstrip()[0] in "{[":
        yield from _from_json(lines, file.name.partition(".")[0])
    else:
        yield from _from_rows(_rows(lines))


def _from_json(lines: Sequence[str], name: str) -> Iterator[tuple[str, str]]:
    try:
        held = [json.loads(line) for line in lines]
    except ValueError:
        held = [json.loads("\n".join(lines))]
    for value in held:
        if isinstance(value, list):
            yield from (_of_object(each, "") for each in value)
        elif isinstance(value, dict) and value and not _text_in(value) and len(held) == 1:
            for key, each in value.items():  # one object, from ids to texts
                yield key, _of_object(each, key)[1]
        else:
            yield _of_object(value, name)


def _of_object(value: Any, name: str) -> tuple[str, str]:
    if not isinstance(value, dict):
        return name, str(value)
    lower = {str(key).lower(): each for key, each in value.items()}
    own = next((str(each) for key, each in lower.items() if key in IDS and each != ""), name)
    return own, _text_in(value)


def _text_in(value: dict[str, Any]) -> str:
    lower = {str(key).lower(): each for key, each in value.items()}
    return _joined(str(lower[key]) for key in TEXTS if lower.get(key))


def _joined(parts: Iterable[str]) -> str:
    """Several texts as one, without those that another one holds."""
    kept: list[str] = []
    for part in (each.strip() for each in parts):
        if part and not any(part in other for other in kept):
            kept = [other for other in kept if other not in part] + [part]
    return ". ".join(kept)


def _rows(lines: Sequence[str]) -> list[list[str]]:
    """The cells of each line; quotation marks count only where lines wouldn't fit otherwise."""
    mark = "\t" if "\t" in lines[0] else ","
    if mark == "\t":
        widths = {line.count("\t") for line in lines}
        if len(widths) == 1 or mark not in lines[0]:
            return [[_unquoted(cell) for cell in line.split("\t")] for line in lines]
    csv.field_size_limit(10_000_000)
    return [row for row in csv.reader(lines, delimiter=mark) if row]


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell


def _from_rows(rows: Sequence[list[str]]) -> Iterator[tuple[str, str]]:
    heading = [cell.strip().lower() for cell in rows[0]]
    headed = any(cell in IDS or cell in TEXTS for cell in heading)
    key = next((place for place, cell in enumerate(heading) if cell in IDS), 0) if headed else 0
    chosen = [place for place, cell in enumerate(heading) if cell in TEXTS] if headed else []
    for row in rows[1:] if headed else rows:
        places = chosen or [place for place in range(len(row)) if place != key]
        if key < len(row) and row[key].strip():
            yield row[key].strip(), _joined(row[place] for place in places if place < len(row))
