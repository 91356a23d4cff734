"""What columns of the record held before they were changed is kept, by whoever changes them."""

from django.db import migrations, models

import articles.clock

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

GUARD = """
CREATE FUNCTION articles_former_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND pg_trigger_depth() > 1 THEN
        NEW.until := clock_timestamp();
        RETURN NEW;
    END IF;
    PERFORM sayso_refuse('former_kept', 'What columns held is kept by the tables themselves, '
        'and never changed.');
END $$;
CREATE TRIGGER former_guard BEFORE INSERT OR UPDATE OR DELETE ON articles_former
    FOR EACH ROW EXECUTE FUNCTION articles_former_guard();
CREATE FUNCTION sayso_keep_former() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before jsonb := to_jsonb(OLD);
    after jsonb := to_jsonb(NEW);
    was jsonb := (SELECT jsonb_object_agg(name, before -> name) FROM unnest(TG_ARGV) AS name
        WHERE before -> name IS DISTINCT FROM after -> name);
BEGIN
    IF was IS NOT NULL THEN
        INSERT INTO articles_former (of, row_id, until, held)
        VALUES (TG_TABLE_NAME, OLD.id, clock_timestamp(), was);
    END IF;
    RETURN NULL;
END $$;
"""
COLUMNS = {
    "articles_source": "kind, name, aliases, description, wikidata, identifiers",
    "articles_affiliation": "role, during, one_voice",
    "articles_article": "kind, title, url, publisher_id, language, translated_from, published, note",
}
KEEP = "".join(
    f"CREATE TRIGGER keep_former AFTER UPDATE ON {table}\n"
    f"    FOR EACH ROW EXECUTE FUNCTION sayso_keep_former({columns});\n"
    for table, columns in COLUMNS.items()
)


class Migration(migrations.Migration):
    dependencies = [("articles", "0012_addresses_not_blank")]

    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.CreateModel(
            name="Former",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("of", models.CharField(max_length=40, verbose_name="table")),
                ("row_id", models.BigIntegerField(verbose_name="row")),
                (
                    "until",
                    models.DateTimeField(
                        db_default=articles.clock.ClockTimestamp(), verbose_name="until"
                    ),
                ),
                ("held", models.JSONField(verbose_name="held")),
            ],
            options={
                "verbose_name": "former value",
                "verbose_name_plural": "former values",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["of", "row_id", "until"], name="former_of_row")],
            },
        ),
        migrations.RunSQL(
            GUARD,
            "DROP FUNCTION sayso_keep_former();"
            "DROP TRIGGER former_guard ON articles_former;"
            "DROP FUNCTION articles_former_guard()",
        ),
        migrations.RunSQL(
            KEEP, "".join(f"DROP TRIGGER keep_former ON {table};" for table in COLUMNS)
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
