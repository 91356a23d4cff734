"""Verdicts as the claim page prints them: the one that stands, the earlier ones, the proposal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from claims import status
from claims.choices import VerdictKind
from claims.models import Citation, Claim, Evidence, Verdict
from claims.status import Status


@dataclass(frozen=True, slots=True)
class Ruling:
    """One verdict with what it cites. A proposal has a status too: the one that it proposes."""

    verdict: Verdict
    status: Status
    citations: list[Citation]


@dataclass(frozen=True, slots=True)
class Judgement:
    """All verdicts of a claim, newest first. ``moved``: the evidence changed after the last one."""

    current: Ruling | None
    earlier: list[Ruling]
    proposal: Ruling | None
    moved: bool

    @property
    def withdrawn(self) -> bool:
        return self.current is not None and self.current.verdict.kind == VerdictKind.WITHDRAWAL


def judgement_of(
    claim: Claim,
    verdicts: Sequence[Verdict],
    citations: Iterable[Citation],
    evidence: Iterable[Evidence],
) -> Judgement:
    """The verdicts (newest first) of ``claim`` with their citations."""
    cited: dict[int, list[Citation]] = defaultdict(list)
    for citation in citations:
        cited[citation.verdict_id].append(citation)
    rulings = [
        Ruling(verdict, _status(verdict, claim), cited[verdict.pk])
        for verdict in verdicts
        if not verdict.is_draft
    ]
    proposed = [
        Ruling(verdict, _status(verdict, claim), cited[verdict.pk])
        for verdict in verdicts
        if verdict.is_draft
    ]
    current = rulings[0] if rulings else None
    since = current.verdict.published_at if current is not None else None
    return Judgement(
        current=current,
        earlier=rulings[1:],
        proposal=proposed[0] if proposed else None,
        moved=since is not None and any(_moved(row, since) for row in evidence),
    )


def _status(verdict: Verdict, claim: Claim) -> Status:
    withdrawn = verdict.kind == VerdictKind.WITHDRAWAL
    return status.status(status.WITHDRAWN if withdrawn else verdict.finding, claim.kind)


def _moved(row: Evidence, since: datetime) -> bool:
    """Whether the row was linked or voided after ``since``."""
    return row.known.lower > since or (row.known.upper is not None and row.known.upper > since)
