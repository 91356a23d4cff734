"""Verdicts as the claim page prints them: the one that stands, the earlier ones, the proposal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q

from claims import status
from claims.choices import VerdictKind
from claims.models import Citation, Claim, ClaimLink, Evidence, Verdict
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
        moved=since is not None and has_moved(claim, since, evidence),
    )


def _status(verdict: Verdict, claim: Claim) -> Status:
    withdrawn = verdict.kind == VerdictKind.WITHDRAWAL
    return status.status(status.WITHDRAWN if withdrawn else verdict.finding, claim.kind)


class _SameAs(Func):
    """Whether one claim is the same as another, by however many merges."""

    template = "(%(expressions)s))))"
    arg_joiner = " = ANY(ARRAY(SELECT claims_same_as("
    arity = 2
    output_field = BooleanField()


def has_moved(claim: Claim, since: datetime, evidence: Iterable[Evidence]) -> bool:
    """Whether evidence was linked or voided after ``since``, or what it amounts to has changed.

    ``moved_since`` asks the same of the database.
    """
    return claim.state_since > since or any(
        row.known.lower > since or (row.known.upper is not None and row.known.upper > since)
        for row in evidence
    )


def moved_since(since: str) -> Q:
    """Claims whose standing moved after their column ``since``, by the rule of ``has_moved``.

    The evidence of merged claims is theirs too; few have any, so that the others aren't asked.
    """
    after = Q(known__startswith__gt=OuterRef(since)) | Q(known__endswith__gt=OuterRef(since))
    own = Evidence.objects.filter(after, claim=OuterRef("pk"))
    absorbed = ClaimLink.objects.current().filter(survivor=OuterRef("pk"))
    theirs = Evidence.objects.filter(after, _SameAs(F("claim"), OuterRef("pk")))
    return Q(state_since__gt=F(since)) | Q(Exists(own)) | Q(Exists(absorbed)) & Q(Exists(theirs))
