"""The read API: no key, no cookie, the public record for everybody."""

from claims.views.api.beside import (
    article_json,
    articles_csv,
    changes_csv,
    claim_csv,
    claim_json,
    corrections_csv,
    question_json,
    source_json,
    sources_csv,
)
from claims.views.api.described import described, docs
from claims.views.api.doors import addresses, nowhere

__all__ = [
    "addresses",
    "article_json",
    "articles_csv",
    "changes_csv",
    "claim_csv",
    "claim_json",
    "corrections_csv",
    "described",
    "docs",
    "nowhere",
    "question_json",
    "source_json",
    "sources_csv",
]
