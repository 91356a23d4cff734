"""The admin of the upper floor: one module for each group of tables."""

from claims.admin import (
    captures,
    claims,
    evidence,
    imports,
    jobs,
    links,
    matches,
    outside,
    roles,
    verdicts,
)

__all__ = [
    "captures",
    "claims",
    "evidence",
    "imports",
    "jobs",
    "links",
    "matches",
    "outside",
    "roles",
    "verdicts",
]
