"""What another organisation found: logged on a claim, and voided."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, sent, typed
from articles.forms import known_sources
from claims.desk import words
from claims.forms.links import VoidOutsideVerdictForm
from claims.forms.outside import OutsideVerdictForm
from claims.models import Claim, OutsideVerdict
from claims.reading.rows import status_of


@desk("claims.add_outsideverdict")
def add_outside_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Log what another organisation found about a claim."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_status(), pk=pk)
    form = OutsideVerdictForm(typed(request), claim=claim)
    if (verdict := form.submit(by=request.user)) is not None:
        place = f"{claim.get_absolute_url()}#outside-{verdict.pk}"
        told = _("Logged as theirs:")
        notice(request, words.pointing(told, place, verdict.label), of=verdict)
        return see(claim, anchor=f"outside-{verdict.pk}")
    return page(
        request,
        "desk/outside_verdict.html",
        form,
        claim=claim,
        badge=status_of(claim),
        publishers=known_sources("organisation"),
    )


@desk("claims.change_outsideverdict")
def void_outside_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Take off the page what another organisation found."""
    rows = OutsideVerdict.objects.visible_to(request.user).select_related("claim", "organisation")
    verdict = get_object_or_404(rows, pk=pk)
    form = VoidOutsideVerdictForm(sent(request), row=verdict)
    if form.submit(by=request.user):
        notice(request, _("Outside verdict voided."), of=verdict)
        return see(verdict.claim)
    asks = {
        "title": _("Void an outside verdict"),
        "means": _(
            "It disappears from the page of the claim and stays on the record, with your reason. "
            "Use this where it was logged wrongly, not where you disagree with it."
        ),
        "button": _("Void it"),
    }
    return page(
        request, "desk/void.html", form, claim=verdict.claim, asks=asks, outside_verdict=verdict
    )
