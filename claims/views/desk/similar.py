"""Is a claim here already? Asked while it is being typed, and on a page of its own."""

from __future__ import annotations

from django.http import HttpResponse

from articles.door import DeskRequest, desk, page
from claims.forms.similar import matches_for


@desk("claims.view_claim", "GET", "HEAD")
def similar_claims(request: DeskRequest) -> HttpResponse:
    """The claims that resemble ``text``; only their list for htmx."""
    text = request.GET.get("text", "")
    part = request.headers.get("HX-Target") == "div#similar"
    return page(
        request,
        "desk/_similar.html" if part else "desk/similar.html",
        text=text,
        matches=matches_for(text, request.user),
        choosing=part,
    )
