"""What the page of a claim depends on: everything that hangs together with the claim."""

from __future__ import annotations

from articles.still import Unchanged, unchanged

# Every change adds an event to a chain, and a row that joins the surroundings brings its chain
# along: so the last events of all chains, which are salted, tell whether anything changed. What
# was voided belongs to it, too: pages tell of it.
_LAST_EVENTS = """
WITH RECURSIVE same(id) AS (
    SELECT %s::bigint
    UNION
    SELECT CASE WHEN l.from_claim_id = s.id THEN l.to_claim_id ELSE l.from_claim_id END
    FROM claims_claimlink l JOIN same s ON s.id IN (l.from_claim_id, l.to_claim_id)
    WHERE l.kind = 'same_as'
), own(id) AS MATERIALIZED (
    SELECT id FROM claims_evidence WHERE claim_id IN (SELECT id FROM same)
), ahead(id) AS (
    SELECT id FROM own
    UNION
    SELECT l.to_evidence_id FROM claims_evidencelink l JOIN ahead a ON l.from_evidence_id = a.id
    WHERE l.kind = 'repeats'
), tied(id) AS (
    SELECT id FROM ahead
    UNION SELECT to_evidence_id FROM claims_evidencelink
    WHERE from_evidence_id IN (SELECT id FROM own)
    UNION SELECT from_evidence_id FROM claims_evidencelink
    WHERE to_evidence_id IN (SELECT id FROM own)
    UNION SELECT from_evidence_id FROM claims_evidencelink
    WHERE kind = 'withdraws' AND to_evidence_id IN (SELECT id FROM ahead)
), evidence AS MATERIALIZED (
    SELECT claim_id, source_id FROM claims_evidence WHERE id IN (SELECT id FROM tied)
), claim(id) AS MATERIALIZED (
    SELECT id FROM same
    UNION SELECT claim_id FROM evidence
    UNION SELECT from_claim_id FROM claims_claimlink WHERE to_claim_id IN (SELECT id FROM same)
    UNION SELECT to_claim_id FROM claims_claimlink WHERE from_claim_id IN (SELECT id FROM same)
), article AS MATERIALIZED (
    SELECT id, publisher_id FROM articles_article WHERE id IN (
        SELECT article_id FROM claims_appearance WHERE evidence_id IN (SELECT id FROM own))
), role AS MATERIALIZED (
    SELECT id, organisation_id FROM articles_affiliation
    WHERE source_id IN (SELECT source_id FROM evidence)
), source(id) AS (
    SELECT source_id FROM evidence
    UNION SELECT publisher_id FROM article
    UNION SELECT organisation_id FROM role
    UNION SELECT organisation_id FROM claims_outsideverdict
    WHERE claim_id IN (SELECT id FROM same)
), chain(name) AS (
    SELECT 'claim/' || id FROM claim
    UNION ALL SELECT 'article/' || id FROM article
    UNION ALL SELECT 'snapshot/' || s.id FROM articles_snapshot s JOIN article a
        ON s.article_id = a.id
    UNION ALL SELECT 'affiliation/' || id FROM role
    UNION ALL SELECT 'source/' || id FROM source
    UNION ALL SELECT 'question/' || question_id FROM claims_claim
    WHERE id IN (SELECT id FROM same) AND question_id IS NOT NULL
) SELECT md5(string_agg(last.hash, '' ORDER BY c.name)) FROM chain c CROSS JOIN LATERAL (
    SELECT hash FROM articles_event e WHERE e.chain = c.name ORDER BY e.seq DESC LIMIT 1) last
"""


def of_a_claim(_tide: str, *, pk: int, **_arguments: object) -> Unchanged:
    """Depends on the claim, what it was merged with or linked to, its evidence and all it names."""
    return unchanged(_LAST_EVENTS, pk)
