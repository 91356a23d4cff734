"""What readers should know beside a question."""

from django.db import migrations, models

from articles.validators import storable

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_redaction_shapes")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddField(
            "question",
            "note",
            models.TextField(
                blank=True,
                default="",
                help_text="Readers see it: why answers can stand side by side, say.",
                max_length=4000,
                validators=[storable],
                verbose_name="note",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
