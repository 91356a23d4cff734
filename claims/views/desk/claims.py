"""Claims at the desk: logged without a passage, edited, published, related, merged, withdrawn."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, sent, typed, typed_beside
from claims.choices import ClaimLinkKind
from claims.desk import words
from claims.desk.holdings import holdings_of
from claims.forms.claims import ClaimForm, PublishForm
from claims.forms.links import MergeForm, RelateClaimForm, WithdrawForm
from claims.models import Claim, ClaimLink, Question
from claims.reading.rows import status_of


@desk("claims.add_claim")
def new_claim(request: DeskRequest) -> HttpResponse:
    """Log a claim without an article."""
    form = ClaimForm(typed(request), user=request.user, publish="publish" in request.POST)
    if (claim := form.submit(by=request.user)) is not None:
        told = _("Published:") if claim.is_published else _("Logged:")
        if form.used() == claim:
            told = _("Here already:")
        here = claim.get_absolute_url()
        messages.success(request, words.pointing(told, here, claim.public_id))
        return see(claim)
    return page(request, "desk/new_claim.html", form, questions=_questions())


@desk("claims.change_claim")
def edit_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Change a claim, and see all that hangs on it with what can be done about it."""
    claim = _claim(request, pk)
    form = ClaimForm(typed(request), user=request.user, claim=claim)
    if (saved := form.submit(by=request.user)) is not None:
        notice(request, _("Claim saved."), of=saved)
        return see(saved)
    return page(
        request,
        "desk/edit_claim.html",
        form,
        claim=claim,
        badge=status_of(claim),
        holdings=holdings_of(claim),
        questions=_questions(),
    )


@desk("claims.publish_claim")
def publish_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Show what freezes, then put the claim on the record."""
    claim = _claim(request, pk)
    form = PublishForm(sent(request), claim=claim)
    if form.submit(by=request.user) is not None:
        messages.success(request, _("Claim published."))
        return see(claim)
    return page(request, "desk/publish_claim.html", form, claim=claim, badge=status_of(claim))


@desk("claims.add_verdict")
def withdraw_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Propose to withdraw a claim; a second person publishes that."""
    claim = _claim(request, pk)
    form = WithdrawForm(typed(request), row=claim)
    if form.submit(by=request.user):
        proposed = claim.verdicts.drafts().get()
        notice(request, _("Withdrawal proposed. Somebody else has to publish it."), of=proposed)
        return see(claim)
    asks = {
        "title": _("Withdraw a claim"),
        "means": _(
            "The claim stays readable, marked as withdrawn, with your reason. Nothing is deleted. "
            "This is a proposal: somebody else publishes it."
        ),
        "button": _("Propose withdrawal"),
    }
    return page(request, "desk/void.html", form, claim=claim, asks=asks)


@desk("claims.add_claimlink")
def relate_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Say how this claim bears on another, or take that back."""
    claim = _claim(request, pk)
    form = RelateClaimForm(typed(request), claim=claim)
    if (link := form.submit(by=request.user)) is not None:
        notice(request, _("Claims related."), of=link)
        return see(claim)
    links = ClaimLink.objects.current().filter(Q(from_claim=claim) | Q(to_claim=claim))
    links = links.exclude(kind=ClaimLinkKind.SAME_AS).select_related("from_claim", "to_claim")
    return page(request, "desk/relate_claim.html", form, claim=claim, links=links)


@desk("claims.merge_claim")
def merge_claim(request: DeskRequest, pk: int) -> HttpResponse:
    """Choose the other claim and which is kept; read what will happen; then merge."""
    claim = _claim(request, pk)
    form = MergeForm(_chosen(request), claim=claim)
    if request.method == "POST" and (link := form.submit(by=request.user)) is not None:
        notice(request, _("Claims merged."), of=link)
        return see("claims:claim_short", link.survivor_id)
    asked = form.is_bound and form.kept is None
    pair = form.pair if asked and form.is_valid() else None
    links = ClaimLink.objects.current().filter(Q(from_claim=claim) | Q(to_claim=claim))
    merges = links.filter(kind=ClaimLinkKind.SAME_AS).select_related("from_claim", "to_claim")
    return page(request, "desk/merge_claim.html", form, claim=claim, pair=pair, merges=merges)


def _chosen(request: DeskRequest) -> QueryDict | None:
    """The pair to be merged, with the note that was typed about it; before that, the draft."""
    if request.method == "POST" or "other" not in request.GET:
        return typed(request)
    given = request.GET.copy()
    if draft := typed_beside(request, request.path):
        given.setdefault("note", draft.get("note", ""))
    return given


def _claim(request: DeskRequest, pk: int) -> Claim:
    rows = Claim.objects.visible_to(request.user).with_status().select_related("question")
    return get_object_or_404(rows, pk=pk)


def _questions() -> list[str]:
    return list(Question.objects.order_by("-pk").values_list("text", flat=True)[:200])
