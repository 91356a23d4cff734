"""Readers' reports: answered once, in public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.clock import ClockTimestamp
from articles.history import facts, record
from articles.policy import require
from claims.actions import upkeep
from claims.choices import ChallengeOutcome
from claims.models import Challenge
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from claims.models import Verdict


@transaction.atomic
def close_challenge(
    *,
    by: User,
    challenge: Challenge,
    outcome: str,
    answer: str,
    answered_by: Verdict | None = None,
) -> Challenge:
    """Answer a reader's report and close it. The event holds the answer, never the contact.

    ``answered_by`` is the verdict that the report led to. Raises ``Refusal`` for one that was
    closed before, for a verdict of another claim or that isn't public.
    """
    require(by, "claims.change_challenge")
    claim = upkeep.lock(challenge.claim_id)[challenge.claim_id]
    held = Challenge.objects.select_for_update().get(pk=challenge.pk)
    if held.closed_at is not None:
        raise Refusal("challenge_closed_before", _("This report has been answered before."))
    if outcome == ChallengeOutcome.OPEN:
        told = _("Say what became of it.")
        raise Refusal("challenge_closed_with_answer", told, "outcome")
    if answered_by is not None and (
        answered_by.is_draft or answered_by.claim_id not in upkeep.same_claims(held.claim_id)
    ):
        told = _("Name a published verdict on this claim.")
        raise Refusal("challenge_answered_by_verdict", told, "answered_by")
    held.outcome, held.answer, held.answered_by = outcome, answer.strip(), answered_by
    held.closed_at = held.received_at  # to be vetted with; the database stamps its own clock
    with refused():
        vet(held)
        held.closed_at = ClockTimestamp()
        held.save(update_fields=["outcome", "answer", "answered_by", "closed_at"])
    held.refresh_from_db(fields=["closed_at"])
    payload = facts(held, "claim", "outcome", "answer", "answered_by", "closed_at")
    record(by=by, verb="challenge.closed", subject=held, claim=claim, payload=payload)
    return held
