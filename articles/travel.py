"""Lets PostgreSQL show the record as it stood at another moment, for the length of one page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, timedelta

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from articles.moment import Then, asking

LONGEST_WAIT = 2.0
"""Seconds that a page waits for writers who began before the moment that it tells of."""
PAUSE = 0.05
LONGEST_STATEMENT = 10_000
"""Milliseconds: what isn't indexed for other moments may take long on a large site."""
GRACE = timedelta(milliseconds=100)
"""How long after a moment somebody may be between reading the clock and being seen to write."""

# Rows are stamped before they are committed, so that a moment is settled only when nobody who began
# before it is still writing.
_WRITING = """
SELECT clock_timestamp(), min(xact_start) FROM pg_stat_activity, pg_stat_clear_snapshot()
WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
    AND backend_type = 'client backend'
"""
_NOW = "SELECT clock_timestamp()"
# A view of the same name comes before the table that it shows.
_GO = """
SELECT set_config('transaction_read_only', 'on', true), set_config(%s, %s, true),
    set_config('statement_timeout', %s, true),
    set_config('search_path', %s || ', ' || current_setting('search_path'), true)
"""


class Ahead(Exception):
    """The moment hasn't come yet."""


class Unsettled(Exception):
    """Somebody who began before the moment is still writing, so that it could change."""


class TooLong(Exception):
    """PostgreSQL took longer than ``LONGEST_STATEMENT`` for one of the questions of a page."""


def require_settled(then: Then) -> None:
    """Wait, for ``LONGEST_WAIT`` at most, until nothing can change any more about that moment.

    Raises ``Ahead`` for one that hasn't come, ``Unsettled`` after waiting in vain.
    """
    patience = time.monotonic() + LONGEST_WAIT
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_WRITING)
            now, oldest = cursor.fetchone()
        if then.by is not None:  # our present record, whatever is being written
            if then.by > now.astimezone(UTC).date():
                raise Ahead
            return
        if then.at > now:
            raise Ahead
        if then.at + GRACE <= now and (oldest is None or oldest > then.at):
            return
        if time.monotonic() > patience:
            raise Unsettled
        time.sleep(PAUSE)


@contextmanager
def going_back(then: Then) -> Iterator[None]:
    """Read the record as of ``then`` inside; nothing can be written, and nothing of it lasts.

    Ends by a rollback, which takes the settings back also where a transaction was open before.
    Raises ``TooLong``.
    """
    value = then.at.isoformat() if then.by is None else then.by.isoformat()
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                given = [f"sayso.{then.name}", value, str(LONGEST_STATEMENT), then.name]
                cursor.execute(_GO, given)
            with asking(then):
                yield
            transaction.set_rollback(True)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise TooLong from error
        raise
