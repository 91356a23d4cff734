"""The views that show the record at another moment hold all that the tables hold."""

import pytest
from django.db import connection

from claims.as_of import FORMER
from claims.exchange.dumped import RECORD
from claims.models import Listed

pytestmark = pytest.mark.django_db

COLUMNS = """
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
"""


def columns(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return cursor.fetchall()


def views(schema: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT viewname FROM pg_views WHERE schemaname = %s", [schema])
        return {name for (name,) in cursor.fetchall()}


def test_every_table_of_the_record_has_a_view() -> None:
    """And what lists need of it."""
    tables = {model._meta.db_table for model in RECORD} | {"claims_listed"}
    assert views("as_of") == tables - {"articles_former"}


def test_what_is_narrowed_by_a_day_is_of_the_record_too() -> None:
    assert views("known_by") - views("as_of") == set()
    assert views("known_by") != set()


@pytest.mark.parametrize("schema", ["as_of", "known_by"])
@pytest.mark.parametrize("table", [model._meta.db_table for model in (*RECORD, Listed)])
def test_view_has_the_columns_of_its_table(schema: str, table: str) -> None:
    """A migration that changes a table of the record has to make the views anew."""
    if table in views(schema):
        assert columns(f"{schema}.{table}") == columns(table)


def test_what_actions_change_is_kept_by_a_trigger() -> None:
    kept = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = 'keep_former'"
        )
        for table, given in cursor.fetchall():
            kept[table] = tuple(bytes(given).decode().split("\0")[:-1])
    assert kept == dict(FORMER)
