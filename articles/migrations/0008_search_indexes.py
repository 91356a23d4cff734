"""Titles and other spellings are searched while somebody types: by index, not by reading all."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_many_chains_at_once")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddIndex(
            "article",
            GinIndex(fields=["title"], name="article_title_trigram", opclasses=["gin_trgm_ops"]),
        ),
        migrations.AddIndex("source", GinIndex(fields=["aliases"], name="source_aliases")),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
