"""Who works on which import: a lock in the database that ends with the process that holds it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

IMPORTS = 4_914_545
"""The first half of the key of our advisory locks, by which they are told from others."""


@contextmanager
def hold(batch: int) -> Iterator[bool]:
    """Be the only one at work on an import; yields whether that could be had.

    A session's lock and no transaction's, since the work commits often. PostgreSQL lets go of it
    when the connection ends, however its process came to its end.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [IMPORTS, batch])
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [IMPORTS, batch])


def held() -> set[int]:
    """The imports that somebody is at work on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT l.objid FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE l.locktype = 'advisory' AND l.classid = %s AND l.objsubid = 2 AND l.granted"
            " AND d.datname = current_database()",
            [IMPORTS],
        )
        return {int(batch) for (batch,) in cursor.fetchall()}
