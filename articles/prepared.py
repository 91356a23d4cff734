"""Queries whose SQL is written once, for pages that ask them each time with other values only."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection, connections
from django.db.models import BigIntegerField, BooleanField, F, Field, Func, Model, QuerySet, Value
from django.db.models.query import ModelIterable
from django.db.models.sql.compiler import SQLCompiler
from psycopg.sql import Literal
from psycopg.types.json import Jsonb

from articles.fetching import fetched
from articles.policy import Reader, sees_drafts

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class _Slot:
    name: str


class Given(Value):
    """The place of a value that is given when the query is asked; ``field`` is of its kind."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(name, output_field=field)

    @property
    def place(self) -> object:
        """What stands for it among the parameters of a query, for SQL that is written by hand."""
        return _Slot(self.value)

    def as_sql(self, *_compiling: Any) -> Any:
        return "%s", [self.place]


class IsOneOf(Func):
    """Whether a column with an id is one of those given by the name."""

    template = "%(expressions)s::bigint[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, name: str) -> None:
        super().__init__(F(column), Given(name, BigIntegerField()))


@dataclass(frozen=True, slots=True)
class _Written(Generic[M]):
    queryset: QuerySet[M]
    compiler: SQLCompiler
    sql: str
    names: tuple[str, ...]


class Prepared(Generic[M]):
    """A queryset for a reader, with ``Given`` in it; what is visible differs by ``sees_drafts``.

    Django takes more time to write the SQL of a page that shows a claim than PostgreSQL does to
    answer it, and PostgreSQL more to plan it than to read the rows. Nothing else may differ from
    one time to the next, neither the day nor the language: only texts, numbers and truth values
    may be written into the query itself.
    """

    def __init__(self, queryset: Callable[[Reader], QuerySet[M]]) -> None:
        self._queryset = queryset
        self._written: dict[bool, _Written[M]] = {}

    def rows(self, user: Reader, **given: Any) -> list[M]:
        """All rows, with what is given in its places. Raises ``KeyError`` if a value is missing."""
        written = self._written_for(user)
        asked = written.queryset.all()
        values = {name: given[name] for name in written.names}
        vars(asked)["_query"] = _Query(written.compiler, written.sql, values)
        return list(ModelIterable(asked))

    def _written_for(self, user: Reader) -> _Written[M]:
        drafts = sees_drafts(user)
        if drafts not in self._written:
            queryset = self._queryset(user)
            compiler = queryset.query.get_compiler(connection=connection)
            sql, names = _with_values(*compiler.as_sql())
            self._written[drafts] = _Written(queryset, compiler, sql, names)
        return self._written[drafts]


def _with_values(sql: str, parts: Sequence[Any]) -> tuple[str, tuple[str, ...]]:
    """The SQL with all values written into it but the given ones, and the names of those.

    So PostgreSQL knows what a partial index needs to know, and of which type each value is.
    """
    names: dict[str, None] = {}
    values = iter(parts)

    def write(place: re.Match[str]) -> str:
        if place[0] == "%%":
            return place[0]
        part = next(values)
        if isinstance(part, _Slot):
            names[part.name] = None
            return f"%({part.name})s"
        if not _is_fixed(part):
            raise TypeError(f"{part!r} must be given each time")
        return Literal(part).as_string(connection.connection).replace("%", "%%")

    connection.ensure_connection()
    return re.sub("%[s%]", write, sql), tuple(names)


def _is_fixed(part: object) -> bool:
    """Whether it can't be of the day or the moment in which the query was written."""
    if isinstance(part, list):  # the way to a value in JSON
        return all(map(_is_fixed, part))
    if isinstance(part, Jsonb):
        return _is_fixed(part.obj)
    return part is None or isinstance(part, str | int)


class _Query:
    """Stands where a queryset has its query: asked for a compiler, it gives one that is done."""

    def __init__(self, compiler: SQLCompiler, sql: str, values: dict[str, Any]) -> None:
        self._compiler, self._sql, self._values = compiler, sql, values

    def get_compiler(self, using: str) -> SQLCompiler:
        """One whose rows are those of the SQL that stands, on the connection of this thread."""
        done = copy(self._compiler)
        done.connection = connections[using]  # the one itself, which is asked for each column
        vars(done)["execute_sql"] = self._rows
        return done

    def _rows(self, *_asked: object, **_how: object) -> list[list[tuple[Any, ...]]]:
        return [fetched(self._sql, self._values)]
