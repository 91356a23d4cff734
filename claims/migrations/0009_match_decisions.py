"""What editors decided about similar claims: written once, with the database's own clock."""

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import articles.clock

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

GUARD = """
CREATE FUNCTION claims_matchdecision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM sayso_refuse('matchdecision_immutable',
            'What was decided about a similar claim stays so.');
    END IF;
    NEW.decided_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER matchdecision_guard BEFORE INSERT OR UPDATE OR DELETE ON claims_matchdecision
    FOR EACH ROW EXECUTE FUNCTION claims_matchdecision_guard();
"""
ROLES = ("editor", "chief")


def let_roles_look(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Editors and chiefs may read the new table; it is written by logging claims."""
    config = apps.get_app_config("claims")
    config.models_module = True  # type: ignore[assignment]
    create_permissions(config, verbosity=0, apps=apps)
    config.models_module = None
    permission = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="claims", codename="view_matchdecision"
    )
    for group in apps.get_model("auth", "Group").objects.filter(name__in=ROLES):
        group.permissions.add(permission)


def forget_permissions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the permissions on the table away with it."""
    apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="claims", codename__endswith="_matchdecision"
    ).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0008_similar_claims"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="MatchDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.FloatField(verbose_name="score")),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("lexical", "By its words"),
                            ("fused", "By its words and its meaning"),
                        ],
                        max_length=12,
                        verbose_name="method",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("same", "The same claim"),
                            ("variant", "A variant"),
                            ("new", "Another claim"),
                        ],
                        max_length=12,
                        verbose_name="decision",
                    ),
                ),
                (
                    "decided_at",
                    models.DateTimeField(
                        db_default=articles.clock.ClockTimestamp(),
                        editable=False,
                        verbose_name="decided",
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="match_decisions",
                        to="claims.claim",
                        verbose_name="claim",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "suggested",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="times_suggested",
                        to="claims.claim",
                        verbose_name="similar claim",
                    ),
                ),
            ],
            options={
                "verbose_name": "decision about a similar claim",
                "verbose_name_plural": "decisions about similar claims",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("score__gte", 0), ("score__lte", 1)),
                        name="matchdecision_score_in_range",
                        violation_error_message="A score runs from 0 to 1.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("method__in", ["lexical", "fused"])),
                        name="matchdecision_method_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["same", "variant", "new"])),
                        name="matchdecision_outcome_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "same"),
                            models.Q(("claim", models.F("suggested")), _negated=True),
                            _connector="OR",
                        ),
                        name="matchdecision_unlike_itself",
                        violation_error_message="A claim is no variant of itself.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("claim", models.F("suggested")), _negated=True),
                        fields=("claim", "suggested"),
                        name="matchdecision_once",
                        violation_error_message="It is already decided how these two relate.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            GUARD,
            "DROP TRIGGER matchdecision_guard ON claims_matchdecision;"
            "DROP FUNCTION claims_matchdecision_guard()",
        ),
        migrations.RunPython(let_roles_look, forget_permissions),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
