"""Claims that bear on each other, grouped by how."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from claims.choices import ClaimLinkKind
from claims.models import Claim, ClaimLink
from claims.reading import wording
from claims.reading.rows import status_of
from claims.status import Status


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another claim, its status, and what the editor noted on how they are related."""

    claim: Claim
    status: Status
    note: str


@dataclass(frozen=True, slots=True)
class Relation:
    """All claims that are related in one way: ``Holds only if`` …"""

    words: str
    neighbours: list[Neighbour]


def related_ids(links: Iterable[ClaimLink], own: Collection[int]) -> set[int]:
    """The claims at the other end of the links."""
    ends = {end for link in links for end in (link.from_claim_id, link.to_claim_id)}
    return ends - set(own)


def relations_of(
    links: Iterable[ClaimLink], own: Collection[int], known: Mapping[int, Claim]
) -> list[Relation]:
    """The relations of the claims ``own`` (one class) to those in ``known`` (``with_status()``).

    Claims that aren't in ``known`` can't be seen by the reader and are left out.
    """
    grouped: dict[str, dict[int, Neighbour]] = defaultdict(dict)
    for link in links:
        outward = link.from_claim_id in own
        other = known.get(link.to_claim_id if outward else link.from_claim_id)
        if other is not None and other.pk not in own and link.kind != ClaimLinkKind.SAME_AS:
            neighbour = Neighbour(other, status_of(other), link.note)
            grouped[wording.relation(link.kind, outward=outward)].setdefault(other.pk, neighbour)
    return [Relation(words, list(group.values())) for words, group in grouped.items()]
