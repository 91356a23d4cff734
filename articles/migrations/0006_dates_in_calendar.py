"""Dates end within the years that can be read back: PostgreSQL knows infinity and year 294276."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

IN_CALENDAR = """
CREATE FUNCTION sayso_in_calendar(days daterange) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(lower(days) BETWEEN make_date(1, 1, 1) AND make_date(9999, 12, 31), true)
        AND coalesce(upper(days) BETWEEN make_date(1, 1, 1) AND make_date(9999, 12, 31), true)
$$;
"""
CHECKS = """
ALTER TABLE articles_article
    ADD CONSTRAINT article_published_in_calendar CHECK (sayso_in_calendar(published));
ALTER TABLE articles_affiliation
    ADD CONSTRAINT affiliation_during_in_calendar CHECK (sayso_in_calendar(during));
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_stricter_record")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(IN_CALENDAR, "DROP FUNCTION sayso_in_calendar(daterange)"),
        migrations.RunSQL(
            CHECKS,
            "ALTER TABLE articles_article DROP CONSTRAINT article_published_in_calendar;"
            "ALTER TABLE articles_affiliation DROP CONSTRAINT affiliation_during_in_calendar",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
