"""Whoever opens a source or an article needs its address: PostgreSQL refuses an empty one."""

from django.db import migrations, models

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

MEND = r"""
UPDATE articles_source SET slug = 'source-' || id WHERE slug !~ '\S';
UPDATE articles_article SET slug = 'article-' || id WHERE slug !~ '\S';
"""


def not_blank(model: str) -> models.CheckConstraint:
    """What says that the address of a ``model`` is not blank."""
    return models.CheckConstraint(
        condition=models.Q(slug__regex=r"\S"),
        name=f"{model}_slug_not_blank",
        violation_error_message="It needs an address of its own.",
    )


class Migration(migrations.Migration):
    dependencies = [("articles", "0011_exact_words")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(MEND, migrations.RunSQL.noop),
        migrations.AddConstraint("source", not_blank("source")),
        migrations.AddConstraint("article", not_blank("article")),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
