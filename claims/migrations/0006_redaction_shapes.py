"""A claim or an appearance starts whole, is redacted once, and stays so."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# `claim_guard` froze the words of published claims; the reason beside them could still be set
# without blanking anything, or changed afterwards. `logged_at` is stamped, as all times are.
CLAIM = """
CREATE FUNCTION claims_claim_redaction() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    redacted text[] := ARRAY['text', 'slug', 'criteria', 'redaction_reason'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.redaction_reason <> '' THEN
            PERFORM sayso_refuse('claim_starts_whole',
                'A claim starts with its words; redact it afterwards.');
        END IF;
        NEW.logged_at := clock_timestamp();
        RETURN NEW;
    END IF;
    NEW.logged_at := OLD.logged_at;
    IF OLD.redaction_reason <> '' THEN
        IF (NEW.text, NEW.slug, NEW.criteria, NEW.redaction_reason)
            IS DISTINCT FROM (OLD.text, OLD.slug, OLD.criteria, OLD.redaction_reason)
            OR NEW.published_at IS DISTINCT FROM OLD.published_at
        THEN
            PERFORM sayso_refuse('claim_redacted', 'This claim has been redacted and stays so.');
        END IF;
    ELSIF NEW.redaction_reason <> ''
        AND NOT (NEW.redaction_reason ~ '\\S' AND NEW.text = '' AND NEW.criteria = ''
            AND to_jsonb(NEW) - redacted = to_jsonb(OLD) - redacted)
    THEN
        PERFORM sayso_refuse('claim_redaction_blanks',
            'Redacting blanks the words of a claim and gives the reason, nothing else.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_redaction BEFORE INSERT OR UPDATE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_redaction();
"""

APPEARANCE = """
CREATE FUNCTION claims_appearance_starts_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.redaction_reason <> '' THEN
        PERFORM sayso_refuse('appearance_starts_whole',
            'An appearance starts with its words; redact it afterwards.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appearance_starts_whole BEFORE INSERT ON claims_appearance
    FOR EACH ROW EXECUTE FUNCTION claims_appearance_starts_whole();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0005_writers_wait")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            CLAIM,
            "DROP TRIGGER claim_redaction ON claims_claim; DROP FUNCTION claims_claim_redaction()",
        ),
        migrations.RunSQL(
            APPEARANCE,
            "DROP TRIGGER appearance_starts_whole ON claims_appearance;"
            "DROP FUNCTION claims_appearance_starts_whole()",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
