"""The claims that are here already are listed, some at a time, and lists get their indexes."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.transaction import atomic

SOME = 50_000
WAIT = "SET LOCAL lock_timeout = '30s'"
# Nobody writes to these for the second or two that some claims take; everybody reads.
HOLD = """
LOCK TABLE claims_claim, claims_claimlink, claims_evidence, claims_verdict IN SHARE MODE
"""
FILL = """
INSERT INTO claims_listed (list, claim_id, published_at, status, kind, question_id, closes, shown)
SELECT list, claim_id, published_at, status, kind, question_id, closes, shown
FROM claims_listed_now WHERE claim_id >= %s AND claim_id < %s
ON CONFLICT (claim_id, list) DO NOTHING
"""

# What a list shows of its rows, and what it is narrowed by, is in the index in their order.
HELD = "INCLUDE (status, kind, question_id, closes) WHERE shown"
INDEXES = {
    "claims_listed_newest": f"(list, published_at DESC, claim_id DESC) {HELD}",
    "claims_listed_status": "(status, published_at DESC, claim_id DESC)"
    " INCLUDE (kind, question_id, closes) WHERE shown AND list = 0",
    "claims_listed_kind": "(kind, published_at DESC, claim_id DESC)"
    " INCLUDE (status, question_id, closes) WHERE shown AND list = 0",
    "claims_listed_question": "(question_id, published_at DESC, claim_id DESC)"
    " INCLUDE (status, kind, closes) WHERE shown AND list = 0 AND question_id IS NOT NULL",
}


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """List all claims."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM claims_claim")
        (last,) = cursor.fetchone()
        for first in range(1, last + 1, SOME):
            with atomic(using=schema_editor.connection.alias):
                cursor.execute(WAIT)
                cursor.execute(HOLD)
                cursor.execute(FILL, [first, first + SOME])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("claims", "0028_lists")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        *(
            migrations.RunSQL(
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON claims_listed {what}",
                f"DROP INDEX CONCURRENTLY IF EXISTS {name}",
            )
            for name, what in INDEXES.items()
        ),
        migrations.RunSQL("ANALYZE claims_listed", migrations.RunSQL.noop),
    ]
