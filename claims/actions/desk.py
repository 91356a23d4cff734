"""The desk's working state: who looks after a claim, and the lists that an editor keeps.

It isn't part of the record, so nothing here leaves an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.clock import ClockTimestamp
from articles.policy import require, sees_drafts
from articles.validators import require_storable
from claims.actions import upkeep
from claims.models import Assignment, SavedFilter
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

    from claims.models import Claim

MOST_FILTERS = 40


@transaction.atomic
def assign(*, by: User, claim: Claim, to: User | None) -> User | None:
    """Let ``to`` look after a claim, or nobody. Returns who did before.

    Raises ``Refusal`` for somebody who can't come to the desk.
    """
    require(by, "claims.change_claim")
    if to is not None and not sees_drafts(to):
        raise Refusal("assignee_at_desk", _("Choose somebody who works at the desk."), "to")
    upkeep.lock(claim.pk)
    held = Assignment.objects.filter(claim=claim).select_related("assignee").first()
    before = None if held is None else held.assignee
    if to == before:
        return before
    if to is None:
        Assignment.objects.filter(claim=claim).delete()
    else:
        Assignment.objects.update_or_create(
            claim=claim,
            defaults={"assignee": to, "assigned_by": by, "assigned_at": ClockTimestamp()},
        )
    return before


@transaction.atomic
def save_filter(*, by: User, name: str, query: str) -> SavedFilter:
    """Keep a list under a name of one's own; the same name again gives it another list."""
    require(by, "claims.view_claim")
    name = " ".join(name.split())
    require_storable(name=name, query=query)
    own = SavedFilter.objects.select_for_update().filter(owner=by)
    held = own.filter(name=name).first()
    if held is None and own.count() >= MOST_FILTERS:
        told = _("You keep %(most)d lists: delete one first.") % {"most": MOST_FILTERS}
        raise Refusal("savedfilter_too_many", told, "name")
    row = held or SavedFilter(owner=by, name=name)
    row.query = query
    with refused():
        vet(row)
        row.save()
    return row


@transaction.atomic
def drop_filter(*, by: User, saved: SavedFilter) -> None:
    """Forget a list of one's own; that of somebody else stays."""
    require(by, "claims.view_claim")
    SavedFilter.objects.filter(owner=by, pk=saved.pk).delete()
