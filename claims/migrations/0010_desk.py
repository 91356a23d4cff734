"""The desk's working state: who looks after which claim, and lists that an editor keeps."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import articles.clock
import articles.validators

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0009_match_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="assignment",
                        serialize=False,
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "assigned_at",
                    models.DateTimeField(
                        db_default=articles.clock.ClockTimestamp(),
                        editable=False,
                        verbose_name="assigned",
                    ),
                ),
                (
                    "assigned_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assigned by",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="assignee",
                    ),
                ),
            ],
            options={
                "verbose_name": "assignment",
                "verbose_name_plural": "assignments",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        max_length=60,
                        validators=[articles.validators.storable],
                        verbose_name="name",
                    ),
                ),
                (
                    "query",
                    models.CharField(max_length=1500, validators=[articles.validators.storable]),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="saved_filters",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "ordering": ["name", "pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "\\S")),
                        name="savedfilter_name_not_blank",
                        violation_error_message="Give it a name.",
                    ),
                    models.UniqueConstraint(
                        fields=("owner", "name"),
                        name="savedfilter_name_once",
                        violation_error_message="You keep another list of this name.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
