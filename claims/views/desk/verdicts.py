"""Verdicts as their author sees them: proposed, and revised as long as they wait."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, typed
from claims.actions.upkeep import same_claims
from claims.choices import VerdictKind
from claims.desk.review import turn_of
from claims.forms.verdicts import VerdictForm
from claims.models import Appearance, Claim, Evidence
from claims.reading.rows import status_of


@desk("claims.add_verdict")
def propose_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Propose a verdict on a claim, or revise the one that waits."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_status(), pk=pk)
    draft = claim.verdicts.drafts().with_turn().select_related("author").first()
    if draft is not None and draft.kind == VerdictKind.WITHDRAWAL:
        messages.info(request, _("A withdrawal is proposed: publish or discard it first."))
        return see("claims:review_verdict", draft.pk)
    form = VerdictForm(typed(request), claim=claim, draft=draft, evidence=_citable(claim))
    if (verdict := form.submit(by=request.user)) is not None:
        notice(request, _("Verdict proposed. Somebody else has to publish it."), of=verdict)
        return see("claims:review_verdict", verdict.pk)
    return page(
        request,
        "desk/propose_verdict.html",
        form,
        claim=claim,
        badge=status_of(claim),
        draft=draft,
        turn=None if draft is None else turn_of(draft),
    )


def _citable(claim: Claim) -> list[Evidence]:
    """The live evidence of a claim and of those that are the same."""
    places = Prefetch(
        "appearances",
        queryset=Appearance.objects.newest().exclude(exact="").select_related("article"),
        to_attr="places",
    )
    rows = Evidence.objects.current().filter(claim__in=same_claims(claim.pk))
    return list(rows.select_related("source", "claim").prefetch_related(places))
