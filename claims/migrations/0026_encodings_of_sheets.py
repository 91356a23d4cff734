"""A sheet says what its text was read in, so that whoever chooses another encoding sees it."""

from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0025_lighter_writes")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="importsheet",
            name="encoding",
            field=models.CharField(blank=True, default="", max_length=40, verbose_name="encoding"),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
