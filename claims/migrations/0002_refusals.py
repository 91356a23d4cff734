"""What PostgreSQL refuses, whoever asks: view, admin, import or psql."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# Rows that are never changed, only voided once, with a reason.
KNOWN_TABLES = ("claims_evidence", "claims_evidencelink", "claims_appearance", "claims_claimlink")
KNOWN = """
CREATE FUNCTION claims_known_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    redacted text[] := ARRAY['exact', 'prefix', 'suffix', 'hedge', 'redaction_reason'];
    voiding text[] := ARRAY['known', 'void_reason'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.void_reason <> '' THEN
            PERFORM sayso_refuse('known_starts_valid', 'A row starts valid; void it afterwards.');
        END IF;
        NEW.known := tstzrange(clock_timestamp(), NULL);
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM sayso_refuse('known_never_deleted', 'This is never deleted; void it with a reason.');
    END IF;
    IF upper_inf(OLD.known) AND NEW.void_reason ~ '\\S'
        AND to_jsonb(NEW) - voiding = to_jsonb(OLD) - voiding
    THEN
        NEW.known := tstzrange(lower(OLD.known), clock_timestamp());
        RETURN NEW;
    END IF;
    IF TG_TABLE_NAME = 'claims_appearance' THEN
        IF OLD.redaction_reason = '' AND NEW.redaction_reason ~ '\\S'
            AND NEW.exact = '' AND NEW.prefix = '' AND NEW.suffix = '' AND NEW.hedge = ''
            AND to_jsonb(NEW) - redacted = to_jsonb(OLD) - redacted
        THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM sayso_refuse('known_only_voided',
        'This is never changed: it can be voided once, with a reason.');
END $$;
""" + "".join(
    f"CREATE TRIGGER known_guard BEFORE INSERT OR UPDATE OR DELETE ON {table}\n"
    "    FOR EACH ROW EXECUTE FUNCTION claims_known_guard();\n"
    for table in KNOWN_TABLES
)

APPEARANCE = """
ALTER TABLE claims_appearance
    ADD CONSTRAINT appearance_snapshot_of_article FOREIGN KEY (snapshot_id, article_id)
        REFERENCES articles_snapshot (id, article_id) DEFERRABLE INITIALLY IMMEDIATE,
    ADD CONSTRAINT appearance_via_same_evidence FOREIGN KEY (via_id, evidence_id)
        REFERENCES claims_appearance (id, evidence_id) DEFERRABLE INITIALLY IMMEDIATE;
CREATE FUNCTION claims_appearance_anchor() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held text;
    first integer := lower(NEW.span) + 1;
    beyond integer := upper(NEW.span) + 1;
BEGIN
    IF NEW.snapshot_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT text INTO held FROM articles_snapshot WHERE id = NEW.snapshot_id;
    IF beyond IS NULL OR first IS NULL OR first < 1
        OR substr(held, first, beyond - first) IS DISTINCT FROM NEW.exact
        OR NEW.exact = ''
        OR right(substr(held, 1, first - 1), length(NEW.prefix)) IS DISTINCT FROM NEW.prefix
        OR substr(held, beyond, length(NEW.suffix)) IS DISTINCT FROM NEW.suffix
    THEN
        PERFORM sayso_refuse('appearance_quotation_in_place',
            'The quotation is not at that place in the snapshot.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appearance_anchor BEFORE INSERT ON claims_appearance
    FOR EACH ROW EXECUTE FUNCTION claims_appearance_anchor();
"""

CLAIM = """
CREATE FUNCTION claims_claim_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    redacted text[] := ARRAY['text', 'slug', 'criteria', 'redaction_reason'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NOT NULL THEN
            PERFORM sayso_refuse('claim_never_deleted',
                'A published claim is never deleted; withdraw it.');
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.published_at IS NOT NULL THEN
        IF NEW.published_at IS DISTINCT FROM OLD.published_at THEN
            PERFORM sayso_refuse('claim_stays_published',
                'A published claim stays on the record; withdraw it.');
        END IF;
        IF (NEW.text, NEW.kind, NEW.window, NEW.criteria)
            IS DISTINCT FROM (OLD.text, OLD.kind, OLD.window, OLD.criteria)
            AND NOT (OLD.redaction_reason = '' AND NEW.redaction_reason ~ '\\S'
                AND NEW.text = '' AND NEW.criteria = ''
                AND to_jsonb(NEW) - redacted = to_jsonb(OLD) - redacted)
        THEN
            PERFORM sayso_refuse('claim_frozen', 'The wording, kind, window and criteria of a '
                'published claim are frozen; another reading is another claim.');
        END IF;
    ELSIF NEW.published_at IS NOT NULL THEN
        NEW.published_at := clock_timestamp();
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.checkable AND NOT NEW.checkable AND EXISTS (
        SELECT FROM claims_verdict WHERE claim_id = NEW.id AND kind <> 'withdrawal')
    THEN
        PERFORM sayso_refuse('claim_judged_is_checkable',
            'A verdict rests on this claim being checkable.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_guard BEFORE INSERT OR UPDATE OR DELETE ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_guard();
"""

VERDICT = """
CREATE FUNCTION claims_verdict_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about claims_claim;
    publishing text[] := ARRAY['published_at', 'reviewer_id', 'without_second_person'];
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') AND OLD.published_at IS NOT NULL THEN
        PERFORM sayso_refuse('verdict_frozen',
            'A published verdict is frozen; publish an update or a correction.');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    SELECT * INTO about FROM claims_claim WHERE id = NEW.claim_id;
    IF NOT about.checkable AND NEW.kind <> 'withdrawal' THEN
        PERFORM sayso_refuse('verdict_on_checkable',
            'This claim is not checkable, so it can''t be judged.');
    END IF;
    IF NEW.kind IN ('update', 'correction') AND NOT EXISTS (
        SELECT FROM claims_verdict WHERE claim_id = NEW.claim_id AND published_at IS NOT NULL)
    THEN
        PERFORM sayso_refuse('verdict_after_first', 'There is no published verdict to change.');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.published_at IS NOT NULL THEN
            PERFORM sayso_refuse('verdict_starts_as_draft', 'A verdict starts as a draft.');
        END IF;
        NEW.created_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF NEW.claim_id <> OLD.claim_id THEN
        PERFORM sayso_refuse('verdict_keeps_claim', 'A verdict can''t move to another claim.');
    END IF;
    IF NEW.published_at IS NULL THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - publishing <> to_jsonb(OLD) - publishing THEN
        PERFORM sayso_refuse('verdict_published_as_proposed',
            'What is published must be what was proposed.');
    END IF;
    IF about.published_at IS NULL THEN
        PERFORM sayso_refuse('verdict_on_published_claim', 'Publish the claim first.');
    END IF;
    IF NEW.finding IN ('supported', 'refuted', 'conflicting') AND NOT EXISTS (
        SELECT FROM claims_citation WHERE verdict_id = NEW.id)
    THEN
        PERFORM sayso_refuse('verdict_cites_evidence',
            'This finding must cite the evidence that it rests on.');
    END IF;
    IF EXISTS (SELECT FROM claims_citation c JOIN claims_evidence e ON e.id = c.evidence_id
        WHERE c.verdict_id = NEW.id AND NOT upper_inf(e.known))
    THEN
        PERFORM sayso_refuse('verdict_cites_live_evidence', 'The verdict cites voided evidence.');
    END IF;
    IF about.kind = 'prediction' AND NEW.finding = 'refuted'
        AND (about.window IS NULL OR upper_inf(about.window)
            OR upper(about.window) > (clock_timestamp() AT TIME ZONE 'UTC')::date)
    THEN
        PERFORM sayso_refuse('verdict_prediction_still_open',
            'A prediction can be refuted only after its window has closed.');
    END IF;
    IF about.origins_low < 2 AND EXISTS (
        SELECT FROM claims_citation WHERE verdict_id = NEW.id AND credibility = '1')
    THEN
        PERFORM sayso_refuse('citation_confirmed_by_others',
            'Credibility 1 needs at least two independent origins.');
    END IF;
    NEW.published_at := clock_timestamp();
    RETURN NEW;
END $$;
CREATE TRIGGER verdict_guard BEFORE INSERT OR UPDATE OR DELETE ON claims_verdict
    FOR EACH ROW EXECUTE FUNCTION claims_verdict_guard();

CREATE FUNCTION claims_citation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF EXISTS (SELECT FROM claims_verdict
            WHERE id = OLD.verdict_id AND published_at IS NOT NULL)
        THEN
            PERFORM sayso_refuse('citation_frozen',
                'The citations of a published verdict are frozen.');
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF EXISTS (SELECT FROM claims_verdict WHERE id = NEW.verdict_id AND published_at IS NOT NULL)
    THEN
        PERFORM sayso_refuse('citation_frozen',
            'The citations of a published verdict are frozen.');
    END IF;
    IF NEW.credibility = '1' AND (SELECT c.origins_low FROM claims_verdict v
        JOIN claims_claim c ON c.id = v.claim_id WHERE v.id = NEW.verdict_id) < 2
    THEN
        PERFORM sayso_refuse('citation_confirmed_by_others',
            'Credibility 1 needs at least two independent origins.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER citation_guard BEFORE INSERT OR UPDATE OR DELETE ON claims_citation
    FOR EACH ROW EXECUTE FUNCTION claims_citation_guard();
"""

# The advisory locks make two writers that would close a circle together wait for each other.
LINKS = """
CREATE FUNCTION claims_evidencelink_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind NOT IN ('repeats', 'relies_on') THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('claims_evidencelink', 0));
    IF EXISTS (
        WITH RECURSIVE reached(id) AS (
            SELECT NEW.to_evidence_id
            UNION
            SELECT l.to_evidence_id FROM claims_evidencelink l JOIN reached r
                ON l.from_evidence_id = r.id
            WHERE l.kind IN ('repeats', 'relies_on') AND upper_inf(l.known)
        ) SELECT FROM reached WHERE id = NEW.from_evidence_id)
    THEN
        PERFORM sayso_refuse('evidencelink_no_circle', 'Evidence can''t rest on itself: '
            'this link would close a circle.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER evidencelink_no_circle BEFORE INSERT ON claims_evidencelink
    FOR EACH ROW EXECUTE FUNCTION claims_evidencelink_no_circle();

CREATE FUNCTION claims_claimlink_survivor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind <> 'same_as' THEN
        RETURN NEW;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('claims_claimlink', 0));
    IF EXISTS (SELECT FROM claims_claimlink
        WHERE kind = 'same_as' AND upper_inf(known) AND survivor_id <> NEW.survivor_id
            AND NEW.survivor_id IN (from_claim_id, to_claim_id))
    THEN
        PERFORM sayso_refuse('claimlink_survivor_stands',
            'The claim to be kept has itself been merged into another.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claimlink_survivor BEFORE INSERT ON claims_claimlink
    FOR EACH ROW EXECUTE FUNCTION claims_claimlink_survivor();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0001_claims"), ("articles", "0004_refusals")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            KNOWN,
            "".join(f"DROP TRIGGER known_guard ON {table};" for table in KNOWN_TABLES)
            + "DROP FUNCTION claims_known_guard()",
        ),
        migrations.RunSQL(
            APPEARANCE,
            "DROP TRIGGER appearance_anchor ON claims_appearance;"
            "DROP FUNCTION claims_appearance_anchor();"
            "ALTER TABLE claims_appearance DROP CONSTRAINT appearance_snapshot_of_article,"
            " DROP CONSTRAINT appearance_via_same_evidence",
        ),
        migrations.RunSQL(
            CLAIM,
            "DROP TRIGGER claim_guard ON claims_claim; DROP FUNCTION claims_claim_guard()",
        ),
        migrations.RunSQL(
            VERDICT,
            "DROP TRIGGER verdict_guard ON claims_verdict; DROP FUNCTION claims_verdict_guard();"
            "DROP TRIGGER citation_guard ON claims_citation; DROP FUNCTION claims_citation_guard()",
        ),
        migrations.RunSQL(
            LINKS,
            "DROP TRIGGER evidencelink_no_circle ON claims_evidencelink;"
            "DROP FUNCTION claims_evidencelink_no_circle();"
            "DROP TRIGGER claimlink_survivor ON claims_claimlink;"
            "DROP FUNCTION claims_claimlink_survivor()",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
