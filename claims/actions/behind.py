"""Has PostgreSQL take in rows while Python goes on: one connection, one transaction, in turns."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

ALERT = 0.0005
"""Seconds after which Python lets the other thread have its turn, while there are two.

It is ten times as long otherwise, and as long would PostgreSQL wait each time it is done.
"""

Rows = Sequence[Sequence[Any]]


class Copier:
    """Copies rows in their order in a thread of its own, over the connection of its caller.

    Whatever else the caller asks of the database waits until all of them are written; what
    PostgreSQL refuses is raised then, and nothing more is copied after that.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="copier")
        self._under_way: deque[Future[None]] = deque()
        self._broken = False

    def copy(self, statement: str, rows: Rows) -> None:
        """Run ``COPY … FROM STDIN`` with these values, which nobody may change any more."""
        self._under_way.append(self._thread.submit(self._copy, statement, rows))

    def finish(self) -> None:
        """Wait until all is written; raises what the database said."""
        while self._under_way:
            self._under_way.popleft().result()

    def end(self) -> None:
        """Give the connection back, whatever has not begun yet."""
        self._thread.shutdown(cancel_futures=True)

    def in_turn(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        """Run a statement of the caller when nothing is under way."""
        self.finish()
        return execute(sql, params, many, context)

    def _copy(self, statement: str, rows: Rows) -> None:
        if self._broken:
            return
        self._broken = True
        with (
            self._connection.wrap_database_errors,
            self._connection.cursor() as cursor,
            cursor.copy(statement) as copy,
        ):
            for row in rows:
                copy.write_row(row)
        self._broken = False


@contextmanager
def copying() -> Iterator[Copier]:
    """A copier for as long as a transaction of this connection is open."""
    mine = connections[DEFAULT_DB_ALIAS]
    copier = Copier(mine)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(ALERT)
    mine.inc_thread_sharing()
    try:
        with mine.execute_wrapper(copier.in_turn):
            yield copier
            copier.finish()
    finally:
        copier.end()
        mine.dec_thread_sharing()
        sys.setswitchinterval(usual)
