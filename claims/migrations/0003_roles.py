"""Two roles: editors log, propose and publish each other's work; chiefs also redact and keep users."""

from django.apps.registry import Apps
from django.contrib.auth.management import create_permissions
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = {
    "articles": ("affiliation", "article", "snapshot", "source"),
    "claims": (
        "appearance",
        "challenge",
        "citation",
        "claim",
        "claimlink",
        "evidence",
        "evidencelink",
        "question",
        "verdict",
    ),
}
EDITOR = [
    "articles.view_event",
    *(
        f"{app}.{act}_{table}"
        for app in TABLES
        for table in TABLES[app]
        for act in ("view", "add", "change")
    ),
    "claims.delete_verdict",
    "claims.publish_claim",
    "claims.publish_verdict",
    "claims.merge_claim",
    "claims.import_claims",
]
CHIEF = [*EDITOR, "claims.redact", "auth.view_user", "auth.add_user", "auth.change_user"]


def make_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Create the groups, and the permissions they hold, which Django makes only afterwards."""
    for label in ("articles", "claims", "auth"):
        config = apps.get_app_config(label)
        config.models_module = True  # type: ignore[assignment]
        create_permissions(config, verbosity=0, apps=apps)
        config.models_module = None
    group_model = apps.get_model("auth", "Group")
    permission_model = apps.get_model("auth", "Permission")
    for name, wanted in (("editor", EDITOR), ("chief", CHIEF)):
        group, _ = group_model.objects.get_or_create(name=name)
        held = {
            f"{permission.content_type.app_label}.{permission.codename}": permission
            for permission in permission_model.objects.select_related("content_type")
        }
        group.permissions.set([held[codename] for codename in wanted])


def drop_roles(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the groups away again."""
    apps.get_model("auth", "Group").objects.filter(name__in=["editor", "chief"]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0002_refusals"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(make_roles, drop_roles)]
