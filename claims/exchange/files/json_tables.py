"""Makes a sheet of JSON objects: of lines of them, or of a list."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from claims.exchange.files import headings, json_text
from claims.exchange.files.bounds import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_DEPTH,
    MAX_HEADING,
)
from claims.exchange.files.json_stream import Element, elements_of
from claims.exchange.files.json_text import Malformed, Number
from claims.exchange.files.shapes import Format, Record, Sheet, Unreadable
from claims.exchange.files.text import clean

_SCALAR = (str, bool, type(None))


def sheet(path: Path, name: str, encoding: str, notes: tuple[str, ...]) -> Sheet:
    """The one sheet of a file of objects: its headings are all keys in it.

    Raises ``Unreadable``.
    """
    keys = _keys(path, encoding)
    names = headings.named(keys)

    def records() -> Iterator[Record]:
        for element in elements_of(path, encoding):
            record = _record(element, keys)
            if not headings.is_blank(record):
                yield record

    return Sheet(name, Format.JSONL, names, notes, records)


def _keys(path: Path, encoding: str) -> tuple[str, ...]:
    """All keys of a file in the order in which they come, from one reading of it."""
    keys: dict[str, None] = {}
    reason = ""
    for element in elements_of(path, encoding):
        try:
            keys |= dict.fromkeys(_flat(element))
        except Malformed as problem:
            reason = reason or _("Line %(line)d: %(problem)s") % {
                "line": element.line,
                "problem": problem,
            }
        if len(keys) > MAX_COLUMNS:
            raise Unreadable(
                _("The objects have more than %(limit)s different keys.")
                % {"limit": f"{MAX_COLUMNS:,}"}
            )
    if not keys:
        raise Unreadable(reason or _("The file is empty."))
    return tuple(keys)


def _flat(element: Element) -> dict[str, str]:
    """The cells of one object by their keys. Raises ``Malformed``."""
    if element.problem:
        raise Malformed(element.problem)
    if not isinstance(element.value, dict):
        raise Malformed(_("This is no object with keys and values."))
    cells: dict[str, str] = {}
    _fill(cells, "", element.value, 0)
    return cells


def _record(element: Element, keys: tuple[str, ...]) -> Record:
    try:
        cells = _flat(element)
    except Malformed as reason:
        return Record(element.line, (), str(reason))
    held = tuple(cells.get(key, "") for key in keys)
    problem = ""
    if any(len(cell) > MAX_CELL for cell in held):
        problem = _("A value has more than %(limit)s characters.") % {"limit": f"{MAX_CELL:,}"}
        held = tuple(cell[:MAX_CELL] for cell in held)
    cleaned = tuple(map(clean, held))
    if cleaned != held and not problem:
        problem = _("A value holds characters that can’t be read or kept.")
    return Record(element.line, cleaned, problem)


def _fill(cells: dict[str, str], path: str, held: Mapping[str, Any], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise json_text.too_deep()
    for key, value in held.items():
        name = f"{path}.{key}" if path else key
        if len(name) > MAX_HEADING:
            raise Malformed(_("A key has more than %(limit)d characters.") % {"limit": MAX_HEADING})
        if isinstance(value, dict) and value:
            _fill(cells, name, value, depth + 1)
        elif (name := clean(name)) in cells:
            raise Malformed(_("The key “%(key)s” stands there twice.") % {"key": name[:80]})
        else:
            cells[name] = shown(value)


def shown(value: Any) -> str:
    """A value as one cell: a list of plain values divided by semicolons, other lists as JSON.

    Raises ``Malformed``.
    """
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return str(value)
        case list() if all(isinstance(each, _SCALAR) for each in value):
            return "; ".join(filter(None, map(shown, value)))
        case dict() if not value:
            return ""
    return written(value)


def written(value: Any, depth: int = 0) -> str:
    """A value as JSON, its numbers as they were. Raises ``Malformed``."""
    if depth > MAX_DEPTH:
        raise json_text.too_deep()
    match value:
        case Number():
            return str(value)
        case dict():
            pairs = (f"{written(key)}: {written(held, depth + 1)}" for key, held in value.items())
            return f"{{{', '.join(pairs)}}}"
        case list():
            return f"[{', '.join(written(each, depth + 1) for each in value)}]"
    return json.dumps(value, ensure_ascii=False)
