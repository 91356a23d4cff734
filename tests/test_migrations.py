"""Migrations run down to nothing and up again, with rows in the tables that stay.

In a database of their own beside that of the other tests, under the alias ``default``, because
migrations and actions ask for no other.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration
from django.db.migrations.operations import RunSQL
from pytest_django import DjangoDbBlocker

from claims import record
from claims.actions.verdicts import Grade
from claims.history_check import check
from claims.models import Claim
from tests.factories import (
    AppearanceFactory,
    EvidenceLinkFactory,
    MergeFactory,
    VerdictFactory,
    in_group,
)

OURS = ("articles", "claims")
# Those that make tables wait for nobody.
MAKE_TABLES = {
    ("articles", "0001_extensions"),
    ("articles", "0002_sources_and_articles"),
    ("articles", "0003_event_of_claim"),
    ("claims", "0001_claims"),
    ("claims", "0003_roles"),
    # Outside a transaction; it waits as long as a chunk takes.
    ("claims", "0029_fill_lists"),
    ("claims", "0031_fill_names"),
}
# Each of these takes back more; rows stay whole down to the migrations that make the tables.
WITH_ROWS = [
    ("claims", "0003_roles"),
    ("articles", "0004_refusals"),
    ("claims", "0001_claims"),
    ("articles", "0003_event_of_claim"),
]


@pytest.fixture(scope="module")
def own_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Put a new, empty database in the place of the one of the other tests."""
    with django_db_blocker.unblock():
        held = connections["default"]
        worker = getattr(request.config, "workerinput", {}).get("workerid", "alone")
        name = f"test_sayso_migrations_{worker}"
        with held._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        own = held.copy()
        own.settings_dict["NAME"] = name
        own.settings_dict["OPTIONS"] = {**own.settings_dict["OPTIONS"], "pool": None}
        connections["default"] = own
        try:
            migrate()
            yield
        finally:
            own.close()
            connections["default"] = held
            with held._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def migrate(*target: str) -> None:
    call_command("migrate", *target, verbosity=0, interactive=False)


def fetch(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


OF_EXTENSIONS = "SELECT objid FROM pg_depend WHERE deptype = 'e'"
OURS_ONLY = (
    "c.relnamespace = 'public'::regnamespace"
    " AND (c.relname LIKE 'articles\\_%' OR c.relname LIKE 'claims\\_%')"
)


def schema() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that our migrations make, as PostgreSQL would write it down."""
    return {
        "columns": fetch(
            "SELECT c.relname, attname, format_type(atttypid, atttypmod), attnotnull,"
            " attidentity, pg_get_expr(adbin, adrelid)"
            " FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid"
            " LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum"
            f" WHERE {OURS_ONLY} AND c.relkind = 'r' AND attnum > 0 AND NOT attisdropped"
            " ORDER BY 1, 2"
        ),
        "constraints": fetch(
            "SELECT c.relname, conname, pg_get_constraintdef(k.oid), condeferrable, condeferred"
            " FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid"
            f" WHERE {OURS_ONLY} ORDER BY 1, 2"
        ),
        "indexes": fetch(
            "SELECT c.relname, pg_get_indexdef(indexrelid)"
            f" FROM pg_index JOIN pg_class c ON c.oid = indrelid WHERE {OURS_ONLY} ORDER BY 1, 2"
        ),
        "triggers": fetch(
            "SELECT c.relname, tgname, pg_get_triggerdef(t.oid), tgenabled"
            " FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid"
            f" WHERE {OURS_ONLY} AND NOT tgisinternal ORDER BY 1, 2"
        ),
        "functions": fetch(
            "SELECT proname, pg_get_functiondef(oid) FROM pg_proc"
            " WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
            " AND proname NOT LIKE 'procrastinate\\_%'"
            f" AND oid NOT IN ({OF_EXTENSIONS}) ORDER BY 1, 2"
        ),
        "searching": fetch("SELECT cfgname FROM pg_ts_config WHERE cfgname = 'sayso'"),
        "roles": fetch(
            "SELECT g.name, p.codename FROM auth_group g"
            " JOIN auth_group_permissions gp ON gp.group_id = g.id"
            " JOIN auth_permission p ON p.id = gp.permission_id ORDER BY 1, 2"
        ),
    }


def ours() -> list[Migration]:
    loader = MigrationLoader(None)
    return [loader.disk_migrations[key] for key in sorted(loader.disk_migrations) if key[0] in OURS]


def test_down_to_nothing_and_up_again(own_database: None) -> None:
    whole = schema()
    assert all(whole.values())
    migrate("articles", "zero")
    assert schema() == {name: [] for name in whole}
    migrate()
    assert schema() == whole


def test_down_and_up_with_rows_in_every_table(own_database: None) -> None:
    chief = in_group("migrating-chief", "chief")
    appearance = AppearanceFactory(evidence__claim__published=True)
    evidence = appearance.evidence
    EvidenceLinkFactory(evidence=evidence)
    MergeFactory(survivor=evidence.claim)
    verdict = VerdictFactory(
        claim=evidence.claim, citations=[Grade(evidence=evidence)], published_by=chief
    )
    whole, claims = schema(), Claim.objects.count()
    for app, name in WITH_ROWS:
        migrate(app, name)
        assert schema() != whole
        migrate()
        assert schema() == whole
    assert Claim.objects.count() == claims
    verdict.refresh_from_db()
    assert verdict.published_at is not None
    assert (check(record.entries()).faults, record.orphans()) == ((), [])


@pytest.mark.parametrize("migration", ours(), ids=str)
def test_migration_can_be_taken_back(migration: Migration) -> None:
    assert [operation for operation in migration.operations if not operation.reversible] == []


@pytest.mark.parametrize("migration", ours(), ids=str)
def test_migration_has_a_name(migration: Migration) -> None:
    assert re.fullmatch(r"\d{4}_(?!auto_|alter_|remove_)[a-z_]+", migration.name)


@pytest.mark.parametrize("migration", ours(), ids=str)
def test_migration_waits_for_no_lock_for_long(migration: Migration) -> None:
    """Whoever reads would wait behind it; up and down, so at both ends."""
    if (migration.app_label, migration.name) in MAKE_TABLES:
        return
    up, down = migration.operations[0], migration.operations[-1]
    assert isinstance(up, RunSQL)
    assert isinstance(down, RunSQL)
    limit = "SET LOCAL lock_timeout = '5s'"
    assert (up.sql, down.reverse_sql) == (limit, limit)
