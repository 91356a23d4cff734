"""What is taken back, always with a reason: evidence, places, relations, merges."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, page, see, typed
from claims.choices import ClaimLinkKind
from claims.forms.links import (
    ReasonForm,
    VoidAppearanceForm,
    VoidClaimLinkForm,
    VoidEvidenceForm,
    VoidEvidenceLinkForm,
)
from claims.models import Appearance, Claim, ClaimLink, Evidence, EvidenceLink


@desk("claims.change_evidence")
def void_evidence(request: DeskRequest, pk: int) -> HttpResponse:
    """Take evidence back."""
    rows = Evidence.objects.visible_to(request.user).select_related("claim", "source")
    evidence = get_object_or_404(rows, pk=pk)
    form = VoidEvidenceForm(typed(request), row=evidence)
    asks = {
        "title": _("Void evidence"),
        "means": _(
            "It no longer counts, for or against. It stays on the record, struck through, with "
            "your reason. What repeats it or relies on it stays linked to it."
        ),
        "button": _("Void this evidence"),
        "done": _("Evidence voided."),
    }
    return take_back(request, form, evidence.claim, asks, evidence=evidence)


@desk("claims.change_appearance")
def void_appearance(request: DeskRequest, pk: int) -> HttpResponse:
    """Take one place back."""
    rows = Appearance.objects.visible_to(request.user)
    rows = rows.select_related("evidence__claim", "evidence__source", "article")
    appearance = get_object_or_404(rows, pk=pk)
    form = VoidAppearanceForm(typed(request), row=appearance)
    asks = {
        "title": _("Void a place"),
        "means": _("The evidence stands; this place of it is struck through, with your reason."),
        "button": _("Void this place"),
        "done": _("Place voided."),
    }
    evidence = appearance.evidence
    return take_back(request, form, evidence.claim, asks, evidence=evidence, appearance=appearance)


@desk("claims.change_evidencelink")
def void_evidence_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a relation between two pieces of evidence back."""
    rows = EvidenceLink.objects.select_related(
        "from_evidence__claim", "from_evidence__source", "to_evidence__source"
    )
    link = get_object_or_404(rows, pk=pk)
    form = VoidEvidenceLinkForm(typed(request), row=link)
    asks = {
        "title": _("Take a relation back"),
        "means": _("Both stand on their own again, and are weighed so."),
        "button": _("Take it back"),
        "done": _("Relation taken back."),
    }
    return take_back(request, form, link.from_evidence.claim, asks, evidence_link=link)


@desk("claims.change_claimlink")
def void_claim_link(request: DeskRequest, pk: int) -> HttpResponse:
    """Take a relation between two claims, or a merge, back."""
    rows = ClaimLink.objects.select_related("from_claim", "to_claim", "survivor")
    link = get_object_or_404(rows, pk=pk)
    merge = link.kind == ClaimLinkKind.SAME_AS
    form = VoidClaimLinkForm(typed(request), row=link)
    asks = {
        "title": _("Take a merge back") if merge else _("Take a relation back"),
        "means": (
            _("Each claim has its own address, evidence and counts again.")
            if merge
            else _("The two claims no longer refer to each other.")
        ),
        "button": _("Take it back"),
        "done": _("Merge taken back.") if merge else _("Relation taken back."),
    }
    return take_back(request, form, link.survivor or link.from_claim, asks, claim_link=link)


def take_back(
    request: DeskRequest, form: ReasonForm[Any], claim: Claim, asks: dict[str, str], **shown: Any
) -> HttpResponse:
    """Ask for the reason, then go back to the claim."""
    if form.submit(by=request.user):
        notice(request, asks["done"], of=form.row)
        return see(claim, anchor="evidence")
    return page(request, "desk/void.html", form, claim=claim, asks=asks, **shown)
