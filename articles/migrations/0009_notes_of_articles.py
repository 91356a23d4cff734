"""What an article is a translation of, and what else its readers should know."""

from django.core.validators import RegexValidator
from django.db import migrations, models

from articles.validators import storable

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [("articles", "0008_search_indexes")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.AddField(
            "article",
            "translated_from",
            models.CharField(
                blank=True,
                default="",
                help_text="The language of the original, when this is a translation.",
                max_length=35,
                validators=[
                    RegexValidator(
                        "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\\Z",
                        "Write the language as a tag such as “en”, “fr” or “pt-BR”.",
                        code="language",
                    )
                ],
                verbose_name="translated from",
            ),
        ),
        migrations.AddField(
            "article",
            "note",
            models.TextField(
                blank=True,
                default="",
                help_text="Readers see it: how the date is known, say, or who translated it.",
                max_length=4000,
                validators=[storable],
                verbose_name="note",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
