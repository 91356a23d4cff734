"""The terms of all claims that one statement adds are kept at once: half the work, or less."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# Each word is folded once, however many of the claims hold it, and the terms reach the index in
# its order.
KEEP = r"""
CREATE FUNCTION claims_claim_terms_of_many() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    WITH word AS MATERIALIZED (
        SELECT c.id, left(w.lexeme, 64) AS lexeme, cardinality(w.positions) AS times
        FROM fresh c CROSS JOIN LATERAL unnest(
            to_tsvector('sayso', regexp_replace(c.text, '(\d)[,.](?=\d{3}(?!\d))', '\1', 'g'))) w
    ), all_words AS MATERIALIZED (
        SELECT array_agg(lexeme) AS lexemes, string_agg(lexeme, ' ') AS joined
        FROM (SELECT DISTINCT lexeme FROM word) d
    ), folded AS MATERIALIZED (
        SELECT f.lexeme, left(f.stem, 48) AS stem
        FROM all_words, unnest(lexemes, string_to_array(claims_fold(joined), ' ')) AS f (lexeme, stem)
        WHERE f.stem <> ''
    ), each AS (
        SELECT w.id, f.stem AS term, w.times FROM word w JOIN folded f USING (lexeme)
        UNION ALL
        SELECT w.id, '^' || left(f.stem, 5), w.times FROM word w JOIN folded f USING (lexeme)
        WHERE length(f.stem) > 5
    )
    INSERT INTO claims_term (term, claim_id, times, size)
    SELECT term, id, times, least(count(*) OVER (PARTITION BY id), 9999)
    FROM (SELECT term, id, least(sum(times), 999) AS times FROM each GROUP BY term, id) t
    ORDER BY term COLLATE "C", id;
    RETURN NULL;
END $$;
DROP TRIGGER claim_terms ON claims_claim;
CREATE TRIGGER claim_terms AFTER DELETE OR UPDATE OF id, text ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_terms();
CREATE TRIGGER claim_terms_of_many AFTER INSERT ON claims_claim REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_claim_terms_of_many();
"""
BACK = """
DROP TRIGGER claim_terms_of_many ON claims_claim;
DROP FUNCTION claims_claim_terms_of_many();
DROP TRIGGER claim_terms ON claims_claim;
CREATE TRIGGER claim_terms AFTER INSERT OR DELETE OR UPDATE OF id, text ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_terms();
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0015_imports")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, BACK),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
