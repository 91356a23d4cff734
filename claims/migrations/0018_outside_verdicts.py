"""What other organisations found about a claim: like evidence never changed, only voided once."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.postgres.fields import DateRangeField, DateTimeRangeField
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.functions import MD5

from articles.clock import FromNowOn
from articles.validators import storable

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

GUARDS = """
CREATE TRIGGER known_guard BEFORE INSERT OR UPDATE OR DELETE ON claims_outsideverdict
    FOR EACH ROW EXECUTE FUNCTION claims_known_guard();
ALTER TABLE claims_outsideverdict
    ADD CONSTRAINT outsideverdict_dated_in_calendar CHECK (sayso_in_calendar(dated));
"""

# Both sides look at the other table. FOR SHARE makes them wait for each other, and under READ
# COMMITTED whoever waited sees what the other one wrote.
NAMED = """
CREATE FUNCTION claims_outsideverdict_by_named() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind FROM articles_source WHERE id = NEW.organisation_id FOR SHARE) = 'unnamed' THEN
        PERFORM sayso_refuse('outsideverdict_by_named',
            'A verdict is only worth telling with the name of whoever gave it.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outsideverdict_by_named BEFORE INSERT ON claims_outsideverdict
    FOR EACH ROW EXECUTE FUNCTION claims_outsideverdict_by_named();
CREATE FUNCTION claims_source_gave_verdicts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'unnamed' AND OLD.kind <> 'unnamed' AND EXISTS (
        SELECT FROM claims_outsideverdict WHERE organisation_id = NEW.id)
    THEN
        PERFORM sayso_refuse('source_gave_verdicts',
            'Verdicts are logged under the name of this source.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER source_gave_verdicts BEFORE UPDATE OF kind ON articles_source
    FOR EACH ROW EXECUTE FUNCTION claims_source_gave_verdicts();
CREATE TRIGGER read_committed BEFORE INSERT ON claims_outsideverdict
    FOR EACH STATEMENT EXECUTE FUNCTION claims_read_committed();
CREATE TRIGGER read_committed BEFORE UPDATE OF kind ON articles_source
    FOR EACH STATEMENT EXECUTE FUNCTION claims_read_committed();
"""
ROLES = ("editor", "chief")
ACTS = ("view", "add", "change")


def let_roles_work(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Editors and chiefs may read, record and void outside verdicts, as they may evidence."""
    config = apps.get_app_config("claims")
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, verbosity=0, apps=apps)
    config.models_module = None
    wanted = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="claims",
        codename__in=[f"{act}_outsideverdict" for act in ACTS],
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(*wanted)


def forget_permissions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the permissions on the table away with it."""
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="claims", codename__endswith="_outsideverdict"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0017_exact_words"),
        ("articles", "0011_exact_words"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="OutsideVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "known",
                    DateTimeRangeField(
                        db_default=FromNowOn(), editable=False, verbose_name="known"
                    ),
                ),
                (
                    "void_reason",
                    models.CharField(
                        blank=True,
                        default="",
                        editable=False,
                        max_length=500,
                        validators=[storable],
                        verbose_name="voided because",
                    ),
                ),
                (
                    "label",
                    models.CharField(
                        max_length=300,
                        validators=[storable],
                        verbose_name="what they found, in their words",
                    ),
                ),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("supported", "Supported"),
                            ("refuted", "Refuted"),
                            ("conflicting", "Conflicting"),
                            ("insufficient", "Insufficient"),
                            ("unresolvable", "Unresolvable"),
                        ],
                        help_text="Empty where their words fit none of these.",
                        max_length=14,
                        verbose_name="how we read it",
                    ),
                ),
                (
                    "rating",
                    models.CharField(
                        blank=True, max_length=40, validators=[storable], verbose_name="rating"
                    ),
                ),
                (
                    "rating_best",
                    models.CharField(
                        blank=True, max_length=40, validators=[storable], verbose_name="best rating"
                    ),
                ),
                (
                    "rating_worst",
                    models.CharField(
                        blank=True,
                        max_length=40,
                        validators=[storable],
                        verbose_name="worst rating",
                    ),
                ),
                (
                    "title",
                    models.CharField(
                        blank=True,
                        max_length=500,
                        validators=[storable],
                        verbose_name="title of their review",
                    ),
                ),
                (
                    "url",
                    models.URLField(
                        blank=True,
                        max_length=2000,
                        validators=[storable],
                        verbose_name="web address of their review",
                    ),
                ),
                (
                    "dated",
                    DateRangeField(
                        blank=True,
                        help_text="A day, or the whole month or year when no more is known.",
                        null=True,
                        verbose_name="published by them",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True, max_length=4000, validators=[storable], verbose_name="note"
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outside_verdicts",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="verdicts_given",
                        to="articles.source",
                        verbose_name="who found it",
                    ),
                ),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "outside verdict",
                "verbose_name_plural": "outside verdicts",
                "ordering": ["pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("label__regex", "\\S")),
                        name="outsideverdict_label_not_blank",
                        violation_error_message="Say what they found, in their words.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "finding__in",
                                [
                                    "",
                                    "supported",
                                    "refuted",
                                    "conflicting",
                                    "insufficient",
                                    "unresolvable",
                                ],
                            )
                        ),
                        name="outsideverdict_finding_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("dated__isnull", True), ("dated__isempty", False), _connector="OR"
                        ),
                        name="outsideverdict_dated_not_empty",
                        violation_error_message="The date is empty or reversed.",
                    ),
                    models.UniqueConstraint(
                        models.F("claim"),
                        models.F("organisation"),
                        MD5("url"),
                        MD5("label"),
                        models.F("dated"),
                        condition=models.Q(("known__upper_inf", True)),
                        name="outsideverdict_once",
                        nulls_distinct=False,
                        violation_error_message="This verdict of theirs is already logged.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            GUARDS,
            "DROP TRIGGER known_guard ON claims_outsideverdict;"
            "ALTER TABLE claims_outsideverdict DROP CONSTRAINT outsideverdict_dated_in_calendar",
        ),
        migrations.RunSQL(
            NAMED,
            "DROP TRIGGER read_committed ON articles_source;"
            "DROP TRIGGER read_committed ON claims_outsideverdict;"
            "DROP TRIGGER source_gave_verdicts ON articles_source;"
            "DROP FUNCTION claims_source_gave_verdicts();"
            "DROP TRIGGER outsideverdict_by_named ON claims_outsideverdict;"
            "DROP FUNCTION claims_outsideverdict_by_named()",
        ),
        migrations.RunPython(let_roles_work, forget_permissions),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
