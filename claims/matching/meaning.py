"""Claims that mean much the same as a text, by their vectors: only with the extra ``similar``."""

from __future__ import annotations

from django.db import connection

from articles.policy import Reader
from claims.matching import model
from claims.matching.lexical import POOL, visible_to

# The index is there once ``embed_claims`` has run. The search looks at as many claims as it is to
# return, and goes on where some of them may not be seen.
_ON = """
SELECT set_config('hnsw.ef_search', %s, false),
    set_config('hnsw.iterative_scan', 'strict_order', false)
FROM pg_index WHERE indexrelid = to_regclass('claims_vector_near') AND indisvalid
"""
_NEAREST = """
SELECT claim_id, 1 - far FROM (
    SELECT claim_id, vector::halfvec(384) <=> %(vector)s::halfvec(384) AS far
    FROM claims_vector {visible}
    ORDER BY vector::halfvec(384) <=> %(vector)s::halfvec(384) LIMIT %(pool)s) AS near
ORDER BY far, claim_id
"""


def on() -> bool:
    """Whether vectors are kept and searched here: the extra is installed, the index made."""
    if not model.installed():
        return False
    with connection.cursor() as cursor:
        cursor.execute(_ON, [str(POOL)])
        return cursor.fetchone() is not None


def nearest(text: str, *, user: Reader) -> list[tuple[int, float]]:
    """The claims nearest in meaning that ``user`` may see, with the cosine, the nearest first."""
    if not text.strip() or not on():
        return []
    [vector] = model.vectors([text])
    visible, values = visible_to(user)
    with connection.cursor() as cursor:
        cursor.execute(
            _NEAREST.format(visible=visible), {**values, "vector": str(vector), "pool": POOL}
        )
        return [(claim, float(cosine)) for claim, cosine in cursor.fetchall()]
