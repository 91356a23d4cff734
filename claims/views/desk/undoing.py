"""The button “Undo” in a notice."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, see
from articles.models import Event
from claims.actions.undoing import undo
from claims.desk import words
from claims.models import Claim, Evidence


@desk("claims.view_claim", "POST")
def undo_event(request: DeskRequest, pk: int) -> HttpResponse:
    """Take back what the notice told of, and go back to where it stood."""
    event = get_object_or_404(Event, pk=pk)
    try:
        with transaction.atomic():
            done = undo(by=request.user, event=event)
    except ValidationError as error:
        told = _("Not undone: %(why)s") % {"why": " ".join(error.messages)}
        messages.warning(request, told)
    else:
        if isinstance(done, Evidence) and (left := _left(event)) is not None:
            notice(request, words.undone(event), of=left)
        else:
            messages.success(request, words.undone(event))
    return see(_where_from(request) or "claims:desk")


def _left(event: Event) -> Claim | None:
    """The claim of the event, where undoing it set that aside, which can be taken back in turn."""
    return Claim.objects.set_aside().filter(events=event).first()


def _where_from(request: DeskRequest) -> str:
    """The page of ours on which the button was pressed, as far as the browser says it."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if ours else ""
