"""What an editor decided about claims that were shown as similar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from articles.history import record
from articles.policy import require
from claims.actions import upkeep
from claims.models import Claim, MatchDecision
from claims.refusals import refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def decide_match(
    *, by: User, claim: Claim, suggested: Claim, score: float, method: str, outcome: str
) -> MatchDecision:
    """Keep what was decided about ``suggested``, shown as similar with ``score`` by ``method``.

    ``claim`` is the one that was logged, or used instead: the suggested one itself when that is
    the same (see ``MatchOutcome``). This neither merges nor relates: those are acts of their own.
    """
    require(by, "claims.add_claim")
    held = upkeep.lock(claim.pk, suggested.pk)
    decision = MatchDecision(
        claim=held[claim.pk],
        suggested=held[suggested.pk],
        score=score,
        method=method,
        outcome=outcome,
        decided_by=by,
    )
    with refused():
        vet(decision)
        decision.save(force_insert=True)
    record(by=by, verb="match.decided", subject=decision, claim=decision.claim)
    return decision
