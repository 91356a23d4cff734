"""Who reported errors lately, for a limit; no part of the record."""

from django.db import migrations, models

from articles.clock import ClockTimestamp

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0031_fill_names")]

    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ReportSent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sender", models.CharField(max_length=64)),
                ("at", models.DateTimeField(db_default=ClockTimestamp())),
            ],
            options={"indexes": [models.Index(fields=["at"], name="reportsent_recent")]},
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
