"""The terms of claims, from which similar ones are found: kept by triggers, whoever writes."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# One spelling for what different alphabets and languages make of a name. It works on many words at
# once, because a regular expression costs the same for one as for twenty.
FOLD = r"""
CREATE FUNCTION claims_fold(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    w text := words;
BEGIN
    IF w ~ '[а-џґ]' THEN
        w := replace(replace(replace(replace(w, 'щ', 'sh'), 'ц', 'ts'), 'ю', 'iu'), 'я', 'ia');
        w := replace(replace(replace(replace(w, 'ж', 'zh'), 'х', 'kh'), 'є', 'ie'), 'ч', 'ch');
        w := translate(w, 'абвгґдеёзиіїйклмнопрстуфшыэўђћџјљњъь',
                          'abvggdeeziiyyklmnoprstufsieudhdiln');
    END IF;
    -- Who writes Yevgeny writes Jewgeni, Evgueni and Evgeny; Prigozhin is Prigojine and Prigoschin.
    w := regexp_replace(w, '\m[yj]e', 'e', 'g');
    w := regexp_replace(w, 'g[hu](?=[ei])', 'g', 'g');
    w := regexp_replace(w, '(?:shch|tsch|tch|sch|sh|zh|zj)|ch(?![bcdfghjklmnpqrstvwxz])', 's', 'g');
    w := regexp_replace(w, '[ck]h', 'h', 'g');
    w := regexp_replace(w, 'c(?=[eiy])|j(?=[ei])', 's', 'g');
    w := replace(replace(replace(replace(w, 'ou', 'u'), 'oo', 'u'), 'ph', 'f'), 'x', 'ks');
    w := translate(w, 'zwqcyj', 'svkkii');
    w := regexp_replace(w, 'i+e?', 'i', 'g');
    w := regexp_replace(w, '([a-z])\1+', '\1', 'g');
    RETURN regexp_replace(w, '([a-z]{3})[aeiou]+\M', '\1', 'g');
END $$;
"""  # noqa: RUF001 (Cyrillic letters are meant)

# A term is a word's stem in that one spelling, or "^" and the first five letters of a longer one:
# these make up for the endings of languages that the English stemmer doesn't know.
TERMS = r"""
CREATE FUNCTION claims_terms(words text) RETURNS TABLE (term text, times smallint)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE ROWS 25 AS $$
DECLARE
    stems text;
    counts smallint[];
BEGIN
    SELECT string_agg(lexeme, ' ' ORDER BY lexeme),
        array_agg(cardinality(positions)::smallint ORDER BY lexeme)
    INTO stems, counts
    FROM unnest(to_tsvector('sayso', regexp_replace(words, '(\d)[,.](?=\d{3}(?!\d))', '\1', 'g')));
    RETURN QUERY
    WITH stem AS (
        SELECT left(s.stem, 48) AS stem, s.times
        FROM unnest(string_to_array(claims_fold(stems), ' '), counts) AS s (stem, times)
        WHERE s.stem <> ''
    )
    SELECT each.term, least(sum(each.times), 999)::smallint
    FROM (
        SELECT s.stem, s.times FROM stem s
        UNION ALL
        SELECT '^' || left(s.stem, 5), s.times FROM stem s WHERE length(s.stem) > 5
    ) AS each (term, times)
    GROUP BY each.term;
END $$;
"""

TABLE = """
CREATE TABLE claims_term (
    term text COLLATE "C" NOT NULL,
    claim_id bigint NOT NULL,
    times smallint NOT NULL,
    size smallint NOT NULL,
    PRIMARY KEY (term, claim_id) INCLUDE (times, size)
);
CREATE INDEX claims_term_of_claim ON claims_term (claim_id);
COMMENT ON TABLE claims_term IS
    'Derived from claims_claim.text by triggers; size: how many terms the claim has in all';
"""

KEEP = """
CREATE FUNCTION claims_claim_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        TRUNCATE claims_term;
        RETURN NULL;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM claims_term WHERE claim_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO claims_term (term, claim_id, times, size)
        SELECT term, NEW.id, times, least(count(*) OVER (), 9999) FROM claims_terms(NEW.text);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER claim_terms AFTER INSERT OR DELETE OR UPDATE OF id, text ON claims_claim
    FOR EACH ROW EXECUTE FUNCTION claims_claim_terms();
CREATE TRIGGER claim_terms_emptied AFTER TRUNCATE ON claims_claim
    FOR EACH STATEMENT EXECUTE FUNCTION claims_claim_terms();
"""

FILL = """
INSERT INTO claims_term (term, claim_id, times, size)
SELECT t.term, c.id, t.times, least(count(*) OVER (PARTITION BY c.id), 9999)
FROM claims_claim c CROSS JOIN LATERAL claims_terms(c.text) t
"""


class Migration(migrations.Migration):
    dependencies = [("claims", "0007_notes_of_questions")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD, "DROP FUNCTION claims_fold(text)"),
        migrations.RunSQL(TERMS, "DROP FUNCTION claims_terms(text)"),
        migrations.RunSQL(TABLE, "DROP TABLE claims_term"),
        migrations.RunSQL(
            KEEP,
            "DROP TRIGGER claim_terms_emptied ON claims_claim;"
            "DROP TRIGGER claim_terms ON claims_claim;"
            "DROP FUNCTION claims_claim_terms()",
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
