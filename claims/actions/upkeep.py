"""Locks claims and keeps their evidence state, in the transaction of each change."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from articles.clock import ClockTimestamp
from articles.history import Json
from articles.models import Source
from claims.actions.weighing import amounts, roles_of, standing_of, ties_of, weighed
from claims.models import Claim, Evidence

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
        computed = weighed(held, roles)
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
