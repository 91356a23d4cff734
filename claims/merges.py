"""Which claims were merged into which."""

from __future__ import annotations

from collections.abc import Iterable

from articles.fetching import fetched

# Merges form trees: the database refuses a survivor that was itself merged, and a second merge.
_UP = """
WITH RECURSIVE way(start, id, depth) AS (
    SELECT id, id, 0 FROM unnest(%s::bigint[]) AS id
    UNION
    SELECT w.start, l.survivor_id, w.depth + 1
    FROM claims_claimlink l JOIN way w ON w.id IN (l.from_claim_id, l.to_claim_id)
    WHERE l.kind = 'same_as' AND upper_inf(l.known) AND l.survivor_id <> w.id AND w.depth < 50
) SELECT DISTINCT ON (start) start, id FROM way ORDER BY start, depth DESC
"""
_DOWN = """
WITH RECURSIVE way(id, top, depth) AS (
    SELECT id, id, 0 FROM unnest(%s::bigint[]) AS id
    UNION
    SELECT CASE WHEN l.survivor_id = l.from_claim_id THEN l.to_claim_id ELSE l.from_claim_id END,
        w.top, w.depth + 1
    FROM claims_claimlink l JOIN way w ON l.survivor_id = w.id
    WHERE l.kind = 'same_as' AND upper_inf(l.known) AND w.depth < 50
) SELECT id, top FROM way
"""


def survivors(ids: Iterable[int]) -> dict[int, int]:
    """For each claim the one that its address leads to: itself unless it was merged."""
    return _run(_UP, ids)


def absorbed(ids: Iterable[int]) -> dict[int, int]:
    """The claims ``ids`` and all that were merged into them, each with the one that is kept."""
    return _run(_DOWN, ids)


def _run(sql: str, ids: Iterable[int]) -> dict[int, int]:
    return dict(fetched(sql, [list(ids)]))
