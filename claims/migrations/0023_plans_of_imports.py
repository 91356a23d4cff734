"""What a record of an import will add, kept for those after it, and what it resembles."""

import django.db.models.deletion
from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0022_pace_of_imports")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ImportPlan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=32)),
                ("data", models.JSONField()),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.importbatch",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["batch", "key"], name="importplan_of_key")],
            },
        ),
        migrations.RemoveField("importrow", "resembles"),
        migrations.AddField("importrow", "resembles", models.JSONField(default=list)),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
