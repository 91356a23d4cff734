"""What sources took back themselves: their corrections, apart from ours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db.models import F, QuerySet

from articles import policy
from claims.choices import EvidenceLinkKind
from claims.merges import survivors
from claims.models import Appearance, Claim, Evidence, EvidenceLink
from claims.reading import chains
from claims.reading.rows import status_of
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader


@dataclass(frozen=True, slots=True)
class TakingBack:
    """One statement that withdraws another. ``stood`` is the time between them, in whole days.

    ``claim`` is the one, as it is kept, that the source no longer speaks for or against.
    """

    link: EvidenceLink
    claim: Claim
    status: Status
    later: Evidence
    earlier: Evidence
    quote: Appearance | None
    place: str
    stood: timedelta | None


def takings_back(user: Reader) -> QuerySet[EvidenceLink]:
    """Withdrawals among evidence that ``user`` may see, newest first, to be paged."""
    rows = EvidenceLink.objects.current().filter(kind=EvidenceLinkKind.WITHDRAWS)
    if not policy.sees_drafts(user):
        rows = rows.filter(
            from_evidence__claim__published_at__isnull=False,
            to_evidence__claim__published_at__isnull=False,
        )
    return rows.select_related("from_evidence__source", "to_evidence__source").order_by(
        F("known__startswith").desc(), "-pk"
    )


def tell(links: Iterable[EvidenceLink]) -> list[TakingBack]:
    """The rows of one page, with the claims as they are kept and the words, by three queries."""
    links = list(links)
    kept = survivors(link.to_evidence.claim_id for link in links)
    claims = Claim.objects.with_status().in_bulk(set(kept.values()))
    words: dict[int, list[Appearance]] = defaultdict(list)
    rows = chains.with_places(Appearance.objects.newest()).filter(
        evidence__in=[link.from_evidence_id for link in links]
    )
    for row in rows.exclude(exact="").order_by("-verbatim", "-seen", "pk"):
        words[row.evidence_id].append(row)
    return [
        _tell(link, claims[kept[link.to_evidence.claim_id]], words[link.from_evidence_id])
        for link in links
    ]


def _tell(link: EvidenceLink, claim: Claim, words: list[Appearance]) -> TakingBack:
    quote = words[0] if words else None
    later, earlier = link.from_evidence.stated.lower, link.to_evidence.stated.lower
    known = later is not None and earlier is not None and later > earlier
    return TakingBack(
        link=link,
        claim=claim,
        status=status_of(claim),
        later=link.from_evidence,
        earlier=link.to_evidence,
        quote=quote,
        place="" if quote is None else chains.place_of(quote),
        stood=later - earlier if known else None,
    )
