"""Whoever opens a claim or a question needs its address: PostgreSQL refuses an empty one."""

from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

MEND = r"""
UPDATE claims_question SET slug = 'question-' || id WHERE slug !~ '\S';
UPDATE claims_claim SET slug = 'claim-' || id WHERE slug !~ '\S';
"""


def not_blank(model: str) -> models.CheckConstraint:
    """What says that the address of a ``model`` is not blank."""
    return models.CheckConstraint(
        condition=models.Q(slug__regex=r"\S"),
        name=f"{model}_slug_not_blank",
        violation_error_message="It needs an address of its own.",
    )


class Migration(migrations.Migration):
    dependencies = [("claims", "0023_plans_of_imports")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        migrations.AddConstraint("question", not_blank("question")),
        migrations.AddConstraint("claim", not_blank("claim")),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
