"""A passage may stand at the same place in two snapshots of its article: it was carried over."""

from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0012_claim_vectors")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RemoveConstraint("appearance", "appearance_once"),
        migrations.AddConstraint(
            "appearance",
            models.UniqueConstraint(
                fields=["evidence", "article", "snapshot", "span"],
                name="appearance_once",
                condition=models.Q(("known__upper_inf", True)),
                nulls_distinct=False,
                violation_error_message="This passage is already logged for this evidence.",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
