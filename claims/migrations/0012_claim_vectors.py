"""What claims mean, as vectors: a plain table, filled only where the extra ``similar`` is used."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# Arrays of numbers need no extension, so this runs everywhere. The index over them, which does, is
# made by the command embed_claims. A vector whose claim has got other words goes with the old ones.
VECTORS = """
CREATE TABLE claims_vector (
    claim_id bigint PRIMARY KEY,
    model text NOT NULL,
    vector real[] NOT NULL
);
COMMENT ON TABLE claims_vector IS 'Derived from claims_claim.text by the model named';
CREATE FUNCTION claims_keep_vector(claim bigint, maker text, words text, made real[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM claims_claim WHERE id = claim AND text = words FOR SHARE;
    IF FOUND THEN
        INSERT INTO claims_vector (claim_id, model, vector) VALUES (claim, maker, made)
        ON CONFLICT (claim_id) DO UPDATE SET model = EXCLUDED.model, vector = EXCLUDED.vector;
    END IF;
END $$;
CREATE FUNCTION claims_claim_vector() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE claims_vector;
    ELSE
        DELETE FROM claims_vector WHERE claim_id = OLD.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER claim_vector AFTER DELETE OR UPDATE OF id, text ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_vector();
CREATE TRIGGER claim_vector_emptied AFTER TRUNCATE ON claims_claim
    FOR EACH STATEMENT EXECUTE FUNCTION claims_claim_vector();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0011_coverage")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(
            VECTORS,
            "DROP TRIGGER claim_vector_emptied ON claims_claim;"
            "DROP TRIGGER claim_vector ON claims_claim;"
            "DROP FUNCTION claims_claim_vector();"
            "DROP FUNCTION claims_keep_vector(bigint, text, text, real[]);"
            "DROP TABLE claims_vector",
        ),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
