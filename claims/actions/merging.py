"""How claims bear on each other: related, merged into one class, taken apart again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.history import facts, record
from articles.policy import require
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.choices import SYMMETRIC_LINKS, ClaimLinkKind
from claims.models import Claim, ClaimLink
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def relate_claims(*, by: User, claim: Claim, other: Claim, kind: str, note: str = "") -> ClaimLink:
    """Say that ``claim`` entails, contradicts, depends on, supports or weakens ``other``.

    For ``same_as`` use ``merge_claims``, which says which of the two is kept.
    """
    require(by, "claims.add_claimlink")
    if kind == ClaimLinkKind.SAME_AS:
        raise Refusal("claimlink_survivor_of_two", _("Say which of the two is kept."), "kind")
    held = upkeep.lock(claim.pk, other.pk)
    first, second = held[claim.pk], held[other.pk]
    if kind in SYMMETRIC_LINKS and first.pk > second.pk:
        first, second = second, first
    link = ClaimLink(
        from_claim=first, to_claim=second, kind=kind, note=note.strip(), recorded_by=by
    )
    with refused():
        vet(link)
        link.save(force_insert=True)
    record(by=by, verb="claim.related", subject=link, claim=first)
    return link


@transaction.atomic
def merge_claims(*, by: User, duplicate: Claim, survivor: Claim, note: str = "") -> ClaimLink:
    """Say that two claims are the same; ``duplicate``'s address leads to ``survivor`` from now on.

    Counts and origins are of the class from now on. A public claim isn't merged into a private
    one: its readers would end up nowhere.
    """
    require(by, "claims.merge_claim")
    held = upkeep.lock(duplicate.pk, survivor.pk)
    gone, kept = held[duplicate.pk], held[survivor.pk]
    if gone.is_published and not kept.is_published:
        raise Refusal(
            "claimlink_survivor_public",
            _("Publish the claim to be kept first: the other one is public."),
            "other",
        )
    first, second = sorted((gone, kept), key=lambda claim: claim.pk)
    link = ClaimLink(
        from_claim=first,
        to_claim=second,
        kind=ClaimLinkKind.SAME_AS,
        survivor=kept,
        note=note.strip(),
        recorded_by=by,
    )
    with refused():
        vet(link)
        link.save(force_insert=True)
    moved = upkeep.refresh(kept.pk)
    payload = {**facts(link), "merged": gone.pk, "standing": moved.get(kept.pk)}
    record(by=by, verb="claim.merged", subject=link, claim=kept, payload=payload)
    return link


@transaction.atomic
def void_claim_link(*, by: User, link: ClaimLink, reason: str) -> ClaimLink:
    """Take a relation or a merge back, with the reason. Both claims stand alone again."""
    merge = link.kind == ClaimLinkKind.SAME_AS
    require(by, "claims.merge_claim" if merge else "claims.change_claimlink")
    upkeep.lock(link.from_claim_id, link.to_claim_id)
    held = ClaimLink.objects.select_related("from_claim", "survivor").get(pk=link.pk)
    if held.is_void:
        raise Refusal("known_only_voided", _("This has been voided before."))
    held.void_reason = vetted(reason, rule="void_needs_reason", message=_("Say why it is voided."))
    with refused():
        held.save(update_fields=["void_reason"])
    moved = upkeep.refresh(held.from_claim_id, held.to_claim_id) if merge else {}
    claim = held.survivor or held.from_claim
    record(
        by=by,
        verb="claim.unmerged" if merge else "claim.unrelated",
        subject=held,
        claim=claim,
        payload={"reason": held.void_reason, "standing": moved.get(claim.pk)},
    )
    return held
