"""An import looks for titles and names by their exact words: by index, not by reading all."""

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations, models
from django.db.models.functions import Upper

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_working_state")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddIndex("article", HashIndex(fields=["title"], name="article_title")),
        migrations.AddIndex("source", models.Index(Upper("name"), name="source_name_any_case")),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
