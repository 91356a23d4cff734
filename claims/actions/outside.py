"""What other organisations found about a claim: recorded as theirs, and voided; never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.history import record
from articles.policy import require
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.models import OutsideVerdict
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User
    from django.db.backends.postgresql.psycopg_any import DateRange

    from articles.models import Source
    from claims.models import Claim


@transaction.atomic
def record_outside_verdict(
    *,
    by: User,
    claim: Claim,
    organisation: Source,
    label: str,
    finding: str = "",
    rating: str = "",
    rating_best: str = "",
    rating_worst: str = "",
    title: str = "",
    url: str = "",
    dated: DateRange | None = None,
    note: str = "",
) -> OutsideVerdict:
    """Record what ``organisation`` found about a claim, in its own words.

    ``finding`` is how we read ``label``, empty where it fits none of ours; ratings stand as they
    came ("6" of "5" too). The claim's status and evidence state stay as they are.

    Raises ``Refusal`` for an unnamed source (rule ``outsideverdict_by_named``), for what is
    recorded already (``outsideverdict_once``), or on a claim set aside (``claim_taken_up``).
    """
    require(by, "claims.add_outsideverdict")
    held = upkeep.lock(claim.pk)[claim.pk]
    upkeep.hold_sources([organisation.pk])
    verdict = OutsideVerdict(
        claim=held,
        organisation=organisation,
        label=" ".join(label.split()),
        finding=finding,
        rating=rating.strip(),
        rating_best=rating_best.strip(),
        rating_worst=rating_worst.strip(),
        title=" ".join(title.split()),
        url=url.strip(),
        dated=dated,
        note=note.strip(),
        recorded_by=by,
    )
    with refused():
        vet(verdict)
        verdict.save(force_insert=True)
    record(by=by, verb="outsideverdict.recorded", subject=verdict, claim=held)
    return verdict


@transaction.atomic
def void_outside_verdict(*, by: User, verdict: OutsideVerdict, reason: str) -> OutsideVerdict:
    """Take an outside verdict off the page, with the reason. It stays on the record."""
    require(by, "claims.change_outsideverdict")
    upkeep.lock(verdict.claim_id)
    held = OutsideVerdict.objects.select_related("claim").get(pk=verdict.pk)
    if held.is_void:
        raise Refusal("known_only_voided", _("This has been voided before."))
    held.void_reason = vetted(reason, rule="void_needs_reason", message=_("Say why it is voided."))
    with refused():
        held.save(update_fields=["void_reason"])
    held.refresh_from_db(fields=["known", "void_reason"])
    payload = {"reason": held.void_reason}
    record(by=by, verb="outsideverdict.voided", subject=held, claim=held.claim, payload=payload)
    return held
