"""Raw SQL, as the owner of the tables sends it from psql, and what PostgreSQL answers."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

PATIENCE = 20  # seconds until a test that waits for another connection gives up


@dataclass(frozen=True)
class Sql:
    """A statement and its values."""

    text: str
    values: list[Any] = field(default_factory=list)


@dataclass(frozen=True)
class Raw:
    """An expression that is put into the statement as it is."""

    text: str


def _put(changes: dict[str, Any]) -> tuple[list[str], list[Any]]:
    holes = [value.text if isinstance(value, Raw) else "%s" for value in changes.values()]
    return holes, [value for value in changes.values() if not isinstance(value, Raw)]


def insert(table: str, **columns: Any) -> Sql:
    holes, values = _put(columns)
    names = ", ".join(f'"{name}"' for name in columns)
    return Sql(f"INSERT INTO {table} ({names}) VALUES ({', '.join(holes)}) RETURNING id", values)


def copied(table: str, pk: int, **changes: Any) -> Sql:
    """Insert a row like the one there, with a new id and these changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            [table],
        )
        names = [name for (name,) in cursor.fetchall() if name != "id" or "id" in changes]
    assert set(changes) <= set(names)
    taken = [f'"{name}"' for name in names]
    given = {name: changes[name] for name in names if name in changes}
    holes, values = _put(given)
    put = dict(zip(given, holes, strict=True))
    chosen = [put.get(name, quoted) for name, quoted in zip(names, taken, strict=True)]
    return Sql(
        f"INSERT INTO {table} ({', '.join(taken)}) SELECT {', '.join(chosen)}"
        f" FROM {table} WHERE id = %s RETURNING id",
        [*values, pk],
    )


def update(table: str, pk: int, **columns: Any) -> Sql:
    holes, values = _put(columns)
    sets = ", ".join(f'"{name}" = {hole}' for name, hole in zip(columns, holes, strict=True))
    return Sql(f"UPDATE {table} SET {sets} WHERE id = %s RETURNING id", [*values, pk])


def delete(table: str, pk: int) -> Sql:
    return Sql(f"DELETE FROM {table} WHERE id = %s RETURNING id", [pk])


def fetch(text: str, *values: Any) -> Any:
    """The first row of what a query finds."""
    with connection.cursor() as cursor:
        cursor.execute(text, list(values))
        return cursor.fetchone()


def _run(statement: Sql) -> int:
    """Send a statement, and have what is deferred to the commit checked at once."""
    with connection.cursor() as cursor:
        cursor.execute(statement.text, statement.values)
        rows = cursor.fetchall()
        assert len(rows) == 1, "a statement that touches no row shows nothing"
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return rows[0][0]


def accepts(*statements: Sql) -> int:
    """Send statements in one savepoint, which stays. Returns the id of the last row."""
    with transaction.atomic():
        return [_run(statement) for statement in statements][-1]


def rule_of(error: BaseException) -> str:
    """The rule that PostgreSQL names."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    assert isinstance(cause, psycopg.Error), error
    return cause.diag.constraint_name or f"{type(cause).__name__}: {cause}"


def refuses(rule: str, *statements: Sql) -> None:
    """Send statements, see the last one refused by that rule, and take the others back."""
    with transaction.atomic():
        for statement in statements[:-1]:
            _run(statement)
        with pytest.raises(DatabaseError) as caught, transaction.atomic():
            _run(statements[-1])
        transaction.set_rollback(True)
    found = rule_of(caught.value)
    assert found == rule, f"{rule} should refuse this, not {found}"


class Elsewhere:
    """A connection of its own, as another psql has one; in a transaction until it ends it."""

    def __init__(self, isolation: psycopg.IsolationLevel | None = None) -> None:
        connection.ensure_connection()
        info = connection.connection.info
        self.connection = psycopg.connect(
            host=info.host,
            port=info.port,
            dbname=info.dbname,
            user=info.user,
            password=info.password,
        )
        self.connection.isolation_level = isolation
        self._thread = ThreadPoolExecutor(1)

    def send(self, statement: Sql) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement.text, statement.values).fetchall()

    def start(self, statement: Sql) -> "Future[list[tuple[Any, ...]]]":
        """Send a statement that must wait for another connection; returns once it waits."""
        future = self._thread.submit(self.send, statement)
        until(lambda: future.done() or self._waits())
        assert not future.done(), f"did not wait: {future.exception() or future.result()}"
        return future

    def _waits(self) -> bool:
        pid = self.connection.info.backend_pid
        return bool(fetch("SELECT cardinality(pg_blocking_pids(%s)) > 0", pid)[0])

    def close(self) -> None:
        self.connection.close()
        self._thread.shutdown()


def until(true: Callable[[], bool]) -> None:
    """Wait until something is so; the test fails when it never is."""
    end = monotonic() + PATIENCE
    while not true():
        assert monotonic() < end, "waited in vain"
        sleep(0.01)
