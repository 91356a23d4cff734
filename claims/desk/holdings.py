"""All that hangs on a claim and can be taken back or extended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from claims.models import Appearance, Claim, ClaimLink, Evidence, EvidenceLink


@dataclass(frozen=True, slots=True)
class Holdings:
    """The live evidence of a claim with its places, and its live relations."""

    evidence: Sequence[Evidence]
    evidence_links: list[EvidenceLink]
    claim_links: list[ClaimLink]


def holdings_of(claim: Claim) -> Holdings:
    """Gather them, by a fixed number of queries."""
    places = Prefetch(
        "appearances",
        queryset=Appearance.objects.newest().select_related("article"),
        to_attr="places",
    )
    evidence = Evidence.objects.current().filter(claim=claim).select_related("source")
    held = list(evidence.prefetch_related(places))
    ties = EvidenceLink.objects.current().filter(
        Q(from_evidence__claim=claim) | Q(to_evidence__claim=claim)
    )
    links = ClaimLink.objects.current().filter(Q(from_claim=claim) | Q(to_claim=claim))
    return Holdings(
        held,
        list(ties.select_related("from_evidence__source", "to_evidence__source")),
        list(links.select_related("from_claim", "to_claim")),
    )
