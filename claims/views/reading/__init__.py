"""The readers' pages: public, read only, without a cookie or a script."""

from claims.views.reading.about import data, method
from claims.views.reading.articles import article, source
from claims.views.reading.claims import (
    claim,
    claim_list,
    claim_short,
    claims_as,
    home,
    question,
)
from claims.views.reading.record import changes, corrections

__all__ = [
    "article",
    "changes",
    "claim",
    "claim_list",
    "claim_short",
    "claims_as",
    "corrections",
    "data",
    "home",
    "method",
    "question",
    "source",
]
