"""How claims stood by what could be known by a day, for the pages that ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from articles import moment
from claims.actions.weighing import amounts, dependences_of, roles_of, testimonies_of, ties_of
from claims.choices import ClaimKind
from claims.merges import absorbed
from claims.models import Claim, Evidence
from claims.standing import assess


def weighed(claims: Iterable[Claim]) -> None:
    """Give the claims (``with_status()``) the standing of what could be known; else do nothing.

    What is stored with a claim is how it stands by all that we know. Here PostgreSQL shows fewer
    rows, which are weighed by the same rule. By a handful of queries, however many claims.
    """
    then = moment.asked()
    held = {claim.pk: claim for claim in claims}
    if then is None or then.by is None or not held:
        return
    kept = absorbed(held)
    rows: dict[int, list[Evidence]] = defaultdict(list)
    evidence = list(Evidence.objects.filter(claim__in=kept).select_related("source").order_by("pk"))
    for row in evidence:
        rows[kept[row.claim_id]].append(row)
    roles = list(roles_of(evidence))
    ties = dependences_of(ties_of(row.pk for row in evidence))
    for pk, claim in held.items():
        known = amounts(assess(testimonies_of(rows[pk], roles), ties), rows[pk])
        for name, value in known.items():
            setattr(claim, name, value)
        if claim.kind != ClaimKind.PREDICTION:
            vars(claim)["status_code"] = claim.evidence_state
