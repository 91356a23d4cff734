"""The columns of imports and exports: one list for reading, checking, templates and docs."""

from __future__ import annotations

from collections.abc import Mapping

from claims.exchange.columns.kinds import ERROR, Column, Group, Problem
from claims.exchange.columns.of_claims import CLAIMS, PUBLISHED
from claims.exchange.columns.of_documents import ARTICLES, PASSAGES
from claims.exchange.columns.of_evidence import EVIDENCE
from claims.exchange.columns.of_sources import SOURCES
from claims.exchange.columns.of_verdicts import OUTSIDE, VERDICTS

__all__ = ["BY_NAME", "COLUMNS", "ERROR", "Column", "Group", "Problem", "as_markdown"]

COLUMNS: tuple[Column, ...] = (
    *(*CLAIMS, *SOURCES, *EVIDENCE, *ARTICLES, *PASSAGES, *OUTSIDE, *VERDICTS),
    *PUBLISHED,
)
BY_NAME: Mapping[str, Column] = {column.name: column for column in COLUMNS}


def as_markdown() -> str:
    """The columns as the table that the documentation shows."""
    rows = [f"| `{column.name}` | {column.help} | {column.example} |" for column in COLUMNS]
    return "\n".join(["| column | what it holds | example |", "|---|---|---|", *rows])
