"""An import looks for claims and questions by their exact words: by index, not by reading all."""

from django.contrib.postgres.indexes import HashIndex
from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0016_terms_of_many")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddIndex("claim", HashIndex(fields=["text"], name="claim_text")),
        migrations.AddIndex("question", HashIndex(fields=["text"], name="question_text")),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
