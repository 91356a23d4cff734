"""Evidence: linked to a claim, extended by another place, related to other evidence."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from articles.door import DeskRequest, desk, notice, notice_back, page, see, typed
from articles.forms import ActionForm, known_sources
from claims.actions import copies
from claims.desk import words
from claims.desk.choosing import Choice, choice_of
from claims.forms.evidence import LinkForm
from claims.forms.links import RelateEvidenceForm
from claims.forms.places import AppearanceForm
from claims.models import Claim, Evidence, EvidenceLink
from claims.reading.rows import status_of
from claims.views.desk.panels import wants_panel


@desk("claims.add_evidence")
def link_evidence(request: DeskRequest, pk: int) -> HttpResponse:
    """Link evidence to a claim: from a passage of an article, or from a document by reference."""
    claim = get_object_or_404(Claim.objects.visible_to(request.user).with_status(), pk=pk)
    choice = choice_of(request.POST or request.GET, request.user)
    form = None
    if choice.is_made:
        form = LinkForm(typed(request), claim=claim, spot=choice.spot, document=choice.title)
    if form is not None and (evidence := form.submit(by=request.user)) is not None:
        notice(request, words.linked(evidence), of=evidence)
        return see(claim, anchor=f"evidence-{evidence.pk}")
    return _choosing_page(
        request,
        "desk/link_evidence.html",
        choice,
        form,
        title=_("Evidence for or against"),
        inside="desk/_link_form.html",
        claim=claim,
        badge=status_of(claim),
    )


@desk("claims.add_appearance")
def add_appearance(request: DeskRequest, pk: int) -> HttpResponse:
    """Add another place where evidence can be read."""
    evidence = _evidence(request, pk)
    choice = choice_of(request.POST or request.GET, request.user)
    form = None
    if choice.is_made:
        form = AppearanceForm(
            typed(request), evidence=evidence, spot=choice.spot, document=choice.title
        )
    if form is not None and (added := form.submit(by=request.user)) is not None:
        told = _("Place added.")
        place = f"{evidence.claim.get_absolute_url()}#evidence-{pk}"
        notice(request, words.pointing(told, place, f"E-{pk}"), of=added)
        return see(evidence.claim, anchor=f"evidence-{pk}")
    return _choosing_page(
        request,
        "desk/add_appearance.html",
        choice,
        form,
        title=_("The same words, in another place"),
        inside="desk/_appearance_form.html",
        evidence=evidence,
    )


@desk("claims.add_evidencelink")
def relate_evidence(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that evidence repeats, relies on, responds to or withdraws other evidence."""
    evidence = _evidence(request, pk)
    form = RelateEvidenceForm(typed(request), evidence=evidence)
    if (link := form.submit(by=request.user)) is not None:
        told = _("Evidence related.")
        place = f"{evidence.claim.get_absolute_url()}#evidence-{pk}"
        notice(request, words.pointing(told, place, f"E-{pk}"), of=link)
        return see(evidence.claim, anchor=f"evidence-{pk}")
    links = EvidenceLink.objects.current().filter(from_evidence=evidence)
    links = links | EvidenceLink.objects.current().filter(to_evidence=evidence)
    links = links.select_related("from_evidence__source", "to_evidence__source")
    return page(request, "desk/relate_evidence.html", form, evidence=evidence, links=links)


@desk("claims.add_evidencelink", "POST")
def tell_apart(request: DeskRequest, pk: int) -> HttpResponse:
    """Say that evidence which looks like a copy is none; ``again``: that it may be suggested."""
    evidence = _evidence(request, pk)
    number = request.POST.get("other", "")
    asked = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    other = get_object_or_404(Evidence.objects.visible_to(request.user).exclude(pk=pk), pk=asked)
    if "again" in request.POST:
        copies.ask_again(by=request.user, evidence=evidence, other=other)
        messages.success(request, _("Undone: it may be suggested again."))
    else:
        copies.tell_apart(by=request.user, evidence=evidence, other=other)
        told = words.pointing(
            _("Not a copy: it is not suggested again."),
            f"{evidence.claim.get_absolute_url()}#evidence-{pk}",
            f"E-{pk}",
        )
        back = reverse("claims:tell_apart", args=[pk])
        notice_back(request, told, to=back, other=other.pk, again=1)
    return see(evidence.claim, anchor=f"evidence-{pk}")


def _evidence(request: DeskRequest, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user).current()
    return get_object_or_404(rows.select_related("claim", "source"), pk=pk)


def _choosing_page(
    request: DeskRequest,
    template: str,
    choice: Choice,
    form: ActionForm[Any] | None,
    **context: Any,
) -> HttpResponse:
    """The page on which a place is chosen; a form that was sent without one is refused."""
    lost = request.method == "POST" and form is None
    alone = choice.text is not None and wants_panel(request)
    return page(
        request,
        "desk/_place_panel.html" if alone else template,
        form,
        status=422 if lost else None,
        alone=alone,
        choice=choice,
        lost=lost,
        here=request.path,
        sources=known_sources() if form else [],
        publishers=known_sources("organisation") if form else [],
        **context,
    )
