"""Locks claims and keeps their evidence state, in the transaction of each change."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from articles.clock import ClockTimestamp
from articles.history import Json
from articles.models import Affiliation, Source
from claims.choices import Stance
from claims.models import Claim, Evidence, EvidenceLink
from claims.standing import Dependence, Standing, Testimony, assess

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CLASS = """
WITH RECURSIVE class(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT CASE WHEN l.from_claim_id = c.id THEN l.to_claim_id ELSE l.from_claim_id END
    FROM claims_claimlink l JOIN class c ON c.id IN (l.from_claim_id, l.to_claim_id)
    WHERE l.kind = 'same_as' AND upper_inf(l.known)
) SELECT id FROM class ORDER BY id
"""

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
_COPYING = """
WITH RECURSIVE behind(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT l.from_evidence_id FROM claims_evidencelink l JOIN behind b ON l.to_evidence_id = b.id
    WHERE l.kind = 'repeats' AND upper_inf(l.known)
) SELECT DISTINCT e.claim_id FROM claims_evidence e JOIN behind b ON e.id = b.id
"""

_STORE = """
UPDATE claims_claim c SET {columns}, state_since =
    CASE WHEN c.evidence_state = n.evidence_state THEN c.state_since ELSE clock_timestamp() END
FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[])
    AS n (id, {names})
WHERE c.id = n.id
"""


def same_claims(*ids: int) -> list[int]:
    """The ids of all claims that are the same as one of ``ids``, these included, ascending."""
    with connection.cursor() as cursor:
        cursor.execute(_CLASS, [list(ids)])
        return [row[0] for row in cursor.fetchall()]


class _ChangedMeanwhile(Exception):
    """What had to be locked changed while we waited for the locks."""


def lock(*ids: int) -> dict[int, Claim]:
    """Lock the claims ``ids`` and all that are the same, lowest id first, and return them.

    The lowest first, always, so that two writers never wait for each other in a circle. When a
    merge came in between, what was locked here is let go (by the savepoint) and taken again in
    order. Raises ``Claim.DoesNotExist`` for an unknown id.
    """
    if not connection.in_atomic_block:  # else the savepoint would be a transaction that ends here
        raise transaction.TransactionManagementError("locks last as long as a transaction")
    while True:
        with suppress(_ChangedMeanwhile), transaction.atomic():
            wanted = same_claims(*ids)
            held = {
                claim.pk: claim
                for claim in Claim.objects.select_for_update().filter(pk__in=wanted).order_by("pk")
            }
            if missing := set(ids) - held.keys():
                raise Claim.DoesNotExist(f"no claim {', '.join(map(str, sorted(missing)))}")
            if same_claims(*ids) != wanted:
                raise _ChangedMeanwhile
            return held


def lock_claims_copying(*evidence: Evidence) -> list[int]:
    """Lock the claims of ``evidence``, and those of all that repeats it, and return their ids.

    They have to be weighed again when a link from or to ``evidence`` comes or goes.
    """
    while True:
        with suppress(_ChangedMeanwhile), transaction.atomic():
            ids = _copying(evidence)
            lock(*ids)
            if _copying(evidence) != ids:
                raise _ChangedMeanwhile
            return ids


def _copying(evidence: Sequence[Evidence]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_COPYING, [[row.pk for row in evidence]])
        return sorted(row[0] for row in cursor.fetchall())


def hold_sources(ids: Iterable[int]) -> None:
    """Keep the roles of sources as they are until this transaction ends, their claims locked first.

    Whoever links evidence waits for whoever is changing those roles, and the other way round:
    else the one would weigh the evidence without the role, the other without the evidence.
    """
    held = "SELECT 1 FROM articles_source WHERE id = ANY(%s) ORDER BY id FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(held, [sorted(set(ids))])


def lock_claims_of(source: Source) -> list[int]:
    """Lock a source and all claims on which it speaks, and return their ids."""
    while True:
        with suppress(_ChangedMeanwhile), transaction.atomic():
            ids = _spoken_on(source)
            lock(*ids)
            Source.objects.select_for_update(no_key=True).get(pk=source.pk)
            if _spoken_on(source) != ids:
                raise _ChangedMeanwhile
            return ids


def _spoken_on(source: Source) -> list[int]:
    spoken = Evidence.objects.filter(source=source)
    return list(spoken.order_by("claim_id").values_list("claim_id", flat=True).distinct())


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


def ties_of(ids: Iterable[int]) -> QuerySet[EvidenceLink]:
    """The live links into or out of the evidence ``ids``, and on from there to what it repeats."""
    here = list(ids)
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


@dataclass(frozen=True, slots=True)
class Drift:
    """A claim whose stored evidence state isn't what its evidence amounts to, column by column."""

    claim: int
    stored: dict[str, Json]
    computed: dict[str, Json]


def refresh(*ids: int) -> dict[int, dict[str, Json]]:
    """Recompute and store the evidence state of the claims ``ids`` and all that are the same.

    Call it with their locks held, after the change. Returns, by claim id, what was stored
    (``from``) and what it is now (``to``) wherever state, counts or origins came out different;
    an action puts that into its event, so that a page can tell what a change did.
    """
    changed: dict[int, dict[str, Json]] = {}
    for drift in _drifts(*ids):
        changed[drift.claim] = {"from": drift.stored, "to": drift.computed}
        moved = drift.stored["evidence_state"] != drift.computed["evidence_state"]
        Claim.objects.filter(pk=drift.claim).update(
            **drift.computed, **({"state_since": ClockTimestamp()} if moved else {})
        )
    return changed


def refresh_many(ids: Iterable[int]) -> dict[int, dict[str, Json]]:
    """What ``refresh`` does, for many claims at once: a handful of statements instead of each.

    Where some were merged, or evidence hangs on other evidence, each class is weighed by itself.
    """
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = list(Evidence.objects.filter(claim__in=wanted).select_related("source").order_by("pk"))
    if same_claims(*wanted) != wanted or ties_of(row.pk for row in rows).exists():
        return refresh(*wanted)
    by_claim: dict[int, list[Evidence]] = defaultdict(list)
    for row in rows:
        by_claim[row.claim_id].append(row)
    roles = list(roles_of(rows))
    changed: dict[int, dict[str, Json]] = {}
    for claim in Claim.objects.filter(pk__in=wanted):
        held = by_claim[claim.pk]
        computed = amounts(assess(testimonies_of(held, roles), []), held)
        stored: dict[str, Json] = {name: getattr(claim, name) for name in computed}
        if stored != computed:
            changed[claim.pk] = {"from": stored, "to": computed}
    _store(changed)
    return changed


def _store(changed: Mapping[int, Mapping[str, Any]]) -> None:
    """Store the states of many claims by one statement."""
    if not changed:
        return
    names = tuple(next(iter(changed.values()))["to"])
    columns = ", ".join(f"{name} = n.{name}" for name in names)
    given = [list(changed), *([told["to"][name] for told in changed.values()] for name in names)]
    with connection.cursor() as cursor:
        cursor.execute(_STORE.format(columns=columns, names=", ".join(names)), given)


@transaction.atomic
def recompute(*, claim: int, store: bool) -> list[Drift]:
    """Find where the claim ``claim``, and all that are the same, drifted; ``store`` mends it.

    Takes the locks itself, so that nobody who is writing is taken for a drift.
    """
    lock(claim)
    found = list(_drifts(claim))
    if store:
        refresh(claim)
    return found


def _drifts(*ids: int) -> Iterator[Drift]:
    left = set(ids)
    while left:
        class_ids = same_claims(left.pop())
        left.difference_update(class_ids)
        computed = amounts(*standing_of(class_ids))
        for claim in Claim.objects.filter(pk__in=class_ids).order_by("pk"):
            stored = {name: getattr(claim, name) for name in computed}
            if stored != computed:
                yield Drift(claim.pk, stored, computed)


def overlap(one: object, other: object) -> bool:
    """Whether two date ranges (``[first, beyond)``, either end may be open) share a day."""
    return not _ends_before(one, other) and not _ends_before(other, one)


def _ends_before(one: object, other: object) -> bool:
    end = getattr(one, "upper", None)
    start = getattr(other, "lower", None)
    return end is not None and start is not None and end <= start
