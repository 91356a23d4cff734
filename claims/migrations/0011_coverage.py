"""The sentences of an article that were read and hold no claim."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from articles.clock import ClockTimestamp

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0009_notes_of_articles"),
        ("claims", "0010_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="NoClaim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "sentence_sha256",
                    models.CharField(max_length=64, verbose_name="SHA-256 of the sentence"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        db_default=ClockTimestamp(), editable=False, verbose_name="read"
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="articles.article",
                        verbose_name="article",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="read by",
                    ),
                ),
            ],
            options={
                "verbose_name": "sentence without a claim",
                "verbose_name_plural": "sentences without a claim",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(sentence_sha256__regex="^[0-9a-f]{64}$"),
                        name="noclaim_is_a_hash",
                    ),
                    models.UniqueConstraint(
                        fields=("article", "sentence_sha256"), name="noclaim_sentence_once"
                    ),
                ],
            },
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
