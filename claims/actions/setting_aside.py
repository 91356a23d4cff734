"""Drafts that nobody works on for now: set aside with a reason, and taken up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles.history import record
from articles.policy import require
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.models import Claim, ClaimLink
from claims.refusals import Refusal, refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.contrib.auth.models import User

    from articles.history import Json


@transaction.atomic
def set_aside(
    *, by: User, claim: Claim, reason: str, told: Mapping[str, Json] | None = None
) -> Claim:
    """Leave a draft out of lists, queues and searches, with the reason, until it is taken up.

    ``told`` is kept in the event beside the reason.

    Raises ``Refusal`` for a published claim (rule ``claim_set_aside_is_draft``), for one that was
    set aside before (``claim_taken_up``) and for one on which something hangs, which it names
    (``claim_set_aside_bare``).
    """
    require(by, "claims.change_claim")
    held = upkeep.lock(claim.pk)[claim.pk]
    if held.is_published:
        raise Refusal(
            "claim_set_aside_is_draft", _("A published claim stays on the record; withdraw it.")
        )
    if held.is_set_aside:
        raise Refusal("claim_taken_up", _("This claim was set aside before."))
    if found := [f"{what}: {count}" for what, count in hanging_on(held).items() if count]:
        words = _("Something hangs on this claim (%(what)s). Take that back first.")
        raise Refusal("claim_set_aside_bare", words % {"what": ", ".join(found)})
    held.set_aside_because = vetted(
        reason, rule="set_aside_needs_reason", message=_("Say why it is set aside.")
    )
    with refused():
        held.save(update_fields=["set_aside_because"])
    payload = {**(told or {}), "reason": held.set_aside_because}
    record(by=by, verb="claim.set_aside", subject=held, claim=held, payload=payload)
    return held


@transaction.atomic
def take_up(*, by: User, claim: Claim) -> Claim:
    """Work on a draft again that was set aside; on any other claim a no-op."""
    require(by, "claims.change_claim")
    held = upkeep.lock(claim.pk)[claim.pk]
    if not held.is_set_aside:
        return held
    payload = {"was": held.set_aside_because}
    held.set_aside_because = ""
    with refused():
        held.save(update_fields=["set_aside_because"])
    record(by=by, verb="claim.taken_up", subject=held, claim=held, payload=payload)
    return held


def hanging_on(claim: Claim) -> dict[str, int]:
    """What rests on a claim, in words, and how much of each."""
    either = Q(from_claim=claim) | Q(to_claim=claim)
    return {
        _("evidence"): claim.evidence.current().count(),
        _("verdicts of others"): claim.outside_verdicts.current().count(),
        _("proposed verdicts"): claim.verdicts.drafts().count(),
        _("relations"): ClaimLink.objects.current().filter(either).count(),
    }
