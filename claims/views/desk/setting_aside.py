"""Drafts that nobody works on for now: set aside, and taken up again."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, sent
from claims.actions.setting_aside import take_up
from claims.forms.links import SetAsideForm
from claims.models import Claim


@desk("claims.change_claim")
def set_aside_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then leave a draft out of every list."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user), pk=pk)
    form = SetAsideForm(sent(request), row=claim)
    if form.submit(by=request.user):
        told = _("%(claim)s set aside.") % {"claim": claim.public_id}
        notice(request, told, of=claim)
        return see(claim)
    asks = {
        "title": _("Set a draft aside"),
        "means": _(
            "Lists, queues and searches leave it out, for editors too, until somebody takes it up "
            "again. Nothing may hang on it: no evidence, no verdict, no link to another claim."
        ),
        "button": _("Set it aside"),
    }
    return page(request, "desk/void.html", form, claim=claim, asks=asks)


@desk("claims.change_claim", "POST")
def take_up_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Work on a draft again that was set aside."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user), pk=pk)
    held = take_up(by=request.user, claim=claim)
    notice(request, _("%(claim)s taken up.") % {"claim": held.public_id}, of=held)
    return see(held)
