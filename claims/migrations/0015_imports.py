"""Imports at work: files, sheets, staged records, and what was chosen last time."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import articles.clock
import articles.validators

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0014_bounded_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="ImportBatch",
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
                        max_length=200,
                        validators=[articles.validators.storable],
                        verbose_name="name",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("uploading", "Uploading"),
                            ("reading", "Being read"),
                            ("unreadable", "Can’t be read"),
                            ("columns", "Waits for its columns"),
                            ("checking", "Being checked"),
                            ("checked", "Checked"),
                            ("importing", "Being imported"),
                            ("cancelled", "Stopped"),
                            ("done", "Imported"),
                            ("undoing", "Being undone"),
                            ("undone", "Undone"),
                            ("failed", "Failed"),
                        ],
                        default="uploading",
                        max_length=12,
                        verbose_name="state",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=articles.clock.ClockTimestamp(),
                        editable=False,
                        verbose_name="created",
                    ),
                ),
                ("checked_at", models.DateTimeField(blank=True, null=True, verbose_name="checked")),
                ("started_at", models.DateTimeField(blank=True, null=True, verbose_name="started")),
                (
                    "finished_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="finished"),
                ),
                ("rows_total", models.IntegerField(default=0, verbose_name="records")),
                ("rows_done", models.IntegerField(default=0, verbose_name="records dealt with")),
                ("counts", models.JSONField(default=dict)),
                ("cancel_wanted", models.BooleanField(default=False)),
                ("fault", models.TextField(blank=True, default="", verbose_name="fault")),
                ("version", models.IntegerField(default=1)),
                ("attempts", models.IntegerField(default=0)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="imports",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "import",
                "verbose_name_plural": "imports",
                "ordering": ["-pk"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                (
                    "name",
                    models.CharField(
                        max_length=200,
                        validators=[articles.validators.storable],
                        verbose_name="name",
                    ),
                ),
                ("size", models.BigIntegerField(default=0, verbose_name="size")),
                (
                    "sha256",
                    models.CharField(blank=True, default="", max_length=64, verbose_name="SHA-256"),
                ),
                (
                    "encoding",
                    models.CharField(
                        blank=True, default="", max_length=40, verbose_name="encoding"
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="claims.importbatch",
                        verbose_name="import",
                    ),
                ),
            ],
            options={
                "verbose_name": "imported file",
                "verbose_name_plural": "imported files",
                "ordering": ["position"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportMemory",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("headings_key", models.CharField(max_length=64)),
                (
                    "mapping",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(blank=True), default=list, size=None
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("at", models.DateTimeField(db_default=articles.clock.ClockTimestamp())),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("content", models.BinaryField()),
                (
                    "file",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="claims.importfile",
                    ),
                ),
            ],
            options={
                "ordering": ["position"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportSheet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.IntegerField()),
                ("name", models.TextField(verbose_name="name")),
                ("format", models.CharField(max_length=12, verbose_name="format")),
                (
                    "headings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "notes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                (
                    "mapping",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(blank=True), default=list, size=None
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                ("rows", models.IntegerField(default=0, verbose_name="records")),
                ("samples", models.JSONField(default=list)),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="claims.importbatch",
                        verbose_name="import",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sheets",
                        to="claims.importfile",
                        verbose_name="file",
                    ),
                ),
            ],
            options={
                "verbose_name": "sheet",
                "verbose_name_plural": "sheets",
                "ordering": ["position"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ImportRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("line", models.IntegerField()),
                (
                    "raw",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(blank=True), size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("staged", "Not checked yet"),
                            ("new", "New"),
                            ("unchanged", "Here already"),
                            ("rejected", "Rejected"),
                            ("written", "Imported"),
                            ("undone", "Undone"),
                        ],
                        db_default="staged",
                        max_length=12,
                    ),
                ),
                ("unreadable", models.BooleanField(db_default=False)),
                ("problems", models.JSONField(default=list)),
                (
                    "added",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("wrote", models.JSONField(default=dict)),
                (
                    "resembles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), default=list, size=None
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="claims.importbatch",
                    ),
                ),
                (
                    "sheet",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="claims.importsheet",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="importbatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "uploading",
                            "reading",
                            "unreadable",
                            "columns",
                            "checking",
                            "checked",
                            "importing",
                            "cancelled",
                            "done",
                            "undoing",
                            "undone",
                            "failed",
                        ],
                    )
                ),
                name="importbatch_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importfile",
            constraint=models.UniqueConstraint(
                fields=("batch", "position"), name="importfile_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importmemory",
            constraint=models.UniqueConstraint(
                fields=("headings_key",), name="importmemory_headings_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importpart",
            constraint=models.UniqueConstraint(
                fields=("file", "position"), name="importpart_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importsheet",
            constraint=models.UniqueConstraint(
                fields=("batch", "position"), name="importsheet_position_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["staged", "new", "unchanged", "rejected", "written", "undone"])
                ),
                name="importrow_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importrow",
            constraint=models.UniqueConstraint(
                fields=("batch", "number"), name="importrow_number_once"
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
