"""Pages of one moment: a transaction in which nothing moves, and whether anything moved since."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

from django.db import connection, transaction
from psycopg import IsolationLevel

from articles.fetching import fetched

_TIDE = "SELECT pg_current_snapshot()::text"
_NEWEST = "SELECT id, hash FROM articles_event ORDER BY id DESC LIMIT 1"
# How many events are visible beyond a floor, up to a number, and which one is the newest.
_BEYOND = """
SELECT (SELECT count(*) FROM (SELECT FROM articles_event WHERE id > %s LIMIT %s) AS beyond),
    (SELECT hash FROM articles_event ORDER BY id DESC LIMIT 1)
"""
_MOST_BEYOND = 1000


@dataclass(frozen=True, slots=True)
class Query:
    """A statement that gives one row: the same row, the same page."""

    sql: str
    values: tuple[str | int, ...]

    def row(self) -> tuple[Any, ...]:
        """What it gives now."""
        rows = fetched(self.sql, self.values)
        return rows[0] if rows else ()


@dataclass(frozen=True, slots=True)
class Unchanged:
    """What a page was made of: a query, and what it gave in the transaction of the page."""

    query: Query
    given: tuple[Any, ...]

    def holds(self) -> bool:
        """Whether it gives the same now."""
        return self.query.row() == self.given


@dataclass(slots=True)
class Making:
    """What becomes known of a page while it is made; ``tide`` is empty where it can't be kept."""

    day: date = field(default_factory=lambda: datetime.now(UTC).date())
    read: bool = False
    tide: str = ""
    unchanged: Unchanged | None = None


# For the page of a view with these arguments: asked within its transaction, before its first query.
Dependence = Callable[..., Unchanged | None]


def unchanged(sql: str, *values: str | int) -> Unchanged:
    """The query with what it gives here and now."""
    query = Query(sql, values)
    return Unchanged(query, query.row())


def tide() -> str:
    """Which transactions are visible now: the same text, the same rows in every table."""
    with connection.cursor() as cursor:
        cursor.execute(_TIDE)
        return str(cursor.fetchone()[0])


def is_within() -> bool:
    """Whether a transaction is open: what it has written itself shows in no tide."""
    return bool(connection.in_atomic_block)


@contextmanager
def standstill() -> Iterator[str]:
    """Read all that follows as of one moment, and write nothing; gives the ``tide`` of it.

    The level is told to the driver, which begins the transaction with it: no statement more.
    """
    connection.ensure_connection()
    driver: Any = connection.connection
    before = driver.isolation_level, driver.read_only
    driver.isolation_level, driver.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with transaction.atomic():
            yield tide()
    finally:
        if not driver.closed:
            driver.isolation_level, driver.read_only = before


class _Floors:
    """Up to which number all events have come to rest.

    Numbers are given before events are committed, so that a lower one may appear after a higher
    one. But an event is the last thing that a change writes: whoever has the number of an event
    has an id of a transaction already. Once all transactions have ended that were under way when
    a number was the highest, nothing can appear below it any more.
    """

    def __init__(self) -> None:
        self._seen: list[tuple[int, int]] = []
        self._lock = Lock()

    def below(self, tide: str, newest: int) -> int | None:
        """The floor at ``tide``, at which ``newest`` is the highest number; None if unknown."""
        oldest, next_, _under_way = tide.split(":")
        with self._lock:
            self._seen.append((int(next_), newest))
            at_rest = [number for end, number in self._seen if end <= int(oldest)]
            floor = max(at_rest, default=None)
            waiting = {pair for pair in self._seen if floor is None or pair[1] > floor}
            keep = sorted(waiting)[:_MOST_BEYOND]
            self._seen = keep if floor is None else [(0, floor), *keep]
            return floor


_floors = _Floors()


def of_the_record(tide: str, **_arguments: object) -> Unchanged | None:
    """Depends on all events: the page is the same until one more is visible, whatever it tells.

    None where transactions are under way of which too little is known yet.
    """
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        newest = (cursor.fetchone() or (0,))[0]
    floor = _floors.below(tide, newest)
    if floor is None:
        return None
    found = unchanged(_BEYOND, floor, _MOST_BEYOND)
    return found if found.given[0] < _MOST_BEYOND else None
