"""Verdicts: proposed by one person, read beside what they cite, published by another."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, page, see, sent
from articles.forms import ActionForm
from articles.policy import may
from claims.actions.upkeep import same_claims
from claims.choices import VerdictKind
from claims.desk.review import review_of, status_of_verdict
from claims.forms.links import DiscardForm
from claims.forms.verdicts import PublishVerdictForm, VerdictForm
from claims.models import Appearance, Claim, Evidence, Verdict
from claims.reading.rows import status_of


@desk("claims.add_verdict")
def propose_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Propose a verdict on a claim, or revise the one that waits."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_status(), pk=pk)
    draft = claim.verdicts.drafts().select_related("author").first()
    if draft is not None and draft.kind == VerdictKind.WITHDRAWAL:
        messages.info(request, _("A withdrawal is proposed: publish or discard it first."))
        return see("claims:review_verdict", draft.pk)
    form = VerdictForm(sent(request), claim=claim, draft=draft, evidence=_citable(claim))
    if (verdict := form.submit(by=request.user)) is not None:
        messages.success(request, _("Verdict proposed. Somebody else has to publish it."))
        return see("claims:review_verdict", verdict.pk)
    return page(
        request,
        "desk/propose_verdict.html",
        form,
        claim=claim,
        badge=status_of(claim),
        draft=draft,
    )


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


@desk("claims.delete_verdict", "POST")
def discard_verdict(request: DeskRequest, pk: int) -> HttpResponse:
    """Drop a proposal, with the reason."""
    verdict = _verdict(request, pk)
    form = DiscardForm(request.POST, row=verdict)
    if not form.submit(by=request.user):
        return _review_page(request, verdict, discarding=form)
    messages.success(request, _("Proposal discarded."))
    return see(verdict.claim)


def _review_page(
    request: DeskRequest,
    verdict: Verdict,
    publishing: PublishVerdictForm | None = None,
    discarding: DiscardForm | None = None,
) -> HttpResponse:
    refused: ActionForm[Verdict] | ActionForm[bool] | None = publishing or discarding
    verdict.refresh_from_db()
    own = verdict.author_id == request.user.pk
    return page(
        request,
        "desk/review_verdict.html",
        refused,
        review=review_of(verdict),
        publishing=publishing or PublishVerdictForm(verdict=verdict),
        discarding=discarding or DiscardForm(row=verdict),
        own=own,
        alone=own and settings.SAYSO_ALLOW_SOLO_VERDICTS,
        may_publish=may(request.user, "claims.publish_verdict"),
    )


def _verdict(request: DeskRequest, pk: int) -> Verdict:
    rows = Verdict.objects.visible_to(request.user).select_related("claim", "author", "reviewer")
    return get_object_or_404(rows, pk=pk)


def _citable(claim: Claim) -> list[Evidence]:
    """The live evidence of a claim and of those that are the same."""
    places = Prefetch(
        "appearances",
        queryset=Appearance.objects.current().exclude(exact="").select_related("article"),
        to_attr="places",
    )
    rows = Evidence.objects.current().filter(claim__in=same_claims(claim.pk))
    return list(rows.select_related("source", "claim").prefetch_related(places))
