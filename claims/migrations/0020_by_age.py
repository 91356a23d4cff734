"""The desk's queues show the oldest or the newest claims first: by index, not by sorting all."""

from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0019_set_aside")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddIndex("claim", models.Index(fields=["logged_at", "id"], name="claim_logged")),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
