"""Snapshots never change, and the record of changes is chained and append-only."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

SNAPSHOT = """
CREATE FUNCTION articles_snapshot_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.text_sha256 := encode(sha256(convert_to(NEW.text, 'UTF8')), 'hex');
        NEW.captured_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND OLD.redaction_reason = '' AND NEW.redaction_reason ~ '\\S' AND NEW.text = ''
        AND to_jsonb(NEW) - 'text' - 'redaction_reason' = to_jsonb(OLD) - 'text' - 'redaction_reason'
    THEN
        RETURN NEW;
    END IF;
    PERFORM sayso_refuse('snapshot_immutable', 'A snapshot never changes; capture the article again.');
END $$;
CREATE TRIGGER snapshot_guard BEFORE INSERT OR UPDATE OR DELETE ON articles_snapshot
    FOR EACH ROW EXECUTE FUNCTION articles_snapshot_guard();
"""

# The hash covers the digest and not the payload, and the digest is salted: a redaction blanks
# payload and salt, the chain still verifies, and nobody can guess the payload from the digest.
EVENT = """
CREATE FUNCTION articles_event_digest(salt text, payload jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(salt || payload::text, 'UTF8')), 'hex')
$$;
CREATE FUNCTION articles_event_hash(e articles_event) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\n', e.prev_hash, e.chain, e.seq, e.subject_type,
        e.subject_id, coalesce(e.claim_id::text, '-'), e.verb, e.by_id,
        to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.digest),
        'UTF8')), 'hex')
$$;
CREATE FUNCTION articles_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last articles_event;
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('event:' || NEW.chain, 0));
        SELECT * INTO last FROM articles_event WHERE chain = NEW.chain ORDER BY seq DESC LIMIT 1;
        NEW.seq := coalesce(last.seq, 0) + 1;
        NEW.prev_hash := coalesce(last.hash, repeat('0', 64));
        NEW.at := clock_timestamp();
        NEW.salt := encode(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text,
            'UTF8')), 'hex');
        NEW.digest := articles_event_digest(NEW.salt, NEW.payload);
        NEW.hash := articles_event_hash(NEW);
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE'
        AND NEW.salt = '' AND NEW.payload - 'redacted' = '{}'::jsonb
        AND NEW.payload ->> 'redacted' ~ '\\S'
        AND to_jsonb(NEW) - 'payload' - 'salt' = to_jsonb(OLD) - 'payload' - 'salt'
    THEN
        RETURN NEW;
    END IF;
    PERFORM sayso_refuse('event_immutable', 'The record of changes is append-only.');
END $$;
CREATE TRIGGER event_guard BEFORE INSERT OR UPDATE OR DELETE ON articles_event
    FOR EACH ROW EXECUTE FUNCTION articles_event_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_event_of_claim")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            SNAPSHOT,
            "DROP TRIGGER snapshot_guard ON articles_snapshot;"
            "DROP FUNCTION articles_snapshot_guard()",
        ),
        migrations.RunSQL(
            EVENT,
            "DROP TRIGGER event_guard ON articles_event;"
            "DROP FUNCTION articles_event_guard();"
            "DROP FUNCTION articles_event_hash(articles_event);"
            "DROP FUNCTION articles_event_digest(text, jsonb)",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
