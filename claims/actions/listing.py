"""Finds claims that lists show otherwise than they are, and lists them anew."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

_STRAYED = """
SELECT DISTINCT claim_id FROM (
    SELECT * FROM (SELECT {0} FROM claims_listed EXCEPT SELECT {0} FROM claims_listed_now) kept
    UNION ALL
    SELECT * FROM (SELECT {0} FROM claims_listed_now EXCEPT SELECT {0} FROM claims_listed) due
) either ORDER BY claim_id
"""
_COLUMNS = "claim_id, list, published_at, status, kind, question_id, closes, shown"


def strayed() -> list[int]:
    """The claims whose rows in lists aren't what the record says: none, whoever wrote."""
    with connection.cursor() as cursor:
        cursor.execute(_STRAYED.format(_COLUMNS))
        return [claim for (claim,) in cursor.fetchall()]


def list_again(claims: Sequence[int]) -> None:
    """List these claims as the record says."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT claims_list_again(%s)", [list(claims)])
