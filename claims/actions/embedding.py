"""Keeps the vectors of claims, in the transaction that writes their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import connection, transaction

from claims.matching import meaning, model
from claims.models import Claim

AT_ONCE = 32
_KEEP = "SELECT claims_keep_vector(%s, %s, %s, %s::real[])"
_LACKING = """
SELECT c.id, c.text FROM claims_claim c
WHERE c.id > %s AND c.text <> '' AND NOT EXISTS (
    SELECT FROM claims_vector v WHERE v.claim_id = c.id AND v.model = %s)
ORDER BY c.id LIMIT %s
"""


def keep_vector(claim: Claim) -> None:
    """Store what ``claim`` means, where vectors are kept at all; call it after it was saved."""
    if claim.text and meaning.on():
        _keep([(claim.pk, claim.text)])


def fill_vectors() -> Iterator[int]:
    """Store the vectors that are missing, some at a time; yields how many, after each commit."""
    last = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LACKING, [last, model.NAME, AT_ONCE])
            rows: list[tuple[int, str]] = cursor.fetchall()
            _keep(rows)
        if not rows:
            return
        last = rows[-1][0]
        yield len(rows)


def _keep(rows: Sequence[tuple[int, str]]) -> None:
    made = model.vectors([text for _id, text in rows])
    with connection.cursor() as cursor:
        for (claim, text), vector in zip(rows, made, strict=True):
            cursor.execute(_KEEP, [claim, model.NAME, text, vector])
