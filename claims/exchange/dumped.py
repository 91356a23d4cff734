"""What a dump of the whole record holds: its tables, their columns, the names of its files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, models
from django.db.models import Max

from articles.models import Affiliation, Article, Event, Former, Snapshot, Source
from claims.models import (
    Appearance,
    Challenge,
    Citation,
    Claim,
    ClaimLink,
    Evidence,
    EvidenceLink,
    MatchDecision,
    OutsideVerdict,
    Question,
    Verdict,
)

FORMAT = 1
RECORD: tuple[type[models.Model], ...] = (
    *(Source, Affiliation, Article, Snapshot, Question, Claim, ClaimLink),
    *(Evidence, EvidenceLink, Appearance, Verdict, Citation, OutsideVerdict),
    *(MatchDecision, Challenge, Former, Event),
)
"""Every table of the record. What the desk works with is no part of it (decisions 9 and 10)."""
TABLES: tuple[type[models.Model], ...] = (User, *RECORD)
PEOPLE = ("id", "username", "first_name", "last_name")
"""All that a dump tells of an account: who it was that did something."""
PRIVATE: Mapping[type[models.Model], tuple[str, ...]] = {Challenge: ("contact",)}
"""What readers told the desk in confidence: the column is there, and empty."""

NULL = "\\N"
LICENCE, CHECKPOINT, HEADS = "LICENCE.txt", "checkpoint.json", "heads.csv"
PACKAGE, SUMS = "datapackage.json", "SHA256SUMS"
HEADS_HEADING = "chain,seq,hash"

_SESSION = (
    "SET LOCAL TIME ZONE 'UTC'",
    "SET LOCAL datestyle = 'ISO, YMD'",
    "SET LOCAL extra_float_digits = 1",
    "SET LOCAL lock_timeout = '10s'",
)
_MOMENT = "to_char({0} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') AS {0}"


def file_of(model: type[models.Model]) -> str:
    """Where the rows of a table are in a dump."""
    return f"data/{name_of(model)}.csv"


def name_of(model: type[models.Model]) -> str:
    """What a table is called in a dump."""
    return "person" if model is User else str(model._meta.model_name)


def names() -> list[str]:
    """Every file of a dump, in its order."""
    tables = [file_of(model) for model in TABLES]
    return [*tables, HEADS, CHECKPOINT, LICENCE, PACKAGE, SUMS]


def fields_of(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """The fields that are dumped, in the order of the model."""
    fields = model._meta.concrete_fields
    if model is User:
        return [field for field in fields if field.name in PEOPLE]
    return list(fields)


def columns_of(model: type[models.Model]) -> list[str]:
    """The columns that are dumped."""
    return [str(field.column) for field in fields_of(model)]


def copy_out(model: type[models.Model]) -> str:
    """The statement that writes a table by its ids, every value in one way only."""
    columns = ", ".join(_written(model, field) for field in fields_of(model))
    table = model._meta.db_table
    return f'COPY (SELECT {columns} FROM "{table}" ORDER BY id) TO STDOUT WITH {_how()}'  # noqa: S608 (our own names)


def _written(model: type[models.Model], field: models.Field[Any, Any]) -> str:
    column = f'"{field.column}"'
    if field.name in PRIVATE.get(model, ()):
        return f"'' AS {column}"
    return _MOMENT.format(column) if isinstance(field, models.DateTimeField) else column


def copy_in(model: type[models.Model]) -> str:
    """The statement that reads what ``copy_out`` wrote."""
    columns = ", ".join(f'"{column}"' for column in columns_of(model))
    return f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN WITH {_how("HEADER MATCH")}'


def _how(header: str = "HEADER") -> str:
    return f"(FORMAT csv, {header}, NULL '{NULL}', ENCODING 'UTF8')"


def settle_session() -> None:
    """Let PostgreSQL write and read in one way until this transaction ends."""
    with connection.cursor() as cursor:
        for statement in _SESSION:
            cursor.execute(statement)


def rows_in(model: type[models.Model]) -> int:
    """How many rows a table has here."""
    rows: Any = model
    return int(rows.objects.count())


def newest_in(model: type[models.Model]) -> int:
    """The highest number of a row here."""
    rows: Any = model
    return int(rows.objects.aggregate(newest=Max("pk"))["newest"] or 0)


def counters() -> Mapping[str, list[Any]]:
    """For each table the last id that was given out, and whether it was, so that none comes twice.

    A proposal that was dropped leaves events that speak of its number.
    """
    found = {}
    with connection.cursor() as cursor:
        for model in TABLES:
            cursor.execute(f"SELECT last_value, is_called FROM {_counter(model)}")  # noqa: S608
            found[name_of(model)] = list(cursor.fetchone())
    return found


def set_counter(model: type[models.Model], last: int, *, given: bool) -> None:
    """Go on counting ids behind ``last``, which was ``given`` out already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(%s, %s, %s)", [_counter(model), last, given])


def _counter(model: type[models.Model]) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
        return str(cursor.fetchone()[0])
