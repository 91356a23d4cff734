"""A question's claims against the sources: who asserts, who denies, who says nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from articles.models import Source
from claims.choices import ClaimLinkKind, Stance
from claims.merges import absorbed
from claims.models import Claim, ClaimLink, Evidence, Question
from claims.reading.knowable import weighed
from claims.reading.rows import Since, since_of, status_of
from claims.status import Status

if TYPE_CHECKING:
    from articles.policy import Reader

_SHOWN = (Stance.ASSERTS, Stance.DENIES, Stance.SUPPORTS, Stance.WEAKENS)


@dataclass(frozen=True, slots=True)
class Line:
    """One claim with a cell for each source; an empty cell means that nothing was logged.

    ``number`` is its place among the answers. By their numbers: ``excludes`` the answers that
    can't be true with it, ``only_if`` those that it hangs on.
    """

    number: int
    excludes: list[int]
    only_if: list[int]
    claim: Claim
    status: Status
    since: Since
    cells: list[list[Evidence]]


@dataclass(frozen=True, slots=True)
class Matrix:
    """The page of a question."""

    sources: list[Source]
    lines: list[Line]
    exclusive: list[ClaimLink]
    conditional: list[ClaimLink]


def matrix_of(question: Question, user: Reader) -> Matrix:
    """What ``user`` may see of the question's claims, merged ones counted with what they became."""
    claims = list(
        Claim.objects.visible_to(user)
        .at_work()
        .survivors()
        .with_status()
        .filter(question=question)
        .order_by("pk")
    )
    weighed(claims)
    kept = absorbed([claim.pk for claim in claims])
    evidence = list(
        Evidence.objects.visible_to(user)
        .current()
        .filter(claim__in=kept, stance__in=_SHOWN)
        .select_related("source")
        .order_by("stated", "pk")
    )
    sources = _columns(evidence)
    links = _links([claim.pk for claim in claims])
    return Matrix(
        sources=sources,
        lines=_lines(claims, sources, evidence, kept, links),
        exclusive=[link for link in links if link.kind == ClaimLinkKind.CONTRADICTS],
        conditional=[link for link in links if link.kind == ClaimLinkKind.CONDITIONAL_ON],
    )


def _columns(evidence: Iterable[Evidence]) -> list[Source]:
    """The sources, those that speak on most claims first."""
    spoken = {row.source_id: row.source for row in evidence}
    counts = Counter(
        source for source, _claim in {(row.source_id, row.claim_id) for row in evidence}
    )
    return sorted(spoken.values(), key=lambda source: (-counts[source.pk], source.name, source.pk))


def _lines(
    claims: Iterable[Claim],
    sources: Sequence[Source],
    evidence: Iterable[Evidence],
    kept: Mapping[int, int],
    links: Iterable[ClaimLink],
) -> list[Line]:
    cells: dict[tuple[int, int], list[Evidence]] = defaultdict(list)
    for row in evidence:
        cells[kept[row.claim_id], row.source_id].append(row)
    claims = list(claims)
    numbers = {claim.pk: number for number, claim in enumerate(claims, 1)}
    excludes: dict[int, list[int]] = defaultdict(list)
    only_if: dict[int, list[int]] = defaultdict(list)
    for link in links:
        one, other = link.from_claim_id, link.to_claim_id
        if link.kind == ClaimLinkKind.CONTRADICTS:
            excludes[one].append(numbers[other])
            excludes[other].append(numbers[one])
        else:
            only_if[one].append(numbers[other])
    return [
        Line(
            numbers[claim.pk],
            sorted(excludes[claim.pk]),
            sorted(only_if[claim.pk]),
            claim,
            status_of(claim),
            since_of(claim),
            [cells.get((claim.pk, source.pk), []) for source in sources],
        )
        for claim in claims
    ]


def _links(ids: Sequence[int]) -> list[ClaimLink]:
    """How the claims exclude each other or hang on each other."""
    return list(
        ClaimLink.objects.current()
        .filter(
            Q(from_claim__in=ids, to_claim__in=ids),
            kind__in=[ClaimLinkKind.CONTRADICTS, ClaimLinkKind.CONDITIONAL_ON],
        )
        .select_related("from_claim", "to_claim")
        .order_by("pk")
    )
