"""Where the words of a query stand in texts, whatever their ending or spelling."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db import connection

BEGIN, END = "\ue000", "\ue001"
"""Letters of nobody's, around what is marked."""
Marked = list[tuple[str, bool]]
"""A text in pieces, each with whether it is marked."""

_MARKED = r"""
WITH body AS MATERIALIZED (
    SELECT place, text FROM unnest(%(texts)s::text[]) WITH ORDINALITY AS t (text, place)),
word AS MATERIALIZED (
    SELECT b.place, left(w.lexeme, 64) AS lexeme
    FROM body b CROSS JOIN LATERAL unnest(to_tsvector('sayso', b.text)) w),
every AS MATERIALIZED (
    SELECT array_agg(lexeme) AS lexemes, string_agg(lexeme, ' ') AS joined
    FROM (SELECT DISTINCT lexeme FROM word) d),
wanted AS MATERIALIZED (
    SELECT f.lexeme, '''' || replace(replace(f.lexeme, '\', '\\'), '''', '''''') || '''' AS quoted
    FROM every, unnest(lexemes, string_to_array(claims_fold(joined), ' ')) AS f (lexeme, stem)
    WHERE left(f.stem, 48) = ANY (%(terms)s)),
asked AS MATERIALIZED (
    SELECT w.place, string_agg(a.quoted, ' | ')::tsquery AS query
    FROM word w JOIN wanted a USING (lexeme) GROUP BY w.place)
SELECT b.place - 1, ts_headline('sayso', b.text, a.query, %(how)s)
FROM body b JOIN asked a USING (place)
"""
_HOW = f"HighlightAll=true, StartSel={BEGIN}, StopSel={END}"
_PIECE = re.compile(f"{BEGIN}([^{BEGIN}{END}]*){END}")


def marked(texts: Sequence[str], terms: Sequence[str]) -> list[Marked]:
    """The texts in pieces: the words that are one of ``terms`` are marked."""
    found: dict[int, str] = {}
    if texts and terms:
        with connection.cursor() as cursor:
            given: dict[str, Any] = {"texts": list(texts), "terms": list(terms), "how": _HOW}
            cursor.execute(_MARKED, given)
            found = dict(cursor.fetchall())
    return [_pieces(text, found.get(place, text)) for place, text in enumerate(texts)]


def _pieces(text: str, told: str) -> Marked:
    """The pieces of ``told``, if it is ``text`` but for its marks."""
    if told.replace(BEGIN, "").replace(END, "") != text:
        return [(text, False)]
    split = _PIECE.split(told)
    return [(piece, place % 2 == 1) for place, piece in enumerate(split) if piece]


def phrased(text: str, phrases: Sequence[str]) -> Marked:
    """The text in pieces with the phrases marked, whatever stands between words; or nothing."""
    ways = [r"\W+".join(re.escape(word) for word in phrase.split()) for phrase in phrases]
    if not ways:
        return []
    split = re.split(f"({'|'.join(ways)})", text, flags=re.IGNORECASE)
    pieces = [(piece, place % 2 == 1) for place, piece in enumerate(split) if piece]
    return pieces if len(split) > 1 else []
