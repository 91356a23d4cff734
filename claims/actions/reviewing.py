"""What a second person does with a proposed verdict, short of publishing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from articles.history import facts, record
from articles.policy import require
from claims.actions import upkeep
from claims.actions.reasons import vetted
from claims.actions.verdicts import CHANGED_SINCE, newest_event_of
from claims.models import Verdict
from claims.models.verdict import SENT_BACK
from claims.refusals import Refusal, refused, vet

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def ask_for_changes(*, by: User, verdict: Verdict, note: str, seen: int | None = None) -> Verdict:
    """Send a proposal back to its author, saying what is missing.

    Nobody publishes it until it has been revised. ``seen`` is ``newest_event_of`` the proposal as
    it was read; one that was revised since is refused (rule ``CHANGED_SINCE``).
    """
    require(by, "claims.publish_verdict")
    held = _held(verdict, seen)
    if held.author_id == by.pk:
        raise Refusal("verdict_own", _("You proposed this: revise it, or discard it."))
    asked = vetted(note, rule="changes_need_note", message=_("Say what should change."), at="note")
    record(by=by, verb=SENT_BACK, subject=held, claim=held.claim, payload={"note": asked})
    return held


@transaction.atomic
def take_over(*, by: User, verdict: Verdict, seen: int | None = None) -> Verdict:
    """Become the author of somebody else's proposal, as it stands; again is a no-op.

    From then on anybody else may publish it, its first author too, and ``by`` may not. What was
    asked of the first author is asked of ``by``. ``seen`` as in ``ask_for_changes``.
    """
    require(by, "claims.change_verdict")
    held = _held(verdict, seen)
    if held.author_id == by.pk:
        return held
    before = facts(held, "author")
    held.author = by
    with refused():
        vet(held)
        held.save(update_fields=["author"])
    payload = {"from": before, "to": facts(held, "author")}
    record(by=by, verb="verdict.taken_over", subject=held, claim=held.claim, payload=payload)
    return held


def _held(verdict: Verdict, seen: int | None) -> Verdict:
    """The proposal, locked with its claim. Raises ``Refusal`` unless it is as it was seen."""
    upkeep.lock(verdict.claim_id)
    held = Verdict.objects.select_for_update(of=("self",)).select_related("claim")
    row = held.get(pk=verdict.pk)
    if not row.is_draft:
        raise Refusal("verdict_frozen", _("This verdict has been published and is frozen."))
    if seen is not None and seen != newest_event_of(row):
        told = _("This proposal was revised since you read it. Read it again.")
        raise Refusal(CHANGED_SINCE, told)
    return row
