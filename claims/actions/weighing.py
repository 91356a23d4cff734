"""What evidence amounts to: its rows as ``standing.py`` takes them, and the answer as columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.choices import SourceKind
from articles.history import Json
from articles.models import Affiliation, Source
from articles.prepared import Given
from claims.choices import Stance
from claims.models import Evidence, EvidenceLink
from claims.standing import Dependence, Standing, Testimony, assess

# Repetition is followed into the evidence of other claims, for what was taken back there takes its
# copies along.
_TIES = """
WITH RECURSIVE ahead(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT l.to_evidence_id FROM claims_evidencelink l JOIN ahead a ON l.from_evidence_id = a.id
    WHERE l.kind = 'repeats' AND upper_inf(l.known)
) SELECT l.id FROM claims_evidencelink l WHERE upper_inf(l.known) AND (
    l.from_evidence_id = ANY(%s) OR l.to_evidence_id = ANY(%s)
    OR l.kind = 'repeats' AND l.from_evidence_id IN (SELECT id FROM ahead)
    OR l.kind = 'withdraws' AND l.to_evidence_id IN (SELECT id FROM ahead))
"""


def roles_of(rows: Iterable[Evidence]) -> QuerySet[Affiliation]:
    """All roles that the sources of ``rows`` ever had."""
    return Affiliation.objects.filter(source__in={row.source_id for row in rows})


def testimonies_of(rows: Iterable[Evidence], held: Iterable[Affiliation]) -> list[Testimony]:
    """``rows`` as ``standing.py`` takes them, with the voices of each source at its date.

    ``held`` are the roles of their sources.
    """
    roles: dict[int, list[Affiliation]] = defaultdict(list)
    for role in held:
        roles[role.source_id].append(role)
    return [
        Testimony(
            id=row.pk,
            source=row.source_id,
            stance=row.stance,
            scope=row.scope,
            voices=frozenset(
                role.organisation_id
                for role in roles[row.source_id]
                if (role.one_voice or row.source.is_unnamed) and overlap(role.during, row.stated)
            ),
            unnamed=row.source.is_unnamed,
            live=not row.is_void,
        )
        for row in rows
    ]


def ties_of(ids: Iterable[int] | Given) -> QuerySet[EvidenceLink]:
    """The live links into or out of the evidence ``ids``, and on from there to what it repeats."""
    here = ids.place if isinstance(ids, Given) else list(ids)
    return EvidenceLink.objects.filter(pk__in=RawSQL(_TIES, [here, here, here]))  # noqa: S611


def dependences_of(links: Iterable[EvidenceLink]) -> list[Dependence]:
    """``links`` as ``standing.py`` takes them."""
    return [Dependence(link.from_evidence_id, link.to_evidence_id, link.kind) for link in links]


def standing_of(ids: Sequence[int]) -> tuple[Standing, list[Evidence]]:
    """How the class of claims ``ids`` stands, and the evidence that it was weighed by."""
    rows = list(Evidence.objects.filter(claim__in=ids).select_related("source").order_by("pk"))
    testimonies = testimonies_of(rows, roles_of(rows))
    return assess(testimonies, dependences_of(ties_of(row.pk for row in rows))), rows


def amounts(standing: Standing, rows: Iterable[Evidence]) -> dict[str, Json]:
    """The columns of a claim that say how it stands by ``rows``."""
    live = [row.stance for row in rows if not row.is_void]
    return {
        "evidence_state": str(standing.state),
        "origins_low": standing.low,
        "origins_high": standing.high,
        "for_count": sum(s in (Stance.ASSERTS, Stance.SUPPORTS) for s in live),
        "against_count": sum(s in (Stance.DENIES, Stance.WEAKENS) for s in live),
    }


def weighed(rows: Sequence[Evidence], held: Iterable[Affiliation]) -> dict[str, Json]:
    """The same for evidence on which nothing else hangs; ``held`` are the roles of its sources.

    A testimony that stands alone weighs the same whoever gave it: of those, which most claims of a
    large import have, the answer is kept.
    """
    if len(rows) == 1 and not rows[0].is_void:
        (row,) = rows
        return dict(_alone(row.stance, row.scope, row.source.is_unnamed))
    return amounts(assess(testimonies_of(rows, held), []), rows)


@cache
def _alone(stance: str, scope: str, unnamed: bool) -> dict[str, Json]:
    source = Source(pk=1, kind=SourceKind.UNNAMED if unnamed else SourceKind.PERSON)
    row = Evidence(pk=1, source=source, stance=stance, scope=scope)
    return amounts(assess(testimonies_of([row], []), []), [row])


def overlap(one: object, other: object) -> bool:
    """Whether two date ranges (``[first, beyond)``, either end may be open) share a day."""
    return not _ends_before(one, other) and not _ends_before(other, one)


def _ends_before(one: object, other: object) -> bool:
    end = getattr(one, "upper", None)
    start = getattr(other, "lower", None)
    return end is not None and start is not None and end <= start
