"""The names that are here already, some at a time; quotations are found by their words."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.contrib.postgres.search import SearchVector
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.transaction import atomic

SOME = 20_000
WAIT = "SET LOCAL lock_timeout = '30s'"
FILL = {
    "articles_source": """
        SELECT claims_keep_names('source', array_agg(s.id), array_agg(v.variant),
            array_agg(v.name), false)
        FROM articles_source s CROSS JOIN LATERAL (
            SELECT 0::smallint, s.name::text UNION ALL
            SELECT place::smallint, alias FROM unnest(s.aliases) WITH ORDINALITY AS a (alias, place)
        ) AS v (variant, name) WHERE id >= %s AND id < %s HAVING count(*) > 0""",
    "articles_article": """
        SELECT claims_keep_names('article', array_agg(id), array_agg(0::smallint),
            array_agg(title::text), false)
        FROM articles_article WHERE id >= %s AND id < %s HAVING count(*) > 0""",
    "claims_question": """
        SELECT claims_keep_names('question', array_agg(id), array_agg(0::smallint),
            array_agg(text::text), false)
        FROM claims_question WHERE id >= %s AND id < %s HAVING count(*) > 0""",
}


def fill(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep the terms of all names."""
    for table, statement in FILL.items():
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT coalesce(max(id), 0) FROM {table}")  # noqa: S608 (our own names)
            (last,) = cursor.fetchone()
            for first in range(1, last + 1, SOME):
                with atomic(using=schema_editor.connection.alias):
                    cursor.execute(WAIT)
                    cursor.execute(f"LOCK TABLE {table} IN SHARE MODE")
                    cursor.execute(statement, [first, first + SOME])


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("claims", "0030_names")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=False),
        migrations.RunSQL("ANALYZE claims_name_term", migrations.RunSQL.noop),
        AddIndexConcurrently(
            "appearance",
            GinIndex(SearchVector("exact", config="sayso"), name="appearance_words"),
        ),
        RemoveIndexConcurrently("claim", "claim_search"),
    ]
