"""The front page, the list of claims, the page of a claim and of a question."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render

from articles.moment import asked
from articles.moments import Missing, at_any_moment
from articles.pages import Counted, asked_page, for_readers, found, while_unchanged
from articles.policy import may
from claims.exchange.exporting import Form
from claims.merges import survivors
from claims.models import Claim, Question
from claims.reading import history
from claims.reading.browse import Browse, Filter
from claims.reading.dossier import dossier_of
from claims.reading.held import find
from claims.reading.matrix import matrix_of
from claims.reading.reported import reports_of
from claims.reading.suggestions import suggestions_of
from claims.reading.surroundings import of_a_claim
from claims.views.downloads import download
from claims.views.reading.absent import absent_claim, absent_question
from claims.views.reading.editing import claim_links, evidence_offers, question_links
from claims.views.reading.sharing import shared

NEWEST_CHANGES = 5
NEWEST_CLAIMS = 10


@for_readers
@at_any_moment()
def home(request: HttpRequest) -> HttpResponse:
    """The front page: what changed last, the newest claims, ways into the rest."""
    browse = Browse(request.user, Filter())
    context = {
        "changes": history.tell_of_many(list(history.key_changes()[:NEWEST_CHANGES])),
        "rows": browse.rows(browse.ids[:NEWEST_CLAIMS]),
        "counts": browse.counts,
        "facets": browse.facets,
    }
    return render(request, "claims/home.html", context)


@for_readers
@at_any_moment()
def claim_list(request: HttpRequest) -> HttpResponse:
    """Claims by status, kind, source, question and words; ``?live=1`` while they are typed."""
    browse = Browse(request.user, Filter.of(request))
    live = request.GET.get("live") == "1"
    if not live and (named := browse.named) is not None:
        return HttpResponseRedirect(named.get_absolute_url())
    page = asked_page(request, Counted(browse.ids, browse.counts.total))
    last = page.number == page.paginator.num_pages
    context = {
        "browse": browse,
        "chosen": browse.chosen,
        "nearby": browse.rows(browse.nearby) if last else [],
        "live": live,
        "counts": browse.counts,
        "facets": browse.facets,
        "page": page,
        "rows": browse.rows(page.object_list),
    }
    response = render(request, "claims/claim_list.html", context)
    if live:  # the address is that of the list, whoever fetched it
        query = browse.chosen.query
        response["HX-Replace-Url"] = f"{request.path}?{query}" if query else request.path
    return response


@for_readers
def claims_as(request: HttpRequest, form: Form) -> HttpResponseBase:
    """The same claims as a file, all of them, in the order of their numbers."""
    return download(request, Browse(request.user, Filter.of(request)).claims, form)


@for_readers
@at_any_moment(known_by=True, absent=absent_claim)
def claim_short(request: HttpRequest, pk: int) -> HttpResponse:
    """The address without words leads to the one with them."""
    return _moved(request, found(Claim.objects.visible_to(request.user), pk=pk))


@while_unchanged(of_a_claim)
@at_any_moment(known_by=True, absent=absent_claim)
def claim(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """What stands, since when, who says so and via whom, and what changed."""
    about = find(request.user, pk)
    if about is None:
        raise Missing
    if vars(about)["merged_to"] is not None:
        return _to_survivor(request, about)
    if slug != about.slug:
        return _moved(request, about)
    return render(request, "claims/claim.html", told_of(request, about))


def told_of(request: HttpRequest, about: Claim) -> dict[str, Any]:
    """What the template of a claim's page is given."""
    dossier = dossier_of(about, request.user)
    return {
        "dossier": dossier,
        "shared": None if asked() else shared(request, dossier),  # what is shared is what stands
        "reports": reports_of(about, dossier.merged, request.user),
        "editor_links": claim_links(request.user, dossier),
        "evidence_offers": evidence_offers(request.user),
        "suggestions": suggestions_of(request.user, dossier),
        "may_take_up": may(request.user, "claims.change_claim"),
        "may_void_outside": may(request.user, "claims.change_outsideverdict"),
    }


def _to_survivor(request: HttpRequest, merged: Claim) -> HttpResponse:
    """Lead on to the claim that is kept; what the reader may not see stays unsaid."""
    kept = survivors([merged.pk])[merged.pk]
    return _moved(request, found(Claim.objects.visible_to(request.user), pk=kept))


def _moved(request: HttpRequest, to: Claim) -> HttpResponseRedirect:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(to.get_absolute_url() + (f"?{query}" if query else ""))


@for_readers
@at_any_moment(known_by=True, absent=absent_question)
def question(request: HttpRequest, slug: str) -> HttpResponse:
    """A question's claims against the sources."""
    about = found(Question.objects.visible_to(request.user), slug=slug)
    context = {
        "question": about,
        "query": Filter(question=about.slug).query,
        "matrix": matrix_of(about, request.user),
        "editor_links": question_links(request.user, about),
    }
    return render(request, "claims/question.html", context)
