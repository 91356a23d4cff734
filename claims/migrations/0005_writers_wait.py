"""Rules that look at other rows hold against writers of the same moment, and of the same statement."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# These look at other rows. Under REPEATABLE READ they would look at them as they were before.
LOOKING = (
    "claims_claim",
    "claims_claimlink",
    "claims_evidencelink",
    "claims_verdict",
    "claims_citation",
)
READ_COMMITTED = """
CREATE FUNCTION claims_read_committed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        PERFORM sayso_refuse('read_committed', 'Write this in a READ COMMITTED transaction: '
            'its rules must see what others have written.');
    END IF;
    RETURN NULL;
END $$;
""" + "".join(
    f"CREATE TRIGGER read_committed BEFORE INSERT OR UPDATE OR DELETE ON {table}\n"
    "    FOR EACH STATEMENT EXECUTE FUNCTION claims_read_committed();\n"
    for table in LOOKING
)

# Triggers of one table fire in the order of their names: each of these comes before the guard
# that relies on it. FOR SHARE waits for whoever is changing the row, and makes the next one wait.
VERDICT = """
CREATE FUNCTION claims_same_as(claim bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
    WITH RECURSIVE class(id) AS (
        SELECT claim
        UNION
        SELECT CASE WHEN l.from_claim_id = c.id THEN l.to_claim_id ELSE l.from_claim_id END
        FROM claims_claimlink l JOIN class c ON c.id IN (l.from_claim_id, l.to_claim_id)
        WHERE l.kind = 'same_as' AND upper_inf(l.known)
    ) SELECT id FROM class
$$;
CREATE FUNCTION claims_verdict_awaits_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM claims_claim WHERE id = NEW.claim_id FOR SHARE;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    NEW.created_at := OLD.created_at;
    IF OLD.published_at IS NULL AND NEW.published_at IS NOT NULL THEN
        PERFORM 1 FROM claims_evidence WHERE id IN (
            SELECT evidence_id FROM claims_citation WHERE verdict_id = NEW.id)
        ORDER BY id FOR SHARE;
        IF EXISTS (SELECT FROM claims_citation c JOIN claims_evidence e ON e.id = c.evidence_id
            WHERE c.verdict_id = NEW.id
                AND e.claim_id NOT IN (SELECT claims_same_as(NEW.claim_id)))
        THEN
            PERFORM sayso_refuse('citation_of_this_claim',
                'A verdict cites the evidence of its own claim.');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER verdict_awaits_claim BEFORE INSERT OR UPDATE ON claims_verdict
    FOR EACH ROW EXECUTE FUNCTION claims_verdict_awaits_claim();

CREATE FUNCTION claims_citation_awaits_verdict() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM 1 FROM claims_verdict WHERE id = OLD.verdict_id FOR SHARE;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    SELECT claim_id INTO about FROM claims_verdict WHERE id = NEW.verdict_id FOR SHARE;
    IF NOT EXISTS (SELECT FROM claims_evidence e JOIN claims_same_as(about) s ON s = e.claim_id
        WHERE e.id = NEW.evidence_id)
    THEN
        PERFORM sayso_refuse('citation_of_this_claim',
            'A verdict cites the evidence of its own claim.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER citation_awaits_verdict BEFORE INSERT OR UPDATE OR DELETE ON claims_citation
    FOR EACH ROW EXECUTE FUNCTION claims_citation_awaits_verdict();
"""

# What an appearance came by must be there before it: so no chain can ever bite its own tail.
APPEARANCE = """
CREATE FUNCTION claims_appearance_after_others() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM articles_snapshot WHERE id = NEW.snapshot_id FOR SHARE;
    IF NEW.via_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM claims_appearance WHERE id = NEW.via_id)
    THEN
        PERFORM sayso_refuse('appearance_via_first',
            'The appearance that it came by must be logged first.');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appearance_after_others BEFORE INSERT ON claims_appearance
    FOR EACH ROW EXECUTE FUNCTION claims_appearance_after_others();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0004_stricter_terms")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            READ_COMMITTED,
            "".join(f"DROP TRIGGER read_committed ON {table};" for table in LOOKING)
            + "DROP FUNCTION claims_read_committed()",
        ),
        migrations.RunSQL(
            VERDICT,
            "DROP TRIGGER citation_awaits_verdict ON claims_citation;"
            "DROP FUNCTION claims_citation_awaits_verdict();"
            "DROP TRIGGER verdict_awaits_claim ON claims_verdict;"
            "DROP FUNCTION claims_verdict_awaits_claim();"
            "DROP FUNCTION claims_same_as(bigint)",
        ),
        migrations.RunSQL(
            APPEARANCE,
            "DROP TRIGGER appearance_after_others ON claims_appearance;"
            "DROP FUNCTION claims_appearance_after_others()",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
