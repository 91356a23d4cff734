"""How the admin finds claims and evidence by what people type, with indexes only."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import QuerySet

from articles.models import Source
from claims.matching.finding import find
from claims.models import Claim, Evidence

# Each search stops here. The limit also keeps PostgreSQL from leafing through the whole table, in
# the order of the list, which it takes to be cheap, instead of asking the index.
MOST = 10_000
_CLAIM = re.compile(r"(?:CL-)?([0-9]{1,18})", re.IGNORECASE)
_EVIDENCE = re.compile(r"(?:E-)?([0-9]{1,18})", re.IGNORECASE)


def claims_by(text: str) -> QuerySet[Any]:
    """The ids of the claims with that number (``17``, ``CL-17``), or with all of those words.

    The beginning of the last word will do, for somebody may still be typing it.
    """
    rows = Claim.objects.order_by().values("pk")
    if number := _CLAIM.fullmatch(text.strip()):
        return rows.filter(pk=int(number[1]))
    return rows.filter(pk__in=find(text).ids)


def evidence_by(text: str) -> QuerySet[Any]:
    """The ids of the evidence with that number (``E-3``), on such claims, or from such sources."""
    rows = Evidence.objects.order_by().values("pk")
    if number := _EVIDENCE.fullmatch(text.strip()):
        return rows.filter(pk=int(number[1]))
    sources = Source.objects.filter(name__trigram_word_similar=text).order_by().values("pk")
    on = rows.filter(claim__in=claims_by(text))[:MOST]
    of = rows.filter(source__in=sources[:MOST])[:MOST]
    return on.union(of)
