"""Verdicts as a second person sees them: read beside what they cite, published or sent back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, typed_beside
from articles.forms import ActionForm
from articles.policy import may
from claims.desk.review import AsRead, as_read, review_of, status_of_verdict
from claims.forms.links import DiscardForm
from claims.forms.reviewing import AskForChangesForm, PublishVerdictForm, TakeOverForm
from claims.models import Verdict
from claims.reading.wording import person


@desk("claims.view_verdict", "GET", "HEAD")
def review_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Read a proposal beside what it cites."""
    return _review_page(request, _verdict(request, pk))


@desk("claims.publish_verdict", "POST")
def publish_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Publish what somebody else proposed."""
    verdict = _verdict(request, pk)
    form = PublishVerdictForm(request.POST, verdict=verdict)
    if (published := form.submit(by=request.user)) is None:
        return _review_page(request, verdict, publishing=form)
    label = status_of_verdict(published, verdict.claim).label
    messages.success(request, _("Verdict published: %(label)s.") % {"label": label})
    return see(verdict.claim, anchor="verdict")


@desk("claims.publish_verdict")
def ask_for_changes(request: DeskRequest, pk: int) -> HttpResponse:
    """Send a proposal back to its author, saying what should change."""
    if request.method != "POST":
        return see("claims:review_verdict", pk)
    verdict = _verdict(request, pk)
    form = AskForChangesForm(request.POST, verdict=verdict)
    if (asked := form.submit(by=request.user)) is None:
        return _review_page(request, verdict, asking=form)
    told = _("Sent back to %(who)s.") % {"who": person(asked.author)}
    messages.success(request, told)
    return see("claims:review_verdict", verdict.pk)


@desk("claims.change_verdict", "POST")
def take_over_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Become the author of what somebody else proposed."""
    verdict = _verdict(request, pk)
    form = TakeOverForm(request.POST, verdict=verdict)
    if form.submit(by=request.user) is None:
        return _review_page(request, verdict, taking=form)
    messages.success(request, _("The proposal is yours now. Somebody else has to publish it."))
    return see("claims:review_verdict", verdict.pk)


@desk("claims.delete_verdict")
def discard_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Drop a proposal, with the reason."""
    if request.method != "POST":
        return see("claims:review_verdict", pk)
    verdict = _verdict(request, pk)
    form = DiscardForm(request.POST, row=verdict)
    if not form.submit(by=request.user):
        return _review_page(request, verdict, discarding=form)
    notice(request, _("Proposal discarded."), of=verdict)
    return see(verdict.claim)


def _review_page(
    request: DeskRequest,
    verdict: Verdict,
    *,
    publishing: PublishVerdictForm | None = None,
    asking: AskForChangesForm | None = None,
    taking: TakeOverForm | None = None,
    discarding: DiscardForm | None = None,
) -> HttpResponse:
    refused: ActionForm[Verdict] | ActionForm[bool] | None
    refused = publishing or asking or taking or discarding
    current = _verdict(request, verdict.pk)
    own = current.author_id == request.user.pk

    def draft(name: str) -> QueryDict | None:
        return typed_beside(request, reverse(name, args=[verdict.pk]))

    return page(
        request,
        "desk/review_verdict.html",
        refused,
        review=review_of(current),
        read_before=_as_read(current, refused),
        publishing=publishing or PublishVerdictForm(verdict=current),
        asking=asking or AskForChangesForm(draft("claims:ask_for_changes"), verdict=current),
        discarding=discarding or DiscardForm(draft("claims:discard_verdict"), row=current),
        own=own,
        alone=own and settings.SAYSO_ALLOW_SOLO_VERDICTS,
        may_publish=may(request.user, "claims.publish_verdict"),
    )


def _as_read(verdict: Verdict, refused: ActionForm[Any] | None) -> AsRead | None:
    """What was read, where the proposal has been revised since."""
    if refused is None or refused.status != 409:
        return None
    return as_read(verdict, refused.cleaned_data["seen"])


def _verdict(request: DeskRequest, pk: int) -> Verdict:
    rows = Verdict.objects.visible_to(request.user).with_turn()
    rows = rows.select_related("claim", "author", "reviewer")
    return get_object_or_404(rows, pk=pk)
