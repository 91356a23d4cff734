"""The terms of names: of sources and their other spellings, of articles, of questions."""

from django.db import migrations

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"

# about: the kind of thing; variant: 0 for its name, from 1 on its other spellings; size: how many
# terms that name has.
TABLE = """
CREATE TABLE claims_name_term (
    about text COLLATE "C" NOT NULL,
    term text COLLATE "C" NOT NULL,
    id bigint NOT NULL,
    variant smallint NOT NULL,
    size smallint NOT NULL,
    PRIMARY KEY (about, term, id, variant) INCLUDE (size)
);
COMMENT ON TABLE claims_name_term IS
    'Derived by triggers from names of sources, titles of articles, texts of questions';
"""

# The names of one statement at once, each word folded once, as for claims.
KEEP = r"""
CREATE FUNCTION claims_names_of(what text, ids bigint[], variants smallint[], names text[])
RETURNS TABLE (term text, id bigint, variant smallint, size smallint) LANGUAGE sql STABLE AS $$
    WITH word AS MATERIALIZED (
        SELECT n.id, n.variant, left(w.lexeme, 64) AS lexeme
        FROM unnest(ids, variants, names) AS n (id, variant, name)
        CROSS JOIN LATERAL unnest(to_tsvector('sayso',
            regexp_replace(n.name, '(\d)[,.](?=\d{3}(?!\d))', '\1', 'g'))) w
    ), all_words AS MATERIALIZED (
        SELECT array_agg(lexeme) AS lexemes, string_agg(lexeme, ' ') AS joined
        FROM (SELECT DISTINCT lexeme FROM word) d
    ), folded AS MATERIALIZED (
        SELECT f.lexeme, left(f.stem, 48) AS stem
        FROM all_words,
            unnest(lexemes, string_to_array(claims_fold(joined), ' ')) AS f (lexeme, stem)
        WHERE f.stem <> ''
    )
    SELECT stem, id, variant, least(count(*) OVER (PARTITION BY id, variant), 999)::smallint
    FROM (SELECT DISTINCT f.stem, w.id, w.variant FROM word w JOIN folded f USING (lexeme)) t
$$;

CREATE FUNCTION claims_keep_names(
    what text, ids bigint[], variants smallint[], names text[], forget boolean
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF forget THEN
        DELETE FROM claims_name_term n USING claims_names_of(what, ids, variants, names) o
        WHERE n.about = what AND n.term = o.term AND n.id = o.id AND n.variant = o.variant;
    ELSE
        INSERT INTO claims_name_term (about, term, id, variant, size)
        SELECT what, term, id, variant, size FROM claims_names_of(what, ids, variants, names)
        ORDER BY term COLLATE "C", id ON CONFLICT DO NOTHING;
    END IF;
END $$;

CREATE FUNCTION claims_source_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM claims_keep_names('source', array_agg(s.id), array_agg(v.variant),
            array_agg(v.name), true)
        FROM stale s CROSS JOIN LATERAL (
            SELECT 0::smallint, s.name UNION ALL
            SELECT place::smallint, alias FROM unnest(s.aliases) WITH ORDINALITY AS a (alias, place)
        ) AS v (variant, name) HAVING count(*) > 0;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM claims_keep_names('source', array_agg(s.id), array_agg(v.variant),
            array_agg(v.name), false)
        FROM fresh s CROSS JOIN LATERAL (
            SELECT 0::smallint, s.name UNION ALL
            SELECT place::smallint, alias FROM unnest(s.aliases) WITH ORDINALITY AS a (alias, place)
        ) AS v (variant, name) HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
"""
OTHERS = "".join(
    f"""
CREATE FUNCTION claims_{about}_names() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM claims_keep_names('{about}', array_agg(id), array_agg(0::smallint),
            array_agg({column}::text), true) FROM stale HAVING count(*) > 0;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM claims_keep_names('{about}', array_agg(id), array_agg(0::smallint),
            array_agg({column}::text), false) FROM fresh HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END $$;
"""
    for about, column in (("article", "title"), ("question", "text"))
)
TABLES = {"source": "articles_source", "article": "articles_article", "question": "claims_question"}
TRIGGERS = "".join(
    f"""
CREATE TRIGGER {about}_names AFTER INSERT ON {table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_{about}_names();
CREATE TRIGGER {about}_names_anew AFTER UPDATE ON {table}
    REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION claims_{about}_names();
CREATE TRIGGER {about}_names_gone AFTER DELETE ON {table} REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION claims_{about}_names();
CREATE FUNCTION claims_{about}_names_emptied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM claims_name_term WHERE about = '{about}';
    RETURN NULL;
END $$;
CREATE TRIGGER {about}_names_emptied AFTER TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION claims_{about}_names_emptied();
"""  # noqa: S608 (our own names)
    for about, table in TABLES.items()
)
BACK = (
    "".join(
        f"""
DROP TRIGGER {about}_names ON {table};
DROP TRIGGER {about}_names_anew ON {table};
DROP TRIGGER {about}_names_gone ON {table};
DROP TRIGGER {about}_names_emptied ON {table};
DROP FUNCTION claims_{about}_names_emptied();
DROP FUNCTION claims_{about}_names();
"""
        for about, table in TABLES.items()
    )
    + """
DROP FUNCTION claims_keep_names(text, bigint[], smallint[], text[], boolean);
DROP FUNCTION claims_names_of(text, bigint[], smallint[], text[]);
"""
)


class Migration(migrations.Migration):
    dependencies = [("claims", "0029_fill_lists")]
    operations = [
        migrations.RunSQL(LOCK_TIMEOUT, migrations.RunSQL.noop),
        migrations.RunSQL(TABLE, "DROP TABLE claims_name_term"),
        migrations.RunSQL(KEEP + OTHERS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIGGERS, BACK),
        migrations.RunSQL(migrations.RunSQL.noop, LOCK_TIMEOUT),
    ]
