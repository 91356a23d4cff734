"""A redaction happens once and leaves nothing but its reason; an event stands in its own chain."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

SNAPSHOT = """
CREATE FUNCTION articles_snapshot_starts_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.redaction_reason <> '' THEN
        PERFORM sayso_refuse('snapshot_starts_whole',
            'A snapshot starts with its text; redact it afterwards.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER snapshot_starts_whole BEFORE INSERT ON articles_snapshot
    FOR EACH ROW EXECUTE FUNCTION articles_snapshot_starts_whole();
"""

# The guard of 0004 lets a payload pass whose "redacted" holds anything at all, again and again.
REDACTION = """
CREATE FUNCTION articles_event_redacted_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.salt = ''
        OR jsonb_typeof(NEW.payload -> 'redacted') IS DISTINCT FROM 'string'
        OR length(NEW.payload ->> 'redacted') > 500
    THEN
        PERFORM sayso_refuse('event_redacted_once',
            'An event is redacted once, and only the reason is left of it.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER event_redacted_once BEFORE UPDATE ON articles_event
    FOR EACH ROW EXECUTE FUNCTION articles_event_redacted_once();
"""

# The hash joins the columns with line ends: a word that held one could stand for two columns.
COLUMNS = """
ALTER TABLE articles_event
    ADD CONSTRAINT event_words_plain
        CHECK (subject_type ~ '^[a-z]+$' AND verb ~ '^[a-z_]+[.][a-z_]+$'),
    ADD CONSTRAINT event_in_its_chain CHECK (chain =
        CASE WHEN claim_id IS NULL THEN subject_type || '/' || subject_id
        ELSE 'claim/' || claim_id END),
    ADD CONSTRAINT event_payload_is_object CHECK (jsonb_typeof(payload) = 'object');
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_refusals")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            SNAPSHOT,
            "DROP TRIGGER snapshot_starts_whole ON articles_snapshot;"
            "DROP FUNCTION articles_snapshot_starts_whole()",
        ),
        migrations.RunSQL(
            REDACTION,
            "DROP TRIGGER event_redacted_once ON articles_event;"
            "DROP FUNCTION articles_event_redacted_once()",
        ),
        migrations.RunSQL(
            COLUMNS,
            "ALTER TABLE articles_event DROP CONSTRAINT event_words_plain,"
            " DROP CONSTRAINT event_in_its_chain, DROP CONSTRAINT event_payload_is_object",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
