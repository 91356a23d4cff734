"""What PostgreSQL itself must bring along: ranges in constraints, spelling, similarity."""

from django.contrib.postgres.operations import (
    BtreeGistExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations

# English stemming over unaccented words: a plural or an accent must not hide a claim. Words of
# other languages pass through the stemmer nearly untouched and still match themselves.
TEXT_SEARCH = """
CREATE TEXT SEARCH CONFIGURATION sayso (COPY = english);
ALTER TEXT SEARCH CONFIGURATION sayso
    ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart
    WITH unaccent, english_stem;
"""

REFUSE = """
CREATE FUNCTION sayso_refuse(rule text, message text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = rule, MESSAGE = message;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(TEXT_SEARCH, "DROP TEXT SEARCH CONFIGURATION sayso"),
        migrations.RunSQL(REFUSE, "DROP FUNCTION sayso_refuse(text, text)"),
    ]
