"""Claims that have an exact phrase: in their words, a quotation, an article's title, a name."""

from __future__ import annotations

from django.db import connection

MOST = 500
"""Claims, quotations or names that are compared with a phrase."""

# Letters and digits count, whatever stands between them, and however they are written.
_PLAIN = "' ' || btrim(regexp_replace(lower(unaccent({0})), '[^[:alnum:]]+', ' ', 'g')) || ' '"
# What lacks one of the words can't have the phrase, and is told at a tenth of the price.
_HAS = f"""CASE WHEN (
    SELECT bool_and(strpos(low, word) > 0)
    FROM unnest(string_to_array(btrim(phrase.words), ' ')) AS w (word),
        (SELECT lower(unaccent({{0}})) AS low OFFSET 0) AS l)
    THEN strpos({_PLAIN}, phrase.words) > 0 END"""  # noqa: S608 (our own words)
_HOLDING = f"""
WITH phrase AS MATERIALIZED (
    SELECT {_PLAIN.format("%(phrase)s::text")} AS words,
        plainto_tsquery('sayso', %(phrase)s) AS query,
        ARRAY(SELECT term FROM claims_terms(%(phrase)s) WHERE term !~ '^\\^') AS terms),
rare AS MATERIALIZED (
    SELECT a.term, (SELECT count(*) FROM (
        SELECT FROM claims_term t WHERE t.term = a.term LIMIT 3 * %(most)s) h) AS held
    FROM phrase, unnest(terms) AS a (term) ORDER BY 2 LIMIT 1),
worded AS MATERIALIZED (
    SELECT c.id FROM rare CROSS JOIN LATERAL (
        SELECT claim_id FROM claims_term t WHERE t.term = rare.term
        ORDER BY claim_id DESC LIMIT 3 * %(most)s OFFSET 0) t
    CROSS JOIN phrase CROSS JOIN LATERAL (
        SELECT id, text FROM claims_claim c WHERE c.id = t.claim_id AND NOT EXISTS (
            SELECT FROM unnest(phrase.terms) AS a (term) WHERE NOT EXISTS (
                SELECT FROM claims_term o WHERE (o.term, o.claim_id) = (a.term, t.claim_id)))
        OFFSET 0) c
    WHERE {_HAS.format("c.text")} LIMIT %(most)s),
quoted AS MATERIALIZED (
    SELECT e.claim_id, p.exact FROM phrase CROSS JOIN LATERAL (
        SELECT evidence_id, exact FROM claims_appearance a
        WHERE to_tsvector('sayso'::regconfig, coalesce(a.exact, '')) @@ phrase.query
            AND upper_inf(a.known) LIMIT %(most)s OFFSET 0) p
    JOIN claims_evidence e ON e.id = p.evidence_id AND upper_inf(e.known)
    WHERE {_HAS.format("p.exact")}),
named AS MATERIALIZED (
    SELECT a.term FROM phrase, unnest(terms) AS a (term) ORDER BY (SELECT count(*) FROM (
        SELECT FROM claims_name_term n WHERE n.about IN ('article', 'source') AND n.term = a.term
        LIMIT 3 * %(most)s) h) LIMIT 1),
name AS MATERIALIZED (
    SELECT n.about, n.id FROM named CROSS JOIN phrase CROSS JOIN LATERAL (
        SELECT about, id, variant FROM claims_name_term n
        WHERE n.about IN ('article', 'source') AND n.term = named.term
        LIMIT 3 * %(most)s OFFSET 0) n
    WHERE NOT EXISTS (SELECT FROM unnest(phrase.terms) AS a (term) WHERE NOT EXISTS (
        SELECT FROM claims_name_term o
        WHERE (o.about, o.term, o.id, o.variant) = (n.about, a.term, n.id, n.variant)))
    LIMIT %(most)s),
titled AS MATERIALIZED (
    SELECT e.claim_id FROM name n JOIN articles_article r ON n.about = 'article' AND r.id = n.id
    JOIN claims_appearance a ON a.article_id = r.id AND upper_inf(a.known)
    JOIN claims_evidence e ON e.id = a.evidence_id AND upper_inf(e.known), phrase
    WHERE {_HAS.format("r.title")} LIMIT %(most)s),
spoken AS MATERIALIZED (
    SELECT l.claim_id FROM name n JOIN articles_source s ON n.about = 'source' AND s.id = n.id
    CROSS JOIN phrase CROSS JOIN LATERAL (
        SELECT claim_id FROM claims_listed l WHERE l.list = s.id AND l.shown
        ORDER BY published_at DESC, claim_id DESC LIMIT %(most)s OFFSET 0) l
    WHERE strpos({_PLAIN.format("array_to_string(s.name || s.aliases, ' | ')")}, phrase.words) > 0
    LIMIT %(most)s)
SELECT id, '' FROM worded
UNION ALL SELECT claim_id, exact FROM quoted
UNION ALL SELECT claim_id, '' FROM titled
UNION ALL SELECT claim_id, '' FROM spoken
"""  # noqa: S608 (our own words)


_QUOTING = """
SELECT e.claim_id, min(p.exact) FROM (
    SELECT evidence_id, exact FROM claims_appearance a
    WHERE to_tsvector('sayso'::regconfig, coalesce(a.exact, '')) @@ plainto_tsquery('sayso', %s)
        AND upper_inf(a.known) LIMIT %s OFFSET 0) p
JOIN claims_evidence e ON e.id = p.evidence_id AND upper_inf(e.known)
GROUP BY e.claim_id ORDER BY e.claim_id DESC
"""
QUOTING = 100
"""Claims that are found by a quotation which has all words, in whatever order."""


def quoting(words: str) -> dict[int, str]:
    """Claims on which somebody is quoted with all these words, each with the quotation."""
    with connection.cursor() as cursor:
        cursor.execute(_QUOTING, [words, QUOTING])
        return dict(cursor.fetchall())


def holding(phrase: str) -> dict[int, str]:
    """The claims that have ``phrase``, each with the quotation that has it, if one does."""
    found: dict[int, str] = {}
    with connection.cursor() as cursor:
        cursor.execute(_HOLDING, {"phrase": phrase, "most": MOST})
        for claim, quotation in cursor.fetchall():
            found[claim] = found.get(claim) or quotation
    return found
