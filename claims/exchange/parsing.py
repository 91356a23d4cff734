"""Reads the cells of records into values, by a sheet's mapping and the editor's answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import ValidationError

from claims.exchange.cells import period
from claims.exchange.columns import BY_NAME, COLUMNS, Column, Problem

KEPT = 20_000
"""Readings of short cells that are remembered: words, dates and names come again and again."""
SHORT = 60
"""Code points of a cell whose reading may be remembered."""

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record by our columns: its cells, the values of those that could be read, and problems.

    ``standing_in`` are the columns that the record itself leaves empty, and that have the value
    which an editor has given for all records.
    """

    cells: Mapping[str, str]
    values: Values
    problems: list[Problem]
    findings: Mapping[str, str] = field(default_factory=dict)
    standing_in: frozenset[str] = frozenset()


class Parser:
    """Reads the records of one sheet.

    ``mapping`` has a column for each heading, "" for what is left out; of two headings with one
    column the first that isn't empty counts. ``answers`` is as ``ImportSheet`` keeps it.
    """

    def __init__(self, mapping: Sequence[str], answers: Mapping[str, Any] | None = None) -> None:
        told = answers or {}
        self.places = [(at, name) for at, name in enumerate(mapping) if name in BY_NAME]
        self.fixed: dict[str, str] = dict(told.get("fixed", {}))
        self.instead: dict[str, dict[str, str]] = told.get("values", {})
        self.findings: dict[str, str] = told.get("findings", {})
        self.readers = [
            (column.name, _reader(column, told.get("dates", {}).get(column.name, "")))
            for column in COLUMNS
            if column.name in self.fixed or any(name == column.name for _at, name in self.places)
        ]

    def record(self, raw: Sequence[str]) -> Parsed:
        """The values of one record, whose cells stand in the order of the headings."""
        own = {
            name: raw[at] for at, name in reversed(self.places) if at < len(raw) and raw[at].strip()
        }
        if not self.fixed:
            return self._read(own, frozenset())
        return self._read({**self.fixed, **own}, self.fixed.keys() - own.keys())

    def _read(self, cells: dict[str, str], standing_in: AbstractSet[str]) -> Parsed:
        values: Values = {}
        problems: list[Problem] = []
        for name, read in self.readers:
            cell = cells.get(name, "")
            if not cell:
                continue
            if "\r" in cell:
                cell = cell.replace("\r\n", "\n").replace("\r", "\n")
            cell = cell.strip()
            if name in self.instead:
                cell = self.instead[name].get(cell, cell)
            if not cell:
                continue
            value, fault = read(cell)
            if fault:
                problems.append(Problem(name, cell, fault))
            else:
                values[name] = value
        return Parsed(cells, values, problems, self.findings, frozenset(standing_in))


def parse(cells: Mapping[str, str], answers: Mapping[str, Any] | None = None) -> Parsed:
    """The values of cells that are known by their columns."""
    named = [name for name in cells if name in BY_NAME]
    return Parser(named, answers).record([cells[name] for name in named])


def _reader(column: Column, order: str) -> Callable[[str], tuple[Any, str]]:
    read = partial(period, order=order) if column.dated else column.read

    def anew(cell: str) -> tuple[Any, str]:
        try:
            return read(cell), ""
        except ValidationError as error:
            return None, " ".join(error.messages)
        except ValueError as error:
            return None, str(error)

    remembered = lru_cache(KEPT)(anew)

    def either(cell: str) -> tuple[Any, str]:
        return remembered(cell) if len(cell) <= SHORT else anew(cell)

    return either
